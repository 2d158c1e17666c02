"""What a page says of the comment systems that it embeds, by the lines that their manuals tell a site to paste."""
# ruff: noqa: E501 - these lines are longer than ours

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rejoinder.spiders.apis.comment_feed import NAME as FEED
from rejoinder.spiders.apis.comment_feed import find_comment_feed
from rejoinder.spiders.apis.embeds import READERS, SYSTEMS, find_embeds
from rejoinder.spiders.apis.scripts import assigned, without_comments
from rejoinder.spiders.reading.document import Document
from rejoinder.spiders.reading.page import read_page

URL = "https://blog.example.org/2024/a-post/"


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>A post</title>{head}</head><body><h1>A post</h1>{body}</body></html>"


def found(body: str, *, head: str = "", url: str | None = URL) -> list[tuple[str, str | None, str | None]]:
    return [(embed.system, embed.thread, embed.url) for embed in find_embeds(Document(page(body, head), url))]


NAMED = {
    "facebook": ('<div class="fb-comments" data-href="https://blog.example.org/a" data-numposts="5"></div>', "https://blog.example.org/a"),
    "facebook by its old tag": ('<fb:comments href="https://blog.example.org/a" num_posts="2"></fb:comments>', "https://blog.example.org/a"),
    "giscus": (
        '<script src="https://giscus.app/client.js" data-repo="ann/blog" data-mapping="specific" data-term="a-post" async></script>',
        "a-post",
    ),
    "utterances": ('<script src="https://utteranc.es/client.js" repo="ann/blog" issue-term="pathname" async></script>', "ann/blog"),
    "commento": ('<div id="commento"></div><script defer src="https://cdn.commento.io/js/commento.js"></script>', None),
    "comentario": ('<comentario-comments page-id="/a"></comentario-comments>', "/a"),
    "hyvor": ('<hyvor-talk-comments website-id="7" page-id="a-post"></hyvor-talk-comments>', "a-post"),
    "coral": ('<div id="coral_thread"></div><script>Coral.createStreamEmbed({id: "coral_thread", rootURL: "x"});</script>', None),
    "openweb": ('<script async src="https://launcher.spot.im/spot/sp_1" data-spotim-module="spotim-launcher" data-post-id="a-1"></script>', "a-1"),
    "viafoura": ('<div class="viafoura"><vf-conversations vf-container-id="c7"></vf-conversations></div>', "c7"),
    "intensedebate": ("<script>var idcomments_acct = '0123'; var idcomments_post_id;</script><span id='IDCommentsPostTitle'></span>", None),
    "livefyre": ('<div id="livefyre-comments" data-lf-article-id="77"></div>', "77"),
    "discourse": ("<div id='discourse-comments'></div><script>DiscourseEmbed = {discourseUrl: 'https://d.example.org/'};</script>", None),
    "fastcomments": ('<div id="fastcomments-widget"></div><script src="https://cdn.fastcomments.com/js/embed-v2.min.js"></script>', None),
    "graphcomment": ('<div id="graphcomment"></div>', None),
    "talkyard": ('<div class="talkyard-comments" data-discussion-id="d9"></div>', "d9"),
    "vuukle": ('<div id="vuukle-comments"></div>', None),
    "muut": ('<a class="muut" href="https://muut.com/i/site/comments">Comments</a>', None),
    "vkontakte": ('<div id="vk_comments"></div><script>VK.Widgets.Comments("vk_comments", {limit: 10});</script>', None),
    "hypercomments": ('<div id="hypercomments_widget"></div>', None),
    "cackle": ('<div id="mc-container"></div><script>cackle_widget.push({widget: "Comment", id: 7});</script>', None),
    "telegram": ('<script async src="https://comments.app/js/widget.js?3" data-comments-app-website="s1"></script>', "s1"),
    "google_plus": ('<div class="g-comments" data-href="https://blog.example.org/a"></div>', "https://blog.example.org/a"),
    "js_kit": ('<div class="js-kit-comments" permalink=""></div><script src="//js-kit.com/comments.js"></script>', None),
    "gitalk": ('<script src="https://cdn.jsdelivr.net/npm/gitalk@1/dist/gitalk.min.js"></script><script>new Gitalk({repo: "blog"})</script>', None),
    "waline": ('<div id="waline"></div><script type="module">import {init} from "https://unpkg.com/@waline/client@v3/dist/waline.js"; init({el: "#waline"});</script>', None),
    "valine": ('<script src="//unpkg.com/valine/dist/Valine.min.js"></script><script>new Valine({el: "#comments", appId: "x"})</script>', None),
    "twikoo": ('<div id="tcomment"></div><script src="https://cdn.staticfile.org/twikoo/1.6.7/twikoo.all.min.js"></script>', None),
    "artalk": ('<div id="Comments"></div><script src="https://a.example.org/dist/Artalk.js"></script><script>Artalk.init({el: "#Comments"})</script>', None),
}  # fmt: skip
"""Systems that are only named -> the lines that a site pastes, and what they call the thread."""


