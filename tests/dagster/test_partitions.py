from dagster import AssetKey, DagsterInstance
from hypothesis import given
from hypothesis import strategies as st

from assets.partitions import batch_key, batches, canonical_library, library_key, library_of
from pipelines.definitions import build_defs
from schemas.request import Library, LibraryEntry

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


@given(st.lists(words, min_size=1, max_size=8), st.randoms())
def test_order_and_repetition_do_not_change_a_library(prompts, random):
    turned = [*prompts, prompts[0]]
    random.shuffle(turned)
    one, other = (canonical_library(Library(name="L", prompts=tuple(some))) for some in (prompts, turned))
    assert one == other
    assert library_key(one) == library_key(other)


@given(st.lists(words, min_size=1, max_size=9, unique=True), st.integers(1, 4))
def test_batches_hold_every_request_once(prompts, size):
    library = canonical_library(Library(name="L", prompts=tuple(prompts)))
    parts = batches(library, batch_size=size)
    assert [request for part in parts.values() for request in part] == list(library.requests())
    assert {library_of(key) for key in parts} == {library_key(library, batch_size=size)}
    assert max(map(len, parts.values())) <= size


def test_prompts_that_one_template_answers_meet_in_a_batch():
    """There they are drawn anew if they sound alike; a prompt that can't be planned takes part as well."""
    prompts = ("a kick", "bad \u0000 prompt", "clap", "kick", "the clap", "the kick")
    library = canonical_library(Library(name="L", prompts=prompts), batch_size=3)
    first, second = batches(library, batch_size=3).values()
    assert [request.prompt for request in first] == ["bad \u0000 prompt", "clap", "the clap"]
    assert [request.prompt for request in second] == ["a kick", "kick", "the kick"]


def test_a_changed_library_is_another_partition():
    keys = {
        library_key(canonical_library(Library(name="L", prompts=("a",), **change)))
        for change in ({}, {"seed": 1}, {"author": "Me"}, {"variations": 1}, {"version": "2"})
    }
    assert len(keys) == 5


def test_a_name_without_letters_still_gives_a_key():
    assert library_key(canonical_library(Library(name="3 & 3", prompts=("a",)))).startswith("3-3-")


def test_a_pack_depends_on_the_batches_of_its_own_library_only():
    graph = build_defs().resolve_asset_graph()
    with DagsterInstance.ephemeral() as instance:
        mine, others = [batch_key("a-1", n) for n in (1, 2)], [batch_key("a-11", 1), batch_key("b-1", 1)]
        instance.add_dynamic_partitions("request_batches", [*others, *mine])
        instance.add_dynamic_partitions("libraries", ["a-1", "b-1"])
        mapping = graph.get_partition_mapping(AssetKey("packs"), AssetKey("bundles"))
        found = mapping.get_upstream_mapped_partitions_result_for_partitions(
            graph.get(AssetKey("packs")).partitions_def.subset_with_partition_keys(["a-1"]),
            graph.get(AssetKey("packs")).partitions_def,
            graph.get(AssetKey("bundles")).partitions_def,
            dynamic_partitions_store=instance,
        )
        assert set(found.partitions_subset.get_partition_keys()) == set(mine)


def test_an_entry_keeps_all_that_was_asked_for():
    said = {"tags": ("dub",), "template_id": "kick", "seed": 7, "variations": 3, "name": "Thud"}
    entry = LibraryEntry(prompt="a kick", planner="llm", model="m", **said)
    assert canonical_library(Library(name="L", prompts=(entry,))).prompts == (entry,)


def test_a_key_begins_with_forty_characters_of_the_name():
    library = canonical_library(Library(name="Deep" * 11, prompts=("a",)))
    slug, _, digest = library_key(library).rpartition("-")
    assert slug == "deep" * 10
    assert len(digest) == 10
    assert list(batches(library)) == [f"{slug}-{digest}-0001"]


def test_a_library_of_one_batch_is_in_order_of_its_words_and_a_larger_one_by_template():
    """A hundred prompts are a batch."""
    prompts = ("a kick", "b clap", "c kick")
    alone, cut = (canonical_library(Library(name="L", prompts=prompts), batch_size=size) for size in (3, 2))
    assert [one.prompt for one in alone.requests()] == ["a kick", "b clap", "c kick"]
    assert [one.prompt for one in cut.requests()] == ["b clap", "a kick", "c kick"]
    many = canonical_library(Library(name="L", prompts=tuple(f"kick {n}" for n in range(101))))
    assert [len(part) for part in batches(many).values()] == [100, 1]
