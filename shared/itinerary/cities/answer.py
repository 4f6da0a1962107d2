"""From the columns that a solver chose to the plan that they stand for."""

from __future__ import annotations

from math import inf

from .highs import BEST, Outcome
from .journeys import Journey
from .model import Block, Model, Move, city_value
from .problem import CitiesProblem
from .solution import Booking, CitiesSolution, CityVisit, Clash, GivenUp, LeftOutCity, Money, Trip, Worth


def answer(
    model: Model,
    outcome: Outcome,
    *,
    status: str,
    left_out: tuple[LeftOutCity, ...] = (),
    clash: Clash | None = None,
    given_up: tuple[GivenUp, ...] = (),
) -> CitiesSolution:
    """The plan of an outcome that has one."""
    problem, chosen = model.problem, outcome.chosen or ()
    base = len(model.moves)
    moves = sorted((model.moves[column] for column in chosen if column < base), key=_position)
    blocks = sorted((model.blocks[column - base] for column in chosen if column >= base), key=lambda b: b.first)
    last = moves[-1]
    money = _money(moves, blocks)
    worth = _worth(problem, moves, blocks, money)
    value = worth.cities + worth.travel + worth.stays + worth.spending
    bound = value if outcome.state == BEST else max(outcome.bound, value)
    return CitiesSolution(
        status=status,
        visits=tuple(_visit(problem, block, last.meals if block is blocks[-1] else 0) for block in blocks),
        trips=tuple(_trip(problem, move.journey) for move in moves if move.journey is not None),
        first_date=problem.first_date,
        last_date=problem.date_of(last.arrives),
        nights=last.arrives,
        money=money,
        value=value,
        bound=bound,
        gap=_gap(value, bound),
        worth=worth,
        left_out=left_out,
        clash=clash,
        given_up=given_up,
    )


def _gap(value: float, bound: float) -> float | None:
    if bound == inf:
        return None
    return (bound - value) / max(abs(value), 1e-9) if bound > value else 0.0


def nothing(
    problem: CitiesProblem, *, status: str, clash: Clash | None = None, given_up: tuple[GivenUp, ...] = ()
) -> CitiesSolution:
    """The answer without a plan."""
    return CitiesSolution(
        status=status,
        visits=(),
        trips=(),
        first_date=problem.first_date,
        last_date=problem.first_date,
        nights=0,
        money=Money(0, 0, 0, 0),
        value=0.0,
        bound=0.0,
        gap=None,
        worth=Worth(0.0, 0.0, 0.0, 0.0),
        left_out=(),
        clash=clash,
        given_up=given_up,
    )


def visited(model: Model, outcome: Outcome) -> set[str]:
    """The cities in the plan of an outcome."""
    base = len(model.moves)
    return {model.blocks[column - base].city for column in outcome.chosen or () if column >= base}


def _position(move: Move) -> tuple[int, int]:
    return move.leaves, 2 if move.destination is None else 0 if move.origin is None else 1


def _visit(problem: CitiesProblem, block: Block, last_meals: int) -> CityVisit:
    nights = block.nights
    return CityVisit(
        city=block.city,
        arrive=problem.date_of(block.first),
        leave=problem.date_of(block.last),
        nights=nights,
        bookings=tuple(Booking(stay.id, rooms, rooms * stay.price * nights) for stay, rooms in block.lodging.rooms),
        stays_price=block.lodging.price * nights,
        meals_price=block.meals + last_meals,
    )


def _trip(problem: CitiesProblem, journey: Journey) -> Trip:
    transfer = journey.transfer
    return Trip(
        transfer=transfer.id,
        origin=transfer.origin,
        destination=transfer.destination,
        mode=transfer.mode,
        date=problem.date_of(journey.day),
        departs=journey.departs,
        arrival_date=problem.date_of(journey.arrival_day),
        arrives=journey.arrives,
        minutes=transfer.minutes,
        price=journey.price,
    )


def _money(moves: list[Move], blocks: list[Block]) -> Money:
    transfers = sum(move.journey.price for move in moves if move.journey is not None)
    stays = sum(block.lodging.price * block.nights for block in blocks)
    meals = sum(block.meals for block in blocks) + sum(move.meals for move in moves)
    return Money(transfers, stays, meals, transfers + stays + meals)


def _worth(problem: CitiesProblem, moves: list[Move], blocks: list[Block], money: Money) -> Worth:
    nights: dict[str, int] = {}
    for block in blocks:
        nights[block.city] = nights.get(block.city, 0) + block.nights
    return Worth(
        cities=sum(city_value(problem, city, count) for city, count in nights.items()),
        travel=sum(move.journey.value for move in moves if move.journey is not None),
        stays=sum(block.lodging.value * block.nights for block in blocks),
        spending=-problem.weights.spending * money.total / 1000,
    )
