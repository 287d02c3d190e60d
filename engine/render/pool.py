"""`RenderPool`: presets in, measurements and audio out, whatever the presets do to the engine."""

import contextlib
import select
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from engine.audio import Stereo
from engine.errors import RenderError
from engine.measure.note import MeasuredFigures
from engine.measure.overall import combine
from engine.measure.timbre import Timbre
from engine.render.job import FailureKind, Kept, Outcome, Rendered, RenderFailure, RenderJob, Turned
from engine.render.protocol import Inbox, Message, pack, sounds_in
from schemas.measurements import FLOOR_DB, NoteMeasurements, RenderCost, TakeMeasurements

_ROOT = Path(__file__).resolve().parents[2]
_CHUNK = 1 << 20
_START_LIMIT_S = 60.0
_ATTEMPTS = 2
_MIN_MEMORY_MB = 384
_ENVIRONMENT = {
    "PYTHONPATH": str(_ROOT),
    "OPENBLAS_NUM_THREADS": "1",
    "HOME": "/nonexistent",
    "LC_ALL": "C.UTF-8",
    # Huge pages: a fork is 3 times as fast, and a child's new buffers cost a few page faults instead of thousands.
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}
"""All that the render process sees of the environment: a user's settings must not change a sound."""


@dataclass
class _PendingJob:
    job: RenderJob
    attempts: int = 0
    outcome: Outcome | None = None


class RenderPool:
    """A context manager around one render process, which forks a child per job, `workers` at a time.

    The process starts in the background as soon as the pool is made, so that the caller's own preparations overlap.
    To be used by one thread at a time. Raises RenderError if the process cannot start.
    `on_outcome` may be set to what is to be called with each outcome as it is handed out.
    """

    on_outcome: Callable[[Outcome], None] | None = None

    def __init__(self, workers: int = 1, *, time_limit_s: float = 30.0, memory_limit_mb: int = 1024) -> None:
        if workers < 1 or time_limit_s <= 0 or memory_limit_mb < _MIN_MEMORY_MB:
            raise ValueError(f"needs workers >= 1, time_limit_s > 0, memory_limit_mb >= {_MIN_MEMORY_MB}")
        self._settings = [str(workers), str(time_limit_s), str(memory_limit_mb)]
        self._window = workers + 2
        self._ids = count()
        self._pending: dict[int, _PendingJob] = {}
        self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        """Whether the render process still runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the render process and whatever it runs."""
        self._sock.close()
        self._process.kill()
        self._process.wait()

    def render(self, job: RenderJob) -> Outcome:
        """Render one job; never raises for what a preset does."""
        return next(self.map([job]))

    def map(self, jobs: Iterable[RenderJob]) -> Iterator[Outcome]:
        """Outcomes in the order of `jobs`, which are taken only as fast as they are rendered."""
        source = iter(jobs)
        flight: deque[int] = deque()
        try:
            flight.extend(self._submit(job) for job in islice(source, self._window))
            while flight:
                first = self._pending[flight[0]]
                while first.outcome is None:
                    self._exchange()
                del self._pending[flight.popleft()]
                flight.extend(self._submit(job) for job in islice(source, 1))
                if self.on_outcome is not None:
                    self.on_outcome(first.outcome)
                yield first.outcome
        finally:
            for number in flight:  # nobody waits for these any more
                self._pending.pop(number, None)

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, our own arguments
                [sys.executable, "-m", "engine.render.zygote", str(theirs.fileno()), *self._settings],
                env=_ENVIRONMENT,
                cwd="/",
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        ours.setblocking(False)
        self._sock, self._inbox, self._ready = ours, Inbox(), False
        self._outgoing: deque[memoryview] = deque()

    def _restart(self) -> None:
        """After the render process died: a new one gets what was in flight, what was there twice is given up."""
        self.close()
        if not self._ready:
            raise RenderError(f"the render process ended at its start (exit status {self._process.returncode})")
        self._start()
        for number, pending in self._pending.items():
            if pending.outcome is not None:
                continue
            if pending.attempts >= _ATTEMPTS:
                reason = f"the render process ended {_ATTEMPTS} times while it had this preset"
                pending.outcome = RenderFailure(pending.job.key, "engine", reason)
            else:
                self._send(number, pending)

    def _submit(self, job: RenderJob) -> int:
        number = next(self._ids)
        self._pending[number] = pending = _PendingJob(job)
        self._send(number, pending)
        return number

    def _send(self, number: int, pending: _PendingJob) -> None:
        job, notes, known = pending.job, pending.job.all_notes, _compared_with(pending.job)
        pending.attempts += 1
        head = {
            "id": number,
            "notes": [list(plan) for plan in notes],
            "measured": len(job.notes),
            "preview": -1 if job.preview is None else notes.index(job.preview),
            "bpm": job.bpm,
            "turns": [list(turn) for turn in job.turns],
            "again": list(job.again),
            "takes": [list(take) for take in job.takes],
            "timbre": job.timbre,
            "keep": job.keep,
            "patience_s": job.patience_s,
            "to_the_end": job.to_the_end and not (job.known and job.known.figures.stuck_db is not None),
            "known_attack_s": job.known and (job.known.figures.attack_s or 0.0),
            "known_seeds": len(job.known_seeds),
            "known_samples": [sound.shape[1] for sound in known],
        }
        self._outgoing.append(memoryview(pack(head, b"".join((job.preset, *(one.tobytes() for one in known))))))

    def _exchange(self) -> None:
        """Send what can be sent and take what has come; wait until one of the two is possible."""
        poll = select.poll()  # select() would refuse file numbers beyond 1023
        poll.register(self._sock, select.POLLIN | (select.POLLOUT if self._outgoing else 0))
        events = poll.poll(None if self._ready else _START_LIMIT_S * 1000.0)
        if not events:
            raise RenderError(f"the render process did not start within {_START_LIMIT_S:g} s")
        try:
            if events[0][1] & select.POLLOUT:
                self._write()
            if events[0][1] & ~select.POLLOUT:
                self._read()
        except ConnectionError:
            self._restart()

    def _write(self) -> None:
        with contextlib.suppress(BlockingIOError):
            part = self._outgoing.popleft()
            try:
                part = part[self._sock.send(part) :]
            finally:
                if part:
                    self._outgoing.appendleft(part)

    def _read(self) -> None:
        data = self._sock.recv(_CHUNK)
        if not data:
            raise ConnectionResetError
        self._inbox.feed(data)
        while message := self._inbox.next_message():
            self._accept(message)

    def _accept(self, message: Message) -> None:
        head, body = message
        if "error" in head:
            raise RenderError(f"the render process does not start: {head['error']}")
        if "ready" in head:
            self._ready = True
            return
        pending = self._pending.get(int(str(head["id"])))
        if pending is not None:
            pending.outcome = _outcome(pending.job, head, body)


