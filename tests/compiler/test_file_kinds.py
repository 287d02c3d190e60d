"""A file that is no preset is named as what it is; one that is has its oddities told."""

import gzip
import io
import json
import zipfile
from typing import Any

import orjson
import pytest
from vital_documents import line, plain, wavetable

from engine.compiler import load_spec, oddities, read_vital
from engine.errors import SpecError, VitalFileError

PRESET = orjson.dumps(plain())


def zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.vital", PRESET)
    return packed.getvalue()


NO_PRESETS: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "this is no preset: empty"),
    "blanks": (b" \n\n", "this is no preset: empty"),
    "a web page": (b"\n<!DOCTYPE html>\n<html><body>x</body></html>", "a web page; .* “Download raw file”"),
    "a web page with a mark": (b"\xef\xbb\xbf<html>", "a web page"),
    "gzip": (gzip.compress(PRESET), "packed with gzip; unpack it first"),
    "a zip": (zipped(), "a zip archive, such as a bank"),
    "7z": (b"7z\xbc\xaf\x27\x1c\x00\x04", "a 7z archive"),
    "Git LFS": (b"version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 12\n", "pointer of Git LFS"),
    "notes of macOS": (b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X", "what macOS notes about another file"),
    "UTF-16": (json.dumps(plain()).encode("utf-16"), "text in UTF-16; save it as UTF-8"),
    "Latin-1": (
        json.dumps(plain() | {"author": "Ren\xe9"}, ensure_ascii=False).encode("latin-1"),
        r"not UTF-8 but another encoding, such as Latin-1 \(byte 0xe9 behind '.*Ren'\); save it as UTF-8",
    ),
    "a sound": (b"RIFF\x24\x00\x00\x00WAVE", "this is no preset: audio"),
    "a preset of another synth": (b"CcnK\x00\x00\x00\x00FPCh", "of another synth"),
    "no text": (b"\x07\x00\x01", "not text; a preset is JSON"),
    "words": (b"This file has moved.", "not JSON: unexpected character"),
    "half a preset": (PRESET[: len(PRESET) // 2], "not JSON"),
    "a PatchSpec": (b'{"engine_version":"1","modules":{}}', "this is a PatchSpec; `synthcopilot export`"),
    "a wavetable": (orjson.dumps(wavetable("Wave Source")), "settings: missing; this is a wavetable"),
    "an LFO": (orjson.dumps(line()), "this is the shape of an LFO"),
    "any JSON": (b'{"a":1}', "settings: missing; this is not a Vital preset"),
    "a list": (b"[]", "the file: must be an object"),
}  # fmt: skip


@pytest.mark.parametrize("kind", NO_PRESETS)
def test_what_is_no_preset_is_named_as_what_it_is(kind: str) -> None:
    data, words = NO_PRESETS[kind]
    with pytest.raises(VitalFileError, match=words):
        read_vital(data)


def test_a_preset_with_a_byte_order_mark_or_blanks_before_it_is_one() -> None:
    assert read_vital(b"\xef\xbb\xbf" + PRESET) == plain()
    assert read_vital(b" " * 2000 + PRESET) == plain()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (PRESET, "this is no PatchSpec: a Vital preset; `synthcopilot import` makes a PatchSpec of it"),
        (b"<html>", "this is no PatchSpec: a web page"),
        (gzip.compress(b"{}", mtime=0), "this is no PatchSpec: packed with gzip"),
        (orjson.dumps(wavetable("Wave Source")), "this is no PatchSpec: a wavetable"),
        (b'{"engine_version":"Ren\xe9"}', "this is no PatchSpec: not UTF-8"),
    ],
    ids=["preset", "web page", "gzip", "wavetable", "Latin-1"],
)
def test_what_is_no_patch_spec_is_named_as_what_it_is(data: bytes, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        load_spec(data)


ODD: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    # at the top, in the settings, what is told
    "of vita": ({"synth_version": "99999.9.9"}, {}, "no Vital has version 99999.9.9, and each refuses the file"),
    "of a Vital to come": ({"synth_version": "2.0.0"}, {}, "no Vital has version 2.0.0"),
    "of the next one": ({"synth_version": "1.7.0"}, {}, "saved by Vital 1.7.0: an older one refuses the file"),
    "of a fork": ({}, {"b_drive": 1.0, "a_drive": 0.0}, "no Vital has, and that each ignores: a_drive, b_drive"),
    "of a fork with more": ({}, {f"z{n}": 0.0 for n in range(6)}, "z0, z1, z2, z3 and 2 more"),
    "of Vital 1.5": ({}, {"osc_2_spectral_morph_phase": 0.7}, "not heard here: osc_2_spectral_morph_phase"),
    "of Vital 1.6": ({}, {"modulation_64_ramp_up": 1.0}, "not heard here: modulation_64_ramp_up"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ODD)
def test_what_is_odd_of_a_preset_is_told(kind: str) -> None:
    top, settings, words = ODD[kind]
    document = plain() | top
    document["settings"] |= settings
    (told,) = oddities(document)
    assert words in told


@pytest.mark.parametrize("version", ["1.0.0", "1.0.7", "1.5.5", "1.6.4"])
def test_what_each_vital_saves_is_not_odd(version: str) -> None:
    document = plain() | {"synth_version": version}
    still = {"osc_1_spectral_morph_phase": 0.5, "modulation_3_ramp_down": -10.0}
    document["settings"] |= {**still, "custom_warps": [{}], "random_values": []}
    assert oddities(document) == ()
    del document["synth_version"]
    assert oddities(document) == ()
