"""What a language model answered goes with the words that it is about: a job's, a user's, or after the days."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.models import Job, PlannerAnswer, User
from api.workers import database
from service.erasure.jobs import Eraser
from service.erasure.retention import Retention
from service.erasure.users import UserErasure
from service.llm.answers import AnswersOfUser, KeptAnswer, Question, words_hash
from service.objects import ObjectStore
from tests.privacy.test_erasing_jobs import NOW, PROMPT, put

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


def keep(user: User, prompt: str = PROMPT, tags: tuple[str, ...] = ("wide",), *, model: str = "m") -> Any:
    question = Question(words_hash(prompt, tags), model, "1")
    AnswersOfUser(database(), user.pk).keep(KeptAnswer(question, f'{{"quote": "{prompt}"}}'))
    return question


def left() -> int:
    return PlannerAnswer.objects.count()


@pytest.mark.parametrize("erase", ["erase_prompt", "erase_job"])
def test_they_go_with_the_words_of_their_job_and_no_others(eraser: Eraser, erase: str) -> None:
    job, other = put(), put("eve")
    keep(job.user)
    keep(job.user, model="another")
    keep(job.user, "other words")
    keep(other.user)
    assert getattr(eraser, erase)(job.pk, now=NOW)
    assert {(one.user_id, one.words_sha256) for one in PlannerAnswer.objects.all()} == {
        (job.user_id, words_hash("other words", ("wide",))), (other.user_id, words_hash(PROMPT, ("wide",))),
    }  # fmt: skip


def test_they_stay_for_another_job_of_the_same_words(eraser: Eraser) -> None:
    job, twin = put(tags=["wide", "deep"]), put(tags=["deep", "wide"], seed=4)
    keep(job.user, tags=("deep", "wide"))
    eraser.erase_prompt(job.pk, now=NOW)
    assert left() == 1, "tags have no order"
    eraser.erase_job(twin.pk, now=NOW)
    assert left() == 0


def test_those_of_no_job_go_after_their_days(store: ObjectStore, tmp_path: Path) -> None:
    user = User.objects.create_user("ada")
    keep(user)
    made = datetime.now(UTC)
    files = tmp_path / "answers"
    files.mkdir()
    for name, age in (("old", 31), ("young", 29)):
        (files / f"{name}.json").write_text("{}")
        then = (made - age * DAY).timestamp()
        os.utime(files / f"{name}.json", (then, then))
    retention = Retention(database(), store, prompt_days=30, folders=(tmp_path,))
    assert retention.run(now=made).answers == 1
    assert [one.name for one in files.iterdir()] == ["young.json"]
    assert left() == 1
    assert retention.run(now=made + 29 * DAY).answers == 1
    assert left() == 1
    assert retention.run(now=datetime.now(UTC) + 30 * DAY).answers == 1
    assert left() == 0


def test_two_runs_that_meet_at_the_files_do_no_harm(
    store: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other run takes all files while this one stands before the first."""
    files = tmp_path / "answers"
    files.mkdir()
    for name in ("a.json", "b.json", "c.json"):
        (files / name).write_text("{}")
    unlink = Path.unlink

    def meet(path: Path, missing_ok: bool = False) -> None:
        for one in list(files.iterdir()):
            unlink(one)
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", meet)
    retention = Retention(database(), store, prompt_days=30, folders=(tmp_path,))
    assert retention.run(now=datetime.now(UTC) + 31 * DAY).answers == 0
    assert list(files.iterdir()) == []


def test_they_go_with_their_user_and_are_looked_for(store: ObjectStore) -> None:
    job, other = put(), put("eve", prompt="something else entirely")
    keep(job.user)
    keep(other.user, "something else entirely")
    report = UserErasure(database(), store, job.user_id).run(now=NOW)
    assert report.complete
    assert report.left == {}
    assert list(PlannerAnswer.objects.values_list("user_id", flat=True)) == [other.user_id]


def test_an_answer_that_comes_after_its_user_left_is_not_kept(transactional_db: None) -> None:
    user = User.objects.create_user("ada")
    User.objects.filter(pk=user.pk).update(erase_requested_at=NOW)
    question = keep(user)
    assert left() == 0
    user.delete()
    answers = AnswersOfUser(database(), 4711)
    assert answers.keep(KeptAnswer(question, "late")).text == "late"
    assert left() == 0


def test_the_first_answer_stands_for_its_user_alone(transactional_db: None) -> None:
    ada, eve = User.objects.create_user("ada"), User.objects.create_user("eve")
    question = keep(ada)
    first = AnswersOfUser(database(), ada.pk)
    assert first.keep(KeptAnswer(question, "another")).text == f'{{"quote": "{PROMPT}"}}'
    assert AnswersOfUser(database(), eve.pk).get(question) is None
    assert "quote" not in repr(first.get(question))


def test_a_prompt_without_answers_is_erased_as_ever(eraser: Eraser) -> None:
    job = put()
    assert eraser.erase_prompt(job.pk, now=NOW)
    assert Job.objects.get(pk=job.pk).prompt == ""
