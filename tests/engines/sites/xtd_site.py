"""A blog of a few lines (notes/) whose comments are those of django-comments-xtd, with its own templates."""

from __future__ import annotations

from djangos import ready, serve
from given import FOLDER, SECRET, moment, paragraphs, run

DEBUG = False
SECRET_KEY = COMMENTS_XTD_SALT = SECRET
ALLOWED_HOSTS = ["127.0.0.1"]
USE_TZ, TIME_ZONE, LANGUAGE_CODE, SITE_ID = True, "UTC", "en", 1
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(FOLDER / "site.sqlite")}}
STATIC_URL = "/static/"
ROOT_URLCONF = "xtd_urls"
MIGRATION_MODULES = {"notes": None}
COMMENTS_APP = "django_comments_xtd"
COMMENTS_XTD_MAX_THREAD_LEVEL = 5
COMMENTS_HIDE_REMOVED = False
INSTALLED_APPS = (
    *("django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.sites"),
    *("django.contrib.messages", "django.contrib.staticfiles", "rest_framework"),
    *("django_comments_xtd", "django_comments", "notes"),
)
MIDDLEWARE = (
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
)
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.request",
            ],
        },
    }
]


def fill(posts: list[dict]) -> dict:
    from django.contrib.contenttypes.models import ContentType
    from django_comments_xtd.models import XtdComment
    from notes.models import Note

    notes = ContentType.objects.get_for_model(Note)
    for place, given in enumerate(posts):
        note = Note.objects.create(
            title=given["title"],
            slug=f"note-{place}",
            author="Mara Weiss",
            published=moment(given["at"]),
            html=paragraphs(given["text"]),
            allow_comments=given["open"],
        )
        made: list[XtdComment] = []
        for comment in given["comments"]:
            parent = comment["parent"]
            made.append(
                XtdComment.objects.create(
                    content_type=notes,
                    object_pk=note.pk,
                    site_id=SITE_ID,
                    user_name=comment["name"],
                    user_url=comment["url"],
                    user_email="never-to-be-stored@mail.invalid",
                    comment=comment["text"],
                    submit_date=moment(comment["at"]),
                    parent_id=0 if parent is None else made[parent].pk,
                    is_removed=comment["state"] == "removed",
                    is_public=comment["state"] != "waiting",
                )
            )
    return {
        "posts": [
            {
                "path": note.get_absolute_url(),
                "title": note.title,
                "author": note.author,
                "at": note.published.isoformat(),
            }
            for note in Note.objects.order_by("pk")
        ],
        "comments": [
            {
                "id": row.pk,
                "post": row.content_object.get_absolute_url(),
                "parent": None if row.parent_id == row.pk else row.parent_id,
                "author": row.user_name,
                "url": row.user_url,
                "at": row.submit_date.isoformat(),
                "state": "removed" if row.is_removed else "shown" if row.is_public else "waiting",
                "text": row.comment,
            }
            for row in XtdComment.objects.order_by("pk")
        ],
    }


if __name__ == "__main__":
    ready("xtd_site")
    run(fill, serve)
