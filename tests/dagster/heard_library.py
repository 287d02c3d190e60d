"""A store in which everything that a library asks for was heard already: real runs over it render nothing.

What was heard is made up, so that one request is refused, one is drawn anew, and one stays a near-duplicate.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from dagster import DagsterInstance, ExecuteInProcessResult

from assets.auditions import AuditionPart, audition_key, remember
from assets.partitions import batches, canonical_library, library_key
from assets.resources import Listener, Progress, RendererResource
from assets.storage import Store
from engine.codec import encode_flac
from engine.compiler import canonical_bytes, compile_spec
from engine.diversity import other_seed
from engine.diversity.human import AXES_IN_ORDER
from engine.gates import judge, profile_for
from engine.generate.variations import apply_patch
from engine.measure.overall import summarise
from engine.refine import RefinedRequest
from engine.stages import patch_stage, plan_stage, variation_stage
from pipelines.definitions import build_defs
from schemas.measurements import Measurements
from schemas.request import Library, LibraryEntry, Request
from schemas.result import HeardPreset
from schemas.variations import VariationsDiff

RATE = 44_100
NOTE = {
    "note": 36, "velocity": 0.8, "hold_s": 0.5, "render_s": 1.0, "nonfinite_samples": 0, "peak": 0.5,
    "peak_dbfs": -6.02, "loudness_lufs": -24.0, "mono_loss_db": -0.5, "low_band_mono_loss_db": None, "dc": 0.001,
    "stuck_db": None, "click_db": -3.0, "attack_s": 0.01, "pitch_hz": None, "pitch_cents_off": None,
    "centroid_hz": 900.0, "width": 0.1,
}  # fmt: skip
NARROW = "Not heard as wider"
SILENT = "Silent: -90.0 LUFS (at least -60 LUFS) on note 36"
LIBRARY = canonical_library(
    Library(
        name="Heard Before",
        variations=0,
        prompts=(
            LibraryEntry(prompt="a boom", template_id="kick", name="Boom", variations=1),
            LibraryEntry(prompt="a clack", template_id="clap", name="Clack", variations=1),
            LibraryEntry(prompt="nothing", template_id="snare", name="Nothing", variations=1),
            LibraryEntry(prompt="a pound", template_id="kick", name="Pound"),
            LibraryEntry(prompt="a twin", template_id="kick", name="Twin", variations=1),
            LibraryEntry(prompt="no template", template_id="no_such_template"),
        ),
    )
)
LIBRARY_KEY = library_key(LIBRARY)
((BATCH, REQUESTS),) = batches(LIBRARY).items()


def asked(name: str) -> Request:
    """The request of that name."""
    (found,) = [request for request in REQUESTS if request.name == name]
    return found


def measured(brightness: float, **changes: object) -> Measurements:
    """What passes every gate of Percussion, but for `changes`; `brightness` tells one sound from another."""
    timbre = dict.fromkeys(AXES_IN_ORDER, 5.0) | {"brightness": brightness}
    return summarise([NOTE | changes]).model_copy(update={"timbre": timbre})


def flac(brightness: float, gain: float) -> bytes:
    """Half a second of a tone that lies in another third octave a whole step of brightness up."""
    hz = 250.0 * 2 ** (round(brightness) / 3)
    wave = gain * np.sin(2 * np.pi * hz * np.arange(RATE // 2) / RATE)
    return encode_flac(np.stack((wave, wave)).astype(np.float32), RATE)


@dataclass(frozen=True)
class Heard:
    """A store after both jobs ran over it, and what they said."""

    root: Path
    instance: DagsterInstance
    batch: ExecuteInProcessResult
    pack: ExecuteInProcessResult
    told: list[Progress]
    """How far it was, as a listener hears."""

    @property
    def store(self) -> Store:
        return Store(self.root)


def part_of(request: Request) -> AuditionPart:
    """What is to be heard of a request."""
    plan = plan_stage(request)
    patch = patch_stage(plan)
    return AuditionPart(plan, patch.spec, variation_stage(plan, patch.spec), patch.placements)


def audition_of(part: AuditionPart, brightness: float, refused: Mapping[str, str]) -> RefinedRequest:
    """A part heard as a sound of that brightness; `refused` says why its `base` or its `variation` was."""
    specs = {"base": part.spec} | {one.id: apply_patch(part.spec, one.patch) for one in part.variations}
    kinds = {"base": "base"} | {one.id: one.type for one in part.variations}
    presets = []
    for number, (name, spec) in enumerate(specs.items()):
        reason = refused.get("base" if name == "base" else "variation")
        measurements = measured(brightness + 0.1 * number)
        presets.append(
            HeardPreset(
                id=name,
                kind=kinds[name],
                title=part.plan.title if name == "base" else f"{part.plan.title} - {kinds[name].title()}",
                status="refused" if reason else "accepted",
                refused_because=(reason,) if reason else (),
                spec=spec,
                preset_sha256=sha256(canonical_bytes(compile_spec(spec))).hexdigest(),
                renders=2,
                measurements=measurements,
                gates=judge(measurements, profile_for("Percussion")),
            )
        )
    previews = {
        one.id: flac(brightness, 0.1 / number) for number, one in enumerate(presets, 1) if one.status == "accepted"
    }
    return RefinedRequest(part.plan, (), tuple(presets), VariationsDiff(variations=part.variations), previews)


def keep(store: Store, request: Request, brightness: float, **refused: str) -> None:
    """Remember what is heard of a request, so that a run finds it."""
    part = part_of(request)
    remember(store, audition_key(part), audition_of(part, brightness, refused))


class NoRenderer(RendererResource):
    """All has been heard."""

    workers: int = 1

    def pool(self):
        raise AssertionError("something was to be rendered")


def fill(store: Store) -> None:
    """The library's requests, and what is heard of each, and of the other seeds that are tried."""
    store.put_batch(BATCH, REQUESTS)
    store.put_library(LIBRARY_KEY, LIBRARY)
    keep(store, asked("Boom"), 1.0)
    keep(store, asked("Clack"), 3.0, variation=NARROW)
    keep(store, asked("Nothing"), 5.0, base=SILENT)
    keep(store, asked("Pound"), 1.3)
    for attempt, brightness in ((1, 3.1), (2, 7.0)):
        keep(store, redrawn("Pound", attempt), brightness)
    keep(store, asked("Twin"), 1.12)
    for attempt in (1, 2, 3):
        keep(store, redrawn("Twin", attempt), 3.06)


def redrawn(name: str, attempt: int) -> Request:
    """The request of that name with the seed of an attempt to draw another sound."""
    request = asked(name)
    return request.model_copy(update={"seed": other_seed(request, attempt=attempt)})


def run(instance: DagsterInstance, job: str, told: list[Progress]) -> ExecuteInProcessResult:
    """One of the two jobs, in this process, as a build runs it; a renderer that is needed fails the run."""
    definitions = build_defs(resources={"renderer": NoRenderer(), "listener": Listener(told.append)})
    return definitions.resolve_job_def(job).execute_in_process(
        instance=instance,
        partition_key=LIBRARY_KEY if job == "build_pack" else BATCH,
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        raise_on_error=False,
    )


@contextmanager
def built() -> Iterator[Heard]:
    """A store of its own in which both jobs ran."""
    with DagsterInstance.ephemeral() as instance:
        root = Path(instance.storage_directory())
        fill(Store(root))
        instance.add_dynamic_partitions("request_batches", [BATCH])
        instance.add_dynamic_partitions("libraries", [LIBRARY_KEY])
        told: list[Progress] = []
        yield Heard(root, instance, run(instance, "build_batch", told), run(instance, "build_pack", told), told)
