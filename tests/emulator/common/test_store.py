"""What is kept, and that a block of writes is kept whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.common.store import open_store


def test_records_are_there_again_in_the_order_of_their_first_write(tmp_path: Path) -> None:
    first = open_store(tmp_path / "made", "part")
    for key in ("b", "a", "c"):
        first.put("kind", key, key.encode())
    first.put("kind", "b", b"changed")
    first.put("other", "x", b"")
    first.delete("kind", "c")
    first.close()
    assert list(open_store(tmp_path / "made", "part").load("kind")) == [("b", b"changed"), ("a", b"a")]


def test_writes_together_are_all_kept_or_none(tmp_path: Path) -> None:
    store = open_store(tmp_path, "part")
    with pytest.raises(ZeroDivisionError), store.together():
        store.put("kind", "outer", b"")
        with store.together():
            store.put("kind", "inner", b"")
        raise ZeroDivisionError
    assert not list(store.load("kind"))
    with store.together():
        store.put("kind", "outer", b"")
    assert [key for key, _ in store.load("kind")] == ["outer"]


def test_without_a_directory_nothing_is_kept() -> None:
    store = open_store(None, "part")
    with store.together():
        store.put("kind", "key", b"")
    assert not list(store.load("kind"))
