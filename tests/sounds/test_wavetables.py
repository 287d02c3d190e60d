import base64
import json

import numpy as np
import pytest

from engine.errors import SpecError
from engine.sounds import WAVETABLES, WavetableRecipe, frames, morph_amount, vital_wavetable, wave_frame

every_wavetable = pytest.mark.parametrize("ident", WAVETABLES)
morphing = pytest.mark.parametrize("recipe", [r for r in WAVETABLES.values() if r.morphs], ids=lambda r: r.id)


def test_the_registry_covers_every_family() -> None:
    families = [recipe.family for recipe in WAVETABLES.values()]
    assert len(families) >= 40
    assert {f: families.count(f) >= 4 for f in families} == dict.fromkeys(
        ("analog", "pulse", "fm", "formant", "additive", "acoustic", "harmonic_sweep", "digital", "noise"), True
    )


def test_titles_are_unique() -> None:
    assert len({recipe.title for recipe in WAVETABLES.values()}) == len(WAVETABLES)


@every_wavetable
def test_frames_fill_the_range_without_offset(ident: str) -> None:
    table = frames(ident)
    assert table.shape == (WAVETABLES[ident].keyframes, 2048)
    assert table.dtype == np.float32
    assert np.abs(table).max() == pytest.approx(1.0, abs=1e-5)
    assert np.abs(table.mean(axis=1, dtype=np.float64)).max() < 1e-5


@every_wavetable
def test_no_frame_is_much_quieter_than_the_loudest(ident: str) -> None:
    rms = np.sqrt((frames(ident).astype(np.float64) ** 2).mean(axis=1))
    assert 20 * np.log10(rms.max() / rms.min()) < 9.0


@every_wavetable
def test_nothing_lies_at_the_nyquist_frequency(ident: str) -> None:
    spectrum = np.abs(np.fft.rfft(frames(ident).astype(np.float64), axis=1))
    assert spectrum[:, 1024].max() < 1e-3 * spectrum.max()


@every_wavetable
def test_vital_json_holds_the_frames(ident: str) -> None:
    table = json.loads(json.dumps(vital_wavetable(ident)))
    (source,) = table["groups"][0]["components"]
    decoded = [np.frombuffer(base64.b64decode(k["wave_data"]), dtype="<f4") for k in source["keyframes"]]
    np.testing.assert_array_equal(decoded, frames(ident))
    positions = [k["position"] for k in source["keyframes"]]
    assert positions == sorted(set(positions))
    assert (positions[0], positions[-1]) == (0, WAVETABLES[ident].last_position)


@every_wavetable
def test_loading_stays_cheap(ident: str) -> None:
    """What costs time: the last position, many keyframes, frequency interpolation (docs/decisions)."""
    (source,) = vital_wavetable(ident)["groups"][0]["components"]
    assert WAVETABLES[ident].last_position <= 64
    assert len(source["keyframes"]) <= 9
    assert source["interpolation"] == 0


@every_wavetable
def test_it_sounds(player, ident: str) -> None:
    player.load(wavetable=vital_wavetable(ident))
    assert np.sqrt(np.mean(player.play(0.1) ** 2)) > 0.01


@morphing
def test_morphing_changes_the_spectrum(player, recipe: WavetableRecipe) -> None:
    player.load(wavetable=vital_wavetable(recipe.id))
    spectra = []
    for morph in (0.0, 0.5, 1.0):
        player.set("osc_1_wave_frame", wave_frame(recipe.id, morph))
        spectra.append(player.harmonic_levels())
    start, middle, end = spectra
    moved = [0.5 * np.abs(a - b).sum() for a, b in ((start, middle), (middle, end))]
    assert min(moved) > 0.03
    assert max(moved) > 0.08


def test_nothing_changes_past_the_last_position(player) -> None:
    player.load(wavetable=vital_wavetable("sweep_lowpass"))
    player.set("osc_1_wave_frame", wave_frame("sweep_lowpass", 1.0))
    at_end = player.harmonic_levels()
    player.set("osc_1_wave_frame", 256.0)
    np.testing.assert_allclose(player.harmonic_levels(), at_end, atol=1e-6)


def test_a_route_of_the_full_morph_reaches_the_last_position() -> None:
    assert morph_amount("sweep_lowpass", 1.0) * 256 == wave_frame("sweep_lowpass", 1.0) == 64
    assert morph_amount("sine", 1.0) == 0


def test_an_unknown_wavetable_is_named() -> None:
    with pytest.raises(SpecError, match="'moog_saw'"):
        vital_wavetable("moog_saw")
