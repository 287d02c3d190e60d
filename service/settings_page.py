"""`docs/settings.md`, made from the settings themselves: `python -m service.settings_page`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from service.settings import Settings

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "settings.md"
_HEAD: Final = """\
# Settings

The service is set up by environment variables; `synthcopilot doctor` finds names that are misspelt. With none set,
the service runs *embedded*: SQLite and files in `SYNTHCOPILOT_HOME`. With `SYNTHCOPILOT_DATABASE_URL` set, it runs
*deployed*: then the secret key, Dagster's database, the broker and the object store must be set, too. Give the same
settings to all parts of a service; each reads them once, when it starts.

| setting | default | what it is |
|---|---|---|
"""


def settings_page() -> str:
    """The page."""
    return _HEAD + "".join(_row(name, field) for name, field in Settings.model_fields.items())


def _row(name: str, field: FieldInfo) -> str:
    about = " ".join([field.description or "", *_limits(field)])
    return f"| `SYNTHCOPILOT_{name.upper()}` | {_default(field)} | {about} |\n"


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None or value == "" or isinstance(value, SecretStr):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return "`[" + ", ".join(f'"{one}"' for one in value) + "]`"
    return f"`{value}`"


def _limits(field: FieldInfo) -> Iterator[str]:
    """What the field's constraints say, in words."""
    words = {"ge": "At least", "gt": "More than", "le": "At most", "lt": "Less than"}
    for limit in field.metadata:
        for name, said in words.items():
            if (value := getattr(limit, name, None)) is not None:
                yield f"{said} {value}."


if __name__ == "__main__":
    PAGE.write_text(settings_page(), "utf-8")
