"""What the pages show, part by part, of bundles that are made up: no render, and each word beside its figure."""

import re
from html import unescape

import pytest

from engine.bundle import bundle_cards, make_pack
from engine.bundle.page import _change, _excerpt, _handles, _least_spanned, _repair_text, _track
from engine.bundle.words import repair_reason
from schemas.diversity import StyleCoverage
from schemas.intent import AXES
from schemas.request import Library
from schemas.result import Repaired, ValueSet
from tests.bundle.made_up_bundles import bundle, number, placement, preset


def text_of(page: bytes | str) -> str:
    html = page.decode() if isinstance(page, bytes) else str(page)
    html = re.sub(r"<(style|script)>.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("level", "Levelled"), ("width", "Narrowed"), ("mono_low", "Narrowed"), ("dc", "Cleaned"),
        ("peaks", "Rounded off"), ("macro", "Tamed"), ("macro_level", "Tamed"), ("role", "Replaced"),
        ("words", "Held back"), ("click", "Repaired"),
    ],
)  # fmt: skip
def test_a_repair_has_a_word(kind: str, text: str) -> None:
    assert _repair_text(Repaired(kind=kind, amount=1.0, unit="dB", reason="r")) == text


@pytest.mark.parametrize(
    ("amount", "unit", "shown"),
    [(-2.1, "dB", "−2.1 dB"), (2.0, "dB", "+2 dB"), (62.0, "% of the width", "62 % of the width"),
     (8.5, "ms attack", "8.5 ms attack"), (-3.0, "dB over its travel", "−3 dB over its travel")],
)  # fmt: skip
def test_a_change_of_level_has_its_sign_and_other_amounts_their_unit(amount: float, unit: str, shown: str) -> None:
    assert _change(Repaired(kind="level", amount=amount, unit=unit, reason="r")) == shown


def test_what_was_done_about_peaks_is_told_with_its_means() -> None:
    repair = Repaired(kind="peaks", subject="a compressor", amount=12.0, unit="dB below its peaks", reason="r")
    assert _change(repair) == "by a compressor, 12 dB below its peaks"


CORNER = "on note 40, macro corner 0·1·0·0"


@pytest.mark.parametrize(
    ("kind", "reason", "shown"),
    [
        ("macro_level", f"Too loud with its macros turned: -10.4 LUFS (at most -14.0 LUFS) {CORNER}",
         "BITE: too loud with macros turned, so the level gives way as it moves"),
        ("macro", f"Peaks at 1.20 of full scale {CORNER}; Loses 4.1 dB when summed to mono (limit 2.0 dB)",
         "BITE: peaks too high, too little left in mono with macros turned, so it reaches less far"),
        ("macro", "Loses 3.0 dB below 150 Hz when summed to mono (limit 1.0 dB)",
         "BITE: too little low end left in mono with macros turned, so it reaches less far"),
        ("macro", f"Silent: -72.3 LUFS (at least -60 LUFS) {CORNER}; Silent: -80.0 LUFS",
         "BITE: silent with macros turned, so it reaches less far"),
        ("macro", "Offset from zero (DC) of 0.031 (limit 0.020)",
         "BITE: not as it should be with macros turned, so it reaches less far"),
        ("level", "Too quiet: -19.5 LUFS", "Too quiet: -19.5 LUFS"),
    ],
)  # fmt: skip
def test_what_a_macro_gave_up_is_told_in_plain_words(kind: str, reason: str, shown: str) -> None:
    repair = Repaired(kind=kind, subject="BITE", amount=-2.0, unit="dB over its travel", reason=reason)
    assert repair_reason(repair) == shown


def test_a_role_that_was_replaced_has_no_amount() -> None:
    assert _change(Repaired(kind="role", subject="RATE", amount=0.0, unit="% of its macro", reason="r")) == ""
    trim = Repaired(kind="macro_level", subject="RATE", amount=-3.0, unit="dB over its travel", reason="r")
    assert _change(trim) == ""
    reach = Repaired(kind="macro", subject="RATE", amount=35.0, unit="% of its range", reason="r")
    assert _change(reach) == "35 % of its range"


@pytest.mark.parametrize(
    ("prompt", "shown"),
    [
        ("x" * 320, "x" * 320),
        ("x" * 321, "x" * 320 + " …"),
        ("word " * 64, "word " * 64),
        ("word " * 65, "word " * 62 + "word …"),
        ("a " * 100 + "x" * 121, "a " * 100 + "x" * 120 + " …"),
    ],
)
def test_a_prompt_is_quoted_up_to_320_characters_and_cut_between_words(prompt: str, shown: str) -> None:
    assert _excerpt(prompt) == shown


def spanned(**shares: float) -> StyleCoverage:
    return StyleCoverage(
        style="Pad", presets=2, cells=4, cells_reached=1, cells_reached_by_people=1.5,
        axes=dict.fromkeys(AXES, 0.5) | shares, nearest=None, nearest_of_people=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("shares", "named"),
    [
        ({}, ""),
        ({"width": 0.49}, "width"),
        ({"width": 0.49, "space": 0.2, "grit": 0.3}, "space, grit"),
        ({"width": 1.0}, ""),
    ],
)
def test_the_two_axes_that_reach_over_least_of_the_range_are_named_below_a_half(
    shares: dict[str, float], named: str
) -> None:
    assert _least_spanned(spanned(**shares)) == named


