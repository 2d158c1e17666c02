"""Texts of comments: the HTML as written and the text as read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remark:
    html: str
    text: str
    needs_rights: bool = False
    """WordPress takes this markup out of what visitors write, so that the blog's author has to write it."""


OPENINGS = [
    "what vendors count as a seat",
    "renewals that nobody asked for",
    "the survey everybody quotes",
    "forecasts and their error bars",
    "two maps of the same market",
]

# Letters, digits and full stops only: WordPress turns straight quotes and dashes into typographic ones (DECORATED).
PLAIN_REMARKS = [
    "I counted the seats again and came to half of that number.",
    "Agreed.",
    "Where does the second figure come from? The survey itself has only four vendors in it.",
    "We bought the product in spring.\n\nIt was replaced in autumn, and nobody noticed.",
    "First point, the sample is small.\nSecond point, it is the same sample as last year.",
    "Lee, you are reading the wrong column.",
    "@Tom Kessler that is the list price, no customer pays it.",
    "One could say the same of every forecast of the last ten years, and one would be right.",
    "Thank you, that was the piece I was missing.",
    "+1",
    "Numbers: 1,204 seats in 2019, 998 in 2020, 1,411 in 2021. Make of it what you like.",
    "A long remark. " + "It goes on about the same thing for a while, as remarks do. " * 12 + "Then it ends.",
]

DECORATED = [
    Remark("First paragraph.\n\nSecond paragraph.", "First paragraph.\n\nSecond paragraph."),
    Remark("One line,\nand the next one.", "One line,\nand the next one."),
    Remark(
        "<blockquote>Seats are all that counts.</blockquote>\n\nNo, readers are.",
        "> Seats are all that counts.\n\nNo, readers are.",
    ),
    Remark(
        "<blockquote><blockquote>The innermost.</blockquote>\n\nThe middle.</blockquote>\n\nThe outermost.",
        "> > The innermost.\n>\n> The middle.\n\nThe outermost.",
    ),
    Remark(
        "<blockquote>Two paragraphs\n\nin one quote.</blockquote>",
        "> Two paragraphs\n>\n> in one quote.",
    ),
    Remark(
        'See <a href="https://example.org/report?y=2024&amp;q=3">the report</a> and https://example.org/more too.',
        "See the report and https://example.org/more too.",
    ),
    Remark(
        "<strong>Bold</strong>, <em>slanted</em>, <code>select count(*) from seats</code> and <del>gone</del>.",
        "Bold, slanted, select count(*) from seats and gone.",
    ),
    Remark("in<em>side</em>a<strong>word</strong>", "insideaword"),
    Remark("Less &lt; more &gt; less, AT&amp;T and &lt;script&gt;.", "Less < more > less, AT&T and <script>."),
    Remark(
        '"Quoted" text isn\'t left straight -- nor are dashes...',
        "“Quoted” text isn’t left straight — nor are dashes…",
    ),
    Remark('=HYPERLINK("http://example.org/","cell")', "=HYPERLINK(“http://example.org/”,”cell”)"),
    Remark("-1+1 and +SUM(A1) and @here", "-1+1 and +SUM(A1) and @here"),
    Remark("A smile :) and a wink ;-)", "A smile 🙂 and a wink 😉"),
    Remark(
        "<p>A list:</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n<p>and after.</p>",
        "A list:\n\n- one\n- two\n\nand after.",
        needs_rights=True,
    ),
    Remark(
        "<ol>\n<li>first</li>\n<li>second</li>\n</ol>",
        "1. first\n2. second",
        needs_rights=True,
    ),
    Remark(
        "<pre>if seats:\n    count(seats)\n</pre>",
        "if seats:\n    count(seats)",
        needs_rights=True,
    ),
    Remark(
        "<h3>A heading</h3>\n<p>A paragraph.</p>",
        "A heading\n\nA paragraph.",
        needs_rights=True,
    ),
    Remark(
        "<table><tr><td>2023</td><td>17</td></tr><tr><td>2024</td><td>19</td></tr></table>",
        "2023 | 17\n2024 | 19",
        needs_rights=True,
    ),
    Remark(
        "A word on replies: Reply, Log in to Reply, Permalink, 3 comments.",
        "A word on replies: Reply, Log in to Reply, Permalink, 3 comments.",
    ),
    Remark(
        "On March 3, 2019 at 4:05 pm somebody said: says who?", "On March 3, 2019 at 4:05 pm somebody said: says who?"
    ),
    Remark("Comments are closed.", "Comments are closed."),
    Remark("Line one\n\n\n\n\nafter many empty lines", "Line one\n\nafter many empty lines"),
    Remark("Pa. " * 1500 + "End.", "Pa. " * 1500 + "End."),
]

SCRIPTS = [
    Remark("座席を数えるのは難しいですね。\n\n二番目の段落。", "座席を数えるのは難しいですね。\n\n二番目の段落。"),
    Remark("כמה מושבים יש בשוק? (בערך 1,200)", "כמה מושבים יש בשוק? (בערך 1,200)"),
    Remark("أوافق على ذلك، شكرًا جزيلًا.", "أوافق على ذلك، شكرًا جزيلًا."),
    Remark("👍🏽 👩‍👩‍👧 ❤️ 🇩🇪 1️⃣", "👍🏽 👩‍👩‍👧 ❤️ 🇩🇪 1️⃣"),
    Remark("🙂", "🙂"),
    Remark("座位的数量不能说明一切。", "座位的数量不能说明一切。"),
    Remark("मैं सहमत हूँ। ไม่เห็นด้วย", "मैं सहमत हूँ। ไม่เห็นด้วย"),
    Remark("Mixed: the word מושב means seat, 席 too.", "Mixed: the word מושב means seat, 席 too."),
    Remark("Zażółć gęślą jaźń; Größe; naïve café; İstanbul", "Zażółć gęślą jaźń; Größe; naïve café; İstanbul"),
]
