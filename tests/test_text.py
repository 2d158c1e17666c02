"""What a reader sees of an element, as text and as safe HTML."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] - compiled, without stubs
from lxml.html import HtmlElement, HTMLParser, fragment_fromstring
from rejoinder.pipelines.characters import clean_line, clean_text
from rejoinder.pipelines.text import html_beyond_text, sanitised_html, text_of


def element(inner: str) -> HtmlElement:
    # Without huge_tree libxml2 drops what lies deeper than 256 levels.
    parser = HTMLParser(huge_tree=True)
    return fragment_fromstring(inner, create_parent="div", parser=parser)  # pyright: ignore[reportArgumentType] - a tag's name is taken


CASES = {
    "paragraphs": ("<p>a</p><p>b</p>", "a\n\nb"),
    "white space is folded": ("<p> a\n\t b&nbsp; c </p>\n", "a b c"),
    "inline elements add no space": ("in<em>line</em><b>d</b> word", "inlined word"),
    "space between inline elements": ("<b>a</b> <i>b</i>\n<u>c</u>", "a b c"),
    "space that stands inside": ("<b>a </b><i> b</i>", "a b"),
    "line break": ("a<br>b <br/> c", "a\nb\nc"),
    "two line breaks are a paragraph": ("a<br><br>b<br><br><br><br>c", "a\n\nb\n\nc"),
    "a line break before a block adds nothing": ("<p>a<br></p><p>b</p>", "a\n\nb"),
    "divs are lines": ("<div>a</div><div>b</div>c", "a\nb\nc"),
    "quote": ("x<blockquote><p>a<br>b</p><p>c</p></blockquote>y", "x\n\n> a\n> b\n>\n> c\n\ny"),
    "quote in a quote": (
        "<blockquote>a<blockquote>b</blockquote>c</blockquote>d",
        "> a\n>\n> > b\n>\n> c\n\nd",
    ),
    "list": ("x<ul><li>a</li><li>b</li></ul>y", "x\n\n- a\n- b\n\ny"),
    "numbered list": ("<ol><li>a<li>b</ol>", "1. a\n2. b"),
    "numbered from": ("<ol start=9><li>a<li>b<li value=20>c</ol>", "9. a\n10. b\n20. c"),
    "list in a list": ("<ul><li>a<ul><li>b<li>c</ul><li>d</ul>", "- a\n  - b\n  - c\n- d"),
    "paragraphs of an item": ("<ol><li><p>a</p><p>b</p></ol>", "1. a\n\n   b"),
    "quote in an item": ("<ul><li><blockquote>a</blockquote></ul>", "- > a"),
    "list in a quote": ("<blockquote><ul><li>a<br>b</ul></blockquote>", "> - a\n>   b"),
    "an item without text has no mark": ("<ul><li></li><li>a</li></ul>b", "- a\n\nb"),
    "item outside of a list": ("<li>a</li><li>b</li>", "- a\n- b"),
    "code": ("x <code>a  b</code><pre>\n  if a:\n\n\n\tb\n</pre>y", "x a b\n\n  if a:\n\n\n    b\n\ny"),
    "table": ("<table><tr><th>a<th>b<tr><td>c<td>d</table>", "a | b\nc | d"),
    "layout table": ("<table><tr><td><p>a</p><td><p>b</p></table>", "a\n\nb"),
    "definition list": ("<dl><dt>a<dd>b</dl>", "a\nb"),
    "emoji": ('a <img class="emoji" alt="🙂" src="/1f642.png">b', "a 🙂b"),
    "smiley with a name": ('<img class="wp-smiley" alt=":lol:">', ":lol:"),
    "smiley by its signs": ('a<img alt=";-)" src="x.gif">', "a;-)"),
    "a photo's alt is no text": ('a<img alt="A sunny day" src="x.jpg">b', "ab"),
    "not shown": ("a<script>x</script><style>x</style><noscript>x</noscript><template>x</template><!-- x -->b", "ab"),
    "hidden": (
        'a<span hidden>x</span><span style="color:red; DISPLAY : none">x</span><b style="color:red">b</b>',
        "ab",
    ),
    "form fields": ("a<button>x</button><textarea>x</textarea><select><option>x</select>b", "ab"),
    "processing instruction": ("a<?php echo 1 ?>b", "ab"),
    "invisible characters": ("a&#8203;b&shy;c&#65279;d", "abcd"),
    "joiners stay": ("👨\u200d👩", "👨\u200d👩"),
    "turned text is turned back": ("a\u202eb", "ab"),
    "balanced directions stay": ("a\u2067b\u2069c", "a\u2067b\u2069c"),
    "nothing": ("<p> <br> </p><script>x</script>", ""),
}


@pytest.mark.parametrize(("markup", "text"), CASES.values(), ids=CASES)
def test_text(markup: str, text: str) -> None:
    assert text_of(element(markup)) == text


def test_tail_is_not_part_of_the_element() -> None:
    first = element("<p>a</p>tail")[0]
    assert text_of(first) == "a"
    assert sanitised_html(first) == "<p>a</p>"


def test_a_hidden_body_is_still_the_body() -> None:
    body = element('<p style="display:none">a</p>')[0]
    assert (text_of(body), sanitised_html(body)) == ("a", "<p>a</p>")


def test_reading_changes_nothing() -> None:
    body = element('<p>a<span hidden>x</span> <a href="/b">b</a></p>c')
    before = etree.tostring(body)
    text_of(body)
    sanitised_html(body, "http://example.com/")
    assert etree.tostring(body) == before


HASH = "0f" * 16

HTML = {
    "plain": ("<p>a <b>b</b></p>", "<p>a <b>b</b></p>"),
    "scripts": ('<p onclick="x()">a<script>x</script></p>', "<p>a</p>"),
    "script links": ('<a href="javascript:x()">a</a>', "<a>a</a>"),
    "mail addresses": ('<a href="mailto:ann@example.com">Ann</a>', "<a>Ann</a>"),
    "relative links": ('<a href="../b">a</a>', '<a href="http://example.com/b">a</a>'),
    "archived links": (
        '<a href="http://web.archive.org/web/2012/http://ann.example/">a</a>',
        '<a href="http://ann.example/">a</a>',
    ),
    "pictures": ('<img src="/a.png" alt="b" onerror="x()">', '<img src="http://example.com/a.png" alt="b">'),
    "avatars": (f'<img src="https://secure.gravatar.com/avatar/{HASH}?s=40" alt="b">', '<img alt="b">'),
    "avatars by proxy": (f'<img src="https://i0.wp.com/x.example/avatar.php?id={HASH}{HASH}">', "<img>"),
    "profiles by hash": (f'<a href="https://gravatar.com/{HASH}">a</a>', "<a>a</a>"),
    "other hashes": (
        f'<img src="https://media.example/{HASH}.png">',
        f'<img src="https://media.example/{HASH}.png">',
    ),
    "frames and forms": ('a<iframe src="http://x.example">x</iframe><form action="/x"><input name=x>b</form>', "ab"),
    "hidden": ("a<p hidden>x</p>b", "ab"),
    "unknown tags keep their text": ("<font color=red>a</font><o:p>b</o:p>", "ab"),
    "comments": ("a<!-- x -->b", "ab"),
    "text is escaped": ("1 &lt; 2 &amp; <b>3</b>", "1 &lt; 2 &amp; <b>3</b>"),
}


@pytest.mark.parametrize(("markup", "html"), HTML.values(), ids=HTML)
def test_sanitised_html(markup: str, html: str) -> None:
    assert sanitised_html(element(markup), "http://example.com/a/") == html


TAGS = st.sampled_from("p div b blockquote ul ol li pre table tr td br span h2 a code dl dd".split())
WORDS = st.text(alphabet="abc xyz\n", max_size=8)


def trees() -> st.SearchStrategy[HtmlElement]:
    """Random elements, nested as no browser would."""

    def grow(children: st.SearchStrategy[HtmlElement]) -> st.SearchStrategy[HtmlElement]:
        return st.builds(node, TAGS, WORDS, WORDS, st.lists(children, max_size=4))

    return st.recursive(st.builds(node, TAGS, WORDS, WORDS, st.just([])), grow, max_leaves=25)


def node(tag: str, text: str, tail: str, children: list[HtmlElement]) -> HtmlElement:
    made = etree.Element(tag)
    made.text, made.tail = text, tail
    made.extend(children)
    return made


@given(trees())
def test_no_letter_is_lost_or_added(tree: HtmlElement) -> None:
    body = element("")
    body.append(tree)
    letters = re.findall(r"[a-z]", "".join(body.itertext()))
    assert re.findall(r"[a-z]", text_of(body)) == letters


@given(trees())
def test_lines_are_tidy(tree: HtmlElement) -> None:
    body = element("")
    body.append(tree)
    text = text_of(body)
    assert text == text.strip("\n")
    if tree.find(".//pre") is None and tree.tag != "pre":
        assert "\n\n\n" not in text


@pytest.mark.parametrize("tag", ["div", "blockquote", "ul", "li", "b", "pre"])
def test_depth_costs_time_in_proportion(tag: str) -> None:
    # libxml2 ends an element's nesting at 2,048 levels, so many towers of that height are the worst of pages.
    def towers(number: int) -> HtmlElement:
        return element((f"<{tag}>x" * 1_500 + f"</{tag}>" * 1_500) * number)

    def seconds(tree: HtmlElement, number: int) -> float:
        begun = time.process_time()
        text = text_of(tree)
        assert text.count("x") == 1_500 * number
        assert len(text) < 1_500 * number * 60
        return time.process_time() - begun

    assert seconds(towers(20), 20) < 40 * max(seconds(towers(2), 2), 0.02)


def test_html_of_a_bottomless_body_is_its_text() -> None:
    assert sanitised_html(element("<b>" * 1_500 + "&lt;x&gt;" + "</b>" * 1_500)) == "&lt;x&gt;"


@given(st.text(st.characters() | st.sampled_from("<>&\xa0\ufeff\r\0 a;#")))
@example("\ufeffa")
@example("a\xa0&<")
def test_a_text_is_given_as_it_is_only_where_cleaning_would_not_change_it(text: str) -> None:
    alone, marked_up = element(""), element("<b></b>")
    try:
        alone.text = marked_up.text = text
    except ValueError:  # XML forbids it
        return
    assert sanitised_html(alone) == sanitised_html(marked_up).removesuffix("<b></b>").rstrip()


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("\ud800a\udfff", "\ufffda\ufffd"),
        ("tab\tstays", "tab\tstays"),
        ("\u202aa\u202c \u202eb", "\u202aa\u202c b"),
        ("\u2066a\u202c\u2069", "\u2066a\u2069"),
        ("a\u202eb\nc\u202c", "ab\nc"),
    ],
)
def test_clean_text(text: str, clean: str) -> None:
    assert clean_text(text) == clean


@given(st.text(alphabet=st.characters(codec=None)))
def test_clean_text_can_be_written_and_is_stable(text: str) -> None:
    clean = clean_text(text)
    clean.encode("utf-8")
    assert clean_text(clean) == clean
    assert clean_line(clean_line(text)) == clean_line(text)


@pytest.mark.parametrize(
    ("markup", "html"),
    [
        ("a &lt;b&gt; c", None),
        ("<p>a<br>b</p><p class='x'>c</p>", None),
        ("<div><span style='color: red'>a</span></div>", None),
        ("<p>a<b hidden>b</b></p>", None),
        ("<p>a <em>b</em></p>", "<p>a <em>b</em></p>"),
        ("<ul><li>a</li></ul>", "<ul><li>a</li></ul>"),
        ("a<hr>b", "a<hr>b"),
    ],
)
def test_html_is_kept_where_it_says_more_than_the_text(markup: str, html: str | None) -> None:
    assert html_beyond_text(element(markup), "http://example.com/a/") == html


@pytest.mark.parametrize("tag", ["ul", "blockquote", "pre", "p", "div"])
def test_the_own_tag_of_a_body_may_say_more(tag: str) -> None:
    body = element("a").makeelement(tag)
    body.text = "a"
    assert html_beyond_text(body) == (f"<{tag}>a</{tag}>" if tag not in ("p", "div") else None)
