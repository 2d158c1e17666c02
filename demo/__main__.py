"""Try a spider by hand: `python -m rejoinder.demo [--posts 1000] [--port 8000]` serves a blog until Ctrl-C."""

from __future__ import annotations

import contextlib
import threading

import click

from .blog import demo_blog
from .generated import generated_blog
from .server import BlogHandler, handler_of, serve
from .site import Site


@click.command()
@click.option("--posts", type=int, help="Serve a generated blog with so many posts instead of the demonstration's.")
@click.option("--port", type=int, default=0, help="Default: any free port.")
def main(posts: int | None, port: int) -> None:
    """Serve a blog on loopback and print its address."""
    blog = demo_blog() if posts is None else generated_blog(posts)
    with contextlib.suppress(KeyboardInterrupt), serve(handler_of(Site(blog), BlogHandler), port) as url:
        click.echo(url)
        threading.Event().wait()


if __name__ == "__main__":
    main()
