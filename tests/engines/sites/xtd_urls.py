"""The addresses of the blog with django-comments-xtd."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import DetailView, ListView
from notes.models import Note

urlpatterns = [
    path("", ListView.as_view(model=Note, paginate_by=3), name="notes"),
    path("note/<slug:slug>/", DetailView.as_view(model=Note), name="note"),
    path("comments/", include("django_comments_xtd.urls")),
]
