"""A language model's endpoint that is up, and a planner that asks it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from service.llm.answers import AnswersInFolder
from service.llm.asking import Endpoint
from service.llm.planner import LlmPlanner
from tests.llm import endpoint as local
from tests.llm.endpoint import KEY, MODEL

MakePlanner = Callable[..., LlmPlanner]
"""Gives a planner that asks the server."""


@pytest.fixture
def server() -> Iterator[local.FakeModel]:
    with local.serving() as found:
        yield found


@pytest.fixture
def planner(server: local.FakeModel, tmp_path: Path) -> MakePlanner:
    """A planner that asks the server; `timeout_s` as told."""

    def make(timeout_s: float = 30.0, folder: str = "answers") -> LlmPlanner:
        endpoint = Endpoint(server.url, MODEL, SecretStr(KEY), timeout_s)
        return LlmPlanner(endpoint, AnswersInFolder(tmp_path / folder))

    return make
