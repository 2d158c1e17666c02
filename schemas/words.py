"""What the words mean that columns hold: one table a vocabulary, printed in docs/columns.md."""

from __future__ import annotations

OUTCOMES = {
    "ok": "the page came and was read",
    "not_modified": "the server says that nothing has changed since the last fetch",
    "absent": "something tried on suspicion (a sitemap, a further feed page) is not there; no fault",
    "redirect_loop": "redirects without end",
    "robots": "robots.txt does not allow the page",
    "http_error": "the server answered with an error status",
    "network_error": "no answer, or one that broke off; of ranges in a folder: the file cannot be opened",
    "layout_changed": "a known platform whose markup no longer fits what is known of it",
    "not_html": "something else than a page, such as a PDF",
    "empty": "an answer without content",
    "login_wall": "the page asks for a password",
    "challenge": "a page that asks for a proof of being a person, or denies access, stands in its place",
    "consent_wall": "a page that asks to agree to something stands in its place",
    "soft_404": "a page says that there is none, though the server answers as if there were",
    "parked": "nothing but an offer of the domain, or a host's notice, stands where a blog stood",
    "maintenance": "the site says that it is not at work now",
    "too_large": "the answer is larger than the limit and was not read",
    "unsafe_redirect": "a redirect to another scheme, or from a public to a private address",
    "unsafe_address": "not asked: neither http nor https, no URL, a private address that no start URL names, or an "
    "index's name of a file that need not lie below the base",
    "bound_reached": "not asked, or not followed further: it would take more pages, time or patience than a crawl has",
    "gone": "a page that earlier crawls read, and that is not there any more (404, 410); no fault",
    "malformed": "an answer that is not the XML or JSON it should be",
    "cut_off": "the answer, or its record in an archive, is not whole; what there is of it was read",
    "left_out": "records of an archive that show no page, or none that was asked for; error: the reason, and how many",
    "unreadable": "reading the page failed by a fault of this program",
}
"""fetches.outcome"""

LEFT_OUT_OF_ARCHIVES = {
    "media": "images, styles, scripts and whatever else is neither page nor feed nor the answer of an API",
    "redirect": "answers that only lead elsewhere",
    "script": "log-in forms, robots.txt and addresses that take trackbacks",
    "copy": "a post's page under a further address, as for a reply form, where the page itself was read",
    "data": "feeds and answers of scripts on any host that no page which was read asks for",
    "other_blog": "pages of blogs that were not asked for",
    "replay": "addresses of an archive's form on a host that is no known archive, so that they may say anything",
    "no_answer": "records of other things than what a web address answered: names of hosts, converted texts",
}
"""The first word of fetches.error where the outcome is 'left_out'."""

PAGE_KINDS = {
    "post": "a post with the first or only page of its comments",
    "comments": "a further page of a post's comments",
    "listing": "a page that lists posts",
    "feed": "an RSS or Atom feed",
    "sitemap": "an XML sitemap or an index of them",
    "api": "a listing of the REST API",
    "robots": "robots.txt",
    "rights": "/.well-known/tdmrep.json, in which a site reserves text and data mining",
    "export": "a blog's own export file",
    "other": "a page without a post",
}
"""fetches.page_kind"""

VIAS = {
    "live": "the web",
    "wayback": "a web archive, over the network",
    "warc": "a WARC or ARC file",
    "export": "a blog's own export file",
}
"""fetches.via"""

LEFT_OUT_REASONS = {
    "shown_twice": "the page shows the same comment again; its first showing is kept",
    "unpublished": "a draft, a planned, private or trashed post of an export, or a comment under one; detail: status",
    "protected": "a post of an export that asks for a password, or a comment under one",
    "unapproved": "a comment of an export that waits for approval",
    "spam": "a comment of an export that is marked as spam",
    "deleted": "a comment of an export that is marked as deleted, or stands under what is",
    "not_a_post": "neither post nor anything with comments: a file, a menu, a setting of an export; detail: its type",
    "not_a_comment": "a note that a program keeps among an export's comments; detail: its type",
    "other_blog": "a post or comment of an export that lies outside the blogs that were asked for",
    "before_since": "a post of an export from before --since, or a comment under one",
}
"""rejects.reason of what is left out on purpose: nothing is missing from the tables."""

REJECT_REASONS = LEFT_OUT_REASONS | {
    "no_address": "nothing in an export tells where the post stands, so nothing could refer to it or its comments",
    "no_post": "the post under which a comment of an export stands is not in it, nor its address",
    "same_address": "an export has another post at the address of this one, and nothing tells them apart",
    "outside_blog": "the address lies outside the blog that an export names for itself",
    "damaged": "an export is damaged there: whether this was published cannot be told",
    "unreadable": "reading it failed by a fault of this program",
    "text_not_found": "no text was found in the comment's block, which has words beside name, date and controls",
    "bad_id": "an id or key is missing or empty, so nothing could refer to the record",
    "bad_value": "a value has a type or range that its column does not allow",
    "parent_is_itself": "the comment is stated to answer itself",
    "before_blogs": "the date lies before 1990, when there were no blogs",
    "after_fetch": "the date lies more than a day behind the fetch that showed it",
}
"""rejects.reason. Where rejects.field names a column, only that column was lost."""

