"""gRPC on the wire: large answers and slow readers, compression, unknown methods, requests that are refused."""

import asyncio
import itertools
import queue
from collections.abc import Iterator
from typing import Any

import grpc
import pytest

from emulator.firestore import protos
from emulator.firestore.frames import (
    DATA,
    END_HEADERS,
    GOAWAY,
    HEADERS,
    PING,
    PREFACE,
    SETTINGS,
    WINDOW_UPDATE,
    ConnectionFailureError,
    FrameReader,
    frame,
)
from emulator.firestore.grpc_server import GrpcServer
from emulator.firestore.service import FirestoreService
from emulator.firestore.testing import Emulator
from tests.emulator.firestore.support import send_raw

DATABASE = "projects/demo-wire/databases/(default)"
ROOT = f"{DATABASE}/documents"
OWNER = (("authorization", "Bearer owner"),)
HANDSHAKE = PREFACE + frame(SETTINGS, 0, 0)


@pytest.fixture(scope="module")
def channel(emulator: Emulator) -> Iterator[grpc.Channel]:
    size = 64 * 1024 * 1024
    options = [("grpc.max_receive_message_length", size), ("grpc.max_send_message_length", size)]
    with grpc.insecure_channel(emulator.address, options=options) as channel:
        yield channel


def unary(channel: grpc.Channel, rpc: str, request: Any, **options: Any) -> Any:
    call = channel.unary_unary(
        f"/google.firestore.v1.Firestore/{rpc}",
        type(request).SerializeToString,
        getattr(protos, f"{rpc}Response", protos.Document).FromString,
    )
    return call(request, metadata=OWNER, timeout=60, **options)


def query(channel: grpc.Channel, collection: str) -> Any:
    request = protos.RunQueryRequest(parent=ROOT)
    request.structured_query.from_.add(collection_id=collection)
    call = channel.unary_stream(
        "/google.firestore.v1.Firestore/RunQuery",
        protos.RunQueryRequest.SerializeToString,
        protos.RunQueryResponse.FromString,
    )
    return call(request, metadata=OWNER, timeout=60)


def commit(*documents: tuple[str, str]) -> protos.CommitRequest:
    request = protos.CommitRequest(database=DATABASE)
    for path, text in documents:
        write = request.writes.add()
        write.update.name = f"{ROOT}/{path}"
        write.update.fields["text"].string_value = text
    return request


def test_an_answer_far_larger_than_any_window(channel: grpc.Channel) -> None:
    text = "x" * 500_000
    for i in range(40):
        unary(channel, "Commit", commit((f"large/{i:02}", text)))
    names, size = [], 0
    for response in query(channel, "large"):
        names.append(response.document.name[-2:])
        size += len(response.document.fields["text"].string_value)
    assert names == [f"{i:02}" for i in range(40)]
    assert size == 40 * len(text)


def test_an_answer_that_is_abandoned_does_not_block_others(channel: grpc.Channel) -> None:
    test_an_answer_far_larger_than_any_window(channel)
    abandoned = query(channel, "large")
    next(abandoned)
    unary(channel, "Commit", commit(("small/1", "y")))
    abandoned.cancel()
    assert [each.document.name[-1] for each in query(channel, "small")] == ["1"]


@pytest.mark.parametrize("compression", [grpc.Compression.Gzip, grpc.Compression.Deflate])
def test_compressed_requests(channel: grpc.Channel, compression: grpc.Compression) -> None:
    text = "compressible " * 1000
    unary(channel, "Commit", commit((f"packed/{compression.value}", text)), compression=compression)
    name = f"{ROOT}/packed/{compression.value}"
    found = unary(channel, "GetDocument", protos.GetDocumentRequest(name=name))
    assert found.fields["text"].string_value == text


def refusal(call: Any) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.RpcError) as error:
        call()
    return error.value.code(), error.value.details()


def test_an_unknown_method(channel: grpc.Channel) -> None:
    call = channel.unary_unary("/google.firestore.v1.Firestore/Nonsense")
    assert refusal(lambda: call(b"", timeout=60))[0] is grpc.StatusCode.UNIMPLEMENTED


def test_a_request_that_is_no_message(channel: grpc.Channel) -> None:
    call = channel.unary_unary("/google.firestore.v1.Firestore/Commit")
    assert refusal(lambda: call(b"\xff\xff\xff", timeout=60))[0] is grpc.StatusCode.INVALID_ARGUMENT


def test_a_stream_that_is_refused_leaves_nothing_behind() -> None:
    asyncio.run(refuse_a_listener())


async def refuse_a_listener() -> None:
    service = FirestoreService()
    server = GrpcServer(service)
    listening = await asyncio.get_running_loop().create_server(server.connection, "127.0.0.1", 0)
    address = "{}:{}".format(*listening.sockets[0].getsockname())
    assert await asyncio.to_thread(listen_and_break, address) is grpc.StatusCode.INVALID_ARGUMENT
    async with asyncio.timeout(5):
        while service.space(DATABASE).streams:
            await asyncio.sleep(0.01)
    server.close()
    listening.close()


