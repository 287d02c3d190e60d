"""What a user asks for: one prompt with its options, or a library of them."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from schemas.base import Strict
from schemas.intent import MAX_PROMPT_CHARS, MAX_TAG_CHARS, MAX_TAGS
from schemas.wavetables import Slug

MAX_VARIATIONS = 16
MAX_SEED = 2**32 - 1
Seed = Annotated[int, Field(ge=0, le=MAX_SEED, description="Picks one sound among those that fit.")]
Prompt = Annotated[str, StringConstraints(min_length=1, max_length=MAX_PROMPT_CHARS)]
Variations = Annotated[int, Field(ge=0, le=MAX_VARIATIONS)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TAG_CHARS)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=60)]


def _no_path(name: str) -> str:
    if not name[0].isalnum() or not name.isprintable() or "/" in name or "\\" in name:
        raise ValueError("must begin with a letter or a digit, and have no slash and no second line")
    return name


Planner = Literal["rules", "llm"]
"""Who reads the prompt: the rules and the lexicon, or a language model whose answer is checked word by word."""
ModelName = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^[!-~]+$")]
"""A language model, as its endpoint calls it."""


class Request(Strict):
    """One prompt with its options."""

    prompt: Prompt
    tags: Annotated[tuple[Tag, ...], Field(max_length=MAX_TAGS)] = ()
    template_id: Slug | None = None
    seed: Seed = 0
    variations: Variations = 2
    planner: Planner = Field(default="rules", description="Who reads the prompt.")
    model: ModelName | None = Field(default=None, description="The language model that reads it, if one does.")
    name: Name | None = Field(default=None, description="The preset's name; none lets the engine name it.")
    author: Annotated[str, StringConstraints(max_length=60)] = "SynthCopilot"
    mp3: bool = Field(default=False, description="MP3 previews beside FLAC.")

    @model_validator(mode="after")
    def _rules_have_no_model(self) -> Self:
        if self.planner == "rules" and self.model is not None:
            raise ValueError("a model is named, but the rules are to read the prompt; say planner: llm")
        return self


class LibraryEntry(Strict):
    """One prompt of a library; what is left out comes from the library."""

    prompt: Prompt
    tags: Annotated[tuple[Tag, ...], Field(max_length=MAX_TAGS)] = ()
    template_id: Slug | None = None
    seed: Seed | None = None
    variations: Variations | None = None
    planner: Planner | None = None
    model: ModelName | None = None
    name: Name | None = None


class NameOptions(Strict):
    """What stands before the names that the engine gives; names that people give stay as they are."""

    prefix: bool = Field(default=False, description="The kind of sound: BS, LD, KY or PL, PD, PC, SQ, FX.")
    numbers: bool = Field(default=False, description="A number on the shelf, by the alphabet.")


class Library(Strict):
    """A pack to build."""

    name: Annotated[Name, AfterValidator(_no_path)]
    """In any script; files get it in plain letters."""
    author: Annotated[str, StringConstraints(max_length=60)] = "SynthCopilot"
    description: Annotated[str, StringConstraints(max_length=500)] = ""
    version: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z.+-]{1,20}$")] = "1.0"
    seed: Seed = 0
    variations: Variations = 2
    planner: Planner | None = None
    """Who reads the prompts; none lets the deployment decide."""
    model: ModelName | None = None
    """The language model that reads them; none lets the deployment decide."""
    mp3: bool = False
    names: NameOptions = NameOptions()
    prompts: Annotated[
        tuple[Annotated[str, StringConstraints(min_length=1)] | LibraryEntry, ...], Field(min_length=1)
    ]

    @model_validator(mode="after")
    def _prompts_are_not_too_long(self) -> Self:
        for index, entry in enumerate(self.prompts):
            if isinstance(entry, str) and len(entry) > MAX_PROMPT_CHARS:
                raise ValueError(
                    f"prompts/{index} has {len(entry):,} characters; at most {MAX_PROMPT_CHARS:,} are read"
                )
        return self

    def requests(self) -> tuple[Request, ...]:
        """Each prompt as a full request, in the library's order."""
        return tuple(self._request(entry) for entry in self.prompts)

    def _request(self, entry: str | LibraryEntry) -> Request:
        one = LibraryEntry(prompt=entry) if isinstance(entry, str) else entry
        planner = one.planner or self.planner or "rules"
        return Request(
            prompt=one.prompt,
            tags=one.tags,
            template_id=one.template_id,
            seed=self.seed if one.seed is None else one.seed,
            variations=self.variations if one.variations is None else one.variations,
            planner=planner,
            model=(one.model or self.model) if planner == "llm" else None,
            name=one.name,
            author=self.author,
            mp3=self.mp3,
        )
