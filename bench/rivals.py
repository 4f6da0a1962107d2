"""PyVRP and OR-Tools on TOPTW instances, as their documentation recommends for prize collecting with time windows.

Each answers with its routes and the seconds that its search took, without building its model.
"""

from __future__ import annotations

from time import perf_counter

from toptw import Instance

PYVRP_PRIZE = 10_000
ORTOOLS_PRIZE = 2


def _numbers(instance: Instance) -> tuple[list[list[int]], list[tuple[int, int, int, int]]]:
    """Distances, and (stay, prize, open, close), as whole numbers."""
    unit = 10**instance.decimals
    count = len(instance.points)
    distances = [[round(instance.distance(a, b) * unit) for b in range(count)] for a in range(count)]
    rows = [
        (round(stay * unit), round(profit), round(opens * unit), round(closes * unit))
        for _, _, stay, profit, opens, closes in instance.points
    ]
    return distances, rows


def pyvrp_routes(instance: Instance, routes: int, seconds: float, seed: int) -> tuple[list[list[int]], float]:
    """Iterated local search of PyVRP; clients are optional and their prizes outweigh all distances."""
    from pyvrp import Model
    from pyvrp.stop import MaxRuntime

    distances, rows = _numbers(instance)
    model = Model()
    places = [model.add_location(x, y) for x, y, *_ in instance.points]
    depot = model.add_depot(places[0], tw_early=rows[0][2], tw_late=rows[0][3])
    model.add_vehicle_type(
        routes, start_depot=depot, end_depot=depot, tw_early=rows[0][2], tw_late=rows[0][3], unit_distance_cost=1
    )
    for place, (stay, prize, opens, closes) in zip(places[1:], rows[1:], strict=True):
        model.add_client(
            place, service_duration=stay, tw_early=opens, tw_late=closes, prize=prize * PYVRP_PRIZE, required=False
        )
    for a, row in enumerate(distances):
        for b, value in enumerate(row):
            if a != b:
                model.add_edge(places[a], places[b], distance=value, duration=value)
    begun = perf_counter()
    result = model.solve(MaxRuntime(seconds), seed=seed, collect_stats=False, display=False)
    took = perf_counter() - begun
    if not result.best.is_feasible():
        return [], took
    return [_visits(route) for route in result.best.routes()], took


def _visits(route: object) -> list[int]:
    """Client numbers of a PyVRP route as point numbers of the instance."""
    return [activity.idx + 1 for activity in route if activity.is_client()]  # type: ignore[attr-defined]


def ortools_routes(instance: Instance, routes: int, seconds: float, seed: int) -> tuple[list[list[int]], float]:
    """Guided local search of OR-Tools' routing library with droppable visits; it takes no seed.

    Its penalties work on distances, so prizes that dwarf them make it blind: an average prize is two average legs, the
    best of the factors tried.
    """
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    distances, rows = _numbers(instance)
    manager = pywrapcp.RoutingIndexManager(len(rows), routes, 0)
    model = pywrapcp.RoutingModel(manager)
    legs = sum(map(sum, distances)) / len(rows) ** 2
    worth = max(1, round(ORTOOLS_PRIZE * legs * len(rows) / max(1, sum(row[1] for row in rows))))
    stays = [0] + [row[0] for row in rows[1:]]
    cost = model.RegisterTransitMatrix(distances)
    model.SetArcCostEvaluatorOfAllVehicles(cost)
    spent = [[stays[a] + value for value in row] for a, row in enumerate(distances)]
    transit = model.RegisterTransitMatrix(spent)
    horizon = rows[0][3]
    model.AddDimension(transit, horizon, horizon, False, "time")
    time = model.GetDimensionOrDie("time")
    for point, (_, prize, opens, closes) in enumerate(rows[1:], start=1):
        index = manager.NodeToIndex(point)
        model.AddDisjunction([index], prize * worth)
        time.CumulVar(index).SetRange(opens, max(opens, closes))
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(round(seconds * 1000))
    begun = perf_counter()
    answer = model.SolveWithParameters(parameters)
    took = perf_counter() - begun
    found: list[list[int]] = []
    for vehicle in range(routes if answer else 0):
        index, route = model.Start(vehicle), []
        while not model.IsEnd(index):
            index = answer.Value(model.NextVar(index))
            if not model.IsEnd(index):
                route.append(manager.IndexToNode(index))
        found.append(route)
    return found, took


RIVALS = {"pyvrp": pyvrp_routes, "ortools": ortools_routes}
