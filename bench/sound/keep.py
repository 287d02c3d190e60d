"""What was found out, kept on disk line by line, so that a run that was stopped or killed goes on where it was."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

_ROOT = Path(__file__).resolve().parents[2]


class Keep:
    """Values by key in one file; a last line that was cut off is left out."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values: dict[str, Any] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = path.read_bytes().rpartition(b"\n")[0] if path.exists() else b""
        for line in whole.splitlines():
            key, value = orjson.loads(line)
            self._values[key] = value
        if path.exists():
            path.write_bytes(whole + b"\n" if whole else b"")

    def get(self, key: str, make: Callable[[], Any]) -> Any:
        """The value of `key`, made and kept if there is none yet."""
        if key not in self._values:
            value = make()
            with self._path.open("ab") as file:
                file.write(orjson.dumps([key, value]) + b"\n")
            self._values[key] = value
        return self._values[key]

    def has(self, key: str) -> bool:
        """Whether there is a value."""
        return key in self._values


def digest(*parts: str | bytes) -> str:
    """A short hash of `parts`."""
    whole = sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode()
        whole.update(str(len(data)).encode() + b"\0" + data)
    return whole.hexdigest()[:32]


def sources_digest(*folders: str) -> str:
    """A hash of every source and data file in these folders, relative to the project: what it was made with."""
    files = sorted(
        path
        for folder in folders
        for path in ([_ROOT / folder] if (_ROOT / folder).is_file() else (_ROOT / folder).rglob("*"))
        if path.suffix in (".py", ".yaml", ".json", ".npz", ".bin", ".txt")
    )
    return digest(*(part for path in files for part in (str(path.relative_to(_ROOT)), path.read_bytes())))
