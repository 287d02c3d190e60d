"""The JSON Schemas of all documents, written to `schemas/json/` by `python -m schemas.export`."""

import json
from pathlib import Path

from pydantic import BaseModel

from schemas.intent import Intent
from schemas.manifest import BundleManifest, PackManifest
from schemas.measurements import Measurements
from schemas.patch_spec import PatchSpec
from schemas.request import Library, Request
from schemas.template import MacroTemplate
from schemas.variations import VariationsDiff

DOCUMENTS: dict[str, type[BaseModel]] = {
    "bundle_manifest": BundleManifest,
    "intent": Intent,
    "library": Library,
    "macro_template": MacroTemplate,
    "measurements": Measurements,
    "pack_manifest": PackManifest,
    "patch_spec": PatchSpec,
    "request": Request,
    "variations": VariationsDiff,
}
"""Models by the name of their schema's file."""
FOLDER = Path(__file__).parent / "json"


def schema_text(name: str) -> str:
    """The JSON Schema (draft 2020-12) of `DOCUMENTS[name]`, as its file holds it.

    Beside the standard keywords a control has `unit`, of its number, and `vital`, its name in a `.vital` file.
    """
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **DOCUMENTS[name].model_json_schema()}
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Writes all schemas."""
    FOLDER.mkdir(exist_ok=True)
    for name in DOCUMENTS:
        (FOLDER / f"{name}.schema.json").write_text(schema_text(name), encoding="utf-8")


if __name__ == "__main__":
    main()
