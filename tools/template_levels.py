"""`python -m tools.template_levels [ID...]`: how loud templates are, and what their volume would have to be.

Each template is drawn by four seeds without a word, and its centre note rendered as `play` says. Their median is
held against the loudness that its style is levelled to. Where the peak leaves no room for
that, the volume can't mend it.
"""

import argparse
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.catalog import catalog, template
from engine.compiler import compile_spec, playable
from engine.compiler.controls import by_pointer
from engine.errors import SynthCopilotError
from engine.gates.profiles import LOUDNESS_TOLERANCE_LU, SHIPPED_PEAK, profile_for
from engine.generate import make_patch
from engine.render.job import NotePlan, Rendered, RenderJob
from engine.render.pool import RenderPool
from schemas.intent import Intent
from schemas.patch_spec import Metadata
from schemas.template import MacroTemplate

SEEDS = range(4)
_VOLUME = "/modules/voicing/volume_db"


@dataclass(frozen=True)
class TemplateLevel:
    """A template's median loudness over the seeds in LUFS, its style's target, its loudest peak (1: full scale)."""

    template_id: str
    loudness_lufs: float
    target_lufs: float
    peak: float
    volume_db: float
    """The volume of its base."""

    @property
    def off_lu(self) -> float:
        """How much louder than its target it is."""
        return self.loudness_lufs - self.target_lufs

    @property
    def at_its_peak(self) -> bool:
        """Whether its peak would be too high at its level."""
        at_level: float = self.peak * 10.0 ** (-self.off_lu / 20.0)
        return at_level > SHIPPED_PEAK

    @property
    def holds(self) -> bool:
        """Whether it is as loud as the gates ask for."""
        return abs(self.off_lu) <= LOUDNESS_TOLERANCE_LU

    def line(self) -> str:
        """The level in words."""
        advice = f"voicing/volume_db: {self.volume_db - self.off_lu:.1f} instead of {self.volume_db:.1f}"
        if self.holds:
            advice = "level"
        elif self.at_its_peak:
            advice = "its peaks leave no room for its level: compress it, or take from what makes them"
        figures = f"{self.loudness_lufs:6.1f} LUFS ({self.off_lu:+.1f})  peak {self.peak:.2f}"
        return f"{self.template_id:20} {figures}  {advice}"


def level(template: MacroTemplate, pool: RenderPool) -> TemplateLevel:
    """Renders a template's four seeds.

    Raises:
        RenderError: the synth made no sound of one of them.
    """
    play = template.play
    note = NotePlan(template.compass.center, play.velocity, play.hold_s, play.render_s)
    heard = [_heard(template, seed, note, pool).measurements.overall for seed in SEEDS]
    target = profile_for(template.category).target_lufs
    assert target is not None
    loudness = statistics.median(sound.loudness_lufs for sound in heard)
    parameter = by_pointer()[_VOLUME].parameter
    volume = float(str(template.base.get(_VOLUME, parameter.to_person(parameter.default))))
    return TemplateLevel(template.id, loudness, target, max(sound.peak for sound in heard), volume)


def _heard(template: MacroTemplate, seed: int, note: NotePlan, pool: RenderPool) -> Rendered:
    intent = Intent(style=template.category, planner_version="none", prompt="-", usable=False, style_confidence=0)
    spec = make_patch(intent, template, seed=seed, metadata=Metadata(name=template.id)).spec
    outcome = pool.render(RenderJob(template.id, playable(compile_spec(spec)).preset, (note,)))
    if not isinstance(outcome, Rendered):
        raise SynthCopilotError(f"template {template.id}, seed {seed}: {outcome}")
    return outcome


def levels(ids: Sequence[str]) -> Iterator[TemplateLevel]:
    """The levels of some templates, each as soon as it is known."""
    with RenderPool() as pool:
        for one in [template(one) for one in ids] or catalog().values():
            yield level(one, pool)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints a line a template; 1 if one of those that were named isn't level."""
    parser = argparse.ArgumentParser(prog="python -m tools.template_levels", description="Loudness of templates.")
    parser.add_argument("ids", nargs="*", metavar="ID", help="templates; none: the whole catalog")
    named = parser.parse_args(arguments).ids
    found = []
    try:
        for one in levels(named):
            print(one.line(), flush=True)
            found.append(one)
    except SynthCopilotError as error:
        print(error, file=sys.stderr)
        return 1
    middle = statistics.median(abs(one.off_lu) for one in found)
    print(f"{sum(one.holds for one in found)} of {len(found)} level; off by {middle:.1f} LU in the median")
    return 1 if named and not all(one.holds for one in found) else 0


if __name__ == "__main__":
    sys.exit(main())
