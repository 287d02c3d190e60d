"""What is said of arguments that can't be used: a prompt, an option, words that begin with a dash."""

import subprocess
import sys
from pathlib import Path

import pytest

from engine.generate.owners import not_owned
from tests.cli.conftest import Call

ROOT = Path(__file__).resolve().parents[2]
WRONG = {
    "no words": (("",), "the prompt must not be empty"),
    "too many words": (("a " * 2500,), "the prompt must have at most 2,000 characters (has 5,000)"),
    "bytes that are no text": (("\udcff",), "the prompt must be text in UTF-8"),
    "an empty tag": (("pad", "--tag", "dub", "--tag", ""), "--tag must not be empty"),
    "a seed below 0": (("pad", "--seed", "-4"), "--seed must be at least 0 (is -4)"),
    "a template of no form": (
        ("pad", "--template", "x y"),
        "no template 'x y'; 'synthcopilot templates' lists those that there are",
    ),
    "two at once": (("", "--seed", "-4"), "the prompt must not be empty\n--seed must be at least 0 (is -4)"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_argument_is_told_as_it_was_given(call: Call, kind: str) -> None:
    arguments, said = WRONG[kind]
    result = call("explain", *arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"Error: {said}\n")


def test_a_long_name_is_counted_and_not_printed_back(call: Call, tmp_path: Path) -> None:
    result = call("generate", "pad", "--out", tmp_path, "--name", "x" * 61)
    assert (result.exit_code, result.stderr) == (2, "Error: --name must have at most 60 characters (has 61)\n")


def test_what_a_named_template_cant_be_made_is_told(call: Call) -> None:
    name = next(one for one, cells in sorted(not_owned().items()) if "resonance up" in cells)
    told = f"Note: The template {name} can hardly be made more resonant."
    assert told in _plain(call("explain", "resonant sound", "--template", name).stdout)
    assert told not in _plain(call("explain", "bass", "--template", name).stdout)


def _plain(framed: str) -> str:
    return " ".join(framed.replace("│", " ").split())


@pytest.mark.parametrize(
    ("prompt", "option"), [("-5 semitones bass", "-5"), ("-reverb, +chorus", "-r"), ("--dark pad", "--dark pad")]
)
def test_words_that_begin_with_a_dash_are_told_where_to_go(call: Call, prompt: str, option: str) -> None:
    result = call("explain", prompt)
    assert result.exit_code == 2
    hint = f"No such option: {option}. What begins with a dash and is no option goes last, behind --:"
    assert f"{hint} synthcopilot explain -- '{option} ...'" in _plain(result.stderr)
    assert call("explain", "--", prompt).exit_code == 0


def test_an_option_that_is_not_there_is_no_prompt(call: Call) -> None:
    result = call("explain", "pad", "--frob")
    assert result.exit_code == 2
    assert "No such option: --frob" in result.stderr
    assert "behind" not in result.stderr


def test_the_package_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cli", "explain", ""], capture_output=True, text=True, timeout=120, cwd=ROOT
    )
    assert (done.returncode, done.stderr) == (2, "Error: the prompt must not be empty\n")
