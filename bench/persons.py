"""By how many pages of their own commenters can be known again on other sites, over the pages with gold records.

    python bench/persons.py [CORPUS]       default: ../shared/corpus beside the repository

Prints the rows of person_pages by their doubt, the persons with a home page, and each page by which names of several
sites are one, for a reader to judge. The sets of real sites count; those of engines and themes are invented.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from gold import CORPUS
from rejoinder.extraction import Extracted, extract_page, read_source
from rejoinder.queries.pages import fetches_of, tables_of

REAL = ("corpus", "wordpress", "other")

SHOWN = {
    "rows, pages and texts by doubt": """
        select coalesce(doubt, '-'), count(*), count(distinct page), sum(texts) from person_pages group by 1 order by 1
    """,
    "persons, with a home page": "select count(*), count(home_page) from persons",
    "pages of several sites, with their names": """
        select page, list(site || ': ' || person_id order by site, person_id)
        from person_pages
        where doubt is null
        group by page
        having count(distinct site) > 1
        order by page
    """,
}


def pages(corpus: Path) -> Iterator[Extracted]:
    for part in REAL:
        folder = corpus if part == "corpus" else corpus / "sets" / part
        for path in sorted((folder / "gold").glob("*.json")):
            name = f"{path.stem}.html.gz"
            url = json.loads(path.read_text("utf-8"))["url"]
            yield extract_page(
                name, read_source(str(folder / "pages" / name)), url=url or f"https://{path.stem}.invalid/"
            )


def main(arguments: list[str]) -> None:
    read = list(pages(Path(arguments[0]) if arguments else CORPUS))
    if not read:
        print("skipped: no gold pages (they are not part of the repository)")
        return
    posts = [post for page in read for post in page.posts]
    comments = [comment for page in read for comment in page.comments]
    records = {"fetches": fetches_of(posts, comments), "posts": posts, "comments": comments}
    with tables_of(records, {"persons", "person_pages"}) as connection:
        print(f"{len(read)} pages, {len({post.site for post in posts})} sites, {len(comments)} comments")
        for title, query in SHOWN.items():
            print(title)
            for row in connection.sql(query).fetchall():
                print("   ", *row)


if __name__ == "__main__":
    main(sys.argv[1:])
