"""A few sentences on each day, of nothing but what is planned: the model invents no hours or prices here."""

from shared.assistant.draft import DraftPlan, PlannedDay
from shared.words import say


def told(draft: DraftPlan, language: str) -> DraftPlan:
    """The draft with each day told, in a language of ours."""
    days = tuple(day.model_copy(update={"notes": _story(day, language)}) for day in draft.days)
    return draft.model_copy(update={"days": days})


def _story(day: PlannedDay, language: str) -> str:
    """Where the day begins and goes on, where people eat, and how long they are on the way."""
    if not day.stops:
        return say(language, "day_free")
    sights = [stop.name for stop in day.stops if stop.kind != "food"]
    meals = [stop.name for stop in day.stops if stop.kind == "food"]
    sentences = []
    if sights:
        sentences.append(say(language, "day_first", name=sights[0]))
    if len(sights) > 1:
        sentences.append(say(language, "day_then", names=sights[1:]))
    if meals:
        sentences.append(say(language, "day_meals", names=meals))
    minutes = sum(stop.travel_minutes for stop in day.stops)
    if minutes:
        sentences.append(say(language, "day_ways", minutes=minutes))
    return " ".join(sentences)
