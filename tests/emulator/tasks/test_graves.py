"""Names of tasks that are over."""

from __future__ import annotations

from pathlib import Path

from emulator.common.store import NoStore, SqliteStore
from emulator.tasks.graves import GRAVE, Graves


def test_a_name_is_free_again_after_an_hour() -> None:
    time = 1000.0
    graves = Graves(NoStore(), lambda: time)
    graves.add("a")
    time += 3599
    assert graves.has("a")
    time += 1
    assert not graves.has("a")


def test_names_are_remembered_across_restarts_and_forgotten_when_old(tmp_path: Path) -> None:
    time = 1000.0
    store = SqliteStore(tmp_path, "tasks")
    graves = Graves(store, lambda: time)
    graves.add("old")
    time += 3000
    graves.add("young")
    assert Graves(store, lambda: time).has("old")
    time += 601
    graves.add("new")
    assert [name for name, _ in store.load(GRAVE)] == ["young", "new"]
