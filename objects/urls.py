"""Addresses in object stores, as users write them. Imports nothing of ours, and no library."""

from __future__ import annotations

from dataclasses import dataclass

SCHEMES = ("s3", "gs", "az")


class BadStoreUrl(ValueError):
    """An address in a store cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class StoreUrl:
    """A place in a bucket."""

    scheme: str
    bucket: str
    key: str
    """Without slashes at its ends; empty for the bucket itself."""

    @classmethod
    def of(cls, text: str) -> StoreUrl:
        """Take an address apart.

        >>> StoreUrl.of("s3://bucket/blogs/")
        StoreUrl(scheme='s3', bucket='bucket', key='blogs')

        Raises:
            BadStoreUrl: it names no bucket, or holds what must not stand in an address.
        """
        scheme, _, rest = text.partition("://")
        bucket, _, key = rest.partition("/")
        if "@" in bucket or ":" in bucket:  # not shown: it may be a key
            raise BadStoreUrl(
                "an address in a store is s3://bucket/prefix and has no user or key in it: give them in the "
                "environment as AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_ENDPOINT_URL"
            )
        key = key.strip("/")
        if not bucket:
            raise BadStoreUrl(f"{text} names no bucket, as s3://bucket/prefix does")
        if any(part in ("", ".", "..") for part in key.split("/")) and key:
            raise BadStoreUrl(f"{text} has an empty part, or one of dots")
        return cls(scheme.lower(), bucket, key)

    @property
    def root(self) -> str:
        """Of the bucket: 's3://bucket'."""
        return f"{self.scheme}://{self.bucket}"

    def __str__(self) -> str:
        return f"{self.root}/{self.key}".rstrip("/")

    def __truediv__(self, name: str) -> StoreUrl:
        return StoreUrl(self.scheme, self.bucket, f"{self.key}/{name}".lstrip("/"))


def is_store_url(text: str) -> bool:
    """Whether a text is an address in an object store.

    >>> is_store_url("s3://bucket/x.warc.gz"), is_store_url("https://blog.example.org/"), is_store_url("warcs/")
    (True, False, False)
    """
    scheme, mark, _ = text.partition("://")
    return bool(mark) and scheme.lower() in SCHEMES
