"""A template of which all is known: eight roles that each move one parameter."""

from schemas.template import Behavior, Choice, Constraints, MacroTemplate, Play, Range, Register, Role, RoleTarget

PATHS = {
    "brightness": "/modules/filter/0/cutoff_hz",
    "movement": "/modules/fx/0/depth_percent",
    "width": "/modules/voicing/stereo_percent",
    "space": "/modules/fx/8/mix_percent",
    "grit": "/modules/fx/3/mix_percent",
    "noise": "/modules/sample/level_percent",
    "length": "/modules/env/0/sustain_percent",
    "attack": "/modules/osc/0/level_percent",
}


def role(role_id, *, amount=0.2, default=0.5, **options):
    return Role(
        role_id=role_id,
        label=f"my {role_id}",
        default=default,
        targets=(RoleTarget(path=PATHS[role_id], amount=amount),),
        **options,
    )


def template(*, changed=None, macros=("width", "space", "grit", "noise"), **options):
    """`changed` roles take the place of the plain ones."""
    roles = tuple((changed or {}).get(one, role(one)) for one in PATHS)
    base = {
        "/modules/filter/0/on": True,
        "/modules/fx/0/on": True,
        "/modules/fx/8/on": True,
        "/modules/fx/8/mix_percent": 50.0,
        "/modules/fx/3/on": True,
        "/modules/fx/3/mix_percent": 50.0,
        "/modules/voicing/stereo_percent": 50.0,
        "/modules/env/0/sustain_percent": 50.0,
        "/modules/sample/level_percent": 25.0,
    }
    return MacroTemplate(
        **{
            "id": "made_up",
            "name": "Made up",
            "category": "Lead",
            "version": 1,
            "description": "Of which all is known.",
            "register": Register(low=40, center=60, high=80),
            "play": Play(),
            "base": base,
            "roles": roles,
            "macros": macros,
        }
        | options
    )


__all__ = ["PATHS", "Behavior", "Choice", "Constraints", "Range", "role", "template"]
