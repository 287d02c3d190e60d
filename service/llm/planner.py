"""A request in, an intent out: from a kept answer, else from the model, else from the rules, and told which."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import ValidationError

from engine.stages import plan_stage
from schemas.intent import Intent
from schemas.request import Request
from schemas.result import Plan
from service.llm import PROMPT_VERSION
from service.llm.answers import FOLDER, Answers, AnswersInFolder, KeptAnswer, Question, words_hash
from service.llm.asking import Endpoint, LlmError, ask, parse
from service.llm.assembling import assemble
from service.settings import Settings

_MOST_NOTES = 16


@dataclass(frozen=True, slots=True)
class ReadPrompt:
    """A plan, and the model's answer where it is made of one."""

    plan: Plan
    answer: KeptAnswer | None = field(default=None, repr=False)


@dataclass(frozen=True)
class LlmPlanner:
    """Reads prompts by a language model. Without an endpoint, kept answers still stand."""

    endpoint: Endpoint | None
    answers: Answers

    def plan(self, request: Request) -> ReadPrompt:
        """The plan of a request whose planner is `llm`.

        Whatever goes wrong with the model, there is a plan: the rules' own, with a note that says so.

        Raises:
            RequestError: the request can't be used, whoever reads it.
        """
        rules = plan_stage(request)
        style = rules.intent.style if request.template_id else None
        try:
            kept = self._answer(request)
            made = assemble(
                parse(kept.text), rules.intent, tags=request.tags, version=kept.question.prompt_version, style=style
            )
            if not made.read:
                raise LlmError("nothing of the language model's answer is in the prompt")
        except LlmError as error:
            return _by_rules(request, rules, str(error))
        except ValidationError:
            return _by_rules(request, rules, "the language model's answer can't be used")
        note = f"Read by the language model {kept.question.model}."
        return ReadPrompt(_plan(request, made.intent, note), self.answers.keep(kept))

    def _answer(self, request: Request) -> KeptAnswer:
        model = request.model or (self.endpoint.model if self.endpoint else "")
        question = Question(words_hash(request.prompt, request.tags), model, PROMPT_VERSION)
        if (known := self.answers.get(question)) is not None:
            return known
        if self.endpoint is None:
            raise LlmError("no language model is set up here")
        endpoint = replace(self.endpoint, model=model)
        return KeptAnswer(question, ask(endpoint, request.prompt, tuple(sorted(request.tags))).text)


def endpoint_of(settings: Settings) -> Endpoint | None:
    """The endpoint of a deployment, if it has one."""
    if not settings.llm_url:
        return None
    return Endpoint(settings.llm_url, settings.llm_model, settings.llm_api_key, settings.llm_timeout_s)


def own_planner(settings: Settings) -> LlmPlanner:
    """The planner of somebody at their own command line; answers lie in the home."""
    return LlmPlanner(endpoint_of(settings), AnswersInFolder(Path(settings.root) / FOLDER))


def _by_rules(request: Request, rules: Plan, why: str) -> ReadPrompt:
    note = f"{why[:1].upper()}{why[1:]}: the words were read by the rules instead."
    return ReadPrompt(_plan(request, rules.intent, note))


def _plan(request: Request, intent: Intent, note: str) -> Plan:
    told = intent.model_copy(update={"notes": (note, *intent.notes)[:_MOST_NOTES]})
    return plan_stage(request, intent=told, planner_note=note)
