"""A real server on loopback that speaks chat completions: says what it is told to, remembers what it was asked."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "tiny-reader"
KEY = "sk-local-4f1c0a9be7"
EMPTY: dict[str, Any] = {
    "styles": [], "kinds": [], "characters": [], "features": [], "numbers": [], "keys": [], "voicings": [],
    "registers": [], "choices": [],
}  # fmt: skip
GOOD = EMPTY | {
    "styles": [{"style": "Pad", "sure": "certain", "quote": "blanket of sound"}],
    "kinds": [{"kind": "choir", "quote": "cathedral"}],
    "characters": [
        {"character": "very_dark", "said": "described", "quote": "midnight"},
        {"character": "spacious", "said": "suggested", "quote": "cathedral"},
    ],
    "features": [{"feature": "distortion", "wish": "banned", "quote": "nothing harsh"}],
    "numbers": [{"noun": "attack", "number": 800, "unit": "ms", "quote": "800 ms attack"}],
}
PROMPT = "A midnight blanket of sound in a cathedral, nothing harsh, 800 ms attack"
"""Words that the rules read otherwise."""

Respond = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class FakeModel:
    """A server that is up. `respond` is how it answers; `asked` the requests it got: path, headers and body."""

    url: str
    respond: Respond
    asked: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def said(self) -> list[str]:
        """What the user's messages were, without those of the doctor and its like."""
        return [body["messages"][-1]["content"] for _, _, body in self.asked if body]


def completion(content: str | None, **more: Any) -> bytes:
    """A chat completion with one message."""
    message = {"role": "assistant", "content": content, **more}
    return json.dumps(
        {
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": MODEL,
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }
    ).encode()  # fmt: skip


def send(handler: BaseHTTPRequestHandler, body: bytes, *, status: int = 200, **headers: str) -> None:
    """Send a whole response."""
    handler.send_response(status)
    told = {"Content-Type": "application/json", "Content-Length": str(len(body))}
    for name, value in (told | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def says(answer: Any) -> Respond:
    """Answers with this: text as it is, anything else as JSON."""
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return lambda handler: send(handler, completion(text))


def slow(seconds: float) -> Respond:
    """Answers well, but only then."""

    def respond(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        says(GOOD)(handler)

    return respond


def dripping(handler: BaseHTTPRequestHandler) -> None:
    """Never ends, a byte now and then: each read is in time."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    for _ in range(600):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def endless(handler: BaseHTTPRequestHandler) -> None:
    """As much as the other side takes."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    for _ in range(4096):
        handler.wfile.write(b"x" * 65536)


@contextmanager
def serving(respond: Respond | None = None) -> Iterator[FakeModel]:
    """A server on a free port of loopback, for as long as the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"  # a connection each; what has no length ends with it

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"null")
            found.asked.append((self.path, dict(self.headers), body))
            with suppress(OSError):  # the client has had enough
                found.respond(self)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found = FakeModel(f"http://127.0.0.1:{server.server_address[1]}/v1", respond or says(GOOD))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
