"""The one settings model of a deployment; every setting is an environment variable `SYNTHCOPILOT_<NAME>`.

The defaults are the embedded profile: SQLite and local files under `home`, nothing to start but our own processes.
Read by the API, the workers and the command line; the engine and the assets never see it.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.request import ModelName, Planner

Profile = Literal["embedded", "deployed"]


class Settings(BaseSettings):
    """Where things are and what they may use. `docs/settings.md` lists all of it; a test keeps that page whole."""

    model_config = SettingsConfigDict(
        env_prefix="SYNTHCOPILOT_",
        env_file=None,
        env_ignore_empty=True,  # an empty token or key is none, rather than one that everybody knows
        extra="ignore",
        hide_input_in_errors=True,  # an error is printed and logged; keys and passwords must not be
        frozen=True,
    )

    home: Path = Field(
        default=Path(".synthcopilot"), description="Folder of the embedded profile, with its databases and files."
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description="Signs sessions. Embedded: made at the first start and kept in `home`. Deployed: required.",
    )
    database_url: str = Field(
        default="", description="`postgresql://user:password@host/name`; empty: SQLite in `home`."
    )
    dagster_database_url: str = Field(
        default="", description="Dagster's own database, in the same form; empty: SQLite in `home`."
    )
    broker_url: str = Field(
        default="", description="`redis://host:6379/0`; empty: files in `home` (one host only)."
    )
    cache_url: str = Field(
        default="",
        description="`redis://host:6379/1` for rate limits; empty: each web process counts in its own memory.",
    )
    storage_url: str = Field(default="", description="`s3://bucket/prefix`; empty: a folder in `home`.")
    s3_endpoint_url: str = Field(default="", description="Address of an S3-compatible server that isn't Amazon's.")
    s3_region: str = Field(default="us-east-1", description="Region of the bucket; links are signed with it.")
    s3_public_url: str = Field(
        default="", description="The endpoint as clients reach it. If set, downloads are presigned links to it."
    )
    s3_access_key: SecretStr | None = Field(default=None, description="S3 access key.")
    s3_secret_key: SecretStr | None = Field(default=None, description="S3 secret key.")

    debug: bool = Field(
        default=False, description="Django's debug pages. Never where others can reach the service."
    )
    allowed_hosts: tuple[str, ...] = Field(
        default=("localhost", "127.0.0.1", "[::1]"),
        description="Host names that the service answers to, as a JSON list.",
    )
    public_url: str = Field(default="http://127.0.0.1:8000", description="How people reach the page; for links.")
    https: bool = Field(default=False, description="Whether it runs behind HTTPS: secure cookies, HSTS.")
    dagster_url: str = Field(
        default="http://127.0.0.1:3000",
        description="Dagster's UI, linked from the admin. Keep it on loopback: it has no login.",
    )
    code_server: str = Field(
        default="", description="`host:port` of Dagster's code server; empty: a socket in `home` (one host only)."
    )
    worker_hosts: Annotated[int, Field(ge=1)] = Field(
        default=1,
        description="How many hosts have workers: the run queue starts as many runs as all of them can take.",
    )
    log_format: Literal["json", "console"] = Field(
        default="json", description="Format of the logs, which go to stderr: `json` or `console`."
    )

    metrics_token: SecretStr | None = Field(
        default=None,
        description="Bearer token that opens `/metrics` to other hosts; without one, only loopback can read it.",
    )

    planner: Planner = Field(
        default="rules",
        description="Who reads a prompt if the request doesn't say: `rules`, or `llm` where the plan allows it.",
    )
    llm_url: str = Field(
        default="",
        description=(
            "Endpoint of a language model that speaks OpenAI's chat completions, up to `/chat/completions`: "
            "`https://host/v1`. Once this and the model are set, prompts may leave this machine; empty: none does."
        ),
    )
    llm_model: ModelName | Literal[""] = Field(default="", description="The model, as the endpoint calls it.")
    llm_api_key: SecretStr | None = Field(default=None, description="The endpoint's key, if it wants one.")
    llm_timeout_s: Annotated[float, Field(gt=0)] = Field(
        default=10.0,
        description="How long an answer is waited for; after that, the rules read the prompt instead.",
    )

    prompt_retention_days: Annotated[int, Field(ge=1)] = Field(
        default=30, description="After so many days a prompt is erased wherever it is kept."
    )
    soft_time_limit_s: Annotated[float, Field(gt=0)] = Field(
        default=45.0, description="After so many seconds a job is asked to stop."
    )
    hard_time_limit_s: Annotated[float, Field(gt=0)] = Field(
        default=60.0, description="After so many seconds a job is killed."
    )
    memory_limit_mb: Annotated[int, Field(ge=512)] = Field(
        default=2048, description="Memory of a worker process, which takes some 370 MB by itself."
    )
    max_attempts: Annotated[int, Field(ge=1, le=10)] = Field(
        default=3, description="How often a job is tried, where trying again can help."
    )
    retry_base_s: Annotated[float, Field(gt=0)] = Field(
        default=1.0, description="Wait before the second attempt; doubled for each further one, with jitter."
    )
    generate_workers: Annotated[int, Field(ge=1)] = Field(
        default=2, description="Jobs that each host generates at a time."
    )
    export_workers: Annotated[int, Field(ge=1)] = Field(
        default=1, description="Exports that each host makes at a time."
    )
    user_concurrency: Annotated[int, Field(ge=1)] = Field(
        default=2, description="Runs of one user at a time; the rest wait in the queue."
    )
    finished_partitions_kept: Annotated[int, Field(ge=0)] = Field(
        default=2000, description="How many ended jobs Dagster keeps on record, with their partitions and runs."
    )
    max_bundle_mb: Annotated[int, Field(ge=1)] = Field(default=200, description="The largest that a bundle may be.")

    @model_validator(mode="after")
    def _deployed_is_whole(self) -> Self:
        if self.profile == "deployed":
            needed = ("secret_key", "dagster_database_url", "broker_url", "storage_url")
            missing = [f"SYNTHCOPILOT_{name.upper()}" for name in needed if not getattr(self, name)]
            if missing:
                raise ValueError(f"SYNTHCOPILOT_DATABASE_URL is set, so these are needed too: {', '.join(missing)}")
        if self.soft_time_limit_s >= self.hard_time_limit_s:
            raise ValueError("SYNTHCOPILOT_SOFT_TIME_LIMIT_S must be below SYNTHCOPILOT_HARD_TIME_LIMIT_S")
        return self

    @model_validator(mode="after")
    def _language_model_is_whole(self) -> Self:
        if bool(self.llm_url) != bool(self.llm_model):
            raise ValueError("SYNTHCOPILOT_LLM_URL and SYNTHCOPILOT_LLM_MODEL are set together, or neither")
        if self.planner == "llm" and not self.llm_url:
            raise ValueError("SYNTHCOPILOT_PLANNER is llm, so SYNTHCOPILOT_LLM_URL and _LLM_MODEL are needed too")
        if self.llm_url:
            if self.llm_timeout_s >= self.soft_time_limit_s:
                raise ValueError("SYNTHCOPILOT_LLM_TIMEOUT_S must be below SYNTHCOPILOT_SOFT_TIME_LIMIT_S")
            parts = urlsplit(self.llm_url)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValueError("SYNTHCOPILOT_LLM_URL must be http:// or https://, with a host")
            if "@" in parts.netloc or parts.query or parts.fragment:
                raise ValueError(
                    "SYNTHCOPILOT_LLM_URL holds a password or a query; a key belongs in SYNTHCOPILOT_LLM_API_KEY"
                )
        return self

    @property
    def profile(self) -> Profile:
        """`deployed` as soon as there is a database server."""
        return "deployed" if self.database_url else "embedded"

    @property
    def root(self) -> Path:
        """`home` as an absolute path."""
        return self.home.expanduser().absolute()

    @property
    def app_database(self) -> str:
        """SQLAlchemy's URL of the application's database."""
        return sqlalchemy_url(self.database_url) or f"sqlite:///{self.root / 'app.sqlite3'}"

    @property
    def storage(self) -> str:
        """URL or folder of the object store."""
        return self.storage_url or str(self.root / "storage")

    @property
    def dagster_home(self) -> Path:
        """Where the service's `dagster.yaml` lies."""
        return self.root / "dagster"


def sqlalchemy_url(url: str) -> str:
    """A PostgreSQL URL with the driver named: psycopg 3."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return f"postgresql+psycopg://{url.removeprefix(prefix)}"
    return url


@cache
def settings() -> Settings:
    """The settings of this process, read from its environment once."""
    return Settings()
