"""Whatever leads a crawl to an address: only http and https are asked, and nothing private that no start URL names."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from rejoinder.demo.site import XML, Page
from rejoinder.spiders.guard import AddressGuard, GuardedResolver, is_public
from rejoinder.spiders.refusals import UnsafeTarget
from twisted.internet.defer import Deferred, succeed

from support.runs import crawl_command, fetches, rows, run
from support.sites import HOME, ROBOTS, WatchedHandler, serve_site

FORBIDDEN = [
    "file:///etc/hostname",
    "file:///dev/zero",
    "ftp://127.0.0.1/a",
    "s3://bucket/key",
    "data:text/xml,<urlset/>",
]

PRIVATE = [
    "127.0.0.1",
    "127.8.9.10",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",  # where clouds keep the credentials of their machines
    "100.64.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:10.0.0.1",
    "::ffff:7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fd00::1",
    "ff02::1",
]
PUBLIC = ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"]


class LeadsElsewhere(WatchedHandler):
    """robots.txt, a Link header and a sitemap lead to addresses that are none of the web."""

    def do_GET(self) -> None:
        if self.path != HOME:
            super().do_GET()
            return
        page = self.usual(HOME)
        assert page is not None
        link = f'<file:///etc/hostname?rest_route=/>; rel="https://api.w.org/", <{self.origin}{HOME}>; rel="self"'
        self.answer(page, HTTPStatus.OK, {"Link": link})

    def changed(self, path: str) -> Page | None:
        match path.removeprefix(HOME):
            case "/robots.txt":
                lines = [f"Sitemap: {url}" for url in [*FORBIDDEN, f"{self.origin}{HOME}odd.xml"]]
                return Page("\n".join(["User-agent: *", "Disallow:", *lines]).encode(), ROBOTS)
            case "odd.xml":
                entries = "".join(f"<url><loc>{url}</loc></url>" for url in ["file:///etc/hostname", "ftp://x/y"])
                return Page(f"<urlset>{entries}</urlset>".encode(), XML)
        return None


@pytest.fixture(scope="module")
def led_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    data = tmp_path_factory.mktemp("elsewhere")
    with serve_site(LeadsElsewhere) as (url, _):
        done = run(crawl_command(url, data, "--keep-archive"))
    assert "Traceback" not in done.stderr
    yield data, done.returncode


def test_addresses_of_other_schemes_are_refused_whatever_names_them(led_elsewhere) -> None:
    data, code = led_elsewhere
    refused = [row for row in fetches(data) if not row["request_url"].startswith("http")]
    asked = {row["request_url"] for row in refused}
    assert set(FORBIDDEN) <= asked
    assert [url for url in asked if url.startswith("file:") and "rest_route" in url], "the Link header was not taken up"
    assert {(row["outcome"], row["final_url"]) for row in refused} == {("unsafe_address", None)}
    assert code == 3


def test_what_is_refused_ends_nothing_else(led_elsewhere) -> None:
    data, _ = led_elsewhere
    assert len(rows(data, "posts")) == 5
    hostname = Path("/etc/hostname").read_bytes().strip()
    for archive in (data / "archive").iterdir():
        assert b"file://" not in archive.read_bytes()
    assert not [row for row in rows(data, "posts") if hostname and hostname.decode() in str(row["body_text"])]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_known_in_every_form(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        *FORBIDDEN,
        "FILE:///etc/passwd",
        "javascript:alert(1)",
        "//blog.example.org/",
        "http:///path",
        "http://[/",
        "http://blog.example.org:99999/",
        "http://127.0.0.1/",
        "http://[::1]:8080/",
        "http://[::ffff:127.0.0.1]/",
        "http://user@127.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
    ],
)
def test_the_gate_refuses_an_address_as_it_is_written(url: str) -> None:
    with pytest.raises(UnsafeTarget):
        AddressGuard({"blog.example.org"}).check_url(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/", "https://blog.example.org/", "http://8.8.8.8/"])
def test_the_gate_lets_the_web_and_start_hosts_through(url: str) -> None:
    AddressGuard({"127.0.0.1"}).check_url(url)


class Process:
    """What the resolver knows of the process: its crawlers with their spiders."""

    def __init__(self, guard: AddressGuard | None) -> None:
        self.spider = type("Spider", (), {"guard": guard})() if guard else None
        self.crawlers = [self]


def resolver_of(guard: AddressGuard | None, monkeypatch: pytest.MonkeyPatch, answers: list[str]) -> GuardedResolver:
    """The resolver of a crawl, over a name server that gives these answers one after the other."""
    monkeypatch.setattr(
        "scrapy.resolver.CachingThreadedResolver.getHostByName", lambda *_: succeed(answers.pop(0)), raising=True
    )
    resolver = GuardedResolver(None, 0, 1.0)  # type: ignore[arg-type] - no reactor is needed without threads
    resolver.process = Process(guard)  # type: ignore[assignment]
    return resolver


def result_of(deferred: Deferred[str]) -> str:
    """The address of a look-up that is done, or the class of its failure."""
    found: list[str] = []
    deferred.addCallbacks(found.append, lambda failure: found.append(failure.type.__name__))
    return found[0]


def test_a_name_that_changes_its_address_is_judged_at_every_look_up(monkeypatch: pytest.MonkeyPatch) -> None:
    guard = AddressGuard({"blog.example.org"})
    resolver = resolver_of(guard, monkeypatch, ["8.8.8.8", "127.0.0.1", "8.8.8.8"])
    name = "rebind.example.org"
    assert [result_of(resolver.getHostByName(name)) for _ in range(3)] == ["8.8.8.8", "DNSLookupError", "8.8.8.8"]
    assert "127.0.0.1" in (guard.refusal_of(name) or "")


def test_a_start_host_may_be_private_but_not_become_so(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = resolver_of(AddressGuard({"Intranet.example.org"}), monkeypatch, ["10.0.0.1", "10.0.0.2"])
    assert result_of(resolver.getHostByName("intranet.example.org")) == "10.0.0.1"
    assert result_of(resolver.getHostByName("intranet.example.org.")) == "10.0.0.2"
    resolver = resolver_of(AddressGuard({"blog.example.org"}), monkeypatch, ["8.8.8.8", "127.0.0.1"])
    assert result_of(resolver.getHostByName("blog.example.org")) == "8.8.8.8"
    assert result_of(resolver.getHostByName("blog.example.org")) == "DNSLookupError"


def test_nothing_is_resolved_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    assert result_of(resolver_of(None, monkeypatch, ["8.8.8.8"]).getHostByName("blog.example.org")) == "DNSLookupError"


REBINDS = """
import itertools, socket, sys

