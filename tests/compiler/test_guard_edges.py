"""Each limit of the guard: the nearest that passes beside the least that is refused, and where it says it is."""

import math
import re
import struct
from base64 import b64encode
from typing import Any

import orjson
import pytest
from vital_documents import ChangeDocument, VitalDocument, component, line, plain, sixteen_bit, wavetable

from engine.compiler import canonical_bytes, playable, read_vital
from engine.compiler.content import check_content
from engine.compiler.controls import controls
from engine.compiler.guard import out_of_range
from engine.compiler.reader import check_form
from engine.errors import VitalFileError

ROUTE = {"source": "lfo_1", "destination": "osc_1_level"}
KINDS = [
    "Wave Source", "Line Source", "Audio File Source", "Shepard Tone Source", "Phase Shift", "Wave Window",
    "Frequency Filter", "Slew Limiter", "Wave Folder", "Wave Warp",
]  # fmt: skip


def frame(samples: list[float], *, cut: int = 0) -> str:
    raw = struct.pack(f"<{len(samples)}f", *samples)
    return b64encode(raw[: len(raw) - cut]).decode()


def points(count: int, powers: int | None = None, numbers: int | None = None) -> VitalDocument:
    """A line of `count` points, with as many powers and coordinates as it says."""
    powers = count if powers is None else powers
    return {
        "num_points": count,
        "powers": [0.0] * powers,
        "points": [0.5] * (2 * powers if numbers is None else numbers),
    }


def settings(**values: Any) -> ChangeDocument:
    return lambda document: document["settings"].update(values)


def lfo(shape: VitalDocument) -> ChangeDocument:
    return settings(lfos=[shape])


def lfo_with(**values: Any) -> ChangeDocument:
    return lfo({**points(2), **values})


def part(kind: Any, **values: Any) -> ChangeDocument:
    """A wavetable of one component that says `values`."""
    return settings(wavetables=[{**wavetable(), "groups": [{"components": [{**component(kind), **values}]}]}])


def key(kind: Any, **values: Any) -> ChangeDocument:
    """Likewise, of one whose first keyframe says them."""
    made = component(kind)
    made["keyframes"][0].update(values)
    return settings(wavetables=[{**wavetable(), "groups": [{"components": [made]}]}])


def table(**values: Any) -> ChangeDocument:
    return settings(wavetables=[{**wavetable("Wave Source"), **values}])


def numbered(version: str, kind: Any) -> ChangeDocument:
    made = {**wavetable("Wave Source"), "version": version}
    made["groups"][0]["components"][0]["type"] = kind
    return settings(wavetables=[made])


def sample(**values: Any) -> ChangeDocument:
    return settings(sample={"length": 4, "sample_rate": 44_100, "samples": sixteen_bit(4), **values})


def groups(count: int, components: int = 0) -> ChangeDocument:
    return table(groups=[{"components": [component("Wave Folder")] * components}] * count)


def top(**values: Any) -> ChangeDocument:
    return lambda document: document.update(values)


QUIET = [0.0] * 2047
W0 = "settings/wavetables/0"
C0 = f"{W0}/groups/0/components/0"
K0 = f"{C0}/keyframes/0"
L0 = "settings/lfos/0"

