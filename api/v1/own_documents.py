"""What the API answers with about people: their links, plan, keys and data. Models only."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.v1.documents import Document, FileDocument, JobSummaryDocument, SetValueDocument, WordDocument


class ShareDocument(Document):
    """A link to a job."""

    id: UUID
    job_id: UUID
    hint: str = Field(description="The token's first characters.")
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class NewShareDocument(ShareDocument):
    """A new link, with its token."""

    token: str
    url: str = Field(description="For programs.")
    page_url: str = Field(description="For people.")


class ShareListDocument(Document):
    """Links, newest first."""

    results: list[ShareDocument]


class SharedPresetDocument(Document):
    """A preset that somebody shares."""

    id: str
    kind: str
    title: str
    preview_s: float
    loudness_lufs: float | None
    peak_dbfs: float | None
    files: dict[str, str] = Field(description="Addresses by what they are: preset, flac, waveform, …")
    words: list[WordDocument]
    values: list[SetValueDocument]


class SharedDocument(Document):
    """What a link shows to anybody."""

    title: str
    style: str
    made_with: str
    expires_at: datetime | None
    presets: list[SharedPresetDocument]


class PlanDocument(Document):
    """What you may do."""

    name: str
    jobs_per_day: int
    concurrent_jobs: int = Field(description="Queued or running at a time, in each queue.")
    requests_per_minute: int
    max_variations: int
    template_ids: list[str] | None = Field(description="Templates that may be named; null means all.")
    llm_calls_per_day: int = Field(description="Prompts a day for the language model; 0: none is ever sent.")
    retention_days: int = Field(description="Days until a job and its files are deleted.")


class UsageDocument(Document):
    """What of it is used up."""

    jobs_today: int
    day_ends_at: datetime
    in_flight: dict[str, int] = Field(description="Jobs queued or running, by queue.")
    llm_calls_today: int


class MeDocument(Document):
    """You."""

    username: str
    email: str | None
    joined_at: datetime
    plan: PlanDocument
    usage: UsageDocument


class ApiKeyDocument(Document):
    """A key of yours; only its first characters are known."""

    prefix: str
    name: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked: bool


class AuditDocument(Document):
    """Something that you did."""

    at: datetime
    action: str
    subject: str
    remote_addr: str | None


class MyJobDocument(JobSummaryDocument):
    """A job with its files."""

    files: list[FileDocument]


class PlannerAnswerDocument(Document):
    """What a language model answered about words of yours."""

    model: str
    prompt_version: str
    answer: str
    created_at: datetime


class MyDataDocument(Document):
    """All that is kept of you."""

    me: MeDocument
    shares: list[ShareDocument]
    api_keys: list[ApiKeyDocument]
    audit: list[AuditDocument]
    planner_answers: list[PlannerAnswerDocument]
    jobs: list[MyJobDocument]


class ErasureDocument(Document):
    """What was erased of you. Numbers only."""

    complete: bool = Field(description="False while something of yours still runs.")
    rows: dict[str, int] = Field(description="Deleted rows, by table.")
    files: dict[str, int] = Field(description="Deleted files, by place.")
    in_flight: list[str] = Field(description="Jobs that are being stopped.")
    searched: dict[str, int] = Field(description="What was looked through afterwards.")
    left: dict[str, int] = Field(description="Where that still found something of you; empty, if all is well.")