@pytest.mark.parametrize("case", NAMED)
def test_a_system_that_cannot_be_asked_is_named(case: str) -> None:
    body, thread = NAMED[case]
    assert found(body) == [(case.partition(" ")[0], thread, None)]


def test_docs_say_of_every_system_what_is_done_with_it() -> None:
    docs = (Path(__file__).parents[1] / "docs/embeds.md").read_text("utf-8")
    assert not [name for name in {*READERS, *(system.name for system in SYSTEMS)} - {FEED} if f"`{name}`" not in docs]


def test_every_named_system_has_its_case() -> None:
    assert {case.partition(" ")[0] for case in NAMED} == {system.name for system in SYSTEMS}


NO_EMBEDS = {
    "nothing": "<p>We moved our comments to Disqus, then to Isso.</p>",
    "Disqus counts on a listing": "<a href='/a#disqus_thread'>0</a><script>var disqus_shortname = 'seats';</script><script src='//seats.disqus.com/count.js' id='dsq-count-scr'></script>",
    "Isso counts": "<script data-isso='https://c.example.org/' src='https://c.example.org/js/count.min.js'></script>",
    "Jetpack's form": "<iframe title='Comment Form' src='https://jetpack.wordpress.com/jetpack-comment/?blogid=7' name='jetpack_remote_comment'></iframe>",
    "Facebook's like button": "<div class='fb-like' data-href='https://blog.example.org/a'></div><span class='fb-comments-count'></span>",
    "OpenWeb's advertisements": "<script async src='https://launcher.spot.im/spot/sp_1'></script>",
    "Ghost without comments": "<script defer src='https://cdn.jsdelivr.net/ghost/portal@2/umd/portal.min.js' data-ghost='https://blog.example.org/' data-key='0'></script>",
    "Ghost with comments off": "<script src='c.js' data-ghost-comments='https://blog.example.org/' data-post-id='65' data-comments-enabled='off'></script>",
    "a consent manager's list": '<script type="application/json">{"vendors": ["Disqus", "OpenWeb", "Viafoura", "Livefyre", "Coral"]}</script>',
    "a disabled Disqus": "<script>/* var s = d.createElement('script'); s.src = 'https://seats.disqus.com/embed.js'; */</script>",
}  # fmt: skip


@pytest.mark.parametrize("case", NO_EMBEDS)
def test_a_page_without_a_thread_embeds_nothing(case: str) -> None:
    assert found(NO_EMBEDS[case]) == []


