"""Addresses below /api/v1/."""

from django.urls import path, re_path

from api.v1 import catalog, events, files, jobs, me, schema, shares

app_name = "v1"
urlpatterns = [
    path("jobs", jobs.JobsView.as_view(), name="jobs"),
    path("jobs/<uuid:job_id>", jobs.JobView.as_view(), name="job"),
    path("jobs/<uuid:job_id>/cancel", jobs.CancelView.as_view(), name="job-cancel"),
    path("jobs/<uuid:job_id>/events", events.EventsView.as_view(), name="job-events"),
    path("jobs/<uuid:job_id>/exports", jobs.ExportsView.as_view(), name="job-exports"),
    path("jobs/<uuid:job_id>/bundle", files.BundleView.as_view(), name="job-bundle"),
    path("jobs/<uuid:job_id>/files/<path:path>", files.JobFileView.as_view(), name="job-file"),
    path("jobs/<uuid:job_id>/presets/<slug:preset_id>/audio", files.PresetAudioView.as_view(), name="preset-audio"),
    path("jobs/<uuid:job_id>/shares", shares.JobSharesView.as_view(), name="job-shares"),
    path("me", me.MeView.as_view(), name="me"),
    path("me/export", me.ExportView.as_view(), name="me-export"),
    path("shares", shares.SharesView.as_view(), name="shares"),
    path("shares/<uuid:share_id>", shares.ShareView.as_view(), name="share"),
    path("shared/<slug:token>", shares.SharedView.as_view(), name="shared"),
    path("shared/<slug:token>/files/<path:path>", shares.SharedFileView.as_view(), name="shared-file"),
    path("templates", catalog.TemplatesView.as_view(), name="templates"),
    path("templates/<slug:template_id>", catalog.TemplateView.as_view(), name="template"),
    path("explain", catalog.ExplainView.as_view(), name="explain"),
    path("schema", schema.SchemaView.as_view(), name="schema"),
    path("docs", schema.DocsView.as_view(), name="docs"),
    re_path(r"^(?P<path>.*)$", schema.NothingHereView.as_view(), name="nothing"),
]
