"""Rates and depths of what moves: the LFO, vibrato, tremolo."""

from typing import Any

from engine.compiler.slots import VOICING
from engine.generate.draft import Draft
from engine.generate.values.main_modules import free_lfo, lfo_at, main_filter, main_lfo, routes, silence

_VIBRATO, TREMOLO = f"{VOICING}/tune_cents", f"{VOICING}/voice_amplitude_percent"
_PITCH = ("/tune_cents",)
_VIBRATO_CENTS, _TREMOLO_PERCENT = 20.0, 60.0
"""Depths where only a rate is said."""
_VIBRATO_HZ, _TREMOLO_HZ = 5.5, 6.0
_CENTS_OF_FULL = 100.0
"""A bipolar source at an amount of 1 swings the tuning by this much up and down."""
_A_SWEEP, _LEAST_HEARD = 0.25, 0.05
"""Amount of an LFO on the cutoff that is heard as a sweep, and one that is hardly heard."""


def set_rate(draft: Draft, lfo: str, value: float | str) -> None:
    """Pins an LFO's rate: Hz, or a note value such as `1/8 dotted`."""
    if isinstance(value, str):
        length, _, feel = value.partition(" ")
        draft.pin(f"{lfo}/sync", feel or "tempo")
        draft.pin(f"{lfo}/tempo", length)
        return
    draft.pin(f"{lfo}/sync", "free")
    draft.pin(f"{lfo}/rate_hz", draft.nearest(f"{lfo}/rate_hz", value))


def get_rate(draft: Draft, lfo: str) -> float | str:
    """An LFO's rate: Hz, or a note value."""
    sync = draft.get(f"{lfo}/sync")
    if sync in ("free", "keytrack"):
        return float(draft.get(f"{lfo}/rate_hz"))
    length = str(draft.get(f"{lfo}/tempo"))
    return length if sync == "tempo" else f"{length} {sync}"


def set_lfo_rate(draft: Draft, value: float | str) -> None:
    """The rate of the LFO that moves most; where none does, one sweeps the filter."""
    source = main_lfo(draft)
    if source is None:
        source = new_lfo(draft, f"{main_filter(draft)}/cutoff_hz", _A_SWEEP)
    if source is None:
        return
    set_rate(draft, lfo_at(source), value)
    mine = [route for route in routes(draft) if route["source"] == source]
    if all(abs(route["amount"]) < _LEAST_HEARD for route in mine):
        timbre = [route for route in mine if route["target"].endswith(("cutoff_hz", "/position", "_percent"))]
        (timbre or mine)[0]["amount"] = _A_SWEEP / 2.0


def get_lfo_rate(draft: Draft) -> float | str | None:
    """The rate of the LFO that moves most."""
    source = main_lfo(draft)
    return None if source is None else get_rate(draft, lfo_at(source))


def new_lfo(draft: Draft, target: str, amount: float, *, polarity: str = "bipolar") -> str | None:
    """A free LFO on `target`, as a source: a sine; none if all are taken."""
    source = free_lfo(draft)
    if source is None:
        return None
    lfo = lfo_at(source)
    draft.set(f"{lfo}/shape", {"kind": "own", "id": "sine"})
    draft.set(f"{lfo}/mode", "trigger")
    for field in ("delay_s", "fade_in_s", "phase_deg", "stereo_deg"):
        draft.set(f"{lfo}/{field}", 0.0)
    routes(draft).append({"source": source, "target": target, "amount": amount, "polarity": polarity})
    return source


def _moving(draft: Draft, ends: tuple[str, ...], *, down: bool = False) -> list[dict[str, Any]]:
    brought_in = {route["target"] for route in routes(draft) if route["target"].startswith("/modulation/routes/")}
    return [
        route
        for place, route in enumerate(routes(draft))
        if route["source"].startswith("lfo_")
        and route["target"].endswith(ends)
        and (
            (route["amount"] < 0.0 if down else route["amount"] != 0.0)
            or f"/modulation/routes/{place}/amount" in brought_in
        )
    ]


def _all_onto(draft: Draft, ends: tuple[str, ...]) -> list[dict[str, Any]]:
    """Every route of an LFO onto a target, those as well that a macro may bring in later."""
    mine = (route for route in routes(draft) if route["source"].startswith("lfo_"))
    return [route for route in mine if route["target"].endswith(ends)]


def vibrato_route(draft: Draft) -> dict[str, Any] | None:
    """The route of the vibrato: the first of an LFO onto a tuning in cents that moves it."""
    return next(iter(_moving(draft, _PITCH)), None)


def tremolo_route(draft: Draft) -> dict[str, Any] | None:
    """The route of the tremolo: the first of an LFO that takes the voice's level down."""
    return next(iter(_moving(draft, ("/voice_amplitude_percent",), down=True)), None)


def set_vibrato(draft: Draft, rate: float | str | None, cents: float | None) -> None:
    """One vibrato in the place of all: at a rate in Hz or a note value, that many cents up and down."""
    before = vibrato_route(draft)
    silence(draft, _all_onto(draft, _PITCH))
    depth = min(max(cents if cents is not None else _VIBRATO_CENTS, 0.0), _CENTS_OF_FULL)
    there = None if before is None else get_rate(draft, lfo_at(before["source"]))
    if depth == 0.0:
        return
    source = new_lfo(draft, _VIBRATO, depth / _CENTS_OF_FULL)
    if source is not None:
        set_rate(draft, lfo_at(source), rate if rate is not None else there or _VIBRATO_HZ)


def set_tremolo(draft: Draft, rate: float | str | None, percent: float | None) -> None:
    """One tremolo in the place of all: at a rate in Hz or a note value, that many per cent down."""
    before = tremolo_route(draft)
    theirs = _all_onto(draft, ("/voice_amplitude_percent",))
    silence(draft, theirs)
    if theirs:  # a level that LFOs bring up would stay down
        draft.pin(TREMOLO, 100.0)
    depth = min(max(percent if percent is not None else _TREMOLO_PERCENT, 0.0), 100.0)
    there = None if before is None else get_rate(draft, lfo_at(before["source"]))
    if depth == 0.0:
        return
    source = new_lfo(draft, TREMOLO, -depth / 100.0, polarity="unipolar")
    if source is not None:
        set_rate(draft, lfo_at(source), rate if rate is not None else there or _TREMOLO_HZ)
