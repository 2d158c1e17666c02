"""The addresses of the blog with Zinnia."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("comments/", include("django_comments.urls")),
    path("", include("zinnia.urls")),
]
