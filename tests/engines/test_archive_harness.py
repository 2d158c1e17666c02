"""The archive harness itself: both captures of the site can be had, and the site cannot."""

from __future__ import annotations

import json
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from engines.archive import Archive


def test_the_index_lists_both_captures_of_every_public_post(archive: Archive) -> None:
    with urlopen(
        f"{archive.url}/cdx?{urlencode({'url': archive.first.url, 'matchType': 'prefix'})}&output=json"
    ) as cdx:
        captured = [json.loads(line)["url"] for line in cdx]
    for post in archive.first.truth.public_posts().values():
        assert captured.count(post.url) >= 2


def test_captures_show_what_the_site_held_then(archive: Archive) -> None:
    post = next(c.post_id for c in archive.later.comments if c.id == archive.edited)
    url = archive.first.truth.public_posts()[post].url
    with urlopen(f"{archive.url}/cdx?{urlencode({'url': url})}&output=json") as cdx:
        times = sorted(json.loads(line)["timestamp"] for line in cdx)
    older, newer = (urlopen(f"{archive.url}/{time}id_/{url}").read().decode() for time in (times[0], times[-1]))
    assert f'id="comment-{archive.trashed}"' in older
    assert f'id="comment-{archive.trashed}"' not in newer
    assert "Edited since." not in older
    assert "Edited since." in newer
    assert archive.trashed not in archive.later.approved_comments()


def test_the_site_is_gone(archive: Archive) -> None:
    with pytest.raises(URLError):
        urlopen(archive.first.url)
