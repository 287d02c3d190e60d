"""Values into a draft: the still ones first, what moves when all motions are there, then all is kept near them."""

from engine.compiler.slots import FILTER_FX, FILTERS
from engine.generate.draft import Draft
from engine.generate.values.controllers import set_lfo_target, set_targets
from engine.generate.values.main_modules import routes, silence
from engine.generate.values.motions import TREMOLO, set_lfo_rate, set_tremolo, set_vibrato
from engine.generate.values.settings import SETTINGS, write_percent_of_detune
from schemas.intent import Intent, RequestedValue, ValueNoun

_FROM_HANDS = ("mod_wheel", "aftertouch", "pitch_wheel", "slide", "lift")
"""Sources that rest at 0: they move a value while the sound is played, and that is what they are for."""
_A_LITTLE, _A_SWEEP = 0.03, 0.2
"""Most that a patch's own modulation may move a pinned value by, of its travel: about four semitones of a cutoff;
and where the prompt asks for a sweep."""


_OTHER_WAVES = ("sine", "triangle", "saw")
"""Waves without a width."""


def set_values(draft: Draft, intent: Intent) -> None:
    """Sets and pins every value that stands still."""
    said = _by_noun(intent)
    wave = said.get("waveform")
    for noun, setting in SETTINGS.items():
        one = said.get(noun)
        if one is None or (noun == "pulse_width" and wave is not None and wave.value in _OTHER_WAVES):
            continue
        if noun == "detune" and one.unit == "%":
            write_percent_of_detune(draft, float(one.value))
        else:
            setting.write(draft, one.value)


def set_motions(draft: Draft, intent: Intent) -> None:
    """Sets and pins rates, depths and what the mod wheel and the velocity move; after the prompt's motions."""
    said = _by_noun(intent)
    if "lfo_target" in said:
        set_lfo_target(draft, str(said["lfo_target"].value))
    if "lfo_rate" in said:
        set_lfo_rate(draft, said["lfo_rate"].value)
    rate, depth = said.get("vibrato_rate"), said.get("vibrato_depth")
    if rate or depth:
        set_vibrato(draft, rate.value if rate else None, float(depth.value) if depth else None)
    rate, depth = said.get("tremolo_rate"), said.get("tremolo_depth")
    if rate or depth:
        set_tremolo(draft, rate.value if rate else None, float(depth.value) if depth else None)
    if "velocity_target" in said:
        set_targets(draft, "velocity", str(said["velocity_target"].value))
    if "wheel_target" in said:
        set_targets(draft, "mod_wheel", str(said["wheel_target"].value))


def hold_values(draft: Draft, intent: Intent) -> None:
    """Keeps the patch's own modulation from carrying the sound away from what is pinned."""
    said = _by_noun(intent)
    sweeps = intent.features.get("filter_sweep") == "wanted" or bool({"lfo_rate", "lfo_target"} & said.keys())
    for place, route in enumerate(routes(draft)):
        source, target = route["source"], route["target"]
        if target not in draft.pinned or source in _FROM_HANDS or source in draft.taken:
            continue
        if target == TREMOLO:
            continue  # pinned so that nothing but the tremolo moves it
        if isinstance(draft.get(target), (str, bool, dict)) or source == "velocity":
            silence(draft, [route])
            continue
        swept = sweeps and source.startswith("lfo_") and target.startswith((*FILTERS, FILTER_FX))
        most = _A_SWEEP if swept else _A_LITTLE
        route["amount"] = max(min(route["amount"], most), -most)
        if swept:
            route["polarity"] = "bipolar"
        draft.pinned.add(f"/modulation/routes/{place}/amount")


def _by_noun(intent: Intent) -> dict[ValueNoun, RequestedValue]:
    return {one.noun: one for one in intent.values}
