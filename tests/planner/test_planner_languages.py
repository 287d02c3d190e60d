"""Other languages: what core words give, how the language is told, and what is said of what nobody can read."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.errors import RequestError, SpecError
from engine.planner import not_understood, plan
from engine.planner.foreign import language_of, translated
from engine.planner.languages import _ListBuilder, language, unread
from engine.planner.text import tokenise
from engine.planner.words import lexicon
from engine.stages import plan_stage
from schemas.request import Request

PROMPTS: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent / "words" / "languages.yaml").read_text(encoding="utf-8")
)
ROWS = [(code, row) for code, rows in PROMPTS.items() for row in rows]
CODES = ("de", "fr", "es", "it", "pt", "ja", "zh", "ko", "ru")


@pytest.mark.parametrize(("code", "row"), ROWS, ids=[row["prompt"] for _, row in ROWS])
def test_prompts_of_nine_languages(code: str, row: dict[str, Any]) -> None:
    intent = plan(row["prompt"])
    assert intent.language == row.get("as", code)
    if not row.get("any_style"):
        assert intent.style == row["style"]
    for axis, side in row.get("axes", {}).items():
        assert intent.axes.get(axis, 0.0) * side >= 0.1, axis
    wanted = {effect: {"+": "wanted", "-": "banned"}[sign] for effect, sign in row.get("effects", {}).items()}
    assert {effect: intent.features.get(effect) for effect in wanted} == wanted


def test_ten_prompts_and_more_of_each_language_are_tried() -> None:
    assert tuple(PROMPTS) == CODES
    assert min(len(rows) for rows in PROMPTS.values()) >= 10


@pytest.mark.parametrize("code", CODES)
def test_a_list_has_its_core_words(code: Any) -> None:
    words = {**language(code).words, **language(code).after}
    assert len(set(words.values())) >= 150
    entries = (lexicon().phrases.get(found) for found in set(words.values()))
    sections = [entry.section for entry in entries if entry is not None]
    for section, least in (("sound", 40), ("quality", 60), ("feature", 10), ("degree", 6), ("negator", 2)):
        assert sections.count(section) >= least, section


def test_a_word_of_two_languages_has_the_foreign_sense_only_in_that_language() -> None:
    assert plan("a pad like hell, dark and evil").axes["brightness"] < 0
    assert plan("Glocke, hell und metallisch").axes["brightness"] > 0
    assert plan("pad grave et doux").axes["brightness"] < plan("pad doux").axes.get("brightness", 0.0)
    assert "nature" in plan("bass grass").tags
    assert "nature" not in plan("basse grasse").tags
    assert plan("basse grasse").axes["weight"] > 0


@pytest.mark.parametrize(
    "prompt",
    ["dark pad", "warm pad with a nappe of strings", "die hard bass", "la la vocal lead for my son",
     "glass armonica", "no reverb, e minor", "con brio strings with the pain of hell", "kawaii lead", "café pad",
     "reverb: size 100%, decay 8 s, mix 60%. drone pad"],
)  # fmt: skip
def test_english_is_read_as_english(prompt: str) -> None:
    assert language_of(prompt) == "en"


def test_no_english_phrase_of_the_lexicon_is_taken_for_another_language() -> None:
    known = lexicon()
    phrases = [" ".join(key) for key, entry in known.phrases.items() if key not in known.meant and len(key) == 1]
    assert [text for text in phrases if text.isascii() and language_of(text) != "en"] == []


def test_the_evidence_names_the_language_and_what_a_word_was_read_as() -> None:
    intent = plan("helle Glocke ohne Nachhall")
    told = {row.text: row.rule for row in intent.evidence}
    assert told["helle"] == "German: bright, quality"
    assert told["ohne Nachhall"] == "German: without reverb, feature, negation (no)"
    assert intent.notes[0] == "Read as German, of which a core list of words is known."
    assert [row.read_as for row in intent.evidence] == ["", "", ""], "a translation is no slip"


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("リバーブなしのパッド", "リバーブなしの"),
        ("ディレイとリバーブなしのベース", "リバーブなしの"),
        ("리버브 없이 어두운 패드", "리버브 없이"),
        ("패드, 리버브 빼고", "리버브 빼고"),
        ("リバーブは無しで、暗いベース", "リバーブは無しで"),
    ],
)
def test_a_denial_after_the_noun_bans_it(prompt: str, words: str) -> None:
    intent = plan(prompt)
    assert intent.features["reverb"] == "banned"
    assert words.rstrip("の") in "".join(row.text for row in intent.evidence)


def test_a_denial_after_a_list_bans_all_of_it() -> None:
    features = plan("ディレイとリバーブなしのベース").features
    assert (features["delay"], features["reverb"]) == ("banned", "banned")
    assert plan("暗くないパッド").axes["brightness"] > 0
    assert plan("밝지 않은 베이스").axes["brightness"] < 0


def test_the_words_after_a_noun_scale_it() -> None:
    most, some = plan("リバーブ多めのパッド").axes["space"], plan("リバーブ少なめのパッド").axes["space"]
    assert most > plan("リバーブのパッド").axes["space"] > some > 0


@pytest.mark.parametrize(
    ("text", "norms"),
    [
        ("暗くて暖かいパッド", ["dark", "warm", "pad"]),
        ("森のpadと808", ["森", "type", "pad", "and", "808"]),
        ("大象的贝斯", ["大象", "type", "bass"]),
    ],
)
def test_signs_without_spaces_are_cut_into_known_words(text: str, norms: list[str]) -> None:
    spoken = language("zh" if "象" in text else "ja")
    tokens = translated(text, tokenise(text), spoken)
    assert [token.norm for token in tokens] == norms
    assert "".join(text[token.start : token.end] for token in tokens) == text


def test_korean_syllables_inside_another_word_are_no_words() -> None:
    assert [unused.text for unused in plan("비행기 패드").unused] == ["비행기"]
    assert plan("비와 패드").unused == ()


def test_elisions_and_compounds_are_taken_apart() -> None:
    assert plan("pad avec l’attaque lente").axes["attack"] > 0.5
    assert plan("Glockenpad mit viel Hall").subtypes[0] == "bell"
    assert plan("tappeto con l'attacco lento").axes["attack"] > 0.5


def test_tags_are_read_in_the_language_of_the_prompt_or_of_their_own_script() -> None:
    assert plan("Glocke ohne Hall", tags=("hell",)).axes["brightness"] > plan("Glocke ohne Hall").axes["brightness"]
    assert plan("soft pad", tags=("暗い",)).axes["brightness"] < plan("soft pad").axes["brightness"]


def test_a_language_that_is_given_is_not_guessed() -> None:
    assert plan("hell", spoken="de").axes["brightness"] > 0
    assert plan("basse grasse", spoken="en").language == "en"


NOT_READ = {
    "وسادة دافئة ومظلمة": "Arabic",
    "แพดอบอุ่นและมืด": "Thai",
    "गर्म और गहरा पैड": "Hindi",
    "חם וכהה": "Hebrew",
    "ζεστό σκοτεινό": "Greek",
    "森のどんぐり": "Japanese",
    "En varm mjuk matta med lång efterklang": "Swedish",
    "lugn pad, attack 4 sekunder, ingen reverb, sågtand": "Swedish",
    "varm blød flade med lang rumklang": "Danish",
    "Ciepły miękki pad z długim pogłosem": "Polish",
    "lead, fala piłokształtna, glide 70 ms, bez delaya": "Polish",
    "een pad met 2 seconden attack, 3 seconden release, zonder reverb": "Dutch",
    "meleg, lágy pad hosszú lecsengéssel": "Hungarian",
    "sıcak ve yumuşak bir pad": "Turkish",
    "tmavý a teplý pad s dlouhým dozvukem": "Czech or Slovak",
    "lämmin ja pehmeä matto pitkällä kaiulla": "Finnish",
    "теплий і м'який пед з довгим відлунням": "Ukrainian",
    "pad hangat dengan suara lembut": "Indonesian",
    "âm thanh pad ấm áp và tối": "Vietnamese",
    "привет как дела": "Russian",
    "qwrt zxcv": "",
    "Guten Morgen": "",
    "?!": "",
    "🎹🎹": "",
    "make a sound": "",
}


@pytest.mark.parametrize("prompt", NOT_READ)
def test_what_was_not_understood_is_refused_and_the_language_named(prompt: str) -> None:
    with pytest.raises(RequestError, match=r"^This was not understood") as raised:
        plan_stage(Request(prompt=prompt))
    told = str(raised.value)
    assert (f"it looks like {NOT_READ[prompt]}." in told) == bool(NOT_READ[prompt])
    assert prompt not in told, "the reason outlives the prompt"


def test_a_template_or_a_tag_says_what_to_make_instead() -> None:
    planned = plan_stage(Request(prompt="qwrt zxcv", template_id="sub_bass"))
    assert planned.template_id == "sub_bass"
    assert planned.intent.notes[0] == "No word of the prompt was understood: the template decides."
    assert plan_stage(Request(prompt="qwrt zxcv", tags=("bass",))).intent.style == "Bass"


def test_a_refusal_offers_what_may_have_been_meant() -> None:
    assert "Did you mean: brass?" in not_understood(plan("bras"))


def test_single_words_of_a_language_that_is_not_read_leave_the_rest_understood() -> None:
    for prompt in (
        "warm de luxe pad",
        "warm pad à la Boards of Canada",
        "a pad like från vangelis",
        "Bass och lead",
    ):
        assert plan(prompt).usable, prompt
    noted = plan("een warme pad met veel reverb", style="Pad").notes
    assert noted[0] == "It looks like Dutch, in which prompts aren't read."


def test_a_refusal_says_why_a_value_can_not_be_set() -> None:
    told = not_understood(plan("volume at 80%"))
    assert "A value can't be set: every preset is levelled to its style's loudness." in told


@pytest.mark.parametrize(
    ("slips", "right"),
    [
        ("Pad mit viel Hal", "Pad mit viel Hall"),
        ("dunkller warmer Bass mit Verzerrrung", "dunkler warmer Bass mit Verzerrung"),
        ("nappe sombe avec beacoup de réverbe", "nappe sombre avec beaucoup de réverbe"),
        ("pad oscuo y cálido con ataqe lento", "pad oscuro y cálido con ataque lento"),
        ("pad scurro e caldo", "pad scuro e caldo"),
        ("pad escuo e quente", "pad escuro e quente"),
        ("пэд тепый и темный", "пэд теплый и темный"),
        ("warmer Bass mit Distorsion", "warmer Bass mit Distortion"),
    ],
)
def test_slips_in_other_languages_lose_nothing(slips: str, right: str) -> None:
    read, meant = plan(slips), plan(right)
    assert (read.language, read.style, read.axes, read.features) == (
        meant.language,
        meant.style,
        meant.axes,
        meant.features,
    )
    assert any(row.read_as for row in read.evidence)


def test_a_word_that_a_language_has_is_no_slip() -> None:
    for prompt in (
        "weiche Glocke aus Glas am Bach",
        "nappe comme un nuage de pluie",
        "pad como una nube de vidrio",
    ):
        assert not any(row.read_as for row in plan(prompt).evidence), prompt


def test_most_letters_decide_what_a_text_looks_like() -> None:
    assert unread("pad ไทย") == ""
    assert unread("แพด a") == "Thai"
    assert unread("") == ""


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ({"zblorg": "dunkel"}, "stands nowhere else"),
        ({"dark": ["dunkel"]}, "not a list of words"),
        ({"dark": True}, "not a"),
    ],
)
def test_a_malformed_list_is_refused_with_its_place(table: Any, why: str) -> None:
    with pytest.raises(SpecError) as raised:
        _ListBuilder("de", {}, signs=False).entries(table)
    assert "languages, de" in str(raised.value)
    assert why in str(raised.value)


def test_a_common_english_word_in_another_language_is_no_slip_of_it() -> None:
    """ "Keen" is a letter from "kein", and says nothing against a reverb."""
    intent = plan("ein dunkler Bass mit keen Hall")
    assert intent.language == "de"
    assert intent.features == {"reverb": "wanted"}
    assert [unused.text for unused in intent.unused] == ["keen"]
    assert plan("ein dunkler Bass mit keinn Hall").features == {"reverb": "banned"}
