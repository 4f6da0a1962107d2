"""The page on which the description is read, in a real browser: it shows every function, and they can be tried out."""

import json

import httpx
import pytest

from emulator.testing import LocalCloud
from tests.support.browser import CHROMIUM, page

in_browser = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")


@in_browser
def test_the_functions_are_shown_and_can_be_tried_out(cloud: LocalCloud) -> None:
    gateway = f"http://{cloud.address('gateway')}"
    described = httpx.get(f"{gateway}/openapi.json", timeout=30).json()
    with page() as reader:
        reader.open(f"{gateway}/docs/")
        reader.wait_for("document.querySelectorAll('.opblock').length > 0")
        names = reader.evaluate(
            "[...document.querySelectorAll('.opblock-summary-path')].map((path) => path.dataset.path)"
        )
        assert sorted(names) == sorted(described["paths"])

        reader.evaluate("document.querySelector('#sign-in button').click()")
        reader.wait_for("document.querySelector('#sign-in output').value.startsWith('signed in')")
        block = "document.querySelector('#operations-trips-trips_create')"
        reader.evaluate(f"{block}.querySelector('.opblock-summary-control').click()")
        reader.wait_for(f"!!{block}.querySelector('.execute')")
        reader.evaluate(f"{block}.querySelector('.execute').click()")
        answer = reader.wait_for(
            f"{block}.querySelector('.live-responses-table .response-col_description code')?.innerText"
        )
        assert json.loads(answer)["result"]["role"] == "owner"
        assert reader.complaints == []
        assert reader.evaluate("document.querySelector('.errors-wrapper')?.innerText ?? ''") == ""


def test_nothing_else_is_served_from_there(cloud: LocalCloud) -> None:
    gateway = f"http://{cloud.address('gateway')}"
    for path in ("/docs/../page.py", "/docs/__init__.py", "/docs/%2e%2e/package.json"):
        assert httpx.get(gateway + path).status_code == 404
