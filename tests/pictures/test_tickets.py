"""What is read off tickets and bookings in seven languages, and what is not taken for one."""

from datetime import date

import pytest

from shared.pictures.ticket import Span, Ticket, read

SPAN = Span(date(2027, 4, 1), date(2027, 4, 10), date(2026, 11, 22))
TICKETS = [
    (
        "Admission ticket|The British Museum|5 April 2027, 2:30 pm|2 adults, 1 child|Booking ref: BM-99201",
        Ticket("The British Museum", "2027-04-05", "14:30", 3, "BM-99201"),
    ),
    (
        "Boarding pass|JAPAN RAIL|Apr 5|12:05 am|Confirmation no. QX4T9Z",
        Ticket("JAPAN RAIL", "2027-04-05", "00:05", None, "QX4T9Z", ("year",)),
    ),
    (
        "ENTRADA GENERAL|Alhambra de Granada|Fecha: 12 de abril de 2027|Hora:10:30|Personas: 2|Localizador: AB12CD",
        Ticket("Alhambra de Granada", "2027-04-12", "10:30", 2, "AB12CD"),
    ),
    (
        "Eintrittskarte|Schloss Charlottenburg|Montag, 14. Juni 2027, 14.00 Uhr|2 Erwachsene|Buchungsnummer: XK7-4432",
        Ticket("Schloss Charlottenburg", "2027-06-14", "14:00", 2, "XK7-4432"),
    ),
    (
        "Billet|Musée du Louvre|05/04/2027 à 9h30|Réservation n° LV7781|3 personnes",
        Ticket("Musée du Louvre", "2027-04-05", "09:30", 3, "LV7781", ("dayOrMonth",)),
    ),
    (
        "Biglietto|Colosseo|3 aprile 2027 ore 11:15|Codice prenotazione: RM55X2|2 adulti",
        Ticket("Colosseo", "2027-04-03", "11:15", 2, "RM55X2"),
    ),
    (
        "Bilhete|Torre de Belém|7 de abril de 2027|10:00|2 adultos|Código de reserva: TB2027",
        Ticket("Torre de Belém", "2027-04-07", "10:00", 2, "TB2027"),
    ),
    (
        "入場券|金閣寺|2027年4月3日 午後2時30分|大人2名|予約番号 KY12345",
        Ticket("金閣寺", "2027-04-03", "14:30", 2, "KY12345"),
    ),
    (
        "Bought 1 March 2027|Entry ticket|Park Güell|2027-04-06|09:30",
        Ticket("Park Güell", "2027-04-06", "09:30", None, None),
    ),
]


@pytest.mark.parametrize("text, ticket", TICKETS, ids=[text.split("|")[1] for text, _ in TICKETS])
def test_tickets(text: str, ticket: Ticket) -> None:
    assert read(text.split("|"), SPAN) == ticket


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Kyoto day trip|Fushimi Inari|Nishiki Market",
        "Ticket office|Open daily",
        "Best of 2027|12 places in April|Kyoto",
        "Meeting notes 5 April 2027|buy milk",
        "31.02.2027|Ticket",
        "Ticket 99/99/2027 25:61",
    ],
)
def test_other_text_is_no_ticket(text: str) -> None:
    assert read(text.split("|"), SPAN) is None


def test_a_date_that_can_be_read_twice_is_the_one_during_the_trip() -> None:
    lines = ["Ticket", "Skytree", "04/05/2027"]
    first_of_may = Span(date(2027, 5, 1), date(2027, 5, 6), SPAN.today)
    found = [read(lines, span) for span in (SPAN, first_of_may)]
    assert [one and one.day for one in found] == ["2027-04-05", "2027-05-04"]
    assert all(one and one.assumed == ("dayOrMonth",) for one in found)


def test_a_date_without_a_year_is_the_next_one() -> None:
    without_trip = Span(None, None, date(2026, 11, 22))
    found = [read(["Ticket", "Opera", line], without_trip) for line in ("3 November", "24 December")]
    assert [one and one.day for one in found] == ["2027-11-03", "2026-12-24"]
