"""A patch while it is being made: a JSON document whose parameters are read and written by pointer."""

from functools import lru_cache
from typing import Any

import orjson

from engine.compiler.controls import MODULATION_PARAMETERS, by_pointer
from engine.errors import SpecError
from schemas.intent import Feature
from schemas.parameters import Parameter, Scale
from schemas.patch_spec import PatchSpec


class Draft:
    """A PatchSpec as a document that can be changed; `spec` makes it one again, validated."""

    def __init__(self, document: dict[str, Any], *, note: int = 60) -> None:
        self.document = document
        self.note = note
        """The MIDI note that the sound is played around."""
        self.pinned: set[str] = set()
        """Parameters that the prompt gave a value: nothing moves them any more."""
        self.taken: set[str] = set()
        """Controls under a hand that the prompt gave a target, such as `mod_wheel`."""
        self.without: set[Feature] = set()
        """Features that the prompt denies: no move brings them in."""

    @classmethod
    def of(cls, data: bytes, *, note: int = 60) -> "Draft":
        """A draft of a PatchSpec's JSON, to be played around `note`."""
        return cls(orjson.loads(data), note=note)

    def spec(self) -> PatchSpec:
        """The PatchSpec, validated.

        Raises:
            pydantic.ValidationError: the draft was changed out of the schema, which is a mistake of the engine.
        """
        return PatchSpec.model_validate_json(orjson.dumps(self.document))

    def get(self, pointer: str) -> Any:
        """The value at `pointer`.

        Raises:
            SpecError: it resolves to nothing.
        """
        holder, leaf = self._holder(pointer)
        return holder[leaf]

    def set(self, pointer: str, value: Any) -> None:
        """Writes `value`, in the unit a person reads, at `pointer`, which must exist; not where it is pinned.

        Raises:
            SpecError: it resolves to nothing.
        """
        holder, leaf = self._holder(pointer)
        if pointer not in self.pinned:
            holder[leaf] = value

    def pin(self, pointer: str, value: Any) -> None:
        """Writes `value` at `pointer` and keeps it: whatever is set there from now on changes nothing.

        Raises:
            SpecError: it resolves to nothing.
        """
        self.pinned.discard(pointer)
        self.set(pointer, value)
        self.pinned.add(pointer)

    def _holder(self, pointer: str) -> tuple[Any, Any]:
        value: Any = self.document
        *path, leaf = _parts(pointer)
        try:
            for part in path:
                value = value[part]
            value[leaf]
        except (KeyError, IndexError, TypeError):
            raise SpecError(f"{pointer} doesn't name a parameter") from None
        return value, leaf

    def parameter(self, pointer: str) -> Parameter:
        """A parameter's declaration, or that of a route's amount.

        Raises:
            SpecError: the pointer names neither.
        """
        control = by_pointer().get(pointer)
        if control is not None:
            return control.parameter
        parent, _, leaf = pointer.rpartition("/")
        if parent.startswith("/modulation/routes/") and leaf in ("amount", "curve"):
            return MODULATION_PARAMETERS[leaf]
        raise SpecError(f"{pointer} doesn't name a parameter")

    def stored(self, pointer: str) -> float:
        """The value at `pointer` as the synth stores it."""
        return self.parameter(pointer).to_stored(self.get(pointer))

    def nearest(self, pointer: str, value: float) -> float:
        """The nearest to `value` that the control at `pointer` goes to, both in the unit a person reads."""
        parameter = self.parameter(pointer)
        low, high = sorted((float(parameter.to_person(parameter.low)), float(parameter.to_person(parameter.high))))
        return min(max(value, low), high)

    def set_stored(self, pointer: str, stored: float) -> None:
        """Writes a value that the synth stores, kept within the control's range."""
        parameter = self.parameter(pointer)
        inside = parameter.inside(stored)
        if parameter.scale in (Scale.CHOICE, Scale.SWITCH, Scale.INTEGER):
            inside = float(round(inside))
        self.set(pointer, parameter.to_person(inside))

    def is_on(self, pointer: str) -> bool:
        """Whether the switch at `pointer` is on."""
        return bool(self.get(pointer))


@lru_cache(maxsize=4096)
def _parts(pointer: str) -> tuple[str | int, ...]:
    return tuple(int(part) if part.isdigit() else part for part in pointer.split("/")[1:]) or ("",)