EDGES: dict[str, tuple[ChangeDocument, ChangeDocument, str]] = {
    # counts
    "modulations": (
        settings(modulations=[ROUTE] * 64), settings(modulations=[ROUTE] * 65),
        "settings/modulations: has 65 entries; Vital has room for 64",
    ),
    "LFOs": (
        settings(lfos=[points(2)] * 8), settings(lfos=[points(2)] * 9),
        "settings/lfos: has 9 entries; Vital has room for 8",
    ),
    "wavetables": (
        settings(wavetables=[wavetable()] * 3), settings(wavetables=[wavetable()] * 4),
        "settings/wavetables: has 4 entries; Vital has room for 3",
    ),
    "groups": (groups(64), groups(65), f"{W0}/groups: has 65 entries; Vital has room for 64"),
    "components": (
        groups(1, 64), groups(1, 65),
        f"{W0}/groups/0/components: has 65 entries; Vital has room for 64",
    ),
    "keyframes": (
        part("Wave Folder", keyframes=[{"position": 0, "fold_boost": 1.0}] * 257),
        part("Wave Folder", keyframes=[{"position": 0, "fold_boost": 1.0}] * 258),
        f"{C0}/keyframes: has 258 entries; Vital has room for 257",
    ),
    # lines
    "points, the least": (lfo(points(2)), lfo(points(1)), f"{L0}/num_points: 1 is out of 2 to 100"),
    "points, the most": (lfo(points(100)), lfo(points(101)), f"{L0}/num_points: 101 is out of 2 to 100"),
    "points that are whole": (
        lfo_with(num_points=2.0), lfo_with(num_points=2.5, powers=[0.0] * 3, points=[0.0] * 6),
        f"{L0}/num_points: must be whole",
    ),
    "powers of the points": (
        lfo(points(5, 5)), lfo(points(5, 4)),
        f"{L0}: 5 points need as many powers and twice as many numbers in points; there are 4 and 8",
    ),
    "coordinates of the powers": (
        lfo(points(5, 6, 12)), lfo(points(5, 6, 11)),
        f"{L0}: 5 points need as many powers and twice as many numbers in points; there are 6 and 11",
    ),
    "powers, the most": (
        lfo(points(2, 1000)), lfo(points(2, 1001)), f"{L0}/powers: has 1,001 entries; Vital has room for 1000",
    ),
    "coordinates, the most": (
        lfo(points(2, 2, 2000)), lfo(points(2, 2, 2001)),
        f"{L0}/points: has 2,001 entries; Vital has room for 2000",
    ),
    "a coordinate": (
        lfo_with(points=[0, 1000, 0, -1000]), lfo_with(points=[0, 0, 0, 1000.5]),
        f"{L0}/points/3: 1000.5 is out of -1000 to 1000",
    ),
    "a coordinate below": (
        lfo_with(points=[0, 1000, 0, -1000]), lfo_with(points=[0, -1001, 0, 0]),
        f"{L0}/points/1: -1001 is out of -1000 to 1000",
    ),
    "a power": (
        lfo_with(powers=[1000, -1000]), lfo_with(powers=[0, 1001]), f"{L0}/powers/1: 1001 is out of -1000 to 1000",
    ),
    "a power that is a number": (
        lfo_with(powers=[0, 0]), lfo_with(powers=[0, "0"]),
        f"{L0}/powers/1: must be a number",
    ),
    "a coordinate that is none": (
        lfo_with(points=[0, 0, 0, 0]), lfo_with(points=[0, 0, None, 0]), f"{L0}/points/2: must be a number",
    ),
    "an LFO's name": (lfo_with(name=""), lfo_with(name=1), f"{L0}/name: must be text"),
    "an LFO's switch": (lfo_with(smooth=False), lfo_with(smooth=0), f"{L0}/smooth: must be true or false"),
    "an LFO without its points": (
        lfo(points(2)), lfo({"num_points": 2, "powers": [0, 0]}), f"{L0}/points: must be a list, and is missing",
    ),
    "an LFO without its powers": (
        lfo(points(2)), lfo({"num_points": 2, "points": [0] * 4}), f"{L0}/powers: must be a list, and is missing",
    ),
    "an LFO without its count": (
        lfo(points(2)), lfo({"powers": [0, 0], "points": [0] * 4}), f"{L0}/num_points: must be a number",
    ),
    # modulations
    "a source": (
        settings(modulations=[{"source": "", "destination": ""}]), settings(modulations=[{"destination": ""}]),
        "settings/modulations/0/source: must be text, and is missing",
    ),
    "a destination": (
        settings(modulations=[{"source": "", "destination": ""}]),
        settings(modulations=[{"source": "", "destination": 4}]),
        "settings/modulations/0/destination: must be text",
    ),
    "a modulation's curve": (
        settings(modulations=[{**ROUTE, "line_mapping": points(3)}]),
        settings(modulations=[{**ROUTE, "line_mapping": points(3, 2)}]),
        "settings/modulations/0/line_mapping: 3 points",
    ),
    "a modulation's curve that is none": (
        settings(modulations=[ROUTE]), settings(modulations=[{**ROUTE, "line_mapping": None}]),
        "settings/modulations/0/line_mapping: must be an object",
    ),
    # frames
    "samples of a frame": (
        key("Wave Source", wave_data=frame([*QUIET, 0.5])), key("Wave Source", wave_data=frame(QUIET)),
        f"{K0}/wave_data: has 2047 samples; a frame has 2048",
    ),
    "the frame's last byte": (
        key("Wave Source", wave_data=frame([*QUIET, 0.5])),
        key("Wave Source", wave_data=frame([*QUIET, 0.5], cut=1)),
        f"{K0}/wave_data: has 2047 samples; a frame has 2048",
    ),
    "half a frame": (
        key("Shepard Tone Source", wave_data=frame([0.0] * 2049)),
        key("Shepard Tone Source", wave_data=frame([0.0] * 1024)),
        f"{K0}/wave_data: has 1024 samples; a frame has 2048",
    ),
    "a frame's first sample": (
        key("Wave Source", wave_data=frame([1.0, *QUIET])), key("Wave Source", wave_data=frame([math.nan, *QUIET])),
        f"{K0}/wave_data: holds samples that are not finite numbers",
    ),
    "what stands after the frame": (
        key("Wave Source", wave_data=frame([*QUIET, 0.0, math.nan])),
        key("Wave Source", wave_data=frame([*QUIET, math.nan, 0.0])),
        f"{K0}/wave_data: holds samples that are not finite numbers",
    ),
    "an infinite sample": (
        key("Wave Source", wave_data=frame([*QUIET, 1e4])),
        key("Wave Source", wave_data=frame([*QUIET, -math.inf])),
        f"{K0}/wave_data: holds samples that are not finite numbers",
    ),
    "a wave's peak": (
        key("Wave Source", wave_data=frame([*QUIET, 1e4])), key("Wave Source", wave_data=frame([*QUIET, 1.1e4])),
        f"{K0}/wave_data: reaches 11000; a wave stays near ±1",
    ),
    "a wave's peak below": (
        key("Wave Source", wave_data=frame([*QUIET, -1e4])), key("Wave Source", wave_data=frame([*QUIET, -1.1e4])),
        f"{K0}/wave_data: reaches 11000; a wave stays near ±1",
    ),
    "base64": (
        key("Wave Source", wave_data=frame([*QUIET, 0.5])),
        key("Wave Source", wave_data=frame([*QUIET, 0.5]) + "*"), f"{K0}/wave_data: is not base64",
    ),
    # positions
    "the last position": (
        key("Wave Source", position=257), key("Wave Source", position=257.5),
        f"{K0}/position: 257.5 is out of 0 to 257",
    ),
    "the first position": (
        key("Wave Source", position=0), key("Wave Source", position=-0.5),
        f"{K0}/position: -0.5 is out of 0 to 257",
    ),
    # numbers of components
    "a keyframe's number": (
        key("Phase Shift", phase=1e7), key("Phase Shift", phase=1.1e7),
        f"{K0}/phase: 1.1e+07 is out of -1e+07 to 1e+07",
    ),
    "a keyframe's number below": (
        key("Phase Shift", phase=-1e7), key("Phase Shift", phase=-1.1e7),
        f"{K0}/phase: -1.1e+07 is out of -1e+07 to 1e+07",
    ),
    "a keyframe's number that is true": (
        key("Phase Shift", phase=1), key("Phase Shift", phase=True),
        f"{K0}/phase: must be a number, is true or false",
    ),
    "a line's pull": (
        key("Line Source", pull_power=1.0), key("Line Source", pull_power=True),
        f"{K0}/pull_power: must be a number, is true or false",
    ),
    "a line in a keyframe": (
        key("Line Source", line=line(3)), key("Line Source", line=points(3, 2)), f"{K0}/line: 3 points",
    ),
    "what a keyframe doesn't need": (
        key("Wave Source", other=True), key("Wave Source", other={"deep": [0, 1.1e7]}),
        f"{K0}/other/deep/1: 1.1e+07 is out",
    ),
    "what a component doesn't need": (
        part("Wave Source", other=[1e7, "text", None]), part("Wave Source", other=[0, -1.1e7]),
        f"{C0}/other/1: -1.1e+07 is out",
    ),
    "an index": (part("Phase Shift", style=16), part("Phase Shift", style=17), f"{C0}/style: 17 is out of 0 to 16"),
    "an index below": (
        part("Phase Shift", style=0), part("Phase Shift", style=-1),
        f"{C0}/style: -1 is out of 0 to 16",
    ),
    "an interpolation": (
        part("Wave Source", interpolation=16), part("Wave Source", interpolation=17),
        f"{C0}/interpolation: 17 is out",
    ),
    "an interpolation's style": (
        part("Wave Source", interpolation_style=16), part("Wave Source", interpolation_style=17),
        f"{C0}/interpolation_style: 17 is out",
    ),
    "a fade": (
        part("Audio File Source", fade_style=16), part("Audio File Source", fade_style=17),
        f"{C0}/fade_style: 17 is out",
    ),
    "a phase's style": (
        part("Audio File Source", phase_style=16), part("Audio File Source", phase_style=17),
        f"{C0}/phase_style: 17 is out",
    ),
    "a window": (
        part("Wave Window", window_shape=16), part("Wave Window", window_shape=17), f"{C0}/window_shape: 17 is out",
    ),
    "the window's size": (
        part("Audio File Source", window_size=1), part("Audio File Source", window_size=0.9),
        f"{C0}/window_size: 0.9 is out of 1 to 1e+07",
    ),
    "the window's largest size": (
        part("Audio File Source", window_size=1e7), part("Audio File Source", window_size=1.1e7),
        f"{C0}/window_size: 1.1e+07 is out of 1 to 1e+07",
    ),
    "a rate": (
        part("Audio File Source", audio_sample_rate=0), part("Audio File Source", audio_sample_rate=-1),
        f"{C0}/audio_sample_rate: -1 is out of 0 to 1e+07",
    ),
    "the highest rate": (
        part("Audio File Source", audio_sample_rate=1e7), part("Audio File Source", audio_sample_rate=1.1e7),
        f"{C0}/audio_sample_rate: 1.1e+07 is out of 0 to 1e+07",
    ),
    "a line source's points": (
        part("Line Source", num_points=1000), part("Line Source", num_points=1001),
        f"{C0}/num_points: 1001 is out of 0 to 1000",
    ),
    "a line source's least points": (
        part("Line Source", num_points=0), part("Line Source", num_points=-1),
        f"{C0}/num_points: -1 is out of 0 to 1000",
    ),
    "a seed": (
        part("Audio File Source", random_seed=2**64 - 1), part("Audio File Source", random_seed=1.9e19),
        f"{C0}/random_seed: 1.9e+19 is out",
    ),
    "a seed below": (
        part("Audio File Source", random_seed=-(2**63)), part("Audio File Source", random_seed=-9.3e18),
        f"{C0}/random_seed: -9.3e+18 is out",
    ),
    **{
        f"the switch {name}": (
            part(kind, **{name: False}), part(kind, **{name: 0}), f"{C0}/{name}: must be true or false",
        )
        for name, kind in (
            ("normalize_gain", "Audio File Source"), ("normalize_mult", "Audio File Source"),
            ("normalize", "Frequency Filter"), ("horizontal_asymmetric", "Wave Warp"),
            ("vertical_asymmetric", "Wave Warp"),
        )
    },
    "audio": (
        part("Audio File Source", audio_file=""), part("Audio File Source", audio_file="AAA"),
        f"{C0}/audio_file: is not base64",
    ),
    "audio that is text": (
        part("Audio File Source", audio_file=""), part("Audio File Source", audio_file=None),
        f"{C0}/audio_file: must be text",
    ),
    "keyframes that are emptied": (
        part("Line Source", keyframes=None), part("Line Source", keyframes={}), f"{C0}/keyframes: must be a list",
    ),
    # kinds of component
    "a known kind": (
        part("Wave Source"), part("Wave Source", type="wave source"),
        f"{C0}/type: 'wave source' is not a",
    ),
    "a number for a kind": (
        numbered("0.3.8", 8), numbered("0.3.8", 9), f"{C0}/type: '9' is not a component that Vital has",
    ),
    "a number below": (numbered("0.3.8", 0), numbered("0.3.8", -1), f"{C0}/type: '-1' is not a component"),
    "a numbered kind's version": (numbered("0.3.8", 1), numbered("0.3.9", 1), f"{C0}/type: '1' is not a component"),
    "a numbered kind's minor version": (
        numbered("0.2.99", 1), numbered("0.4.0", 1), f"{C0}/type: '1' is not a component",
    ),
    # wavetables
    "a wavetable's version": (
        table(version="1.5.5"), table(version="1.5.x"),
        f"{W0}/version: '1.5.x' is not a version",
    ),
    "a long part of a version": (
        table(version="1.123456"), table(version="1.1234567"), f"{W0}/version: '1.1234567' is not a version",
    ),
    "digits of a version": (table(version="1"), table(version="١"), f"{W0}/version: '١' is not a version"),
    "a wavetable's name": (table(name=""), table(name=None), f"{W0}/name: must be text"),
    "a wavetable's author": (table(author=""), table(author=[]), f"{W0}/author: must be text"),
    "full_normalize": (table(full_normalize=False), table(full_normalize=0), f"{W0}/full_normalize: must be true"),
    "remove_all_dc": (
        table(remove_all_dc=True), table(remove_all_dc=1),
        f"{W0}/remove_all_dc: must be true or false",
    ),
    "a group": (groups(1), table(groups=[[]]), f"{W0}/groups/0: must be an object"),
    "a group's components": (
        groups(1), table(groups=[{}]),
        f"{W0}/groups/0/components: must be a list, and is missing",
    ),
    "a component": (groups(1, 1), table(groups=[{"components": [1]}]), f"{C0}: must be an object"),
    "a keyframe": (
        part("Line Source", keyframes=[]), part("Line Source", keyframes=[1]), f"{K0}: must be an object",
    ),
    "a wavetable that is one line": (
        settings(wavetables=[points(4)]), settings(wavetables=[points(4, 3)]),
        f"{W0}: 4 points need as many powers",
    ),
    "a wavetable that is a line without a count": (
        settings(wavetables=[points(4)]), settings(wavetables=[{"points": [0] * 4, "powers": [0, 0]}]),
        f"{W0}/version: must be text, and is missing",
    ),
    # the sample
    "a sample's length": (
        sample(length=4), sample(length=5), "settings/sample/samples: has 4 samples; length says 5",
    ),
    "a sample of some length": (
        sample(length=1), sample(length=0.5),
        "settings/sample/length: 0.5 is out of 1 to 2e+07",
    ),
    "the longest sample": (
        sample(), sample(length=20_000_001), "settings/sample/length: 2e+07 is out of 1 to 2e+07",
    ),
    "a length within the longest": (
        sample(), sample(length=20_000_000), "settings/sample/samples: has 4 samples; length says 20,000,000",
    ),
    "a sample's rate": (
        sample(sample_rate=1_000_000), sample(sample_rate=1_000_001), "settings/sample/sample_rate: 1e+06 is out",
    ),
    "a sample's least rate": (
        sample(sample_rate=1), sample(sample_rate=0.5), "settings/sample/sample_rate: 0.5 is out of 1 to 1e+06",
    ),
    "a sample's right side": (
        sample(samples_stereo=sixteen_bit(4)), sample(samples_stereo=sixteen_bit(3)),
        "settings/sample/samples_stereo: has 3 samples; length says 4",
    ),
    "a sample's right side that is none": (
        sample(), sample(samples_stereo=None), "settings/sample/samples_stereo: must be text",
    ),
    "a sample's data": (sample(), sample(samples="A"), "settings/sample/samples: is not base64"),
    "a sample's name": (sample(name=""), sample(name=3), "settings/sample/name: must be text"),
    "a sample": (settings(sample=None), settings(sample=[]), "settings/sample: must be an object"),
    # settings and texts
    "the largest setting": (
        settings(osc_1_level=1e6), settings(osc_1_level=1.001e6),
        "settings/osc_1_level: 1.001e+06 is so far out of range that it would crash the synth",
    ),
    "the smallest setting": (
        settings(osc_1_level=-1e6), settings(osc_1_level=-1.001e6),
        "settings/osc_1_level: -1.001e+06 is so far out of range",
    ),
    "the largest whole setting": (
        settings(osc_1_level=1_000_000), settings(osc_1_level=1_000_001), "settings/osc_1_level: 1e+06 is so far",
    ),
    "a setting's type": (
        settings(osc_1_on=1), settings(osc_1_on=True),
        "settings/osc_1_on: must be a number, is true or false",
    ),
    **{
        f"a setting that is {words}": (
            settings(osc_1_pan=0), settings(osc_1_pan=value), f"settings/osc_1_pan: must be a number, is {words}",
        )
        for value, words in (("1", "text"), ([], "a list"), ({}, "an object"), (None, "null"))
    },
    **{
        f"the text {name}": (top(**{name: ""}), top(**{name: 1}), f"{name}: must be text")
        for name in (
            "author", "comments", "macro1", "macro2", "macro3", "macro4", "preset_name", "preset_style",
            "synth_version",
        )
    },
    "a version": (
        top(synth_version="1.0.7.2"), top(synth_version="1.0.7.2.1"),
        "synth_version: '1.0.7.2.1' is not a",
    ),
    "a version of digits": (
        top(synth_version="99999.9.9"), top(synth_version="1.0b"),
        "synth_version: '1.0b' is not a",
    ),
    "a version's length": (
        top(synth_version="123456"), top(synth_version="1234567"),
        "synth_version: '1234567' is not a version such as",
    ),
    "a version of ASCII": (top(synth_version="1"), top(synth_version="²"), "synth_version: '²' is not a version"),
}  # fmt: skip


