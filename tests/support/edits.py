"""Random edits of a plan, as a careless group would make them; seeded."""

import random
from typing import Any

from shared.plan.order import keys_between
from tests.support.people import stop

Op = list[dict[str, Any]]
WORDS = ("tea", "früh", "お寺", "🍜 ramen", "🏯", "meet at 9")


class RandomEditor:
    """Makes edits that fit a document. `counter` is a stop that nobody deletes; `count` is how often it was raised."""

    def __init__(self, seed: str, uid: str, counter: str) -> None:
        self._choose = random.Random(seed)
        self._uid = uid
        self._counter = counter
        self._made = 0
        self._name = seed.rpartition("/")[2]
        self.count = 0
        self.tokens: list[str] = []
        self._before = 0, 0

    def edit(self, doc: dict[str, Any]) -> Op:
        """One operation on a document as this editor sees it."""
        self._before = self.count, len(self.tokens)
        kinds = [self._raise_counter, self._token, self._add_stop, self._move, self._write, self._minutes, self._pack]
        rare = [self._add_day, self._remove_day, self._remove_stop, self._replace_notes]
        return self._choose.choice(kinds * 2 + rare)(doc)

    def take_back(self) -> None:
        """Forget the last operation: it was not made."""
        self.count, kept = self._before
        del self.tokens[kept:]

    def _raise_counter(self, doc: dict[str, Any]) -> Op:
        self.count += 1
        return [{"p": ["stops", self._counter, "minutes"], "na": 1}]

    def _token(self, doc: dict[str, Any]) -> Op:
        """A word that occurs once in the world, put into a text that nobody deletes from."""
        token = f"<{self._name}.{len(self.tokens)}>"
        self.tokens.append(token)
        return [{"p": ["stops", self._counter, "notes"], "t": "text-unicode", "o": [token]}]

    def _new_id(self) -> str:
        self._made += 1
        return f"{self._name}-{self._made}"

    def _add_stop(self, doc: dict[str, Any]) -> Op:
        added = stop(self._uid, self._choose.choice(WORDS), dayId=self._a_day(doc), order=self._order(doc["stops"]))
        return [{"p": ["stops", self._new_id()], "oi": added}]

    def _add_day(self, doc: dict[str, Any]) -> Op:
        if len(doc["days"]) > 20:
            return self._move(doc)
        return [{"p": ["days", self._new_id()], "oi": {"order": self._order(doc["days"]), "notes": ""}}]

    def _remove_day(self, doc: dict[str, Any]) -> Op:
        day_id = self._a_day(doc)
        if day_id is None:
            return self._add_day(doc)
        moved = [
            {"p": ["stops", key, "dayId"], "od": day_id, "oi": None}
            for key, one in doc["stops"].items()
            if one["dayId"] == day_id
        ]
        return [*moved, {"p": ["days", day_id], "od": doc["days"][day_id]}]

    def _remove_stop(self, doc: dict[str, Any]) -> Op:
        key = self._a_stop(doc)
        return self._add_stop(doc) if key is None else [{"p": ["stops", key], "od": doc["stops"][key]}]

    def _move(self, doc: dict[str, Any]) -> Op:
        key, day_id = self._a_stop(doc), self._a_day(doc)
        if key is None:
            return self._add_stop(doc)
        old, order = doc["stops"][key], self._order(doc["stops"])
        return [
            {"p": ["stops", key, "dayId"], "od": old["dayId"], "oi": day_id},
            {"p": ["stops", key, "order"], "od": old["order"], "oi": order},
        ]

    def _write(self, doc: dict[str, Any]) -> Op:
        key = self._a_stop(doc)
        if key is None:
            return self._add_stop(doc)
        text = doc["stops"][key]["notes"]
        at = self._choose.randint(0, len(text))
        op: list[Any] = [at] if at else []
        if at < len(text) and self._choose.random() < 0.4:
            op.append({"d": text[at : at + self._choose.randint(1, 4)]})
        else:
            op.append(self._choose.choice(WORDS))
        return [{"p": ["stops", key, "notes"], "t": "text-unicode", "o": op}]

    def _minutes(self, doc: dict[str, Any]) -> Op:
        key = self._a_stop(doc)
        return self._add_stop(doc) if key is None else [{"p": ["stops", key, "minutes"], "na": 5}]

    def _pack(self, doc: dict[str, Any]) -> Op:
        item = self._choose.choice(sorted(doc["packing"])) if doc["packing"] else None
        if item is None or self._choose.random() < 0.5:
            thing = {"order": self._order(doc["packing"]), "text": "socks", "done": False}
            return [{"p": ["packing", self._new_id()], "oi": thing}]
        done = doc["packing"][item]["done"]
        return [{"p": ["packing", item, "done"], "od": done, "oi": not done}]

    def _replace_notes(self, doc: dict[str, Any]) -> Op:
        return [{"p": ["notes"], "od": doc["notes"], "oi": self._choose.choice(WORDS)}]

    def _a_day(self, doc: dict[str, Any]) -> str | None:
        return self._choose.choice([None, *sorted(doc["days"])])

    def _a_stop(self, doc: dict[str, Any]) -> str | None:
        keys = sorted(key for key in doc["stops"] if key != self._counter)
        return self._choose.choice(keys) if keys else None

    def _order(self, container: dict[str, Any]) -> str:
        taken = sorted({element["order"] for element in container.values()})
        at = self._choose.randint(0, len(taken))
        low, high = (taken[at - 1] if at else None), (taken[at] if at < len(taken) else None)
        return keys_between(low, high, 1)[0]
