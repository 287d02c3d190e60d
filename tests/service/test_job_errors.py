"""The table of job errors: complete, and listed where those who build on the API look."""

import re
from pathlib import Path
from typing import get_args

from service.job_errors import JOB_ERRORS, UNKNOWN_ERROR, JobErrorCode, job_error

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_every_code_is_in_the_table_with_all_its_texts() -> None:
    assert tuple(JOB_ERRORS) == get_args(JobErrorCode)
    for code, told in JOB_ERRORS.items():
        assert job_error(code) is told
        assert all((told.detail, told.title, told.headline, told.advice)), code


def test_what_can_help_by_itself_and_what_only_its_user_can_change() -> None:
    assert {code for code, told in JOB_ERRORS.items() if told.retried} == {
        "out_of_memory",
        "worker_lost",
        "storage",
    }
    steps = {code: told.next_step for code, told in JOB_ERRORS.items() if told.next_step != "again"}
    assert steps == {"refused": "seed", "bad_request": "words"}


def test_a_code_that_nobody_knows_is_told_all_the_same() -> None:
    assert job_error("") is job_error("unheard_of") is UNKNOWN_ERROR
    assert (UNKNOWN_ERROR.title, UNKNOWN_ERROR.next_step) == ("The job failed", "again")


def test_the_page_for_those_who_build_on_the_api_lists_every_code() -> None:
    page = (DOCS / "api.md").read_text("utf-8")
    rows = page.split("| code | | try again? |")[1].split("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", rows)) == set(JOB_ERRORS)
