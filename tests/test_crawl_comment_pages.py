"""Posts whose comments stand on three pages each: all of them once, counted through, whatever the pages are called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from rejoinder.demo import Site, demo_blog, serve
from rejoinder.demo.server import BlogHandler, handler_of
from rejoinder.demo.site import Page

from support.runs import crawled, fetches, rows

COMMENTS = 5
ON_A_PAGE = 2
MISSING = Page(b"<!DOCTYPE html><title>Not found</title>")
ROBOTS = Page(b"User-agent: *\nDisallow:\n", "text/plain")


class PagedComments(BlogHandler):
    """Two posts in a listing of two pages; a subclass prints the comments of a page and the links to the others."""

    asked: ClassVar[list[str]]
    posts: ClassVar[tuple[str, ...]]
    listing: ClassVar[str] = "page"

    def do_GET(self) -> None:
        self.asked.append(self.path)
        url = urlsplit(self.path)
        page = self.whole_number(self.listing)
        if url.path == "/robots.txt":
            self.answer(ROBOTS)
        elif post := next((post for post in self.posts if self.is_of(post)), None):
            self.answer(Page(self.post_page(post).encode()))
        elif url.path == "/" and page < len(self.posts):
            self.answer(Page(self.front_page(page).encode()))
        else:
            self.answer(MISSING, HTTPStatus.NOT_FOUND)

    def whole_number(self, parameter: str) -> int:
        return int(parse_qs(urlsplit(self.path).query).get(parameter, ["0"])[0])

    def is_of(self, post: str) -> bool:
        return urlsplit(self.path).path == post

    def front_page(self, page: int) -> str:
        post = self.posts[page]
        older = (
            f'<a rel="next" href="/?{self.listing}={page + 1}">older posts</a>' if page + 1 < len(self.posts) else ""
        )
        return (
            f"<!DOCTYPE html><html><head><title>Canal</title></head><body><h1>Canal</h1><article><h2><a href='{post}'>"
            f"Post at {post}</a></h2></article><ul class='pager'><li>{older}</li></ul></body></html>"
        )

    def post_page(self, post: str) -> str:
        """The page of the post that `self.path` asks for."""
        raise NotImplementedError


class LikeDrupal(PagedComments):
    """Pages from 0 by the parameter that also pages the listing; every page calls itself canonical."""

    posts = ("/node/12", "/node/13")

    def post_page(self, post: str) -> str:
        page = self.whole_number("page")
        first = page * ON_A_PAGE
        number = post.rpartition("/")[2]
        comments = "".join(
            f'<a id="comment-{number}{n}"></a><div class="comment"><div class="submitted">Submitted by '
            f'<span class="username">Reader {n}</span> on 05/{10 + n}/2016 - 12:00</div><div class="content">'
            f'<div class="field-name-comment-body"><p>Word {n} on {post}.</p></div></div></div>'
            for n in range(first, min(first + ON_A_PAGE, COMMENTS))
        )
        # The pager as on long threads: neighbours, first and last, not every page.
        pages = {0: post, 1: f"{post}?page=1", 2: f"{post}?page=2"}
        links = [
            f'<li class="pager-item"><a href="{pages[n]}">{n + 1}</a></li>' for n in (page - 1, page + 1) if n in pages
        ]
        links.append(f'<li class="pager-last"><a href="{pages[2]}">last »</a></li>' if page < 2 else "")
        return (
            '<!DOCTYPE html><html lang="en"><head><meta name="Generator" content="Drupal 7 (http://drupal.org)">'
            f'<title>Post at {post} | Canal</title><link rel="canonical" href="{pages[page]}"></head><body>'
            f'<h1>Post at {post}</h1><div class="node"><div class="submitted">Submitted by Nina Sund on 05/03/2016 - '
            "09:00</div><p>The path along the canal is rebuilt in summer and closed for as long.</p></div>"
            f'<div id="comments"><h2>Comments</h2>{comments}<ul class="pager">{"".join(links)}</ul></div></body></html>'
        )


class LikeSpip(PagedComments):
    """The number of comments before the page, behind a query that names the post; no page says what is canonical."""

    posts = ("/spip.php?article5", "/spip.php?article6")
    listing = "debut_articles"

    def is_of(self, post: str) -> bool:
        return f"{self.path}&".startswith(f"{post}&") or f"{self.path}&".startswith(f"{post}=&")

    def post_page(self, post: str) -> str:
        first = self.whole_number("debut_forums")
        number = post[-1]
        comments = "".join(
            f'<li class="forum-fil"><div class="forum-message" id="forum{number}{n}"><div class="forum-chapo"><small>'
            f'Le {10 + n} mai 2016 à 12:00, par <span class="forum-auteur">Lecteur {n}</span></small></div>'
            f'<div class="forum-texte"><p>Mot {n} sur {post}.</p></div></div></li>'
            for n in range(first, min(first + ON_A_PAGE, COMMENTS))
        )
        links = " | ".join(
            f'<a class="lien_pagination" href="{post}&amp;debut_forums={before}#pagination_forums">{before}</a>'
            for before in range(0, COMMENTS, ON_A_PAGE)
            if before != first
        )
        return (
            '<!DOCTYPE html><html lang="fr"><head><meta name="generator" content="SPIP 2.1.10">'
            f"<title>{post} - Canal</title></head><body class='page_article'><h1>{post}</h1><p>3 mai 2016</p>"
            "<div class='texte'><p>Le canal gèle une année sur trois, et personne ne note laquelle.</p></div>"
            f'<h2>Commentaires</h2><a id="pagination_forums"></a><ul class="forum">{comments}</ul>'
            f'<p class="pagination">{links}</p></body></html>'
        )


@contextmanager
def served(handler: type[PagedComments]) -> Iterator[tuple[str, list[str]]]:
    """Serve such a site; gives its front page's URL and the list of what is asked for."""
    asked: list[str] = []
    with serve(handler_of(Site(demo_blog()), handler, asked=asked)) as url:
        yield urljoin(url, "/"), asked


@pytest.mark.parametrize("handler", [LikeDrupal, LikeSpip], ids=lambda handler: handler.__name__)
def test_all_comments_of_all_pages_come_once_and_in_order(tmp_path: Path, handler: type[PagedComments]) -> None:
    with served(handler) as (url, asked):
        crawled(url, tmp_path)
    posts = rows(tmp_path, "posts")
    assert len(posts) == len(handler.posts), "a comment page was taken for a post, or two posts for one"
    comments = rows(tmp_path, "comments")
    for post in posts:
        own = [comment for comment in comments if comment["post_id"] == post["post_id"]]
        assert [comment["position"] for comment in own] == list(range(COMMENTS))
        assert [comment["author_name"][-1] for comment in own] == [str(n) for n in range(COMMENTS)]
        assert [comment["comment_page"] for comment in own] == [1, 1, 2, 2, 3]
    assert {row["outcome"] for row in fetches(tmp_path) if row["page_kind"] in ("post", "comments")} == {"ok"}
    pages = Counter(path for path in asked if any(path.startswith(post) for post in handler.posts))
    assert len(pages) == 3 * len(handler.posts)
    assert set(pages.values()) == {1}
