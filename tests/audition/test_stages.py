"""From words to bundle: the same bytes every time, and a patch that makes exactly what was rendered."""

import orjson
import pytest

from engine.bundle import read_zip
from engine.catalog import template
from engine.compiler import canonical_bytes, compile_spec, load_spec
from engine.errors import RequestError
from engine.generate import apply_patch, make_patch
from engine.render.pool import RenderPool
from engine.stages import plan_stage, request_key, run_request
from schemas.patch_spec import Metadata
from schemas.request import Request

REQUEST = Request(prompt="dark closed hihat", seed=5, variations=2)


@pytest.fixture(scope="module")
def bundles():
    with RenderPool(workers=2, time_limit_s=60) as pool:
        first = run_request(REQUEST, pool)
        run_request(Request(prompt="kick", variations=0), pool)
        return first, run_request(REQUEST, pool)


def test_the_same_request_makes_the_same_zip(bundles):
    assert bundles[0].zip == bundles[1].zip


def test_base_plus_patch_is_exactly_the_variation_that_ships(bundles):
    files = read_zip(bundles[0].zip)
    base = load_spec(files["meta/patch_spec.json"])
    diff = orjson.loads(files["meta/variations_diff.json"])
    manifest = orjson.loads(files["meta/manifest.json"])
    shipped = {preset["id"]: files[preset["files"]["preset"]] for preset in manifest["presets"]}
    assert diff["base_schema_version"] == "1.0"
    assert canonical_bytes(compile_spec(base)) == shipped["base"]
    assert {variation["id"] for variation in diff["variations"]} == set(shipped) - {"base"}
    for variation in diff["variations"]:
        made = apply_patch(base, tuple(variation["patch"]))
        assert canonical_bytes(compile_spec(made)) == shipped[variation["id"]]


def test_every_preset_says_who_made_it_and_names_its_macros(bundles):
    files = read_zip(bundles[0].zip)
    for name, data in files.items():
        if name.endswith(".vital"):
            vital = orjson.loads(data)
            assert data.startswith(b'{"author":"')
            assert vital["comments"]
            assert vital["preset_style"] == "Percussion"
            assert vital["synth_version"] == "1.0.7"
            assert not any(vital[f"macro{n}"].startswith("MACRO") for n in range(1, 5))


def test_a_key_holds_all_of_the_request():
    keys = {
        request_key(Request(prompt="a pad", **options))
        for options in (
            {},
            {"seed": 1},
            {"variations": 1},
            {"tags": ("x",)},
            {"template_id": "kick"},
            {"mp3": True},
        )
    }
    assert len(keys) == 6


def test_an_unknown_template_is_refused_with_those_there_are():
    with pytest.raises(RequestError, match=r"no template 'nope'; there are .*kick"):
        plan_stage(Request(prompt="a pad", template_id="nope"))


def test_a_role_that_changes_nothing_leaves_its_macro_to_another():
    """`off_macros` is what the render stage asks for after it heard nothing of a macro."""
    plan = plan_stage(Request(prompt="warm pad", seed=2))
    chosen = template(plan.template_id)
    first = make_patch(plan.intent, chosen, seed=2, metadata=Metadata(name="T"))
    dead = first.spec.macros[0].role_id
    again = make_patch(plan.intent, chosen, seed=2, metadata=Metadata(name="T"), off_macros=[dead])
    controls = {macro.role_id: macro.control for macro in again.spec.macros}
    assert controls[dead] == "baked"
    assert sorted(c for c in controls.values() if c.startswith("macro_")) == [f"macro_{n}" for n in range(1, 5)]
