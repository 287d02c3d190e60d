"""Library files, and `build`."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from cli.library import read_library
from engine.errors import SynthCopilotError
from engine.stages import plan_stage
from schemas.intent import Style
from tests.example_library import BuiltExample

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "library.yaml"

WRONG = [
    ("name: A\nprompts: [pad, {prompt: x, sed: 3}]", "/prompts/1/sed: no such field"),
    ("name: A\nprompts: [pad, {prompt: x, seed: -3}]", "/prompts/1/seed: must be at least 0 (is -3)"),
    ("name: A\nprompts: [pad, {seed: 3}]", "/prompts/1/prompt: must be given"),
    ("name: A\nprompts: [pad, 808]", "/prompts/1: must be a prompt, or an object with one (is 808)"),
    ("name: A\nprompts: [{prompt: 808}]", "/prompts/0/prompt"),
    ("name: A\nprompts: ['']", "/prompts/0"),
    ("name: A\nprompts: [{prompt: pad, template_id: no_such}]", "/prompts/0/template_id: no template 'no_such'"),
    ("name: A\nprompts: [{prompt: pad, variations: 99}]", "/prompts/0/variations: must be at most 16 (is 99)"),
    ("name: A\nprompts: []", "/prompts"),
    ("name: A\nprompts: pad", "/prompts"),
    ("prompts: [pad]", "/name: must be given"),
    ("name: '../../etc'\nprompts: [pad]", "/name: must begin with a letter or a digit, and have no slash"),
    ("name: A\nversion: 1 beta\nprompts: [pad]", "/version: must be a version such as 1.0"),
    ("name: A\nprompts: [{prompt: pad, tags: 'dark, warm'}]", "/prompts/0/tags: must be a list (is 'dark, warm')"),
    (
        "name: A\nprompts: [{prompt: pad, template_id: Warm Pad}]",
        "/prompts/0/template_id: must be lower-case letters",
    ),
    ("name: A\nauthor: ~\nprompts: [pad]", "/author: must be text (is None)"),
    ("<!DOCTYPE html><html></html>", "this is no library: a web page"),
    ('{"settings": {}, "preset_name": "x"}', "this is no library: a Vital preset"),
    ("name: A\nprompts: [pad]\nversoin: 2", "/versoin: no such field"),
    ("name: A\nprompts: [pad]\n1: 2", "names must be text"),
    ("- pad\n- bass", "a library has a name and prompts; this is a list"),
    ("", "this is no library: empty"),
    ("~", "a library has a name and prompts; this is empty"),
    ("name: [unclosed", "not YAML: "),
    ("name: A\nprompts: [" + "x" * 2001 + "]", "2,001 characters"),
]


@pytest.mark.parametrize(("text", "words"), WRONG, ids=[words for _, words in WRONG])
def test_what_is_wrong_is_told_with_entry_and_field(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "library.yaml"
    path.write_text(text)
    with pytest.raises(SynthCopilotError) as refused:
        read_library(path)
    assert words in str(refused.value)
    assert all(line.startswith(f"{path}: ") for line in str(refused.value).splitlines())
    assert len(str(refused.value).splitlines()) == 1


def test_each_of_several_problems_is_told(tmp_path: Path) -> None:
    path = tmp_path / "library.yaml"
    path.write_text("name: A\nseed: -1\nprompts: [{prompt: x, seed: -3}, {prompt: y, tgas: []}]")
    with pytest.raises(SynthCopilotError) as refused:
        read_library(path)
    told = [line.split(": ")[1] for line in str(refused.value).splitlines()]
    assert told == ["/seed", "/prompts/0/seed", "/prompts/1/tgas"]


def test_the_example_covers_every_style_with_words_that_are_understood() -> None:
    library = read_library(EXAMPLE)
    plans = [plan_stage(request) for request in library.requests()]
    assert len(plans) >= 24
    assert {plan.intent.style for plan in plans} == set(get_args(Style))
    assert len({plan.title for plan in plans}) == len(plans), "no title twice"
    assert len({plan.template_id for plan in plans}) >= 20
    assert [unused.text for plan in plans for unused in plan.intent.unused] == []


def test_a_library_becomes_a_pack(tmp_path: Path, example: BuiltExample) -> None:
    """In a process of its own, as from the shell; one prompt of two can't be used, and the exit code tells.

    The other was heard before, as the first of the example library: nothing is rendered again.
    """
    path, home = tmp_path / "library.yaml", tmp_path / "home"
    bass = read_library(example.library).prompts[0]
    path.write_text(f"name: Tiny\nseed: 1\nvariations: 2\nprompts: [{json.dumps(bass)}, ' ']")
    for kept in ("auditions", "blobs"):
        shutil.copytree(example.home / "storage" / kept, home / "storage" / kept)
    arguments = [path, "--out", tmp_path / "out", "--home", home, "--workers", "1", "--json"]
    command = [Path(sys.executable).with_name("synthcopilot"), "build", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert (report["requests"], report["accepted"], len(report["refused"])) == (2, 3, 1)
    assert report["refused"][0]["prompt"] == " "
    folder = Path(report["pack"]["folder"])
    made = {one.name: one.read_bytes() for one in (folder / "Bass").glob("*.vital")}
    assert made == {one.name: one.read_bytes() for one in (example.pack / "Bass").glob("*.vital")}
    assert len(made) == 3
    assert Path(report["pack"]["zip"]).is_file()
    assert (folder / "index.html").is_file()
