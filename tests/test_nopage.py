"""Pages that are no page have a word each; a post about such pages is a post."""

from __future__ import annotations

from pathlib import Path

import pytest
from rejoinder.demo.site import HTML, Page
from rejoinder.spiders.reading.document import Document
from rejoinder.spiders.reading.nopage import no_page
from rejoinder.spiders.reading.page import read_document

from support.runs import crawl_command, fetches, rows, run
from support.sites import HOME, WatchedHandler, serve_site


def page(title: str, body: str, head: str = "", attributes: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body{attributes}>{body}</body></html>"


MENU = "<ul>" + "".join(f'<li><a href="/c{n}/">Category number {n} of this site</a></li>' for n in range(60)) + "</ul>"
SEARCH = '<form role="search"><input type="text" name="s"><input type="submit" value="Search"></form>'
LOGIN = '<form action="/login"><input name="user"><input type="password" name="pw"><button>Log in</button></form>'
CLOUDFLARE = '<script>window._cf_chl_opt = {cvId: "3", cZone: "blog.example.org"};</script>'
INSTEAD = {
    "challenge": [
        page("Just a moment...", "<noscript>Enable JavaScript and cookies to continue</noscript>"),
        page("blog.example.org", "<div id='main'></div>", CLOUDFLARE),
        page(
            "Attention Required! | Cloudflare",
            "<h1>Sorry, you have been blocked</h1><p>You are unable to access it.</p>",
        ),
        page("Access Denied", "<h1>Access Denied</h1><p>You don't have permission.<p>Reference #18.2d351ab8.16</p>"),
        page("", '<iframe src="//geo.captcha-delivery.com/captcha/?initialCid=x"></iframe>'),
        page("Making sure you're not a bot!", "<p>Loading...</p>"),
        page("Pardon Our Interruption", "<p>As you were browsing something about your browser made us think.</p>"),
        page("DDoS-Guard", "<p>Checking your browser before accessing blog.example.org</p>"),
        page("Einen Moment bitte", "<p>Ihr Browser wird geprüft.</p>"),
        page("Un instant…", "<p>Vérification en cours</p>"),
        page("Request Rejected", "The requested URL was rejected. Your support ID is: 1234567"),
        page("403 Forbidden", "<center><h1>403 Forbidden</h1></center><hr><center>nginx</center>"),
        page("Один момент…", "<p>Проверка браузера</p>"),
    ],
    "consent_wall": [
        page(
            "Before you continue to the blog",
            "<h1>Before you continue</h1><p>We use cookies.</p><button>Accept all</button>",
        ),
        page(
            "Example News", "<h2>Your privacy</h2><p>Our partners store data.</p><a href='/ok'>Agree and continue</a>"
        ),
        page("Zustimmung - Beispiel", "<p>Mit Werbung lesen.</p><button>Akzeptieren</button><button>Abo</button>"),
        page("Votre vie privée", "<p>Nos partenaires.</p><button>Tout accepter</button><button>Tout refuser</button>"),
    ],
    "soft_404": [
        page(
            "Page not found – Ada's blog",
            f"{MENU}<h1>Oops! That page can’t be found.</h1>{SEARCH}",
            attributes=" class='error404'",
        ),
        page("Ada's blog", f"{MENU}<h1>Not Found</h1><p>It looks like nothing was found at this location.</p>{SEARCH}"),
        page("404 | Ada's blog", f"{MENU}<p>Try the search.</p>{SEARCH}"),
        page("Seite nicht gefunden - Beispiel", f"{MENU}<p>Vielleicht hilft die Suche.</p>"),
        page("La page est introuvable", f"<h1>Page introuvable</h1>{MENU}"),
        page("Página no encontrada | Bitácora", f"{MENU}<p>Nada aquí.</p>"),
        page("Bitácora", f"{MENU}<article></article>", attributes=" class='blog error404 wp-custom'"),
    ],
    "parked": [
        page("blog.example.org", "<h1>blog.example.org is for sale!</h1><p>Buy it now for $2,000.</p>"),
        page("example.org", '<script src="https://www.sedoparking.com/frmpark/x.js"></script><div></div>'),
        page("example.org", "<script>window.LANDER_SYSTEM = 'PW'</script><div id=root></div>"),
        page("Diese Domain steht zum Verkauf", "<p>Fragen Sie uns.</p>"),
        page("Account Suspended", "<h1>Account Suspended</h1><p>This Account has been suspended.</p>"),
    ],
    "maintenance": [
        page("Maintenance", "<h1>Briefly unavailable for scheduled maintenance. Check back in a minute.</h1>"),
        page("Ada's blog", "<h1>We'll be back soon!</h1><p>Sorry for the inconvenience.</p>"),
        page("Database Error", "<h1>Error establishing a database connection</h1>"),
        page("Wartungsarbeiten", "<p>Wir sind gleich wieder da.</p>"),
        page("Site en maintenance", "<p>Revenez plus tard.</p>"),
    ],
    "login_wall": [
        page("Log In ‹ Ada's blog — WordPress", f"<h1>Powered by WordPress</h1>{LOGIN}"),
        page("Anmelden", f"{MENU}{LOGIN}"),
    ],
}
TEXT = "".join(
    f"<p>Sentence number {n} of the post says what was seen, and why it was worth to be told.</p>" for n in range(9)
)


@pytest.mark.parametrize(("outcome", "html"), [(outcome, html) for outcome, pages in INSTEAD.items() for html in pages])
def test_what_stands_in_the_place_of_a_page_is_told(outcome: str, html: str) -> None:
    unread = no_page(Document(html))
    assert unread is not None
    assert unread.outcome == outcome, unread
    document = Document(html)
    found = no_page(document, read_document(document))
    assert found is not None
    assert found.outcome == outcome, found


TITLES = [
    "Just a moment: on waiting",
    "Page not found",
    "404",
    "Captcha",
    "Before you continue",
    "We'll be back soon",
    "This domain is for sale",
    "Access denied: what a locked door costs",
    "Maintenance",
    "Log in",
]
COMMENTS = """<ol class="commentlist">
<li class="comment" id="comment-1"><cite class="fn">Ada</cite> <time>3 May 2019</time><p>I was blocked, too.</p></li>
<li class="comment" id="comment-2"><cite class="fn">Bob</cite> <time>4 May 2019</time><p>So was I, twice a day.</p></li>
</ol>"""


@pytest.mark.parametrize("title", TITLES)
def test_a_post_about_such_pages_is_a_post(title: str) -> None:
    long = page(f"{title} - Ada's blog", f"{MENU}<article><h1>{title}</h1>{TEXT * 3}</article>{SEARCH}")
    short = page(f"{title} - Ada's blog", f"<article><h1>{title}</h1><p>No more than this.</p></article>{COMMENTS}")
    for html in (long, short):
        document = Document(html)
        assert no_page(document, read_document(document)) is None, html[:80]


def test_marks_on_a_page_that_says_something_are_no_challenge() -> None:
    watched = '<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>'
    html = page("A post - Ada's blog", f"<article><h1>A post</h1><p>Short.</p></article>{watched}")
    assert no_page(Document(html)) is None
    html = page("A post - Ada's blog", f"<article><h1>A post</h1>{TEXT * 3}</article>{CLOUDFLARE}")
    assert no_page(Document(html)) is None


class Guarded(WatchedHandler):
    """A blog that lets nobody in to its posts from some night on, and says 200 or 403 to it."""

    shown: tuple[int, str] | None = None

    def do_GET(self) -> None:
        if self.shown and self.path.startswith(f"{HOME}20") and self.path.count("/") > 4:
            self.visits.append((0.0, self.path))
            self.answer(Page(self.shown[1].encode(), HTML), self.shown[0])  # type: ignore[arg-type]
        else:
            super().do_GET()


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, "challenge"), (403, "challenge"), (503, "maintenance"), (200, "soft_404"), (200, "consent_wall")],
)
def test_what_stands_instead_removes_nothing_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, outcome: str
) -> None:
    with serve_site(Guarded) as (url, _):
        assert run(crawl_command(url, tmp_path, "--via", "html")).returncode == 0
        before = rows(tmp_path, "comments", without=["fetched_at", "fetch_id", "last_seen_at"])
        monkeypatch.setattr(Guarded, "shown", (status, INSTEAD[outcome][0]))
        crawl = run(crawl_command(url, tmp_path, "--via", "html", "--fresh"))
    assert crawl.returncode in (3, 4), crawl.stdout + crawl.stderr
    assert outcome in crawl.stdout
    assert outcome in {row["outcome"] for row in fetches(tmp_path)}
    assert rows(tmp_path, "comments", without=["fetched_at", "fetch_id", "last_seen_at"]) == before
    assert len(rows(tmp_path, "posts")) == len(
        {row["post_id"] for row in before} | {p["post_id"] for p in rows(tmp_path, "posts")}
    )
    assert all(post["title"] != "Just a moment..." for post in rows(tmp_path, "posts"))
