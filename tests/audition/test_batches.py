"""A batch that is heard: what is remembered and under what, in which order, side by side, and what if it breaks."""

import threading
from contextlib import contextmanager

import pytest
from fake_renderer import FakeRenderer, FakeSound, plain

from assets import auditions
from assets.auditions import AuditionPart, audition_key, hear, namespace_of, recall, remember
from assets.storage import Store
from engine.refine import RefinedRequest
from engine.stages import patch_stage, plan_stage, variation_stage
from schemas.request import Request
from schemas.variations import VariationsDiff

PROMPTS = ("sub bass", "supersaw lead", "kick")


def part_of(prompt, **options):
    made = plan_stage(Request(prompt=prompt, **{"variations": 0} | options))
    spec = patch_stage(made).spec
    return AuditionPart(made, spec, variation_stage(made, spec))


@pytest.fixture(scope="module")
def parts():
    return [part_of(prompt) for prompt in PROMPTS]


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


class FakePools:
    """Made-up renderers, which it hands out and counts."""

    def __init__(self, sound=plain):
        self.sound, self.made = sound, []

    @contextmanager
    def __call__(self):
        with FakeRenderer(self.sound) as one:
            self.made.append(one)
            yield one

    @property
    def jobs(self):
        return sum(len(one.jobs) for one in self.made)


def titles(batch):
    return [played.part.plan.request.prompt for played in batch]


def test_what_was_heard_is_remembered_and_not_heard_again(parts, store):
    pools = FakePools()
    first = list(hear(parts, store, pool=pools, lanes=1))
    assert titles(first) == list(PROMPTS)
    assert all(played.wall_s > 0.0 for played in first)
    assert pools.jobs >= 6
    again = list(hear(parts, store, pool=FakePools(), lanes=1))
    assert [played.wall_s for played in again] == [0.0, 0.0, 0.0]
    assert [played.heard for played in again] == [played.heard for played in first]
    assert [played.previews for played in again] == [played.previews for played in first]


def test_no_renderer_is_started_where_nothing_is_new(parts, store):
    list(hear(parts[:1], store, pool=FakePools(), lanes=1))
    pools = FakePools()
    list(hear(parts[:1], store, pool=pools, lanes=4))
    assert pools.made == []
    assert list(hear([], store, pool=pools, lanes=1)) == []


def test_what_is_remembered_comes_first_and_only_the_rest_is_heard(parts, store):
    list(hear(parts[1:2], store, pool=FakePools(), lanes=1))
    pools = FakePools()
    found = list(hear(parts, store, pool=pools, lanes=1))
    assert titles(found) == ["supersaw lead", "sub bass", "kick"]
    assert [played.wall_s == 0.0 for played in found] == [True, False, False]


def test_audio_lies_among_the_blobs_under_its_hash(parts, store):
    (played,) = hear(parts[:1], store, pool=FakePools(), lanes=1)
    assert set(played.previews) == {"base"}
    assert store.blob(played.previews["base"]) == played.heard.previews["base"]
    assert played.heard.previews["base"].startswith(b"fLaC")


def test_what_was_refused_is_remembered_without_audio(parts, store):
    (played,) = hear(parts[:1], store, pool=FakePools(lambda played: FakeSound(-120.0)), lanes=1)
    assert played.heard.presets[0].status == "refused"
    assert (played.heard.previews, played.previews) == ({}, {})
    (again,) = hear(parts[:1], store, pool=FakePools(), lanes=1)
    assert again.heard == played.heard
    assert not (store.root / "blobs").exists()


@pytest.mark.parametrize("lanes", [1, 2, 3, 8])
def test_as_many_renderers_are_started_as_there_are_lanes_or_parts(parts, store, lanes):
    pools = FakePools()
    found = list(hear(parts, store, pool=pools, lanes=lanes))
    assert sorted(titles(found)) == sorted(PROMPTS)
    assert len(pools.made) == min(lanes, 3)
    assert not any(one.alive for one in pools.made)


def test_lanes_change_nothing_that_is_heard(parts, tmp_path):
    alone, beside = (
        {
            played.part.plan.key: played.heard
            for played in hear(parts, Store(tmp_path / name), pool=FakePools(), lanes=n)
        }
        for name, n in (("a", 1), ("b", 3))
    )
    assert alone == beside


def test_one_lane_is_this_very_thread(parts, store):
    """Where a signal that stops the run is heard at once."""
    seen = set()

    def sound(played):
        seen.add(threading.current_thread())
        return plain(played)

    list(hear(parts[:1], store, pool=FakePools(sound), lanes=1))
    assert seen == {threading.current_thread()}
    seen.clear()
    list(hear(parts[1:], store, pool=FakePools(sound), lanes=2))
    assert seen
    assert threading.current_thread() not in seen


def test_a_renderer_serves_one_part_at_a_time(parts, store):
    busy, clashes = {}, []

    class Watched(FakeRenderer):
        def map(self, jobs):
            mine = threading.get_ident()
            if busy.setdefault(id(self), mine) != mine:
                clashes.append(self)
            yield from super().map(jobs)
            busy.pop(id(self), None)

    @contextmanager
    def pools():
        with Watched() as one:
            yield one

    more = [*parts, *(part_of("kick", seed=seed) for seed in (5, 6, 7))]
    assert len(list(hear(more, store, pool=pools, lanes=2))) == 6
    assert clashes == []


