"""What each function is called with: a traveller with a trip of their own for each client, and what the calls need."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from bench.api_parts.people import Traveller, traveller
from shared import bootstrap
from shared.cloud import firestore
from tests.support.people import make_trip, stop
from tests.support.pictures import encoded, looked_at, photo
from tests.support.voices import in_base64, recording

SAID = "en-spent"
"""A recording, and the answer of Speech-to-Text to it that the stand-in has on file."""
CANDIDATE = "3f0c2a9b71de"
PRICE = {"amount": 1200, "currency": "EUR", "date": "2027-04-02"}
_APPOINTING = threading.Lock()
_ADMINISTRATORS: list[Traveller] = []
ROUTE = {
    "start": "Paris",
    "firstDate": "2027-04-01",
    "nights": {"atLeast": 3, "atMost": 5},
    "cities": [{"city": "Rome"}, {"city": "Florence"}],
}
SINGLE = {"kind": "single", "options": [{"text": "Yes"}, {"text": "No"}]}


@dataclass
class Scene:
    """One client's world. `calls` is how many calls to be ready for, `things` what they use up, one after the other."""

    session: Traveller
    friend: Traveller
    calls: int
    things: list[Any] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def trip_id(self) -> str:
        """A trip of the session's, made when it is first asked for."""
        return make_trip(self.session)

    def do(self, function: str, **data: Any) -> Any:
        """Call a function, to prepare."""
        return self.session.call(function, **data)

    def here(self, function: str, **data: Any) -> Any:
        """The same, on the scene's trip."""
        return self.do(function, tripId=self.trip_id, **data)


Payload = Callable[[Scene, int], dict[str, Any]]
Setup = Callable[[Scene], None]
After = Callable[[Scene, dict[str, Any]], None]


@dataclass(frozen=True)
class Recipe:
    """How to prepare a scene, what to send in the i-th call, what to keep of its answer; who is signed in.

    `work` is what any handler must do besides asking others: "picture", to decode and encode the one that it is sent.
    """

    payload: Payload
    setup: Setup = lambda scene: None
    after: After = lambda scene, result: None
    token: Callable[[Scene, int], str] = lambda scene, i: scene.session.id_token()
    work: str = ""


def on_trip(**fields: Any) -> Payload:
    return lambda scene, i: {"tripId": scene.trip_id, **fields}


def with_thing(name: str, **fields: Any) -> Payload:
    return lambda scene, i: {"tripId": scene.trip_id, name: scene.things[i], **fields}


def with_state(**fields: Any) -> Payload:
    return lambda scene, i: {"tripId": scene.trip_id, **scene.state, **fields}


def things(function: str, key: str, **fields: Any) -> Setup:
    """As many of a thing as there will be calls."""

    def setup(scene: Scene) -> None:
        scene.things = [scene.here(function, **fields)[key] for _ in range(scene.calls)]

    return setup


def one(function: str, key: str, **fields: Any) -> Setup:
    """One thing that all calls name."""

    def setup(scene: Scene) -> None:
        scene.state = {key: scene.here(function, **fields)[key]}

    return setup


def trips(*first: str, with_friend: str = "") -> Setup:
    """A trip for each call, to which `first` has been done; the friend is a member of it in that role."""

    def setup(scene: Scene) -> None:
        friends = [(scene.friend, with_friend)] if with_friend else []
        scene.things = [make_trip(scene.session, *friends) for _ in range(scene.calls)]
        for trip_id in scene.things:
            for function in first:
                scene.do(function, tripId=trip_id)

    return setup


def several_trips(scene: Scene) -> None:
    for _ in range(5):
        make_trip(scene.session)


def of_each_trip(**fields: Any) -> Payload:
    return lambda scene, i: {"tripId": scene.things[i], **fields}


def friend_of_each_trip(**fields: Any) -> Payload:
    return lambda scene, i: {"tripId": scene.things[i], "uid": scene.friend.uid, **fields}


