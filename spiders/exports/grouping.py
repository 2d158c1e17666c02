"""What a file holds in its own order, put in that of its posts: on disk, for a file may be larger than memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] - compiled, without stubs

from ..xml import Record


@dataclass(slots=True)
class Group:
    """A post as its file has it, and what stands under it, in the order of the file."""

    key: str
    post: Record | None = None
    """None if the file does not hold it."""
    comments: list[Record] = field(default_factory=list)


class Shelf:
    """Takes records in any order and gives them by post: a nameless database of SQLite, gone with its connection."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("")
        self._database.execute(
            "create table things (number integer primary key, post text, is_post int, line int, is_whole int, xml blob)"
        )

    def put(self, record: Record, key: str, *, is_post: bool) -> None:
        """Put aside a post known by `key`, or a comment that stands under the post of that key."""
        element = record.element
        if element.base:  # that of elements around it
            element.set("{http://www.w3.org/XML/1998/namespace}base", element.base)
        xml = etree.tostring(element, encoding="utf-8", with_tail=False)
        self._database.execute(
            "insert into things (post, is_post, line, is_whole, xml) values (?, ?, ?, ?, ?)",
            (key, is_post, record.line, record.is_whole, xml),
        )

    def groups(self) -> Iterator[Group]:
        """All that was put aside, the posts in the order in which the file first names them."""
        self._database.execute("create index by_post on things (post, number)")
        posts = self._database.execute("select post from things group by post order by min(number)")
        for (key,) in posts:
            group = Group(key)
            rows = self._database.execute(
                "select is_post, line, is_whole, xml from things where post = ? order by number", (key,)
            )
            for is_post, line, is_whole, xml in rows:
                record = Record(etree.fromstring(xml, _parser()), line, bool(is_whole))
                if is_post:
                    group.post = record  # the later one, where a file holds it twice
                else:
                    group.comments.append(record)
            yield group

    def close(self) -> None:
        self._database.close()


@lru_cache(maxsize=1)
def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
