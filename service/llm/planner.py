"""A request in, an intent out: from a kept answer, else from the model, else from the rules, and told which."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import ValidationError

from engine.errors import RequestError
from engine.stages import plan_stage, read_by_rules
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
            RequestError: the request can't be used, or neither the model nor the rules understood a word.
        """
        rules = read_by_rules(request)
        style = rules.style if request.template_id else None
        try:
            question = self._question(request)
            known = self.answers.get(question)
            kept = known or self._ask_model(question, request)
            made = assemble(
                parse(kept.text), rules, tags=request.tags, version=kept.question.prompt_version, style=style
            )
            if not made.read:
                raise LlmError("nothing of the language model's answer is in the prompt")
        except LlmError as error:
            return _by_rules(request, rules, str(error))
        except ValidationError:
            return _by_rules(request, rules, "the language model's answer can't be used")
        if known is None and self.answers.keep(kept) != kept:
            return self.plan(request)  # asked twice at once: the answer that was kept first stands for both
        note = f"Read by the language model {kept.question.model}."
        return ReadPrompt(_plan(request, made.intent, note), kept)

    def _question(self, request: Request) -> Question:
        model = request.model or (self.endpoint.model if self.endpoint else "")
        return Question(words_hash(request.prompt, request.tags), model, PROMPT_VERSION)

    def _ask_model(self, question: Question, request: Request) -> KeptAnswer:
        if self.endpoint is None:
            raise LlmError("no language model is set up here")
        endpoint = replace(self.endpoint, model=question.model)
        return KeptAnswer(question, ask(endpoint, request.prompt, tuple(sorted(request.tags))).text)


def endpoint_of(settings: Settings) -> Endpoint | None:
    """The endpoint of a deployment, if it has one."""
    if not settings.llm_url:
        return None
    return Endpoint(settings.llm_url, settings.llm_model, settings.llm_api_key, settings.llm_timeout_s)


def own_planner(settings: Settings) -> LlmPlanner:
    """The planner of somebody at their own command line; answers lie in the home."""
    return LlmPlanner(endpoint_of(settings), AnswersInFolder(Path(settings.root) / FOLDER))


def _by_rules(request: Request, rules: Intent, why: str) -> ReadPrompt:
    note = f"{why[:1].upper()}{why[1:]}: the words were read by the rules instead."
    try:
        return ReadPrompt(_plan(request, rules, note))
    except RequestError as error:
        raise RequestError(f"{note} {error}") from None


def _plan(request: Request, intent: Intent, note: str) -> Plan:
    told = intent.model_copy(update={"notes": (note, *intent.notes)[:_MOST_NOTES]})
    return plan_stage(request, intent=told, planner_note=note)