def test_a_listener_that_does_not_read_is_told_the_end_only(emulator: Emulator) -> None:
    add = protos.ListenRequest(database=DATABASE)
    add.add_target.documents.documents.append(f"{ROOT}/large/slow")
    writes, asked = 1500, queue.SimpleQueue[protos.ListenRequest]()
    asked.put(add)
    with grpc.insecure_channel(emulator.address) as channel, grpc.insecure_channel(emulator.address) as writer:
        listen = channel.stream_stream(
            "/google.firestore.v1.Firestore/Listen", add.SerializeToString, protos.ListenResponse.FromString
        )
        responses = listen(iter(asked.get, None), metadata=OWNER, timeout=60)
        next(responses)
        for number in range(writes):
            unary(writer, "Commit", commit(("large/slow", f"{number}/" + "x" * 10_000)))
        texts = (response.document_change.document.fields["text"].string_value for response in responses)
        seen = sum(1 for _ in itertools.takewhile(lambda text: not text.startswith(f"{writes - 1}/"), texts))
        responses.cancel()
    assert seen < writes


def listen_and_break(address: str) -> grpc.StatusCode:
    add = protos.ListenRequest(database=DATABASE)
    add.add_target.documents.documents.append(f"{ROOT}/rooms/1")
    with grpc.insecure_channel(address) as channel:
        listen = channel.stream_stream("/google.firestore.v1.Firestore/Listen")
        messages = iter([add.SerializeToString(), b"\xff\xff\xff"])
        return refusal(lambda: list(listen(messages, metadata=OWNER, timeout=60)))[0]


def test_a_request_that_is_too_large(channel: grpc.Channel) -> None:
    documents = [(f"huge/{i}", "x" * 1_000_000) for i in range(12)]
    assert refusal(lambda: unary(channel, "Commit", commit(*documents)))[0] is grpc.StatusCode.INVALID_ARGUMENT


def test_a_message_outside_ascii(channel: grpc.Channel) -> None:
    request = protos.GetDocumentRequest(name=f"{ROOT}/Zürich/50%")
    assert refusal(lambda: unary(channel, "GetDocument", request)) == (
        grpc.StatusCode.NOT_FOUND,
        f'Document "{ROOT}/Zürich/50%" not found.',
    )


def test_a_header_of_a_bad_caller(channel: grpc.Channel) -> None:
    call = channel.unary_unary("/google.firestore.v1.Firestore/Commit")
    metadata = (("authorization", "Bearer nonsense"),)
    assert refusal(lambda: call(b"", metadata=metadata, timeout=60))[0] is grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(frame(DATA, 0, 1, b"x"), id="data before headers"),
        pytest.param(frame(HEADERS, END_HEADERS, 2, b"\x82"), id="an even stream"),
        pytest.param(frame(HEADERS, END_HEADERS, 1, b"\xff\xff\xff\xff\xff\xff"), id="broken compression"),
        pytest.param(frame(HEADERS, 0, 1, b"\x82") + frame(PING, 0, 0, b"12345678"), id="headers not continued"),
        pytest.param(frame(WINDOW_UPDATE, 0, 0, b"\x00\x00\x00\x00"), id="a window by nothing"),
        pytest.param(frame(WINDOW_UPDATE, 0, 0, b"\x7f\xff\xff\xff"), id="a window too large"),
        pytest.param(frame(SETTINGS, 0, 0, b"12345"), id="half a setting"),
        pytest.param(frame(PING, 0, 0, b"1"), id="a short ping"),
        pytest.param(b"\xff\xff\xff\x00\x00\x00\x00\x00\x00", id="a frame too long"),
    ],
)
def test_a_peer_that_breaks_the_protocol_is_told_so(emulator: Emulator, broken: bytes) -> None:
    received = send_raw(emulator, HANDSHAKE + broken)
    reader = FrameReader()
    kinds = [found.kind for found in reader.feed(PREFACE + received)]
    assert kinds[0] == SETTINGS
    assert kinds[-1] == GOAWAY


def test_a_ping_is_answered(emulator: Emulator) -> None:
    received = send_raw(emulator, HANDSHAKE + frame(PING, 0, 0, b"12345678") + frame(0x42, 0, 0, b"unknown: ignored"))
    assert frame(PING, 1, 0, b"12345678") in received


def test_frames_cut_anywhere_read_the_same() -> None:
    whole = HANDSHAKE + frame(PING, 0, 0, b"12345678") + frame(DATA, 1, 3, b"x" * 300)
    expected = FrameReader().feed(whole)
    for step in (1, 2, 7, 100):
        reader = FrameReader()
        found = [each for at in range(0, len(whole), step) for each in reader.feed(whole[at : at + step])]
        assert found == expected


def test_a_broken_preface_is_noticed_early() -> None:
    with pytest.raises(ConnectionFailureError):
        FrameReader().feed(b"PRI * HTTP/1")
