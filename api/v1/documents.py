"""What the API answers with. Models only: `api/v1/show.py` fills them."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

State = Literal["queued", "running", "succeeded", "failed", "cancelled"]
QueueName = Literal["generate", "export"]


class Document(BaseModel):
    """A frozen model with exactly these fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FieldErrorDocument(Document):
    """One wrong field."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_serialization_defaults_required=False)
    detail: str
    pointer: str | None = Field(default=None, description="JSON Pointer into the body.")
    parameter: str | None = Field(default=None, description="Name of the query parameter.")
    header: str | None = Field(default=None, description="Name of the header.")


class LimitDocument(Document):
    """A limit of the plan that was met."""

    name: str
    allowed: int
    used: int
    frees_at: datetime | None = Field(description="null: as soon as one of your own jobs ends, or never.")


class ProblemDocument(Document):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="`urn:synthcopilot:problem:` and the code.")
    title: str
    status: int
    code: str = Field(description="For programs.")
    detail: str = Field(description="For people.")
    instance: str = Field(description="The path that was asked for.")
    errors: list[FieldErrorDocument] | None = Field(default=None, description="Each field that is wrong.")
    limit: LimitDocument | None = None


class JobErrorDocument(Document):
    """Why a job failed."""

    type: str
    title: str
    code: str
    detail: str


class TimingsDocument(Document):
    """Where a job's time went, s; null where it hasn't come so far."""

    waited_s: float | None
    ran_s: float | None
    total_s: float | None


class FileDocument(Document):
    """A file of a job."""

    path: str
    kind: str = Field(description="bundle, preset, audio, picture, page, meta or export.")
    preset_id: str | None
    media_type: str
    bytes: int
    sha256: str
    url: str


class WordDocument(Document):
    """The result for words of the prompt, heard against the same sound without them."""

    axis: str
    words: list[str]
    asked: float
    neutral: float
    heard: float
    unit: str
    satisfied: bool
    reason: str


class SetValueDocument(Document):
    """A value that the prompt asks for outright, and what the preset has that ships."""

    noun: str
    asked: float | str
    unit: str
    found: float | str | None = Field(description="As it is read from the file; null: the sound has no such thing.")
    kept: bool = Field(description="Whether that is what was asked for: within 5 %, or the control's nearest step.")
    words: str = Field(description="The prompt's; empty in what a link shows, and where they were erased.")
    reason: str = Field(description="Why it isn't kept; empty if it is.")
    told: str = Field(description="All of it in words: `width 92 % instead of 100 %: loses 3.0 dB in mono`.")


class PresetDocument(Document):
    """A preset that passed the gates."""

    id: str
    kind: str = Field(description="`base`, or the variation's type.")
    title: str
    preview_s: float
    loudness_lufs: float | None
    peak_dbfs: float | None
    files: dict[str, str] = Field(description="Paths in the bundle by what they are: preset, flac, waveform, …")
    audio_url: str
    words: list[WordDocument]
    values: list[SetValueDocument]


class RefusedDocument(Document):
    """A variation that didn't pass and isn't in the bundle."""

    id: str
    kind: str
    title: str
    reasons: list[str]


class MacroDocument(Document):
    """Where one of the template's eight roles went."""

    role_id: str
    label: str
    control: str
    default: float
    reason: str


class ResultDocument(Document):
    """What a job made."""

    planner_note: str | None = Field(description="Who read the prompt, unless it was simply the rules.")

    presets: list[PresetDocument]
    refused: list[RefusedDocument]
    macros: list[MacroDocument]


class LinksDocument(Document):
    """Where to go from a job."""

    self: str
    cancel: str
    events: str
    bundle: str = Field(description="Of an export: the exported file.")
    exports: str
    shares: str


class JobSummaryDocument(Document):
    """A job, as lists have it."""

    id: UUID
    queue: QueueName
    state: State
    stage: str
    progress: float = Field(ge=0, le=1)
    prompt: str | None = Field(description="null once it has been erased, and for exports.")
    tags: list[str]
    template_id: str | None
    seed: int
    variations: int
    planner: str = Field(description="Who reads the prompt: `rules` or `llm`.")
    model: str | None = Field(description="The language model that reads it.")
    source_id: UUID | None = Field(description="Of an export: the job that it was made of.")
    export_format: str | None
    title: str | None
    style: str | None
    made_with: str | None = Field(description="The template that answered.")
    attempt: int
    cancel_requested_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime | None = Field(description="When the job and its files will be deleted.")
    timings: TimingsDocument
    error: JobErrorDocument | None
    links: LinksDocument


class JobDocument(JobSummaryDocument):
    """A job, with what it made once it has succeeded."""

    result: ResultDocument | None
    files: list[FileDocument]


class JobListDocument(Document):
    """A page of jobs, newest first."""

    results: list[JobSummaryDocument]
    next: str | None
    next_cursor: str | None


class ExplainedWordDocument(Document):
    """Words, and what they give; `effect` and `rule` are empty if they give nothing."""

    source: str = Field(description="`prompt`, or the tag.")
    start: int
    end: int
    text: str
    effect: str
    rule: str
    read_as: str = Field(description="What the words were taken for, if one is misspelt: `pluck` for `pluk`.")
    did_you_mean: str = Field(description="What words without effect may have been meant to be.")
    used: bool


class AskedValueDocument(Document):
    """A value that the words ask for outright: it is set, and read back from the file that ships."""

    noun: str = Field(description="By `schemas/json/intent.schema.json`: `attack`, `cutoff`, `reverb_mix`.")
    name: str = Field(description="The same in words: `reverb mix`.")
    value: float | str = Field(description="A number in `unit`, a note value such as `1/8 dotted`, or a choice.")
    unit: str = Field(description="`s`, `%`, `Hz`, `dB`, `cents`, `semitones`, `voices`, `bpm`, `note` or others.")
    told: str = Field(description="Value and unit as a musician writes them: `10 ms`.")
    source: str = Field(description="`prompt`, or the tag.")
    start: int
    end: int
    text: str = Field(description="The words that it was read from.")


class ExplainDocument(Document):
    """What the planner understood."""

    title: str
    template_id: str
    planner: str = Field(description="Who was asked to read the prompt: `rules` or `llm`.")
    planner_note: str | None = Field(description="Who read it, and why, unless it was simply the rules.")
    style: str
    usable: bool = Field(description="Whether any word was understood.")
    comment: str
    words: list[ExplainedWordDocument]
    values: list[AskedValueDocument] = Field(description="What is set outright, each noun once.")
    unused: list[str]
    did_you_mean: dict[str, str] = Field(description="Words that were read as others, or are near to some.")
    notes: list[str] = Field(description="What was understood and isn't set, with the reason; what was inferred.")
    intent: dict[str, Any] = Field(description="All of it, by `schemas/json/intent.schema.json`.")


class RoleDocument(Document):
    """A macro role of a template."""

    role_id: str
    label: str
    default: float
    on_a_macro: bool


class TemplateDocument(Document):
    """A kind of sound that presets are built on."""

    id: str
    name: str
    category: str
    version: int
    description: str
    subtypes: list[str] = Field(description="Words that ask for it.")
    lowest_note: int = Field(description="MIDI; 60 is C4.")
    highest_note: int
    best_note: int
    roles: list[RoleDocument]
    allowed: bool = Field(description="Whether your plan may name it.")


class TemplateListDocument(Document):
    """All templates, by id."""

    results: list[TemplateDocument]
