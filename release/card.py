"""README.md: the dataset card, as the Hugging Face Hub reads it, every figure counted from the release."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ..schemas.arrow import arrow_schema, descriptions
from ..schemas.docs import sql_type
from ..schemas.release import RELEASE_TABLES
from ..schemas.words import COMMENT_FATES, COMPLETENESS_REASONS, EVIDENCE, PARENT_SOURCES
from .audit import Finding
from .citation import bibtex
from .croissant import cite
from .facts import (
    USES,
    Facts,
    biases,
    collection,
    left_out,
    limitations,
    maintenance,
    personal,
    removed,
    summary,
)
from .figures import measured_signs
from .inert import md_code, md_text, yaml_text
from .licenses import known_license

SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
"""The Hub's words for fewer rows than so many; behind the last: 1M<n<10M and on."""
MOST = "1M<n<10M"


def card(facts: Facts, findings: Sequence[Finding] | None) -> str:
    """The text of README.md.

    Args:
        findings: what the audit found in everything else; None where it has yet to look.
    """
    config = facts.config
    parts = [
        front_matter(facts),
        f"# {md_text(config.title)}\n\n{_paragraphs(config.description)}\n",
        _section("Summary", [summary(facts), _how_to_load(facts)]),
        _section("Sources", [_sources(facts)]),
        _section("Collection", [_list(collection(facts)), _pages(facts)]),
        _section("Completeness", [_completeness(facts)]),
        _section("How replies were found", [_replies(facts)]),
        _section("Tables", [_tables(facts)]),
        _section("Uses and limits", [_list([*USES, *limitations(facts), *biases(facts)])]),
        _section("Personal data", [_list(personal(facts)), _audit(facts, findings)]),
        _section("Removals", [_list(removed(facts)), _fates(facts), md_text(maintenance(facts))]),
        _section("Rights", [_rights(facts)]),
        _section(
            "How to cite", [md_text(cite(config)), f"```bibtex\n{bibtex(config)}\n```", "See also `CITATION.cff`."]
        ),
        _section("Changes", ["See [CHANGELOG.md](CHANGELOG.md)."]),
    ]
    return "\n".join(parts)


def front_matter(facts: Facts) -> str:
    """What the Hub reads: the tables as configurations, licence, languages, size."""
    config, figures = facts.config, facts.figures
    known = known_license(config.license)
    lines = ["---", f"pretty_name: {yaml_text(config.title)}"]
    lines.append(f"license: {known.hub if known else 'other'}")
    if known is None:
        lines += [f"license_name: {yaml_text(config.license)}", "license_link: LICENSE"]
    if figures.languages:
        lines += ["language:", *(f"- {yaml_text(lang)}" for lang, _ in figures.languages)]
    rows = max(figures.rows.values())
    lines += ["size_categories:", f"- {next((word for most, word in SIZES if rows < most), MOST)}"]
    if config.texts == "full":
        lines += ["task_categories:", "- text-classification", "- text-generation"]
    else:
        lines += ["task_categories:", "- graph-ml"]
    lines += ["tags:", *(f"- {tag}" for tag in ("blogs", "comments", "conversations", "replies", "rejoinder"))]
    lines.append("configs:")
    # A split without rows cannot be loaded.
    for name in [name for name in RELEASE_TABLES if figures.rows[name]]:
        lines += [
            f"- config_name: {name}",
            "  data_files:",
            "  - split: train",
            f"    path: {figures.files[name].path}",
        ]
        if name == "comments":
            lines.append("  default: true")
    return "\n".join([*lines, "---", ""])


def _how_to_load(facts: Facts) -> str:
    return (
        "```python\nfrom datasets import load_dataset\n\n"
        'comments = load_dataset("path/to/this/folder", "comments", split="train")\n```\n\n'
        f"The tables are Parquet files of {facts.figures.size:,} bytes together, in `data/`; any reader of "
        f"Parquet opens "
        "them. `sha256sum -c SHA256SUMS` tells whether they are as they were published."
    )


def _sources(facts: Facts) -> str:
    rows = [
        (md_text(site), posts, comments, first and first.date(), last and last.date())
        for site, posts, comments, first, last in facts.figures.sites
    ]
    table = _table(("blog", "posts", "comments", "first post", "last post"), rows)
    years = facts.figures.years
    if not years:
        return table
    return f"{table}\n\nComments by year: {', '.join(f'{year}: {count:,}' for year, count in years)}."


def _pages(facts: Facts) -> str:
    rows = [
        (
            via,
            kind,
            count,
            first.date() if first.year > 1970 else None,
            last.date() if last.year > 1970 else None,
            files,
        )
        for via, kind, count, first, last, files in facts.figures.collected
    ]
    return _table(("via", "page", "fetches", "first", "last", "archive files"), rows)


