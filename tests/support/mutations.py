"""Pages made wrong: small, seeded changes of bytes, tags, attributes, texts and structure, as a fuzz run needs them."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

TAG = re.compile(rb"</?[a-zA-Z][^<>]*>")
VALUE = re.compile(rb"""\s([\w:-]+)=("[^"<>]*"|'[^'<>]*')""")
TEXT = re.compile(rb">([^<>]+)<")

LARGEST = 400_000
"""Bytes that a page may grow to: what is larger costs time and shows nothing new."""

ADDRESSES = (
    "http://[",
    "//[",
    "http://[::1",
    "http://a:b/",
    "http://a:99999999/",
    "http://a\u2100b/",
    "//",
    "http://",
    "?page=" + "9" * 5000,
    "#comment-" + "9" * 5000,
    "/comment-page-" + "9" * 30 + "/#comments",
    "?cpage=00002#comments",
    "javascript:alert(1)",
    "data:text/html,x",
    "mailto:a@example.com",
    "file:///etc/passwd",
    "..",
    "#",
    "%",
    "/a b\\c",
    "https://user:word@example.com/",
    "https://xn--a.example/",
    "/" + "avatar" * 500,
)
VALUES = (
    "",
    " ",
    "comment",
    "comments",
    "commentlist",
    "comment depth-1",
    "comment depth-" + "9" * 5000,
    "children",
    "comment-",
    "comment-0",
    "comment-1",
    "comment-\u0662",
    "comment-" + "9" * 5000,
    "respond",
    "author fn vcard",
    "date",
    "2012-01-09T15:04:00Z",
    "0000-00-00",
    "99999999999999999999",
    "-1",
    "margin-left: " + "9" * 400 + "px",
    "sidebar widget",
    "\u00b2",
    "\u202e",
    "a" * 3000,
)
TEXTS = (
    "&#11;",
    "&#1;",
    "&#0;",
    "&#xFFFE;",
    "&#xD800;",
    "&#99999999999;",
    "\ufffe",
    "\u202e\u2067",
    "\u200b",
    "e\u0301" * 200,
    "9" * 5000,
    "\u00b2 comments",
    "\u0663 comments",
    "12,345,678,901 Comments",
    "May 32, 2012",
    "January 10, 2012 at 3:04 pm",
    "31.12.9999 25:61",
    "29 February 2011",
    "in 99999999999999999999 days",
    "99999999999999999 days ago",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "Ann says:",
    "Posted by",
    "| Reply",
    "> > > >",
    "<![CDATA[",
    "<!--",
    "-->",
    " " * 3000,
    "a" * 3000,
    "[" * 500,
    "(" * 500,
)
LINKED_DATA = (
    '{"@type":"Article","url":"http://[","comment":[{"@type":"Comment","text":"\\ud800","url":"//["}]}',
    '{"@type":"Article","commentCount":"' + "9" * 5000 + '"}',
    '{"@type":["Article",1,null],"author":[],"comment":{"@type":"Comment","text":"a\\u000b\\ufffe","author":[{}]}}',
    '{"@graph":[[[[{"@type":"Article","headline":{"a":1},"datePublished":[1],"author":{"name":[]}}]]]]}',
    "[" * 2000,
    '{"@type":"Article","mainEntityOfPage":{"@id":5},"comment":'
    + '{"@type":"Comment","text":"x","comment":' * 80
    + "1",
)

Mutation = Callable[[bytes, Random], bytes]


def mutated(page: bytes, random: Random, most: int = 4) -> bytes:
    """The page with one to `most` changes; the same for the same state of `random`."""
    for _ in range(random.randint(1, most)):
        page = random.choice(MUTATIONS)(page, random)[:LARGEST]
    return page


def _slice(page: bytes, random: Random, longest: int = 3000) -> tuple[int, int]:
    start = random.randint(0, len(page))
    return start, min(len(page), start + random.randint(0, longest))


# Bytes


def flip_bytes(page: bytes, random: Random) -> bytes:
    changed = bytearray(page)
    for _ in range(random.randint(1, 20)):
        if changed:
            changed[random.randrange(len(changed))] = random.choice(b"\x00\x0b\x1f<>\"'&;=/ \x80\xc3\xed\xff09aZ")
    return bytes(changed)


def cut_bytes(page: bytes, random: Random) -> bytes:
    start, end = _slice(page, random)
    return page[:start] + page[end:]


def double_bytes(page: bytes, random: Random) -> bytes:
    start, end = _slice(page, random)
    return page[:end] + page[start:]


def move_bytes(page: bytes, random: Random) -> bytes:
    start, end = _slice(page, random)
    piece, rest = page[start:end], page[:start] + page[end:]
    place = random.randint(0, len(rest))
    return rest[:place] + piece + rest[place:]


def insert_noise(page: bytes, random: Random) -> bytes:
    place = random.randint(0, len(page))
    return page[:place] + random.randbytes(random.randint(1, 60)) + page[place:]


