"""The trial of a base's macros: each is turned, and a role without audible effect is replaced by the next.

Which roles lie on the macros doesn't change the sound at rest: what was heard of that holds for all trials.
"""

from dataclasses import replace

from engine.audition import try_macros
from engine.compiler.to_vital import macros_by_number
from engine.refine.refinement import Refinement, TriedMacros
from schemas.result import MacroHeard

REPLACEMENTS = 4
"""Roles that may be replaced, one after the other."""


def try_roles(refinement: Refinement) -> TriedMacros:
    """The roles on the macros, each heard; one that doesn't do what it promises is replaced by the next role."""
    budget, tried, known = refinement.budget, TriedMacros(), dict[str, MacroHeard]()
    for _ in range(REPLACEMENTS + 1):
        base = refinement.with_macros(tried).base()
        roles = {number: macro.role_id for number, macro in macros_by_number(base.macros).items()}
        fresh = [number for number, role in roles.items() if role not in known]
        if not budget.for_trials or not (fresh or tried.centre is None):
            break  # the audition hears those that were not tried
        centre = tried.centre or refinement.words.centre
        candidate = replace(refinement.candidates(base, ())[0], most_passes=budget.for_trials, centre=centre)
        trial = try_macros(candidate, fresh, refinement.pool)
        budget.spend(trial.renders)
        if trial.refused_because:
            return tried  # it can't be rendered: the audition will say why
        known |= {macro.role_id: macro for macro in trial.macros}
        tried = replace(
            tried,
            renders=tried.renders + trial.renders,
            takes=tried.takes + trial.notes_played,
            centre=trial.centre,
        )
        failed = tuple(known[role] for role in roles.values() if known[role].problem)
        if not failed:
            break
        tried = replace(tried, replaced=(*tried.replaced, *failed))
    return replace(tried, kept=tuple(macro for macro in known.values() if not macro.problem))
