"""The addresses of Mezzanine with the blog as its front page, as its own project template offers it."""

from __future__ import annotations

from django.urls import include, path
from mezzanine.blog.views import blog_post_list

urlpatterns = [
    path("", blog_post_list, name="home"),
    path("", include("mezzanine.urls")),
]
