"""Addresses and numbers by which a person is reached, found in texts and replaced by marks that tell their kind."""

from __future__ import annotations

import ipaddress
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from phonenumbers import Leniency, PhoneNumberMatcher
from stdnum import iban

from ..addresses import split_address
from ..pipelines.privacy import IP_LIKE, MAIL, MASKED, NAMES_A_FILE, holds_avatar_hash, holds_mail, is_ip


class Mark(NamedTuple):
    """A place that holds something personal, by its kind: 'email', 'handle', 'phone', 'ip', 'iban', 'avatar', 'url'."""

    start: int
    end: int
    kind: str


def mark_of(kind: str) -> str:
    """What stands in the place of something of a kind."""
    return f"[{kind}]"


_DIGITS = re.compile(r"\d(?:[ ./()–-]{0,3}\d){5}")
_DOTTED = re.compile(r"\d\.\d{1,3}\.[\dx*]", re.I)
_AT_WORDS = (
    "(at",
    "[at",
    "{at",
    "<at",
    "( at",
    "[ at",
    "(ät",
    "[ät",
    "(@",
    "[@",
    "arroba",
    "(chez",
    " dot ",
    " punkt ",
)
_CALL_WORDS = (
    "tel",
    "phon",
    "fon",
    "mob",
    "móvil",
    "cell",
    "handy",
    "fax",
    "whatsapp",
    "call",
    "ruf",
    "portable",
    "тел",
    "☎",
    "📞",
)

_AT_IN_WORDS = re.compile(
    r"(?<![\w.+-])[\w.+-]++ ?[(\[{<] ?(?:at|ät|@|arroba|chez) ?[)\]}>] ?"
    r"[\w-]++(?:(?:\.| ?[(\[{<] ?(?:dot|dott|punkt|point|punto|\.) ?[)\]}>] ?)[\w-]++)+"
    r"|(?<![\w.+-])[\w.+-]++ at [\w-]++ (?:dot|punkt) [a-z]{2,6}(?![\w-])",
    re.I,
)
"""'anna (at) example (dot) org', 'anna at example dot org'."""

_FEDERATED = re.compile(r"(?<![\w@./])@[\w.-]*\w@(?:[\w-]++\.)+[^\W\d_]{2,}(?!\w)")
"""'@anna@social.example'."""

URL = re.compile(r"(?<![\w@])(?:(?:https?|ftp)://|mailto:|www\.)[^\s<>\"“”«»]++", re.I)
_URL_END = ".,;:!?'’*_~…"

_VERSIONED = re.compile(r"(?:\bv|ver|version|release|build|firmware)\.? ?$", re.I)
_NEAR = 12
"""Characters before an address of a machine in which a word tells that it is a version."""

_NUMBERED = re.compile(r"(?:\+|(?<!\w)00|(?<![\w.,/-])\(?0|(?<![\w.,/-])\(?[2-9]\d\d\)?[-. /])\d?[\d ./()–-]{5,}\d")
"""What may be a telephone number as they are dialled: with '+', '00', a leading 0, or an area code of America."""
_CALLED = re.compile(
    r"(?:\b(?:tel|telefon|telefonnr|phone|fon|fone|mobile|mobil|cell|handy|fax|whatsapp|t[ée]l[ée]phone|portable|m[óo]vil|"
    r"tel[ée]fono|call me (?:at|on)|ruf(?:en sie)? .{0,20}an)|☎|📞|тел)[.:)]*\s{0,3}(?:[.:]|nr\.?|no\.?)?\s{0,3}$",
    re.I,
)
"""What stands before a number that is called, however it is written."""
_CALLED_NUMBER = re.compile(r"(?<![\w.,])\+?\(?\d[\d ./()–-]{4,20}\d(?!\w)")
_NEAR_CALLED = 40

REGIONS: dict[str, tuple[str, ...]] = {
    "de": ("DE", "AT", "CH"), "en": ("US", "GB", "AU"), "fr": ("FR", "BE", "CH"), "es": ("ES", "MX", "AR"),
    "it": ("IT", "CH"), "pt": ("BR", "PT"), "nl": ("NL", "BE"), "pl": ("PL",), "cs": ("CZ",), "ru": ("RU", "UA"),
    "uk": ("UA",), "sv": ("SE", "FI"), "da": ("DK",), "no": ("NO",), "nb": ("NO",), "fi": ("FI",), "hu": ("HU",),
    "tr": ("TR",), "ja": ("JP",), "zh": ("CN", "TW"), "ko": ("KR",), "el": ("GR",), "ro": ("RO",),
}  # fmt: skip
"""Where a number without the country's is dialled, by the language of the text."""

