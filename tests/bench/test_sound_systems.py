"""The systems that need no package of the benchmark's own, the studio, and what is kept."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bench.sound import space
from bench.sound.evaluators import EVALUATORS, Evaluator
from bench.sound.keep import Keep, digest, sources_digest
from bench.sound.library import listen
from bench.sound.paired import judge
from bench.sound.pairs import pairs
from bench.sound.prompts import held_out
from bench.sound.studio import Studio
from bench.sound.systems import MIDDLE, CountingPool, Made, Random, Rules
from bench.sound.workshop import Deadline, OutOfTimeError, Workshop
from engine.compiler import read_vital
from engine.render.job import NotePlan

SHORT = NotePlan(60, 0.8, 0.2, 0.6)


@pytest.fixture(scope="module")
def pool() -> Iterator[CountingPool]:
    with CountingPool(1) as made:
        yield made


def test_random_patches_differ_by_seed_and_prompt_and_come_out_the_same() -> None:
    system = Random()
    presets = {system.make(prompt, seed).preset for prompt in ("a", "b") for seed in range(3)}
    assert len(presets) == 6
    assert system.make("a", 1).preset == system.make("a", 1).preset
    settings = read_vital(system.make("a", 1).preset)["settings"]
    assert settings["osc_1_on"] == 1.0


def test_random_patches_are_heard(pool: CountingPool, tmp_path: Path) -> None:
    studio = Studio(pool, tmp_path)
    clips = [studio.hear(Random().make("any", seed).preset, SHORT) for seed in range(6)]
    assert not any(isinstance(clip, str) for clip in clips)
    assert sum(not clip.silent for clip in clips if not isinstance(clip, str)) >= 4


def test_what_is_out_of_the_space_is_an_error_that_names_it() -> None:
    draft = space.start()
    with pytest.raises(ValueError, match="/modules/voicing/volume_db"):
        space.write(draft, "/modules/voicing/volume_db", 0.0)
    with pytest.raises(ValueError, match="no_such_table"):
        space.write(draft, "/modules/osc/0/wavetable/table", "no_such_table")
    with pytest.raises(ValueError, match="polyphony"):
        space.route(draft, "lfo_1", "/modules/voicing/polyphony", 0.5)
    space.write(draft, "/modules/filter/0/cutoff_hz", 1e9)
    assert draft.get("/modules/filter/0/cutoff_hz") == pytest.approx(16_000)


def test_audio_is_rendered_once_and_comes_back_as_it_was(pool: CountingPool, tmp_path: Path) -> None:
    studio, preset = Studio(pool, tmp_path), Random().make("any", 2).preset
    first = studio.hear(preset, SHORT)
    rendered = pool.renders
    again = studio.hear(preset, SHORT)
    assert pool.renders == rendered
    assert not isinstance(first, str)
    assert not isinstance(again, str)
    assert np.array_equal(first.audio, again.audio)
    assert first.audio.shape == (2, round(0.6 * 44_100))


def test_a_preset_that_does_not_load_says_why(pool: CountingPool, tmp_path: Path) -> None:
    assert str(Studio(pool, tmp_path).hear(b"{}", SHORT)).startswith("refused")


def test_rules_count_their_renders_and_say_how_they_are_played(pool: CountingPool) -> None:
    made = Rules(pool).make("short bright pluck", 1)
    assert made.style == "Keys"
    assert made.renders >= 2
    assert made.rendered_s > 1.0
    assert made.plan.note != 0
    assert read_vital(made.preset)["preset_style"] == "Keys"


class Loudest:
    """A system that has one sound for the word `wide` and another for all else."""

    name, version = "loudest", "1"

    def __init__(self) -> None:
        self.asked = 0

    def understands(self, prompt: str) -> str | None:
        return "Pad"

    def make(self, prompt: str, seed: int) -> Made:
        self.asked += 1
        if "refuse" in prompt:
            return Made(refused="it is not allowed")
        draft = space.start()
        space.write(draft, "/modules/osc/0/unison/voices", 7)
        space.write(draft, "/modules/osc/0/unison/stereo_spread_percent", 80 if "wide" in prompt else 0)
        from bench.sound.systems import preset_of

        return Made(preset_of(draft.spec()), "Pad")


def own(axis: str) -> dict[str, list[Evaluator]]:
    return {axis: [one for one in EVALUATORS if one.axis == axis and one.maker == "own"]}


def test_a_pair_is_judged_once_and_then_remembered(pool: CountingPool, tmp_path: Path) -> None:
    pair = next(one for one in pairs() if one.axis == "width")
    system = Loudest()
    first = judge(pair, system, own("width"), Workshop(pool, tmp_path, Deadline.in_minutes(5)))
    assert first.right
    assert set(first.verdicts) == {"decorrelation", "side share"}
    later = Workshop(pool, tmp_path, Deadline.in_minutes(-1))
    assert judge(pair, system, own("width"), later) == first
    assert system.asked == 2
    with pytest.raises(OutOfTimeError):
        later.make(system, "something new", 1)


def test_a_refused_sound_is_told_and_wrong(pool: CountingPool, tmp_path: Path) -> None:
    shop = Workshop(pool, tmp_path, Deadline.in_minutes(5))
    prompt = held_out()[0]
    refused = type(prompt)("refuse this", prompt.style)
    assert listen(refused, Loudest(), shop).faults == ("refused",)
    heard = listen(prompt, Loudest(), shop)
    assert heard.loudness_lufs is not None
    assert len(heard.picture) == 144


def test_a_line_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "kept.jsonl"
    Keep(path).get("a", lambda: 1)
    with path.open("ab") as file:
        file.write(b'["b", [1, 2')
    again = Keep(path)
    assert again.has("a")
    assert not again.has("b")
    again.get("b", lambda: 3)
    assert Keep(path).get("b", lambda: 4) == 3


def test_digests_keep_their_parts_apart() -> None:
    assert digest("ab", "c") != digest("a", "bc")
    assert sources_digest("bench/sound/clip.py") != sources_digest("bench/sound/keep.py")
    assert MIDDLE.note == 60
