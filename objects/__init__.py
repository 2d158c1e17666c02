"""Data folders and archives in object stores: what is at s3://bucket/prefix, as if it were on this machine."""

from __future__ import annotations