@pytest.mark.parametrize("kind", EDGES)
def test_the_nearest_passes_and_the_least_beyond_it_is_refused(kind: str) -> None:
    passes, spoilt, message = EDGES[kind]
    good, bad = plain(), plain()
    passes(good)
    spoilt(bad)
    assert read_vital(orjson.dumps(good)) == good
    with pytest.raises(VitalFileError, match=re.escape(message)) as refused:
        check_form(bad)
    assert str(refused.value).startswith(message)
    with pytest.raises(VitalFileError, match=re.escape(message)):
        playable(bad)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_component_passes(kind: Any) -> None:
    document = plain()
    document["settings"]["wavetables"] = [wavetable(kind)]
    assert playable(read_vital(orjson.dumps(document))).out_of_range == ()


NEEDED = {
    "Wave Source": ["interpolation"],
    "Shepard Tone Source": ["interpolation"],
    "Line Source": ["num_points"],
    "Audio File Source": ["normalize_gain", "window_size", "audio_file"],
    "Phase Shift": ["style"],
    "Wave Window": ["window_shape"],
    "Frequency Filter": ["style", "normalize"],
    "Wave Warp": ["horizontal_asymmetric", "vertical_asymmetric"],
}
NEEDED_IN_KEYFRAMES = {
    "Wave Source": ["wave_data"],
    "Shepard Tone Source": ["wave_data"],
    "Audio File Source": ["start_position", "window_fade", "window_size"],
    "Phase Shift": ["phase", "mix"],
    "Wave Window": ["left_position", "right_position"],
    "Frequency Filter": ["cutoff", "shape"],
    "Slew Limiter": ["up_run_rise", "down_run_rise"],
    "Wave Folder": ["fold_boost"],
    "Wave Warp": ["horizontal_power", "vertical_power"],
}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in NEEDED.items() for name in names])
def test_what_vital_indexes_without_looking_must_be_there(kind: Any, name: str) -> None:
    made = component(kind)
    del made[name]
    with pytest.raises(VitalFileError, match=f"^{C0}/{name}: missing; a {kind} needs it$"):
        check_content({"wavetables": [{**wavetable(), "groups": [{"components": [made]}]}]})


