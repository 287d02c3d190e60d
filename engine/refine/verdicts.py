"""Whether words and variations' types are heard in the presets as they ship."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from engine.audition import Auditioned
from engine.diversity import Sounds
from engine.refine.apart import shipped_sound, too_near
from engine.word_contracts import AskedAxis, TimbreFigures, Tuned, not_given, variation_heard
from schemas.intent import Axis
from schemas.measurements import RepairedKind
from schemas.result import WordHeard

_NARROWER: Final[tuple[RepairedKind, ...]] = ("width", "mono_low", "mono_bass")


def _with_words(
    heard: tuple[Auditioned, ...], tuned: Tuned, left_out: Sequence[AskedAxis]
) -> tuple[Auditioned, ...]:
    """The presets with the results for the prompt's words and the variations' types, as they ship."""
    base = heard[0].preset.measurements
    if base is None or base.timbre is None:
        return heard
    narrowed = any(repair.kind in _NARROWER for repair in heard[0].preset.repairs)
    fair = _narrowed_too(tuned, base.timbre) if narrowed else tuned
    words = (
        *(_told(word, narrowed=narrowed) for word in fair.heard(base.timbre)),
        *(not_given(one, base.timbre[one.axis]) for one in left_out),
    )
    return (
        _changed(heard[0], {"words": words}),
        *(_with_type(one, base.timbre) for one in heard[1:]),
    )


def _narrowed_too(tuned: Tuned, figures: TimbreFigures) -> Tuned:
    """With a twin that is no wider than a base that had to be narrowed: it would have been narrowed as well."""
    twin = tuned.twins.get("width")
    if twin is None:
        return tuned
    width = min(twin["width"], figures["width"])
    return replace(tuned, twins={**tuned.twins, "width": {**twin, "width": width}})


def _told(word: WordHeard, *, narrowed: bool) -> WordHeard:
    """The word with what stood against it: what is wide must be safe in mono first."""
    if word.satisfied or word.axis != "width" or word.asked < 0 or not narrowed:
        return word
    return word.model_copy(update={"reason": f"{word.reason}; it was narrowed to stay safe in mono"})


def _with_type(auditioned: Auditioned, base: Mapping[Axis, float]) -> Auditioned:
    measured, kind = auditioned.preset.measurements, auditioned.preset.kind
    if measured is None or measured.timbre is None or kind == "base":
        return auditioned
    return _changed(auditioned, {"words": variation_heard(kind, base, measured.timbre)})


def _changed(auditioned: Auditioned, changes: Mapping[str, object]) -> Auditioned:
    return replace(auditioned, preset=auditioned.preset.model_copy(update=changes))


def _kept(auditioned: Auditioned) -> Auditioned:
    """The variation; refused if what its type says was lost on the way to its level."""
    lost = [word for word in auditioned.preset.words if word.change < word.wanted / 2]
    if auditioned.preset.kind == "base" or auditioned.preset.status == "refused" or not lost:
        return auditioned
    return _changed(auditioned, {"status": "refused", "refused_because": tuple(map(not_heard, lost))})


def not_heard(word: WordHeard) -> str:
    """Why a variation is refused that is not heard as what its type says."""
    return f"Not heard as {word.words[0]}: {word.reason}"


def judged(
    heard: tuple[Auditioned, ...], tuned: Tuned, *, left_out: Sequence[AskedAxis] = ()
) -> tuple[Auditioned, ...]:
    """The presets with the results for words and types.

    A variation is refused that isn't heard as its type, or is the base or one before it played twice. The words of
    `left_out` are told as not given.
    """
    return _apart(tuple(_kept(one) for one in _with_words(heard, tuned, left_out)))


def _apart(heard: tuple[Auditioned, ...]) -> tuple[Auditioned, ...]:
    kept, found = Sounds(), []
    for one in heard:
        sound = shipped_sound(one.preset, one.flac)
        near = "" if one.preset.kind == "base" else too_near(sound, kept)
        if sound and not near:
            kept.add(sound)
        found.append(_changed(one, {"status": "refused", "refused_because": (near,)}) if near else one)
    return tuple(found)
