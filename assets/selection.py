"""No sound twice in a batch: a base preset that is nearly another's is drawn anew with another seed, a few times.

Decisions follow the batch's own order, and each round hears all that has to be heard anew together, so neither the
number of lanes nor an interruption changes what comes out. Knows no Dagster.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from assets.auditions import AuditionPart, Played
from engine.bundle.likeness import preset_sound
from engine.diversity import MAX_REDRAWS, NearSound, Sound, Sounds, other_seed, refusal_reason
from engine.stages import patch_stage, plan_stage, variation_stage
from schemas.request import Request
from schemas.result import HeardPreset

Hear = Callable[[Sequence[AuditionPart]], Iterable[Played]]
_GOES_WITH_ITS_BASE = "Its base preset is a near-duplicate of another"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What stands for a request in the end."""

    asked: AuditionPart
    played: Played
    """What was heard of the part that stands for it: the one asked for, or one drawn with another seed."""
    redraws: int = 0
    """Other seeds that were tried."""
    sounded_like: NearSound | None = None
    """What the sound that was asked for is a near-duplicate of."""
    refused: bool = False
    """Whether every seed gave a near-duplicate, or nothing that passes the gates."""

    @property
    def redrawn(self) -> bool:
        """Whether another seed than the one asked for stands."""
        return self.redraws > 0 and not self.refused

    @property
    def presets(self) -> tuple[HeardPreset, ...]:
        """What was heard, refused if it is nothing new."""
        heard = self.played.heard.presets
        if not self.refused or self.sounded_like is None:
            return heard
        reason = refusal_reason(self.sounded_like, redraws=self.redraws)
        variations = tuple(_refused(one, _GOES_WITH_ITS_BASE) for one in heard[1:])
        return (_refused(heard[0], reason), *variations)


def distinct(parts: Sequence[AuditionPart], hear: Hear) -> list[Chosen]:
    """Every part as heard, in their order; what sounds like an earlier one is drawn anew, or refused at last."""
    heard = _heard(hear, parts)
    chosen: dict[str, Chosen] = {}
    kept = Sounds()
    for part in parts:
        played, sound = heard[part.plan.key]
        near = kept.near_duplicate(sound) if sound else None
        chosen[part.plan.key] = Chosen(part, played, sounded_like=near)
        if sound and not near:
            kept.add(sound)
    waiting = [key for key, one in chosen.items() if one.sounded_like]
    for attempt in range(1, MAX_REDRAWS + 1):
        again = {key: _redrawn(chosen[key].asked, attempt) for key in waiting}
        heard = _heard(hear, list(again.values())) if again else {}
        waiting = []
        for key, part in again.items():
            played, sound = heard[part.plan.key]
            if sound and not kept.near_duplicate(sound):
                kept.add(sound)
                chosen[key] = replace(chosen[key], played=played, redraws=attempt)
            else:
                waiting.append(key)
    refused = {key: replace(chosen[key], redraws=MAX_REDRAWS, refused=True) for key in waiting}
    return list((chosen | refused).values())


def _heard(hear: Hear, parts: Sequence[AuditionPart]) -> dict[str, tuple[Played, Sound | None]]:
    """By key what was heard, without the audio that nothing needs any more, and the base's sound."""
    return {
        played.part.plan.key: (replace(played, heard=replace(played.heard, previews={})), _sound(played))
        for played in hear(parts)
    }


def _sound(played: Played) -> Sound | None:
    """What a base preset sounds like; none if it was refused."""
    base = played.heard.presets[0]
    if base.status != "accepted":
        return None
    flac = played.heard.previews[base.id]
    return preset_sound(base.title, base.measurements, lambda: flac)


def _redrawn(part: AuditionPart, attempt: int) -> AuditionPart:
    request: Request = part.plan.request
    # It keeps its title: the library has given it as the only one, and another seed might pick one that is taken.
    again = request.model_copy(update={"seed": other_seed(request, attempt=attempt), "name": part.plan.title})
    plan = plan_stage(again, intent=part.plan.intent, planner_note=part.plan.planner_note)
    patch = patch_stage(plan)
    return AuditionPart(plan, patch.spec, variation_stage(plan, patch.spec), patch.placements)


def _refused(preset: HeardPreset, reason: str) -> HeardPreset:
    because = (*preset.refused_because, reason)
    return preset.model_copy(update={"status": "refused", "refused_because": because})
