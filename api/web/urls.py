"""Addresses of the page."""

from django.urls import path

from api.web.views import account, asking, entrance, history, jobs, shares

urlpatterns = [
    path("", asking.home, name="home"),
    path("explain", asking.explain, name="explain"),
    path("history", history.history, name="history"),
    path("jobs/<uuid:job_id>", jobs.job, name="job"),
    path("jobs/<uuid:job_id>/progress", jobs.progress, name="job-progress"),
    path("jobs/<uuid:job_id>/cancel", jobs.cancel, name="job-cancel"),
    path("jobs/<uuid:job_id>/delete", jobs.delete, name="job-delete"),
    path("jobs/<uuid:job_id>/again", jobs.again, name="job-again"),
    path("jobs/<uuid:job_id>/export", jobs.export, name="job-export"),
    path("account", account.account, name="account"),
    path("account/keys", account.create_key, name="key-create"),
    path("account/keys/<slug:prefix>/revoke", account.revoke_key, name="key-revoke"),
    path("account/delete", account.delete_account, name="data-delete"),
    path("jobs/<uuid:job_id>/shares", shares.create, name="job-share"),
    path("shares/<uuid:share_id>/revoke", shares.revoke, name="share-revoke"),
    path("s/<slug:token>", shares.public, name="public"),
    path("sign-in", entrance.SignIn.as_view(), name="sign-in"),
    path("sign-out", entrance.SignOut.as_view(), name="sign-out"),
    path("password", entrance.Password.as_view(), name="password"),
]
