"""The language model's path, against a small local server that answers in the form of OpenAI's chat completions."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bench.sound.llm import DirectEndpoint, DirectLlm, DirectPatch, response_schema
from engine.compiler import read_vital

PATCH: dict[str, Any] = {
    "style": "Bass",
    "note": 36,
    "numbers": [
        {"control": "/modules/filter/0/cutoff_hz", "value": 400.0},
        {"control": "/modules/env/0/attack_s", "value": 99.0},
    ],
    "switches": [{"control": "/modules/filter/0/on", "on": True}],
    "options": [{"control": "/modules/filter/0/model", "option": "ladder"}],
    "modulations": [{"source": "lfo_1", "target": "/modules/filter/0/cutoff_hz", "amount": 0.2}],
}


class Server(ThreadingHTTPServer):
    """Gives `answers` one after the other and keeps what it was asked."""

    def __init__(self, answers: list[str]) -> None:
        super().__init__(("127.0.0.1", 0), BenchModelHandler)
        self.answers, self.asked = answers, list[dict[str, Any]]()
        self.headers_seen: list[dict[str, str]] = []


class BenchModelHandler(BaseHTTPRequestHandler):
    """One chat completion a request."""

    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append({"path": self.path, **body})
        self.server.headers_seen.append(dict(self.headers))
        content = self.server.answers.pop(0)
        answer = {
            "object": "chat.completion",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": content}}],
        }
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@contextmanager
def serving(*answers: str) -> Iterator[tuple[Server, DirectLlm]]:
    with Server(list(answers)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.server_port}/v1"
            yield server, DirectLlm(DirectEndpoint(url, "some-model", "some-key"))
        finally:
            server.shutdown()
            thread.join()


def test_an_answer_becomes_a_preset_within_the_ranges() -> None:
    with serving(json.dumps(PATCH)) as (server, system):
        made = system.make("a round bass", 7)
    assert made.refused == ""
    assert (made.style, made.plan.note) == ("Bass", 36)
    settings = read_vital(made.preset)["settings"]
    assert settings["filter_1_on"] == 1.0
    assert settings["env_1_attack"] == pytest.approx(2.0**0.25)
    asked = server.asked[0]
    assert asked["path"] == "/v1/chat/completions"
    assert (asked["model"], asked["seed"]) == ("some-model", 7)
    assert asked["messages"][-1] == {"role": "user", "content": "a round bass"}
    assert asked["response_format"]["json_schema"]["strict"] is True
    assert server.headers_seen[0]["Authorization"] == "Bearer some-key"


def test_it_is_asked_once_more_and_told_what_was_wrong() -> None:
    bad = json.dumps({**PATCH, "numbers": [{"control": "/modules/voicing/volume_db", "value": 0.0}]})
    with serving(bad, json.dumps(PATCH)) as (server, system):
        made = system.make("a round bass", 7)
    assert made.refused == ""
    assert "/modules/voicing/volume_db" in server.asked[1]["messages"][-1]["content"]


@pytest.mark.parametrize("content", ["no JSON at all", "{}", json.dumps({**PATCH, "style": "Opera"})])
def test_an_answer_that_can_not_be_used_is_a_refusal_that_says_why(content: str) -> None:
    with serving(content, content) as (_, system):
        made = system.make("a round bass", 7)
    assert "DirectPatch" in made.refused
    assert made.preset == b""


def test_an_endpoint_that_is_not_there_is_a_refusal() -> None:
    made = DirectLlm(DirectEndpoint("http://127.0.0.1:9/v1", "some-model")).make("a round bass", 7)
    assert made.refused.startswith("the endpoint doesn't answer")


def test_the_schema_is_strict_all_the_way_down() -> None:
    schema = response_schema()
    forms = [schema, *schema["$defs"].values()]
    assert DirectPatch.model_validate(PATCH).style == "Bass"
    for form in forms:
        assert form["additionalProperties"] is False
        assert set(form["required"]) == set(form["properties"])
