"""What makes a patch alive is used across the catalog, and a seed has something to pick."""

from collections.abc import Callable

import pytest

from engine.catalog import catalog
from schemas.template import MacroTemplate

TONAL = tuple(name for name, one in catalog().items() if one.category in ("Bass", "Lead", "Keys"))


def _sources(template: MacroTemplate) -> set[str]:
    return {route.source for route in template.routes if route.amount}


def _sets(template: MacroTemplate, ending: str) -> bool:
    return any(path.endswith(ending) and value not in ("none", 0) for path, value in template.base.items())


def _layers(template: MacroTemplate) -> bool:
    return sum(bool(template.base.get(f"/modules/osc/{n}/on")) for n in range(3)) > 1


def _envelope_on_more_than_level(template: MacroTemplate) -> bool:
    return any(source.startswith("env_") for source in _sources(template))


USES: dict[str, tuple[Callable[[MacroTemplate], bool], int]] = {
    "layers": (_layers, 60),
    "envelopes": (_envelope_on_more_than_level, 45),
    "velocity": (lambda t: "velocity" in _sources(t), 50),
    "random sources": (lambda t: any(source.startswith("random") for source in _sources(t)), 45),
    "key tracking": (lambda t: "note" in _sources(t) or _sets(t, "keytrack_percent"), 50),
    "mod wheel": (lambda t: "mod_wheel" in _sources(t), 15),
    "warps": (lambda t: _sets(t, "warp/type"), 8),
    "spectral morphs": (lambda t: _sets(t, "spectral_morph/type"), 6),
}


@pytest.mark.parametrize("what", USES)
def test_what_makes_a_patch_alive_is_used(what: str) -> None:
    used, least = USES[what]
    users = [name for name, template in catalog().items() if used(template)]
    assert len(users) >= least, users


def test_filters_of_many_kinds_are_used() -> None:
    kinds = {value for t in catalog().values() for path, value in t.base.items() if path.endswith("/model")}
    assert kinds >= {"analog", "dirty", "ladder", "digital", "diode", "formant", "comb", "phaser"}


@pytest.mark.parametrize("name", TONAL)
def test_a_seed_has_something_to_pick(name: str) -> None:
    template = catalog()[name]
    assert len(template.ranges) >= 5
    assert template.choices


@pytest.mark.parametrize("name", TONAL)
def test_bright_and_dark_are_roles(name: str) -> None:
    assert "brightness" in {role.role_id for role in catalog()[name].roles}
