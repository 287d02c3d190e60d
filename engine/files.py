"""Files that nobody ever sees half of."""

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a file under another name in the same folder, which then takes the place of what `path` held.

    Folders on the way are made. If writing fails, `path` is as it was. The other name starts with a dot, by which
    the object store knows what a killed process left behind.

    Raises:
        OSError: the place can't be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    scratch = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        scratch.chmod(mode)  # mkstemp's own is for the owner alone
        scratch.replace(path)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise
