"""croissant.json: the release as ML Commons Croissant 1.0 describes it, with its fields of responsible AI."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from ..schemas.arrow import arrow_schema, descriptions
from ..schemas.release import RELEASE_TABLES
from .config import ReleaseConfig
from .facts import USES, Facts, biases, collection, limitations, maintenance, personal, removed
from .figures import TableFile
from .licenses import known_license

CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""As the standard gives it; readers warn of any other."""

TYPES = {"string": "sc:Text", "int64": "sc:Integer", "double": "sc:Float", "bool": "sc:Boolean"}


def croissant(facts: Facts) -> dict[str, Any]:
    """The JSON-LD of a release."""
    config, files = facts.config, facts.figures.files
    first, last = facts.figures.fetched
    known = known_license(config.license)
    described: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": config.name,
        "alternateName": config.title,
        "description": config.description,
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "version": config.version,
        "datePublished": config.released.isoformat(),
        "license": known.url if known else config.license,
        "creator": [_creator(creator.name, creator.orcid) for creator in config.creators],
        "citeAs": cite(config),
        "keywords": ["blogs", "comments", "conversations", "replies"],
        "inLanguage": [lang for lang, _ in facts.figures.languages],
        "isLiveDataset": False,
        "rai:dataCollection": " ".join(collection(facts)),
        "rai:dataCollectionType": "Web Scraping",
        "rai:dataCollectionTimeframe": [first.isoformat(), last.isoformat()],
        "rai:dataCollectionMissingData": limitations(facts)[0],
        "rai:dataPreprocessingProtocol": [*personal(facts), *removed(facts)],
        "rai:machineAnnotationTools": "rejoinder: who answers whom, with a measured confidence",
        "rai:personalSensitiveInformation": personal(facts),
        "rai:dataBiases": biases(facts),
        "rai:dataLimitations": limitations(facts),
        "rai:dataUseCases": list(USES),
        "rai:dataReleaseMaintenancePlan": maintenance(facts),
        "distribution": [_file(files[name]) for name in RELEASE_TABLES],
        # A reader cannot tell the type of a column without rows.
        "recordSet": [_records(files[name]) for name in RELEASE_TABLES if files[name].rows],
    }
    if url := config.url or (config.doi and f"https://doi.org/{config.doi}"):
        described["url"] = url
    return described


def cite(config: ReleaseConfig) -> str:
    """The release as a list of sources names it."""
    names = ", ".join(creator.name for creator in config.creators)
    where = f" https://doi.org/{config.doi}" if config.doi else f" {config.url}" if config.url else ""
    return f"{names} ({config.released.year}): {config.title}. Version {config.version}.{where}"


def _creator(name: str, orcid: str | None) -> dict[str, str]:
    told = {"@type": "sc:Person" if orcid else "sc:Organization", "name": name}
    return told | {"url": f"https://orcid.org/{orcid}"} if orcid else told


def _file(file: TableFile) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "description": f"Table {file.name}",
        "contentUrl": file.path,
        "contentSize": f"{file.size} B",
        "encodingFormat": "application/x-parquet",
        "sha256": file.sha256,
    }


def _records(file: TableFile) -> dict[str, Any]:
    table = RELEASE_TABLES[file.name]
    texts = descriptions(table.row)
    return {
        "@type": "cr:RecordSet",
        "@id": file.name,
        "name": file.name,
        "description": (table.row.__doc__ or "").partition("\n")[0],
        "key": [{"@id": f"{file.name}/{column}"} for column in table.key],
        "field": [_field(file, field, texts[field.name]) for field in arrow_schema(table.row)],
    }


# Which columns name rows of other tables is told by datapackage.json alone: mlcroissant 1.1 takes a reference for a
# join of the two tables, and cannot join Parquet files.
def _field(file: TableFile, field: pa.Field, description: str) -> dict[str, Any]:
    kind = field.type.value_type if pa.types.is_list(field.type) else field.type
    told: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{file.name}/{field.name}",
        "name": field.name,
        "description": description,
        "dataType": "sc:DateTime" if pa.types.is_timestamp(kind) else TYPES[str(kind)],
        "source": {"fileObject": {"@id": file.path}, "extract": {"column": field.name}},
    }
    if pa.types.is_list(field.type):
        told["repeated"] = True
    return told
