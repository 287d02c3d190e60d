"""Every address of the service."""

from django.contrib import admin
from django.urls import include, path, re_path

from api.v1.schema import NothingHereView

urlpatterns = [
    path("", include("api.operations.urls")),
    path("api/v1/", include("api.v1.urls")),
    re_path("^api(?:/.*)?$", NothingHereView.as_view()),
    path("admin/", admin.site.urls),
]
handler400 = "api.v1.fallback.bad_request"
handler403 = "api.v1.fallback.permission_denied"
handler404 = "api.v1.fallback.page_not_found"
handler500 = "api.v1.fallback.server_error"
