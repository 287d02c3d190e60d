"""The pages that play a bundle or a pack from a folder: one HTML file each, no server, no network.

Whatever a prompt or a title holds is text on the page: the templates escape everything, and the page's own policy
lets no script run but the one whose hash it names.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from engine.bundle.words import Fact, clock, facts, repair_reason
from engine.set_values import ShippedValue, shipped_value
from schemas.diversity import StyleCoverage
from schemas.manifest import BundledPreset, BundleManifest, PackManifest, PresetFiles, RefusedPreset
from schemas.modulation import RoleControl
from schemas.result import Repaired, WordHeard

_WEB = Path(__file__).with_name("web")
_PROMPT_CHARS = 320
_THIN = 0.5
_MOST_MACROS = 4
_CONTROLS: dict[RoleControl, str] = {
    "macro_1": "Macro 1",
    "macro_2": "Macro 2",
    "macro_3": "Macro 3",
    "macro_4": "Macro 4",
    "mod_wheel": "Mod wheel",
    "aftertouch": "Aftertouch",
    "baked": "Built in",
}


class Handle(NamedTuple):
    """A role as the page shows it: where it lies, its name, its rest position in % and why it lies there."""

    control: str
    label: str
    percent: int
    reason: str
    macro: bool
    change_db: float
    """How far the macro moves the sound at most, as heard; 0 if it was not."""


class Links(NamedTuple):
    """Where the files of a preset are found: beside the page, or on a server."""

    preset: str
    flac: str
    mp3: str | None
    waveform: str
    spectrogram: str


class Track(NamedTuple):
    """A preset as the page shows it."""

    title: str
    kind: str
    files: Links
    length: str
    seconds: float
    facts: tuple[Fact, ...]
    values: tuple[ShippedValue, ...]
    words: tuple[WordHeard, ...]
    repairs: tuple[Repaired, ...]
    warnings: tuple[str, ...]

    @property
    def heard(self) -> str:
        """How many of the prompt's words are heard: `5 of 6 words`; nothing where none asks for anything."""
        said = [len(word.words) for word in self.words]
        kept = sum(count for count, word in zip(said, self.words, strict=True) if word.satisfied)
        return f"{kept} of {sum(said)} word{'s' if sum(said) != 1 else ''}" if said and self.kind == "base" else ""


class LeftOut(NamedTuple):
    """A preset that was refused: why, and what of its values it had."""

    title: str
    reason: str
    values: tuple[ShippedValue, ...]


class Shelf(NamedTuple):
    """All presets of one style in a pack."""

    style: str
    entries: tuple[tuple[Track, BundleManifest], ...]


def bundle_page(manifest: BundleManifest) -> bytes:
    """`index.html` of a bundle, from its manifest."""
    page = _text("bundle.html.j2", title=manifest.title, manifest=manifest, **_cards(manifest))
    return page.encode("utf-8", errors="replace")


def bundle_cards(manifest: BundleManifest, *, base_url: str, words: bool = True) -> Markup:
    """The cards of that page alone, for a server that has the bundle's files below `base_url`.

    Without `words`, nothing of the prompt is quoted and nothing is said of what was refused.
    """
    cards = _cards(manifest, base_url=base_url)
    if not words:
        cards |= {"refused": (), "tracks": [_without_words(track) for track in cards["tracks"]]}
    return Markup(_text("cards.html.j2", **cards))  # noqa: S704 - the template escapes


def _cards(manifest: BundleManifest, *, base_url: str = "") -> dict[str, Any]:
    handles = sorted(_handles(manifest), key=lambda handle: not handle.macro)
    return {
        "tracks": [_track(preset, preset.title, preset.files, base_url) for preset in manifest.presets],
        "macros": [handle for handle in handles if handle.macro],
        "others": [handle for handle in handles if not handle.macro],
        "refused": [_left_out(preset) for preset in manifest.refused],
        "empty": max(_MOST_MACROS - sum(handle.macro for handle in handles), 0),
        "most": _MOST_MACROS,
    }


def _left_out(preset: RefusedPreset) -> LeftOut:
    return LeftOut(preset.title, "; ".join(preset.reasons), tuple(shipped_value(one) for one in preset.values))


