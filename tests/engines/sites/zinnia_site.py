"""A blog of Zinnia with its own templates: comments of django-contrib-comments, pingbacks and trackbacks as flags."""

from __future__ import annotations

from djangos import ready, serve
from given import FOLDER, SECRET, moment, paragraphs, run

DEBUG = False
SECRET_KEY = SECRET
ALLOWED_HOSTS = ["127.0.0.1"]
# Zinnia 0.20 is of the time of Django 2.2, whose translations Python 3.11 cannot load.
USE_TZ, TIME_ZONE, LANGUAGE_CODE, USE_I18N, SITE_ID = True, "UTC", "en", False, 1
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(FOLDER / "site.sqlite")}}
STATIC_URL, MEDIA_URL, MEDIA_ROOT = "/static/", "/media/", str(FOLDER / "media")
ROOT_URLCONF = "zinnia_urls"
ZINNIA_PAGINATION = 3
ZINNIA_MAIL_COMMENT_REPLY = ZINNIA_MAIL_COMMENT_AUTHORS = ZINNIA_PING_DIRECTORIES = ()
ZINNIA_PING_EXTERNAL_URLS = ZINNIA_SAVE_PING_DIRECTORIES = False
INSTALLED_APPS = (
    *("django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"),
    *("django.contrib.sites", "django.contrib.messages", "django.contrib.staticfiles"),
    *("django_comments", "mptt", "tagging", "zinnia"),
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
        "OPTIONS": {
            "context_processors": [
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.request",
                "zinnia.context_processors.version",
            ],
            "loaders": ["app_namespace.Loader", "django.template.loaders.app_directories.Loader"],
        },
    }
]
FLAGS = {"pingback": "pingback", "trackback": "trackback"}


def fill(posts: list[dict]) -> dict:
    from django.contrib.sites.models import Site
    from django_comments.models import Comment, CommentFlag
    from zinnia.flags import get_user_flagger
    from zinnia.managers import PUBLISHED
    from zinnia.models import Author, Entry

    site = Site.objects.get(pk=SITE_ID)
    mara = Author.objects.create_user("mara", first_name="Mara", last_name="Weiss")
    for place, given in enumerate(posts):
        entry = Entry.objects.create(
            title=given["title"],
            slug=f"entry-{place}",
            content=paragraphs(given["text"]),
            publication_date=moment(given["at"]),
            status=PUBLISHED,
            comment_enabled=given["open"],
        )
        entry.sites.add(site)
        entry.authors.add(mara)
        for comment in given["comments"]:
            row = Comment.objects.create(
                content_object=entry,
                site=site,
                user_name=comment["name"],
                user_url=comment["url"],
                user_email="never-to-be-stored@mail.invalid",
                comment=comment["text"],
                submit_date=moment(comment["at"]),
                is_removed=comment["state"] == "removed",
                is_public=comment["state"] != "waiting",
            )
            if flag := FLAGS.get(comment["kind"]):
                CommentFlag.objects.create(comment=row, user=get_user_flagger(), flag=flag)
        entry.comment_count = entry.comments.count()
        entry.pingback_count, entry.trackback_count = entry.pingbacks.count(), entry.trackbacks.count()
        entry.save()
    return {
        "posts": [
            {
                "path": entry.get_absolute_url(),
                "title": entry.title,
                "author": str(entry.authors.get()),
                "at": entry.publication_date.isoformat(),
            }
            for entry in Entry.objects.order_by("pk")
        ],
        "comments": [
            {
                "id": row.pk,
                "post": row.content_object.get_absolute_url(),
                "parent": None,
                "author": row.user_name,
                "url": row.user_url,
                "at": row.submit_date.isoformat(),
                "state": "removed" if row.is_removed else "shown" if row.is_public else "waiting",
                "text": row.comment,
                "kind": next((flag.flag for flag in row.flags.all()), "comment"),
            }
            for row in Comment.objects.order_by("pk")
        ],
    }


if __name__ == "__main__":
    ready("zinnia_site")
    run(fill, serve)
