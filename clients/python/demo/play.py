"""The demo's script: who does what, and what each of them sees."""

import json
import threading
import time
from pathlib import Path
from textwrap import shorten
from typing import Any

from rich.console import Console

from clients.python.backend import Backend
from clients.python.demo.group import IDEAS, rained_out, share_ideas, talk
from clients.python.demo.itinerary import days_of, ideas_of
from clients.python.demo.page import write_page
from clients.python.demo.tables import print_days, print_totals
from clients.python.documents import documents_of
from clients.python.live_plan import LivePlan
from clients.python.session import CallError, Session
from shared.cloud.listening import listen

PATIENCE_SECONDS = 180


class Screen:
    """What one traveller's listeners see, printed as it comes."""

    def __init__(self, console: Console, name: str, colour: str) -> None:
        self._console = console
        self._name = f"[{colour}]{name:>4}[/{colour}]"
        self._began = time.monotonic()
        self._stops: set[str] = set()
        self._last = ""
        self.job: dict[str, Any] = {}
        self.ended = threading.Event()

    def say(self, text: str) -> None:
        self._console.print(f"{time.monotonic() - self._began:6.1f} s  {self._name}  {text}")

    def job_changed(self, documents: Any, _changes: Any, _time: Any) -> None:
        for document in documents:
            self.job = document.to_dict() or {}
            line = f"{self.job['progress']:4.0%}  {self.job['message']}"
            if line != self._last:
                self._last = line
                self.say(f"[dim]job[/dim]   {line}")
            if self.job["state"] in ("done", "failed", "cancelled"):
                self.ended.set()

    def plan_changed(self, plan: dict[str, Any]) -> None:
        news = [stop["name"] for key, stop in plan["stops"].items() if key not in self._stops]
        gone = len(self._stops - set(plan["stops"]))
        self._stops = set(plan["stops"])
        if news:
            more = f" and {len(news) - 4} more" if len(news) > 4 else ""
            self.say(f"[dim]plan[/dim]  {len(plan['days'])} days; new: {', '.join(news[:4])}{more}")
        elif gone:
            self.say(f"[dim]plan[/dim]  {gone} stops gone")


def play(console: Console, backend: Backend, wish: str, page: Path) -> None:
    """Play the journey. Raises CallError if a function refuses, TimeoutError if nothing comes."""
    ana, ben = _sign_in(backend, "Ana"), _sign_in(backend, "Ben")
    screens = {ana.uid: Screen(console, "Ana", "cyan"), ben.uid: Screen(console, "Ben", "magenta")}
    ana_sees, ben_sees = screens[ana.uid], screens[ben.uid]
    for session in (ana, ben):
        greeting = "signs in for the first time" if session.call("auth-session")["created"] else "signs in"
        screens[session.uid].say(greeting)
    trip_id = ana.call("trips-create", name="Our trip")["tripId"]
    token = ana.call("trips-invite", tripId=trip_id, role="editor")["token"]
    ana_sees.say("makes a trip and sends Ben the link")
    ben_sees.say(f"joins as {ben.call('trips-join', token=token)['trip']['role']}")

    plans = {
        session.uid: LivePlan(session, documents_of(session), trip_id, on_change=screens[session.uid].plan_changed)
        for session in (ana, ben)
    }
    if "Kyoto" in wish:
        share_ideas(ana, ben, trip_id)
        for idea in IDEAS.values():
            ana_sees.say(f"reacts to the idea {idea.name}: {idea.ana}; Ben: {idea.ben}")
    ana_sees.say(f'asks: "{wish}"')
    job = ana.call("ai-generate", tripId=trip_id, request=wish)
    stops = [
        listen(documents_of(session).document("trips", trip_id, "jobs", job["jobId"]), screens[session.uid].job_changed)
        for session in (ana, ben)
    ]
    try:
        if not ana_sees.ended.wait(PATIENCE_SECONDS):
            raise TimeoutError("the plan did not come in time")
        ended = ana_sees.job
        if ended["state"] != "done":
            raise CallError(ended["error"]["code"], ended["error"]["message"], ended["error"])
        version = ended["result"]["version"]
        for plan in plans.values():
            if not plan.wait_until(lambda local: local.version >= version, PATIENCE_SECONDS):
                raise TimeoutError("the plan did not arrive")
        _say_what_became_of_the_ideas(plans[ana.uid].doc, ended["result"], ana_sees, {ana.uid: "Ana", ben.uid: "Ben"})
        _change_together(plans[ana.uid], plans[ben.uid], ana_sees, ben_sees)
        for session, question in ((ana, "How much money is left?"), (ben, "Was wurde zuletzt geändert?")):
            screens[session.uid].say(f'asks the assistant: "{question}"')
            answer = talk(session, trip_id, question, PATIENCE_SECONDS)
            screens[session.uid].say(f"hears: {shorten(answer, 120, placeholder=' …')}")
        number, words, legs = rained_out(ben, trip_id, plans[ana.uid], PATIENCE_SECONDS)
        ben_sees.say(f"hears that it will rain on day {number} and has it re-planned")
        ana_sees.say(f"sees what changed: {'; '.join(words) or 'nothing had to'}")
        ended["result"]["legs"].update(legs)
        _show(console, ana, trip_id, plans[ana.uid].doc, ended["result"], page)
    finally:
        for stop in stops:
            stop()
        for plan in plans.values():
            plan.close()


