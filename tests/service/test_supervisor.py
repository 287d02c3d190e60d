"""The supervisor over small processes of its own: what is killed comes back, and nothing outlives the end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hosting.child import MARK
from hosting.errors import HostingError
from hosting.lock import only_one
from hosting.processes import marked
from hosting.supervisor import Supervised, Supervisor, socket_path

SLEEP = "import time; time.sleep(600)"
STUBBORN = f"""
import os, signal, subprocess, sys
for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(one, signal.SIG_IGN)
print("here", os.environ["WORD"], flush=True)
subprocess.Popen([sys.executable, "-c", {SLEEP!r}], start_new_session=True)
{SLEEP}
"""
OWNER = """
import sys, time
from pathlib import Path
from hosting.supervisor import Supervised, Supervisor
stubborn = Supervised("stubborn", (sys.executable, "-c", sys.argv[2]), {"WORD": "x"}, stop_wait_s=1)
with Supervisor(Path(sys.argv[1]), [stubborn]) as one:
    one.start("service")
    while "here" not in one.log_tail("stubborn"):
        time.sleep(0.05)
    print("running", flush=True)
    time.sleep(600)
"""


def python(name: str, code: str, **options: object) -> Supervised:
    return Supervised(name, (sys.executable, "-c", code), **options)  # type: ignore[arg-type]


def until(truth: Callable[[], bool], *, within_s: float = 60.0) -> None:
    end = time.monotonic() + within_s
    while not truth():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def is_running(supervisor: Supervisor, name: str) -> bool:
    return supervisor.states()[name].word in ("STARTING", "RUNNING")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose name holds what configuration files could stumble over."""
    made = tmp_path / '100% at "home", it\'s $HOME; #1'
    made.mkdir()
    return made


def test_what_is_killed_runs_again(home: Path) -> None:
    with Supervisor(home, [python("sleeper", SLEEP)]) as one:
        assert one.states()["sleeper"].word == "STOPPED", "nothing starts by itself"
        one.start("service")
        until(lambda: is_running(one, "sleeper"))
        first = one.states()["sleeper"].pid
        os.kill(first, signal.SIGKILL)
        until(lambda: is_running(one, "sleeper") and one.states()["sleeper"].pid != first)
    assert marked(MARK, str(home)) == []


def test_words_and_environment_arrive_as_they_are(home: Path) -> None:
    said = "50% of \"it\", it's 'so'\n"
    code = "import os, sys; print(ascii([sys.argv[1], os.environ['WORD']]), flush=True); " + SLEEP
    program = Supervised("echo", (sys.executable, "-c", code, said), {"WORD": said})
    with Supervisor(home, [program]) as one:
        one.start("service")
        until(lambda: one.log_tail("echo") == ascii([said, said]))


def test_a_process_that_ignores_the_wish_to_stop_ends_with_its_children(home: Path) -> None:
    with Supervisor(home, [python("stubborn", STUBBORN, env={"WORD": "a"}, stop_wait_s=1)]) as one:
        one.start("service")
        # supervisord, the process, and a child in a session of its own
        until(lambda: len(marked(MARK, str(home))) == 3)
    assert marked(MARK, str(home)) == []


def test_a_process_that_cannot_start_says_why(home: Path) -> None:
    with Supervisor(home, [python("broken", "raise SystemExit('no such sound')")]) as one:
        one.start("service")
        until(lambda: one.states()["broken"].word == "BACKOFF")
        assert "too quickly" in one.states()["broken"].why
        assert one.log_tail("broken") == "no such sound"


@pytest.mark.parametrize("victim", ["owner", "supervisord"])
def test_a_kill_from_above_leaves_nothing_running_for_good(home: Path, victim: str) -> None:
    """Kind processes end with whoever was killed; the stubborn ones end when the next start finds them."""
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(home), STUBBORN], stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "running\n"
        pid = owner.pid if victim == "owner" else int((home / "run" / "supervisord.pid").read_text())
        os.kill(pid, signal.SIGKILL)
        if victim == "supervisord":
            owner.kill()
    with Supervisor(home, [python("sleeper", SLEEP)]) as one:
        one.start("service")
        until(lambda: is_running(one, "sleeper"))
        assert len(marked(MARK, str(home))) == 2, "supervisord and the new process"
    assert marked(MARK, str(home)) == []


def test_kind_processes_end_when_supervisord_is_killed(home: Path) -> None:
    with Supervisor(home, [python("sleeper", SLEEP)]) as one:
        one.start("service")
        until(lambda: is_running(one, "sleeper"))
        os.kill(int((home / "run" / "supervisord.pid").read_text()), signal.SIGKILL)
        until(lambda: marked(MARK, str(home)) == [])
        assert not one.alive()
        with pytest.raises(HostingError, match="supervisord doesn't answer"):
            one.states()


def test_a_home_has_one_owner(home: Path) -> None:
    with only_one(home), pytest.raises(HostingError, match=f"process {os.getpid()}"), only_one(home):
        pass
    with only_one(home):
        pass


def test_a_long_home_has_a_socket_all_the_same(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100) / ("y" * 100)
    deep.mkdir(parents=True)
    assert len(str(socket_path(deep))) < 100
    with Supervisor(deep, [python("sleeper", SLEEP)]) as one:
        one.start("service")
        until(lambda: is_running(one, "sleeper"))