KEYFRAMES = [(kind, name) for kind, names in NEEDED_IN_KEYFRAMES.items() for name in names]


@pytest.mark.parametrize(("kind", "name"), KEYFRAMES)
def test_and_in_each_keyframe(kind: Any, name: str) -> None:
    made = component(kind)
    del made["keyframes"][1][name]
    with pytest.raises(VitalFileError, match=f"^{C0}/keyframes/1/{name}: missing; a {kind} needs it$"):
        check_content({"wavetables": [{**wavetable(), "groups": [{"components": [made]}]}]})


@pytest.mark.parametrize(("kind", "name"), [row for row in KEYFRAMES if row[1] != "wave_data"])
def test_what_a_keyframe_needs_is_a_number_and_no_switch(kind: Any, name: str) -> None:
    for value, words in ((True, "must be a number, is true or false"), ("1", "must be a number")):
        document = plain()
        key(kind, **{name: value})(document)
        with pytest.raises(VitalFileError, match=f"^{K0}/{name}: {words}$"):
            check_form(document)


def test_what_is_no_number_in_memory_is_refused_too() -> None:
    """JSON has no NaN, but a document needn't come from JSON."""
    for value in (math.nan, math.inf, -math.inf):
        for document, where in (
            ({"osc_1_level": value}, "settings/osc_1_level"),
            ({"lfos": [{**points(2), "powers": [value, 0.0]}]}, "settings/lfos/0/powers/0: must be a number"),
            (
                {"sample": {"length": value, "sample_rate": 1, "samples": ""}},
                "settings/sample/length: must be a number",
            ),
        ):
            with pytest.raises(VitalFileError, match=where):
                check_form({"settings": document})
    with pytest.raises(VitalFileError, match=r"^settings/later: not a number$"):
        check_form({"settings": {"later": math.nan}})
    check_form({"settings": {"later": math.inf, "custom": [math.nan]}})


