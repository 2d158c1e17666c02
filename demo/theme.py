"""The look of the blog: WordPress pages in the Gartner network's newest layout."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from html import escape
from itertools import groupby, islice
from pathlib import Path
from string import Template

from .blog import Blog, BlogComment, BlogPost

TEMPLATES = Path(__file__).parent / "theme"
RECENT_COMMENTS = 3
MONTHS_SHOWN = 24
EXCERPT_LENGTH = 160

Children = dict[int | None, list[BlogComment]]


@cache
def template(name: str) -> Template:
    """A file of theme/."""
    return Template((TEMPLATES / name).read_text("utf-8"))


def fill(file: str, /, **values: object) -> str:
    return template(file).substitute(values)


def page(blog: Blog, *, title: str, content: str, body_class: str, head: str = "") -> str:
    """A whole HTML page: the content between header and the widgets that every page of the blog carries."""
    recent = [(post, comment) for post in blog.posts[:RECENT_COMMENTS] for comment in post.comments[-1:]]
    return fill(
        "page.html",
        blog=escape(blog.name),
        home=blog.home,
        title=escape(title),
        head=head,
        body_class=body_class,
        content=content,
        months="\n".join(
            f'<li><a href="{blog.home}{month}/">{month}</a></li>'
            for month, _ in islice(groupby(blog.posts, lambda post: f"{post.published:%Y/%m}"), MONTHS_SHOWN)
        ),
        recent_comments="\n".join(
            f'<li class="recentcomments"><span class="comment-author-link">{escape(comment.author)}</span> on '
            f'<a href="{blog.home}{post.path}#comment-{comment.id}">{escape(post.title)}</a></li>'
            for post, comment in recent
        ),
    )


def post_page(blog: Blog, post: BlogPost, comment_page: int | None = None) -> str:
    """The page of a post; without a number it shows the last comment page, which is WordPress's default."""
    children = children_of(post)
    threads = children[None]
    pages = comment_pages(blog, post)
    number = min(comment_page or pages, pages)
    shown = threads[(number - 1) * blog.threads_per_page : number * blog.threads_per_page]
    url = blog.home + post.path
    page_url = f"{url}comment-page-{number}/" if pages > 1 else url
    content = fill(
        "post.html",
        id=post.id,
        home=blog.home,
        title=escape(post.title),
        author=escape(post.author),
        date=f"{post.published:%B %d, %Y}",
        count=stated_count(post),
        categories=term_links(blog, post),
        body=paragraphs(post.body),
        closed="" if post.comments_open else '<p class="nocomments">Comments are closed</p>',
        navigation=comment_navigation(url, number, pages),
        comments="\n".join(comment_item(comment, 1, post, children, page_url) for comment in shown),
        form=fill("form.html", id=post.id) if post.comments_open else "",
    )
    canonical = f'<link rel="canonical" href="{f"{page_url}#comments" if comment_page else url}">'
    return page(
        blog, title=post.title, content=content, head=canonical, body_class=f"single single-post postid-{post.id}"
    )


def children_of(post: BlogPost) -> Children:
    """Comments by the id of the one they answer, oldest first; the threads themselves under None."""
    children: Children = defaultdict(list)
    for comment in post.comments:
        children[comment.parent].append(comment)
    return children


