"""What the next render of a preset under audition plays, by the phase that it is in."""

from collections.abc import Sequence

from engine import macros
from engine.audition.arrival import arrival_of
from engine.audition.conditions import CHORD_STYLES, macro_takes, played_takes
from engine.audition.output import KnownSound
from engine.audition.state import AuditionState, Phase
from engine.audition.turns import seed_lengths, turns
from engine.compiler import compile_spec, playable
from engine.render.job import Centre, RenderJob, Take, Turn

_TURNS_ALONE = (Phase.MACRO_TRIAL, Phase.WHOLE_NOTES)


def next_job(state: AuditionState) -> RenderJob:
    """What the next render of a preset plays.

    Raises:
        SpecError, VitalFileError: its patch makes no file that can be played.
    """
    preset = playable(compile_spec(state.spec)).preset
    if state.phase is Phase.MACRO_SURVEY and state.known_at_rest is not None:
        return _macro_survey(state, preset, state.known_at_rest)
    return _survey(state, preset) if state.phase is Phase.SURVEY else _centre(state, preset)


def _survey(state: AuditionState, preset: bytes) -> RenderJob:
    """All notes, phase seeds and takes."""
    candidate, known = state.candidate, state.centre
    return RenderJob(
        key=candidate.id,
        preset=preset,
        notes=candidate.notes,
        again=_seeds(state, (), known),
        takes=_takes(state),
        keep=True,
        known=known,
        to_the_end=True,
    )


def _macro_survey(state: AuditionState, preset: bytes, at_rest: KnownSound) -> RenderJob:
    """The takes with macros turned, beside a first note that is known."""
    first = state.candidate.notes[:1]
    turned = tuple(take for take in _takes(state) if take.macros)
    return RenderJob(
        key=state.candidate.id, preset=preset, notes=first, takes=turned, keep=True, known=at_rest.centre
    )


def _centre(state: AuditionState, preset: bytes) -> RenderJob:
    """The centre note with its timbre and audio, and the macros that are still to be heard turned beside it.

    In a trial what was heard of the note before will do; as it ships, it is always heard.
    """
    first, turned = state.candidate.notes[0], _turns(state)
    known = state.centre if state.trying else None
    return RenderJob(
        key=state.candidate.id,
        preset=preset,
        notes=(first,),
        preview=None if state.trying else first,
        turns=turned,
        again=_seeds(state, turned, known) if turned or state.phase in _TURNS_ALONE else (),
        timbre=known is None,
        keep=state.trying,
        known=known,
    )


def _seeds(state: AuditionState, turned: Sequence[Turn], known: Centre | None) -> tuple[float, ...]:
    return seed_lengths(
        state.candidate.notes[0],
        turned,
        several=state.is_base,
        arrival=arrival_of(state.spec),
        known=known.seeds if known else (),
    )


def _turns(state: AuditionState) -> tuple[Turn, ...]:
    """The macros that are still to be heard, each at its ends."""
    axes = {number: axis for number, axis in macros.macro_axes(state.spec).items() if number in state.to_hear}
    return turns(
        state.candidate.notes[0],
        axes,
        macros.macro_defaults(state.spec),
        whole_notes=state.phase is Phase.WHOLE_NOTES,
        arrival=arrival_of(state.spec),
    )


def _takes(state: AuditionState) -> tuple[Take, ...]:
    """How it may be played, and where its macros may stand."""
    first, voicing = state.candidate.notes[0], state.spec.modules.voicing
    chord = voicing.polyphony > 1 and state.candidate.profile.name in CHORD_STYLES
    arrival, defaults = arrival_of(state.spec), macros.macro_defaults(state.spec)
    played = played_takes(first, chord=chord, arrival=arrival)
    return (*played, *macro_takes(first, defaults, middles=state.is_base, arrival=arrival))