def kept(*keys: str) -> After:
    return lambda scene, result: scene.state.update({key: result[key] for key in keys})


def planned(scene: Scene) -> None:
    """A plan of three days and twelve stops, and an idea."""
    days = [[{"p": ["days", f"d{n}"], "oi": {"date": f"2027-04-0{n + 2}", "order": f"a{n}"}}] for n in range(3)]
    stops = [
        [{"p": ["stops", f"s{n}"], "oi": stop(scene.session, f"Stop {n}", dayId=f"d{n % 3}", order=f"a{n:02}")}]
        for n in range(12)
    ]
    idea = [{"p": ["stops", "idea"], "oi": stop(scene.session, "Nishiki Market")}]
    scene.here("plan-submit", base=0, src="bench-setup", seq=0, ops=[*days, *stops, idea])
    scene.state = {"version": 16, "src": "bench-edits", "seq": 0}


def edit(scene: Scene, version: int) -> int:
    """One more edit of the plan, and its version."""
    op = [{"p": ["stops", "s0", "minutes"], "na": 1}]
    scene.state["seq"] += 1
    made = scene.here("plan-submit", base=version, src="bench-edits", seq=scene.state["seq"], ops=[op])
    return int(made["version"])


def edited(scene: Scene) -> None:
    """A plan with an edit to take back."""
    planned(scene)
    edit(scene, scene.state["version"])


def edited_again(scene: Scene, result: dict[str, Any]) -> None:
    """Each call takes back an edit that was just made, as people do."""
    edit(scene, result["version"])


def undone(scene: Scene) -> None:
    """A plan with an edit that was taken back."""
    edited(scene)
    undo(scene)


def undone_again(scene: Scene, result: dict[str, Any]) -> None:
    edit(scene, result["version"])
    undo(scene)


def undo(scene: Scene) -> None:
    scene.here("plan-undo", src="bench-undo", seq=scene.state["seq"])


def invited(scene: Scene) -> None:
    """Invitations to a friend's trips."""
    made = [make_trip(scene.friend) for _ in range(scene.calls)]
    scene.things = [scene.friend.call("trips-invite", tripId=trip_id)["token"] for trip_id in made]


def joined(scene: Scene) -> None:
    """A friend's trips that the caller is a member of."""
    scene.things = [make_trip(scene.friend, (scene.session, "editor")) for _ in range(scene.calls)]


def invitations(scene: Scene) -> None:
    for number in range(scene.calls):
        scene.here("trips-invite-email", email=f"p{number}@example.com")
    scene.things = [entry["invitationId"] for entry in scene.here("trips-invitations")["invitations"]]


def ten_invitations(scene: Scene) -> None:
    """As many for each client, however many calls it makes."""
    for number in range(10):
        scene.here("trips-invite-email", email=f"p{number}@example.com")


def proposed(scene: Scene) -> None:
    planned(scene)
    op = [{"p": ["stops", "s0", "minutes"], "na": 1}]
    scene.things = [
        scene.here("proposals-create", title="Longer", base=16, ops=[op])["proposalId"] for _ in range(scene.calls)
    ]


def expenses(scene: Scene) -> None:
    """Twenty expenses of the trip, and one that all calls name."""
    for number in range(20):
        scene.here("expenses-add", title=f"Meal {number}", **PRICE)
    scene.state = {key: scene.here("expenses-add", title="Tea", **PRICE)[key] for key in ("expenseId", "version")}


def guest(scene: Scene) -> None:
    scene.state = {"guestId": scene.here("trips-add-guest", name="Grandma")["guestId"]}


def profile(scene: Scene) -> None:
    scene.state = {"version": scene.do("auth-session").get("version") or scene.do("users-get")["version"]}


