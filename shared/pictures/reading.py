"""From an answer of Cloud Vision to facts."""

import re
from typing import Any, Final

from google.cloud.vision_v1 import AnnotateImageResponse, Likelihood

from shared.pictures.facts import Facts, Landmark, WebEntity
from shared.runtime.text import tidy

_MOST_LINES: Final = 120
_MOST_NAMES: Final = 10
_LONGEST: Final = 200
_LEAST_LABEL: Final = 0.6
_LINK: Final = re.compile(r"!?\[([^\]]*)\]\([^)]*\)?")
_ADDRESS: Final = re.compile(
    r"(?:https?:|www\.|//)\S*"
    r"|\b(?:[a-z0-9-]+\.)+(?:com|net|org|io|co|app|dev|xyz|info|biz|me|ru|cn|top|site|online|link|click|page|test|example)\b\S*",
    re.IGNORECASE,
)
"""Nobody should be led anywhere by what a picture says."""
_UNSAFE: Final = (Likelihood.LIKELY, Likelihood.VERY_LIKELY)


def is_unsafe(answer: AnnotateImageResponse) -> bool:
    """Whether it is likely that the picture is not for everybody."""
    found = answer.safe_search_annotation
    return found.adult in _UNSAFE or found.violence in _UNSAFE


def facts_of(answer: AnnotateImageResponse) -> Facts:
    """The facts of an answer without error."""
    return Facts(
        landmarks=[_landmark(one) for one in answer.landmark_annotations[:_MOST_NAMES] if one.description],
        labels=[_line(one.description) for one in answer.label_annotations[:_MOST_NAMES] if one.score >= _LEAST_LABEL],
        lines=[line for text in answer.full_text_annotation.text.split("\n")[:_MOST_LINES] if (line := _line(text))],
        web=[
            WebEntity(name=_line(one.description), score=round(one.score, 4))
            for one in answer.web_detection.web_entities[:_MOST_NAMES]
            if one.description
        ],
    )


def _landmark(found: Any) -> Landmark:
    place = found.locations[0].lat_lng if found.locations else None
    return Landmark(
        name=_line(found.description),
        score=round(found.score, 4),
        lat=place.latitude if place else None,
        lng=place.longitude if place else None,
    )


def _line(text: str) -> str:
    return tidy(_ADDRESS.sub("", _LINK.sub(r"\1", text)), one_line=True)[:_LONGEST].strip()