def nested(depth: int) -> bytes:
    """A preset whose deepest bracket is the `depth`th."""
    return b'{"settings":{"later":' + b"[" * (depth - 2) + b"]" * (depth - 2) + b"}}"


def test_sixty_brackets_are_read_and_sixty_one_are_not() -> None:
    assert read_vital(nested(60)) == orjson.loads(nested(60))
    with pytest.raises(
        VitalFileError, match=r"^nested 61 deep; a preset nests about 10 deep and at most 60 are read$"
    ):
        read_vital(nested(61))


@pytest.mark.parametrize(
    "text",
    ["[" * 99, '"' + "[" * 99, "\\" + '"' + "[" * 99, "[" * 99 + "\\", '\\"', "x" * 300 + "{" * 99],
    ids=["brackets", "a quote first", "a backslash and a quote", "a backslash last", "both", "long"],
)
def test_what_stands_in_a_text_nests_nothing(text: str) -> None:
    document = {"settings": {"later": text}, "comments": text}
    assert read_vital(orjson.dumps(document)) == document


def test_objects_nest_as_lists_do_and_closing_ones_count_back() -> None:
    deep: Any = 1
    for _ in range(58):
        deep = {"a": deep}
    document = {"settings": {"later": deep}}
    assert read_vital(orjson.dumps(document)) == document
    with pytest.raises(VitalFileError, match=r"^nested 61 deep"):
        read_vital(orjson.dumps({"settings": {"later": {"a": deep}}}))
    many = {"settings": {"later": [[] for _ in range(500)], "more": [{} for _ in range(500)]}}
    assert read_vital(orjson.dumps(many)) == many
    with pytest.raises(VitalFileError, match=r"^nested 61 deep"):
        read_vital(b'{"settings":{"later":' + b"1234,".join([b"["] * 59) + b"]" * 59 + b"}}")


