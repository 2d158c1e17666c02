"""datapackage.json: the release as a Frictionless data package (specs.frictionlessdata.io, version 1)."""

from __future__ import annotations

from typing import Any

import msgspec
import pyarrow as pa

from ..schemas.arrow import arrow_schema, descriptions
from ..schemas.release import RELEASE_TABLES
from .changes import settings_of
from .config import Creator, ReleaseConfig
from .facts import Facts
from .figures import TableFile
from .licenses import known_license

REFERENCES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "posts": (("fetch_id", "provenance", "fetch_id"),),
    "comments": (("post_id", "posts", "post_id"), ("fetch_id", "provenance", "fetch_id")),
    "replies": (("comment_id", "comments", "comment_id"), ("post_id", "posts", "post_id")),
    "threads": (("post_id", "posts", "post_id"),),
    "completeness": (("post_id", "posts", "post_id"),),
}
"""Table -> (column, table and column that it names). Persons are named by two columns of which one may be null, and a
parent may be a comment that no page shows: neither is a reference that must hold."""


def data_package(facts: Facts) -> dict[str, Any]:
    """The descriptor; also the place where a release tells later ones how it was made."""
    config, files = facts.config, facts.figures.files
    described: dict[str, Any] = {
        "profile": "data-package",
        "name": config.name.lower(),
        "title": config.title,
        "description": config.description,
        "version": config.version,
        "created": f"{config.released.isoformat()}T00:00:00Z",
        "licenses": [_license(config)],
        "contributors": [*map(_contributor, config.creators), _contact(config.contact)],
        "sources": [{"title": site} for site, *_ in facts.figures.sites],
        "keywords": ["blogs", "comments", "conversations", "replies"],
        # Readers call a table without rows an error.
        "resources": [_resource(files[name]) for name in RELEASE_TABLES if files[name].rows],
        "rejoinder": msgspec.to_builtins(settings_of(config)),
    }
    if config.url:
        described["homepage"] = config.url
    if config.doi:
        described["id"] = f"https://doi.org/{config.doi}"
    return described


def _license(config: ReleaseConfig) -> dict[str, str]:
    known = known_license(config.license)
    if known is None:
        return {"name": config.license, "path": "LICENSE"}
    return {"name": known.spdx, "title": known.title, "path": known.url}


def _contributor(creator: Creator) -> dict[str, str]:
    told = {"title": creator.name, "role": "author"}
    if creator.orcid:
        told["path"] = f"https://orcid.org/{creator.orcid}"
    if creator.affiliation:
        told["organization"] = creator.affiliation
    return told


def _contact(contact: str) -> dict[str, str]:
    return {"title": "Requests for removal", "role": "maintainer", "path" if "://" in contact else "email": contact}


# Sizes and hashes stand in SHA256SUMS and croissant.json: frictionless 5.21 takes none of a Parquet file, and calls
# those that are declared wrong.
def _resource(file: TableFile) -> dict[str, Any]:
    table = RELEASE_TABLES[file.name]
    texts = descriptions(table.row)
    schema: dict[str, Any] = {
        "fields": [_field(field, texts[field.name]) for field in arrow_schema(table.row)],
        "primaryKey": list(table.key),
        # An empty text is one; what is null is null.
        "missingValues": [],
    }
    if references := REFERENCES.get(file.name):
        schema["foreignKeys"] = [
            {"fields": [column], "reference": {"resource": resource, "fields": [target]}}
            for column, resource, target in references
        ]
    return {
        "profile": "tabular-data-resource",
        "name": file.name,
        "path": file.path,
        "title": (table.row.__doc__ or "").partition("\n")[0],
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": schema,
    }


def _field(field: pa.Field, description: str) -> dict[str, Any]:
    told: dict[str, Any] = {"name": field.name, "type": _type_of(field.type), "description": description}
    if told["type"] == "datetime":
        # Instants with their zone and wall-clock times without one, as ISO 8601 writes either.
        told["format"] = "any"
    if not field.nullable:
        told["constraints"] = {"required": True}
    elif word := NULLS.get(told["type"]):
        told["missingValues"] = [word]
    return told


NULLS = {"integer": "nan", "number": "nan", "datetime": "NaT"}
"""How a null of a type reaches a reader that goes by way of pandas, as frictionless does with Parquet."""


def _type_of(kind: pa.DataType) -> str:
    """An Arrow type as the Table Schema names it."""
    if pa.types.is_list(kind):
        return "any"  # an array, but frictionless 5.21 gets it as one of numpy, and knows those of Python only
    if pa.types.is_timestamp(kind):
        return "datetime"
    return {"string": "string", "int64": "integer", "double": "number", "bool": "boolean"}[str(kind)]
