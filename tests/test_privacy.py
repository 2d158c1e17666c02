"""What is never stored of people: no column but those of written texts holds an address, wherever it was put."""

from __future__ import annotations

import base64
import html
from dataclasses import fields
from datetime import UTC, datetime
from typing import get_type_hints
from urllib.parse import quote, unquote

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import fragment_fromstring
from rejoinder.pipelines.normalize import clean_name, normalize_page, person_url
from rejoinder.pipelines.privacy import OURS, RULES, WRITTEN, holds_mail, public_address, public_page
from rejoinder.pipelines.text import sanitised_html
from rejoinder.schemas import Comment, DateMention, PageComment, PagePost, PageReading, Post

URL = "http://blog.example/2012/01/a-post/"
NOW = datetime(2026, 11, 1, tzinfo=UTC)

MAILS = ["ann.lee@example.com", "a+b@mail.example.co.uk", "ANN@EXAMPLE.ORG"]
ADDRESSES_OF_MACHINES = ["203.0.113.5", "2001:db8::7", "203.0.113.xxx", "198.51.100.*"]
HASHES = ["0f" * 16, "A1" * 16, "0123456789abcdef" * 4, "ab" * 20]
AVATARS = [
    "https://secure.gravatar.com/avatar/{}?s=48&d=mm",
    "https://gravatar.com/{}",
    "https://seccdn.libravatar.org/avatar/{}?s=80",
    "https://i0.wp.com/www.gravatar.com/avatar/{}.jpg",
    "https://blog.example/avatar.php?gravatar_id={}",
    "https://pictures.example/{}?d=identicon",
]


def proxied(address: str) -> list[str]:
    """The ways in which proxies of pictures take the address of one."""
    return [
        address,
        f"https://proxy.example/?url={quote(address, safe='')}",
        f"https://proxy.example/?url={quote(quote(address, safe=''), safe='')}&w=48",
        f"https://camo.example/0123456789/{address.encode().hex()}",
        f"https://img.example/w:48/{base64.urlsafe_b64encode(address.encode()).decode().rstrip('=')}.png",
    ]


def plain(value: str) -> str:
    """A value with all its layers of encoding taken off, in lower case."""
    for _ in range(6):
        value = html.unescape(unquote(value))
    return value.lower()


def texts_of(record: Post | Comment) -> dict[str, str]:
    """The text columns of a record that are not of written texts."""
    values = msgspec.to_builtins(record)
    return {name: str(value) for name, value in values.items() if name not in WRITTEN and value is not None}


def planted(address: str) -> list[str]:
    """Ways in which an address stands beside a name, in a link or a date."""
    return [
        address,
        f"Ann ({address})",
        f"Ann [IP: {address}]",
        f"Ann <{address}>",
        f"Ann, {address}",
        f"http://ann.example/?ip={address}&email={quote(address)}&p=1#{address}",
        f"http://ann.example/u/{quote(address, safe='')}/page",
        f"http://{address}@ann.example/",
        f"mailto:{address}",
        f"http://ann.example/?to={quote(quote(f'mailto:{address}', safe=''), safe='')}",
        quote(f"Ann ({address})"),
    ]


def test_each_text_column_is_of_one_kind() -> None:
    for record in (Post, Comment):
        hints = get_type_hints(record)
        textual = {
            field.name
            for field in fields(record)
            if "str" in str(hints[field.name]) or "Literal" in str(hints[field.name])
        }
        for column in textual:
            assert sum(column in kind for kind in (RULES, WRITTEN, OURS)) == 1, column