ASKED_FOR = {
    "source": "it tells what there is, and what has changed: start page, sitemap, feed, listing, API",
    "new": "no earlier crawl has read it",
    "news": "a source tells that it has changed",
    "failed": "it could not be read when it was last asked for",
    "turn": "nothing tells of it; its turn had come (docs/nightly.md)",
}
"""fetches.asked_for; queries/revisit/ decides."""

HINT_SOURCES = {
    "sitemap": "lastmod of a sitemap",
    "feed": "slash:comments, thr:total or updated of a feed of posts",
    "comment_feed": "the feed of the newest comments of the whole blog",
    "listing": "a page that lists posts: its numbers of comments, its list of the newest comments",
    "api": "the REST API",
}
"""hints.source"""

PRECISIONS = {
    "second": "a time with seconds",
    "minute": "a time without seconds",
    "day": "a date without a time, which stands as its midnight",
    "month": "a month, which stands as its first day",
    "year": "a year, which stands as its first day",
    "relative": "counted back from the fetch, as in '2 days ago'",
}
"""published_precision"""

PARENT_SOURCES = {
    "nesting": "the comment stands inside its parent; below a theme's depth limit that is the nearest ancestor shown",
    "depth": "the page marks depths only: the last comment before it that is one level higher",
    "attribute": "the markup names the parent",
    "link": "the comment links to its parent behind words such as 'in reply to', or by the name of who wrote that",
    "copy": "the comment shows a copy of its parent, with its name, in a box",
    "api": "the REST API names the parent",
    "feed": "the feed names the parent (thr:in-reply-to)",
    "export": "the blog's own export file names the parent",
}
"""comments.parent_from"""

COMMENT_KINDS = {
    "comment": "written by a person",
    "pingback": "an automatic notice that another page links to the post",
    "trackback": "the same in an older way, with an excerpt",
}
"""comments.kind"""

COMMENT_STATES = {
    "visible": "shown with its text",
    "removed": "only a placeholder is left, or (in tables) it is gone or taken down",
    "pending": "awaiting moderation",
}
"""comments.state"""

COMMENT_FATES = {
    "shown": "no look at its section since shows it otherwise",
    "moved": "shown, on another page of its section than at first",
    "returned": "shown again after it had been gone, or replaced by a placeholder",
    "placeholder": "a notice stands in its place, such as 'removed by the author'; comment_versions has what was",
    "missing": "gone: a look at its whole section lacks it, and the numbers agree; its text is as last seen",
    "hidden": "not shown any more, below a comment that is not shown any more: perhaps gone, perhaps only kept back",
    "unseen": "not shown any more, and no look proves that it is gone: numbers disagree, or another id has its words",
    "taken_down": "takedown.toml names it: its place in the conversation stays, what it said and who wrote it do not",
}
"""comments.fate; queries/staging/comment_fates.sql decides, takedown.toml before it."""

COMPLETENESS_REASONS = {
    "complete": "as many comments were found as the post states",
    "pingbacks_counted": "the stated number counts pingbacks and trackbacks too, and all of them were found",
    "pingbacks_unseen": "the API gave all comments that it has; it has no pingbacks, which the post counts",
    "removed_not_counted": "placeholders of removed comments were found, which the post does not count",
    "grown_since": "the comments found beyond the stated number were seen only after it was",
    "gone_since": "the comments found beyond the stated number are those that newer fetches no longer show",
    "listing_complete": "the post states no number, but the API or the export gave all comments that it has",
    "page_cut_off": "the page of the post, or one of its comments, is not whole in the archive or came so",
    "fetch_failed": "a known page of its comments could not be fetched",
    "further_pages": "a known page of its comments was not fetched",
    "rejected": "comments were found that could not stand in the tables: see rejects",
    "listing_short": "the API says that it has more comments of this post and others than it gave",
    "embedded_system": "the comments stand in a system that the page only embeds",
    "not_stated": "the post states no number, so nothing can be compared",
    "more_found": "more comments were found than the post states, with no reason known",
    "hidden_parents": "all pages of a threaded WordPress section were read; what lacks is most likely replies to "
    "hidden comments, which WordPress counts but prints nowhere (a crawl by API would show them)",
    "unexplained": "comments are missing and nothing says why: a loss",
}
"""completeness.reason; the macro difference_reason in queries/staging/macros.sql decides."""

RUN_COMPLETENESS_REASONS = COMPLETENESS_REASONS | {
    "section_silent": "earlier runs found comments here, and now the page shows neither comments nor a number",
}
"""run_completeness.reason; queries/tables/run_completeness.sql decides."""

SHORTFALLS = {
    "section_silent": RUN_COMPLETENESS_REASONS["section_silent"],
    "none_of_stated": "the page states comments and none of them was found, for whatever reason run_completeness tells",
    "unexplained": COMPLETENESS_REASONS["unexplained"],
    "comments_fell": "of the comments that earlier runs found below this run's posts it found less than half, and no "
    "page says that they are gone",
    "posts_fell": "of the posts that earlier runs found, in the time that this run reached, it met less than half",
    "no_post": "the crawl of this start URL found no post",
}
"""shortfalls.reason; queries/tables/shortfalls.sql decides. A run that has one ends with exit code 3."""