UNIVERSAL = """<div id="disqus_thread"></div><script>
    /* RECOMMENDED CONFIGURATION VARIABLES
    this.page.identifier = 'not-this';  */
    var disqus_config = function () {
        this.page.url = "https://blog.example.org/2024/a-post/?lang=en";
        // this.page.identifier = 'nor-this';
        this.page.identifier = 'it\\'s 7';
    };
    (function() { var d = document, s = d.createElement('script');
    s.src = 'https://seats.disqus.com/embed.js'; s.setAttribute('data-timestamp', +new Date());
    (d.head || d.body).appendChild(s); })();
</script><noscript>Please enable JavaScript to view the <a href="https://disqus.com/?ref_noscript">comments powered by Disqus.</a></noscript>"""
PLACEHOLDERS = UNIVERSAL.replace("'it\\'s 7'", "PAGE_IDENTIFIER").replace(
    '"https://blog.example.org/2024/a-post/?lang=en"', "PAGE_URL"
)
OLDER = """<div id="disqus_thread"></div><script type="text/javascript">
    var disqus_shortname = 'seats'; var disqus_identifier = "a-post-7";
    (function() { var dsq = document.createElement('script'); dsq.async = true;
    dsq.src = '//' + disqus_shortname + '.disqus.com/embed.js';
    document.getElementsByTagName('head')[0].appendChild(dsq); })();</script>"""
WORDPRESS = """<div id="disqus_thread"></div><script id="disqus_embed-js-extra">
var embedVars = {"disqusConfig":{"integration":"wordpress 3.1.0"},"disqusIdentifier":"4711 https:\\/\\/blog.example.org\\/?p=4711","disqusShortname":"seats","disqusTitle":"A \\"post\\"","disqusUrl":"https:\\/\\/blog.example.org\\/2024\\/a-post\\/","postId":"4711"};
</script>"""
BLOGGER = """<div id="disqus_thread"></div><script>
    var disqus_shortname = 'seats'; var disqus_blogger_current_url = "";
    if (!disqus_blogger_current_url.length) { disqus_blogger_current_url = "https://blog.example.org/2024/a-post.html"; }
    var disqus_blogger_homepage_url = "https://blog.example.org/";
    document.write('<script src="http://seats.disqus.com/blogger_item.js"><\\/script>');</script>"""
SQUARESPACE = """<script>Static.SQUARESPACE_CONTEXT = {"disqusShortname":"seats","website":{"id":"5"}};</script>
<div class="squarespace-comments" id="comments-5"></div>"""
SAVED = """<div id="disqus_thread"><iframe src="https://disqus.com/embed/comments/?base=default&amp;f=seats&amp;t_i=7&amp;t_u=https%3A%2F%2Fblog.example.org%2F7&amp;t_d=A&amp;s_o=popular#version=1"></iframe></div>"""
FORUMS = '<div id="disqus_thread"></div><script src="http://disqus.com/forums/seats/embed.js"></script>'

DISQUS = {
    "the present code": (UNIVERSAL, {"t_i": "it's 7", "t_u": "https://blog.example.org/2024/a-post/?lang=en"}),
    "its placeholders left in": (PLACEHOLDERS, {"t_u": URL}),
    "the older code": (OLDER, {"t_i": "a-post-7", "t_u": URL}),
    "WordPress' plugin": (WORDPRESS, {"t_i": "4711 https://blog.example.org/?p=4711", "t_u": URL}),
    "Blogger's widget": (BLOGGER, {"t_u": "https://blog.example.org/2024/a-post.html"}),
    "Squarespace": (SQUARESPACE, {"t_u": URL}),
    "a page saved from a browser": (SAVED, {"t_i": "7", "t_u": "https://blog.example.org/7"}),
    "the oldest code": (FORUMS, {"t_u": URL}),
}


@pytest.mark.parametrize("case", DISQUS)
def test_disqus_is_asked_for_the_thread_that_the_page_means(case: str) -> None:
    body, thread = DISQUS[case]
    [(system, name, url)] = found(body)
    assert (system, name) == ("disqus", thread.get("t_i") or thread["t_u"])
    assert url is not None
    assert url.startswith("https://disqus.com/embed/comments/?")
    query = {name: values for name, [values] in parse_qs(urlsplit(url).query).items()}
    assert query == {"base": "default", "f": "seats", "s_o": "default", **thread}