# Tags


def _some_tags(page: bytes, random: Random) -> list[re.Match[bytes]]:
    tags = list(TAG.finditer(page))
    return sorted(random.sample(tags, min(len(tags), random.randint(1, 6))), key=lambda tag: -tag.start())


def drop_tags(page: bytes, random: Random) -> bytes:
    for tag in _some_tags(page, random):
        page = page[: tag.start()] + page[tag.end() :]
    return page


def double_tags(page: bytes, random: Random) -> bytes:
    for tag in _some_tags(page, random):
        page = page[: tag.end()] + tag[0] * random.choice((1, 2, 30)) + page[tag.end() :]
    return page


def move_tags(page: bytes, random: Random) -> bytes:
    for tag in _some_tags(page, random):
        page = page[: tag.start()] + page[tag.end() :]
        place = random.randint(0, len(page))
        page = page[:place] + tag[0] + page[place:]
    return page


def close_tags(page: bytes, random: Random) -> bytes:
    for tag in _some_tags(page, random):
        name = re.sub(rb"\W.*", b"", tag[0].strip(b"</>"), flags=re.S)
        page = page[: tag.end()] + b"</" + name + b">" + page[tag.end() :]
    return page


def rename_tags(page: bytes, random: Random) -> bytes:
    names = (
        b"div",
        b"p",
        b"li",
        b"ol",
        b"a",
        b"b",
        b"table",
        b"td",
        b"form",
        b"h1",
        b"h3",
        b"time",
        b"article",
        b"body",
    )
    for tag in _some_tags(page, random):
        renamed = re.sub(rb"^(</?)\w+", lambda m: m[1] + random.choice(names), tag[0])
        page = page[: tag.start()] + renamed + page[tag.end() :]
    return page


# Attributes and texts


def change_values(page: bytes, random: Random) -> bytes:
    found = list(VALUE.finditer(page))
    for value in sorted(random.sample(found, min(len(found), random.randint(1, 8))), key=lambda m: -m.start()):
        is_address = value[1].lower() in (b"href", b"src", b"action", b"cite")
        new = random.choice(ADDRESSES if is_address or random.random() < 0.1 else VALUES)
        page = page[: value.start(2)] + b'"' + new.encode() + b'"' + page[value.end(2) :]
    return page


def swap_values(page: bytes, random: Random) -> bytes:
    found = list(VALUE.finditer(page))
    if len(found) < 2:
        return page
    first, second = sorted(random.sample(found, 2), key=lambda m: m.start())
    between = page[first.end(2) : second.start(2)]
    return page[: first.start(2)] + second[2] + between + first[2] + page[second.end(2) :]


def change_texts(page: bytes, random: Random) -> bytes:
    found = list(TEXT.finditer(page))
    for text in sorted(random.sample(found, min(len(found), random.randint(1, 6))), key=lambda m: -m.start()):
        new = random.choice(TEXTS).encode()
        place = random.choice((text.start(1), text.end(1), random.randint(text.start(1), text.end(1))))
        page = page[:place] + new + page[(place if random.random() < 0.7 else text.end(1)) :]
    return page


def add_linked_data(page: bytes, random: Random) -> bytes:
    place = random.choice([tag.end() for tag in TAG.finditer(page)] or [0])
    data = random.choice(LINKED_DATA).encode()
    return page[:place] + b'<script type="application/ld+json">' + data + b"</script>" + page[place:]


# Structure


def nest(page: bytes, random: Random) -> bytes:
    place = random.choice([tag.end() for tag in TAG.finditer(page)] or [0])
    opening = random.choice((b"<div>", b"<ul><li class=comment>", b"<blockquote>", b"<b>", b"<table><tr><td>", b"<p>"))
    return page[:place] + opening * random.choice((3, 50, 600, 3000)) + page[place:]


def swap_halves(page: bytes, random: Random) -> bytes:
    places = [tag.start() for tag in TAG.finditer(page)] or [0]
    place = random.choice(places)
    return page[place:] + page[:place]


def repeat(page: bytes, random: Random) -> bytes:
    places = sorted(random.choices([tag.start() for tag in TAG.finditer(page)] or [0], k=2))
    piece = page[places[0] : min(places[1], places[0] + 4000)]
    return page[: places[1]] + piece * random.choice((1, 3, 40)) + page[places[1] :]


def cut_short(page: bytes, random: Random) -> bytes:
    return page[: random.randint(0, len(page))]


MUTATIONS: tuple[Mutation, ...] = (
    flip_bytes,
    cut_bytes,
    double_bytes,
    move_bytes,
    insert_noise,
    drop_tags,
    double_tags,
    move_tags,
    close_tags,
    rename_tags,
    change_values,
    change_values,
    swap_values,
    change_texts,
    change_texts,
    add_linked_data,
    nest,
    swap_halves,
    repeat,
    cut_short,
)
