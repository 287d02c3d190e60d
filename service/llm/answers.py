"""Where a language model's answers are kept, so that the same words are sent once and give the same sound again.

In the service they lie in a table, each with the user whose words they are about and with nobody else: not even by
the time it takes can one user tell what another has asked. They go when the words go. On the command line they lie
in files below the home.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from engine.files import write_whole
from engine.hashing import content_hash
from service.tables import planner_answers

_users = sa.table("users", sa.column("id"), sa.column("erase_requested_at"))
FOLDER = "answers"
"""In the home."""


def words_hash(prompt: str, tags: Sequence[str]) -> str:
    """What an answer is about: the prompt and the tags, whichever order these have."""
    return content_hash({"prompt": prompt, "tags": sorted(tags)})


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: which words, of which model, told what."""

    words_sha256: str
    model: str
    prompt_version: str


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What was answered, word for word."""

    question: Question
    text: str = field(repr=False)


class Answers(Protocol):
    """Somebody's answers."""

    def get(self, question: Question) -> KeptAnswer | None:
        """The answer that was kept."""

    def keep(self, answer: KeptAnswer) -> KeptAnswer:
        """Keep an answer, unless there is one already; the one that stands."""


class AnswersInFolder:
    """Answers as files, for one person on one machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, question: Question) -> KeptAnswer | None:
        """The answer that was kept."""
        try:
            document = orjson.loads(self._path(question).read_bytes())
            return KeptAnswer(question, str(document["answer"]))
        except (OSError, KeyError, TypeError, orjson.JSONDecodeError):
            return None

    def keep(self, answer: KeptAnswer) -> KeptAnswer:
        """Keep an answer, unless there is one already; the one that stands."""
        if (known := self.get(answer.question)) is not None:
            return known
        path, question = self._path(answer.question), answer.question
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        document = {"model": question.model, "prompt_version": question.prompt_version, "answer": answer.text}
        write_whole(path, orjson.dumps(document))
        return answer

    def _path(self, question: Question) -> Path:
        parts = (question.words_sha256, question.model, question.prompt_version)
        return self._folder / f"{hashlib.sha256(repr(parts).encode()).hexdigest()}.json"


class AnswersOfUser:
    """A user's answers, in the application's database."""

    def __init__(self, engine: Engine, user_id: int) -> None:
        self._engine, self._user_id = engine, user_id

    def get(self, question: Question) -> KeptAnswer | None:
        """The answer that was kept."""
        with self._engine.connect() as connection:
            text = connection.execute(sa.select(planner_answers.c.answer).where(*self._mine(question))).scalar()
        return None if text is None else KeptAnswer(question, text)

    def keep(self, answer: KeptAnswer) -> KeptAnswer:
        """Keep an answer, unless there is one already; the one that stands."""
        question = answer.question
        row: dict[str, object] = {
            "user_id": self._user_id,
            "words_sha256": question.words_sha256,
            "model": question.model,
            "prompt_version": question.prompt_version,
            "answer": answer.text,
            "created_at": datetime.now(UTC),
        }
        values = [sa.bindparam(name, value, planner_answers.c[name].type) for name, value in row.items()]
        staying = (_users.c.id == self._user_id, _users.c.erase_requested_at.is_(None))  # not who left meanwhile
        try:
            with self._engine.begin() as connection:
                found = sa.select(*values).select_from(_users).where(*staying)
                connection.execute(sa.insert(planner_answers).from_select(list(row), found))
        except sa.exc.IntegrityError:  # asked twice at once: the first answer stands
            return self.get(question) or answer
        return answer

    def _mine(self, question: Question) -> tuple[sa.ColumnElement[bool], ...]:
        table = planner_answers.c
        return (
            table.user_id == self._user_id,
            table.words_sha256 == question.words_sha256,
            table.model == question.model,
            table.prompt_version == question.prompt_version,
        )
