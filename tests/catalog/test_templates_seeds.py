"""Seeds without a word differ: the same template drawn anew is another sound, by the library's own measure."""

from itertools import combinations

import pytest

from engine.catalog import catalog
from engine.compiler import compile_spec, playable
from engine.diversity import Sound, distance
from engine.generate import make_patch
from engine.render.job import NotePlan, RenderJob
from schemas.intent import Intent
from schemas.patch_spec import Metadata

NO_WORDS = {"planner_version": "none", "prompt": "-", "usable": False, "style_confidence": 0}


@pytest.mark.parametrize("name", ["bass_808", "sub_bass", "kick", "stab_keys", "choir_pad"])
def test_seeds_of_a_template_are_told_apart(name: str, pool) -> None:
    template = catalog()[name]
    play = template.play
    note = NotePlan(template.compass.center, play.velocity, play.hold_s, play.render_s)
    sounds = []
    for seed in range(4):
        intent = Intent(style=template.category, **NO_WORDS)
        spec = make_patch(intent, template, seed=seed, metadata=Metadata(name=name)).spec
        job = RenderJob(name, playable(compile_spec(spec)).preset, (note,), timbre=True, preview=note)
        heard = pool.render(job)
        sounds.append(Sound(str(seed), heard.measurements.timbre, lambda audio=heard.preview: (audio, 44_100)))
    apart = [distance(one, other) for one, other in combinations(sounds, 2)]
    assert sum(one >= 1.0 for one in apart) >= 5, apart
