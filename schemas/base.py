"""What every model at a boundary shares."""

from typing import TypeVar

from pydantic import BaseModel, ConfigDict

AnyModel = TypeVar("AnyModel", bound=BaseModel)
"""Of functions that give a model of the kind that they are given."""


class Strict(BaseModel):
    """A frozen model that refuses unknown fields, loose types, NaN and infinity."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,  # an error's text ends up in logs and run records; a prompt must not
    )