def test_disqus_without_its_forum_is_named_only() -> None:
    assert found('<div id="disqus_thread"></div>') == [("disqus", URL, None)]


ISSO = "https://c.example.org/isso"
ISSO_PAGES = {
    "the page names its thread": (
        f'<script data-isso="{ISSO}/" src="{ISSO}/js/embed.min.js"></script><section id="isso-thread" data-isso-id="/a b?c=1"></section>',
        "/a b?c=1",
        f"{ISSO}/?uri=%2Fa%20b%3Fc%3D1",
    ),
    "the path is the thread": (
        f'<section id="isso-thread"></section><script data-isso="//c.example.org/isso" src="{ISSO}/js/embed.min.js"></script>',
        "/2024/a-post/",
        f"{ISSO}/?uri=%2F2024%2Fa-post%2F",
    ),
    "the endpoint is on the blog's host": (
        '<section id="isso-thread"></section><script data-isso="/isso/" src="/isso/js/embed.min.js"></script>',
        "/2024/a-post/",
        "https://blog.example.org/isso/?uri=%2F2024%2Fa-post%2F",
    ),
    "the script's address tells the endpoint": (
        f'<section id="isso-thread"></section><script src="{ISSO}/js/embed.dev.js"></script>',
        "/2024/a-post/",
        f"{ISSO}/?uri=%2F2024%2Fa-post%2F",
    ),
    "nothing tells the endpoint": ('<section id="isso-thread"></section>', "/2024/a-post/", None),
    "the endpoint is no address": (
        '<section id="isso-thread"></section><script data-isso="file:///etc/"></script>',
        "/2024/a-post/",
        None,
    ),
}


@pytest.mark.parametrize("case", ISSO_PAGES)
def test_isso_is_asked_where_the_page_says(case: str) -> None:
    body, thread, url = ISSO_PAGES[case]
    assert found(body) == [("isso", thread, url)]


def test_ghost_is_asked_for_its_post() -> None:
    script = (
        '<script defer src="https://cdn.jsdelivr.net/ghost/comments-ui@~0.17/umd/comments-ui.min.js" '
        'data-ghost-comments="https://blog.example.org/news/" data-api="https://blog.example.org/news/ghost/api/content/" '
        'data-admin="https://blog.example.org/news/ghost/" data-key="0123abcd" data-title="null" data-count="true" '
        'data-post-id="6501aa00bb11cc22dd33ee44" data-comments-enabled="all" crossorigin="anonymous"></script>'
    )
    url = "https://blog.example.org/news/members/api/comments/post/6501aa00bb11cc22dd33ee44/?limit=100&page=1"
    assert found(script) == [("ghost", "6501aa00bb11cc22dd33ee44", url)]


REMARK42 = '<div id="remark42"></div><script>var remark_config = {{ {} }}; (function() {{}})();</script>'
REMARK42_PAGES = {
    "the page's address is the thread": (
        "host: 'https://r.example.org/', // the server\n site_id: 'seats'",
        URL,
        "https://r.example.org/api/v1/find?site=seats&url=https%3A%2F%2Fblog.example.org%2F2024%2Fa-post%2F&sort=%2Btime&format=plain",
    ),
    "the page names its thread": (
        '"host": "https://c.example.org/remark", "site_id": "seats", "url": "https://blog.example.org/a"',
        "https://blog.example.org/a",
        "https://c.example.org/remark/api/v1/find?site=seats&url=https%3A%2F%2Fblog.example.org%2Fa&sort=%2Btime&format=plain",
    ),
    "the host is not told": ("host: HOST, site_id: 'seats'", URL, None),
}


@pytest.mark.parametrize("case", REMARK42_PAGES)
def test_remark42_is_asked_where_its_configuration_says(case: str) -> None:
    config, thread, url = REMARK42_PAGES[case]
    body = REMARK42.format(config)
    assert found(body, url=f"{URL}?utm_source=x#remark42") == [("remark42", thread, url)]


