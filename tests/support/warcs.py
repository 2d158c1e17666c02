"""Small WARC and ARC files, record by record, and blog pages to put into them."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

DATE = "2012-03-01T10:00:00Z"


def page(
    title: str, comments: Iterable[tuple[int, str, str]] = (), *, more: str = "", stated: int | None = None
) -> bytes:
    """A post of a WordPress blog: comments as (id, author, text); `more` stands at the end of the section."""
    comments = list(comments)
    items = "".join(
        f'<li class="comment depth-1" id="comment-{number}"><article id="div-comment-{number}" class="comment-body">'
        f'<div class="comment-author vcard"><b class="fn">{author}</b></div>'
        f'<div class="comment-metadata"><time datetime="2012-01-10T0{number % 10}:00:00+00:00">January 10, 2012</time>'
        "</div>"
        f'<div class="comment-content"><p>{text}</p></div></article></li>'
        for number, author, text in comments
    )
    heading = f'<h2 class="comments-title">{len(comments) if stated is None else stated} comments</h2>'
    return (
        '<!DOCTYPE html><html><head><meta name="generator" content="WordPress 5.0"></head>'
        '<body class="single-post single">'
        f'<article class="post"><h1 class="entry-title">{title}</h1>'
        '<time class="entry-date" datetime="2012-01-09T08:00:00+00:00">January 9, 2012</time>'
        f'<div class="entry-content"><p>The text of {title} is long enough to be taken for what a post says.</p></div>'
        f'</article><div id="comments" class="comments-area">{heading}<ol class="comment-list">{items}</ol>{more}</div>'
        "</body></html>"
    ).encode()


def http(
    body: bytes, *, status: str = "200 OK", content_type: str = "text/html; charset=UTF-8", **headers: str
) -> bytes:
    """An HTTP answer; header names are written with underscores."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def record(
    url: str,
    block: bytes,
    *,
    kind: str = "response",
    date: str = DATE,
    length: int | None = None,
    more: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """A WARC record; `length` is what it says of its length where that is not true."""
    headers = {
        "WARC-Type": kind,
        "WARC-Target-URI": url,
        "WARC-Date": date,
        "WARC-Record-ID": f"<urn:test:{kind}:{date}:{url}>",
        **more,
        "Content-Length": str(len(block) if length is None else length),
    }
    head = "WARC/1.0\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
    return head.encode() + block + b"\r\n\r\n"


def arc_head(version: int = 1) -> bytes:
    """The version block of an ARC file, as Burner and Kahle's description has it."""
    names = b"URL IP-address Archive-date Content-type Archive-length"
    if version == 2:
        names = b"URL IP-address Archive-date Content-type Result-code Checksum Location Offset Filename Archive-length"
    about = b"%d 0 Alexa Internet\n%s\n" % (version, names)
    fields = b"text/plain" if version == 1 else b"text/plain 200 - - 0 IA-001102.arc"
    return b"filedesc://IA-001102.arc 0.0.0.0 20080101000000 %s %d\n%s\n" % (fields, len(about), about)


def arc_record(
    url: str, block: bytes, *, mime: str = "text/html", date: str = "20080301100000", version: int = 1, offset: int = 0
) -> bytes:
    """A record of an ARC file; in version 2 with the fields that it has more."""
    fields = mime if version == 1 else f"{mime} 200 fac069150613fe55599cc7fa88aa089d - {offset} IA-001102.arc"
    return f"{url} 192.0.2.7 {date} {fields} {len(block)}\n".encode() + block + b"\n"


def info() -> bytes:
    return record("", b"software: a test\r\n", kind="warcinfo")


def compressed(records: Iterable[bytes]) -> list[bytes]:
    """Each record as a gzip member of its own; without a time, so that the same records give the same bytes."""
    return [gzip.compress(one, mtime=0) for one in records]


def offsets(pieces: Iterable[bytes]) -> Iterator[int]:
    """Where each piece begins in the file that they make."""
    position = 0
    for piece in pieces:
        yield position
        position += len(piece)


def write_warc(path: Path, *records: bytes) -> Path:
    """A WARC file, compressed record by record if its name ends so."""
    pieces = compressed(records) if path.suffix == ".gz" else records
    path.write_bytes(b"".join(pieces))
    return path


def write_wacz(path: Path, **warcs: bytes) -> Path:
    """A WACZ with WARC files by name, stored as the specification wants."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as wacz:
        wacz.writestr("datapackage.json", "{}")
        for name, content in warcs.items():
            wacz.writestr(f"archive/{name}.warc.gz", content)
    return path
