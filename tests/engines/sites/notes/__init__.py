"""The blog around django-comments-xtd, which brings comments only: an app of one model and two templates."""