RUN_ENDS = {
    "finished": "all that it had to ask for was asked",
    "out_of_time": "--max-minutes came before its end; the same command goes on from there",
    "interrupted": "SIGTERM or Ctrl-C; the same command goes on from there",
    "failed": "it had to be ended: a full disk, or a fault that the log tells",
}
"""raw runs.ended"""

RUN_STATES = RUN_ENDS | {
    "unfinished": "no account of its end: it was killed, or is at work still",
}
"""runs.ended, of a run over the network; null for what files gave"""

ALARMS = {
    "disk_nearly_full": "the disk has no room for three builds of the tables and a night",
    "failed": "the newest run had to be ended: a full disk, or a fault that the log tells",
    "unfinished": "the newest run says nothing of its end and no crawl is at work: it was killed, or lost its power",
    "never_good": "no run ever came to its end and read a post of the blog",
    "moved": "the start URL leads to another host than at the first good run",
    "refused": "the server refuses pages: status 401, 403, 429 or the like, a challenge, a wait beyond measure",
    "robots_closed": "robots.txt allows much less than it did",
    "gone": "pages are not there any more: status 404 or 410, a page that says so, a parked domain",
    "server_errors": "the server fails: status 500 and above, maintenance",
    "not_reached": "no answer: name, connection, time-out",
    "no_post": "the newest run read pages, and none of them is a post",
    "layout_changed": "pages came whose posts or comments cannot be read any more",
    "fewer_posts": "the newest run met less than half of the posts that earlier ones found",
    "fewer_comments": "the newest run, or the newest posts, have far fewer comments than the habit is",
    "not_read": "pages came that were not read, for the reason told",
    "overdue": "no run has come to its end for longer than the habit is",
    "silent": "the blog has published nothing for much longer than its habit is",
    "out_of_budget": "the newest run left pages unasked: --max-pages or --max-minutes (not what --budget leaves)",
    "robots_changed": "robots.txt has other rules than at the run before",
}
"""What `rejoinder status` tells a person to look at, worst first; queries/status/alarms.sql decides."""

EVIDENCE = {
    "thread": "the page states the parent",
    "mention": "the text calls the other by name, as in '@Pearl'",
    "address": "the text speaks to the other by name, as in 'Pearl, thanks'",
    "quote": "the text repeats words of the other",
    "ordinal": "the text names the other's number, as in '#3'",
    "link": "the text links to the other's comment",
    "default": "nothing shows a target, so it counts as an answer to the post",
}
"""replies.evidence"""

LINK_KINDS = {
    "permalink": "to a comment of the tables, on whatever post",
    "same_page": "to the post that the text belongs to, or to a place on its page that is no known comment: footnotes "
    "and tables of contents would else pass for references",
    "internal": "to another page of the same site",
    "other": "to another site; target_post_id tells whether it is one of the tables",
}
"""links.kind; queries/tables/links.sql decides, by the first that fits."""

PAGE_EVIDENCE = {
    "comment": "the name over a comment links to it",
    "post": "the name of a post's only author links to it",
    "blog": "it is a blog of the tables, and the person writes its posts",
}
"""person_pages.evidence"""

PAGE_DOUBTS = {
    "no_host": "its host has no dot: 'http://none' is no place on the web",
    "a_post": "it is the address of a post of the tables, whose author need not be meant",
    "own_site": "it is the front page of the site itself, or lies above it, and the person does not write there",
    "host_of_many": "it is the front page of a host on which many have their pages: of one known for it "
    "(queries/staging/hosts_of_many.csv), or of one on or below which two names of the tables have theirs",
    "several_names": "different names of one site state it, as a company's page, or write it: a blog of several "
    "authors; names are not different if one has all words of the other, as 'David' and 'David Megginson'",
}
"""person_pages.doubt; queries/tables/person_pages.sql decides, by the first that fits."""

WORDS = {
    "via": VIAS,
    "page_kind": PAGE_KINDS,
    "outcome": OUTCOMES,
    "asked_for": ASKED_FOR,
    "source in hints": HINT_SOURCES,
    "error where outcome is 'left_out'": LEFT_OUT_OF_ARCHIVES,
    "published_precision": PRECISIONS,
    "kind": COMMENT_KINDS,
    "parent_from": PARENT_SOURCES,
    "state": COMMENT_STATES,
    "fate": COMMENT_FATES,
    "evidence": EVIDENCE,
    "kind in links": LINK_KINDS,
    "evidence in person_pages": PAGE_EVIDENCE,
    "doubt": PAGE_DOUBTS,
    "reason in completeness": COMPLETENESS_REASONS,
    "reason in run_completeness": RUN_COMPLETENESS_REASONS,
    "reason in shortfalls": SHORTFALLS,
    "reason in rejects": REJECT_REASONS,
    "ended": RUN_STATES,
    "reason of an alarm (`rejoinder status`)": ALARMS,
}
"""Column -> its words."""
