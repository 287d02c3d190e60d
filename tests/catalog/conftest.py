"""One render process and the patches of the catalog as they start."""

from collections.abc import Callable, Iterator

import pytest

from engine.catalog import catalog
from engine.compiler import compile_spec, playable
from engine.generate import Patch, make_patch
from engine.planner import plan
from engine.render.job import NotePlan
from engine.render.pool import RenderPool
from schemas.intent import Axis
from schemas.patch_spec import Metadata
from schemas.template import MacroTemplate


@pytest.fixture(scope="session")
def pool() -> Iterator[RenderPool]:
    with RenderPool() as running:
        yield running


@pytest.fixture(params=list(catalog()))
def template(request: pytest.FixtureRequest) -> MacroTemplate:
    """Each template of the catalog in turn."""
    return catalog()[request.param]


@pytest.fixture(scope="session")
def patch_of() -> Callable[..., Patch]:
    """A patch of a template where the prompt spoke of the given axes only."""

    def make(template: MacroTemplate, *, seed: int = 0, axes: dict[Axis, float] | None = None) -> Patch:
        intent = plan("sound").model_copy(update={"axes": axes or {}, "style": template.category})
        return make_patch(intent, template, seed=seed, metadata=Metadata(name=template.name))

    return make


@pytest.fixture(scope="session")
def preset_of() -> Callable[[Patch], bytes]:
    return lambda patch: playable(compile_spec(patch.spec)).preset


@pytest.fixture(scope="session")
def center_note() -> Callable[[MacroTemplate], NotePlan]:
    """The middle of the register, cut short: enough to hear whether something sounds."""

    def note(template: MacroTemplate) -> NotePlan:
        play = template.play
        return NotePlan(template.compass.center, play.velocity, min(play.hold_s, 0.4), min(play.render_s, 0.6))

    return note
