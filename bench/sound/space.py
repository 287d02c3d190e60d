"""The controls that a patch without a template is made of: what random patches draw, and what an LLM may set."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from engine import sounds
from engine.compiler.spec_io import dump_spec
from engine.generate.draft import Draft
from engine.versions import ENGINE
from schemas.patch_spec import PatchSpec


@dataclass(frozen=True)
class Span:
    """A number that may be set from `low` to `high`, in the unit its pointer's last part names."""

    low: float
    high: float


_OSC = {
    "level_percent": Span(20, 80),
    "transpose_semitones": Span(-12, 12),
    "tune_cents": Span(-20, 20),
    "wavetable/position": Span(0, 256),
    "unison/voices": Span(1, 7),
    "unison/detune_percent": Span(0, 40),
    "unison/stereo_spread_percent": Span(0, 80),
    "warp/amount_percent": Span(0, 100),
}
_FILTER = {
    "cutoff_hz": Span(80, 16_000),
    "resonance_percent": Span(0, 70),
    "drive_db": Span(0, 10),
    "keytrack_percent": Span(0, 100),
}
_AMP = {
    "attack_s": Span(0.001, 2),
    "decay_s": Span(0.05, 4),
    "sustain_percent": Span(0, 100),
    "release_s": Span(0.02, 3),
}
_EFFECTS = {
    "/modules/fx/0/mix_percent": Span(0, 60),
    "/modules/fx/2/mix_percent": Span(0, 40),
    "/modules/fx/3/drive_db": Span(0, 15),
    "/modules/fx/7/mix_percent": Span(0, 80),
    "/modules/fx/8/mix_percent": Span(0, 60),
    "/modules/fx/8/decay_s": Span(0.3, 6),
}

SPANS: Mapping[str, Span] = MappingProxyType(
    {
        **{f"/modules/osc/{n}/{field}": span for n in range(3) for field, span in _OSC.items()},
        **{f"/modules/filter/{n}/{field}": span for n in range(2) for field, span in _FILTER.items()},
        **{f"/modules/env/{n}/{field}": span for n in range(2) for field, span in _AMP.items()},
        **{f"/modules/lfo/{n}/rate_hz": Span(0.05, 12) for n in range(2)},
        "/modules/sample/level_percent": Span(1, 50),
        **_EFFECTS,
    }
)
"""Numbers by pointer."""

SWITCHES: Mapping[str, float] = MappingProxyType(
    {
        "/modules/osc/1/on": 0.6,
        "/modules/osc/2/on": 0.3,
        "/modules/sample/on": 0.25,
        "/modules/filter/0/on": 0.7,
        "/modules/filter/1/on": 0.2,
        **{f"/modules/fx/{n}/on": 0.3 for n in (0, 2, 3, 7, 8)},
    }
)
"""Switches by pointer, with how likely a random patch has each on. The first oscillator is always on."""

OPTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **{f"/modules/osc/{n}/wavetable/table": tuple(sounds.WAVETABLES) for n in range(3)},
        **{f"/modules/osc/{n}/warp/type": ("none", "none", "none", "sync", "bend", "squeeze") for n in range(3)},
        **{f"/modules/osc/{n}/destination": ("filter_1", "filter_2", "effects") for n in range(3)},
        "/modules/sample/sample": tuple(sounds.NOISES),
        "/modules/sample/destination": ("filter_1", "filter_2", "effects"),
        **{f"/modules/filter/{n}/model": ("analog", "dirty", "ladder", "digital", "diode") for n in range(2)},
        **{f"/modules/lfo/{n}/shape": tuple(sounds.LFO_SHAPES) for n in range(2)},
    }
)
"""Choices by pointer."""

TARGETS: tuple[str, ...] = (
    "/modules/filter/0/cutoff_hz",
    "/modules/osc/0/wavetable/position",
    "/modules/osc/0/level_percent",
    "/modules/osc/1/tune_cents",
    "/modules/fx/8/mix_percent",
)
"""What the second envelope and the LFOs may move."""

_CONTENT = ("wavetable/table", "sample/sample", "/shape")


@cache
def _start() -> bytes:
    """Vital's start with what every patch of this space has: an oscillator, and room below full scale."""
    draft = Draft.of(dump_spec(PatchSpec(engine_version=ENGINE)))
    draft.set("/modules/osc/0/on", True)
    draft.set("/modules/voicing/volume_db", -12.0)
    return dump_spec(draft.spec())


def start() -> Draft:
    """A draft to set values of this space in."""
    return Draft.of(_start())


def write(draft: Draft, pointer: str, value: Any) -> None:
    """Sets a value of this space, numbers kept within their span.

    Raises:
        ValueError: the space has no such pointer or option; the text names it.
    """
    if pointer in SPANS:
        span, parameter = SPANS[pointer], draft.parameter(pointer)
        draft.set_stored(pointer, parameter.to_stored(min(max(float(value), span.low), span.high)))
    elif pointer in SWITCHES:
        draft.set(pointer, bool(value))
    elif pointer in OPTIONS:
        if value not in OPTIONS[pointer]:
            raise ValueError(f"{pointer}: {value!r} is not one of {', '.join(sorted(set(OPTIONS[pointer])))}")
        draft.set(pointer, {"kind": "own", "id": value} if pointer.endswith(_CONTENT) else value)
    else:
        raise ValueError(f"{pointer} is not a control that may be set")


def route(draft: Draft, source: str, target: str, amount: float) -> None:
    """Adds a modulation.

    Raises:
        ValueError: the target is not one of `TARGETS`.
    """
    if target not in TARGETS:
        raise ValueError(f"{target} is not one of {', '.join(TARGETS)}")
    routes = draft.document["modulation"]["routes"]
    polarity = "bipolar" if source.startswith("lfo") else "unipolar"
    routes.append({"source": source, "target": target, "amount": amount, "polarity": polarity})