REBINDING = "rebind.example"
answers = itertools.chain(["8.8.8.8"], itertools.repeat("127.0.0.1"))
real_name, real_info = socket.gethostbyname, socket.getaddrinfo

def gethostbyname(name):
    return next(answers) if name == REBINDING else real_name(name)

def getaddrinfo(host, *args, **kwargs):
    if host == REBINDING:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), 0))]
    return real_info(host, *args, **kwargs)

socket.gethostbyname, socket.getaddrinfo = gethostbyname, getaddrinfo

from rejoinder.cli import main
from twisted.internet import base

real_connect = base.BaseConnector.connect

def connect(self):
    if self.getDestination().host == "8.8.8.8":  # nobody is asked from a test
        self.host = "127.0.0.1"
        self.port = 1
    return real_connect(self)

base.BaseConnector.connect = connect
main()
"""
"""A command under a name server that gives rebind.example a public address at first, and then this machine's."""


class LinksToThisMachine(WatchedHandler):
    """Its robots.txt names sitemaps on hosts that lead to this machine under other names."""

    def changed(self, path: str) -> Page | None:
        if path == "/robots.txt":
            port = self.origin.rpartition(":")[2]
            hosts = ["rebind.example", "2130706433", "0177.0.0.1", "0x7f.1", "localhost", "[::1]"]
            lines = [f"Sitemap: http://{host}:{port}/secret-{number}.xml" for number, host in enumerate(hosts)]
            return Page("\n".join(["User-agent: *", "Disallow:", *lines]).encode(), ROBOTS)
        return None


def test_no_name_leads_the_crawl_to_this_machine(tmp_path: Path) -> None:
    with serve_site(LinksToThisMachine) as (url, visits):
        command = crawl_command(url, tmp_path)
        done = run([sys.executable, "-c", REBINDS, *command[command.index("crawl") :]])
    assert "Traceback" not in done.stderr
    assert not [path for _, path in visits if "secret" in path]
    ends = {row["request_url"].rpartition("/")[2]: row["outcome"] for row in fetches(tmp_path)}
    # The first was asked at the public address that its name had when it was looked up, where nobody answers.
    assert ends["secret-0.xml"] == "network_error"
    assert {ends[f"secret-{number}.xml"] for number in range(1, 6)} == {"unsafe_address"}
    assert len(rows(tmp_path, "posts")) == 5
