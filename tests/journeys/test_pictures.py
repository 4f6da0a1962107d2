"""Showing pictures, through every layer: function, task, Cloud Vision's stand-in, and ideas in the plan on a tap."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import Session
from shared.places.catalogue import CatalogueProvider
from tests.support.people import make_trip
from tests.support.pictures import encoded, page, photo, taken_at
from tests.support.waiting import eventually

People = Callable[..., Session]


def show(session: Session, database: Client, trip_id: str, picture: bytes, **fields: Any) -> dict[str, Any]:
    """The ended job of a picture."""
    told = {"picture": base64.b64encode(picture).decode(), **fields}
    job_id = session.call("ai-image", tripId=trip_id, **told)["jobId"]
    reference = database.document("trips", trip_id, "jobs", job_id)

    def ended() -> dict[str, Any] | None:
        job = reference.get().to_dict()
        return {**job, "id": job_id} if job and job["state"] in ("done", "failed", "cancelled") else None

    return eventually(ended)


def add(session: Session, trip_id: str, job: dict[str, Any], candidate: dict[str, Any]) -> dict[str, Any]:
    """The stop that a tap on a candidate makes."""
    added = session.call("ai-image-add", tripId=trip_id, jobId=job["id"], candidates=[candidate["id"]])
    plan = session.call("plan-get", tripId=trip_id)["plan"]
    stop: dict[str, Any] = plan["stops"][added["stops"][candidate["id"]]]
    return stop


def test_a_photo_becomes_an_idea_by_where_it_was_taken(person: People, database: Client) -> None:
    shrine = CatalogueProvider().get("kyoto/fushimi-inari")
    assert shrine
    ana = person()
    trip_id = make_trip(ana)
    taken = encoded(photo(), exif=taken_at(shrine.lat + 0.0002, shrine.lng))
    job = show(ana, database, trip_id, taken)
    best = job["result"]["candidates"][0]
    towns = [one["name"] for one in job["result"]["candidates"] if one["kind"] == "destination"]
    assert (job["state"], best["placeId"], best["evidence"], towns) == ("done", shrine.id, ["location"], ["Kyoto"])
    stop = add(ana, trip_id, job, best)
    assert (stop["placeId"], stop["dayId"], stop["name"], stop["source"]) == (shrine.id, None, shrine.name, "assistant")


LISTS = {
    "en": ["Must see in Kyoto", "Fushimi Inari Taisha", "Nishiki Market", "Grandma's tea house"],
    "es": ["Qué ver en Kioto", "Fushimi Inari Taisha", "Mercado de Nishiki", "Kinkaku-ji"],
    "de": ["Unbedingt in Kyoto", "Fushimi Inari Taisha", "Kinkaku-ji", "Nishiki Market"],
    "ja": ["京都で行きたい所", "伏見稲荷大社", "金閣寺", "錦市場"],
}
REASONS = {"en": "The picture says", "es": "En la imagen pone", "de": "Auf dem Bild steht", "ja": "画像に"}


@pytest.mark.parametrize("language", LISTS)
def test_a_list_becomes_ideas(person: People, database: Client, language: str) -> None:
    ana = person()
    trip_id = make_trip(ana)
    job = show(ana, database, trip_id, encoded(page(LISTS[language]), "PNG"), language=language)
    places = {one["placeId"]: one for one in job["result"]["candidates"] if one["kind"] == "place"}
    assert {"kyoto/fushimi-inari", "kyoto/nishiki-market"} <= places.keys()
    assert all(one["verified"] and one["reason"].startswith(REASONS[language]) for one in places.values())
    stop = add(ana, trip_id, job, places["kyoto/fushimi-inari"])
    assert (stop["placeId"], stop["dayId"]) == ("kyoto/fushimi-inari", None)


TICKETS = {
    "en": "Admission ticket|The British Museum|5 April 2027, 2:30 pm|2 adults, 1 child|Booking ref: BM-99201",
    "es": "ENTRADA|Sagrada Familia|Fecha: 5 de abril de 2027|Hora: 14:30|Personas: 3|Localizador: BM-99201",
    "de": "Eintrittskarte|Schloss Charlottenburg|Montag, 5. April 2027, 14:30 Uhr|3 Personen|Buchungsnummer: BM-99201",
    "ja": "入場券|金閣寺|2027年4月5日 14時30分|大人3名|予約番号 BM-99201",
}
PLACES = {
    "en": "london/british-museum",
    "es": "barcelona/sagrada-familia",
    "de": "berlin/charlottenburg",
    "ja": "kyoto/kinkaku-ji",
}


@pytest.mark.parametrize("language", TICKETS)
def test_a_ticket_becomes_a_fixed_stop_on_its_day(person: People, database: Client, language: str) -> None:
    ana = person()
    trip_id = make_trip(ana, startDate="2027-04-03", endDate="2027-04-08")
    day = {
        "date": "2027-04-05",
        "order": "a0",
        "title": "",
        "notes": "",
        "start": "09:00",
        "end": "21:00",
        "base": None,
    }
    op = [{"p": ["days", "monday"], "oi": day}]
    ana.call("plan-submit", tripId=trip_id, base=0, src="phone", seq=0, ops=[op])
    job = show(ana, database, trip_id, encoded(page(TICKETS[language].split("|"))), language=language)
    booking = job["result"]["candidates"][0]
    told = {key: booking[key] for key in ("kind", "placeId", "day", "at", "people", "reference")}
    place = PLACES[language]
    assert told == {
        "kind": "booking",
        "placeId": place,
        "day": "2027-04-05",
        "at": "14:30",
        "people": 3,
        "reference": "BM-99201",
    }
    stop = add(ana, trip_id, job, booking)
    assert (stop["dayId"], stop["at"], stop["fixed"], stop["placeId"]) == ("monday", "14:30", True, place)
    assert "BM-99201" in stop["notes"]
