"""The language model for a job: the deployment's, with answers that belong to the job's user alone."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from assets.attempts import USER_TAG
from pipelines.on_demand.connections import ledger
from service.settings import settings

if TYPE_CHECKING:
    from service.llm.planner import LlmPlanner


def planner_of_user(tags: Mapping[str, str]) -> "LlmPlanner | None":
    """By the tags that a job's run carries. None for a run that no job asked for: nobody has allowed it to ask.

    Whether the user's plan allows it was decided when the job was made; a job that may not has another planner.
    """
    if USER_TAG not in tags:
        return None
    from service.llm.answers import AnswersOfUser
    from service.llm.planner import LlmPlanner, endpoint_of

    return LlmPlanner(endpoint_of(settings()), AnswersOfUser(ledger().engine, int(tags[USER_TAG])))
