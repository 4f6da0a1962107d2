"""HTTP/2 frames (RFC 9113): constants, reading, writing."""

import struct
from typing import NamedTuple

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
HEADER_BYTES = 9
MAX_FRAME_BYTES = 16384
DEFAULT_WINDOW = 65535
MAX_WINDOW = (1 << 31) - 1

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, ACK, END_HEADERS, PADDED, HAS_PRIORITY = 0x1, 0x1, 0x4, 0x8, 0x20

NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, FLOW_CONTROL_ERROR = 0x0, 0x1, 0x2, 0x3
STREAM_CLOSED, FRAME_SIZE_ERROR, CANCEL, COMPRESSION_ERROR = 0x5, 0x6, 0x8, 0x9

SETTING_MAX_CONCURRENT_STREAMS, SETTING_INITIAL_WINDOW_SIZE, SETTING_MAX_FRAME_SIZE = 0x3, 0x4, 0x5

_U32 = struct.Struct(">I")
_SETTING = struct.Struct(">HI")


class ConnectionFailureError(Exception):
    """The peer broke the protocol: the connection must be closed with this error code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Frame(NamedTuple):
    kind: int
    flags: int
    stream: int
    payload: bytes


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return len(payload).to_bytes(3, "big") + bytes((kind, flags)) + _U32.pack(stream) + payload


def settings(values: dict[int, int]) -> bytes:
    return frame(SETTINGS, 0, 0, b"".join(_SETTING.pack(key, value) for key, value in values.items()))


def window_update(stream: int, increment: int) -> bytes:
    return frame(WINDOW_UPDATE, 0, stream, _U32.pack(increment))


def reset(stream: int, code: int) -> bytes:
    return frame(RST_STREAM, 0, stream, _U32.pack(code))


def goaway(last: int, code: int, message: str) -> bytes:
    return frame(GOAWAY, 0, 0, struct.pack(">II", last, code) + message.encode())


def parse_settings(payload: bytes) -> list[tuple[int, int]]:
    """Raises ConnectionFailureError for a payload that is no list of settings."""
    if len(payload) % _SETTING.size:
        raise ConnectionFailureError(FRAME_SIZE_ERROR, "SETTINGS of a broken length")
    return list(_SETTING.iter_unpack(payload))


def parse_increment(payload: bytes) -> int:
    if len(payload) != _U32.size:
        raise ConnectionFailureError(FRAME_SIZE_ERROR, "WINDOW_UPDATE of a wrong length")
    increment: int = _U32.unpack(payload)[0] & MAX_WINDOW
    if not increment:
        raise ConnectionFailureError(PROTOCOL_ERROR, "WINDOW_UPDATE of nothing")
    return increment


def unpadded(found: Frame) -> bytes:
    """The content of a DATA or HEADERS frame without padding and priority."""
    content = found.payload
    start, end = 0, len(content)
    if found.flags & PADDED:
        if not content:
            raise ConnectionFailureError(FRAME_SIZE_ERROR, "a padded frame without padding")
        start, end = 1, end - content[0]
    if found.kind == HEADERS and found.flags & HAS_PRIORITY:
        start += 5
    if start > end:
        raise ConnectionFailureError(PROTOCOL_ERROR, "more padding than content")
    return content[start:end]


class FrameReader:
    """Cuts a byte stream, after the preface, into frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._preface = True

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that are complete now. Raises ConnectionFailureError."""
        buffer = self._buffer
        buffer += data
        if self._preface:
            if len(buffer) < len(PREFACE):
                if not PREFACE.startswith(buffer):
                    raise ConnectionFailureError(PROTOCOL_ERROR, "a broken preface")
                return []
            if not buffer.startswith(PREFACE):
                raise ConnectionFailureError(PROTOCOL_ERROR, "a broken preface")
            del buffer[: len(PREFACE)]
            self._preface = False
        frames = []
        at = 0
        while len(buffer) - at >= HEADER_BYTES:
            length = int.from_bytes(buffer[at : at + 3], "big")
            if length > MAX_FRAME_BYTES:
                raise ConnectionFailureError(FRAME_SIZE_ERROR, "a frame that is too long")
            end = at + HEADER_BYTES + length
            if len(buffer) < end:
                break
            stream = _U32.unpack_from(buffer, at + 5)[0] & MAX_WINDOW
            frames.append(Frame(buffer[at + 3], buffer[at + 4], stream, bytes(buffer[at + HEADER_BYTES : end])))
            at = end
        del buffer[:at]
        return frames