def guests(scene: Scene) -> None:
    """A trip with a guest for each call."""
    made = [make_trip(scene.session) for _ in range(scene.calls)]
    scene.things = [
        {"tripId": trip_id, "guestId": scene.do("trips-add-guest", tripId=trip_id, name="Grandma")["guestId"]}
        for trip_id in made
    ]


def each(scene: Scene, i: int) -> dict[str, Any]:
    """What a thing says by itself."""
    return dict(scene.things[i])


def published(scene: Scene) -> None:
    scene.things = [make_trip(scene.session) for _ in range(scene.calls)]
    for trip_id in scene.things:
        scene.do("trips-publish", tripId=trip_id, sections=["dates"])


def resolved(scene: Scene) -> None:
    things("comments-create", "commentId", on="trip", text="Let us go")(scene)
    for comment_id in scene.things:
        scene.here("comments-resolve", commentId=comment_id)


def asked(state: str = "") -> Setup:
    """An answer of the assistant for each call; no worker runs, so `state` is written to where it would."""

    def setup(scene: Scene) -> None:
        for _ in range(scene.calls):
            answer = scene.here("ai-chat", text="Two days in Kyoto")
            scene.things.append({key: answer[key] for key in ("tripId", "threadId", "messageId")})
        database = firestore.client()
        for thing in scene.things if state else []:
            thread = database.document("trips", thing["tripId"], "threads", thing["threadId"])
            batch = database.batch()
            batch.update(thread, {"waiting": []})
            batch.update(thread.collection("messages").document(thing["messageId"]), {"state": state})
            batch.commit()

    return setup


def pictures(scene: Scene) -> None:
    """A picture for each call in which a place was found; no worker runs."""
    for _ in range(scene.calls):
        scene.things.append(looked_at(firestore.client(), scene.trip_id, scene.session.uid, CANDIDATE))


def administrator(scene: Scene) -> None:
    """The administrators, of whom there are two however many clients: one calls, about the other."""
    with _APPOINTING:
        if not _ADMINISTRATORS:
            _ADMINISTRATORS.extend((scene.session, scene.friend))
            for person in _ADMINISTRATORS:
                bootstrap.admins().set_admin(scene.session.uid, person.uid, admin=True)
            scene.session.renew()
    scene.session, scene.friend = _ADMINISTRATORS


def newcomer(scene: Scene) -> None:
    """Somebody who has just signed in, and whose account may go."""
    scene.session = traveller()


def newcomers(scene: Scene) -> None:
    """Somebody else for each call, because it ends their sessions."""
    scene.things = [traveller() for _ in range(scene.calls)]


def archive_wanted(scene: Scene) -> None:
    scene.state = {"jobId": scene.do("users-export-data")["jobId"]}


def register(scene: Scene) -> None:
    scene.do("users-register-device", **device(scene, 0))


def fresh_op(scene: Scene, i: int) -> dict[str, Any]:
    op = [{"p": ["stops", "s1", "minutes"], "na": 1}]
    return {"tripId": scene.trip_id, "base": scene.state["version"], "src": "bench-new", "seq": i, "ops": [op]}


def reverse(scene: Scene, i: int) -> dict[str, Any]:
    return {"tripId": scene.trip_id, "src": "bench-reverse", "seq": i}


def device(scene: Scene, i: int) -> dict[str, Any]:
    token = secrets.token_urlsafe(40)
    return {"deviceId": f"bench-device-{i % 5}", "token": token, "platform": "ios", "appVersion": "2.4.1"}


