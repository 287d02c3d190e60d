"""What a person may fill in: the largest, the smallest and the nearest beyond; every option as the plan has it."""

import pytest

from api.models import Entitlement, User
from api.web.forms import AskForm, DeleteAccountForm, template_choices
from engine.catalog import catalog

SAID = {"prompt": "pad", "template_id": "", "variations": "2", "seed": "0", "tags": ""}
FREE = Entitlement(name="free")


def _asked(*, plan: Entitlement = FREE, **said: str) -> AskForm:
    return AskForm({**SAID, **said}, plan=plan)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("prompt", "x"), ("prompt", "x" * 2000), ("variations", "0"), ("variations", "16"), ("seed", "0"),
        ("seed", "4294967295"), ("template_id", "warm_pad"), ("tags", ",".join(f"t{n}" for n in range(16))),
        ("tags", "y" * 40), ("tags", ",".join(["x"] * 17)),
        ("tags", ",".join(f"{n:02}{'y' * 38}" for n in range(16))),
    ],
)  # fmt: skip
def test_what_fits_is_taken(field: str, value: str) -> None:
    form = _asked(**{field: value})
    assert form.is_valid(), form.errors
    given = getattr(form.request(), field)
    assert given == (tuple(dict.fromkeys(value.split(","))) if field == "tags" else type(given)(value))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("prompt", ""), ("prompt", "x" * 2001), ("variations", "-1"), ("variations", "17"), ("variations", ""),
        ("seed", "-1"), ("seed", "4294967296"), ("template_id", "no_such"),
        ("tags", ",".join(f"t{n}" for n in range(17))), ("tags", "y" * 41), ("tags", "," * 661),
    ],
)  # fmt: skip
def test_what_doesnt_fit_is_named(field: str, value: str) -> None:
    assert list(_asked(**{field: value}).errors) == [field]


def test_a_plans_variations_bound_the_form() -> None:
    small = Entitlement(name="small", max_variations=3)
    assert _asked(plan=small, variations="3").is_valid()
    assert list(_asked(plan=small, variations="4").errors) == ["variations"]
    assert 'max="3"' in str(_asked(plan=small)["variations"])
    large = Entitlement(name="large", max_variations=30)
    assert _asked(plan=large, variations="16").is_valid()
    assert list(_asked(plan=large, variations="17").errors) == ["variations"]


def test_a_plans_templates_are_the_choices() -> None:
    every = [pair[0] for _, shelf in template_choices([])[1:] for pair in shelf]
    assert sorted(every) == sorted(catalog())
    assert template_choices(["warm_pad"]) == [
        ("", "whichever fits the words"), ("Pad", [("warm_pad", "Warm Pad")]),
    ]  # fmt: skip
    narrow = Entitlement(name="narrow", template_ids=["warm_pad"])
    assert _asked(plan=narrow, template_id="warm_pad").is_valid()
    assert list(_asked(plan=narrow, template_id="sub_bass").errors) == ["template_id"]


def test_a_form_that_was_filled_in_is_that_request() -> None:
    form = _asked(template_id="warm_pad", variations="3", seed="7", tags=" dark, slow ,,dark")
    assert form.is_valid()
    told = form.request()
    assert (told.prompt, told.template_id, told.variations, told.seed, told.tags) == (
        "pad", "warm_pad", 3, 7, ("dark", "slow"),
    )  # fmt: skip
    bare = _asked()
    assert bare.is_valid()
    assert (bare.request().template_id, bare.request().tags) == (None, ())


def test_a_form_begins_with_two_variations_and_seed_zero() -> None:
    form = AskForm(plan=FREE)
    assert (form["variations"].value(), form["seed"].value()) == (2, 0)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [({}, []), ({"username": "Ada"}, ["username"]), ({"username": ""}, ["username"]),
     ({"password": "glassy"}, ["password"]), ({"username": "eve", "password": "x"}, ["username", "password"])],
)  # fmt: skip
def test_an_account_is_deleted_by_whoever_knows_its_name_and_password(
    said: dict[str, str], wrong: list[str]
) -> None:
    user = User(username="ada")
    user.set_password("glassy-bell-9")
    form = DeleteAccountForm({"username": "ada", "password": "glassy-bell-9", **said}, user=user)
    assert list(form.errors) == wrong
