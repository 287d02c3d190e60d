"""A job that needs more memory than it may use fails with that reason, once, and its worker goes on."""

import os
import re
import resource
from pathlib import Path

import pytest

from pipelines.on_demand.resources.memory import KEPT_FREE, limit_memory, require_room
from tests.once import LENGTHY
from tests.service.running import running

LIMIT_MB = 512
ROOM = KEPT_FREE // 2
"""Too little to go on, and enough to end in good order."""
SLACK = 2 << 20
"""What a fork and a look at it may take, and more."""
MEMORY = 7
"""Exit status of a child that was told so."""


def test_a_job_out_of_memory_fails_and_the_next_one_works(tmp_path: Path) -> None:
    """What is refused is real memory of the real process: its limit is drawn to what it has got."""
    names = ("code-server", "daemon", "worker-generate")
    with running(tmp_path, *names, memory_limit_mb=LIMIT_MB, generate_workers=1, max_attempts=1) as service:
        (child,) = service.children("worker-generate")
        limit = LIMIT_MB << 20
        assert resource.prlimit(child, resource.RLIMIT_DATA) == (limit, limit), "as the settings say"
        large = service.put(LENGTHY)
        service.wait(large, lambda row: row.stage == "rendering")
        resource.prlimit(child, resource.RLIMIT_DATA, (data_bytes(child) + ROOM, limit))
        row = service.wait(large)
        assert (row.state, row.error_code, row.attempt) == ("failed", "out_of_memory", 1)
        assert row.error_detail == "It needed more memory than a job may use."
        assert len(service.runs(large)) == 1
        for child in service.children("worker-generate"):
            resource.prlimit(child, resource.RLIMIT_DATA, (limit, limit))
        small = service.put("bell\x07pad")
        assert service.wait(small).error_code == "bad_request"
        assert service.job(large).finished_at == row.finished_at


@pytest.mark.parametrize(
    ("room", "code"), [(KEPT_FREE + SLACK, 0), (KEPT_FREE - SLACK, MEMORY)], ids=["room", "none"]
)
def test_a_process_stops_before_nothing_is_left(room: int, code: int) -> None:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            limit_memory(data_bytes(os.getpid()) + room)
            require_room()
            status = 0
        except MemoryError:
            status = MEMORY
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == code


def test_without_a_limit_there_is_room() -> None:
    assert resource.getrlimit(resource.RLIMIT_DATA)[0] == resource.RLIM_INFINITY, "of this process"
    require_room()


def data_bytes(process: int) -> int:
    """Memory that counts against the limit, bytes."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"VmData:\s+(\d+) kB", status)[1]) << 10  # type: ignore[index]
