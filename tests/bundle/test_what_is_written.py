"""What manifests say of presets, packs and refusals: field by field what was heard, each figure another one."""

import dataclasses

import pytest

from engine.bundle import BundleError, RefusedRequest, make_bundle, make_pack, open_bundle
from engine.bundle.archive import zip_bytes
from schemas.request import Library
from schemas.variations import Variation, VariationsDiff
from tests.bundle.made_up_bundles import (
    GATES,
    LEVELLED,
    NARROWED,
    WORD,
    bundle,
    content,
    number,
    placement,
    preset,
    spec,
)

LIBRARY = Library(name="Night", author="Ada", description="Dark.", version="1.2", prompts=("one",))


def test_an_accepted_preset_is_told_with_all_that_was_heard():
    (told,) = bundle(heard := preset()).manifest.presets
    assert (told.id, told.kind, told.title, told.preset_sha256) == ("base", "base", "Drift", heard.preset_sha256)
    assert (told.renders, told.takes, told.tuning_renders, told.preview_s) == (5, 41, 3, 0.75)
    assert (told.repairs, told.gates, told.macros) == ((LEVELLED, NARROWED), GATES, (number(1, 2.0, 6.0),))
    assert (told.words, told.measurements) == ((WORD,), heard.measurements)
    assert told.files.model_dump() == {
        "preset": "presets/Drift.vital",
        "flac": "previews/Drift.flac",
        "mp3": None,
        "waveform": "pictures/Drift.waveform.png",
        "spectrogram": "pictures/Drift.spectrogram.png",
    }


def test_a_refused_preset_is_told_with_all_that_was_heard():
    lost = preset("wider", "Drift - Wider", status="refused", refused_because=("Silent", "Hangs"))
    (told,) = bundle(preset(), lost).manifest.refused
    assert (told.id, told.kind, told.title, told.reasons) == (
        "wider",
        "wider",
        "Drift - Wider",
        ("Silent", "Hangs"),
    )
    assert (told.renders, told.takes) == (5, 41)
    assert (told.repairs, told.gates, told.macros) == ((LEVELLED, NARROWED), GATES, (number(1, 2.0, 6.0),))
    assert told.measurements == lost.measurements


def test_a_bundle_says_where_it_came_from():
    roles = (placement("brightness", "macro_1"),)
    made = bundle(preset(), placements=roles, author="Ada", tags=("ambient",)).manifest
    assert (made.title, made.subtypes, made.planner_version) == ("Drift", ("saw",), "0.3.0")
    assert (made.template_id, made.template_version, made.macros) == ("warm_pad", 4, roles)
    assert (made.request.prompt, made.request.seed, made.request.author) == ("a dark pad", 7, "Ada")
    assert made.key == content(preset(), author="Ada", tags=("ambient",)).plan.key


@pytest.mark.parametrize(
    ("said", "style"), [("Pad", "Pad"), ("Bass", "Bass"), ("Experiment", "Keys"), ("", "Keys")]
)
def test_a_bundle_lies_in_the_style_of_its_preset_and_only_without_one_in_that_of_its_words(said, style):
    assert bundle(preset(spec=spec("Drift", style=said))).manifest.style == style


def test_a_bundle_needs_its_base_first_and_accepted():
    varied = preset("brighter", "Drift - Brighter")
    for presets in (
        (varied, preset()),
        (varied,),
        (preset(status="refused"), varied),
        (preset("wider", "Drift - Wider", status="refused"), preset()),
        (preset(id="other", kind="brighter"),),
    ):
        with pytest.raises(BundleError, match="needs its base preset, accepted and first"):
            bundle(*presets)
    assert [one.id for one in bundle(preset(), varied).manifest.presets] == ["base", "brighter"]


def test_two_presets_that_share_an_id_make_no_bundle_even_where_one_is_refused():
    lost = preset("brighter", "B", id="base", status="refused", refused_because=("Silent",))
    with pytest.raises(BundleError, match="two presets share an id"):
        bundle(preset(), lost)


