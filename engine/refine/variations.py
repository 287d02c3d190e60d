"""Variations that are heard as what their types say, each another sound, and what takes the place of others."""

from dataclasses import dataclass
from hashlib import sha256

from engine.audition import Auditioned, audition
from engine.compiler import canonical_bytes, compile_spec
from engine.diversity import Sounds
from engine.generate import apply_patch
from engine.refine.apart import centre_sound, too_near, too_short
from engine.refine.refinement import Refinement
from engine.refine.verdicts import judged, not_heard
from engine.render.job import Centre
from engine.word_contracts import figures_of, heard_at, variation_heard
from schemas.intent import Style
from schemas.patch_spec import PatchSpec
from schemas.result import HeardPreset, WordHeard
from schemas.variations import Variation

_PUSH = 1.8
"""How much further a variation goes that was not heard, or is too near to another sound."""
_ROUNDS = 5
"""How many types are heard in one place at the most."""
_OTHER_TYPES = 4
"""Types that may be heard in place of those that are refused."""


@dataclass(frozen=True, slots=True)
class FittedVariations:
    """Variations that are heard as what their types say, their first notes, and what it took to find each, by id.

    What a type took that isn't heard counts for the one that takes its place.
    """

    variations: dict[str, Variation]
    centres: dict[str, Centre | None]
    renders: dict[str, int]
    base_renders: int
    unheard: tuple[HeardPreset, ...] = ()
    """One for each that is missing of those asked for: the types that were given up first, with the reason."""


class _Ear:
    """What a variation must be: heard as its type, long enough for its style, and no sound that is there."""

    def __init__(self, style: Style, base: Centre | None) -> None:
        self._style, self._timbre = style, figures_of(base)
        self._kept = Sounds(filter(None, [centre_sound("the base", base)]))

    def hears(self, variation: Variation, centre: Centre | None) -> tuple[tuple[WordHeard, ...], tuple[str, ...]]:
        """What its type says, and why it is none; one that is, is kept.

        What can't be heard is left to the audition.
        """
        figures = figures_of(centre)
        if self._timbre is None or figures is None:
            return (), ()
        words, sound = variation_heard(variation.type, self._timbre, figures), centre_sound(variation.id, centre)
        unheard = tuple(not_heard(word) for word in words if not word.satisfied)
        short = too_short(self._style, self._timbre, figures)
        reasons = unheard or tuple(filter(None, [short or too_near(sound, self._kept)]))
        if sound and not reasons:
            self._kept.add(sound)
        return words, reasons


def fit_variations(refinement: Refinement, base: PatchSpec) -> FittedVariations:
    """Variations of `base` that are heard as what their types say, and that no two of are one sound.

    A type that isn't heard, or is too near to another, is pushed further; if that doesn't help, the next takes its
    place.
    """
    budget, note, pool = refinement.budget, refinement.notes[0], refinement.pool
    chosen: dict[str, Variation] = {}
    centres: dict[str, Centre | None] = {}
    spent: set[str] = set()
    known, base_renders = refinement.macros.centre, 0
    ear = _Ear(refinement.template.category, known)
    renders: dict[str, int] = {}
    owed: list[int] = []
    given_up: dict[str, HeardPreset] = {}
    for push in (1.0, _PUSH) * _ROUNDS:
        varied = refinement.varied(base, push=push, without=spent)
        fresh = [one for one in varied if one.id not in chosen]
        if not fresh:
            break
        specs = [apply_patch(base, one.patch) for one in fresh]
        first = refinement.macros.timbre is None and base_renders == 0 and budget.for_trials > 0
        heard = heard_at([base, *specs] if first else specs, note, pool)
        for one in fresh:
            renders[one.id] = renders.get(one.id, owed.pop() if owed and push == 1.0 else 0) + 1
        if first:
            ear = _Ear(refinement.template.category, heard.pop(0))
            budget.spend(1)
            base_renders += 1
        for one, spec, centre in zip(fresh, specs, heard, strict=True):
            centres[one.id] = centre
            words, reasons = ear.hears(one, centre)
            if reasons:
                given_up[one.id] = _refused(one, spec, words, reasons, renders[one.id])
            else:
                chosen[one.id] = one
        if push > 1.0:
            failed = [one.id for one in fresh if one.id not in chosen]
            spent, owed = spent.union(failed), [renders[id_] for id_ in failed]
    missing = refinement.plan.request.variations - len(chosen)
    lost = [preset for id_, preset in given_up.items() if id_ not in chosen][: max(missing, 0)]
    totals = (owed + [0] * len(lost))[: len(lost)]
    unheard = tuple(
        one.model_copy(update={"tuning_renders": total}) for one, total in zip(lost, totals, strict=True)
    )
    return FittedVariations(chosen, centres, renders, base_renders, unheard)


def _refused(
    variation: Variation, spec: PatchSpec, words: tuple[WordHeard, ...], reasons: tuple[str, ...], renders: int
) -> HeardPreset:
    """A variation that is not what its type says, however far it is pushed."""
    return HeardPreset(
        id=variation.id,
        kind=variation.type,
        title=spec.metadata.name,
        status="refused",
        refused_because=reasons,
        spec=spec,
        preset_sha256=sha256(canonical_bytes(compile_spec(spec))).hexdigest(),
        words=words,
        tuning_renders=renders,
    )


@dataclass(frozen=True, slots=True)
class StandIns:
    """Other types that pass, by the id of the refused variation whose place they take."""

    heard: dict[str, Auditioned]
    failed_renders: dict[str, int]
    """Renders of types that did not pass either, by the id of the first variation that they were heard for."""


def stand_ins(refinement: Refinement, base: PatchSpec, heard: tuple[Auditioned, ...]) -> StandIns:
    """Other types in the place of variations of `base` that are refused: at most four rounds of them are heard."""
    words = refinement.words
    refused = [one.preset.id for one in judged(heard, words) if one.preset.status == "refused"]
    kept = [one for one in heard if one.preset.id not in refused]
    tried, passed, failed_renders = {one.preset.id for one in heard}, list[Auditioned](), 0
    for _ in range(_OTHER_TYPES if refused else 0):
        variations = refinement.varied(base, without=tried)[: len(refused) - len(passed)]
        if not variations:
            break
        tried.update(one.id for one in variations)
        more = audition(refinement.candidates(base, variations)[1:], refinement.pool)
        verdicts = judged((*kept, *passed, *more), words)[len(kept) + len(passed) :]
        for one, verdict in zip(more, verdicts, strict=True):
            if verdict.preset.status == "accepted":
                passed.append(one)
            else:
                failed_renders += one.preset.renders
    return StandIns(dict(zip(refused, passed, strict=False)), dict.fromkeys(refused[:1], failed_renders))
