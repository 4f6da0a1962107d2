"""Which implementation serves: by the settings, and nothing of Google without a key."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from emulator.layout import EXTRA_PORTS, Layout, port_of
from emulator.maps.testing import StandIn
from shared import bootstrap
from shared.cloud import maps as cloud_maps
from shared.places.catalogue import CatalogueProvider
from shared.places.wider import KnownPlaces
from shared.travel.builtin import EstimatedTravelTimes
from tests.support.clients import forget_clients

ROOT = Path(__file__).parent.parent.parent
WITHOUT_A_KEY = """
import sys
from shared import bootstrap
bootstrap.places().search("rome", text="pizza")
bootstrap.travel_times().matrix([(41.9, 12.5), (41.8, 12.5)], "walk")
loaded = [name for name in sys.modules if name.startswith(("google.maps", "grpc"))]
sys.exit(f"loaded: {loaded}" if loaded else 0)
"""


@pytest.fixture(autouse=True)
def fresh() -> None:
    forget_clients()


def test_without_a_key_nothing_of_google_is_loaded() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TRAVVY_MAPS")}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_A_KEY], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_without_a_key_the_catalogue_and_estimates_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRAVVY_MAPS_API_KEY", raising=False)
    assert isinstance(bootstrap.places(), CatalogueProvider)
    assert isinstance(bootstrap.travel_times(), EstimatedTravelTimes)


def test_with_a_key_google_serves(monkeypatch: pytest.MonkeyPatch, maps: StandIn) -> None:
    monkeypatch.setenv("TRAVVY_MAPS_API_KEY", "local")
    monkeypatch.setenv("TRAVVY_MAPS_EMULATOR_HOST", maps.address)
    assert isinstance(bootstrap.places(), KnownPlaces)
    assert not bootstrap.travel_times().matrix([(41.9, 12.5), (41.8, 12.5)], "walk").estimated
    assert maps.units() == [4]


def test_the_real_service_is_asked_over_tls_with_the_key_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only made, not used: tests ask nobody outside."""
    monkeypatch.setenv("TRAVVY_MAPS_API_KEY", "AIza-test")
    monkeypatch.delenv("TRAVVY_MAPS_EMULATOR_HOST", raising=False)
    assert cloud_maps.routes().transport.host == "routes.googleapis.com:443"
    assert cloud_maps.places().transport.host == "places.googleapis.com:443"
    assert cloud_maps.metadata("id") == [("x-goog-api-key", "AIza-test"), ("x-goog-fieldmask", "id")]


def test_the_layout_leads_to_the_stand_in_and_away_from_a_real_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAVVY_MAPS_API_KEY", "AIza-real")
    environment = Layout({"maps": 4321}, ROOT).child_environment()
    assert environment["TRAVVY_MAPS_EMULATOR_HOST"] == "127.0.0.1:4321"
    assert environment["TRAVVY_MAPS_API_KEY"] == "local"
    assert port_of("maps", {}) == EXTRA_PORTS["maps"] and port_of("maps", {"TRAVVY_MAPS_PORT": "99"}) == 99
