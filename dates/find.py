"""Where a date stands in a text, in the languages that blogs are written in. What it means is for the pipelines."""

from __future__ import annotations

import re
from functools import lru_cache

_MONTHS = (
    # English, German, French, Spanish, Portuguese, Italian, Dutch, Catalan
    r"jan(?:uary|uar|eiro|uari)?|jänner|janvier|enero|ene|gennaio|gen(?:er)?|feb(?:ruary|ruar|rero|braio|ruari|rer)?|"
    r"f[ée]vr?(?:ier)?|fevereiro|fev|mar(?:ch|s|zo|ço|ç)?|märz|mär|mrz|maart|mrt|apr(?:il|ile)?|avr(?:il)?|"
    r"abr(?:il)?|mai|may(?:o)?|mei|maio|"
    r"maggio|mag|maig|june?|juni|juin|junio|junho|giugno|giu|juny|july?|juli|juil(?:let)?|julio|julho|luglio|"
    r"lug|juliol|aug(?:ust|ustus)?|"
    r"août|aout|ago(?:sto)?|agost|sept?(?:ember|embre|iembre|tiembre|tember)?|set(?:embro|embre|tembre)?|"
    r"oct(?:ober|obre|ubre)?|"
    r"okt(?:ober)?|out(?:ubro)?|ott(?:obre)?|nov(?:ember|embre|iembre|embro)?|dec(?:ember|embre)?|dez(?:ember|"
    r"embro)?|d[ée]c(?:embre)?|"
    r"dic(?:iembre|embre)?|des(?:ember|embre)?|"
    # Nordic, Polish, Czech, Turkish, Hungarian, Finnish, Romanian
    r"januar|februar|marts?|maj|augusti|oktober|desember|stycz(?:nia|eń)|lut(?:ego|y)|mar(?:ca|zec)|"
    r"kwie(?:tnia|cień)|maja|"
    r"czerw(?:ca|iec)|lip(?:ca|iec)|sierp(?:nia|ień)|wrze(?:śnia|sień)|paźdz(?:iernika|iernik)?|listopad[au]?|"
    r"gru(?:dnia|dzień)|"
    r"led(?:na|en)|února?|březn?[ae]?n?|dubn?[ae]?n?|květn?[ae]?n?|červn?[ae]?n?|července|srpn?[ae]?n?|září|"
    r"říjn?[ae]?n?|prosince?|"
    r"ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık|január|február|március|"
    r"április|május|június|július|"
    r"augusztus|szeptember|október|november|tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys|loka|marras|"
    r"joulu(?:kuuta)?|"
    r"ianuarie|februarie|martie|aprilie|iunie|iulie|septembrie|octombrie|noiembrie|decembrie|"
    # Russian, Ukrainian, Greek
    r"янв(?:аря|арь)?|фев(?:раля|раль)?|мар(?:та|т)?|апр(?:еля|ель)?|мая|май|июн[яь]?|июл[яь]?|авг(?:уста|"
    r"уст)?|сен(?:тября|тябрь)?|"
    r"окт(?:ября|ябрь)?|ноя(?:бря|брь)?|дек(?:абря|абрь)?|січня|лютого|березня|квітня|травня|червня|липня|"
    r"серпня|вересня|жовтня|"
    r"листопада|грудня|(?:ιαν|φεβ|μαρ|απρ|μα[ιΐ]|ιουν|ιουλ|αυγ|σεπ|οκτ|νοε|δεκ)\w{0,12}"
)
_MONTH = rf"(?<![^\W\d_])(?:{_MONTHS})(?![^\W\d_])\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th|er|re|e|º|ª|°|\.)?"
_CLOCK = r"\d{1,2}\s?(?:[:.h]|uhr)\s?\d{2}(?:\s?:\d{2})?(?:\s?uhr)?(?:\s?[ap]\.?\s?m\b\.?)?"
_AMOUNT = r"(?:\d{1,4}|an?|one|eine[mnrs]?|un[ae]?|um[a]?|een)"
_UNIT = (
    r"(?:sec|min|hour|hr|day|week|month|year|sekunde|stunde|tag|woche|monat|jahr|seconde|heure|jour|semaine|"
    r"mois|ans?\b|"
    r"segundo|hora|d[ií]a|semana|mes|mês|año|ano|ore\b|ora\b|giorn|settiman|anni|anno|uur|dag|dagen|weken|maand|jaar|"
    r"godzin|dni\b|tyg|miesi|rok|lat\b)\w*"
)
_EASTERN_DAY = (
    r"\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]?"
    r"|(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月\s?\d{1,2}(?:st|nd|rd|th|日)?(?:\s?,?\s?\d{4})?"
)
_NUMBERED_DAY = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}\s?[./-]\s?\d{1,2}(?:\s?[./-]\s?\d{2,4}|,\s?(?:19|20)\d\d)"
_NAMED_DAY = (
    rf"{_DAY}[\s/-]*(?:de\s+|of\s+|d[’'])?{_MONTH}(?:[\s/-]*,?\s*(?:de\s+|del\s+)?(?:\d{{4}}|[’']?\d{{2}}\b))?"
    rf"|{_MONTH}[\s/-]*{_DAY}(?:[\s/-]*,?\s*\d{{4}})?|{_MONTH}\s+\d{{4}}"
)
_BEFORE_CLOCK = (
    r"(?:[\s,;|/·•–—()@-]|T(?=\d)|\b(?:at|um|à|a|las|alle|ore|om|kl|às|o|u|ás|godz|the|на|в|gegen|ca)\b\.?)*"
)
_ABOUT = r"(?:(?:etwa|ca\.?|über|rund|fast|mehr als|environ|plus de|más de|cerca de|mais de)\s+)?"
_RELATIVE = (
    rf"(?:vor|il y a|hace|há|fa|för)\s+{_ABOUT}{_AMOUNT}\s+{_UNIT}"
    rf"|{_AMOUNT}\s+{_UNIT}\s+(?:ago|atrás|fa|geleden|temu|sedan|siden|önce|назад)"
    r"|\d+\s*(?:秒|分钟|小时|天|周|个?月|年|分|時間|日)\s*(?:前|以前)"
)
AGE_TEXT = re.compile(rf"^{_ABOUT}{_AMOUNT}\s?{_UNIT}$", re.IGNORECASE)
"""A time that has passed, without the word that says so ('2 years')."""
_DAY_FROM_TODAY = r"(?:yesterday|today|gestern|heute|hier|aujourd['’]hui|ayer|hoy|ieri|oggi|вчера|сегодня|昨天|今天)\b"
# A dot alone would take the end of 'version 2.10' for a time.
_CLOCK_FIRST = (
    r"(?:\d{1,2}(?:[:h]\d{2}(?::\d{2})?(?:\s?uhr)?|\.\d{2}\s?uhr)(?:\s?[ap]\.?\s?m\b\.?)?"
    r"\s*(?:,|-|–|·|\||on|am|le|el|il|op|den)?\s*)?"
)
# What every date begins with: a digit, a word behind which one comes, or a word of a relative date. So most words are
# passed without a look at the hundreds of names of months.
_BEGINNING = (
    r"(?=\d|[^\W\d]{1,24}(?![^\W\d])\.?[\s/-]*\d|(?=[aefghiotuvyвс昨今])"
    r"(?:(?:vor|il|hace|há|fa|för|an?|one|eine[mnrs]?|un[ae]?|uma?|een)\s|yesterday|today|gestern|heute|hier|"
    r"aujourd|ayer|hoy|ieri|oggi|вчера|сегодня|昨天|今天))"
)
DATE_TEXT = re.compile(
    rf"(?<![A-Za-zÀ-ɏЀ-ӿ\d]){_BEGINNING}{_CLOCK_FIRST}(?:(?:{_EASTERN_DAY}|{_NUMBERED_DAY}|{_NAMED_DAY}|"
    rf"{_DAY_FROM_TODAY})(?:{_BEFORE_CLOCK}{_CLOCK})?"
    rf"|{_RELATIVE})",
    re.IGNORECASE,
)
"""A date or relative date, with the clock time behind or before it, as people and themes write it."""
_DIGIT = re.compile(r"\d")
_DAY_WORD = re.compile(
    r"\b(?:ago|vor|il y a|hace|há|fa|för|atrás|geleden|temu|sedan|siden|önce|назад|yesterday|today|gestern|"
    r"heute|hier|"
    r"aujourd|ayer|hoy|ieri|oggi|вчера|сегодня)\b|昨天|今天",
    re.IGNORECASE,
)


_LONG = 2000


@lru_cache(maxsize=1 << 12)
def find_date(text: str) -> re.Match[str] | None:
    """The first date in the text. Most texts hold neither a digit nor a word for a day, which is quickly seen.

    >>> find_date("Posted on 3 May 2019, 10:15 by Ada")[0]
    '3 May 2019, 10:15'
    >>> find_date("May I ask why?") is None
    True
    """
    if len(text) > _LONG:
        # Dates of comments and posts stand at either end of what is said.
        return find_date(text[: _LONG // 2]) or find_date(text[-_LONG // 2 :])
    return DATE_TEXT.search(text) if _DIGIT.search(text) or _DAY_WORD.search(text) else None


CLOCK_TEXT = re.compile(rf"^\W*(?:at|um|à|a las|alle|om|kl\.?)?\s*{_CLOCK}\W*$", re.IGNORECASE)
"""Nothing but a time of day."""
