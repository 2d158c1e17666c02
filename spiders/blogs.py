"""The crawl of one start URL: what its answers mean, what of it is left to fetch, what an earlier process has done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..schemas import Hint
from ..schemas.records import AskedFor
from .answers import Answer, Harvest, Reader
from .frontier import Frontier, Task, task_of
from .refusals import BoundReached

if TYPE_CHECKING:
    from ..pipelines.ledger import Committed, Ledger
    from ..queries.night import Base


class Blog:
    """A crawl that reads the whole blog.

    Args:
        budget: requests after which no further post is begun; None for no such number.
    """

    def __init__(self, start: str, reader: Reader, *, budget: int | None = None) -> None:
        self.start = start
        self.reader = reader
        self.budget = budget
        self.frontier = self.new_frontier(budget)
        self.over: BoundReached | None = None
        """Why nothing more is asked for; None while more may be."""
        self.add(reader.start_tasks(start))

    def new_frontier(self, budget: int | None) -> Frontier:
        return Frontier(limit=self.reader.limit, pages=self.reader.bounds.max_pages, budget=budget)

    def add(self, tasks: Iterable[Task]) -> list[Task]:
        """Take tasks up; gives back those that are new."""
        return [task for task in tasks if self.frontier.add(task)]

    def advance(self) -> bool:
        """Go on where nothing is left of what was taken up so far; False where nothing more is to be asked."""
        return self.frontier.advance()

    def asked_for(self, task: Task) -> AskedFor | None:
        """Why a task is asked; None where the whole blog is."""
        return None

    def headers_of(self, task: Task) -> dict[str, str]:
        """Headers of its request."""
        return {}

    def unchanged(self, task: Task, answer: Answer, sha256: str) -> Base | None:
        """The earlier answer that this one leaves as it was; None where it is to be read."""
        return None

    def tasks_of(self, task: Task, base: Base) -> list[Task]:
        """What an answer that was left as it was leads to."""
        return []

    def amend(self, task: Task, harvest: Harvest, answer: Answer) -> None:
        """Add to what was read of an answer what earlier crawls know."""

    def heed(self, hints: Sequence[Hint]) -> list[Hint]:
        """Take up what a source tells; gives what of it is to be written."""
        return list(hints)

    def finish(self, task: Task, *, outcome: str, posts: int, comments: int, tasks: Sequence[Task]) -> None:
        """Give a task back, with how it ended, what it showed and which new tasks it led to."""
        self.frontier.finish(task, posts)

    def replay(self, ledger: Ledger) -> int:
        """Take up what an earlier process of this crawl committed; gives the number of its fetches."""
        committed = 0
        tasks = {task.url: task for task in self.reader.start_tasks(self.start)}
        for row in filter(self.is_ours, ledger.committed()):
            committed += 1
            if row.request_url == self.start and row.final_url:
                self.reader.arrive(row.final_url)
            for task in filter(self.is_to_fetch, map(task_of, row.links)):
                tasks[task.url] = task
                self.frontier.add(task)
            if task := tasks.get(row.request_url):
                self.frontier.skip(task, row.posts)
        return committed

    def is_ours(self, row: Committed) -> bool:
        """Whether a row of the ledger is a request of this blog that is not to be made again."""
        return row.start_url == self.start and row.outcome != "bound_reached"

    def is_to_fetch(self, task: Task) -> bool:
        """Whether a link of the ledger is one that the crawl follows."""
        return True