_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}+(?![A-Za-z0-9])", re.I)
_SHORTEST_IBAN = 15

_PROFILE = re.compile(
    r"https?://(?:[\w-]+\.)*(?:"
    r"(?:twitter|x|instagram|github|gitlab|flickr|vimeo|soundcloud|tumblr|pinterest|delicious|friendfeed|myspace|livejournal)"
    r"\.com/(?!(?:search|hashtag|explore|about|intent|share|home|i|login|features|topics|orgs|photos|watch)(?:[/?#]|$))"
    r"@?[\w.-]+/?(?:[?#].*)?$"
    r"|facebook\.com/(?!(?:sharer|share|groups|events|pages|watch|hashtag|dialog|plugins)\b)[\w.-]+/?(?:\?id=\d+)?(?:[&#?].*)?$"
    r"|linkedin\.com/(?:in|pub|profile)/|xing\.com/profile/|plus\.google\.com/|profiles\.google\.com/|t\.me/[\w]+/?$"
    r"|youtube\.com/(?:user|channel|c|@)|medium\.com/@[\w.-]+/?$|reddit\.com/u(?:ser)?/|quora\.com/profile/"
    r"|blogger\.com/profile/|gravatar\.com/|disqus\.com/(?:by/)?[\w.-]+/?$|about\.me/|keybase\.io/|orcid\.org/"
    r"|researchgate\.net/profile/|stackoverflow\.com/users/|steamcommunity\.com/id/|ok\.ru/profile/|vk\.com/(?:id\d+|[\w.]+/?$)"
    r"|[\w.:-]+/(?:[\w./-]*/)?(?:users?|members?|profiles?|people|author|autor|auteur|nutzer|benutzer|utilisateurs?|u)/[^/?#]+/?$"
    r"|[\w.:-]+/(?:@|~)[\w.-]+/?$"
    r")",
    re.I,
)
"""An address that is a person's page on a network or site, whoever it is."""


def is_profile(url: str) -> bool:
    """Whether an address is that of a person's page, as networks and forums spell it.

    >>> is_profile("https://twitter.com/annak"), is_profile("https://twitter.com/annak/status/17")
    (True, False)
    >>> is_profile("https://forum.example/members/anna.17/"), is_profile("https://news.example/2019/05/people/")
    (True, False)
    """
    return _PROFILE.match(url if "://" in url else f"https://{url}") is not None


def urls_in(text: str) -> Iterator[tuple[int, int]]:
    """Where addresses of the web stand in a text, without the punctuation behind them.

    >>> [text[a:b] for text in ["(see https://a.example/x_(y), www.b.example.)"] for a, b in urls_in(text)]
    ['https://a.example/x_(y)', 'www.b.example']
    """
    for found in URL.finditer(text):
        url = found[0]
        while True:
            short = url.rstrip(_URL_END).removesuffix("&gt").removesuffix("&")
            for opening, closing in ("()", "[]", "{}"):
                if short.endswith(closing) and short.count(closing) > short.count(opening):
                    short = short[:-1]
            if short == url:
                break
            url = short
        if len(url) > 5:
            yield found.start(), found.start() + len(url)