def test_a_file_of_64_mib_is_parsed() -> None:
    with pytest.raises(VitalFileError, match=r"^not JSON: "):
        read_vital(b'"' + b"x" * (64 * 1024 * 1024 - 1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"settings":{"osc_1_level":NaN}}', "osc_1_level is NaN, and must be a number"),
        ('{"settings":{"osc_1_on":1.0, "volume" : -Infinity}}', "volume is -Infinity, and must be a number"),
        (
            '{"volume": 01}',
            "number with leading zero is not allowed: line 1 column 12 (char 11), as the value of volume",
        ),
        ('{"volume": 1 "pan": 2}', "unexpected character, expected ',' or '}': line 1 column 14 (char 13)"),
        ("NaN", "unexpected character, expected a JSON value: line 1 column 1 (char 0)"),
    ],
)
def test_where_the_json_ends_to_be_json_is_told_by_name(text: str, said: str) -> None:
    with pytest.raises(VitalFileError) as refused:
        read_vital(text.encode())
    assert str(refused.value) == f"not JSON: {said}"


def test_a_byte_order_mark_is_read_over() -> None:
    assert read_vital(b"\xef\xbb\xbf" + orjson.dumps(plain())) == plain()
    with pytest.raises(VitalFileError, match=r"^the file: must be an object$"):
        read_vital(b"[]")