ROLES = (
    placement("grit", "baked", 0.4), placement("space", "mod_wheel"), placement("width", "macro_4", 0.756),
    placement("rate", "aftertouch"), placement("brightness", "macro_1"), placement("noise", "macro_2"),
)  # fmt: skip


def test_roles_stand_in_the_order_of_their_places_with_how_far_each_macro_goes() -> None:
    made = bundle(preset(macros=(number(1, 2.0, 6.4), number(2), number(4, 3.0, 1.0))), placements=ROLES)
    shown = [(one.control, one.label, one.percent, one.macro, one.change_db) for one in _handles(made.manifest)]
    assert shown == [
        ("Macro 1", "Brightness", 25, True, 6.4),
        ("Macro 2", "Noise", 25, True, 0.0),
        ("Macro 4", "Width", 76, True, 3.0),
        ("Mod wheel", "Space", 25, False, 0.0),
        ("Aftertouch", "Rate", 25, False, 0.0),
        ("Built in", "Grit", 40, False, 0.0),
    ]
    text = text_of(made.files["index.html"])
    assert "Brightness Macro 1, at 25 % up to 6 dB of change" in text
    assert "Noise Macro 2, at 25 % Width" in text, "nothing is said of a macro that was not heard"


def test_the_pack_shows_the_names_on_the_macros_and_where_all_roles_lie() -> None:
    page = text_of(make_pack(Library(name="Night", prompts=("x",)), [bundle(placements=ROLES)]).files["index.html"])
    assert "Drift Brightness · Noise · Width" in page
    assert "Macro 4 Width Mod wheel Space Aftertouch Rate Built in Grit" in page


def test_a_track_tells_its_words_its_repairs_and_its_warnings() -> None:
    text = text_of(bundle().files["index.html"])
    for words in (
        "dark heard: 1.0 octaves towards dark",
        "Levelled Peaks at 1.21 (−2.1 dB)",
        "Narrowed Loses 9.1 dB (62 % of the width)",
        "Note Out of tune",
    ):
        assert words in text


VALUES = (
    ValueSet(noun="attack", asked=0.01, unit="s", found=0.01, kept=True, words="attack <10ms>"),
    ValueSet(noun="cutoff", asked=1200.0, unit="Hz", found=1180.0, kept=True, words="1200 hertz"),
    ValueSet(
        noun="width", asked=100.0, unit="%", found=92.0, kept=False, words="widest", reason="Loses 3.0 dB in mono"
    ),
    ValueSet(noun="lfo_rate", asked=5.0, unit="Hz", found=None, kept=False, words="5 hertz LFO", reason="no LFO"),
)
TOLD = (
    "attack 10 ms",
    "cutoff 1.18 kHz where 1.2 kHz was asked for",
    "width 92 % instead of 100 %: loses 3.0 dB in mono",
    "LFO rate 5 Hz not set (no LFO)",
)


def test_what_is_set_stands_beside_what_was_heard() -> None:
    made = bundle(preset(values=VALUES))
    for page in (made, make_pack(Library(name="Night", prompts=("x",)), [made])):
        html = page.files["index.html"].decode()
        text = text_of(html)
        for told in TOLD:
            assert told in text
        assert "attack 10 ms from attack &lt;10ms&gt;" in text
        assert html.index('aria-label="What was set"') < html.index('aria-label="How the words came out"')
        marks = re.findall(r'<li class="(kept|missed)">', html)
        assert marks == ["kept", "kept", "missed", "missed", "kept"]
    assert "What was set" not in bundle().files["index.html"].decode()


def test_without_words_what_is_set_is_told_by_numbers_alone() -> None:
    cards = bundle_cards(bundle(preset(values=VALUES)).manifest, base_url="/x/", words=False)
    for told in TOLD:
        assert told in text_of(cards)
    for words in ("10ms", "1200 hertz", "widest", "5 hertz", "<q"):
        assert words not in cards


def test_the_cards_of_a_server_link_below_its_address_and_can_keep_the_words_to_themselves() -> None:
    lost = preset("wider", "Drift - Wider", status="refused", refused_because=("too wide",))
    manifest = bundle(preset(), lost, mp3=True).manifest
    files = _track(manifest.presets[0], "Drift", manifest.presets[0].files, "/files/9/").files
    assert tuple(files) == (
        "/files/9/presets/Drift.vital",
        "/files/9/previews/Drift.flac",
        "/files/9/previews/Drift.mp3",
        "/files/9/pictures/Drift.waveform.png",
        "/files/9/pictures/Drift.spectrogram.png",
    )
    told, kept = (text_of(bundle_cards(manifest, base_url="/x/", words=words)) for words in (True, False))
    for words in ("octaves towards dark", "Not included", "too wide"):
        assert words in told
        assert words not in kept
    assert "Levelled" in kept


def test_the_page_may_load_and_run_this_and_nothing_else() -> None:
    page = bundle().files["index.html"].decode()
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    rules = re.sub(r"sha256-[A-Za-z0-9+/=]{44}", "HASH", unescape(policy))
    assert rules == (
        "default-src 'none'; script-src 'HASH'; style-src 'HASH'; img-src 'self' file:; media-src 'self' file:; "
        "base-uri 'none'; form-action 'none'"
    )