def comment_pages(blog: Blog, post: BlogPost) -> int:
    """Number of pages that the post's threads fill; at least 1."""
    threads = sum(comment.parent is None for comment in post.comments)
    return max(1, -(-threads // blog.threads_per_page))


def comment_item(comment: BlogComment, depth: int, post: BlogPost, children: Children, url: str) -> str:
    """A comment with all comments beneath it; `url` is the page it stands on."""
    if comment.kind == "pingback":
        return fill("pingback.html", id=comment.id, url=comment.url, author=escape(comment.author))
    own = comment.author == post.author
    answers = "\n".join(comment_item(answer, depth + 1, post, children, url) for answer in children[comment.id])
    return fill(
        "comment.html",
        id=comment.id,
        classes=f"comment {'byuser bypostauthor ' if own else ''}depth-{depth}",
        name=name_line(comment) if comment.name_shown else "",
        date=date_line(comment, url),
        body=paragraphs(comment.body),
        reply_link=reply_link(comment, url) if post.comments_open else "",
        children=f'<ol class="children">\n{answers}\n</ol>' if answers else "",
    )


def name_line(comment: BlogComment) -> str:
    name = escape(comment.author)
    if comment.url:
        name = f'<a href="{escape(comment.url)}" rel="external nofollow" class="url">{name}</a>'
    return f'<div class="comment-author vcard"><cite class="fn">{name}</cite> <span class="says">says:</span></div>'


def date_line(comment: BlogComment, url: str) -> str:
    """The comment's date as the link to it, e.g. 'January 9, 2012 at 3:04 pm'; empty if it has none."""
    if comment.published is None:
        return ""
    time = f"{comment.published:%I:%M %p}".lstrip("0").lower()
    date = f"{comment.published:%B} {comment.published.day}, {comment.published.year} at {time}"
    return f'<div class="comment-meta commentmetadata"><a href="{url}#comment-{comment.id}">{date}</a></div>'


def reply_link(comment: BlogComment, url: str) -> str:
    """The link that makes a WordPress blog look endless to a crawler that follows it."""
    target = f"{url}?replytocom={comment.id}#respond"
    return f'<div class="reply"><a rel="nofollow" class="comment-reply-link" href="{target}">Reply</a></div>'


def comment_navigation(url: str, number: int, pages: int) -> str:
    """Links to the comment pages beside this one; empty where there is only one."""
    links = [
        f'<a class="{which}" href="{url}comment-page-{other}/#comments">{text}</a>'
        for which, other, text in (
            ("prev", number - 1, "&laquo; Older Comments"),
            ("next", number + 1, "Newer Comments &raquo;"),
        )
        if 1 <= other <= pages
    ]
    return f'<nav class="navigation comment-navigation">{" ".join(links)}</nav>' if links else ""


def listing_page(blog: Blog, *, title: str, path: str, posts: list[BlogPost], number: int) -> str | None:
    """Page `number` of a list of posts, e.g. the blog's front page or a month; None past the last one."""
    start = (number - 1) * blog.posts_per_page
    shown = posts[start : start + blog.posts_per_page]
    if not shown:
        return None
    older = f'<a class="next page-numbers" rel="next" href="{path}page/{number + 1}/">Older posts</a>'
    content = "\n".join(
        fill(
            "summary.html",
            id=post.id,
            url=blog.home + post.path,
            title=escape(post.title),
            author=escape(post.author),
            date=f"{post.published:%B %d, %Y}",
            count=stated_count(post),
            excerpt=excerpt(post.body),
        )
        for post in shown
    )
    if start + blog.posts_per_page < len(posts):
        content += f'\n<nav class="navigation posts-navigation">{older}</nav>'
    return page(blog, title=title, content=content, body_class="blog")


def stated_count(post: BlogPost) -> str:
    """'1 Comment', '4 Comments': pingbacks counted, as WordPress does."""
    return f"{len(post.comments)} Comment{'' if len(post.comments) == 1 else 's'}"


def term_paths(post: BlogPost) -> dict[str, str]:
    """Where the listings of a post's categories and tags stand below the blog's home, each with its name.

    >>> from .blog import demo_blog
    >>> term_paths(demo_blog().posts[0])
    {'category/announcements/': 'announcements'}
    """
    terms = [*(("category", term) for term in post.categories), *(("tag", term) for term in post.tags)]
    return {f"{taxonomy}/{term.lower().replace(' ', '-')}/": term for taxonomy, term in terms}


def term_links(blog: Blog, post: BlogPost) -> str:
    """Categories and tags, run together without a comma as in the network's newest layout."""
    return "".join(
        f'<a href="{blog.home}{path}" rel="{"category " * path.startswith("category")}tag">{escape(term)}</a>'
        for path, term in term_paths(post).items()
    )


def paragraphs(text: str) -> str:
    """HTML of a text whose blank lines part paragraphs and whose single line ends are line breaks.

    >>> paragraphs("one\\n\\ntwo\\nlines")
    '<p>one</p>\\n<p>two<br />\\nlines</p>'
    """
    blocks = re.split(r"\n\s*\n", text.strip())
    return "\n".join(
        block if block.startswith(("<blockquote", "<ul")) else f"<p>{block.replace(chr(10), '<br />' + chr(10))}</p>"
        for block in blocks
    )


def excerpt(text: str) -> str:
    """Start of a text without its markup, escaped."""
    plain = re.sub(r"<[^>]+>", " ", text)
    return escape(" ".join(plain.split())[:EXCERPT_LENGTH], quote=False)
