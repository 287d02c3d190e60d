"""The example library, built as people build it: one build for every test that looks at a built library."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "library.yaml"
SYNTHCOPILOT = Path(sys.executable).with_name("synthcopilot")
STYLES = ("Bass", "Lead", "Keys", "Pad", "Percussion", "Sequence", "SFX")


@dataclass(frozen=True)
class BuiltExample:
    """What `synthcopilot build` left behind and printed, and the report of a second build, which made nothing."""

    library: Path
    home: Path
    out: Path
    said: str
    report: dict[str, Any]

    @property
    def pack(self) -> Path:
        """The pack's folder."""
        return Path(self.report["pack"]["folder"])

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The pack's."""
        return read_json(self.pack / "meta" / "manifest.json")

    @cached_property
    def bundles(self) -> list[dict[str, Any]]:
        """The manifest of each bundle in the pack."""
        return [read_json(self.pack / one["manifest"]) for one in self.manifest["bundles"]]


def read_json(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def first_of_each_style(path: Path) -> str:
    """The example with the first of each style's four prompts, all else as it stands: a quarter of the time."""
    document = yaml.safe_load(path.read_text("utf-8"))
    assert len(document["prompts"]) == 4 * len(STYLES)
    return yaml.safe_dump({**document, "prompts": document["prompts"][::4]}, sort_keys=False)


def build_example(folder: Path, *, whole: bool) -> BuiltExample:
    """Build it twice, in processes of their own: the second time there is nothing to do, and it tells in JSON."""
    library, home, out = folder / "library.yaml", folder / "home", folder / "out"
    library.write_text(EXAMPLE.read_text("utf-8") if whole else first_of_each_style(EXAMPLE), "utf-8")
    command = [SYNTHCOPILOT, "build", library, "--out", out, "--home", home]
    said = _run(command)
    return BuiltExample(library, home, out, said, json.loads(_run([*command, "--json"])))


def _run(command: list[Path | str]) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=1100, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout
