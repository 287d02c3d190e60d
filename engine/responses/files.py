"""Where maps lie, and their form: a line a row, so that one sees in a diff what a change did to a sound."""

from collections.abc import Iterable
from importlib import resources
from pathlib import Path

import orjson

from engine import prepared
from engine.compiler.spec_io import model_from_json
from engine.responses.directions import not_owned_by
from schemas.responses import ContextResponses, ResponseMap

FOLDER = "responses"
"""Of maps, beside the templates."""


def read_map(template_id: str, folder: Path | None = None) -> ResponseMap | None:
    """The map of a template as it comes with the package, or from `folder`; none if there is none.

    Raises:
        SpecError: it isn't of the form of a map; the text says where.
    """
    place = folder if folder is not None else resources.files(prepared.TEMPLATES).joinpath(FOLDER)
    file = place.joinpath(f"{template_id}.json")
    return model_from_json(ResponseMap, file.read_bytes()) if file.is_file() else None


def map_text(response_map: ResponseMap) -> bytes:
    """A map as its file has it."""
    head = response_map.model_dump(mode="json", exclude={"contexts"})
    lines = [f"{_json(key)}:{_json(value)}," for key, value in head.items()]
    contexts = ",\n".join(f"{_json(name)}:{_context(context)}" for name, context in response_map.contexts.items())
    return ("{" + "\n".join(lines) + '\n"contexts":{\n' + contexts + "}}\n").encode()


def not_owned_text(maps: Iterable[ResponseMap]) -> bytes:
    """What the templates of these maps don't own, as `engine.generate.owners` reads it: a line a template."""
    cells = {one.template_id: not_owned_by(one) for one in maps}
    lines = [f"{_json(name)}:{_json(found)}" for name, found in sorted(cells.items()) if found]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def _context(context: ContextResponses) -> str:
    rows = ",\n".join(f"{_json(key)}:{_json(row)}" for key, row in context.rows.items())
    return f'{{"patch":{_json(context.patch)},"base":{_json(context.base)},"rows":{{\n{rows}}}}}'


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
