"""What presets are called: words of our own that say what a sound is, put together as people would."""

import re
from itertools import combinations
from pathlib import Path

import pytest
import yaml

from engine.planner import known_subtypes, plan, title
from engine.planner.title_words import Adjective, same_root, title_words
from engine.planner.titles import MAX_TITLE_CHARS, prefix, titles
from engine.planner.words import STYLES, lexicon, phrase
from schemas.intent import AXES, Intent

ROOT = Path(__file__).parents[2]


def _prompts() -> list[str]:
    files = (ROOT / "tools" / "prompts_of_all_styles.txt", Path(__file__).parent / "prompts_to_name.txt")
    library = yaml.safe_load((ROOT / "examples" / "library.yaml").read_text(encoding="utf-8"))
    entries = [entry if isinstance(entry, str) else entry["prompt"] for entry in library["prompts"]]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [*lines, *entries]


PROMPTS = _prompts()
INTENTS: dict[str, Intent] = {prompt: plan(prompt) for prompt in PROMPTS}
WORDS = title_words()
ADJECTIVES = {one.word: one for one in (*WORDS.adjectives, *WORDS.neutral)}
WAVES = {kind.before for kind in WORDS.kinds.values() if not kind.nouns}


def nouns() -> set[str]:
    """Every noun that a title can end with."""
    found = {noun for style in WORDS.styles.values() for noun in style}
    for kind in WORDS.kinds.values():
        found |= {noun for some in (kind.nouns, kind.named) for style in some.values() for noun in style}
        found |= {f"{kind.before} {noun}" for style in WORDS.styles.values() for noun in style}
    return found


NOUNS = nouns()


def parts(name: str) -> tuple[list[str], str]:
    """The adjectives of a title, at least one, and its noun, as long as may be; fails if it has anything else."""
    words = name.split()
    for start in range(1, len(words)):
        noun = " ".join(words[start:])
        if noun in NOUNS and all(word in ADJECTIVES or word in WAVES for word in words[:start]):
            return words[:start], noun
    pytest.fail(f"{name!r} is no adjectives and a noun of names.yaml")


def test_there_are_some_three_hundred_prompts() -> None:
    assert len(PROMPTS) >= 300


@pytest.mark.parametrize("prompt", PROMPTS)
def test_a_title_is_made_of_our_words_in_their_order_and_none_twice(prompt: str) -> None:
    for seed in range(4):
        name = title(INTENTS[prompt], seed)
        adjectives, noun = parts(name)
        assert name.isascii()
        assert len(name) <= MAX_TITLE_CHARS
        assert 2 <= len(name.split()) <= 4
        assert 1 <= len(adjectives) <= 2
        places = [ADJECTIVES[word].rank for word in adjectives if word in ADJECTIVES]
        assert places == sorted(places)
        assert not any(same_root(one, other) for one, other in combinations([*adjectives, *noun.split()], 2))


@pytest.mark.parametrize("prompt", PROMPTS)
def test_no_two_words_of_a_title_deny_or_repeat_each_other(prompt: str) -> None:
    for seed in range(4):
        adjectives, _ = parts(title(INTENTS[prompt], seed))
        for one, other in combinations(adjectives, 2):
            assert WORDS.together(one, other)
            if one in ADJECTIVES and other in ADJECTIVES:
                assert not _axes(ADJECTIVES[one]) & _axes(ADJECTIVES[other])


def _axes(word: Adjective) -> set[str]:
    return {axis for axis, _ in word.sides}


@pytest.mark.parametrize("prompt", PROMPTS)
def test_no_word_of_a_title_says_the_opposite_of_what_was_understood(prompt: str) -> None:
    intent = INTENTS[prompt]
    for seed in range(4):
        for word in parts(title(intent, seed))[0]:
            for axis, high in ADJECTIVES[word].sides if word in ADJECTIVES else ():
                value = next((value for name, value in intent.axes.items() if name == axis), 0.0)
                assert (value if high else -value) >= -0.1, (word, axis, value)