def test_a_file_without_versions_and_content_is_of_good_form() -> None:
    check_form({"settings": {}})
    with pytest.raises(VitalFileError, match=r"^settings: missing; this is not a Vital preset$"):
        check_form({})


# what is moved into range


MOVED: dict[str, list[tuple[float, float | None]]] = {
    # what crashes the synth in the first place; None: as it was, and no word about it
    "filter_1_cutoff": [(136.0, None), (136.1, 136.0), (7.9, 8.0), (8.0, None)],
    "chorus_voices": [(4.0, None), (5.0, 4.0), (0.0, 1.0), (1.0, None), (2.5, 2.0), (3.4, 3.0), (3.6, 4.0)],
    "oversampling": [(3.0, None), (4.0, 3.0), (-1.0, 0.0), (1.2, 1.0)],
    "effect_chain_order": [(362_879.0, None), (362_880.0, 362_879.0), (-1.0, 0.0), (0.0, None)],
    "osc_1_unison_voices": [(16.0, None), (17.0, 16.0), (0.0, 1.0)],
    "osc_1_on": [(1.0, None), (2.0, 1.0), (-1.0, 0.0)],
    "osc_1_level": [(1.0, None), (1.01, 1.0), (-0.01, 0.0), (0.333, None)],
    "modulation_64_amount": [(1.0, None), (-1.0, None), (1.01, 1.0), (-1.01, -1.0)],
    "modulation_1_bipolar": [(0.0, None), (1.0, None), (0.4, 0.0)],
    "macro_control_4": [(1.0, None), (1.01, 1.0), (-0.01, 0.0)],
    # Vital saves single precision: a millionth of the travel is its own rounding
    "env_1_attack": [(2.378420114517212 + 2.2e-6, None), (2.378420114517212 + 2.6e-6, 2.378420114517212)],
    "volume": [(7399.4404296875 + 0.0072, None), (7399.4404296875 + 0.0076, 7399.4404296875)],
    "polyphony": [(8.00003, None), (8.00004, 8.0)],
    "osc_2_level": [(-1e-6, None), (-1.01e-6, 0.0)],
}  # fmt: skip
CASES = [(name, given, used) for name, pairs in MOVED.items() for given, used in pairs]


@pytest.mark.parametrize(("name", "given", "used"), CASES)
def test_a_value_is_moved_to_the_nearest_in_range_and_named(name: str, given: float, used: float | None) -> None:
    document = plain()
    document["settings"][name] = given
    guarded = playable(document)
    assert guarded.vital["settings"][name] == (given if used is None else used)
    assert [(p.name, p.value, p.used) for p in guarded.out_of_range] == (
        [] if used is None else [(name, given, used)]
    )
    assert document["settings"][name] == given, "the guard leaves what it was given alone"


