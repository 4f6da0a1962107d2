"""The one place that builds what a use case needs, from the settings and the clients of this process.

A module for each area; imports are inside, so that a function loads only what it uses.
"""

from shared.bootstrap.accounts import accounts, admins, archives, deletions, personal_data
from shared.bootstrap.assistant import answering, chat, chat_store, following, generation, generation_asking
from shared.bootstrap.common import jobs, outbox, quotas, remembered_answers
from shared.bootstrap.exports import calendar_feeds, exports
from shared.bootstrap.group import activity, comments, group_wishes, poll_closing, polls, presence, reactions
from shared.bootstrap.money import expense_summary, expenses
from shared.bootstrap.people import asker, devices, users
from shared.bootstrap.pictures import picture_asking, picture_ideas, pictures
from shared.bootstrap.places import catalogue, google_places, places, travel_times
from shared.bootstrap.plan import history, plans, proposals
from shared.bootstrap.planning import planning, planning_asking, route_asking, route_maker, routes
from shared.bootstrap.trips import (
    departures,
    guests,
    invitations,
    members,
    place_search,
    publishing,
    trip_changes,
    trip_copying,
    trip_lifecycle,
    trip_settings,
    trip_store,
    trips,
)
from shared.bootstrap.voice import voice_following, voice_store, voice_work, voices

__all__ = [
    "accounts",
    "activity",
    "admins",
    "answering",
    "archives",
    "asker",
    "calendar_feeds",
    "catalogue",
    "chat",
    "chat_store",
    "comments",
    "deletions",
    "departures",
    "devices",
    "expense_summary",
    "expenses",
    "exports",
    "following",
    "generation",
    "generation_asking",
    "google_places",
    "group_wishes",
    "guests",
    "history",
    "invitations",
    "jobs",
    "members",
    "outbox",
    "personal_data",
    "picture_asking",
    "picture_ideas",
    "pictures",
    "place_search",
    "places",
    "planning",
    "planning_asking",
    "plans",
    "poll_closing",
    "polls",
    "presence",
    "proposals",
    "publishing",
    "quotas",
    "reactions",
    "remembered_answers",
    "route_asking",
    "route_maker",
    "routes",
    "travel_times",
    "trip_changes",
    "trip_copying",
    "trip_lifecycle",
    "trip_settings",
    "trip_store",
    "trips",
    "users",
    "voice_following",
    "voice_store",
    "voice_work",
    "voices",
]
