"""Every address of the service."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from api.v1.schema import NothingHereView

urlpatterns = [
    path("", include("api.operations.urls")),
    path("", include("api.web.urls")),
    path("api/v1/", include("api.v1.urls")),
    re_path("^api(?:/.*)?$", NothingHereView.as_view()),
    path("favicon.ico", RedirectView.as_view(url="/static/web/icon.svg")),
    path("admin/login/", RedirectView.as_view(pattern_name="sign-in", query_string=True)),
    path("admin/", admin.site.urls),
]
handler400 = "api.v1.fallback.bad_request"
handler403 = "api.v1.fallback.permission_denied"
handler404 = "api.v1.fallback.page_not_found"
handler500 = "api.v1.fallback.server_error"
