"""Orders as a job keeps them, and how their results are delivered."""

from typing import Any, Final, Literal

from pydantic_core import to_json

from shared.planning.requests import Delivery, Optimise, Order, Place, Replan, TheRest

Kind = Literal["optimise", "place", "replan"]

_MODELS: Final[dict[Kind, type[Order]]] = {"optimise": Optimise, "place": Place, "replan": Replan}


def told(kind: Kind, order: Order) -> dict[str, Any]:
    """The order as JSON, for `kept`."""
    fields = order.model_dump(mode="json", by_alias=True, exclude={"trip_id", "request_id"})
    return {"order": kind, **fields}


def kept(request: dict[str, Any]) -> Order:
    """The order that a job keeps."""
    fields = {name: value for name, value in request.items() if name != "order"}
    return _MODELS[request["order"]].model_validate_json(to_json(fields))


def delivery(order: Order) -> Delivery:
    """Alternatives, splits, and plans for the rest of the trip are offered unless somebody said otherwise."""
    if order.deliver:
        return order.deliver
    offered = isinstance(order, Optimise) and (
        order.alternatives > 0 or order.splits > 0 or isinstance(order.scope, TheRest)
    )
    return "proposal" if offered else "apply"
