"""The catalogue as it ships: these tests are about its facts and about how they are found."""

import pytest

from shared.places.catalogue import CatalogueProvider
from shared.places.models import Place


@pytest.fixture(scope="session")
def catalogue() -> CatalogueProvider:
    return CatalogueProvider()


@pytest.fixture(scope="session")
def everything(catalogue: CatalogueProvider) -> dict[str, list[Place]]:
    """All places by destination."""
    return {one.id: catalogue.search(one.id, limit=10_000) for one in catalogue.destinations()}
