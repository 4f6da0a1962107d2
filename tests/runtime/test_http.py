"""Plain HTTP functions."""

import pytest

from emulator.layout import ROOT


@pytest.mark.parametrize("path", ["", "/", "/a/b.ics"])
def test_function_sees_the_path_below_its_own(sample, path):
    assert sample.send("GET", f"page-show{path}").json() == {"path": path or "/", "method": "GET"}


def test_methods(sample):
    assert sample.send("POST", "page-show").json()["method"] == "POST"
    assert sample.send("HEAD", "page-show").status_code == 200
    answer = sample.send("DELETE", "page-show")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, POST, HEAD, OPTIONS"
    assert answer.json()["error"]["status"] == "INVALID_ARGUMENT"
    assert sample.send("OPTIONS", "page-show").headers["Access-Control-Allow-Methods"] == "GET, POST, HEAD"


def test_callers(sample, people):
    person = people.new()
    assert sample.send("GET", "page-mine").status_code == 401
    headers = {"Authorization": f"Bearer {person.token}"}
    assert sample.send("GET", "page-mine", headers=headers).json() == {"uid": person.uid}


def test_an_address_may_look_so_often(sample):
    answers = [sample.send("GET", "page-crowded") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["error"]["details"]["reason"] == "RATE_LIMITED"
    assert 0 < int(answers[2].headers["Retry-After"]) <= 30


def test_a_person_may_look_so_often(sample, people):
    busy, calm = people.new(), people.new()

    def look(person):
        return sample.send("GET", "page-limited", headers={"Authorization": f"Bearer {person.token}"}).status_code

    assert [look(busy) for _ in range(3)] == [200, 200, 429]
    assert look(calm) == 200


def test_large_bodies_are_refused(sample):
    assert sample.send("POST", "page-show", content=b"x" * (1024 * 1024 + 1)).status_code == 413


def test_so_are_those_that_do_not_announce_their_size(sample):
    kind = {"Content-Type": "application/json"}
    assert sample.send("POST", "page-read", content=iter([b"[1,", b"2]"]), headers=kind).json() == [1, 2]
    answer = sample.send("POST", "page-read", content=(b" " * 1000 for _ in range(1100)), headers=kind)
    assert answer.status_code == 413
    error = answer.json()["error"]
    assert (error["status"], error["details"]["reason"]) == ("INVALID_ARGUMENT", "REQUEST_TOO_LARGE")


def test_what_flask_refuses_is_a_canonical_error_too(sample):
    answer = sample.send("POST", "page-read", content=b"{", headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"]["status"] == "INVALID_ARGUMENT"
    assert sample.send("POST", "page-read", content=b"x").status_code == 400


def test_health_without_a_database_is_unavailable_at_once(start_framework, free_port):
    environment = {"TRAVVY_EMULATOR": "local", "FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{free_port}"}
    with start_framework("health", ROOT / "main.py", environment) as server:
        assert server.send("GET", "").status_code == 200
        answer = server.send("GET", "?ready=1")
    assert answer.status_code == 503
    assert answer.json()["error"]["status"] == "UNAVAILABLE"
    assert str(free_port) not in answer.text
