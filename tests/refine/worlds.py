"""A made-up renderer that knows which patch it hears: what each sounds like is a table by name."""

import json
from dataclasses import dataclass, field, replace
from functools import cache

from fake_renderer import Change, FakeRenderer, plain

from engine.catalog import template
from engine.compiler import compile_spec, playable
from engine.generate import apply_patch, make_variations
from engine.refine.budget import Budget
from engine.refine.refinement import Refinement
from engine.stages import patch_stage, plan_stage
from schemas.intent import AXES
from schemas.request import Request
from schemas.result import Plan
from schemas.variations import VARIATION_TYPES

REST = dict.fromkeys(AXES, 2.0) | {"attack": 7.0, "length": 7.0, "width": -20.0, "space": -20.0, "noise": -20.0}
REST |= {"weight": -20.0, "warmth": -20.0}
"""Figures at which no axis ends."""


def hertz_of(name):
    """A pitch for each type of variation, pushed or not, and one for all else."""
    kind = name.rstrip("!").partition("-")[0]
    return 80.0 * 1.45 ** (VARIATION_TYPES.index(kind) + 1 if kind in VARIATION_TYPES else 0)


def preset_of(spec):
    return playable(compile_spec(spec)).preset


def print_of(preset):
    """What tells a patch from others however loud it is made."""
    settings = json.loads(preset)["settings"]
    return json.dumps({name: value for name, value in settings.items() if name != "volume"})


@dataclass
class World(FakeRenderer):
    """What patches have beside `REST`, by how many LU they are `louder`, and which roles are `dead`: not heard."""

    names: dict = field(default_factory=dict)
    figures: dict = field(default_factory=dict)
    louder: dict = field(default_factory=dict)
    silent: tuple = ()
    dead: tuple = ()
    alike: dict = field(default_factory=dict)
    """Names of patches whose audio is that of another."""

    def __post_init__(self):
        self.sound, self.change = self.sounds, self.changes

    def called(self, name, spec):
        """From now on this patch has a name."""
        self.names.setdefault(print_of(preset_of(spec)), name)

    def name_of(self, job):
        return self.names.get(print_of(job.preset), job.key)

    @property
    def heard(self):
        """The names of all that was heard, in order."""
        return [self.name_of(job) for job in self.jobs]

    def sounds(self, played):
        name = self.name_of(self.jobs[-1])
        found = plain(played)
        return replace(
            found,
            lufs=-120.0 if name in self.silent else found.lufs + self.louder.get(name, 0.0),
            timbre=REST | self.figures.get(name, {}),
            hertz=hertz_of(self.alike.get(name, name)),
        )

    def changes(self, turned, rest, turn):
        if turn.axis in self.dead:
            return Change(0.5)
        return Change(5.0, feature=10.0 * turn.position, rest=10.0 * rest.macro(turn.macro))


def planned(prompt="supersaw lead", *, template_id="supersaw_lead", seed=18518, variations=2):
    return plan_stage(Request(prompt=prompt, template_id=template_id, seed=seed, variations=variations))


def refinement_of(plan, *, most=30, **world):
    """What was planned, with so many renders to spend, in a world of its own."""
    spec = patch_stage(plan).spec
    variations = variations_named(plan, spec, count=plan.request.variations)
    return replace(Refinement.of(plan, spec, variations, world_of(plan, **world)), budget=Budget(most))


def patch_of(plan, **options):
    """The base patch of a plan, with its axes driven or another intent."""
    return Refinement.of(plan, patch_stage(plan).spec, (), None).patch(**options)


def variations_named(a_plan, spec, *, count, push=1.0, **options):
    chosen = template(a_plan.template_id)
    return make_variations(spec, a_plan.intent, chosen, seed=a_plan.request.seed, count=count, push=push, **options)


def world_of(plan, **options):
    """Where each variation of the base is known by its type, and by `type!` where it is pushed further."""
    return World(names=dict(_names(plan.model_dump_json())), **options)


@cache
def _names(plan):
    made = Plan.model_validate_json(plan)
    spec, found = patch_stage(made).spec, {}
    found[print_of(preset_of(spec))] = "base"
    for push, mark in ((1.0, ""), (1.8, "!")):
        for one in variations_named(made, spec, count=len(VARIATION_TYPES), push=push):
            found.setdefault(print_of(preset_of(apply_patch(spec, one.patch))), one.id + mark)
    return found