def pack_page(manifest: PackManifest, bundles: Sequence[BundleManifest]) -> bytes:
    """`index.html` of a pack, from its manifest and those of its bundles."""
    by_key = {bundle.key: bundle for bundle in bundles}
    presets = {(bundle.key, preset.id): preset for bundle in bundles for preset in bundle.presets}
    styles = Counter(preset.style for preset in manifest.presets)
    shelves = [
        Shelf(
            style,
            tuple(
                (_track(presets[one.bundle_key, one.id], one.title, one.files), by_key[one.bundle_key])
                for one in manifest.presets
                if one.style == style
            ),
        )
        for style in styles
    ]
    handles = {key: _handles(bundle) for key, bundle in by_key.items()}
    page = _text(
        "pack.html.j2", title=manifest.name, manifest=manifest, shelves=shelves, styles=styles, handles=handles
    )
    return page.encode("utf-8", errors="replace")


def _track(preset: BundledPreset, title: str, files: PresetFiles, base_url: str = "") -> Track:
    measured, gates = preset.measurements, preset.gates
    return Track(
        title=title,
        kind=preset.kind.replace("-", " "),
        files=Links(
            preset=base_url + files.preset,
            flac=base_url + files.flac,
            mp3=base_url + files.mp3 if files.mp3 else None,
            waveform=base_url + files.waveform,
            spectrogram=base_url + files.spectrogram,
        ),
        length=clock(preset.preview_s),
        seconds=preset.preview_s,
        facts=facts(measured.overall, measured.notes[0]) if measured else (),
        values=tuple(shipped_value(value) for value in preset.values),
        words=preset.words,
        repairs=preset.repairs,
        warnings=tuple(result.reason for result in gates.warnings) if gates else (),
    )


def _without_words(track: Track) -> Track:
    """What is set is told by numbers alone; what was heard is told of words, so it isn't told."""
    return track._replace(words=(), values=tuple(value._replace(words="") for value in track.values))


def _handles(manifest: BundleManifest) -> list[Handle]:
    heard = {
        f"macro_{macro.number}": max((end.change_db for end in macro.ends), default=0.0)
        for macro in manifest.presets[0].macros
    }
    return [
        Handle(
            control=_CONTROLS[placed.control],
            label=placed.label,
            percent=round(placed.default * 100),
            reason=placed.reason,
            macro=placed.control.startswith("macro_"),
            change_db=heard.get(placed.control, 0.0),
        )
        for placed in sorted(manifest.macros, key=lambda role: list(_CONTROLS).index(role.control))
    ]


def _text(template: str, **values: object) -> str:
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_WEB),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"url": _url, "change": _change, "excerpt": _excerpt, "repair_text": _repair_text} | {
        "least_spanned": _least_spanned,
        "repair_reason": repair_reason,
    }
    style, script = (_WEB / "style.css").read_text("utf-8"), (_WEB / "player.js").read_text("utf-8")
    environment.globals |= {
        "style": Markup(style),  # noqa: S704 - our own file
        "script": Markup(script),  # noqa: S704 - our own file
        "policy": "; ".join(
            (
                "default-src 'none'",
                f"script-src '{_source_hash(script)}'",
                f"style-src '{_source_hash(style)}'",
                "img-src 'self' file:",
                "media-src 'self' file:",
                "base-uri 'none'",
                "form-action 'none'",
            )
        ),
    }
    return environment


def _source_hash(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()


def _url(path: str) -> str:
    """A relative path as a URL."""
    return quote(path)


def _change(repair: Repaired) -> str:
    """`−2.1 dB`; nothing of a role that was replaced, nor of a macro's trim, which is told in words alone."""
    if repair.kind in ("role", "macro_level"):
        return ""
    if repair.kind == "peaks":
        return f"by {repair.subject}, {repair.amount:g} {repair.unit}"
    sign = "+" if repair.unit == "dB" else ""
    return f"{repair.amount:{sign}g} {repair.unit}".replace("-", "−")


def _repair_text(repair: Repaired) -> str:
    """What a repair did, in a word."""
    return {
        "level": "Levelled",
        "peaks": "Rounded off",
        "width": "Narrowed",
        "mono_low": "Narrowed",
        "mono_bass": "Bass in the middle",
        "dc": "Cleaned",
        "macro": "Tamed",
        "macro_level": "Tamed",
        "role": "Replaced",
        "words": "Held back",
    }.get(repair.kind, "Repaired")


def _excerpt(text: str) -> str:
    """The beginning of a long prompt, cut between words."""
    if len(text) <= _PROMPT_CHARS:
        return text
    cut = text[:_PROMPT_CHARS]
    return (cut.rsplit(None, 1)[0] if any(char.isspace() for char in cut[200:]) else cut) + " …"


def _least_spanned(style: StyleCoverage) -> str:
    """The two axes on which the presets of a style reach least far, if that is less than half of the range."""
    thin = sorted((share, axis) for axis, share in style.axes.items() if share < _THIN)
    return ", ".join(axis for _, axis in thin[:2])