def test_what_goes_wrong_in_a_lane_stops_the_batch_and_frees_its_renderer(parts, store):
    def broken(played):
        raise RuntimeError("out of luck")

    pools = FakePools(broken)
    with pytest.raises(RuntimeError, match="out of luck"):
        list(hear(parts, store, pool=pools, lanes=2))
    assert not any(one.alive for one in pools.made)


def test_each_is_remembered_as_soon_as_it_is_done(parts, store):
    """As if the run had been killed after the first."""
    for lanes in (1, 2):
        going = hear(parts, store, pool=FakePools(), lanes=lanes)
        done = next(going)
        assert recall(store, audition_key(done.part)) is not None
        going.close()


@pytest.mark.parametrize(
    "changes",
    [{"seed": 3}, {"variations": 1}, {"name": "Other"}, {"author": "me"}, {"tags": ("dark",)}],
)
def test_the_key_is_of_all_that_decides_what_is_heard(changes):
    assert audition_key(part_of("sub bass", **changes)) != audition_key(part_of("sub bass"))


def test_the_key_is_of_the_patches_as_well():
    plain_part, other = part_of("sub bass", variations=2), part_of("sub bass", seed=9, variations=2)
    keys = {
        audition_key(plain_part),
        audition_key(AuditionPart(plain_part.plan, other.spec, plain_part.variations)),
        audition_key(AuditionPart(plain_part.plan, plain_part.spec, plain_part.variations[:1])),
        audition_key(AuditionPart(plain_part.plan, plain_part.spec, plain_part.variations[::-1])),
    }
    assert len(keys) == 4
    assert all(len(key) == 64 for key in keys)
    assert audition_key(part_of("sub bass", variations=2)) == audition_key(plain_part)


JOB = "job-" + "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("partition", "namespace"), [(JOB, JOB), (JOB[:-1], ""), ("0a1b2c", ""), (f"x{JOB}", ""), (f"{JOB}0", "")]
)
def test_what_a_job_heard_lies_apart(partition, namespace):
    assert namespace_of(partition) == namespace


def test_a_job_does_not_find_what_others_heard_nor_they_what_it_did(parts, store):
    (played,) = hear(parts[:1], store, pool=FakePools(), lanes=1, namespace=JOB)
    key = audition_key(parts[0])
    assert recall(store, key) is None
    assert recall(store, key, namespace=JOB) == (played.heard, played.previews)
    assert (store.root / "auditions" / JOB / f"{key}.json").exists()
    pools = FakePools()
    list(hear(parts[:1], store, pool=pools, lanes=1))
    assert pools.jobs > 0
    assert (store.root / "auditions" / key[:2] / f"{key}.json").exists()
    (again,) = hear(parts[:1], store, pool=FakePools(), lanes=1, namespace=JOB)
    assert again.wall_s == 0.0
    pools = FakePools()
    list(hear(parts[:1], store, pool=pools, lanes=2, namespace="job-" + "f" * 32))
    assert pools.jobs > 0


@pytest.fixture
def remembered(parts, store):
    (played,) = hear(parts[:1], store, pool=FakePools(), lanes=1)
    key = audition_key(parts[0])
    return key, store.audition_path(key), store.blob_path(played.previews["base"])


def test_what_was_never_heard_is_not_recalled(store):
    assert recall(store, "0" * 64) is None


@pytest.mark.parametrize(
    "spoil", [lambda data: b"", lambda data: data[:-1], lambda data: b"{}", lambda data: b"\xff"]
)
def test_a_damaged_record_is_heard_anew(remembered, store, parts, spoil):
    key, record, _ = remembered
    record.write_bytes(spoil(record.read_bytes()))
    assert recall(store, key) is None
    pools = FakePools()
    list(hear(parts[:1], store, pool=pools, lanes=1))
    assert pools.jobs > 0
    assert recall(store, key) is not None


def test_damaged_or_missing_audio_is_heard_anew(remembered, store, parts):
    key, _, blob = remembered
    blob.write_bytes(blob.read_bytes()[:-1] + b"\x00")
    assert recall(store, key) is None
    blob.unlink()
    assert recall(store, key) is None
    list(hear(parts[:1], store, pool=FakePools(), lanes=1))
    assert recall(store, key) is not None


def test_audio_is_stored_before_the_record_that_names_it(parts, store, monkeypatch):
    (played,) = hear(parts[:1], store, pool=FakePools(), lanes=1)
    found = []

    def write(path, data):
        found.extend(store.blob(sha256) for sha256 in expected.values())

    expected = {"base": played.previews["base"]}
    store.blob_path(expected["base"]).unlink()
    monkeypatch.setattr(auditions, "write_whole", write)
    assert remember(store, "1" * 64, played.heard) == expected
    assert found == [played.heard.previews["base"]]


def test_previews_are_named_in_order(store, parts):
    (played,) = hear(parts[:1], store, pool=FakePools(), lanes=1)
    heard = RefinedRequest(
        played.heard.plan, (), played.heard.presets, VariationsDiff(variations=()), {"b": b"2", "a": b"1"}
    )
    assert list(remember(store, "2" * 64, heard)) == ["a", "b"]
    assert recall(store, "2" * 64)[0].previews == {"a": b"1", "b": b"2"}
