from __future__ import annotations

from django.db import models
from django.urls import reverse


class Note(models.Model):
    title = models.CharField(max_length=200)
    slug = models.SlugField()
    author = models.CharField(max_length=100)
    published = models.DateTimeField()
    html = models.TextField()
    allow_comments = models.BooleanField(default=True)

    class Meta:
        app_label = "notes"
        ordering = ("-published",)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("note", args=[self.slug])
