"""Logs of every process: one JSON object a line on stderr, with the ids of the job, run and request it is about.

People's words never get in. Fields that carry them are replaced by hashes, and inside of `guarding` their text is
cut out of whatever is logged, tracebacks included.
"""

import hashlib
import json
import logging
import sys
from collections.abc import Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal

import orjson
import structlog
from structlog.contextvars import bind_contextvars, bound_contextvars, clear_contextvars
from structlog.stdlib import ProcessorFormatter

__all__ = ["about", "bind", "configure", "forget", "get", "guard", "guarding", "prompt_hash"]

WORDS = frozenset({"prompt", "prompts", "tags", "request", "body", "query", "query_string", "form", "data"})
"""Names of fields that may hold people's words, whoever logs them."""
_SHORTEST = 4
"""Shorter texts are in every other word; cut out, they would leave nothing readable and hide nothing."""
_HASH_CHARS = 16
CUT = "[cut out]"
"""No hash: among what is cut out may be a password."""
_guarded: ContextVar[tuple[str, ...]] = ContextVar("guarded", default=())
_OTHERS = ("uvicorn", "uvicorn.error", "uvicorn.access", "django", "django.server", "celery", "dagster")

bind, about, forget = bind_contextvars, bound_contextvars, clear_contextvars
"""Ids that each line of this task carries from now on: `bind(job_id=…)`; `about(…)` for a `with` block."""


def configure(form: Literal["json", "console"] = "json", *, level: int = logging.INFO) -> None:
    """Send the logs of this process, of our own and of libraries, to stderr. May be called again."""
    last = _json if form == "json" else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    formatter = _GuardedLines(
        foreign_pre_chain=_shared(),
        processors=[ProcessorFormatter.remove_processors_meta, last],
        use_get_message=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.captureWarnings(True)  # these, too, in one shape
    for name in _OTHERS:
        other = logging.getLogger(name)
        other.handlers.clear()
        other.propagate = True
    # Their lines hold addresses: share tokens, queries. The API's own line a request holds the route instead.
    logging.getLogger("uvicorn.access").disabled = True
    refusals = logging.getLogger("django.request")
    refusals.setLevel(logging.ERROR)
    refusals.addFilter(_without_address)


def get(name: str) -> structlog.stdlib.BoundLogger:
    """A logger: `get(__name__).info("job ended", state="failed")`."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def prompt_hash(text: str) -> str:
    """What stands for a prompt in a log: enough of its sha256 to find the job by `prompt_sha256`."""
    return hashlib.sha256(text.encode()).hexdigest()[:_HASH_CHARS]


@contextmanager
def guarding(*texts: str) -> Iterator[None]:
    """Cut `texts` out of everything that this task logs in the block, whoever logs it."""
    token = _guarded.set((*_guarded.get(), *_long_enough(texts)))
    try:
        yield
    finally:
        _guarded.reset(token)


def guard(texts: Iterable[str]) -> None:
    """The same until the task ends."""
    _guarded.set((*_guarded.get(), *_long_enough(texts)))


def hashed(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor of structlog: replaces fields that may hold people's words by hashes of what they hold."""
    for name in WORDS & event.keys():
        value = event.pop(name)
        if value not in (None, "", (), [], {}):
            text = value if isinstance(value, str) else repr(value)
            event[f"{name}_sha256"] = prompt_hash(text)
    return event


def cut_out(line: str) -> str:
    """A line without the guarded texts, however JSON or Python writes them."""
    for text in sorted(_guarded.get(), key=len, reverse=True):
        for form in _forms(text):
            line = line.replace(form, CUT)
    return line


def _forms(text: str) -> set[str]:
    """A text as itself, as Python or JSON would quote it, and each of these inside of a JSON string."""
    quoted = {text, repr(text)[1:-1], ascii(text)[1:-1], json.dumps(text)[1:-1], orjson.dumps(text).decode()[1:-1]}
    return quoted | {orjson.dumps(form).decode()[1:-1] for form in quoted}


def _long_enough(texts: Iterable[str]) -> list[str]:
    return [text for text in dict.fromkeys(texts) if len(text) >= _SHORTEST]


def _without_address(record: logging.LogRecord) -> bool:
    """Of `Internal Server Error: /some/address` the first half; the traceback stays."""
    if isinstance(record.args, tuple) and record.msg == "%s: %s":
        record.msg, record.args = "%s", record.args[:1]
    return True


def _json(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    return orjson.dumps(dict(event), default=repr, option=orjson.OPT_NON_STR_KEYS).decode()


class _GuardedLines(ProcessorFormatter):
    """Looks at the finished line, so that nothing that was formatted into it is missed."""

    def format(self, record: logging.LogRecord) -> str:
        return cut_out(super().format(record))


def _shared() -> list[structlog.types.Processor]:
    """What is done to every event, whoever logs it."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hashed,
        structlog.processors.format_exc_info,  # a traceback without the values of its variables
    ]


# Also where nobody calls `configure`: structlog's own defaults would print variables with each traceback.
structlog.configure(
    processors=[structlog.stdlib.filter_by_level, *_shared(), ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=False,
)
