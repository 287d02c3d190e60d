"""The tests' own process ends well after it had vita in it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_process_that_had_the_synth_and_property_tests_in_it_exits_with_zero() -> None:
    """vita aborts at the exit of an interpreter that still holds one of its types."""
    test = "tests/compiler/test_controls.py::test_a_value_survives_the_way_to_the_person_and_back"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", test]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "leaked" not in ended.stdout + ended.stderr
