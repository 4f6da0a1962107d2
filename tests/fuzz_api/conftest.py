"""The same people and trips as the matrix has."""

from tests.matrix.conftest import world

__all__ = ["world"]
