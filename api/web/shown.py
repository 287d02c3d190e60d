"""Jobs as the templates show them."""

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.template.defaultfilters import date
from django.urls import reverse
from django.utils import timezone
from markupsafe import Markup

from api.models import Artifact, Job, ShareToken, User
from api.selectors.shares import shares_of
from api.store import store
from api.web import telling
from engine.bundle import bundle_cards
from engine.bundle.bundle import MANIFEST
from engine.catalog import catalog
from schemas.manifest import BundleManifest
from service.objects import ObjectError

_EXCERPT = 140
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ShownJob:
    """One job's page."""

    job: Job

    @property
    def name(self) -> str:
        """Its title, or what it is for now."""
        return telling.name_of(self.job)

    @property
    def state_text(self) -> str:
        """Its state in a word."""
        return telling.STATES[self.job.state]

    @property
    def words(self) -> str:
        """The prompt."""
        return self.job.prompt

    @property
    def stage_text(self) -> str:
        """What is being done."""
        return telling.stage_text(self.job)

    @property
    def steps(self) -> tuple[telling.Step, ...]:
        """The steps of the way, and which one it is at."""
        return telling.steps(self.job)

    @property
    def percent(self) -> int:
        """How far it is."""
        return round(self.job.progress * 100)

    @property
    def seen(self) -> str:
        """Stands for what the progress shows: while it is the same, nothing needs to be drawn."""
        return f"{self.job.state}.{self.job.stage}.{self.percent}.{int(bool(self.job.cancel_requested_at))}"

    @property
    def template_name(self) -> str:
        """The template that answered, or that was asked for."""
        wanted = self.job.made_with or self.job.template_id or ""
        return catalog()[wanted].name if wanted in catalog() else wanted

    @property
    def source(self) -> str:
        """Of an export: the name of the job it was made of."""
        return telling.name_of(self.job.source) if self.job.source else ""

    @property
    def format_text(self) -> str:
        """Of an export: its format."""
        return telling.format_text(self.job.export_format)

    @property
    def exports(self) -> tuple[telling.ExportFormat, ...]:
        """Formats that it can be turned into."""
        return telling.EXPORTS

    @property
    def ending(self) -> telling.Ending:
        """Why there is nothing to show."""
        return telling.ending_of(self.job)

    @property
    def download(self) -> str:
        """Where its whole file is."""
        return reverse("v1:job-bundle", args=[self.job.pk])

    @cached_property
    def size(self) -> int:
        """Bytes of that file."""
        found = Artifact.objects.filter(job=self.job, kind__in=("bundle", "export")).first()
        return found.bytes if found else 0

    @cached_property
    def _manifest(self) -> BundleManifest | None:
        return None if self.gone else manifest_of(self.job)

    @property
    def planner_note(self) -> str:
        """Who read the prompt, unless it was simply the rules."""
        return self._manifest.planner_note if self._manifest and not self.source else ""

    @property
    def out_of_reach(self) -> tuple[str, ...]:
        """What words asked for and the template can't be made."""
        return self._manifest.out_of_reach if self._manifest and not self.source else ()

    @cached_property
    def cards(self) -> Markup | None:
        """A card for each preset; None if the files can't be read."""
        if self._manifest is None:
            return None
        return bundle_cards(self._manifest, base_url=reverse("v1:job-file", args=[self.job.pk, "x"])[:-1])

    @property
    def gone(self) -> bool:
        """Whether its time is over: the files are deleted within the hour, and aren't given out any more."""
        return self.job.expires_at is not None and self.job.expires_at <= timezone.now()


def manifest_of(job: Job) -> BundleManifest | None:
    """The manifest of a finished job's bundle; None if the object store can't give it just now, which is logged."""
    try:
        found = Artifact.objects.get(job=job, path=MANIFEST)
        return BundleManifest.model_validate_json(store().blob(found.sha256))
    except (Artifact.DoesNotExist, ObjectError, OSError):
        _log.warning("the manifest of job %s can't be read", job.pk, exc_info=True)
        return None


@dataclass(frozen=True)
class ShownShare:
    """A share link in a list."""

    id: object
    hint: str
    job_id: object
    name: str
    created_at: datetime
    state: str
    open: bool


def shown_shares(user: User, job: Job | None = None) -> list[ShownShare]:
    """The user's links, or those of one job, newest first."""
    return [_shown_share(share) for share in shares_of(user, job=job)]


def _shown_share(share: ShareToken) -> ShownShare:
    expired = share.expires_at is not None and share.expires_at <= timezone.now()
    if share.revoked_at:
        state = "revoked"
    elif expired:
        state = "expired"
    elif share.expires_at:
        state = f"open until {date(share.expires_at, 'j M Y')}"
    else:
        state = "open until you revoke it"
    return ShownShare(
        id=share.pk,
        hint=share.hint,
        job_id=share.job_id,
        name=telling.name_of(share.job),
        created_at=share.created_at,
        state=state,
        open=not share.revoked_at and not expired,
    )


@dataclass(frozen=True)
class ListedJob:
    """A job in a list."""

    id: object
    name: str
    words: str
    state: str
    state_text: str
    created_at: datetime


def row(job: Job) -> ListedJob:
    """A job as a line."""
    words = job.prompt if len(job.prompt) <= _EXCERPT else f"{job.prompt[:_EXCERPT].rsplit(None, 1)[0]} …"
    if job.source:
        words = f"{telling.format_text(job.export_format)} of {telling.name_of(job.source)}"
    return ListedJob(job.pk, telling.name_of(job), words, job.state, telling.STATES[job.state], job.created_at)
