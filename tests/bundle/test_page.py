"""The pages: everything they name is there, and nothing a user wrote becomes markup."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

import pytest

from engine.bundle import Bundle, RefusedRequest, make_bundle, make_pack
from pipelines.holdings import NotKept, not_kept
from schemas.request import Library
from schemas.result import ValueSet

NASTY = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}</title>&amp;'
URL_ATTRIBUTES = {"src", "href", "data-src", "action", "srcset", "poster", "data"}


class ParsedPage(HTMLParser):
    """Collects tags, attributes, and the text outside of style and script."""

    def __init__(self, html: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.ids: list[str] = []
        self.text = ""
        self.code: dict[str, str] = {"script": "", "style": ""}
        self._inside = ""
        self.feed(html.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._inside = tag
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in self.code:
            self.code[self._inside] += data
        else:
            self.text += f"{data} "

    def value(self, tag: str, name: str) -> list[str]:
        return [value for one, attribute, value in self.attributes if (one, attribute) == (tag, name)]


def test_page_and_manifest_tell_what_the_template_cant_be_made(content: Any) -> None:
    given, told = content(), "The template warm_pad can hardly be made slower."
    made = make_bundle(replace(given, plan=given.plan.model_copy(update={"out_of_reach": (told,)})))
    assert told in ParsedPage(made.files["index.html"]).text
    assert made.manifest.out_of_reach == (told,)
    assert "can hardly be made" not in ParsedPage(make_bundle(given).files["index.html"]).text


def test_the_page_tells_what_was_set_in_what_was_refused_and_how_many_macros_are_empty(content: Any) -> None:
    given = content()
    width = ValueSet(noun="width", asked=100.0, found=92.0, unit="%", kept=False, reason="Too wide", words="100 %")
    presets = tuple(
        one.model_copy(update={"values": (width,)}) if one.status == "refused" else one for one in given.presets
    )
    page = ParsedPage(make_bundle(replace(given, presets=presets)).files["index.html"])
    assert "width 92 %" in page.text
    assert "instead of 100 %: too wide" in page.text
    assert "2 of 4 macros stay empty." in page.text


@pytest.fixture(scope="module", params=["bundle", "pack"])
def page(request: pytest.FixtureRequest, content: Any) -> tuple[ParsedPage, set[str]]:
    """The page of a bundle and of a pack made of hostile words, and the paths beside it."""
    given = content(NASTY[:60], prompt=NASTY, tags=(NASTY[:40],), author=NASTY[:60], mp3=True)
    made = make_bundle(given)
    if request.param == "bundle":
        return ParsedPage(made.files["index.html"]), set(made.files)
    library = Library(name="Pack", description=NASTY, author=NASTY[:60], prompts=("x",))
    pack = make_pack(library, [made], refused=[RefusedRequest(content(prompt=NASTY, seed=9).plan, (NASTY,))])
    return ParsedPage(pack.files["index.html"]), set(pack.files)


def test_every_link_leads_to_a_file_of_the_archive(page: tuple[ParsedPage, set[str]]) -> None:
    html, files = page
    links = [value for _, name, value in html.attributes if name in URL_ATTRIBUTES]
    assert links
    assert {unquote(link) for link in links if not link.startswith("#")} <= files
    assert {link[1:] for link in links if link.startswith("#")} <= set(html.ids)


def test_every_media_file_can_be_reached(page: tuple[ParsedPage, set[str]]) -> None:
    html, files = page
    linked = {unquote(value) for _, name, value in html.attributes if name in URL_ATTRIBUTES}
    assert {path for path in files if not path.startswith("meta/")} - {"index.html"} <= linked


def test_hostile_words_stay_words(page: tuple[ParsedPage, set[str]]) -> None:
    html, _ = page
    assert html.tags.count("script") == html.tags.count("style") == 1
    assert NASTY in html.text
    assert "x" not in html.value("img", "src")
    assert not [name for _, name, _ in html.attributes if name.startswith("on") or name == "style"]


def test_only_the_page_s_own_code_may_run_and_nothing_is_fetched(page: tuple[ParsedPage, set[str]]) -> None:
    html, _ = page
    (policy,) = html.value("meta", "content")[:1]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    for name in ("script", "style"):
        digest = base64.b64encode(hashlib.sha256(html.code[name].encode()).digest()).decode()
        assert rules[f"{name}-src"] == f"'sha256-{digest}'"
    assert not re.search(r"https?:|@import|url\(|fetch\(|innerHTML", html.code["script"] + html.code["style"])


def test_controls_have_names_and_ids_are_unique(page: tuple[ParsedPage, set[str]]) -> None:
    html, _ = page
    assert len(set(html.ids)) == len(html.ids)
    for tag in ("input", "button"):
        assert html.tags.count(tag) == len(html.value(tag, "aria-label")) + len(
            html.value("button", "data-style")
        ) * (tag == "button")
    assert html.tags.count("img") == len(html.value("img", "alt"))


def test_the_page_tells_what_a_preset_maker_asks(bundle: Bundle) -> None:
    text = " ".join(ParsedPage(bundle.files["index.html"]).text.split())
    for words in (
        "Velvet Drift", "a warm pad", "ambient", "Pad", "LUFS", "played at C3",
        "Glow Macro 1, at 25 %", "Air Mod wheel", "Dirt Built in at 25 %",
        "Levelled Peaks at 1.21 (−2.1 dB)", "Loses 9.1 dB in mono (limit 6 dB)", "seed 7",
    ):  # fmt: skip
        assert words in text


def test_a_thousand_presets_make_a_page_of_bearable_size(content: Any) -> None:
    made = make_bundle(content())
    copies = [{**made.files, "meta/manifest.json": _renamed(made, number)} for number in range(500)]
    html = make_pack(Library(name="Big", prompts=("x",)), copies).files["index.html"]
    assert html.count(b"<article") == 1000
    assert len(html) < 5_000_000
    lazy = html.count(b'loading="lazy"')
    assert lazy == html.count(b"<img") == 2000


def _renamed(bundle: Bundle, number: int) -> bytes:
    manifest = bundle.manifest.model_copy(update={"key": hashlib.sha256(str(number).encode()).hexdigest()})
    return manifest.model_dump_json().encode()


def test_a_report_tells_what_the_base_preset_does_not_have_as_asked(content: Any) -> None:
    given = content()
    width = ValueSet(noun="width", asked=100.0, found=92.0, unit="%", kept=False, reason="Too wide", words="100 %")
    cutoff = ValueSet(noun="cutoff", asked=800.0, found=800.0, unit="Hz", kept=True, words="800 Hz")
    base, *others = given.presets
    presets = (base.model_copy(update={"values": (width, cutoff)}), *others)
    manifest = make_bundle(replace(given, presets=presets)).manifest
    assert not_kept(manifest) == (NotKept("Velvet Drift", "width 92 %", "instead of 100 %: too wide"),)