def test_cusdis_is_asked_where_its_element_says() -> None:
    place = '<div id="cusdis_thread" data-host="https://cusdis.com" data-app-id="4b1e" data-page-id="a post"></div>'
    assert found(place) == [
        ("cusdis", "a post", "https://cusdis.com/api/open/comments?appId=4b1e&pageId=a+post&page=1")
    ]
    assert found('<div id="cusdis_thread" data-page-id="7"></div>') == [("cusdis", "7", None)]


def test_a_page_may_embed_several() -> None:
    assert [system for system, _, _ in found(OLDER + NAMED["facebook"][0])] == ["disqus", "facebook"]


def test_without_an_address_a_thread_is_named_as_far_as_the_page_names_it() -> None:
    assert found('<section id="isso-thread"></section>', url=None) == [("isso", None, None)]
    assert found('<div id="disqus_thread"></div>', url=None) == [("disqus", None, None)]
    assert read_page(page(OLDER), None).embeds[0].thread == "a-post-7"


def feed_link(href: str, kind: str = "rss") -> str:
    return f'<link rel="alternate" type="application/{kind}+xml" href="{href}">'


SITE_FEEDS = feed_link("https://blog.example.org/feed/") + feed_link("https://blog.example.org/comments/feed/")
FEEDS = {
    "WordPress": (SITE_FEEDS + feed_link(f"{URL}feed/"), URL, f"{URL}feed/atom/"),
    "WordPress without permalinks": (
        feed_link("/?feed=rss2") + feed_link("/?feed=comments-rss2") + feed_link("/?feed=rss2&p=7"),
        "https://blog.example.org/?p=7",
        "https://blog.example.org/?feed=atom&p=7",
    ),
    "Blogger": (
        feed_link("https://s.blogspot.example/feeds/posts/default", "atom")
        + feed_link("https://s.blogspot.example/feeds/7000000000000000007/comments/default", "atom"),
        "https://s.blogspot.example/2012/01/a.html",
        "https://s.blogspot.example/feeds/7000000000000000007/comments/default?orderby=published&reverse=false&max-results=500",
    ),
    "TypePad": (
        feed_link("/weblog/atom.xml", "atom") + feed_link("/weblog/2012/01/a/comments/atom.xml", "atom"),
        "https://blog.example.org/weblog/2012/01/a.html",
        "https://blog.example.org/weblog/2012/01/a/comments/atom.xml",
    ),
    "a front page has none of its own": (SITE_FEEDS, "https://blog.example.org/", None),
    "a post without one": (SITE_FEEDS, URL, None),
    "a post whose name begins like another's": (feed_link("https://blog.example.org/2024/a-post-2/feed/"), URL, None),
    "another host's": (feed_link("https://feeds.example.net/2024/a-post/feed/"), URL, None),
}


@pytest.mark.parametrize("case", FEEDS)
def test_the_feed_of_a_post_is_told_from_those_of_the_site(case: str) -> None:
    head, url, feed = FEEDS[case]
    assert find_comment_feed(Document(page("", head), url)) == feed


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r"), max_size=30)


@given(TEXTS.filter(lambda text: text.strip() == text and text != ""))
def test_a_text_in_a_script_is_read_back(text: str) -> None:
    escaped = text.replace("\\", "\\\\")
    for quote in ("'", '"'):
        quoted = quote + escaped.replace(quote, f"\\{quote}") + quote
        assert assigned(f"var disqus_identifier = {quoted};", "disqus_identifier") == text
    as_json = json.dumps(text).replace("/", "\\/")
    assert assigned(f'{{"disqusIdentifier": {as_json}}}', "disqusIdentifier") == text


def test_a_script_of_unclosed_comments_takes_no_longer_than_it_is_long() -> None:
    code = "/* " * 2_000_000
    assert without_comments(code) == code
