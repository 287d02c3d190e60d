"""How the reading of a request is counted."""

import sys
from textwrap import dedent

import pytest

from tools import reading_path
from tools.reading_path import pages_opened, returns, stays

TOP = """
    import low

    class Box:
        full = 0

        @property
        def seen(self):
            '''Read by its name.'''
            return self.full

        @property
        def counted(self):
            low.one()
            return self.full

    def begin():
        def inner():
            return low.one()
        inner()
        low.other()
        any(one for one in ())
        return any(helper() for _ in range(1)), any(one for one in ())

    def helper():
        return Box().seen

    def end():
        return Box().counted
"""
LOW = """
    def one():
        return 1

    def other():
        return 2
"""


@pytest.fixture
def called(tmp_path, monkeypatch):
    """What is called of two modules, in order, if both functions of the upper one are."""
    for name, text in (("top", TOP), ("low", LOW)):
        (tmp_path / f"{name}.py").write_text(dedent(text))
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(reading_path, "_ROOT", tmp_path)
    import top

    found = {}

    def note(frame, event, _):
        if (
            event == "call"
            and frame.f_code.co_filename.startswith(str(tmp_path))
            and (not frame.f_code.co_name.startswith("<"))
        ):
            found.setdefault(frame.f_code)  # as the tool does, comprehensions left out

    sys.setprofile(note)
    top.begin()
    top.end()
    sys.setprofile(None)
    return list(found)


def test_call_by_call_each_way_back_into_a_module_is_a_return(called):
    visited = stays(called, ("top", "low"))
    assert visited == ["top", "low", "top"]
    assert [code.co_name for code in called] == [
        "begin",
        "inner",
        "one",
        "other",
        "helper",
        "seen",
        "end",
        "counted",
    ]
    assert returns(visited) == 1


def test_page_by_page_closures_helpers_and_one_line_properties_are_read_with_what_names_them(called):
    opened = pages_opened(called)
    assert [code.co_name for code in opened] == ["begin", "one", "other", "end"]
    assert returns(stays(opened, ("top", "low"))) == 1


def test_only_the_rooms_that_are_asked_for_count(called):
    assert stays(called, ("low",)) == ["low"]
