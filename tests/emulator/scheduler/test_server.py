"""The scheduler as a program: listing schedules and running one now."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import httpx

from emulator.common.testing import target, until
from emulator.scheduler.testing import running


def test_schedules_are_listed_and_run_now() -> None:
    account = "invoker@demo-travvy.iam.gserviceaccount.com"
    with target() as endpoint:
        jobs = [
            {
                "name": "projects/demo-travvy/locations/us-central1/jobs/reap",
                "schedule": "0 9 1 1 *",
                "timeZone": "Asia/Tokyo",
                "attemptDeadline": "60s",
                "httpTarget": {
                    "uri": f"{endpoint.url}/reap",
                    "headers": {"X-Mine": "yes"},
                    "body": base64.b64encode(b"{}").decode(),
                    "oidcToken": {"serviceAccountEmail": account, "audience": "https://me"},
                },
                "retryConfig": {"retryCount": 1, "minBackoffDuration": "0.02s"},
            },
            {"name": "sweep", "schedule": "*/5 * * * *", "httpTarget": {"uri": endpoint.url}},
        ]
        answers = iter([500, 200])
        endpoint.answer = lambda _: next(answers)
        with running(jobs=jobs) as started, httpx.Client(base_url=f"http://{started.address}", trust_env=False) as http:
            reap, sweep = http.get("/schedules").json()["schedules"]
            assert (reap["name"], reap["cron"], reap["timeZone"]) == ("reap", "0 9 1 1 *", "Asia/Tokyo")
            due = datetime.fromisoformat(reap["nextTime"])
            assert (due.month, due.day, due.hour, due.utcoffset()) == (1, 1, 0, UTC.utcoffset(None))
            assert (sweep["name"], sweep["timeZone"], sweep["lastResult"]) == ("sweep", "Etc/UTC", None)

            answer = http.post("/schedules/reap:run")
            result = answer.json()["lastResult"]
            assert (answer.status_code, result["status"], result["ok"]) == (200, 500, False)
            until(lambda: http.get("/schedules").json()["schedules"][0]["lastResult"]["ok"])
            assert http.get("/schedules").json()["schedules"][0]["lastResult"]["attempt"] == 2

            first = endpoint.received[0]
            assert (first.body, first.headers["x-mine"]) == (b"{}", "yes")
            claims = first.headers["authorization"].removeprefix("Bearer ").split(".")[1]
            decoded = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
            assert (decoded["aud"], decoded["email"]) == ("https://me", account)

            unknown = http.post("/schedules/unknown:run")
            assert unknown.status_code == 404
            assert "unknown" in unknown.json()["error"]["message"]
            assert http.get("/schedules/reap:run").status_code == 405
