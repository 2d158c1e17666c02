"""Arrow schemas and tables of the declared records: the types follow from the annotations, nothing is listed twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
import pyarrow as pa

from .records import SCHEMA_VERSION

# DuckDB shows a file's own metadata (parquet_kv_metadata) but not that of Arrow fields, so the descriptions of all
# columns stand in one key of the file.
COLUMNS_KEY = "rejoinder.columns"
RECORD_KEY = "rejoinder.record"
VERSION_KEY = "rejoinder.schema_version"

Hint = Any  # a type hint: typing has no common type for all that can be written in one

PLAIN_TYPES: dict[type, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    date: pa.date32(),
}


def descriptions(record_class: type) -> dict[str, str]:
    """What each column holds and what its null means, in the order of the columns.

    Raises:
        TypeError: a column has no description.
    """
    return {name: _description(record_class, name, hint) for name, hint in _hints(record_class).items()}


@cache
def arrow_schema(record_class: type) -> pa.Schema:
    """Schema of a record class, with the metadata that its Parquet files carry.

    A column is nullable if and only if its annotation says `| None`.

    Raises:
        TypeError: an annotation has no Arrow type.
    """
    columns = [_arrow_field(name, hint) for name, hint in _hints(record_class).items()]
    return pa.schema(columns, metadata=file_metadata(record_class))


def file_metadata(record_class: type) -> dict[str, str]:
    """The key-value metadata of a Parquet file of these records."""
    return {
        RECORD_KEY: record_class.__name__,
        VERSION_KEY: SCHEMA_VERSION,
        COLUMNS_KEY: json.dumps(descriptions(record_class), ensure_ascii=False),
    }


def to_table(records: Sequence[Any], record_class: type) -> pa.Table:
    """Records as an Arrow table of their declared schema, in the order given.

    Raises:
        ValueError: a column that is never null holds a None.
        pa.ArrowException: a value is not of its column's type.
    """
    return _table(lambda name: [getattr(record, name) for record in records], record_class)


def rows_to_table(rows: Sequence[Mapping[str, Any]], record_class: type) -> pa.Table:
    """The same of records as mappings; what they hold beside the declared columns is left out."""
    return _table(lambda name: [row[name] for row in rows], record_class)


def _table(values_of: Callable[[str], list[Any]], record_class: type) -> pa.Table:
    schema = arrow_schema(record_class)
    columns = []
    for field in schema:
        values = values_of(field.name)
        if _holds_records(field.type):
            values = [_without_classes(value) for value in values]
        column = pa.array(values, field.type)
        if column.null_count and not field.nullable:
            raise ValueError(f"{record_class.__name__}.{field.name} is never null but a record holds None")
        columns.append(column)
    return pa.Table.from_arrays(columns, schema=schema)


@cache
def _hints(record_class: type) -> dict[str, Any]:
    # get_type_hints of a subclass lists its own names first; fields() keeps the order in which columns are declared.
    hints = get_type_hints(record_class, include_extras=True)
    return {field.name: hints[field.name] for field in fields(record_class)}


def _description(record_class: type, name: str, hint: Hint) -> str:
    texts = [note for note in getattr(hint, "__metadata__", ()) if isinstance(note, str)]
    if not texts:
        raise TypeError(f"{record_class.__name__}.{name} has no description")
    return texts[-1]


def _arrow_field(name: str, hint: Hint) -> pa.Field:
    plain, nullable = _without_none(hint)
    return pa.field(name, _arrow_type(plain), nullable=nullable)


def _without_none(hint: Hint) -> tuple[Hint, bool]:
    """The hint without its outer description and without `| None`, and whether it had the latter."""
    if get_origin(hint) is Annotated and get_origin(get_args(hint)[0]) in (UnionType, Union):
        hint = get_args(hint)[0]
    if get_origin(hint) in (UnionType, Union) and NoneType in get_args(hint):
        [hint] = [part for part in get_args(hint) if part is not NoneType]
        return hint, True
    return hint, False


def _arrow_type(hint: Hint) -> pa.DataType:
    if get_origin(hint) is Annotated:
        base, *notes = get_args(hint)
        if base is datetime:
            zoned = any(isinstance(note, msgspec.Meta) and note.tz for note in notes)
            return pa.timestamp("us", tz="UTC" if zoned else None)
        return _arrow_type(base)
    if get_origin(hint) is Literal:
        return pa.string()
    if get_origin(hint) is list:
        item, nullable = _without_none(get_args(hint)[0])
        return pa.list_(pa.field("element", _arrow_type(item), nullable=nullable))
    if is_dataclass(hint):
        return pa.struct([_arrow_field(name, inner) for name, inner in _hints(hint).items()])  # pyright: ignore[reportArgumentType]
    if hint in PLAIN_TYPES:
        return PLAIN_TYPES[hint]
    raise TypeError(f"no Arrow type for {hint}")


def _holds_records(arrow_type: pa.DataType) -> bool:
    return pa.types.is_struct(arrow_type) or (pa.types.is_list(arrow_type) and _holds_records(arrow_type.value_type))


def _without_classes(value: object) -> object:
    """A record as a dict, wherever in a list or by itself: pyarrow builds structs from dicts only."""
    if isinstance(value, list):
        return [_without_classes(item) for item in value]
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