RECIPES: dict[str, Recipe] = {
    "admin-set-claims": Recipe(lambda scene, i: {"uid": scene.friend.uid, "admin": True}, administrator),
    "ai-cancel": Recipe(each, asked()),
    "ai-chat": Recipe(on_trip(text="Two days in Kyoto")),
    "ai-generate": Recipe(on_trip(request="Two days in Kyoto")),
    "ai-image": Recipe(on_trip(picture=in_base64(encoded(photo(1200, 900)))), work="picture"),
    "ai-image-add": Recipe(with_thing("jobId", candidates=[CANDIDATE]), pictures),
    "ai-regenerate": Recipe(each, asked("done")),
    "ai-retry": Recipe(each, asked("failed")),
    "ai-voice": Recipe(on_trip(audio=in_base64(recording(SAID)), languages=["en-US"])),
    "auth-session": Recipe(lambda scene, i: {}),
    "comments-create": Recipe(on_trip(on="trip", text="Let us be there before eight, it gets crowded")),
    "comments-delete": Recipe(
        with_thing("commentId"), things("comments-create", "commentId", on="trip", text="Let us go")
    ),
    "comments-edit": Recipe(
        with_state(text="Before seven"),
        lambda scene: scene.state.update(
            {key: scene.here("comments-create", on="trip", text="Eight?")[key] for key in ("commentId", "version")}
        ),
        kept("version", "commentId"),
    ),
    "comments-reopen": Recipe(with_thing("commentId"), resolved),
    "comments-resolve": Recipe(
        with_thing("commentId"), things("comments-create", "commentId", on="trip", text="Let us go")
    ),
    "expenses-add": Recipe(on_trip(title="Ramen at Gion", **PRICE)),
    "expenses-edit": Recipe(
        lambda scene, i: {"tripId": scene.trip_id, **scene.state, "title": f"Tea {i}", **PRICE},
        expenses,
        kept("version"),
    ),
    "expenses-history": Recipe(
        lambda scene, i: {"tripId": scene.trip_id, "expenseId": scene.state["expenseId"]}, expenses
    ),
    "expenses-pay": Recipe(
        lambda scene, i: {
            "tripId": scene.trip_id,
            "fromId": scene.session.uid,
            "toId": scene.state["guestId"],
            **PRICE,
        },
        guest,
    ),
    "expenses-people": Recipe(with_state(stays={}), lambda scene: scene.state.update({"version": 0}), kept("version")),
    "expenses-remove": Recipe(
        with_thing("expenseId", version=1), things("expenses-add", "expenseId", title="Tea", **PRICE)
    ),
    "expenses-summary": Recipe(on_trip(settle="one", grouped=True), expenses),
    "jobs-cancel": Recipe(with_thing("jobId"), things("ai-generate", "jobId", request="Two days in Kyoto")),
    "jobs-get": Recipe(with_state(), one("ai-generate", "jobId", request="Two days in Kyoto")),
    "places-search": Recipe(on_trip(destination="Kyoto", text="ramen", limit=5)),
    "plan-get": Recipe(on_trip(), planned),
    "plan-history": Recipe(on_trip(pageSize=20), planned),
    "plan-redo": Recipe(reverse, undone, undone_again),
    "plan-restore": Recipe(lambda scene, i: {**reverse(scene, i), "version": 13 + i % 2}, planned),
    "plan-submit": Recipe(fresh_op, planned, kept("version")),
    "plan-undo": Recipe(reverse, edited, edited_again),
    "planning-optimise": Recipe(on_trip(scope={"rest": True}), planned),
    "planning-place": Recipe(on_trip(stopId="idea"), planned),
    "planning-replan": Recipe(on_trip(change={"kind": "dayRainedOut", "dayId": "d1"}), planned),
    "polls-close": Recipe(with_thing("pollId"), things("polls-create", "pollId", title="Where?", **SINGLE)),
    "polls-create": Recipe(on_trip(title="Where do we eat?", **SINGLE)),
    "polls-get": Recipe(with_state(), one("polls-create", "pollId", title="Where?", **SINGLE)),
    "polls-vote": Recipe(
        lambda scene, i: {"tripId": scene.trip_id, **scene.state, "choices": [f"o{i % 2}"]},
        one("polls-create", "pollId", title="Where?", **SINGLE),
    ),
    "proposals-accept": Recipe(with_thing("proposalId"), proposed),
    "proposals-create": Recipe(
        on_trip(title="Longer", base=16, ops=[[{"p": ["stops", "s0", "minutes"], "na": 1}]]), planned
    ),
    "proposals-preview": Recipe(with_thing("proposalId"), proposed),
    "proposals-reject": Recipe(with_thing("proposalId"), proposed),
    "reactions-set": Recipe(
        lambda scene, i: {"tripId": scene.trip_id, "stopId": "s1", "reaction": ("love", None)[i % 2]}, planned
    ),
    "routes-plan": Recipe(on_trip(**ROUTE)),
    "trips-add-guest": Recipe(of_each_trip(name="Grandma"), trips()),
    "trips-archive": Recipe(of_each_trip(), trips()),
    "trips-calendar": Recipe(on_trip(renew=True)),
    "trips-calendar-revoke": Recipe(of_each_trip(), trips("trips-calendar")),
    "trips-claim-guest": Recipe(lambda scene, i: {**scene.things[i], "uid": scene.session.uid}, guests),
    "trips-create": Recipe(lambda scene, i: {"name": f"Kyoto {i}", "destinations": ["Kyoto"]}),
    "trips-delete": Recipe(of_each_trip(), trips()),
    "trips-duplicate": Recipe(
        lambda scene, i: {"tripId": scene.trip_id, "requestId": secrets.token_hex(10), "name": f"Again {i}"}, planned
    ),
    "trips-get": Recipe(on_trip()),
    "trips-hand-over": Recipe(friend_of_each_trip(), trips(with_friend="editor")),
    "trips-invitation-revoke": Recipe(with_thing("invitationId"), invitations),
    "trips-invitations": Recipe(on_trip(), ten_invitations),
    "trips-invite": Recipe(on_trip(role="editor", maxUses=5)),
    "trips-invite-email": Recipe(lambda scene, i: {"tripId": scene.trip_id, "email": f"q{i}@example.com"}),
    "trips-join": Recipe(lambda scene, i: {"token": scene.things[i]}, invited),
    "trips-leave": Recipe(of_each_trip(), joined),
    "trips-list": Recipe(lambda scene, i: {"filter": "upcoming", "pageSize": 20}, several_trips),
    "trips-member-remove": Recipe(friend_of_each_trip(), trips(with_friend="editor")),
    "trips-member-role": Recipe(friend_of_each_trip(role="voter"), trips(with_friend="editor")),
    "trips-publish": Recipe(of_each_trip(sections=["dates", "plan"]), trips()),
    "trips-remove-guest": Recipe(each, guests),
    "trips-rename-guest": Recipe(with_state(name="Grandma Rosa"), guest),
    "trips-restore": Recipe(of_each_trip(), trips("trips-delete")),
    "trips-unarchive": Recipe(of_each_trip(), trips("trips-archive")),
    "trips-unpublish": Recipe(of_each_trip(), published),
    "trips-update": Recipe(
        lambda scene, i: {"tripId": scene.trip_id, **scene.state, "name": f"Kyoto {i}"},
        lambda scene: scene.state.update({"version": scene.here("trips-get")["version"]}),
        kept("version"),
    ),
    "users-delete-account": Recipe(lambda scene, i: {}, newcomer),
    "users-export-data": Recipe(lambda scene, i: {}),
    "users-get": Recipe(lambda scene, i: {}, profile),
    "users-job": Recipe(lambda scene, i: scene.state, archive_wanted),
    "users-register-device": Recipe(device),
    "users-remove-device": Recipe(lambda scene, i: {"deviceId": "bench-device-0"}, register),
    "users-sign-out-everywhere": Recipe(
        lambda scene, i: {}, newcomers, token=lambda scene, i: scene.things[i].id_token()
    ),
    "users-update": Recipe(lambda scene, i: {**scene.state, "pace": ("slow", "fast")[i % 2]}, profile, kept("version")),
}
