"""Each room of the engine shows how it is used, and what it shows is so."""

import doctest
import importlib
from pathlib import Path

import pytest

from tests.claims.readme import ROOT

ROOMS = sorted(path.parent.name for path in (ROOT / "engine").glob("*/__init__.py"))


def test_rooms_are_found() -> None:
    assert {"planner", "compiler", "measure", "gates", "refine", "bundle"} <= set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_shows_an_example_and_it_runs(room: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    failed, tried = doctest.testmod(importlib.import_module(f"engine.{room}"))
    assert failed == 0
    assert tried > 0, f"engine/{room}/__init__.py shows nothing that runs"
    assert not list(tmp_path.iterdir()), "an example leaves nothing behind"
