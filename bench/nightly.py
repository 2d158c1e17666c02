"""What a night costs and finds: a simulated blog on loopback, crawled night after night by one and the same command.

    python bench/nightly.py [--posts 2000] [--comments 20000] [--nights 60] [--make feeds|rest|bare]...

The blog (tests/support/living.py) is drawn from a seed: posts and comments appear, comments on old posts with a long
tail, some held back for days, some edited, some removed. One night nothing answers, one night a third of the requests
answer 500, and from night 40 on (two thirds of all) every page stands in another theme. Requests are those that the
server counted, robots.txt included. Found is what raw data show; removed is what tables/comments says at the end.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from time import perf_counter

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from rejoinder.demo.server import handler_of, serve  # noqa: E402

from support.living import MAKES, LivingBlog, LivingHandler, LivingSite, Make, night_of  # noqa: E402
from support.night_runs import crawl_night, findings  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=2000)
    parser.add_argument("--comments", type=int, default=20_000)
    parser.add_argument("--nights", type=int, default=60)
    parser.add_argument("--make", choices=MAKES, action="append")
    parser.add_argument("--keep", type=Path, help="folder for the data; else they are thrown away")
    arguments = parser.parse_args()
    living = LivingBlog(posts=arguments.posts, comments=arguments.comments, nights=arguments.nights)
    for make in arguments.make or MAKES:
        with TemporaryDirectory(prefix="rejoinder-nights-") as scratch:
            live_through(living, make, (arguments.keep or Path(scratch)) / make)


def live_through(living: LivingBlog, make: Make, data: Path) -> None:
    """Crawl a blog of one make through all nights, and print what it cost and found."""
    nights = living.nights
    outage, faults, redrawn = nights // 3, nights // 2, nights * 2 // 3
    requests, seconds = [], []
    handler = handler_of(LivingSite(living, make, night_of(0).replace(tzinfo=None)), LivingHandler, asked=[])
    with serve(handler) as url:
        for night in range(nights):
            at = night_of(night)
            handler.site = LivingSite(living, make, at.replace(tzinfo=None), is_redrawn=night >= redrawn)
            handler.failing = 1.0 if night == outage else 0.33 if night == faults else 0.0
            handler.asked.clear()
            started = perf_counter()
            end = crawl_night(url, data, at)
            assert end.fatal is None, end.fatal
            requests.append(len(handler.asked))
            seconds.append(perf_counter() - started)
    found = findings(data, living, nights=nights, silent={outage})
    full, others = requests[0], requests[1:outage] + requests[outage + 1 :]
    print(f"== {make}: {len(living.posts)} posts, {found.comments} comments seen, {nights} nights")
    cost = f"{mean(others):.1f} ({mean(others) / full:.1%}), median {median(others):g}, most {max(others)}"
    print(f"requests of the first night {full}, of a later one {cost}, of the outage {requests[outage]}")
    print(f"seconds of the first night {seconds[0]:.0f}, of a later one {mean(seconds[1:]):.1f}")
    print(f"new comments {found.new}: the same night {share(found.new_same_night, found.new)},", end=" ")
    print(f"within 14 nights {share(found.new_within_14, found.new_judged_late)}")
    print(f"edits {found.edits}: within 14 nights {share(found.edits_within_14, found.edits)}")
    print(f"removals {found.removals}: within 30 nights {share(found.removals_within_30, found.removals)},", end=" ")
    print(f"false {found.false_removals}", flush=True)


def share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"


if __name__ == "__main__":
    main()
