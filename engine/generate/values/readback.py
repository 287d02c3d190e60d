"""What became a preset's value of each that was asked for, read from the patch as it ships."""

from collections.abc import Callable, Mapping, Sequence

from engine.compiler.spec_io import dump_spec
from engine.generate.draft import Draft
from engine.generate.values.controllers import get_lfo_target, get_targets
from engine.generate.values.motions import get_lfo_rate
from engine.generate.values.settings import SETTINGS, Value, disliked, read_percent_of_detune
from schemas.intent import Intent, RequestedValue
from schemas.patch_spec import PatchSpec
from schemas.result import Repaired, ValueSet

_WITHIN = 0.05
"""Part of a number that the value in the patch may differ by; a control's step may be as coarse."""
_NEAR_ZERO = 1e-3

_OTHERS: Mapping[str, Callable[[Draft], Value | None]] = {
    "lfo_rate": get_lfo_rate,
}
_TARGETS: Mapping[str, Callable[[Draft, str], str | None]] = {
    "velocity_target": lambda draft, asked: get_targets(draft, "velocity", asked),
    "wheel_target": lambda draft, asked: get_targets(draft, "mod_wheel", asked),
    "lfo_target": get_lfo_target,
}
_REPAIRED_BY = {"click": ("attack",), "width": ("width",), "mono_low": ("width",), "mono_bass": ("width",)}


def values_set(
    intent: Intent, spec: PatchSpec, repairs: Sequence[Repaired] = (), *, note: int
) -> tuple[ValueSet, ...]:
    """Each value that the intent asks for, with what the patch has; `note` is what the preset is heard at, MIDI."""
    draft = Draft.of(dump_spec(spec), note=note)
    return tuple(_set(draft, one, repairs) for one in intent.values)


def _set(draft: Draft, asked: RequestedValue, repairs: Sequence[Repaired]) -> ValueSet:
    read = _OTHERS.get(asked.noun, SETTINGS[asked.noun].read)
    if asked.noun == "detune" and asked.unit == "%":
        read = read_percent_of_detune
    targets = _TARGETS.get(asked.noun)
    found = read(draft) if targets is None else targets(draft, str(asked.value))
    if isinstance(found, (int, float)) and not isinstance(found, bool):
        found = round(float(found), 6)
    if asked.value == "square" and found == "pulse":
        found = "square"  # of another width, which is a value of its own
    if asked.noun == "waveform" and found is not None and disliked(str(asked.value)):
        found = found if found in disliked(str(asked.value)) else asked.value
    kept = _is_kept(asked.value, found)
    return ValueSet(
        noun=asked.noun,
        asked=asked.value,
        unit=asked.unit,
        found=found,
        kept=kept,
        words=asked.text,
        reason="" if kept else _reason(draft, asked, found, repairs),
    )


def _is_kept(asked: Value, shipped: Value | None) -> bool:
    if isinstance(asked, str) or not isinstance(shipped, float):
        return asked == shipped
    return abs(shipped - asked) <= max(_WITHIN * abs(asked), _NEAR_ZERO)


def _reason(draft: Draft, asked: RequestedValue, shipped: Value | None, repairs: Sequence[Repaired]) -> str:
    """Why another value ships, in words."""
    for repair in repairs:
        if asked.noun in _REPAIRED_BY.get(repair.kind, ()):
            return repair.reason
    if shipped is None:
        return "this sound has nothing that it could be set on"
    if asked.noun == "note":
        return "it is played within two octaves of the middle of its template"
    if isinstance(asked.value, float) and isinstance(shipped, float):
        return f"Vital goes no {'higher' if asked.value > shipped else 'lower'}"
    return f"it is {str(shipped).replace('_', ' ')} in this sound"
