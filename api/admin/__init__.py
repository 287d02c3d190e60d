"""Django's admin over everything the service stores, one file a subject."""

from django.contrib import admin

from api.admin import accounts, audit, jobs, operations, sharing, templates

__all__ = ["accounts", "audit", "jobs", "operations", "sharing", "templates"]

admin.site.site_header = "SynthCopilot"
admin.site.site_title = "SynthCopilot"
admin.site.index_title = "What the service stores"
