"""Templates as they stood when they were used."""

from django.db import models


class TemplateRecord(models.Model):
    """A version of a template of the catalog; kept up to date by `synthcopilot migrate`."""

    template_id = models.SlugField(max_length=64)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    category = models.CharField(max_length=16)
    document = models.JSONField(help_text="The template itself.")
    current = models.BooleanField(default=True, help_text="Whether the installed catalog has it.")

    class Meta:
        db_table = "templates"
        ordering = ("category", "template_id", "-version")
        constraints = (
            models.UniqueConstraint(fields=["template_id", "version"], name="one_record_a_template_version"),
        )
