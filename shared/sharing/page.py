"""The public page as HTML or JSON, with the headers that keep it from doing or telling anything else."""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, Template
from markupsafe import Markup

from shared.money.currencies import exponent, is_known
from shared.sharing.requests import PublicTrip
from shared.trips.requests import MoneyView

_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#1c1c1e;background:#fafafa}"
    "main{max-width:42rem;margin:0 auto;padding:1.5rem}h1,h2{line-height:1.2;unicode-bidi:isolate}"
    "li,p{unicode-bidi:isolate;overflow-wrap:anywhere}.notes{white-space:pre-line}time,small{margin-inline-start:.5rem}"
    "@media(prefers-color-scheme:dark){body{color:#f2f2f7;background:#1c1c1e}}"
)
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Whoever was shown the page must not be able to show it again once it is revoked, nor its address be sent along.
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


def as_html(trip: PublicTrip) -> tuple[str, dict[str, str]]:
    """A page that loads nothing, and its headers. Everything people wrote is escaped."""
    body = _template().render(trip=trip, style=Markup(_STYLE), money=_money)  # noqa: S704 - our own constant
    return body, {**_HEADERS, "Content-Type": "text/html; charset=utf-8"}


def as_json(trip: PublicTrip) -> tuple[str, dict[str, str]]:
    """The same as data."""
    return trip.model_dump_json(), {**_HEADERS, "Content-Type": "application/json"}


def _money(amount: MoneyView) -> str:
    digits = exponent(amount.currency) if is_known(amount.currency) else 0
    return f"{amount.amount / 10**digits:,.{digits}f} {amount.currency}"


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))
