"""Every kind of malformed file that crashes, poisons or confuses the synth is refused, or moved into range."""

import json
import struct
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from vital_documents import ChangeDocument, VitalDocument, component, line, plain, wavetable

from engine.compiler import import_vital, playable, read_vital, routes_to_nowhere
from engine.compiler.content import check_content
from engine.errors import VitalFileError


def _set(**values: Any) -> ChangeDocument:
    return lambda document: document["settings"].update(values)


def _table(change: Callable[[dict[str, Any]], Any], *kinds: Any) -> ChangeDocument:
    """A wavetable of which `change` spoils the first component."""

    def apply(document: VitalDocument) -> None:
        table = wavetable(*(kinds or ("Wave Source",)))
        change(table["groups"][0]["components"][0])
        document["settings"]["wavetables"][1] = table

    return apply


def _frame(*samples: float) -> str:
    return b64encode(struct.pack(f"<{len(samples)}f", *samples)).decode()


def _first(**values: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda part: part["keyframes"][0].update(values)


def _drop(name: str) -> ChangeDocument:
    return lambda document: document["settings"]["sample"].pop(name)


LOUD = [0.0] * 2047 + [3.4e38]
NAN = [0.0] * 2047 + [float("nan")]
INF = [0.0] * 2047 + [float("inf")]

REFUSED: dict[str, tuple[ChangeDocument, str]] = {
    # what crashes the process
    "65 modulations": (_set(modulations=[{"source": "lfo_1", "destination": "osc_1_level"}] * 65), "modulations"),
    "9 LFOs": (_set(lfos=[line()] * 9), "settings/lfos"),
    "4 wavetables": (_set(wavetables=[wavetable("Wave Source")] * 4), "settings/wavetables"),
    "unknown component": (_table(lambda c: c.update(type="Noise Source")), "wavetables/1/groups/0/components/0"),
    "numbered component in a new file": (_table(lambda c: c.update(type=3)), "components/0/type"),
    "component whose type is an object": (_table(lambda c: c.update(type={})), "components/0/type"),
    "a switch of a wavetable that is 1": (
        lambda d: d["settings"]["wavetables"][0].update(full_normalize=1), "full_normalize: must be true or false",
    ),
    "a switch of a component that is 1": (
        _table(lambda c: c.update(normalize_gain=1), "Audio File Source"), "normalize_gain: must be true or false",
    ),
    "a switch of an LFO that is 1": (
        lambda d: d["settings"]["lfos"][0].update(smooth=1), "lfos/0/smooth: must be true or false",
    ),
    "a keyframe's number that is text": (_table(_first(mix="1"), "Phase Shift"), "mix: must be a number"),
    "a component's number that is true": (
        _table(lambda c: c.update(style=True), "Phase Shift"), "components/0/style: must be a number",
    ),
    "a component's number that is null": (
        _table(lambda c: c.update(num_points=None), "Line Source"), "components/0/num_points: must be a number",
    ),
    "component without a type": (_table(lambda c: c.pop("type")), "components/0/type"),
    "1e8 LFO points": (lambda d: d["settings"]["lfos"][2].update(num_points=1e8), "settings/lfos/2/num_points"),
    "fewer points than num_points": (lambda d: d["settings"]["lfos"][0].update(num_points=9), "settings/lfos/0"),
    "fewer points than powers": (lambda d: d["settings"]["lfos"][0]["points"].pop(), "settings/lfos/0"),
    "half a point": (lambda d: d["settings"]["lfos"][0].update(num_points=2.5), "settings/lfos/0/num_points"),
    "no points": (lambda d: d["settings"]["lfos"][0].pop("points"), "settings/lfos/0/points"),
    "cutoff 1e9": (_set(filter_1_cutoff=1e9), "settings/filter_1_cutoff"),
    "bad line mapping": (
        lambda d: d["settings"]["modulations"][3].update(line_mapping={**line(), "num_points": 50}),
        "settings/modulations/3/line_mapping",
    ),
    # what poisons a synth for good
    "level 1e30": (_set(osc_1_level=1e30), "settings/osc_1_level"),
    "NaN frame": (_table(_first(wave_data=_frame(*NAN))), "keyframes/0/wave_data"),
    "infinite frame": (_table(_first(wave_data=_frame(*INF))), "keyframes/0/wave_data"),
    "absurdly loud frame": (_table(_first(wave_data=_frame(*LOUD))), "keyframes/0/wave_data"),
    "short frame": (_table(_first(wave_data=_frame(0.5, 0.25))), "has 2 samples; a frame has 2048"),
    "frame that isn't base64": (_table(_first(wave_data="µ" * 9)), "is not base64"),
    "frame that isn't text": (_table(_first(wave_data=[0.0] * 2048)), "keyframes/0/wave_data: must be text"),
    "frame that is missing": (_table(lambda c: c["keyframes"][0].pop("wave_data")), "wave_data: missing"),
    "keyframe beyond the table": (_table(_first(position=9999)), "keyframes/0/position"),
    "keyframe before the table": (_table(_first(position=-1)), "keyframes/0/position"),
    "300 keyframes": (
        _table(lambda c: c.update(keyframes=c["keyframes"] * 150)), "keyframes: has 300 entries",
    ),
    "huge number in a component": (_table(_first(phase=1e300), "Phase Shift"), "keyframes/0/phase"),
    "audio that isn't base64": (_table(lambda c: c.update(audio_file="???"), "Audio File Source"), "not base64"),
    "audio window of nothing": (_table(lambda c: c.update(window_size=0), "Audio File Source"), "window_size"),
    # wrong types, wrong shapes
    "a setting that is text": (_set(osc_1_level="loud"), "settings/osc_1_level: must be a number, is text"),
    "a setting that is null": (_set(osc_1_level=None), "settings/osc_1_level: must be a number, is null"),
    "a setting that is a list": (_set(osc_1_level=[1]), "settings/osc_1_level"),
    "a setting that is true": (_set(osc_1_on=True), "settings/osc_1_on: must be a number, is true or false"),
    "settings that are a list": (lambda d: d.update(settings=[]), "settings: must be an object"),
    "no settings": (lambda d: d.pop("settings"), "settings: missing"),
    "modulations that are an object": (_set(modulations={}), "settings/modulations: must be a list"),
    "a modulation that is text": (_set(modulations=["lfo_1"]), "settings/modulations/0: must be an object"),
    "a modulation without a source": (_set(modulations=[{"destination": ""}]), "settings/modulations/0/source"),
    "LFOs that are null": (_set(lfos=None), "settings/lfos: must be a list"),
    "wavetables that are numbers": (_set(wavetables=[1, 2, 3]), "settings/wavetables/0: must be an object"),
    "a wavetable without a version": (lambda d: d["settings"]["wavetables"][0].pop("version"), "version"),
    "a wavetable without groups": (lambda d: d["settings"]["wavetables"][0].pop("groups"), "wavetables/0/groups"),
    "a name that is a number": (lambda d: d.update(preset_name=5), "preset_name: must be text"),
    "a version that is words": (lambda d: d.update(synth_version="latest"), "synth_version"),
    "a sample that is text": (_set(sample="noise"), "settings/sample: must be an object"),
    "a sample longer than its data": (lambda d: d["settings"]["sample"].update(length=9999), "sample/samples"),
    "a sample of nothing": (lambda d: d["settings"]["sample"].update(length=0), "settings/sample/length"),
    "a sample without data": (_drop("samples"), "settings/sample/samples"),
    "a sample without a rate": (_drop("sample_rate"), "settings/sample/sample_rate"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_a_malformed_file_is_refused_with_the_place(kind: str) -> None:
    change, place = REFUSED[kind]
    document = plain()
    change(document)
    with pytest.raises(VitalFileError) as refused:
        read_vital(json.dumps(document).encode())
    assert place in str(refused.value)
    assert "\n" not in str(refused.value)


TEXT = orjson.dumps(plain())
NOT_A_PRESET = {
    "nothing": (b"", "empty"),
    "an empty object": (b"{}", "settings: missing"),
    "a list": (b"[]", "must be an object"),
    "null": (b"null", "must be an object"),
    "half a file": (TEXT[: len(TEXT) // 2], "not JSON"),
    "a NaN token": (TEXT.replace(b'"osc_1_level":0.7', b'"osc_1_level":NaN,"a":0.7', 1), "not JSON"),
    "an infinity token": (TEXT.replace(b'"osc_1_level":0.7', b'"osc_1_level":Infinity,"a":0.7', 1), "not JSON"),
    "a number too large": (TEXT.replace(b'"osc_1_level":0.7', b'"osc_1_level":1e999,"a":0.7', 1), "not JSON"),
    "zeros": (bytes(1000), "not text"),
    "Latin-1": (TEXT.replace(b'"author":""', b'"author":"\xe9"'), "not UTF-8"),
    "nested 100,000 lists deep": (b'{"settings":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested 100,001 deep"),
    "nested 100,000 objects deep": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested 100,000 deep"),
    "nested deep inside a modulation": (
        TEXT.replace(b'"settings":{', b'"settings":{"a":' + b"[" * 99 + b"]" * 99 + b",", 1), "nested 101 deep",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", NOT_A_PRESET)
def test_what_is_no_preset_is_refused(kind: str) -> None:
    data, words = NOT_A_PRESET[kind]
    with pytest.raises(VitalFileError, match=words):
        read_vital(data)


def test_brackets_in_texts_are_no_nesting() -> None:
    document = {**plain(), "comments": '[{"' * 500 + "\\"}
    assert read_vital(orjson.dumps(document))["comments"] == document["comments"]


CLAMPED = {
    "oversampling": (99.0, 3.0),
    "effect_chain_order": (-5.0, 0.0),
    "chorus_voices": (99.0, 4.0),
    "osc_1_unison_voices": (400.0, 16.0),
    "filter_1_cutoff": (999.0, 136.0),
    "volume": (-3.0, 0.0),
    "lfo_1_tempo": (3.4, 3.0),
    "osc_2_destination": (77.0, 13.0),
    "modulation_64_amount": (-9.0, -1.0),
}


@pytest.mark.parametrize("name", CLAMPED)
def test_a_value_out_of_range_sounds_as_the_nearest_and_is_told(name: str) -> None:
    given, used = CLAMPED[name]
    document = plain()
    document["settings"][name] = given
    guarded = playable(read_vital(orjson.dumps(document)))
    assert json.loads(guarded.preset)["settings"][name] == used
    (problem,) = guarded.out_of_range
    assert (problem.name, problem.value, problem.used) == (name, given, used)
    assert all(f"{number:g}" in str(problem) for number in (given, problem.low, problem.high))


def test_a_rounded_limit_is_no_problem() -> None:
    """Vital saves single precision: its own limits come back a hair outside."""
    document = plain()
    document["settings"]["env_1_attack"] = 2.3784143924713135
    assert playable(document).out_of_range == ()


def test_the_guard_refuses_what_vital_does_not_load() -> None:
    for name, holder in (("synth_version", plain()), ("sample", plain())):
        (holder if name in holder else holder["settings"]).pop(name)
        import_vital(orjson.dumps(holder))
        with pytest.raises(VitalFileError, match=f"{name}: missing"):
            playable(holder)


def test_components_of_a_very_old_wavetable_are_numbered() -> None:
    table = {**wavetable("Wave Source"), "version": "0.2.1"}
    table["groups"][0]["components"] = [{**component("Wave Source"), "type": 0}]
    check_content({"wavetables": [table]})


def test_a_file_too_large_is_not_even_parsed() -> None:
    with pytest.raises(VitalFileError, match="at most 67,108,864"):
        read_vital(b" " * (64 * 1024 * 1024 + 1))


def test_a_modulation_that_leads_nowhere_is_named() -> None:
    slots = [
        {"source": "lfo_1", "destination": "filter_1_cutoff"},
        {"source": "lfo_9", "destination": "filter_1_cutoff"},
        {"source": "lfo_1", "destination": ""},
        {"source": "mod_wheel", "destination": "modulation_2_amount"},
        {"source": "mod_wheel", "destination": "modulation_1_amount"},
    ]
    assert routes_to_nowhere({"modulations": slots}) == (
        "modulation 2: lfo_9 to filter_1_cutoff",
        "modulation 4: mod_wheel to modulation_2_amount",
    )
