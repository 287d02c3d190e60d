"""A word for width in a base that was narrowed to stay safe in mono, against a twin that would have been, too."""

from types import SimpleNamespace

import pytest
from worlds import REST

from engine.refine.verdicts import judged
from engine.word_contracts import AskedAxis, Tuned
from schemas.result import Repaired


class MadeUpPreset(SimpleNamespace):
    def model_copy(self, update):
        return MadeUpPreset(**{**vars(self), **update})


def word(heard, *, twin, repaired="", asked=0.7):
    from engine.audition import Auditioned

    repairs = (Repaired(kind=repaired, amount=60.0, unit="%", reason="mono"),) if repaired else ()
    timbre = {**REST, "width": heard}
    base = MadeUpPreset(
        kind="base", status="accepted", repairs=repairs, words=(), measurements=SimpleNamespace(timbre=timbre)
    )
    tuned = Tuned(asked=(AskedAxis("width", asked, ("wide",)),), twins={"width": {**REST, "width": twin}})
    (told,) = judged((Auditioned(base, None),), tuned)[0].preset.words
    return told


def test_a_base_that_was_not_narrowed_is_held_against_its_twin_as_it_is():
    assert word(-12.0, twin=-8.0).change == -4.0
    assert "mono" not in word(-12.0, twin=-8.0).reason


@pytest.mark.parametrize("kind", ["width", "mono_low", "mono_bass"])
def test_a_base_that_was_narrowed_is_held_against_a_twin_that_is_no_wider(kind):
    told = word(-12.0, twin=-8.0, repaired=kind)
    assert (told.change, told.neutral, told.satisfied) == (0.0, -12.0, False)
    assert told.reason.endswith("it was narrowed to stay safe in mono")


def test_a_twin_that_is_narrower_by_itself_stays_as_it_is():
    told = word(-8.0, twin=-15.0, repaired="width")
    assert (told.change, told.neutral, told.satisfied) == (7.0, -15.0, True)


def test_other_repairs_narrow_no_twin():
    assert word(-12.0, twin=-8.0, repaired="level").change == -4.0