def _compared_with(job: RenderJob) -> tuple[Stereo, ...]:
    """What is known of the first note, where turns are compared with it: as it is, and under other phase seeds."""
    if job.known is None or not job.turns:
        return ()
    return (job.known.audio, *(seed.audio for seed in job.known.seeds))


def _outcome(job: RenderJob, head: dict[str, object], body: bytes) -> Outcome:
    """What a child's answer says."""
    if "kind" in head:
        return RenderFailure(job.key, cast("FailureKind", head["kind"]), str(head["reason"]))
    sounds = sounds_in(body, cast("list[int]", head["samples"]))
    preview = sounds.pop(0) if job.preview else None
    figures = cast("list[MeasuredFigures]", head["notes"])
    heard = [*map(NoteMeasurements.model_validate, figures)]
    seeds_from = len(figures) - len(job.again)
    if job.known:
        known_seeds = (seed.figures for seed in job.known.seeds)
        heard = [job.known.figures, *heard[:seeds_from], *known_seeds, *heard[seeds_from:]]
    if head["stuck_db"] is not None:
        heard[0] = heard[0].model_copy(update={"stuck_db": head["stuck_db"]})
    loudest_lufs = job.known.loudest_lufs if job.known else float(str(head["loudest_lufs"]))
    level = _Level(heard[0].loudness_lufs, loudest_lufs, job.notes[0].note)
    turned = tuple(_turned(job, turn, level) for turn in cast("list[dict[str, Any]]", head["turned"]))
    takes = [level.take(take) for take in cast("list[dict[str, Any]]", head["takes"])]
    measurements = combine(heard, [*(one.take for one in turned if one.take is not None), *takes])
    timbres = tuple(Timbre(**one) for one in cast("list[dict[str, float]]", head["timbres"]))
    timbre = timbres[0].figures() if timbres else job.known and job.known.timbre
    if timbre:
        measurements = measurements.model_copy(update={"timbre": timbre})
    cost = _cost(cast("dict[str, float]", head["cost"]))
    notes = sounds[: len(figures)]
    if job.known:
        known_audio = (seed.audio for seed in job.known.seeds)
        notes = [job.known.audio, *notes[:seeds_from], *known_audio, *notes[seeds_from:]]
    return Rendered(
        key=job.key,
        measurements=measurements,
        preview=preview,
        cost=cost,
        turned=turned,
        timbres=timbres,
        kept=Kept(tuple(notes), tuple(sounds[len(figures) :])) if job.keep else None,
        loudest_lufs=loudest_lufs,
        known_notes=1 + len(job.known.seeds) if job.known else 0,
    )


@dataclass(frozen=True)
class _Level:
    """The centre note, by which the level of its takes is told: integrated and loudest loudness, LUFS."""

    loudness_lufs: float
    loudest_lufs: float
    note: int

    def take(self, told: dict[str, Any]) -> TakeMeasurements:
        """A take as it was heard."""
        loudest_lufs, notes = told.pop("loudest_lufs"), tuple(told.pop("notes"))
        level = round(max(self.loudness_lufs + loudest_lufs - self.loudest_lufs, FLOOR_DB), 3)
        return TakeMeasurements(
            **{**told, "macros": tuple(told["macros"])},
            notes=notes,
            level_lufs=level if notes == (self.note,) else None,
        )


def _turned(job: RenderJob, told: dict[str, Any], level: _Level) -> Turned:
    """A turn as it was heard; how the sound stands there is told as a take's figures are."""
    first, length_s, figures = job.notes[0], told.pop("length_s"), told.pop("figures", None)
    if figures is None:
        return Turned(**told)
    place = {
        "condition": f"macro {told['macro']} at {told['position']:g}",
        "macros": [told["position"] if number == told["macro"] else None for number in range(1, 5)],
        "notes": [first.note],
        "velocity": first.velocity,
        "hold_s": min(first.hold_s, length_s),
        "render_s": length_s,
    }
    return Turned(**told, take=level.take(figures | place))


def _cost(seconds: dict[str, float]) -> RenderCost:
    return RenderCost(**seconds, times_realtime=seconds["audio_s"] / max(seconds["render_s"], 1e-9))