def _completeness(facts: Facts) -> str:
    rows = [
        (reason, posts, stated, found, pingbacks, md_text(COMPLETENESS_REASONS[reason]))
        for reason, posts, stated, found, pingbacks, _ in facts.figures.completeness
    ]
    head = ("reason", "posts", "comments stated", "found", "pingbacks found", "meaning")
    return (
        "What the pages state about their comments, against what was found; of every post in table `completeness`.\n\n"
        + _table(head, rows)
    )


def _replies(facts: Facts) -> str:
    measured = measured_signs()
    rows = []
    for signs, primary, count, confidence in facts.figures.evidence:
        right, of = measured.get(signs, (None, None))
        rows.append((signs, primary, count, f"{confidence:.2f}", "not alone" if of is None else f"{right} of {of}"))
    words = sorted({word for signs, *_ in facts.figures.evidence for word in signs.split("+")})
    parents = ", ".join(f"{PARENT_SOURCES[kind]}: {count:,}" for kind, count in facts.figures.parents)
    told = [
        "Who answers whom stands in table `replies`: as pages state it, and as the words of the texts show it.",
        _table(("evidence", "main answers", "all answers", "mean confidence", "measured right"), rows),
        _list(f"`{word}`: {EVIDENCE[word]}" for word in words),
        "`confidence` is the share of right answers among those with the same evidence, (right + 1) / (all + 2), where "
        "people had read who answers whom on pages that are not part of this dataset; `measured right` has the counts.",
    ]
    if parents:
        told.append(f"Parents that pages state, by how they do: {md_text(parents)}.")
    return "\n\n".join(told)


def _tables(facts: Facts) -> str:
    parts = []
    for name, table in RELEASE_TABLES.items():
        texts = descriptions(table.row)
        about = (table.row.__doc__ or "").partition("\n")[0]
        rows = [
            (
                md_code(field.name),
                sql_type(field.type) + (" or null" if field.nullable else ""),
                md_text(texts[field.name]),
            )
            for field in arrow_schema(table.row)
        ]
        head = f"### {name}\n\n{md_text(about)} Rows: {facts.figures.rows[name]:,}. Key: {', '.join(table.key)}."
        parts.append(f"{head}\n\n{_table(('column', 'type', 'meaning'), rows)}")
    return "\n\n".join(parts)


def _fates(facts: Facts) -> str:
    rows = [(state, fate, count, md_text(COMMENT_FATES[fate])) for state, fate, count in facts.figures.states]
    return _table(("state", "fate", "comments", "meaning"), rows)


def _rights(facts: Facts) -> str:
    config, rights = facts.config, facts.figures.rights
    known = known_license(config.license)
    name = f"[{md_text(known.title)}]({known.url})" if known else md_text(config.license)
    told = [
        f"The compilation is published under {name}, see [LICENSE](LICENSE). The texts are their writers', and no "
        f"licence "
        "of theirs is given or implied by it.",
        "What the pages of the released posts state:",
        _table(
            ("stated", "posts"),
            (
                ("text and data mining is reserved", rights["reserved"]),
                ("text and data mining is not reserved", rights["free"]),
                ("robots: noai", rights["noai"]),
                ("robots: noindex", rights["noindex"]),
                ("no page was read that could state anything", rights["unknown"]),
                *((md_text(license), count) for license, count in facts.figures.licenses),
            ),
        ),
    ]
    rows = [(word, posts, comments, md_text(meaning)) for word, meaning, posts, comments in left_out(facts)]
    if rows:
        told += ["What was left out of this release:", _table(("reason", "posts", "comments", "meaning"), rows)]
    else:
        told.append("No post was left out of this release.")
    return "\n\n".join(told)


def _audit(facts: Facts, findings: Sequence[Finding] | None) -> str:
    if findings is None:
        return ""
    certain = sum(finding.level == "finding" for finding in findings)
    doubtful = Counter(finding.kind for finding in findings if finding.level == "look")
    names = "" if facts.config.names.mode == "keep" else "every form of the names that the sources show, "
    told = (
        "### What was looked for\n\nBefore it was published all files of this release, texts, addresses, metadata and "
        f"file names, were searched for {names}e-mail addresses and their hashes, IP addresses and the key of the "
        f"pseudonyms, by other means than those that took them out. Found: {certain}."
    )
    if doubtful:
        counts = ", ".join(f"{count} of kind {kind}" for kind, count in sorted(doubtful.items()))
        told += f" Places that may be a name or only a word, for a person to look at: {counts}."
    return told


def _section(title: str, parts: Iterable[str]) -> str:
    return "\n\n".join([f"## {title}", *(part for part in parts if part)]) + "\n"


def _paragraphs(text: str) -> str:
    return "\n\n".join(md_text(part) for part in text.split("\n\n") if part.strip())


def _list(sentences: Iterable[str]) -> str:
    return "\n".join(f"- {sentence}" for sentence in sentences)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table whose cells are text that is inert already, or numbers."""
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    lines += [f"| {' | '.join(map(_cell, row))} |" for row in rows]
    return "\n".join(lines)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else str(value)
