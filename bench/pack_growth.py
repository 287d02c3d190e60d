"""What a preset of a large pack costs beside one of a small pack, but for its rendering.

    python -m bench.pack_growth [--sizes 100 2000]

Prints CPU milliseconds a preset, for each size and step, and the ratio of the largest to the smallest (goal 1.05):
medians, of more rounds where a size is small. What is indented is a part of the pack, timed once more by itself.
What grows faster than the pack shows as a ratio above 1. Bundles are those of three requests, rendered once, under
other keys and titles, with figures drawn around those of human-made presets and a preview of their own.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

import numpy as np

from assets.checks import pack_problems, sounds_twice
from assets.partitions import batches, canonical_library
from assets.storage import file_sha256
from bench.words.labelled import labelled
from engine.audio import SAMPLE_RATE
from engine.bundle import Bundle, make_pack, write_pack
from engine.bundle.bundle import MANIFEST, file_entries
from engine.bundle.likeness import covered, near_duplicates
from engine.bundle.page import pack_page
from engine.codec import encode_flac
from engine.compiler import dump_spec
from engine.diversity.human import AXES_IN_ORDER, human_spread
from engine.render.pool import RenderPool
from engine.stages import plan_stage, run_request
from schemas.request import Library, Request

RENDERED = ("punchy kick", "short pluck", "deep sub bass")
_PREVIEW_S = 1.0
_AROUND = 0.25
"""How far presets lie around a cell of human-made ones, in units of the human spread."""
_WORDS = ("airy", "dry", "fat", "gritty", "huge", "lush", "metallic", "muted", "soft", "thin", "wide", "wooden")


@contextmanager
def timed(times: dict[str, float], step: str) -> Iterator[None]:
    """Adds the CPU seconds of what is done within."""
    start = time.process_time()
    yield
    times[step] = times.get(step, 0.0) + time.process_time() - start


def prompts(count: int) -> tuple[str, ...]:
    """So many prompts, no two alike: labelled ones, some with further words before; the first of many are few's."""
    known = [row.prompt for row in labelled()]
    before = ["", *(f"{word} " for word in _WORDS), *(f"{a} {b} " for a in _WORDS for b in _WORDS if a != b)]
    found = [f"{words}{prompt}" for words in before for prompt in known]
    return tuple(sorted(set(found), key=lambda prompt: sha256(prompt.encode()).digest())[:count])


def bundles(count: int) -> list[Bundle]:
    """So many made-up bundles; the first of many are those of few."""
    with RenderPool(1) as pool:
        rendered = [run_request(Request(prompt=prompt, variations=0), pool) for prompt in RENDERED]
    return [_another(rendered[number % len(rendered)], number) for number in range(count)]


def _another(bundle: Bundle, number: int) -> Bundle:
    draw = np.random.default_rng(number)
    base = bundle.manifest.presets[0]
    assert base.measurements is not None
    title = f"{bundle.manifest.title} {number}"
    measurements = base.measurements.model_copy(update={"timbre": _figures(draw)})
    files = {**bundle.files, base.files.flac: _preview(draw)}
    del files[MANIFEST]
    manifest = bundle.manifest.model_copy(
        update={
            "key": sha256(str(number).encode()).hexdigest(),
            "title": title,
            "presets": (base.model_copy(update={"title": title, "measurements": measurements}),),
            "files": file_entries(files),
        }
    )
    files[MANIFEST] = dump_spec(manifest)
    return Bundle(MappingProxyType(dict(sorted(files.items()))), manifest, b"", "")


def _figures(draw: np.random.Generator) -> dict[str, float]:
    human = human_spread()
    cells = [cell for style in human.styles.values() for cell in style.cells]
    centre = cells[draw.integers(len(cells))].centre
    return {axis: centre[axis] + _AROUND * human.scale[axis] * draw.standard_normal() for axis in AXES_IN_ORDER}


def _preview(draw: np.random.Generator) -> bytes:
    moments = np.arange(int(_PREVIEW_S * SAMPLE_RATE)) / SAMPLE_RATE
    hz = 60.0 * 2.0 ** draw.uniform(0.0, 6.0, size=4)
    wave = 0.1 * np.sin(2 * np.pi * hz[:, None] * moments).sum(axis=0) * np.exp(-draw.uniform(0.0, 8.0) * moments)
    return encode_flac(np.stack((wave, wave)).astype(np.float32), SAMPLE_RATE)


def planning(count: int) -> dict[str, float]:
    """CPU seconds of the planning of a library of so many prompts."""
    times: dict[str, float] = {}
    library = Library(name="Growth", variations=0, prompts=prompts(count))
    with timed(times, "names and batches"):
        canonical = canonical_library(library)
        parts = batches(canonical)
    with timed(times, "plans"):
        for requests in parts.values():
            for request in requests:
                plan_stage(request)
    return times


def packing(made: list[Bundle]) -> dict[str, float]:
    """CPU seconds of the pack of so many bundles, and of its checks."""
    times: dict[str, float] = {}
    library = Library(name="Growth", prompts=("a prompt",))
    listed = [(bundle.manifest, bundle.files) for bundle in made]
    with timed(times, "  near-duplicates"):
        near_duplicates(listed)
    with timed(times, "  coverage"):
        covered([bundle.manifest for bundle in made])
    with timed(times, "pack"):
        pack = make_pack(library, made)
    with timed(times, "  page"):
        pack_page(pack.manifest, [bundle.manifest for bundle in made])
    with tempfile.TemporaryDirectory() as folder:
        with timed(times, "writing"):
            archive = write_pack(pack, Path(folder))
        archive = archive.with_name(f"{archive.name}.zip")
        row = {"zip_sha256": file_sha256(archive), "presets": len(pack.manifest.presets)}
        with timed(times, "checks"):
            assert not list(pack_problems(row, archive))
            assert not list(sounds_twice(archive))
    return times


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 2000])
    options = parser.parse_args()
    sizes = sorted(options.sizes)
    made = bundles(sizes[-1])
    planning(sizes[0])  # words and templates are read once a process
    print(f"{'CPU ms a preset':<20}" + "".join(f"{size:>10}" for size in sizes) + f"{'ratio':>8}")
    rows: dict[str, list[float]] = {}
    for size in sizes:
        rounds = [planning(size) | packing(made[:size]) for _ in range(max(1, min(9, sizes[-1] // size // 2)))]
        for step in rounds[0]:
            rows.setdefault(step, []).append(statistics.median(one[step] for one in rounds) / size * 1000)
    rows["in all"] = [sum(column) for column in zip(*(v for k, v in rows.items() if k[0] != " "), strict=True)]
    for step, values in rows.items():
        print(f"{step:<20}" + "".join(f"{value:>10.2f}" for value in values) + f"{values[-1] / values[0]:>8.2f}")


if __name__ == "__main__":
    main()
