"""The real synth, loaded with one of our sounds at a time."""

import json
from typing import Any

import numpy as np
import pytest
import vita
from numpy.typing import NDArray
from vital_documents import play

NOTE, RATE = 45, 44_100
NOTE_HZ = 110.0

DRY: dict[str, float] = {
    "osc_1_on": 1.0,
    "osc_1_random_phase": 0.0,
    "osc_1_destination": 3.0,
    "env_1_sustain": 1.0,
    "env_1_release": 0.1,
}


class Player:
    """Plays one wavetable, LFO shape or sample through an otherwise plain patch."""

    def __init__(self) -> None:
        self._synth = vita.Synth()
        self._plain = self._synth.to_json()

    def load(self, *, settings: dict[str, float] | None = None, **parts: Any) -> None:
        """Load a patch; `parts` may hold `wavetable`, `lfo`, `sample` and `route` (source, destination)."""
        preset = json.loads(self._plain)
        patch = preset["settings"]
        patch.update(DRY | (settings or {}))
        if "wavetable" in parts:
            patch["wavetables"] = [parts["wavetable"]] * 3
        if "lfo" in parts:
            patch["lfos"][0] = parts["lfo"]
        if "sample" in parts:
            patch["sample"] = parts["sample"]
        if "route" in parts:
            source, destination = parts["route"]
            patch["modulations"][0] = {"source": source, "destination": destination}
            patch["modulation_1_amount"] = 1.0
        assert self._synth.load_json(json.dumps(preset))
        self.play(0.2)

    def set(self, control: str, value: float) -> None:
        self._synth.get_controls()[control].set(value)

    def play(self, seconds: float) -> NDArray[np.float64]:
        """The left channel of a note held for `seconds`."""
        return play(self._synth, NOTE, 0.8, seconds, seconds)[0]

    def harmonic_levels(self) -> NDArray[np.float64]:
        """Share of each of the first 150 harmonics of the note in the magnitude spectrum."""
        size = RATE // 5
        spectrum = np.abs(np.fft.rfft(self.play(0.4)[-size:] * np.hanning(size)))
        bins = np.round(np.arange(1, 151) * NOTE_HZ * size / RATE).astype(int)
        return spectrum[bins] / spectrum[bins].sum()


@pytest.fixture(scope="session")
def player() -> Player:
    return Player()
