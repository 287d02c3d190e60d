"""The one Django app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Models, migrations and admin of the service."""

    name = "api"
    label = "api"
    verbose_name = "SynthCopilot"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connects the signals."""
        from api.web import throttle  # noqa: F401
