"""Patches and candidates for tests of the audition: one oscillator, a filter, and macros as a test wants them."""

from engine.audition import Candidate
from engine.compiler import spec_from_dict
from engine.gates import profile_for
from engine.generate.draft import Draft
from engine.render.job import NotePlan
from schemas.measurements import NoteMeasurements, TakeMeasurements
from schemas.patch_spec import PatchSpec

CENTRE = NotePlan(48, 0.8, 0.5, 1.0)
NOTES = (CENTRE, NotePlan(36, 1.0, 0.3, 0.6), NotePlan(60, 1.0, 0.3, 0.6))
CUTOFF = "/modules/filter/0/cutoff_hz"
DRIVE = "/modules/filter/0/drive_db"
RESONANCE = "/modules/filter/0/resonance_percent"
SUSTAIN = "/modules/env/0/sustain_percent"
VOLUME = "/modules/voicing/volume_db"
STEREO = "/modules/voicing/stereo_percent"


def macro(label, *, rests=0.0, control=None, role=None, **amounts):
    """A macro that moves `cutoff`, `drive`, `resonance`, `sustain` or `volume` by amounts of their range."""
    paths = {"cutoff": CUTOFF, "drive": DRIVE, "resonance": RESONANCE, "sustain": SUSTAIN, "volume": VOLUME}
    found = {
        "role_id": role or label.lower(),
        "label": label,
        "default": rests,
        "targets": [{"path": paths[name], "amount": amount} for name, amount in amounts.items()],
    }
    return found if control is None else found | {"control": control}


FOUR = (
    macro("ONE", cutoff=0.3),
    macro("TWO", resonance=0.45),
    macro("THREE", drive=0.6),
    macro("FOUR", sustain=-0.8),
)


def patch(*macros, **changes):
    """The initial patch with its filter on; `changes` by pointer within its modules."""
    draft = Draft(PatchSpec(engine_version="test").model_dump(mode="json"))
    for pointer, value in {"filter/0/on": True, "filter/0/cutoff_hz": 400.0, **changes}.items():
        draft.set(f"/modules/{pointer}", value)
    draft.document["macros"] = list(macros)
    return spec_from_dict(draft.document)


def candidate(spec, *, name="base", kind="base", style="Bass", notes=NOTES, **known):
    return Candidate(name, kind, spec, notes, profile_for(style), **known)


def note(note=48, **figures):
    """A whole note that breaks nothing: -18 LUFS, at half of full scale, mono."""
    plain = {
        "note": note,
        "velocity": 0.8,
        "hold_s": 0.5,
        "render_s": 1.0,
        "nonfinite_samples": 0,
        "peak": 0.5,
        "peak_dbfs": -6.021,
        "loudness_lufs": -18.0,
        "mono_loss_db": 0.0,
        "low_band_mono_loss_db": None,
        "dc": 0.0,
        "stuck_db": -60.0,
        "click_db": -10.0,
        "attack_s": 0.01,
        "centroid_hz": 1000.0,
        "width": 0.0,
    }
    return NoteMeasurements.model_validate(plain | figures)


def take(*macros, **figures):
    """A short take that breaks nothing, with macros turned to these places, or at rest."""
    words = "·".join("–" if place is None else f"{place:g}" for place in macros)
    plain = {
        "condition": f"macro corner {words}" if macros else "velocity 1",
        "macros": macros,
        "notes": (48,),
        "velocity": 0.8,
        "hold_s": 0.3,
        "render_s": 0.3,
        "nonfinite_samples": 0,
        "peak": 0.5,
        "loudness_lufs": -18.0,
        "level_lufs": -18.0,
        "mono_loss_db": 0.0,
        "low_band_mono_loss_db": None,
    }
    return TakeMeasurements.model_validate(plain | figures)
