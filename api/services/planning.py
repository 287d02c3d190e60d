"""Who reads a user's prompt: whether it may be a language model, and what asking one costs."""

from django.db import transaction
from django.utils import timezone

from api.errors import NotInPlan
from api.models import PlannerAnswer, User
from api.selectors.plans import LLM_CALL, plan_of
from api.services import audit
from api.services.plans import check_llm_call, check_plan_has
from api.workers import database
from engine.stages import plan_stage, read_by_rules
from schemas.request import ModelName, Planner, Request
from schemas.result import Plan
from service.llm import PROMPT_VERSION
from service.llm.answers import AnswersOfUser, words_hash
from service.settings import settings


def who_reads(*, user: User, wanted: Planner | None) -> tuple[Planner, ModelName | None]:
    """The planner of a request, and its model: as wanted, or else as the deployment has it.

    What the deployment has holds for users whose plan allows it; for others the rules read.

    Raises:
        NotInPlan: a language model is wanted, and none is set up, or the plan has none.
    """
    found = settings()
    if wanted == "rules" or (wanted is None and (found.planner == "rules" or not plan_of(user).llm_calls_per_day)):
        return "rules", None
    if not found.llm_url:
        raise NotInPlan('no language model is set up here; ask with the planner "rules"')
    check_plan_has(user=user, template_id=None, variations=0, planner="llm")
    return "llm", found.llm_model


def count_llm_call(*, user: User, request: Request, remote_addr: str | None) -> None:
    """Note that a request's words go to the language model; nothing, if they don't have to. Hold the user's row.

    Raises:
        LimitReached: no more may go today.
    """
    if request.planner == "rules" or _answered(user, request):
        return
    check_llm_call(user=user, now=timezone.now())
    audit.record(LLM_CALL, actor=user, subject=f"user:{user.pk}", remote_addr=remote_addr)


def plan_now(*, user: User, request: Request, remote_addr: str | None = None) -> Plan:
    """The plan of a request, at once; a language model that it names is asked now, unless it has answered before.

    Raises:
        RequestError: the request can't be used.
        LimitReached: no more may go to the language model today.
    """
    if request.planner == "rules":
        return plan_stage(request)
    from service.llm.planner import LlmPlanner, endpoint_of

    read_by_rules(request)  # what can't be used costs no call
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        count_llm_call(user=user, request=request, remote_addr=remote_addr)
    return LlmPlanner(endpoint_of(settings()), AnswersOfUser(database(), user.pk)).plan(request).plan


def _answered(user: User, request: Request) -> bool:
    words = words_hash(request.prompt, request.tags)
    known = {"words_sha256": words, "model": request.model, "prompt_version": PROMPT_VERSION}
    return PlannerAnswer.objects.filter(user=user, **known).exists()
