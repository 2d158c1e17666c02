"""A blog of Mezzanine with its own templates, as `mezzanine-project` makes one."""

from __future__ import annotations

from djangos import ready, serve
from given import FOLDER, SECRET, moment, paragraphs, run
from mezzanine.utils.conf import set_dynamic_settings

DEBUG = False  # else its robots.txt closes the site
SECRET_KEY = NEVERCACHE_KEY = SECRET
ALLOWED_HOSTS = ["127.0.0.1"]
USE_TZ, TIME_ZONE, LANGUAGE_CODE, USE_I18N, SITE_ID = True, "UTC", "en", False, 1
LANGUAGES = (("en", "English"),)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(FOLDER / "site.sqlite")}}
PROJECT_ROOT = str(FOLDER)
STATIC_URL, STATIC_ROOT, MEDIA_URL, MEDIA_ROOT = "/static/", str(FOLDER / "static"), "/media/", str(FOLDER / "media")
ROOT_URLCONF = "mezzanine_urls"
USE_MODELTRANSLATION = False
BLOG_SLUG = "blog"
BLOG_POST_PER_PAGE = 3
COMMENTS_DEFAULT_APPROVED = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
AUTHENTICATION_BACKENDS = ("mezzanine.core.auth_backends.MezzanineBackend",)
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "builtins": ["mezzanine.template.loader_tags"],
            "context_processors": [
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.request",
                "mezzanine.conf.context_processors.settings",
                "mezzanine.pages.context_processors.page",
            ],
            "loaders": [
                "mezzanine.template.loaders.host_themes.Loader",
                "django.template.loaders.app_directories.Loader",
            ],
        },
    }
]
INSTALLED_APPS = (
    *("django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.redirects"),
    *("django.contrib.sessions", "django.contrib.sites", "django.contrib.sitemaps", "django.contrib.messages"),
    *("django.contrib.staticfiles", "mezzanine.boot", "mezzanine.conf", "mezzanine.core", "mezzanine.generic"),
    *("mezzanine.pages", "mezzanine.blog"),
)
MIDDLEWARE = (
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "mezzanine.core.request.CurrentRequestMiddleware",
    "mezzanine.pages.middleware.PageMiddleware",
)
PACKAGE_NAME_FILEBROWSER, PACKAGE_NAME_GRAPPELLI, OPTIONAL_APPS = "filebrowser_safe", "grappelli_safe", ()
set_dynamic_settings(globals())


def fill(posts: list[dict]) -> dict:
    from django.contrib.auth.models import User
    from mezzanine.blog.models import BlogPost
    from mezzanine.generic.models import ThreadedComment

    mara = User.objects.create_user("mara", first_name="Mara", last_name="Weiss")
    for given in posts:
        post = BlogPost.objects.create(
            user=mara,
            title=given["title"],
            content=paragraphs(given["text"]),
            publish_date=moment(given["at"]),
            allow_comments=given["open"],
        )
        made: list[ThreadedComment] = []
        for comment in given["comments"]:
            parent = comment["parent"]
            row = ThreadedComment.objects.create(
                content_object=post,
                user_name=comment["name"],
                user_url=comment["url"],
                user_email="never-to-be-stored@mail.invalid",
                comment=comment["text"],
                submit_date=moment(comment["at"]),
                replied_to=None if parent is None else made[parent],
                is_removed=comment["state"] == "removed",
            )
            if comment["state"] == "waiting":
                ThreadedComment.objects.filter(pk=row.pk).update(is_public=False)
            made.append(row)
    return {
        "posts": [
            {
                "path": post.get_absolute_url(),
                "title": post.title,
                "author": post.user.get_full_name(),
                "at": post.publish_date.isoformat(),
            }
            for post in BlogPost.objects.order_by("id")
        ],
        "comments": [
            {
                "id": row.pk,
                "post": row.content_object.get_absolute_url(),
                "parent": row.replied_to_id,
                "author": row.user_name,
                "url": row.user_url,
                "at": row.submit_date.isoformat(),
                "state": "removed" if row.is_removed else "shown" if row.is_public else "waiting",
                "text": row.comment,
            }
            for row in ThreadedComment.objects.order_by("id")
        ],
    }


if __name__ == "__main__":
    ready("mezzanine_site")
    run(fill, serve)