def marks_in(text: str, lang: str | None) -> list[Mark]:
    """What a text holds by which a person is reached, but for addresses of pages; in its order, none within another.

    >>> text = "Mail anna@example.org or call +49 30 901820, from 198.51.100.7."
    >>> [(mark.kind, text[mark.start : mark.end]) for mark in marks_in(text, None)]
    [('email', 'anna@example.org'), ('phone', '+49 30 901820'), ('ip', '198.51.100.7')]
    >>> [mark.kind for mark in marks_in("DE89 3704 0044 0532 0130 00, BIC COBADEFF", None)]
    ['iban']
    """
    # Most texts hold nothing of it, which is seen sooner so than by the patterns.
    lowered = text.lower()
    has_digits = _DIGITS.search(text) is not None
    found: list[Mark] = []
    if "@" in text or "＠" in text:
        found += [Mark(*match.span(), "handle") for match in _FEDERATED.finditer(text)]
        found += [
            Mark(*match.span(), "email") for match in MAIL.finditer(text) if not NAMES_A_FILE.match(match["host"])
        ]
    if any(map(lowered.__contains__, _AT_WORDS)):
        found += [Mark(*match.span(), "email") for match in _AT_IN_WORDS.finditer(text)]
    if has_digits:
        found += [Mark(start, end, "iban") for start, end in _ibans(text)]
    if _DOTTED.search(text) or text.count(":") > 1:
        found += [Mark(*match.span(), "ip") for match in IP_LIKE.finditer(text) if _is_personal_ip(match)]
    if has_digits and any(map(lowered.__contains__, _CALL_WORDS)):
        found += [Mark(start, end, "phone") for start, end in _called_numbers(text)]
    if has_digits:
        found += [Mark(start, end, "phone") for start, end in _phones(text, lang)]
    return apart(found)


def apart(marks: Iterable[Mark]) -> list[Mark]:
    """Marks in the order of the text, of those that overlap the longest."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        while kept and mark.start < kept[-1].end and mark.end - mark.start > kept[-1].end - kept[-1].start:
            kept.pop()
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept


def over(marks: Sequence[Mark], start: int, end: int) -> list[Mark]:
    """Those of marks that stand apart, in the order of the text, that share a character with a span."""
    first = bisect_right(marks, start, key=lambda mark: mark.start) - 1
    last = bisect_left(marks, end, key=lambda mark: mark.start)
    return [mark for mark in marks[max(0, first) : last] if mark.end > start]


def _is_personal_ip(found: re.Match[str]) -> bool:
    """Not the machine itself, not a net at home that every house has, and not the fourth number of a version."""
    if not is_ip(found[0]) or _VERSIONED.search(found.string, max(0, found.start() - _NEAR), found.start()):
        return False
    address = ipaddress.ip_address(MASKED.sub(".0", found[0]))
    return not (address.is_loopback or address.is_unspecified or address.is_multicast or _is_at_home(address))


_AT_HOME = tuple(
    map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fe80::/10"))
)


def _is_at_home(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return any(address in net for net in _AT_HOME)


def _ibans(text: str) -> Iterator[tuple[int, int]]:
    for found in _IBAN.finditer(text):
        # Words behind it may look like a part: 'DE89 ... 00 BIC COBADEFF'.
        ends = [end for end in range(found.end(), found.start() + _SHORTEST_IBAN - 1, -1) if text[end - 1].isalnum()]
        if end := next((end for end in ends if iban.is_valid(text[found.start() : end])), None):
            yield found.start(), end


def _called_numbers(text: str) -> Iterator[tuple[int, int]]:
    for found in _CALLED_NUMBER.finditer(text):
        if _CALLED.search(text, max(0, found.start() - _NEAR_CALLED), found.start()):
            yield found.span()


def _phones(text: str, lang: str | None) -> Iterator[tuple[int, int]]:
    for found in _NUMBERED.finditer(text):
        for region in (None, *REGIONS.get(lang or "", ())):
            matches = PhoneNumberMatcher(found[0], region, leniency=Leniency.VALID)
            number = next((match for match in matches if match.start == 0 and not _DATE.match(found[0])), None)
            if number:
                yield found.start(), found.start() + number.end
                break


_DATE = re.compile(r"\(?(?:[0-3]?\d[./ -]){2}(?:19|20)?\d\d\b|\(?(?:19|20)\d\d[./ -]")
"""'03.04.2012 14:05' is no number that is called."""


def holds_person(url: str) -> str | None:
    """What makes an address a person's whatever his name: 'avatar', 'email', 'url' of a profile; None for others."""
    if holds_avatar_hash(url):
        return "avatar"
    if holds_mail(url):
        return "email"
    return "url" if is_profile(url) else None


def host_and_path(url: str) -> tuple[str, str]:
    """What two spellings of an address have in common: the host without 'www.', the rest without a slash at its end."""
    parts = split_address(url if "://" in url else f"http://{url}")
    if parts is None:
        return "", url
    host = (parts.hostname or "").removeprefix("www.")
    return host, f"{parts.path.rstrip('/')}{'?' if parts.query else ''}{parts.query}".lower()
