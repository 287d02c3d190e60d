"""Length-prefixed messages between the pool, its render process and the children: a JSON head and a binary body."""

import json
import struct
from collections.abc import Mapping, Sequence

import numpy as np

from engine.audio import Stereo

_PREFIX = struct.Struct("<IQ")
_MAX_HEAD = 1 << 20
_MAX_BODY = 1 << 30

Fields = dict[str, object]
"""What a message, or a part of one, says by name; it becomes JSON."""
Message = tuple[Fields, bytes]


def pack(head: Mapping[str, object], body: bytes | memoryview = b"") -> bytes:
    """One message as bytes."""
    text = json.dumps(head, separators=(",", ":"), allow_nan=False).encode()
    return b"".join((_PREFIX.pack(len(text), len(body)), text, body))


def sounds_in(body: bytes, samples: Sequence[int]) -> list[Stereo]:
    """The sounds in a body: float32 of shape (2, n) each, of so many samples a channel."""
    ends = np.cumsum(samples, dtype=np.int64) * 2
    return [part.reshape(2, -1) for part in np.split(np.frombuffer(body, np.float32), ends)[:-1]]


class Inbox:
    """Cuts a stream of bytes back into messages; keeps what is incomplete."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, data: bytes) -> None:
        """Add what was read."""
        self._bytes += data

    def next_message(self) -> Message | None:
        """The next complete message, or None. ValueError if the stream is not one of messages."""
        if len(self._bytes) < _PREFIX.size:
            return None
        head_size, body_size = _PREFIX.unpack_from(self._bytes)
        if head_size > _MAX_HEAD or body_size > _MAX_BODY:
            raise ValueError("not a message of the renderer")
        end = _PREFIX.size + head_size + body_size
        if len(self._bytes) < end:
            return None
        head = json.loads(self._bytes[_PREFIX.size : _PREFIX.size + head_size])
        body = bytes(self._bytes[_PREFIX.size + head_size : end])
        del self._bytes[:end]
        return head, body
