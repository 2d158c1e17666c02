"""The post of a page: what the page shows of it and what it states beside that for machines."""

from __future__ import annotations

import re
from typing import Literal

from ...schemas import PagePost
from .byline import read_authors
from .dateline import read_modified, read_published
from .document import Document, folded
from .headline import names_beside, read_headline
from .section import Section
from .stated import PostPage, article_data, first_of, own_address, section_mask, site_names, text_value, unique

_BODY_CLASS = re.compile(r"(?:^|\s)(?:postid|page-id|page-node|node)-(\d+)(?=\s|$)")


def read_post(doc: Document, section: Section) -> PagePost:
    """The page's post without its body, stated count and openness; fields that it does not state are None."""
    address = own_address(doc)
    page = PostPage(doc, section, article_data(doc), section_mask(doc, section), address, site_names(doc, address))
    title, page.titled = read_headline(page)
    page.sites |= names_beside(page, title or "")
    author, author_url = read_authors(page)
    return PagePost(
        url=doc.links.get("canonical") or first_of(doc.meta, ("og:url",)),
        native_id=_native_id(doc),
        title=title,
        author_name=author,
        author_url=author_url,
        published=read_published(page),
        modified=read_modified(page),
        categories=_categories(page),
        tags=_tags(page),
        lang=_lang(page),
    )


def _native_id(doc: Document) -> str | None:
    """The number that WordPress and Drupal put into the page's classes, ids and comment forms."""
    for number in doc.with_tag.get("body", ()):
        if found := _BODY_CLASS.search(doc.classes[number]):
            return found[1]
    for number in doc.tagged("article", "div"):
        if found := re.fullmatch(r"post-(\d+)", doc.elements[number].get("id") or ""):
            return found[1]
    fields = (doc.elements[n] for n in doc.with_tag.get("input", ()))
    value = next((field.get("value") for field in fields if field.get("name") == "comment_post_ID"), None)
    return value if value and value.isdecimal() else None


def _categories(page: PostPage) -> list[str]:
    return _terms(page, "category") or unique(page.doc.meta.get("article:section", ()))


def _tags(page: PostPage) -> list[str]:
    return _terms(page, "tag") or unique(page.doc.meta.get("article:tag", ()))


def _terms(page: PostPage, taxonomy: Literal["category", "tag"]) -> list[str]:
    """The texts of the post's links to its terms of a taxonomy, in the order of the page."""
    doc = page.doc
    links = (n for n, rel in doc.rels.items() if _taxonomy(doc, n, rel.split()) == taxonomy)
    return unique(doc.text(n) for n in links if page.is_of_post(n))


def _taxonomy(doc: Document, link: int, rel: list[str]) -> Literal["category", "tag"] | None:
    """Which taxonomy a link's rel names; None if it leads to no term."""
    if "category" in rel:
        return "category"
    if "tag" not in rel:
        return None
    # WordPress' blocks call every term a tag; the block around the links names the taxonomy.
    return "category" if "taxonomy-category" in doc.classes[doc.parents[link]].split() else "tag"


def _lang(page: PostPage) -> str | None:
    doc = page.doc
    stated = (
        doc.root.get("lang") or doc.root.get("{http://www.w3.org/XML/1998/namespace}lang") or doc.root.get("xml:lang")
    )
    stated = stated or text_value(page.article.get("inLanguage"))
    stated = stated or first_of(doc.meta, ("content-language", "dc.language", "og:locale"))
    return folded(stated).replace("_", "-") or None if stated else None