FORBIDDEN = [
    ("Short", "Sharp"), ("Short", "Snappy"), ("Slow", "Short"), ("Long", "Short"), ("Slow", "Swelling"),
    ("Clean", "Pure"), ("Clean", "Dirty"), ("Dirty", "Gritty"), ("Dirty", "Noisy"), ("Clean", "Noisy"),
    ("Dark", "Bright"), ("Dark", "Shadow"), ("Dark", "Mellow"), ("Warm", "Mellow"), ("Warm", "Icy"),
    ("Cold", "Glass"), ("Calm", "Still"), ("Calm", "Savage"), ("Wide", "Spacious"), ("Wide", "Narrow"),
    ("Huge", "Heavy"), ("Heavy", "Airy"), ("Soft", "Hard"), ("Soft", "Gentle"), ("Dry", "Echo"),
    ("Metallic", "Steel"), ("Gated", "Chopped"), ("Lo-Fi", "Tape"), ("Analog", "Digital"), ("Sad", "Joyful"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second"), FORBIDDEN)
def test_words_that_mean_the_same_or_the_opposite_never_meet(first: str, second: str) -> None:
    assert {first, second} <= ADJECTIVES.keys()
    assert not WORDS.together(first, second)


@pytest.mark.parametrize(
    ("first", "second"), [("Warm", "Dark"), ("Wide", "Dark"), ("Dry", "Wooden"), ("Slow", "Warm")]
)
def test_words_that_say_different_things_may_meet(first: str, second: str) -> None:
    assert WORDS.together(first, second)


KNOWN = {
    ("warm analog bass", 0): "Amber Analog Bass",
    ("dark reese", 0): "Dark Reese Bass",
    ("glass bells", 0): "Glass Bells",
    ("slow choir pad", 2): "Slow Choir",
    ("tb-303 line, screaming", 1): "Screaming Acid Line",
    ("lonely duduk in the desert", 1): "Lonely Duduk",
    ("wooden marimba mallet, dry and short", 3): "Short Wooden Marimba",
    ("glitchy robot voice", 0): "Glitchy Robot",
    ("zxcv", 0): "Emerald Pad",
    ("bell pad", 0): "Scarlet Bell Pad",
}


@pytest.mark.parametrize(("asked", "name"), KNOWN.items())
def test_a_title_is_pinned(asked: tuple[str, int], name: str) -> None:
    assert title(plan(asked[0]), asked[1]) == name


@pytest.mark.parametrize(
    ("prompt", "never"),
    [
        ("not a dark pad", {"Dark", "Black", "Shadow", "Gloomy"}),
        ("bell, less bright", {"Bright", "Brilliant", "Radiant"}),
        ("warm analog bass with a slow filter sweep", {"Slow", "Lazy"}),
        ("kick without distortion", {"Distorted", "Driven", "Dirty"}),
        ("laser zap", {"Sci-Fi"}),
        ("mellow electric piano", {"Electric"}),
        ("pad, slightly gritty", {"Gritty"}),
    ],
)
def test_what_is_denied_or_said_of_a_part_names_nothing(prompt: str, never: set[str]) -> None:
    for seed in range(30):
        assert not set(parts(title(plan(prompt), seed))[0]) & never


@pytest.mark.parametrize(
    ("prompt", "word"),
    [
        ("pad without reverb", "Dry"),
        ("pad with a very slow attack", "Slow"),
        ("a punchier kick", "Punchy"),
        ("phaser pad", "Phaser"),
        ("mono bass", "Mono"),
        ("an organ for techno", "Techno"),
        ("wobble bass, saw", "Saw"),
        ("dunkles pad", "Dark"),
        ("a squelchi bass", "Squelchy"),
    ],
)
def test_what_was_asked_for_names_the_sound(prompt: str, word: str) -> None:
    assert any(word in title(plan(prompt), seed).split() for seed in range(30))


@pytest.mark.parametrize(
    ("prompt", "plain"),
    [
        ("warm pad for Maria Schwarzenbach", "warm pad"),
        ("zyxxor bass, blorfy", "bass"),
        ("Quetzalcoatl riser", "riser"),
        ("moog style lead by Jonathan Harker", "moog style lead"),
        ("dark pad for Grandma Wilhelmina in Hintertupfing", "dark pad"),
    ],
)
def test_what_was_not_understood_leaves_no_trace(prompt: str, plain: str) -> None:
    """A title outlives its prompt: other names in it change nothing, not even which of our words are drawn."""
    for seed in range(20):
        name = title(plan(prompt), seed)
        assert name == title(plan(plain), seed)
        parts(name)


def test_a_users_own_tag_never_names_a_sound() -> None:
    for seed in range(20):
        parts(title(plan("a pad", tags=["for-aunt-petunia", "warm"]), seed))
    assert title(plan("a pad", tags=["petunia"]), 1) == title(plan("a pad", tags=["rosamund"]), 1)


def test_what_follows_the_best_name_is_new_each_time_and_fits_as_well() -> None:
    intent = plan("wide dark warm gritty pad with phaser")
    found = list(titles(intent, 0))
    assert len(found) == len(set(found)) > 50
    assert found[0] == title(intent, 0)
    for name in found:
        adjectives, _ = parts(name)
        assert len(name) <= MAX_TITLE_CHARS
        assert len(name.split()) <= 4
        assert all(WORDS.together(one, other) for one, other in combinations(adjectives, 2))


def test_names_are_as_short_as_asked_for_and_there_is_always_one() -> None:
    intent = plan("wide dark warm reese bass with phaser, gritty")
    assert max(len(name) for name in titles(intent, 0, longest=12)) <= 12
    assert list(titles(intent, 0, longest=3)) == ["Bass"]


@pytest.mark.parametrize(
    ("prompt", "letters"),
    [
        ("bass", "BS"), ("lead", "LD"), ("electric piano", "KY"), ("pluck", "PL"), ("bells", "BL"), ("pad", "PD"),
        ("kick", "PC"), ("sequence", "SQ"), ("arp", "AR"), ("riser", "FX"), ("pluck bass", "BS"),
    ],
)  # fmt: skip
def test_prefixes_say_the_kind_of_sound(prompt: str, letters: str) -> None:
    assert prefix(plan(prompt)) == letters


def test_every_kind_of_sound_has_a_noun() -> None:
    assert set(WORDS.kinds) == known_subtypes()
    assert set(WORDS.styles) == set(STYLES)
    assert set(WORDS.prefixes["styles"]) == set(STYLES)


def test_every_side_of_an_axis_has_adjectives() -> None:
    sides = {side for one in WORDS.adjectives for side in one.sides}
    assert sides == {(axis, high) for axis in AXES for high in (True, False)}


def test_no_word_names_a_maker_or_a_machine() -> None:
    words = [*ADJECTIVES, *NOUNS, *WAVES]
    found = {"-".join(phrase(word.lower())) for word in words}
    assert not found & lexicon().brands
    assert not [word for word in words if re.search(r"\d|massive|hoover", word.lower())]


def test_no_word_stands_in_the_file_twice() -> None:
    """YAML would take the last one without a word."""
    text = (ROOT / "engine" / "planner" / "lexicon" / "names.yaml").read_text(encoding="utf-8")
    for start, end, indent in (("adjectives:", "neutral:", 4), ("subtypes:", "prefixes:", 2)):
        keys = re.findall(rf"^ {{{indent}}}([^ :#]+):", text.split(start, 1)[1].split(end, 1)[0], re.MULTILINE)
        assert len(keys) == len(set(keys)) > 100


def test_what_a_language_model_read_as_a_sound_is_no_adjective() -> None:
    intent = plan("mellow electric piano")
    of_a_model = [{"rule": "language model", "effect": row.effect.split(", ")[0]} for row in intent.evidence]
    rows = tuple(row.model_copy(update=own) for row, own in zip(intent.evidence, of_a_model, strict=True))
    told = intent.model_copy(update={"evidence": rows})
    found = {title(told, seed) for seed in range(30)}
    assert any("Mellow" in name for name in found)
    assert not any("Electric" in parts(name)[0] for name in found)


def test_adjectives_that_a_noun_denies_exist() -> None:
    assert {word for kind in WORDS.kinds.values() for word in kind.denies} <= set(ADJECTIVES)


def test_equal_words_get_equal_titles_and_other_seeds_other_ones() -> None:
    intent = plan("dark evolving ambient pad, wide and warm")
    found = [title(intent, seed) for seed in range(60)]
    assert found == [title(intent, seed) for seed in range(60)]
    assert len(set(found)) >= 15
