"""Versions of the templates, to read: they come from the catalog."""

from django.contrib import admin

from api.admin.reading import ReadOnly
from api.models import TemplateRecord


@admin.register(TemplateRecord)
class TemplateRecordAdmin(ReadOnly):
    """By style and name."""

    list_display = ("template_id", "version", "name", "category", "current")
    list_filter = ("category", "current")
    search_fields = ("template_id", "name")
