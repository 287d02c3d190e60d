"""Addresses for operators and monitors. None is part of the API v1."""

from django.urls import path

from api.operations.health import healthz, readyz
from api.operations.metrics import metrics

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
]
