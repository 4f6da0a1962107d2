"""The assistant against the stand-in, over HTTP through the real client, with the real catalogue and a fixed today."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from emulator.gemini.testing import StandIn
from shared.assistant.context import TripContext
from shared.assistant.generate import STAGES, Generation, GenerationRequest, Output
from shared.assistant.model import Model
from shared.assistant.settings import LoopLimits, ModelSettings, SearchEffort
from shared.money import reference_rates
from shared.places.catalogue import CatalogueProvider
from tests.support.standins import local, running_gemini
from tests.support.standins import own_gemini as gemini

__all__ = ["gemini", "local", "running_gemini"]

TODAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
PROVIDER = CatalogueProvider()


class FixedClock:
    def now(self) -> datetime:
        return TODAY


@pytest.fixture(scope="session")
def provider() -> CatalogueProvider:
    return PROVIDER


@pytest.fixture
def pauses() -> list[float]:
    """The seconds that the model would have waited between attempts."""
    return []


@pytest.fixture
def model(gemini: StandIn, pauses: list[float]) -> Model:
    return Model(gemini.client(), ModelSettings("gemini-3.8-flash"), pause=pauses.append)


@pytest.fixture
def generation(model: Model) -> Generation:
    return Generation(
        model, PROVIDER, FixedClock(), reference_rates(), LoopLimits(), SearchEffort(iterations=60, seconds=20)
    )


@pytest.fixture
def generate(generation: Generation) -> Callable[..., dict[str, Output]]:
    """Runs all stages; returns their outputs by name."""

    def run(text: str, context: TripContext | None = None) -> dict[str, Output]:
        request = GenerationRequest(text, context or TripContext(members=2), "job-1", "ana")
        state: dict[str, Output] = {}
        for name in STAGES:
            state[name] = generation.run_stage(name, request, state, report=lambda *_: None)
        return state

    return run
