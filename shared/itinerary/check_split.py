"""Half-days for which the group splits up, for the independent judge: each branch has to be a day that works."""

from __future__ import annotations

from .check_day import CLOSE, Document


def all_stops(plan: Document) -> list[Document]:
    """The stops of a day, those of branches included."""
    branches = plan["split"]["branches"] if plan.get("split") else []
    return [*plan["stops"], *(stop for branch in branches for stop in branch["stops"])]


def goes(member: str, stop: Document) -> bool:
    return not stop.get("members") or member in stop["members"]


def part_of(problem: Document, stop: Document, amount: int) -> int:
    """What those who go pay of an amount for everybody, rounded up."""
    if not stop.get("members"):
        return amount
    return -(-amount * len(stop["members"]) // len(problem["members"]))


def lived(plan: Document) -> list[Document]:
    """The day as it is for each branch: common stops and its own, in order. A day without a split is one."""
    split = plan.get("split")
    if not split:
        return [plan]
    return [_lived(plan, split, branch) for branch in split["branches"]]


def _lived(plan: Document, split: Document, branch: Document) -> Document:
    names = [stop["visit"] for stop in plan["stops"]]
    first = names.index(split["part_after"]) + 1 if split["part_after"] is not None else 0
    before, after = plan["stops"][:first], plan["stops"][first:]
    mine = {"leave": branch["leave"]} if split["part_after"] is None else {}
    if after:
        meeting = {
            **after[0],
            "arrive": branch["arrives"],
            "wait": after[0]["start"] - branch["arrives"],
            "travel_minutes": branch["back_minutes"],
            "travel_metres": branch["back_metres"],
            "mode": branch["back_mode"],
            "fare": branch["back_fare"],
        }
        return {**plan, **mine, "stops": [*before, *branch["stops"], meeting, *after[1:]]}
    way = {name: branch[name] for name in ("back_minutes", "back_metres", "back_mode", "back_fare")}
    return {**plan, **mine, **way, "back": branch["arrives"], "stops": [*before, *branch["stops"]]}


def split_faults(problem: Document, plan: Document) -> list[str]:
    """Whether the branches are the whole group, part and meet where they say, and count as they should."""
    split = plan.get("split")
    if not split:
        return []
    found: list[str] = []
    everybody = sorted(member["id"] for member in problem.get("members", []))
    if sorted(name for branch in split["branches"] for name in branch["members"]) != everybody:
        found.append("the branches are not the members, each once")
    if any(stop["members"] != branch["members"] for branch in split["branches"] for stop in branch["stops"]):
        found.append("a branch has stops of others")
    if any(stop.get("members") for stop in plan["stops"]):
        found.append("a common stop is not for everybody")
    names = [stop["visit"] for stop in plan["stops"]]
    at = names.index(split["part_after"]) + 1 if split["part_after"] is not None else 0
    if (names[at] if at < len(names) else None) != split["meet_before"]:
        found.append(f"they do not meet before {split['meet_before']}")
    if any(branch["leave"] < split["part_at"] - CLOSE for branch in split["branches"]):
        found.append("somebody leaves before they part")
    if any(branch["arrives"] > split["meet_at"] + CLOSE for branch in split["branches"]):
        found.append("somebody comes late to where they meet")
    common = sum(stop["travel_minutes"] for stop in plan["stops"]) + plan["back_minutes"]
    for branch in split["branches"]:
        way = sum(stop["travel_minutes"] for stop in branch["stops"]) + branch["back_minutes"]
        common += way * len(branch["members"]) / max(len(everybody), 1)
    if abs(common - plan["travel_minutes"]) > CLOSE:
        found.append(f"travels {common} minutes on average, not {plan['travel_minutes']}")
    return found
