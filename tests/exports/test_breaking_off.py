"""What happens to a file that fails while it is written, under functions-framework itself."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.runtime.conftest import Server, framework_server


@pytest.fixture(scope="module")
def breaking() -> Iterator[Server]:
    source = Path(__file__).with_name("breaking.py")
    with framework_server("breaking_file", source, {"TRAVVY_EMULATOR": "local"}) as server:
        yield server


def test_before_the_first_piece_it_is_answered(breaking: Server) -> None:
    failed = breaking.send("GET", "?pieces=0")
    assert (failed.status_code, failed.json()["error"]["status"]) == (500, "INTERNAL")
    assert "swordfish" not in failed.text and "content-disposition" not in failed.headers


def test_after_it_the_connection_is_cut_and_the_reason_logged(breaking: Server) -> None:
    received = b""
    with breaking.stream("GET", "?pieces=3") as answer:
        assert (answer.status_code, answer.headers["transfer-encoding"]) == (200, "chunked")
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
            for piece in answer.iter_bytes():
                received += piece
    assert received == b"x" * 300
    line = breaking.line(message="A file broke off: ValueError")
    assert line["severity"] == "ERROR" and "swordfish" in line["stack_trace"]
    assert line["logging.googleapis.com/trace"].endswith(answer.headers["x-trace-id"])
    assert line["logging.googleapis.com/labels"]["function"] == "breaking-file"
