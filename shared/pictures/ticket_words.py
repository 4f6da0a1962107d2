"""Words on tickets and bookings in English, Spanish, German, French, Italian, Portuguese and Japanese.

All are folded: lower case, no accents. They are stems: "reserva" finds "reservation" and "reservado" too.
"""

from collections import defaultdict
from typing import Final

_MONTHS: Final = (
    "january enero januar janner janvier gennaio janeiro",
    "february febrero februar fevrier febbraio fevereiro",
    "march marzo marz maerz mars marco",
    "april abril avril aprile",
    "may mayo mai maggio maio",
    "june junio juni juin giugno junho",
    "july julio juli juillet luglio julho",
    "august agosto aout",
    "september septiembre setiembre septembre settembre setembro",
    "october octubre oktober octobre ottobre outubro",
    "november noviembre novembre novembro",
    "december diciembre dezember decembre dicembre dezembro",
)


def _months() -> dict[str, int]:
    """Names of months, and their beginnings of three letters and more that mean one month only."""
    meant: defaultdict[str, set[int]] = defaultdict(set)
    whole: dict[str, int] = {}
    for number, names in enumerate(_MONTHS, 1):
        for name in names.split():
            whole[name] = number
            for length in range(3, len(name)):
                meant[name[:length]].add(number)
    short = {name: numbers.pop() for name, numbers in meant.items() if len(numbers) == 1}
    return {**short, **whole}


MONTHS: Final = _months()


def _words(text: str) -> tuple[str, ...]:
    """Separated by spaces; a space within one is written as an underscore."""
    return tuple(word.replace("_", " ") for word in text.split())


MARKERS: Final = _words(
    "ticket admission admit entry booking reservation voucher boarding entrada reserva billete eintritt fahrkarte "
    "buchung reservierung billet biglietto prenotazione ingresso bilhete 入場券 チケット 予約 乗車券 拝観券 観覧券"
)

BOUGHT: Final = _words(
    "issued purchase printed bought valid sold compra emitid emision ausgestellt kauf gedruckt achat emis emess "
    "acquist 発行 購入 発売"
)
"""On a line that tells when a ticket was bought, or how long it is good: that is not when to be there."""

PEOPLE: Final = _words(
    "adult child children person people guest visitor student senior pax passenger adulto nino persona visitante "
    "erwachsene kind kinder personen gaste besucher adulte enfant personne visiteur adulti bambin persone adultos "
    "crianca pessoa"
)

PEOPLE_BEFORE: Final = _words(
    "people persons guests adults adult visitors pax party_of personas adultos visitantes personen erwachsene "
    "anzahl personnes adultes persone adulti pessoas 人数 大人"
)

REFERENCE: Final = (
    r"booking (?:reference|number|code|ref|no|id)",
    r"(?:reservation|confirmation|order|ticket) (?:reference|number|code|ref|no|id)",
    "reference",
    "confirmation",
    "booking",
    "pnr",
    r"ref",
    "localizador",
    r"(?:codigo|numero|n) de (?:reserva|confirmacion|pedido)",
    "referencia",
    "reserva",
    "buchungs(?:nummer|code|nr)",
    "reservierungs(?:nummer|code|nr)",
    "bestell(?:nummer|nr)",
    "auftrags(?:nummer|nr)",
    r"(?:numero|n|code) de (?:reservation|commande|dossier)",
    r"(?:codice|numero)(?: di)? (?:prenotazione|ordine)",
    "prenotazione",
    "reservation",
    "予約番号",
    "確認番号",
    "注文番号",
)
