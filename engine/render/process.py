"""How a forked process behaves: it ends with its parent, keeps to its limits, and gives back what it doesn't need.

No synth, no numpy: whoever forks can import this, the synth loaded or not.
"""

import ctypes
import math
import os
import resource
import signal
from dataclasses import dataclass

MEMORY_EXIT = 77
"""Exit status of a child that got no more memory."""
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


@dataclass(frozen=True)
class ProcessLimits:
    """What one child may use."""

    time_s: float
    memory_mb: int
    parent: int
    """The process that forks the child."""


def die_with_the_parent(parent: int) -> None:
    """Have the kernel kill this process as soon as `parent`, which forked it, is gone; it may be gone by now."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def confine(limits: ProcessLimits) -> None:
    """Bind the calling child to its limits and to its parent's life; it may write no file and leave no core."""
    die_with_the_parent(limits.parent)
    memory = limits.memory_mb << 20
    cpu_s = math.ceil(limits.time_s) + 1
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def return_free_memory() -> None:
    """Give freed memory back to the kernel: a child gets a fresh page faster than a copy of one nobody needs."""
    _LIBC.malloc_trim(0)


def send_whole(message: bytes, out: int) -> None:
    """Write all of a message into a pipe, waiting as long as it is full."""
    unsent = memoryview(message)
    while unsent:
        unsent = unsent[os.write(out, unsent) :]