def test_the_base_s_patch_and_the_variations_lie_in_meta():
    varied = preset("brighter", "Drift - Brighter")
    given = dataclasses.replace(
        content(preset(), varied),
        variations=VariationsDiff(variations=(Variation(id="brighter", type="brighter", patch=(), inverse=()),)),
    )
    files = make_bundle(given).files
    assert b'"name": "Drift"' in files["meta/patch_spec.json"]
    assert b'"brighter"' in files["meta/variations_diff.json"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"extra.txt": b""}, "missing, or not in the manifest: extra.txt"),
        ({"index.html": None}, "missing, or not in the manifest: index.html"),
        ({"index.html": b"other"}, "index.html is not the file that the manifest lists"),
        ({"meta/manifest.json": None}, "not a bundle: it has no meta/manifest.json"),
        ({"meta/manifest.json": b"{}"}, "meta/manifest.json is not a bundle's manifest"),
    ],
)
def test_a_bundle_is_opened_only_if_it_holds_just_what_its_manifest_lists(changes, words):
    files = {path: data for path, data in (dict(bundle().files) | changes).items() if data is not None}
    with pytest.raises(BundleError, match=words):
        open_bundle(zip_bytes(files))


def test_a_pack_says_what_its_library_is_and_what_is_in_it():
    made = bundle(preset(), preset("brighter", "Drift - Brighter", repairs=(LEVELLED, LEVELLED)))
    pack = make_pack(LIBRARY, [made]).manifest
    assert (pack.name, pack.author, pack.description, pack.version) == ("Night", "Ada", "Dark.", "1.2")
    (one,) = pack.bundles
    key = made.manifest.key
    assert (one.key, one.title, one.style, one.prompt) == (key, "Drift", "Pad", "a dark pad")
    assert one.manifest == f"meta/bundles/{key[:20]}/manifest.json"
    assert [(p.title, p.style, p.kind, p.id, p.bundle_key, p.repairs) for p in pack.presets] == [
        ("Drift", "Pad", "base", "base", key, ("level", "width")),
        ("Drift - Brighter", "Pad", "brighter", "brighter", key, ("level",)),
    ]
    assert (pack.counts.repaired, pack.counts.levelled) == (1, 1)


def test_a_pack_holds_mp3_where_its_bundle_does():
    assert [one.files.mp3 for one in make_pack(LIBRARY, [bundle()]).manifest.presets] == [None]
    (told,) = make_pack(LIBRARY, [bundle(mp3=True)]).manifest.presets
    assert told.files.mp3 == "previews/Drift.mp3"


def test_a_pack_tells_what_was_refused_by_title_and_why():
    lost = preset("wider", "Drift - Wider", status="refused", refused_because=("Silent",))
    made = bundle(preset(), lost)
    gone = RefusedRequest(content(preset(title="ash"), prompt="an ash pad").plan, ("Hangs",), "Oak")
    told = make_pack(LIBRARY, [made], refused=[gone]).manifest
    assert [(one.title, one.kind, one.prompt, one.reasons, one.sounds_like) for one in told.refused] == [
        ("ash", "base", "an ash pad", ("Hangs",), "Oak"),
        ("Drift - Wider", "wider", "a dark pad", ("Silent",), None),
    ]
    assert (told.counts.refused_requests, told.counts.refused_presets, told.counts.near_duplicates) == (1, 2, 1)


def test_a_base_stands_before_its_variations_on_the_shelf_and_case_orders_nothing():
    names = [("drift", "drift - Wider"), ("Drift Away", "Drift Away - Wider")]
    made = [bundle(preset(title=base), preset("wider", other), prompt=base) for base, other in names]
    told = make_pack(LIBRARY, made).manifest.presets
    assert [one.title for one in told] == ["drift", "drift - Wider", "Drift Away", "Drift Away - Wider"]


def test_a_file_of_the_same_length_that_changed_is_not_packed():
    made = bundle()
    other = {**made.files, "presets/Drift.vital": b" " * len(made.files["presets/Drift.vital"])}
    pack = make_pack(LIBRARY, [other])
    with pytest.raises(BundleError, match=r"presets/Drift\.vital is not the file that its bundle's manifest lists"):
        pack.files["Pad/Drift.vital"]


def test_a_file_that_went_is_named():
    made = bundle()
    pack = make_pack(LIBRARY, [{path: data for path, data in made.files.items() if path != "previews/Drift.flac"}])
    with pytest.raises(BundleError, match=r"previews/Drift\.flac is missing from its bundle"):
        pack.files["previews/Drift.flac"]
