"""WebChannel by hand: what the browser SDK's transport sends, one request at a time."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import httpx

Array = list[Any]


class Channel:
    """A session of one stream."""

    def __init__(
        self,
        http: httpx.Client,
        rpc: str,
        *,
        messages: Sequence[Any] = (),
        form: Mapping[str, str] = {},
        query: Mapping[str, str] = {},
    ) -> None:
        self._http = http
        self._path = f"/google.firestore.v1.Firestore/{rpc}/channel"
        self._sent = 0
        self.handshake = self._post({"RID": "1000", "CVER": "22", **query}, messages, form)
        self.handshake.raise_for_status()
        self.id = frames(self.handshake.text)[0][0][1][1]

    def send(self, *messages: Any, acknowledged: int = 0, offset: int | None = None) -> httpx.Response:
        """Sends messages; with `offset`, as if the first were the message of this number."""
        if offset is not None:
            self._sent = offset
        return self._post({"SID": self.id, "RID": "1001", "AID": str(acknowledged)}, messages, {})

    @contextmanager
    def back(self, acknowledged: int = 0, **query: str) -> Iterator[Iterator[Array]]:
        """Opens the back channel and yields an iterator of its arrays `[n, payload]`."""
        parameters = self._back(acknowledged, query)
        with self._http.stream("GET", self._path, params=parameters) as response:
            response.raise_for_status()
            yield arrays(response.iter_text())

    def poll(self, acknowledged: int = 0, **query: str) -> list[Array]:
        """One whole answer of a back channel that does not stream."""
        response = self._http.get(self._path, params=self._back(acknowledged, {"CI": "1", **query}))
        response.raise_for_status()
        return [array for frame in frames(response.text) for array in frame]

    def get(self, **query: str) -> httpx.Response:
        return self._http.get(self._path, params={"VER": "8", "SID": self.id, **query})

    def terminate(self) -> httpx.Response:
        return self._http.post(self._path, params={"VER": "8", "SID": self.id, "RID": "1002", "TYPE": "terminate"})

    def _back(self, acknowledged: int, query: Mapping[str, str]) -> dict[str, str]:
        fixed = {"VER": "8", "RID": "rpc", "SID": self.id, "CI": "0", "AID": str(acknowledged), "TYPE": "xmlhttp"}
        return {**fixed, **query}

    def _post(self, query: Mapping[str, str], messages: Sequence[Any], form: Mapping[str, str]) -> httpx.Response:
        texts = [each if isinstance(each, str) else json.dumps(each) for each in messages]
        fields = {**form, "count": str(len(texts)), "ofs": str(self._sent)}
        fields |= {f"req{index}___data__": text for index, text in enumerate(texts)}
        self._sent += len(texts)
        body = "&".join(f"{name}={quote(value, safe='')}" for name, value in fields.items())
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._http.post(self._path, params={"VER": "8", **query}, content=body, headers=headers)


def frames(text: str) -> list[Any]:
    """The JSON of each chunk; the stated lengths, in UTF-16 units, must be right to the last character."""
    found = []
    while text:
        length, _, text = text.partition("\n")
        units = text.encode("utf-16-le")
        text = units[int(length) * 2 :].decode("utf-16-le")
        found.append(json.loads(units[: int(length) * 2].decode("utf-16-le")))
    return found


def arrays(parts: Iterator[str]) -> Iterator[Array]:
    """The arrays of a stream of chunks, as each becomes complete. All of our JSON is ASCII."""
    buffer = ""
    for part in parts:
        buffer += part
        while "\n" in buffer:
            length, _, rest = buffer.partition("\n")
            if len(rest) < int(length):
                break
            yield from json.loads(rest[: int(length)])
            buffer = rest[int(length) :]


def follow(database: str, target: int = 2) -> dict[str, Any]:
    """A message that follows the collection `c`."""
    query = {"structuredQuery": {"from": [{"collectionId": "c"}]}, "parent": f"{database}/documents"}
    return {"database": database, "addTarget": {"query": query, "targetId": target}}


def changed(found: Iterator[Array], name: str) -> Array:
    """The first array that shows this document."""
    return next(each for each in found if shown(each) == name)


def shown(array: Array) -> str | None:
    """The path of the document that an array shows, if it shows one."""
    change = array[1][0].get("documentChange") if isinstance(array[1][0], dict) else None
    return change and change["document"]["name"].rpartition("/documents/")[2]
