"""A Plone whose news items take comments (plone.app.discussion). Run by Zope's `zconsole run`, which gives `app`."""

from __future__ import annotations

import json
import sys

import transaction
from AccessControl.SecurityManagement import newSecurityManager
from DateTime import DateTime
from given import moment, paragraphs
from plone import api
from plone.app.discussion.interfaces import IConversation, IDiscussionSettings
from plone.app.textfield.value import RichTextValue
from plone.registry.interfaces import IRegistry
from Products.CMFPlone.factory import addPloneSite
from Testing.makerequest import makerequest
from zope.component import createObject, getUtility
from zope.component.hooks import setSite

SITE = "blog"
PROFILES = ("plone.app.contenttypes:default", "plonetheme.barceloneta:default", "plone.app.discussion:default")


def fill(root, posts: list[dict]) -> dict:
    newSecurityManager(None, root.acl_users.getUser("admin").__of__(root.acl_users))
    site = addPloneSite(makerequest(root), SITE, title="Seat notes", extension_ids=PROFILES)
    setSite(site)
    # A visitor sees who wrote what and when.
    for name in ("plone.display_publication_date_in_byline", "plone.allow_anon_views_about"):
        api.portal.set_registry_record(name, True)
    settings = getUtility(IRegistry).forInterface(IDiscussionSettings)
    settings.globally_enabled = settings.anonymous_comments = True
    site.portal_workflow.setChainForPortalTypes(["Discussion Item"], ["comment_review_workflow"])
    site.portal_workflow.setChainForPortalTypes(["News Item"], ["simple_publication_workflow"])
    site.setLayout("summary_view")
    for given in posts:
        item = api.content.create(
            site,
            "News Item",
            title=given["title"],
            text=RichTextValue(paragraphs(given["text"]), "text/html", "text/html"),
            creators=("Mara Weiss",),
            allow_discussion=given["open"],
        )
        api.content.transition(item, "publish")
        item.effective_date = DateTime(given["at"])
        item.reindexObject()
        conversation = IConversation(item)
        made: list[int] = []
        for comment in given["comments"]:
            row = createObject("plone.Comment")
            row.author_name, row.text, row.mime_type = comment["name"], comment["text"], "text/plain"
            row.author_email = "never-to-be-stored@mail.invalid"
            row.creation_date = row.modification_date = moment(comment["at"])
            row.in_reply_to = 0 if comment["parent"] is None else made[comment["parent"]]
            made.append(conversation.addComment(row))
            if comment["state"] != "waiting":
                site.portal_workflow.doActionFor(conversation[made[-1]], "publish")
        for number, comment in zip(made, given["comments"], strict=True):
            if comment["state"] == "removed":
                del conversation[number]
    transaction.commit()
    return truth_of(site)


def truth_of(site) -> dict:
    items = site.objectValues("Dexterity Item")
    return {
        "posts": [
            {
                "path": f"/{SITE}/{item.getId()}",
                "title": item.title,
                "author": item.creators[0],
                "at": item.effective_date.asdatetime().isoformat(),
            }
            for item in items
        ],
        "comments": [
            {
                "id": number,
                "post": f"/{SITE}/{item.getId()}",
                "parent": row.in_reply_to or None,
                "author": row.author_name,
                "url": "",
                "at": row.creation_date.isoformat(),
                "state": "shown" if site.portal_workflow.getInfoFor(row, "review_state") == "published" else "waiting",
                "text": row.text,
                "kind": "comment",
            }
            for item in items
            for number, row in IConversation(item).items()
        ],
    }


json.dump(fill(app, json.load(sys.stdin)), sys.stdout)  # noqa: F821 # pyright: ignore[reportUndefinedVariable]
