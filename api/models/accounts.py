"""Who uses the service, by which keys, and what they may use of it."""

from django.contrib.auth.models import AbstractUser
from django.core.validators import MinValueValidator
from django.db import models
from rest_framework_api_key.models import AbstractAPIKey


class Entitlement(models.Model):
    """A plan: how much its users may do."""

    name = models.SlugField(unique=True, help_text="`free`, `studio`, …")
    jobs_per_day = models.PositiveIntegerField(default=200)
    concurrent_jobs = models.PositiveIntegerField(
        default=4, validators=[MinValueValidator(1)], help_text="Jobs queued or running at a time."
    )
    requests_per_minute = models.PositiveIntegerField(
        default=300, validators=[MinValueValidator(1)], help_text="Calls of the API, of any kind."
    )
    max_variations = models.PositiveSmallIntegerField(default=16)
    template_ids = models.JSONField(
        default=list, blank=True, help_text="Templates that may be named; an empty list means all."
    )
    llm_calls_per_day = models.PositiveIntegerField(
        default=0, help_text="Prompts a day that may be sent to the language model; with 0 none ever leaves."
    )
    retention_days = models.PositiveIntegerField(
        default=90, validators=[MinValueValidator(1)], help_text="Days until a job and its files are deleted."
    )

    class Meta:
        db_table = "entitlements"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A person or a product team."""

    entitlement = models.ForeignKey(
        Entitlement, on_delete=models.PROTECT, related_name="users", null=True, blank=True,
        help_text="Empty: the plan named `free`.",
    )  # fmt: skip
    erase_requested_at = models.DateTimeField(
        null=True, blank=True, help_text="Everything of the user is being erased; what still runs is waited for."
    )

    class Meta(AbstractUser.Meta):  # type: ignore[name-defined,misc] # the stubs leave it out
        db_table = "users"


class ApiKey(AbstractAPIKey):
    """A client's key. Only its hash and its first characters are kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta(AbstractAPIKey.Meta):
        db_table = "api_keys"
        verbose_name = "API key"
        verbose_name_plural = "API keys"
