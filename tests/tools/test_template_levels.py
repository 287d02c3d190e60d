"""Levels of templates, in words and as an exit code; the rendering itself is tried by the guide's example."""

import pytest

from tools import template_levels
from tools.template_levels import TemplateLevel, main


def level(loudness: float, peak: float = 0.5) -> TemplateLevel:
    return TemplateLevel("some_keys", loudness, -28.0, peak, -6.0)


@pytest.mark.parametrize(
    ("loudness", "peak", "holds", "said"),
    [
        (-28.0, 0.5, True, "  level"),
        (-27.0, 0.5, True, "  level"),
        (-29.0, 0.9, True, "  level"),
        (-26.9, 0.5, False, "voicing/volume_db: -7.1 instead of -6.0"),
        (-26.9, 0.93, False, "voicing/volume_db: -7.1 instead of -6.0"),
        (-31.0, 0.66, False, "voicing/volume_db: -3.0 instead of -6.0"),  # 0.932 at its level
        (-31.0, 0.67, False, "compress it, or take from what makes them"),
    ],
)
def test_a_template_is_level_within_the_gates_tolerance_and_is_told_what_it_takes_otherwise(
    loudness: float, peak: float, holds: bool, said: str
) -> None:
    one = level(loudness, peak)
    assert one.holds is holds
    assert one.line().endswith(said)
    assert one.line().startswith(f"some_keys            {loudness:6.1f} LUFS")


@pytest.mark.parametrize(
    ("named", "measured", "code"),
    [
        (["some_keys"], [level(-28)], 0),
        (["some_keys"], [level(-20)], 1),
        ([], [level(-28), level(-20)], 0),
    ],
)
def test_only_of_named_templates_the_code_says_whether_they_are_level(
    named: list[str],
    measured: list[TemplateLevel],
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(template_levels, "levels", lambda ids: iter(measured))
    assert main(named) == code
    held = sum(one.holds for one in measured)
    assert capsys.readouterr().out.splitlines()[-1].startswith(f"{held} of {len(measured)} level; off by ")


def test_a_template_that_there_is_not_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no_such"]) == 1
    assert "no template 'no_such'" in capsys.readouterr().err


def test_a_real_template_is_heard(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["click"]) == 0
    assert capsys.readouterr().out.startswith("click ")
