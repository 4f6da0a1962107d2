"""The plain HTTP functions as clients see them: their queries and bodies, which the registry does not know.

Every one has an entry in `PAGES`; a test asks for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import BaseModel

from shared.exports.files import CONTENT_TYPES
from shared.runtime.caller import Role
from shared.runtime.health import Health
from shared.runtime.registry import FunctionSpec
from shared.sharing.requests import PublicTrip

Parameter = Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """A plain HTTP function: parameters as OpenAPI has them, and the bodies of its good answer by media type.

    A body is a model, or None for one without a model of ours. `also` are other good answers, by status. `role` is the
    least one in the trip, if it is about one.
    """

    bodies: Mapping[str, type[BaseModel] | None]
    parameters: tuple[Parameter, ...] = ()
    examples: Mapping[str, Any] = field(default_factory=dict)
    also: Mapping[str, str] = field(default_factory=dict)
    role: Role | None = None


def query(
    name: str, description: str, *, example: str, required: bool = False, values: tuple[str, ...] = ()
) -> Parameter:
    """A parameter of the query; `values` if it takes no others."""
    schema = {"type": "string", **({"enum": list(values)} if values else {})}
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": description,
        "schema": schema,
        "example": example,
    }


PAGES: Final[Mapping[str, Page]] = {
    "health": Page(
        {"application/json": Health},
        (query("ready", "`1` also asks the database.", example="1"),),
        {"application/json": {"status": "ok", "version": "dev", "database": "ok"}},
    ),
    "public-trip": Page(
        {"text/html": None, "application/json": PublicTrip},
        (
            query(
                "name", "The name in the link that the owner has shared.", example="V8nXq2Lr5TzKw9sYc1bPd7Gf3HjMt0Ra"
            ),
            query("format", "`json` for data instead of a page.", example="json"),
        ),
        {
            "application/json": {
                "name": "Kyoto in spring",
                "destinations": ["Kyoto"],
                "sections": ["dates", "ideas"],
                "startDate": "2027-04-02",
                "endDate": "2027-04-05",
                "notes": None,
                "days": None,
                "ideas": [
                    {
                        "name": "Fushimi Inari",
                        "kind": "sight",
                        "at": None,
                        "minutes": 90,
                        "lat": 34.967,
                        "lng": 135.773,
                        "notes": None,
                        "cost": None,
                    }
                ],
                "packing": None,
                "travellers": None,
                "budget": None,
            },
            "text/html": "<!doctype html>…",
        },
    ),
    "trips-export": Page(
        dict.fromkeys(kind.partition(";")[0] for kind in CONTENT_TYPES.values()),
        (
            query("tripId", "The trip.", example="Kq3vTz81mNcY5dRw0pLs", required=True),
            query("format", "What to write it as.", example="pdf", required=True, values=tuple(CONTENT_TYPES)),
            query(
                "language",
                "The language of our own words in it (BCP 47); else one that `Accept-Language` names, else English.",
                example="de",
            ),
        ),
        also={"304": "The caller has this version (`If-None-Match`)."},
        role=Role.VIEWER,
    ),
    "users-export-download": Page(
        {"application/zip": None},
        (query("export", "The id of the job that made the archive.", example="j2Vb7Xr5NqTz9wLc3KpY", required=True),),
    ),
    "calendar-feed": Page(
        {"text/calendar": None},
        (query("name", "The name in the address of a feed.", example="V8nXq2Lr5TzKw9sYc1bPd7Gf3HjMt0Ra"),),
        also={"304": "The caller has this version (`If-None-Match`)."},
    ),
}
UNDESCRIBED: Final = Page({"*/*": None})


def least_role(spec: FunctionSpec) -> Role | None:
    """The least role in the trip that a function asks for; a plain HTTP function looks at it by itself."""
    return spec.role or of(spec.name).role


def of(name: str) -> Page:
    """The page of that function; one that anything fits if nobody has described it yet."""
    return PAGES.get(name, UNDESCRIBED)
