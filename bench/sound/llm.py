"""A language model that writes patches directly, behind any endpoint that speaks OpenAI's chat completions.

It gets the controls of `space` with their ranges and answers in the JSON form of `DirectPatch`; the same controls
that random patches draw from, so that the two differ by what the model knows and nothing else.
"""

import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bench.sound import space
from bench.sound.systems import MIDDLE, Made, preset_of
from engine.errors import SynthCopilotError
from engine.render.job import NotePlan
from schemas.intent import Style

_TRIES = 2
_TIMEOUT_S = 120.0


class _Answered(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DirectNumber(_Answered):
    """A number for a control."""

    control: str
    value: float


class DirectSwitch(_Answered):
    """A module on or off."""

    control: str
    on: bool


class DirectOption(_Answered):
    """An option for a control."""

    control: str
    option: str


class DirectModulation(_Answered):
    """A source that moves a control."""

    source: Literal["env_2", "lfo_1", "lfo_2"]
    target: str
    amount: float = Field(description="Part of the target's travel, -1..1.")


class DirectPatch(_Answered):
    """A patch in the form that the model answers in."""

    style: Style
    note: int = Field(description="MIDI note that the sound is meant for; 60 is C4.")
    numbers: Annotated[list[DirectNumber], Field(max_length=len(space.SPANS))]
    switches: Annotated[list[DirectSwitch], Field(max_length=len(space.SWITCHES))]
    options: Annotated[list[DirectOption], Field(max_length=len(space.OPTIONS))]
    modulations: Annotated[list[DirectModulation], Field(max_length=8)]


@dataclass(frozen=True)
class DirectEndpoint:
    """Where the model is: `url` ends before `/chat/completions`, such as `http://127.0.0.1:8080/v1`."""

    url: str
    model: str
    api_key: str = ""


class DirectLlm:
    """The model as a system. What can't be used, or doesn't come, is a refused preset that says why."""

    def __init__(self, endpoint: DirectEndpoint) -> None:
        self._endpoint = endpoint
        self.name = "llm"
        self.version = f"{endpoint.url} {endpoint.model}"

    def understands(self, prompt: str) -> str | None:
        """None: the style comes with the patch."""
        return None

    def make(self, prompt: str, seed: int) -> Made:
        """The patch that the model writes; it is asked once more where its answer can't be used."""
        started, problem = time.perf_counter(), ""
        for _ in range(_TRIES):
            try:
                answer = DirectPatch.model_validate_json(self._ask(prompt, seed, problem))
                preset = preset_of_answer(answer)
            except (ValidationError, ValueError, SynthCopilotError) as error:
                problem = f"{type(error).__name__}: {error}"[:600]
                continue
            except OSError as error:
                problem = f"the endpoint doesn't answer: {error}"
                break
            note = min(max(answer.note, 24), 96)
            plan = NotePlan(note, *MIDDLE[1:])
            return Made(preset, answer.style, plan=plan, wall_s=time.perf_counter() - started)
        return Made(refused=problem, wall_s=time.perf_counter() - started)

    def _ask(self, prompt: str, seed: int, problem: str) -> str:
        messages = [{"role": "system", "content": instructions()}, {"role": "user", "content": prompt}]
        if problem:
            messages.append({"role": "user", "content": f"Your last answer can't be used: {problem}"})
        body = {
            "model": self._endpoint.model,
            "messages": messages,
            "temperature": 0,
            "seed": seed,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "patch", "strict": True, "schema": response_schema()},
            },
        }
        answer = self._post(body)
        try:
            return str(answer["choices"][0]["message"]["content"])
        except (KeyError, IndexError, TypeError):
            raise ValueError(f"no message in the answer: {json.dumps(answer)[:200]}") from None

    def _post(self, body: dict[str, Any]) -> Any:
        headers = {"Content-Type": "application/json"}
        if self._endpoint.api_key:
            headers["Authorization"] = f"Bearer {self._endpoint.api_key}"
        url = f"{self._endpoint.url.rstrip('/')}/chat/completions"
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:
            return json.loads(response.read())


def preset_of_answer(answer: DirectPatch) -> bytes:
    """The answer as a preset.

    Raises:
        ValueError, SynthCopilotError: a control, option or target that isn't there; the text names it.
    """
    draft = space.start()
    values: list[tuple[str, Any]] = [(one.control, one.value) for one in answer.numbers]
    values += [(one.control, one.on) for one in answer.switches]
    values += [(one.control, one.option) for one in answer.options]
    for control, value in values:
        space.write(draft, control, value)
    for one in answer.modulations:
        space.route(draft, one.source, one.target, min(max(one.amount, -1.0), 1.0))
    return preset_of(draft.spec())


def instructions() -> str:
    """What the model is told: the controls, their ranges, and the form of the answer."""
    numbers = "\n".join(f"{pointer}: {span.low:g} to {span.high:g}" for pointer, span in space.SPANS.items())
    options = "\n".join(f"{pointer}: {', '.join(dict.fromkeys(found))}" for pointer, found in space.OPTIONS.items())
    return (
        "You write patches for a wavetable synthesizer. Answer with a patch that sounds as the user asks.\n"
        "Oscillators 0-2 and the sample player go to filters or effects; envelope 0 is the level's, envelope 1 is "
        "free. Effects: fx/0 chorus, fx/2 delay, fx/3 distortion, fx/7 phaser, fx/8 reverb. What is left out stays "
        "at its start: one plain saw.\n\n"
        f"Numbers, with the unit in their names:\n{numbers}\n\nSwitches:\n{', '.join(space.SWITCHES)}\n\n"
        f"Options:\n{options}\n\nModulations: env_2, lfo_1 or lfo_2 to one of {', '.join(space.TARGETS)}."
    )


def response_schema() -> dict[str, Any]:
    """`DirectPatch` as a JSON Schema of the strict kind: every property required, none besides."""
    schema: dict[str, Any] = DirectPatch.model_json_schema()
    return schema
