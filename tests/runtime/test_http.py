"""Plain HTTP functions."""

import pytest


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


def test_large_bodies_are_refused(sample):
    assert sample.send("POST", "page-show", content=b"x" * (1024 * 1024 + 1)).status_code == 413