def _say_what_became_of_the_ideas(
    plan: dict[str, Any], result: dict[str, Any], sees: Screen, names: dict[str, str]
) -> None:
    """The optimiser has followed the group: which ideas are on a day now, which are not, and who gets how much."""
    placed = [plan["stops"][stop_id]["name"] for stop_id in result["ideas"] if stop_id in plan["stops"]]
    if placed:
        sees.say(f"finds the group's ideas in the days: {', '.join(placed)}")
    for left in result["leftOut"]:
        sees.say(left["text"])
    shares = ", ".join(f"{names[one['uid']]} {one['share']:.0%}" for one in result["satisfaction"])
    if shares:
        sees.say(f"sees how much each gets of a plan made for them alone: {shares}")


def _sign_in(backend: Backend, name: str) -> Session:
    """Sign in with Google; the Auth emulator takes the claims of Google's token as plain JSON."""
    claims = {
        "sub": f"demo-{name.lower()}",
        "email": f"{name.lower()}@example.com",
        "email_verified": True,
        "name": name,
    }
    return Session.with_google(backend, json.dumps(claims))


def _change_together(ana: LivePlan, ben: LivePlan, ana_sees: Screen, ben_sees: Screen) -> None:
    """Both edit the same stop at the same moment; both edits stay."""
    on_days = [key for key, stop in ana.doc["stops"].items() if stop["dayId"] in ana.doc["days"]]
    if not on_days:
        return
    stop_id = on_days[0]
    name = ana.doc["stops"][stop_id]["name"]
    ana_sees.say(f'writes a note on {name}: "meet at the gate"')
    ana.edit({"p": ["stops", stop_id, "notes"], "t": "text-unicode", "o": ["meet at the gate"]})
    ben_sees.say(f"gives {name} 15 more minutes at the same moment")
    ben.edit({"p": ["stops", stop_id, "minutes"], "na": 15})
    if not (ana.settle() and ben.settle()):
        raise TimeoutError("the edits were not committed")
    newest = max(ana.local.version, ben.local.version)
    for plan in (ana, ben):
        plan.wait_until(lambda local: local.version >= newest)
    stop = ben.doc["stops"][stop_id]
    same = "both see the same plan" if ana.doc == ben.doc else "the plans differ"
    ben_sees.say(f'sees {stop["minutes"]} minutes and "{stop["notes"]}"; {same}')
    ben.edit({"p": ["stops", stop_id, "minutes"], "na": -15})
    ben.settle()
    ana.wait_until(lambda local: local.version >= ben.local.version)


def _show(
    console: Console, session: Session, trip_id: str, plan: dict[str, Any], result: dict[str, Any], page: Path
) -> None:
    days = days_of(plan, result)
    console.print()
    print_days(console, days)
    print_totals(console, days, plan, result)
    history = session.call("plan-history", tripId=trip_id, pageSize=5)["entries"]
    console.print("[bold]History:[/bold] " + "; ".join(entry["words"] for entry in history))
    written = write_page(page, result.get("title") or "Our trip", days, result)
    console.print(f"The days on a map: {written} ({len(ideas_of(plan))} ideas wait in the pool)")
