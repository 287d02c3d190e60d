"""Packs carry no factory content: all that is data in a shipped preset was synthesised by `engine/sounds`."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.sounds import LFO_SHAPES, NOISES, WAVETABLES, silent_sample, vital_lfo, vital_sample, vital_wavetable
from tests.example_library import BuiltExample

VitalSettings = dict[str, Any]


def digest(data: object) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


@pytest.fixture(scope="module")
def presets(example: BuiltExample) -> dict[str, VitalSettings]:
    found = {path.stem: json.loads(path.read_bytes())["settings"] for path in example.pack.rglob("*.vital")}
    assert len(found) == len(example.manifest["presets"])
    return found


def components(settings: VitalSettings) -> Iterator[tuple[VitalSettings, VitalSettings]]:
    for table in settings["wavetables"]:
        for group in table["groups"]:
            for component in group["components"]:
                yield table, component


def test_every_wave_of_what_ships_is_one_of_ours(presets: dict[str, VitalSettings]) -> None:
    ours = {
        digest(frame["wave_data"])
        for ident in WAVETABLES
        for _, component in components({"wavetables": [vital_wavetable(ident)]})
        for frame in component["keyframes"]
    }
    seen = set()
    for title, settings in presets.items():
        for table, component in components(settings):
            assert component["type"] == "Wave Source", title
            for frame in component["keyframes"]:
                seen.add(digest(frame["wave_data"]))
                assert digest(frame["wave_data"]) in ours, f"{title}: a frame of {table['name']}"
    assert len(seen) >= 5


def test_every_wavetable_of_what_ships_has_our_name_and_ours_alone(presets: dict[str, VitalSettings]) -> None:
    ours = {(table["name"], table["author"]) for table in map(vital_wavetable, WAVETABLES)}
    found = {(table["name"], table["author"]) for settings in presets.values() for table in settings["wavetables"]}
    assert found <= ours


def test_every_sample_of_what_ships_is_one_of_ours_or_silent(presets: dict[str, VitalSettings]) -> None:
    ours = {digest(vital_sample(ident)) for ident in NOISES} | {digest(silent_sample())}
    for title, settings in presets.items():
        assert digest(settings["sample"]) in ours, f"{title}: {settings['sample']['name']}"


def test_every_lfo_of_what_ships_is_one_of_ours(presets: dict[str, VitalSettings]) -> None:
    ours = {digest(vital_lfo(ident)) for ident in LFO_SHAPES}
    for title, settings in presets.items():
        for lfo in settings["lfos"]:
            assert digest(lfo) in ours, f"{title}: {lfo['name']}"


def test_no_file_of_the_repository_holds_waves_or_samples() -> None:
    """What is synthesised needs no data: none could come from elsewhere."""
    root = Path(__file__).resolve().parents[2]
    for room in ("engine", "template_catalog", "schemas", "assets", "examples"):
        for path in (root / room).rglob("*"):
            assert path.suffix not in (".vital", ".vitaltable", ".vitallfo", ".wav", ".flac", ".npy", ".npz"), path
            if path.suffix in (".py", ".yaml", ".json"):
                assert "wave_data" not in path.read_text("utf-8") or path.suffix != ".yaml", path