@given(st.data())
def test_no_column_but_written_texts_holds_an_address(data: st.DataObject) -> None:
    secret = data.draw(st.sampled_from([*MAILS, *ADDRESSES_OF_MACHINES]))
    way = st.sampled_from(planted(secret))

    def drawn() -> str:
        return data.draw(way)

    post = PagePost(
        url=f"{URL}?email={quote(secret)}",
        native_id=drawn(),
        title=f"Write to {secret}",
        author_name=drawn(),
        author_url=drawn(),
        published=DateMention(text=f"January 9, 2012 {secret}"),
        categories=[secret],
        tags=[f"to {secret}"],
    )
    comment = PageComment(
        native_id=drawn(),
        parent_native_id=drawn(),
        author_name=drawn(),
        author_url=drawn(),
        published=DateMention(text=f"January 9, 2012 at 3:30 pm | {secret}"),
        permalink=f"{URL}?email={quote(secret, safe='')}#comment-7",
        body=fragment_fromstring("<p>I am at <a href='http://x.example/'></a></p>"),
    )
    comment.body[0].text = secret  # pyright: ignore[reportOptionalSubscript]
    reading = PageReading(platform="generic", post=post, comments=[comment])
    posts, comments, _ = normalize_page(reading, url=URL, fetch_id="f1", fetched_at=NOW)
    for record in (*posts, *comments):
        for column, value in texts_of(record).items():
            assert secret.lower() not in plain(value), column
    # What people wrote stays as it was public.
    assert posts[0].title == f"Write to {secret}"
    assert (posts[0].categories, posts[0].tags) == ([secret], [f"to {secret}"])
    assert comments[0].body_text == f"I am at {secret}"
    assert comments[0].permalink == f"{URL}#comment-7"
    assert posts[0].published_local == comments[0].published_local.replace(hour=0, minute=0)  # pyright: ignore[reportOptionalMemberAccess]


@pytest.mark.parametrize("digest", HASHES)
@pytest.mark.parametrize("avatar", AVATARS)
def test_no_address_holds_the_hash_of_an_avatar(avatar: str, digest: str) -> None:
    for address in proxied(avatar.format(digest)):
        assert person_url(address, URL) is None, address
        assert public_address(address) is None, address
        body = fragment_fromstring("<p><img alt='a'><a>b</a><q>c</q></p>")
        body[0].set("src", address)
        body[1].set("href", address)
        body[1].set("title", address)
        body[2].set("cite", address)
        assert sanitised_html(body, URL) == '<img alt="a"><a>b</a><q>c</q>'.replace("<img", "<p><img").replace(
            "/q>", "/q></p>"
        )


@pytest.mark.parametrize(
    "address",
    [
        "http://ann.example/",
        "https://medium.com/@ann.lee/a-post-0123456789ab",
        "https://social.example/@ann@other.example",
        "https://www.flickr.com/photos/12345678@N00/",
        "https://x.example/logo@2x.png",
        "https://cdn.example/npm/name@1.2.3/index.js",
        "https://maps.example/@51.5,-0.12,15z",
        "http://203.0.113.5:8080/blog/",
        "https://x.example/avatar-the-film/2009",
        f"https://x.example/commit/{'0f' * 20}",
        "https://x.example/?q=%40ann&r=%25",
    ],
)
def test_addresses_of_other_kinds_stay(address: str) -> None:
    assert public_address(address) == address
    assert person_url(address, URL) == address
    assert public_page(address) == address


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Ann (203.0.113.5)", "Ann"),
        ("Ann [203.0.113.xxx]", "Ann"),
        ("Ann (IP: 2001:db8::7)", "Ann"),
        ("ann.lee@example.com (203.0.113.5)", "ann.lee"),
        ("Ann Lee (ann@example.com)", "Ann Lee"),
        ("(ann@example.com)", "(ann)"),
        ("203.0.113.5", None),
        ("203.0.113.x", None),
        ("0f" * 16, None),
        ("Ann (Oslo)", "Ann (Oslo)"),
        ("Agent 7.1.2", "Agent 7.1.2"),
        ("C::D (12:30:45)", "C::D (12:30:45)"),
        ("50% of Ann", "50% of Ann"),
        ("@ann", "@ann"),
    ],
)
def test_names_hold_no_address(written: str, name: str | None) -> None:
    assert clean_name(written) == name


def test_a_page_known_by_an_address_is_kept_without_the_person() -> None:
    assert public_page("https://blog.example/?p=3&mail=ann%40example.com") == "https://blog.example/?p=3"
    kept = public_page("https://blog.example/u/ann%40example.com/a%20post")
    assert kept == "https://blog.example/u/@example.com/a%20post"
    assert not holds_mail(kept)