TOLD = {
    # in the unit of the name, and as the file has it
    ("env_1_release", 4.0): "(/modules/env/0/release_s): 256 s is out of 0 to 32 s; measured as 32 s "
    "(in the file: 4, out of 0 to 2.37842)",
    ("volume", 8000.0): "(/modules/voicing/volume_db): 9.44272 dB is out of -80 to 6.02 dB; measured as 6.02 dB "
    "(in the file: 8000, out of 0 to 7399.44)",
    ("filter_1_cutoff", 140.0): "(/modules/filter/0/cutoff_hz): 26579.5 Hz is out of 12.978 to 21096 Hz; "
    "measured as 21096 Hz (in the file: 140, out of 8 to 136)",
    ("delay_frequency", -3.0): "(/modules/fx/2/time_s): 8 s is out of 0.0019531 to 4 s; measured as 4 s "
    "(in the file: -3, out of -2 to 9)",
    ("osc_1_pan", -2.0): "(/modules/osc/0/pan_percent): -200 % is out of -100 to 100 %; measured as -100 % "
    "(in the file: -2, out of -1 to 1)",
    # just outside: never "100 % is out of 0 to 100 %"
    ("osc_1_level", 1.000002): "(/modules/osc/0/level_percent): 100.0004 % is out of 0 to 100 %; "
    "measured as 100 % (in the file: 1.000002, out of 0 to 1)",
    # the same number in both
    ("macro_control_1", 1.5): ": 1.5 is out of 0 to 1; measured as 1",
    ("osc_1_wave_frame", 300.0): "(/modules/osc/0/wavetable/position): 300 frame is out of 0 to 256 frame; "
    "measured as 256 frame",
    # no meaning in the unit: a square root of -3, a square that hides the sign, more Hz than anybody reads
    ("volume", -3.0): "(/modules/voicing/volume_db): -3 in the file is out of 0 to 7399.44, which is -80 to "
    "6.02 dB; measured as -80 dB",
    ("osc_1_level", -1.0): "(/modules/osc/0/level_percent): -1 in the file is out of 0 to 1, which is 0 to 100 %; "
    "measured as 0 %",
    ("lfo_1_frequency", 1e6): "(/modules/lfo/0/rate_hz): 1e+06 in the file is out of -7 to 9, which is 0.0078125 "
    "to 512 Hz; measured as 512 Hz",
    # counted, switched and chosen: stored as they are
    ("polyphony", 40.0): "(/modules/voicing/polyphony): 40 is out of 1 to 32; measured as 32",
    ("osc_1_on", 2.0): "(/modules/osc/0/on): 2 is out of 0 to 1; measured as 1",
    ("osc_1_destination", 77.0): "(/modules/osc/0/destination): 77 is out of 0 to 13; measured as 13 (reverb)",
    ("lfo_1_tempo", 3.4): "(/modules/lfo/0/tempo): 3.4 is no whole number of 0 to 12; measured as 3 (8/1)",
}  # fmt: skip


@pytest.mark.parametrize(("name", "given"), TOLD)
def test_a_value_out_of_range_is_told_in_the_unit_of_its_name(name: str, given: float) -> None:
    document = plain()
    document["settings"][name] = given
    (problem,) = playable(document).out_of_range
    assert str(problem).removeprefix(name).removeprefix(" ") == TOLD[name, given]


@pytest.mark.parametrize("name", controls())
def test_whatever_a_control_is_set_to_can_be_told(name: str) -> None:
    parameter = controls()[name].parameter
    outside = (-1e6, parameter.low - 0.3 * parameter.travel, parameter.high + 2e-6 * parameter.travel, 1e6)
    for given in outside:
        (problem,) = out_of_range({name: given})
        told = str(problem)
        assert told.startswith(name)
        assert "; measured as " in told


def test_problems_stand_in_the_order_of_their_names_with_pointer_and_range() -> None:
    document = plain()
    document["settings"].update(volume=-3.0, macro_control_1=1.5, filter_1_cutoff=999.0)
    assert [str(problem) for problem in playable(document).out_of_range] == [
        "filter_1_cutoff (/modules/filter/0/cutoff_hz): 999 in the file is out of 8 to 136, which is 12.978 to "
        "21096 Hz; measured as 21096 Hz",
        "macro_control_1: 1.5 is out of 0 to 1; measured as 1",
        "volume (/modules/voicing/volume_db): -3 in the file is out of 0 to 7399.44, which is -80 to 6.02 dB; "
        "measured as -80 dB",
    ]


@pytest.mark.parametrize(("position", "stored"), [(0.25, 0.25), (0.0, 0.0), (1.0, 1.0), (1.5, 1.0), (-0.5, 0.0)])
def test_a_turned_parameter_is_the_only_thing_that_differs(position: float, stored: float) -> None:
    guarded = playable(plain())
    wanted = plain()
    wanted["settings"]["macro_control_3"] = stored
    assert guarded.turned(3, position) == canonical_bytes(wanted)
    assert guarded.preset == canonical_bytes(plain())


@pytest.mark.parametrize("empty", ["", None])
def test_a_preset_without_a_version_or_a_sample_does_not_sound(empty: str | None) -> None:
    unversioned, silent = plain(), plain()
    if empty is None:
        del unversioned["synth_version"], silent["settings"]["sample"]
    else:
        unversioned["synth_version"], silent["settings"]["sample"] = "", None
    with pytest.raises(VitalFileError, match=r"^synth_version: missing; Vital loads no preset without it$"):
        playable(unversioned)
    with pytest.raises(VitalFileError, match=r"^settings/sample: missing; Vital loads no preset without it$"):
        playable(silent)
