"""A small blog that is served on this machine, to see rejoinder work without touching anybody's server."""

from .blog import Blog, BlogComment, BlogPost, demo_blog
from .server import serve
from .site import Site

__all__ = ["Blog", "BlogComment", "BlogPost", "Site", "demo_blog", "serve"]
