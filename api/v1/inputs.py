"""What clients send. Strict: unknown fields, loose types and text that can't be a prompt are refused by name."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints

from api.v1.documents import QueueName, State
from engine.catalog import catalog
from schemas.base import Strict
from schemas.intent import MAX_PROMPT_CHARS
from schemas.request import MAX_VARIATIONS, ModelName, Planner, Request, Seed

_NOT_TEXT = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069"
"""Controls, and marks that turn the direction of what is read: people would see another prompt than we do."""
_TEXT = f"^[^{_NOT_TEXT}]*[^{_NOT_TEXT}\\s][^{_NOT_TEXT}]*$"
TEXT_IN_WORDS = "must be text with something other than space, and no control or direction characters"
IDEMPOTENCY_KEY = r"^[\x21-\x7e]{1,255}$"


def _whole(value: Any) -> Any:
    """JSON doesn't tell 1.0 from 1."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _known(template_id: str) -> str:
    if template_id not in catalog():
        raise ValueError("there is no such template; /api/v1/templates lists them")
    return template_id


def _list_ids(schema: dict[str, Any]) -> None:
    """Puts the ids into the schema, when it is made and not before."""
    schema["enum"] = list(catalog())


PromptText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MAX_PROMPT_CHARS, pattern=_TEXT),
    Field(description="What the sound should be, in your words.", examples=["dark warm pad, slow swell"]),
]
TagText = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=_TEXT)]
Tags = Annotated[tuple[TagText, ...], Field(max_length=16, description="Each counts like a word of the prompt.")]
TemplateId = Annotated[
    str,
    AfterValidator(_known),
    Field(description="The template to build on; null lets the words choose.", json_schema_extra=_list_ids),
]
WholeSeed = Annotated[Seed, BeforeValidator(_whole)]
WholeVariations = Annotated[
    Annotated[int, Field(ge=0, le=MAX_VARIATIONS, description="Variations beside the base preset.")],
    BeforeValidator(_whole),
]


class JobRequest(Strict):
    """A sound to make."""

    prompt: PromptText
    tags: Tags = ()
    template_id: TemplateId | None = None
    seed: WholeSeed = 0
    variations: WholeVariations = 2
    planner: Planner | None = Field(
        default=None,
        description=(
            "Who reads the prompt: `rules`, or `llm`, the language model of this deployment, if your plan has it. "
            "null: as the deployment has it."
        ),
    )

    def engine_request(self, planner: Planner = "rules", model: ModelName | None = None) -> Request:
        """As the engine reads it, by a planner that may be used."""
        return Request(
            prompt=self.prompt,
            tags=self.tags,
            template_id=self.template_id,
            seed=self.seed,
            variations=self.variations,
            planner=planner,
            model=model,
        )


class ExplainRequest(Strict):
    """Words to be explained."""

    prompt: PromptText
    tags: Tags = ()
    template_id: TemplateId | None = None
    seed: WholeSeed = 0
    planner: Planner = Field(
        default="rules",
        description="Who reads the prompt. `llm` sends it to the language model, which your plan counts.",
    )


class ExportRequest(Strict):
    """A format to export a bundle in."""

    format: Literal["vitalbank", "presets"] = Field(
        description="`vitalbank`: one file that Vital imports. `presets`: a zip of nothing but the `.vital` files."
    )


class ShareRequest(Strict):
    """How long a link shall work."""

    expires_at: AwareDatetime | None = Field(
        default=None, description="With a time zone; null: until it is revoked, or the job is deleted."
    )


class JobsQuery(Strict):
    """Which jobs to list."""

    state: State | None = Field(default=None, description="Only jobs in this state.")
    queue: QueueName | None = Field(default=None, description="Only jobs of this queue.")
    cursor: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,200}$")] | None = Field(
        default=None, description="`next_cursor` of the page before."
    )
    limit: Annotated[int, Field(ge=1, le=100, strict=False, description="Jobs a page.")] = 20


class SchemaQuery(Strict):
    """How to write the schema."""

    format: Literal["json", "yaml"] | None = Field(default=None, description="Goes before the Accept header.")
