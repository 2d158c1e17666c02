"""Blogs that live through random nights, written as raw parts by the writer of crawls.

Each night is one thing that may happen to a data folder. What it does is drawn, so that the same seed gives the same
folder; nothing of it depends on the clock.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rejoinder.pipelines.compact import compact
from rejoinder.pipelines.ledger import open_ledger
from rejoinder.pipelines.write import PartWriter, write_account
from rejoinder.schemas import RAW, Capture, Comment, Fetch, Link, MiningRule, Post, Reject, Robots, RunAccount
from rejoinder.schemas.parts import part_files

SITES = ("one.example.org", "two.example.org")
NAMES = ("Ann", "Bob Bell", "Éva", "Joe Ash", "Kim", "ann", None)
HOMES = ("https://ann.example.net/", "https://bell.example.net/about", None, None)
WORDS = "well as the dashboard nobody opens says more than any pen could @Ann @Bob Joe, Kim: thanks".split()
START = datetime(2026, 1, 1, 3, tzinfo=UTC)


class World:
    """Two blogs and the folder that their crawls fill."""

    def __init__(self, data: Path, seed: int) -> None:
        self.data = data
        self.rng = random.Random(seed)
        self.sections: dict[str, list[Comment]] = {}
        self.posts: dict[str, Post] = {}
        self.written: dict[str, int] = {}
        """post_id -> the comments that it ever had: no site gives a number twice."""
        self.shown: dict[str, str] = {}
        """post_id -> the fetch that showed it last."""
        self.archived: dict[str, list[str]] = {}
        """post_id -> the fetches of archives that showed it."""
        self.night = 0
        self.fetches = 0
        self.open_crawl: str | None = None
        """A crawl that goes on on another night."""

    def live(self) -> str:
        """Let one night pass; gives the name of what happened."""
        self.night += 1
        happening = self.rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        happening(self)
        return happening.__name__

    # What blogs do

    def publish(self) -> str:
        post_id = f"{len(self.posts):016x}"
        site = self.rng.choice(SITES)
        self.posts[post_id] = Post(
            post_id=post_id,
            site=site,
            url=f"https://{site}/{post_id}",
            canonical_url=f"https://{site}/{post_id}",
            platform="wordpress",
            native_id=str(len(self.posts)),
            title=f"Post {post_id[-3:]}",
            author_name=self.rng.choice(["Ann", "Ines Halvorsen", "Ann, Kim"]),
            published_local=self._moment(),
            published_precision="minute",
            body_text=self._text(),
            declared_comments=0,
            fetch_id="",
            fetched_at=START,
        )
        self.sections[post_id] = []
        return post_id

    def comment(self, post_id: str) -> None:
        section = self.sections[post_id]
        number = self.written.get(post_id, 0)
        self.written[post_id] = number + 1
        parent = self.rng.choice(section) if section and self.rng.random() < 0.5 else None
        body = self._text()
        section.append(
            Comment(
                comment_id=f"{post_id}:{number}",
                post_id=post_id,
                native_id=str(number),
                position=number,
                kind=self.rng.choices(["comment", "pingback"], [9, 1])[0],
                parent_id=parent and parent.comment_id,
                parent_from="nesting" if parent else None,
                depth=(parent.depth or 0) + 1 if parent else 0,
                author_name=self.rng.choice(NAMES),
                author_url=self.rng.choice(HOMES),
                published_local=self._moment() if self.rng.random() < 0.9 else None,
                published_precision="minute",
                body_text=body,
                body_html=f"<p>{body}{self._link()}</p>",
                permalink=f"{self.posts[post_id].url}#comment-{number}",
                fetch_id="",
                fetched_at=START,
            )
        )

    def change(self, post_id: str) -> None:
        """Edit, remove or hide one of a post's comments."""
        section = self.sections[post_id]
        if section:
            at = self.rng.randrange(len(section))
            match self.rng.randrange(4):
                case 0:
                    section[at] = replace(section[at], state="removed", body_text="[removed]", author_name=None)
                case 1:
                    section.pop(at)
                case _:
                    section[at] = replace(section[at], body_text=self._text(), author_name=self.rng.choice(NAMES))

    def stir(self) -> list[str]:
        """Let something happen on some posts; gives these."""
        posts = [self.publish() for _ in range(self.rng.randint(0, 2))]
        posts += self.rng.sample(sorted(self.posts), min(len(self.posts), self.rng.randint(1, 3)))
        for post_id in posts:
            for _ in range(self.rng.randint(0, 4)):
                self.comment(post_id)
            if self.rng.random() < 0.5:
                self.change(post_id)
        return list(dict.fromkeys(posts))

    # What crawls see

    def page(self, post_id: str, crawl_id: str) -> list[Capture]:
        """The post's page and, for some, a further page of comments, which fails now and then."""
        section, post = self.sections[post_id], self.posts[post_id]
        is_paged = self.rng.random() < 0.3
        fetch = self.fetch(post.url, crawl_id, post.site, posts=1, comments=len(section))
        seen = {"fetch_id": fetch.fetch_id, "fetched_at": fetch.fetched_at}
        further = f"{post.url}/comment-page-2"
        self.shown[post_id] = fetch.fetch_id
        shown = [replace(comment, **seen) for comment in section]
        lost = [
            Reject(
                **seen,
                record="comment",
                record_id=comment.comment_id if self.rng.random() < 0.5 else f"{post_id}:lost",
                url=fetch.request_url,
                reason=self.rng.choice(["text_not_found", "parent_is_itself"]),
                detail=None,
                content="{}",
            )
            for comment in shown
            if self.rng.random() < 0.1
        ]
        captures = [
            Capture(
                fetch=replace(fetch, links=[Link(url=further, kind="comments")] if is_paged else []),
                posts=[replace(post, declared_comments=len(section) + self.rng.choice([0, 0, 0, 1, 5]), **seen)],
                comments=shown[: len(shown) // 2] if is_paged else shown,
                rejects=lost,
            )
        ]
        if is_paged and self.rng.random() < 0.7:
            rest = self.fetch(further, crawl_id, post.site, comments=len(shown) - len(shown) // 2)
            rest = replace(rest, page_kind="comments", outcome=self.rng.choice(["ok", "http_error", "cut_off"]))
            seen = {"fetch_id": rest.fetch_id, "fetched_at": rest.fetched_at}
            captures.append(Capture(fetch=rest, comments=[replace(row, **seen) for row in shown[len(shown) // 2 :]]))
        return captures

    def unchanged(self, post_id: str, crawl_id: str) -> Capture:
        """A look at a post that finds it as it was."""
        post = self.posts[post_id]
        fetch = self.fetch(post.url, crawl_id, post.site)
        return Capture(fetch=replace(fetch, outcome="not_modified", status=304, same_as=self.shown.get(post_id)))

    def gone(self, post_id: str, crawl_id: str) -> Capture:
        """A look at a post whose address says that there is none."""
        post = self.posts[post_id]
        fetch = self.fetch(post.url, crawl_id, post.site)
        return Capture(fetch=replace(fetch, outcome="http_error", status=self.rng.choice([404, 410])))

    def feed(self, crawl_id: str) -> Capture:
        site = self.rng.choice(SITES)
        fetch = self.fetch(f"https://{site}/feed", crawl_id, site)
        outcome = self.rng.choice(["ok", "http_error", "malformed"])
        return Capture(fetch=replace(fetch, page_kind="feed", outcome=outcome))

    def reservations(self, crawl_id: str) -> Capture:
        """A site's file of what it reserves, which is not always there."""
        site = self.rng.choice(SITES)
        fetch = self.fetch(f"https://{site}/.well-known/tdmrep.json", crawl_id, site)
        fetch = replace(fetch, page_kind="rights")
        if self.rng.random() < 0.3:
            return Capture(fetch=replace(fetch, outcome="absent", status=404))
        seen = {"fetch_id": fetch.fetch_id, "fetched_at": fetch.fetched_at}
        places = self.rng.sample(["/", "/0*3$", "/00000000000000"], 2)
        return Capture(
            fetch=fetch,
            mining_rules=[
                MiningRule(place=place, location=location, reserved=self.rng.random() < 0.5, **seen)
                for place, location in enumerate(places)
            ],
        )

    def write_archive(self, crawl_id: str, posts: list[str]) -> None:
        """Write what an archive holds of these posts: looks from any day, some of which find a page as it was."""
        ledger = open_ledger(self.data, {"crawl": crawl_id}, crawl_id=crawl_id)
        writer = PartWriter(ledger, rows=1000, seconds=3600)
        for post_id in posts:
            earlier = self.archived.setdefault(post_id, [])
            first, *_ = self.page(post_id, crawl_id)
            at = START + timedelta(days=self.rng.uniform(0, self.night))
            fetch = replace(first.fetch, via="warc", fetched_at=at)
            if earlier and self.rng.random() < 0.6:
                same_as = self.rng.choice(earlier)
                writer.add(Capture(fetch=replace(fetch, same_as=same_as, posts=0, comments=0, links=[])))
                continue
            earlier.append(fetch.fetch_id)
            writer.add(
                Capture(
                    fetch=fetch,
                    posts=[replace(row, fetched_at=at) for row in first.posts],
                    comments=[replace(row, fetched_at=at) for row in first.comments],
                )
            )
        writer.flush()
        ledger.finish("finished")
        ledger.close()

    def write(self, crawl_id: str, posts: list[str], *, is_end: bool) -> None:
        """Write what a crawl sees of these posts, and of some others that did not change, as a part or several."""
        ledger = open_ledger(self.data, {"crawl": crawl_id}, crawl_id=crawl_id)
        writer = PartWriter(ledger, rows=self.rng.choice([5, 1000]), seconds=3600)
        captures = [capture for post_id in posts for capture in self.page(post_id, crawl_id)]
        quiet = sorted(self.shown.keys() - {*posts})
        captures += [self.unchanged(post_id, crawl_id) for post_id in self.rng.sample(quiet, min(2, len(quiet)))]
        if quiet and self.rng.random() < 0.5:
            captures.append(self.gone(self.rng.choice(quiet), crawl_id))
        captures.append(self.feed(crawl_id))
        if self.rng.random() < 0.4:
            captures.append(self.reservations(crawl_id))
        for capture in captures:
            writer.add(capture)
        writer.flush()
        write_account(ledger, self.account(captures))
        if is_end:
            ledger.finish("finished")
        ledger.close()

    def account(self, captures: list[Capture]) -> RunAccount:
        """What a run that made these says of itself."""
        fetches = [capture.fetch for capture in captures]
        return RunAccount(
            crawl_id=fetches[0].crawl_id,
            starts=sorted({fetch.start_url for fetch in fetches}),
            via="live",
            command="{}",
            version="0.1.0",
            started_at=min(fetch.fetched_at for fetch in fetches),
            ended_at=max(fetch.fetched_at for fetch in fetches),
            is_resumed=False,
            ended=self.rng.choice(["finished", "finished", "out_of_time"]),
            exit_code=0,
            error=None,
            requests=len(fetches),
            body_bytes=sum(fetch.body_bytes or 0 for fetch in fetches),
            posts=sum(fetch.posts for fetch in fetches),
            comments=sum(fetch.comments for fetch in fetches),
            free_bytes=10**9,
            robots=[Robots(host="a.example.org", status=200, rules_sha256=f"{self.night // 3:064x}")],
        )

    def crawl_id(self) -> str:
        return f"night-{self.night:03d}"

    def fetch(self, url: str, crawl_id: str, site: str, *, posts: int = 0, comments: int = 0) -> Fetch:
        self.fetches += 1
        return Fetch(
            fetch_id=f"f{self.fetches:05d}",
            crawl_id=crawl_id,
            start_url=f"https://{site}/",
            via="live",
            request_url=url,
            final_url=url,
            status=200,
            fetched_at=START + timedelta(days=self.night, seconds=self.fetches),
            content_type="text/html",
            body_bytes=1000,
            body_sha256=None,
            page_kind="post",
            outcome="ok",
            posts=posts,
            comments=comments,
        )

    def _moment(self) -> datetime:
        return datetime(2025, 1, 1) + timedelta(minutes=self.rng.randrange(3000))

    def _link(self) -> str:
        """A link to what another page shows, now and then."""
        if self.rng.random() < 0.7:
            return ""
        place = self.rng.choice([*(post.url for post in self.posts.values()), "https://elsewhere.example.org/"])
        return f' <a href="{place}{self.rng.choice(["", "#comment-1"])}">there</a>'

    def _text(self) -> str:
        return " ".join(self.rng.choices(WORDS, k=self.rng.randint(0, 12)))

    def some_part(self) -> Path | None:
        """A part of any dataset; None where there is none."""
        parts = [part for dataset in RAW for part in part_files(self.data, dataset)]
        return self.rng.choice(parts) if parts else None


# What happens on a night


def a_crawl(world: World) -> None:
    world.write(world.crawl_id(), world.stir(), is_end=True)


def a_crawl_that_is_interrupted(world: World) -> None:
    world.open_crawl = world.open_crawl or world.crawl_id()
    world.write(world.open_crawl, world.stir(), is_end=False)


def a_crawl_that_goes_on_to_its_end(world: World) -> None:
    world.write(world.open_crawl or world.crawl_id(), world.stir(), is_end=True)
    world.open_crawl = None


def an_archive(world: World) -> None:
    world.write_archive(world.crawl_id(), world.rng.sample(sorted(world.posts), min(4, len(world.posts))))


def a_part_copied_twice(world: World) -> None:
    if part := world.some_part():
        shutil.copy(part, part.with_name(f"part-9{world.night:04d}.parquet"))


def a_part_moved_away(world: World) -> None:
    if part := world.some_part():
        part.unlink()


def a_killed_crawl_that_left_records_without_their_fetch(world: World) -> None:
    crawl_id = world.crawl_id()
    world.write(crawl_id, world.stir(), is_end=False)
    for part in part_files(world.data, "fetches"):
        if part.parent.name == f"crawl={crawl_id}":
            part.unlink()


def a_compaction(world: World) -> None:
    compact(world.data)


def nothing(world: World) -> None:
    pass


WEIGHTS: dict[Callable[[World], None], int] = {
    a_crawl: 8,
    an_archive: 3,
    a_crawl_that_is_interrupted: 2,
    a_crawl_that_goes_on_to_its_end: 2,
    a_part_copied_twice: 1,
    a_part_moved_away: 1,
    a_killed_crawl_that_left_records_without_their_fetch: 1,
    a_compaction: 2,
    nothing: 1,
}
"""What may happen, and how often beside the others."""
