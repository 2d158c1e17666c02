"""A store that speaks S3 (moto's server, in a process of its own), and a proxy in front of it that makes faults."""

from __future__ import annotations

import secrets
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import obstore
import pytest
from obstore.store import S3Store
from rejoinder.objects.urls import StoreUrl

SECRET = "wJalrXUtnFEMIsaSecretOfTheTests"
KEY_ID = "AKIAOFTHETESTS"

SERVER = """
import logging, sys
from moto.server import ThreadedMotoServer
logging.disable()
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
"""
"""Ends with whoever holds its standard input."""


@dataclass(slots=True)
class Asked:
    """A request as it came to the proxy."""

    method: str
    path: str
    """With the query."""
    headers: dict[str, str]
    """By lower-case name."""


Answer = tuple[int, dict[str, str], bytes]
Fault = Callable[["StoreProxy", Asked, bytes], Answer | None]
"""Gives what is answered instead; None to close the connection without an answer."""


@dataclass(slots=True)
class Rule:
    """A fault, and which requests it befalls."""

    fault: Fault
    method: str = ""
    path: str = ""
    """What the path contains."""
    passed: int = 0
    """So many such requests pass before it."""
    times: int = 1


@dataclass(slots=True)
class StoreProxy:
    """Stands between a program and its store."""

    store_port: int
    port: int = 0
    rules: list[Rule] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    _one: threading.Lock = field(default_factory=threading.Lock)

    @property
    def environment(self) -> dict[str, str]:
        """By which programs reach the store through this."""
        return {
            "AWS_ACCESS_KEY_ID": KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
            "AWS_ALLOW_HTTP": "true",
        }

    def calm(self, monkeypatch: pytest.MonkeyPatch, **environment: str) -> StoreProxy:
        """The same without faults, and the environment by which this process and those it starts reach it."""
        self.rules.clear()
        self.asked.clear()
        for name, value in (self.environment | environment).items():
            monkeypatch.setenv(name, value)
        return self

    def befall(self, fault: Fault, method: str = "", path: str = "", *, passed: int = 0, times: int = 1) -> None:
        """Have a fault befall the next requests of a kind."""
        self.rules.append(Rule(fault, method, path, passed, times))

    def fault_for(self, asked: Asked) -> Fault | None:
        with self._one:
            self.asked.append(asked)
            for rule in self.rules:
                if rule.times and asked.method.startswith(rule.method) and rule.path in asked.path:
                    if rule.passed:
                        rule.passed -= 1
                        continue
                    rule.times -= 1
                    return rule.fault
        return None

    def forward(self, asked: Asked, body: bytes) -> Answer:
        """What the store itself answers."""
        connection = HTTPConnection("127.0.0.1", self.store_port, timeout=60)
        try:
            connection.request(asked.method, asked.path, body or None, asked.headers)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def make_bucket(self) -> str:
        """The address of a new bucket."""
        name = f"bucket-{secrets.token_hex(6)}"
        assert self.forward(Asked("PUT", f"/{name}", {"content-length": "0"}), b"")[0] == 200
        return f"s3://{name}"

    def behind(self, url: str) -> tuple[S3Store, str]:
        """The store itself, past all faults, and the key of an address."""
        place = StoreUrl.of(url)
        store = S3Store(
            place.bucket,
            endpoint=f"http://127.0.0.1:{self.store_port}",
            access_key_id=KEY_ID,
            secret_access_key=SECRET,
            region="us-east-1",
            client_options={"allow_http": True},
        )
        return store, place.key

    def keys(self, url: str) -> list[str]:
        """The keys of all objects below an address, in its bucket."""
        store, key = self.behind(url)
        return [seen["path"] for some in obstore.list(store, key) for seen in some]

    def put(self, url: str, content: bytes) -> None:
        """Put an object, whatever stands there."""
        store, key = self.behind(url)
        obstore.put(store, key, content)

    def get(self, url: str) -> bytes:
        store, key = self.behind(url)
        return bytes(obstore.get(store, key).bytes())


# Faults


def refuses(status: int, code: str) -> Fault:
    """The store answers with an error of its own, and does nothing."""
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{code} it is.</Message></Error>".encode()
    return lambda proxy, asked, content: (status, {"content-type": "application/xml"}, body)


def drops(proxy: StoreProxy, asked: Asked, content: bytes) -> None:
    """The connection breaks before the store has anything."""


def loses_the_answer(proxy: StoreProxy, asked: Asked, content: bytes) -> None:
    """The store does what it is asked, and nobody hears of it."""
    proxy.forward(asked, content)


def cuts_off(proxy: StoreProxy, asked: Asked, content: bytes) -> Answer:
    """The answer breaks off in its middle."""
    status, headers, body = proxy.forward(asked, content)
    return status, headers | {"content-length": str(len(body))}, body[: len(body) // 2]


def ignores(header: str) -> Fault:
    """The store does not heed a header."""

    def fault(proxy: StoreProxy, asked: Asked, content: bytes) -> Answer:
        asked.headers.pop(header, None)
        return proxy.forward(asked, content)

    return fault


def first(does: Callable[[], Any]) -> Fault:
    """Something happens between the program's request and the store's answer."""

    def fault(proxy: StoreProxy, asked: Asked, content: bytes) -> Answer:
        does()
        return proxy.forward(asked, content)

    return fault


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy: ClassVar[StoreProxy]

    def _handle(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        hop_by_hop = ("connection", "transfer-encoding")
        headers = {name.lower(): value for name, value in self.headers.items() if name.lower() not in hop_by_hop}
        asked = Asked(self.command, self.path, headers)
        fault = self.proxy.fault_for(asked)
        answer = fault(self.proxy, asked, content) if fault else self.proxy.forward(asked, content)
        if answer is None:
            self.close_connection = True
            return
        status, named, body = answer
        self.send_response(status)
        named = {name: value for name, value in named.items() if name not in (*hop_by_hop, "date", "server")}
        length = named.pop("content-length", str(len(body)))
        for name, value in (named | {"content-length": length}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
            self.close_connection = len(body) != int(length)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _handle

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A program that was killed has closed its connection, which is nothing to tell of."""


@contextmanager
def serve_store() -> Iterator[StoreProxy]:
    """A store with nothing in it, behind its proxy."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as moto:
        assert moto.stdout, "asked for"
        proxy = StoreProxy(int(moto.stdout.readline()))
        server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"proxy": proxy}))
        proxy.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            server.shutdown()
            server.server_close()
            assert moto.stdin, "asked for"
            moto.stdin.close()
