"""Which requests fetch the missing pairs of a matrix: rectangles of origins and destinations. Pure."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """One request: every origin to every destination, by their numbers."""

    origins: tuple[int, ...]
    destinations: tuple[int, ...]

    @property
    def elements(self) -> int:
        return len(self.origins) * len(self.destinations)


def blocks(points: int, missing: Collection[tuple[int, int]], most: int) -> list[Block]:
    """Few rectangles of at most `most` elements that cover the missing pairs (from, to), nearly nothing else.

    Rows that miss the same share a rectangle. Whether a row asks for the way to itself does not matter, so it does
    where that makes it like the others.
    """
    wanted: dict[int, set[int]] = {}
    for origin, destination in missing:
        wanted.setdefault(origin, set()).add(destination)
    common = Counter(shape for row, columns in wanted.items() for shape in _shapes(row, columns))
    shared: dict[frozenset[int], list[int]] = {}
    for row in range(points):
        if row in wanted:
            shape = max(_shapes(row, wanted[row]), key=lambda one: (common[one], -len(one)))
            shared.setdefault(shape, []).append(row)
    return [part for columns, rows in shared.items() for part in _split(rows, sorted(columns), most)]


def _shapes(row: int, columns: set[int]) -> tuple[frozenset[int], frozenset[int]]:
    return frozenset(columns), frozenset(columns | {row})


def _split(rows: Sequence[int], columns: Sequence[int], most: int) -> Iterator[Block]:
    """In the fewest equal cuts; of equally many, those that keep rows whole."""

    def requests(width: int) -> int:
        height = most // width
        return -(-len(rows) // height) * -(-len(columns) // width)

    width = min(range(min(len(columns), most), 0, -1), key=requests)
    height = most // width
    for top in range(0, len(rows), height):
        for left in range(0, len(columns), width):
            yield Block(tuple(rows[top : top + height]), tuple(columns[left : left + width]))
