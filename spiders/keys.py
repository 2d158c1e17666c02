"""Keys that an API asks for: put on a request as it leaves, so that neither the ledger nor its links hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy.http import Request, Response
from w3lib.url import add_or_replace_parameter

from .apis.disqus import needs_key

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_PARAMETER = "api_key"
_URL_WITHOUT_KEY = "url_without_key"


class DisqusKeyMiddleware:
    """Gives requests to Disqus' API the key of DISQUS_API_KEY."""

    def __init__(self, key: str) -> None:
        self._key = key

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings["DISQUS_API_KEY"])

    def process_request(self, request: Request) -> Request | None:
        if not self._key or not needs_key(request.url) or _URL_WITHOUT_KEY in request.meta:
            return None
        keyed = add_or_replace_parameter(request.url, _PARAMETER, self._key)
        return request.replace(url=keyed, meta={**request.meta, _URL_WITHOUT_KEY: request.url})

    def process_response(self, request: Request, response: Response) -> Response:
        url = request.meta.get(_URL_WITHOUT_KEY)
        return response.replace(url=url) if url else response
