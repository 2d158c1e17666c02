"""The words by which markup and readers name the parts of a comment section, in the languages that blogs are written in.

Class names are read as words (`commentAuthor`, `comment-author` and `comment_author` are the same two), so one list
serves all themes. Texts are matched folded and in lower case.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Role = Literal["author", "date", "body", "meta", "drop", "avatar", "likes", "badge", "number", "form", "children"]

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_GLUED = re.compile(
    r"^(.*?)(comments?|kommentare?|commentaires?|comentarios?|postings?|replies)(?!(?:er|ers|ed|ing|ary|aries|ator|ators)$)(.*)$"
)
_POST_PREFIX = re.compile(r"^post(?=date|time|meta|body|text|author|info|content|title)")

COMMENT_WORDS = frozenset(
    "comment comments kommentar kommentare komment commentaire commentaires comentario comentarios comentari commento "
    "commenti commenter reactie reacties opinion opinions opinia opinie reaction reactions reply replies response "
    "responses discussion yorum cmt cmnt talkback posting postings leserbrief meinung komentar komentarz komentarze comentari kommentti leserkommentar".split()
)
LIST_WORDS = frozenset(
    "comments kommentare commentaires comentarios commenti reacties opinions opinie reactions replies responses list "
    "lists area areas section sections wrapper wrap container holder box block blocks form respond template module thread "
    "threads group tree root items inner outer page pages main count counts counter number heading headline title titles "
    "button link links total toggle tab tabs navigation nav pagination pager intro notice policy closed open".split()
)
ELSEWHERE_NAME = re.compile(
    r"(?:^|\s)(?:widget(?:s|_\S+|-\w*area\S*)?|(?:widget[-_])?(?:recent|latest|newest|neueste|letzte|recentes|derniers)[-_]?"
    r"(?:comments?|posts?|kommentare|entries|commentaires|comentarios)\S*|recentcomments|(?:\w+[-_])?side[-_]?bars?(?:[-_]\S*)?|secondary|"
    r"(?:jp-)?related\S*|\S*[-_]related|teasers?(?:[-_]\S*)?|\S*[-_]teasers?|ticker\S*|popular[-_]?posts?\S*)(?=\s|$)",
    re.IGNORECASE,
)
"""Ids and classes of what shows other pages: widgets, side bars, teasers."""

@lru_cache(maxsize=1 << 16)
def names_elsewhere(name: str) -> bool:
    """Whether an id or class is of something that shows other pages.

    >>> names_elsewhere("widget widget_recent_comments"), names_elsewhere("elementor-widget")
    (True, False)
    """
    return ELSEWHERE_NAME.search(name) is not None


NOT_AN_ITEM_WORDS = frozenset(
    "form respond policy subscription subscribe warning notice login cookies placeholder template editor field input textarea "
    "label submit count counter counts total link links button nav navigation pagination pager title heading headline "
    "teaser widget recent latest related feed rss close open toggle tab tabs icon disqus login".split()
)

PING_WORDS = frozenset("pingback pingbacks trackback trackbacks pings pinglist pingslist tracklist".split())
"""Names of lists of notices that another site links here."""

_AUTHOR = frozenset(
    "author authors autor auteur autore name username user nick nickname fn pseudo commenter poster writer verfasser "
    "screenname authorname commentator benutzer nutzer usuario utente displayname nombre nom member login person sender "
    "writtenby postedby benutzername creator membername userlink profilelink".split()
)
_DATE = frozenset(
    "date time datum timestamp published publish fecha data zeit datetime created ago when uhrzeit posted dtstamp "
    "updated dateline timeago dateposted pubdate livestamp prettydate ts".split()
)
_BODY = frozenset(
    "content text body message msg copy txt inhalt texte contenu texto testo contenido excerpt entry richtext "
    "description bodytext maintext".split()
)
_META = frozenset(
    "titre titel meta metadata header head info infos footer foot submitted details byline title permalink postinfo says vcard "
    "credit subject".split()
)
_DROP = frozenset(
    "reply replylink respond antworten responder repondre share sharing edit editlink report flag abuse moderate "
    "moderation spam delete button buttons btn actions action tools toolbar controls signature reactions links menu "
    "alert alerter melden quotelink hidden invisible sr helper".split()
)
_LIKES = frozenset(
    "like likes liked vote votes voting upvote upvotes rating ratings score karma thumbs recommend".split()
)
_AVATAR = frozenset(
    "avatar avatars gravatar userpic portrait pic picture photo image img thumbnail icon userphoto".split()
)
_BADGE = frozenset("badge badges badgetext label rank role status flair".split())
_NUMBER = frozenset("number nr num counter count index".split())


@lru_cache(maxsize=1 << 16)
def words_of(name: str) -> tuple[str, ...]:
    """The lower-case words of a class or id, in order.

    >>> words_of("commentAuthor fig-comment__user")
    ('comment', 'author', 'fig', 'comment', 'user')
    >>> words_of("commenttext usercomment commenter")
    ('comment', 'text', 'user', 'comment', 'commenter')
    """
    found: list[str] = []
    for word in _WORD.findall(name):
        lower = word.lower()
        if glued := _GLUED.match(lower):
            found.extend(part for part in glued.groups() if part)
        elif prefix := _POST_PREFIX.match(lower):
            found.extend((prefix[0], lower[prefix.end() :]))
        else:
            found.append(lower)
    return tuple(found)


@lru_cache(maxsize=1 << 16)
def roles_of(name: str) -> frozenset[Role]:
    """What the class attribute says an element is for inside a comment; each token by its last telling word.

    >>> sorted(roles_of("comment-author vcard"))
    ['author', 'meta']
    >>> sorted(roles_of("comment-reply-link"))
    ['drop']
    """
    return frozenset(role for token in name.split() if (role := _role_of(words_of(token))))


@lru_cache(maxsize=1 << 16)
def ends_in_author(name: str) -> bool:
    """Whether a class token means a name itself ('comment-author') and not what is beside it ('author-fans')."""
    return any(words[-1] in _AUTHOR for token in name.split() if (words := words_of(token)))


def _role_of(words: tuple[str, ...]) -> Role | None:
    if "children" in words:
        return "children"
    for role, vocabulary in (("avatar", _AVATAR), ("drop", _DROP), ("likes", _LIKES), ("badge", _BADGE)):
        if not vocabulary.isdisjoint(words):
            return role
    if "form" in words:
        return "form"
    if words and words[-1] in COMMENT_WORDS:
        # 'user-comment' is a comment, not a user.
        return None
    for word in reversed(words):
        for role, vocabulary in (
            ("author", _AUTHOR),
            ("date", _DATE),
            ("body", _BODY),
            ("meta", _META),
            ("number", _NUMBER),
        ):
            if word in vocabulary:
                return role
    return None


_MONTHS = (
    # English, German, French, Spanish, Portuguese, Italian, Dutch, Catalan
    r"jan(?:uary|uar|eiro|uari)?|jänner|janvier|enero|ene|gennaio|gen(?:er)?|feb(?:ruary|ruar|rero|braio|ruari|rer)?|"
    r"f[ée]vr?(?:ier)?|fevereiro|fev|mar(?:ch|s|zo|ço|ç)?|märz|mär|mrz|maart|mrt|apr(?:il|ile)?|avr(?:il)?|abr(?:il)?|mai|may(?:o)?|mei|maio|"
    r"maggio|mag|maig|june?|juni|juin|junio|junho|giugno|giu|juny|july?|juli|juil(?:let)?|julio|julho|luglio|lug|juliol|aug(?:ust|ustus)?|"
    r"août|aout|ago(?:sto)?|agost|sept?(?:ember|embre|iembre|tiembre|tember)?|set(?:embro|embre|tembre)?|oct(?:ober|obre|ubre)?|"
    r"okt(?:ober)?|out(?:ubro)?|ott(?:obre)?|nov(?:ember|embre|iembre|embro)?|dec(?:ember|embre)?|dez(?:ember|embro)?|d[ée]c(?:embre)?|"
    r"dic(?:iembre|embre)?|des(?:ember|embre)?|"
    # Nordic, Polish, Czech, Turkish, Hungarian, Finnish, Romanian
    r"januar|februar|marts?|maj|augusti|oktober|desember|stycz(?:nia|eń)|lut(?:ego|y)|mar(?:ca|zec)|kwie(?:tnia|cień)|maja|"
    r"czerw(?:ca|iec)|lip(?:ca|iec)|sierp(?:nia|ień)|wrze(?:śnia|sień)|paźdz(?:iernika|iernik)?|listopad[au]?|gru(?:dnia|dzień)|"
    r"led(?:na|en)|února?|březn?[ae]?n?|dubn?[ae]?n?|květn?[ae]?n?|červn?[ae]?n?|července|srpn?[ae]?n?|září|říjn?[ae]?n?|prosince?|"
    r"ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık|január|február|március|április|május|június|július|"
    r"augusztus|szeptember|október|november|tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu(?:kuuta)?|"
    r"ianuarie|februarie|martie|aprilie|iunie|iulie|septembrie|octombrie|noiembrie|decembrie|"
    # Russian, Ukrainian, Greek
    r"янв(?:аря|арь)?|фев(?:раля|раль)?|мар(?:та|т)?|апр(?:еля|ель)?|мая|май|июн[яь]?|июл[яь]?|авг(?:уста|уст)?|сен(?:тября|тябрь)?|"
    r"окт(?:ября|ябрь)?|ноя(?:бря|брь)?|дек(?:абря|абрь)?|січня|лютого|березня|квітня|травня|червня|липня|серпня|вересня|жовтня|"
    r"листопада|грудня|ιαν\w*|φεβ\w*|μαρτ?\w*|απρ\w*|μα[ιΐ]\w*|ιουν\w*|ιουλ\w*|αυγ\w*|σεπ\w*|οκτ\w*|νοε\w*|δεκ\w*"
)
_MONTH = rf"(?<![^\W\d_])(?:{_MONTHS})(?![^\W\d_])\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th|er|re|e|º|ª|°|\.)?"
_CLOCK = r"\d{1,2}\s?(?:[:.h]|uhr)\s?\d{2}(?:\s?:\d{2})?(?:\s?uhr)?(?:\s?[ap]\.?\s?m\b\.?)?"
_AMOUNT = r"(?:\d{1,4}|an?|one|eine[mnrs]?|un[ae]?|um[a]?|een)"
_UNIT = (
    r"(?:sec|min|hour|hr|day|week|month|year|sekunde|stunde|tag|woche|monat|jahr|seconde|heure|jour|semaine|mois|ans?\b|"
    r"segundo|hora|d[ií]a|semana|mes|mês|año|ano|ore\b|ora\b|giorn|settiman|anni|anno|uur|dag|dagen|weken|maand|jaar|"
    r"godzin|dni\b|tyg|miesi|rok|lat\b)\w*"
)
_EASTERN_DAY = (
    r"\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]?"
    r"|(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月\s?\d{1,2}(?:st|nd|rd|th|日)?(?:\s?,?\s?\d{4})?"
)
_NUMBERED_DAY = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{2,4}"
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
_DAY_FROM_TODAY = (
    r"(?:yesterday|today|gestern|heute|hier|aujourd['’]hui|ayer|hoy|ieri|oggi|вчера|сегодня|昨天|今天)\b"
)
DATE_TEXT = re.compile(
    rf"(?<![A-Za-zÀ-ɏЀ-ӿ\d])(?:(?:{_EASTERN_DAY}|{_NUMBERED_DAY}|{_NAMED_DAY}|{_DAY_FROM_TODAY})(?:{_BEFORE_CLOCK}{_CLOCK})?"
    rf"|{_RELATIVE})",
    re.IGNORECASE,
)
"""A date or relative date, with the clock time behind it, as people and themes write it."""

_MAY_BE_DATE = re.compile(
    r"\d|\b(?:ago|vor|il y a|hace|há|fa|för|atrás|geleden|temu|sedan|siden|önce|назад|yesterday|today|gestern|heute|hier|"
    r"aujourd|ayer|hoy|ieri|oggi|вчера|сегодня)\b|昨天|今天",
    re.IGNORECASE,
)


@lru_cache(maxsize=1 << 12)
def find_date(text: str) -> re.Match[str] | None:
    """The first date in the text. Most texts hold neither a digit nor a word for a day, which is quickly seen.

    >>> find_date("Posted on 3 May 2019, 10:15 by Ada")[0]
    '3 May 2019, 10:15'
    >>> find_date("May I ask why?") is None
    True
    """
    return DATE_TEXT.search(text) if _MAY_BE_DATE.search(text) else None


CLOCK_TEXT = re.compile(rf"^\W*(?:at|um|à|a las|alle|om|kl\.?)?\s*{_CLOCK}\W*$", re.IGNORECASE)
"""Nothing but a time of day."""

_SAYS = (
    r"says|said|wrote|writes|sagt|sagte|schrieb|schreibt|meint|meinte|dijo|dice|escribió|a écrit|a dit|dit|écrit|ha detto|"
    r"ha scritto|scrive|disse|diz|escreveu|zegt|schreef|skriver|säger|sa|mówi|pisze|napisał[a]?|говорит|пишет|сказал|"
    r"kommentierte|kommentiert|commented|comments|responded|replied|antwortete|说道|dice que"
)
SAYS_TEXT = re.compile(
    rf"\s*[,:]?\s*\b(?:{_SAYS})\b\s*(?:on\b|am\b|the\b|le\b|el\b|at\b|:|,|…|\.{{3}}|$).*$", re.IGNORECASE | re.DOTALL
)
"""The speech word behind a name and all after it."""

BY_TEXT = re.compile(
    r"^(?:(?:view )?all (?:posts|articles|stories) by|alle (?:beiträge|artikel) von|ver todas las entradas de|voir tous les articles (?:par|de))\s+"
    r"|^(?:(?:posted|written|published|submitted|comment(?:ed)?|kommentar|comentario|comentário|commentaire|commento|reactie|reply|response|antwort|gespeichert|eingereicht|hinzugefügt|geschrieben|verfasst|erstellt|veröffentlicht|soumis|publiée?|postée?|"
    r"rédigée?|écrite?|enviado|publicado|escrito|inviato|scritto|pubblicato)\s+)?(?:by|von|par|por|de|da|di|door|av|af)\s+(?=\S)"
    r"|^(?:by|von|par|por|text|texte|texto|testo|autor(?:in|es)?|authors?|auteurs?|autore|redaktion|автор|текст)\s*:\s*"
    r"|^(?-i:(?:[Bb]y|[Vv]on|[Pp]or|[Pp]ar)(?=[A-ZÀ-ÞА-Я]))",
    re.IGNORECASE,
)
"""What stands before a name."""

BY_ALONE = re.compile(
    r"(?:(?:posted|written|published|geschrieben|verfasst|publié|publicado|scritto)\s+)?"
    r"(?:by|von|par|por|de|di|door|av|af|text|texte|autor(?:in|es)?|authors?|auteurs?)\s*:?",
    re.IGNORECASE,
)
"""A label of a byline, the name behind it in an element of its own."""

BYLINE_TEXT = re.compile(
    r"^(?:\|\s*)?(?:posted |written |published |geschrieben |verfasst |veröffentlicht |publié |rédigé |publicado |escrito |pubblicato |scritto )?"
    rf"(?:by|von|par|por|door|di|av|af)\s+([^\W\d_][^|,(]{{1,40}}?)\s*(?:\b(?:on|in|under|at|am|um|unter|le|dans|à|el|en|il|op)\b|\||,|·|{DATE_TEXT.pattern}|$)",
    re.IGNORECASE,
)
"""A post's byline without marks, its name in group 1."""

BYLINE_WITH_DATE = re.compile(
    r"(?:^|[\s|,·•(])(?:by|von|par|por|da|door|av|af|autor(?:in)?:?|authors?:?|auteur:?)\s+([^\W\d_][^|,(\n:]{1,40}?)"
    r"(?=\s*(?:$|[|,(·•–—-]|\b(?:in|under|unter|on|at|am|um|with|mit|dans|en|à|le|el|il|op|zum|zu|comments?|kommentare?)\b))",
    re.IGNORECASE,
)
"""A name behind 'by' in a line that also holds the date, which is taken out before."""

PUBLISHED_TEXT = re.compile(
    r"^(?:published|posted|veröffentlicht|erschienen|erstellt|publiée?|mise? en ligne|publicado|pubblicato|geplaatst|publicerad|opublikowano)\b",
    re.IGNORECASE,
)

_NAME = r"[^\s|,:(][^|\n]{0,58}?"
SIGNED_TEXT = re.compile(
    rf"(?:(?:posted|written|comment(?:ed)?|geschrieben|verfasst|publiée?|postée?|rédigée?|écrite?|soumis|enviado|publicado|escrito|inviato|"
    rf"scritto)\s+)(?:by|von|par|por|da|di|door|av|af)\s*:?\s+({_NAME})\s*(?:[|,(·–—-]|\b(?:on|at|am|um|le|à|el|il|op|den|en)\b|(?={DATE_TEXT.pattern})|$)"
    rf"|^\W*(?:#?\d+\W+)?({_NAME})\s+(?:{_SAYS})\b\s*(?:on\b|am\b|the\b|le\b|el\b|at\b|um\b|:|,|{DATE_TEXT.pattern})"
    rf"|(?:^|\s)(?:by|von|par|por|da|door|av|af)\s*:?\s+({_NAME})\s*(?:[|,(·–—-]\s*|\b(?:on|at|am|um|le|à|el|il|op|den|en)\b\s*)*(?={DATE_TEXT.pattern})"
    rf"|^\W*(?:#?\d+\W+)?({_NAME})\s*(?:[|,(·–—-]\s*|\b(?:on|am|le|el|il|op|den)\b\s*)+(?={DATE_TEXT.pattern})"
    rf"|{DATE_TEXT.pattern}\W*(?:by|von|par|por|da|di|door|av|af)\s*:?\s+({_NAME})(?=\s*$|\s*[,(|])"
    rf"|^\W*{DATE_TEXT.pattern}\.?\s*[|,·–—-]\s*({_NAME})$",
    re.IGNORECASE,
)
"""A name as a signature line states it, in one of the groups: after 'posted by', before 'says', before a date."""

REMOVED_TEXT = re.compile(
    r"^\W*(?:this (?:comment|post|message) (?:has been|was) (?:removed|deleted)|(?:comment|post) (?:removed|deleted)|\[?(?:deleted|removed)\]?\W*$|"
    r"(?:dieser |der )?(?:kommentar|beitrag) (?:wurde|ist)\b.{0,40}(?:entfernt|gelöscht|gesperrt)|entfernt\b|gelöscht\W*$|kommentar (?:entfernt|gelöscht)|"
    r"ce commentaire a été (?:supprimé|retiré|modéré)|commentaire supprimé|(?:este )?comentario (?:ha sido )?(?:eliminado|borrado)|"
    r"(?:questo )?commento (?:è stato )?(?:rimosso|eliminato)|(?:este )?comentário (?:foi )?(?:removido|eliminado|excluído))",
    re.IGNORECASE,
)
"""A notice that stands where a comment was."""

PING_LABEL = re.compile(
    r"^\W*(pingback|trackback|ping|referencia|rétrolien)s?\b\s*(?:from|von|de|par|by)?\s*:?\s*", re.IGNORECASE
)
"""The label of a notice that another site links here."""

_JOINING = (
    r"says|said|wrote|writes|sagt|sagte|schrieb|schreibt|meint|dijo|dice|a écrit|a dit|dit|écrit|disse|diz|on|at|the|am|um|uhr|le|à|"
    r"el|a las|il|alle|ore|op|om|by|von|par|por|posted|geschrieben|soumis|submitted|in|em|às|in response to"
)
JOINING_TEXT = re.compile(rf"^(?:[^\w?!]|\d{{1,5}}\.|#\d+|_|\b(?:{_JOINING})\b)*$", re.IGNORECASE)
"""Nothing but words and marks that join a name and a date."""

GLUE_TEXT = re.compile(
    rf"^(?:\W|\d{{1,5}}\.|#\d+|_|\b(?:{_JOINING}|permalink|link|reply|antworten|répondre|responder|comment|kommentar)\b)*$", re.IGNORECASE
)
"""Nothing but these and the words of controls."""

_NOUN = (
    r"(?:comments?\b(?:\(s\))?|responses?|repl(?:y|ies)|thoughts?|reactions?|(?:leser)?kommentare?n?|antwort(?:en)?|reaktion(?:en)?|"
    r"meinung(?:en)?|stimmen?|gedanken?|wortmeldung(?:en)?|commentaires?|réactions?|réponses?|réflexions?|avis|comentarios?|"
    r"respuestas?|opiniones|comentários?|respostas?|comentaris?|respostes|commenti|commento|risposte|risposta|pensier[io]|"
    r"reacties?|kommentarer|svar|komentar\w*|komentář\w*|opini[aei]|комментари\w*|отзыв\w*|yorum|评论|條評論|条评论|回复|留言|"
    r"コメント|hozzászólás|kommenttia?)"
)
_AMOUNT_OF_COMMENTS = r"\d{1,3}(?:[.,'\u00a0\u202f ]\d{3})+(?!\d)|\d{1,7}"
COUNT_TEXT = re.compile(
    rf"(?<![\d.,:/])({_AMOUNT_OF_COMMENTS})\s*{_NOUN}(?![^\W\d_])|(?:^|\s)(?:alle\s+)?{_NOUN}(?:\s*(?:zu|on|sur|en)\b.*)?\s*[(\[:]?\s*({_AMOUNT_OF_COMMENTS})\s*[)\]]?\W*$",
    re.IGNORECASE,
)
"""A stated number of comments, in group 1 or 2."""

ONE_TEXT = re.compile(rf"^\W*(?:one|eine?|une?|uno|uma?|één|jeden)\s+{_NOUN}(?![^\W\d_])", re.IGNORECASE)
NONE_YET_TEXT = re.compile(
    rf"^\W*(?:(?:no|keine|noch keine|bisher keine|aucune?|sin|ningún|nessun|ancora nessun|geen|nog geen|nenhum|sem|brak|нет)\s+{_NOUN}"
    r"|leave a (?:comment|reply)$|hinterlasse einen kommentar$|be the first to comment|schreibe einen kommentar$|write the first response)",
    re.IGNORECASE,
)
CLOSED_TEXT = re.compile(
    r"(?:comments?|responses|replies)(?: and (?:pings|trackbacks))? (?:are|is|have been|were|now) (?:now |currently )?(?:closed|disabled|turned off)|"
    r"comment (?:form|section|thread|function) (?:is|has been) (?:now |currently )?(?:closed|disabled)|comments? (?:closed|off|disabled)\b|comments (?:for|to|on) (?:this|the) [\w ]{3,20} (?:are|have been) (?:now )?closed|"
    r"commenting (?:is|has been) (?:closed|disabled)|discussion (?:is )?closed|no longer accept\w+ comments|not accepting (?:new )?comments|"
    r"kommentar\w*(?: \w+){0,4} (?:geschlossen|deaktiviert|ausgeschaltet|abgeschaltet|beendet|gesperrt|nicht (?:mehr )?möglich)|"
    r"(?:kann|können)\b.{0,30}nicht (?:mehr )?kommentiert|keine (?:weiteren |neuen )?kommentare (?:mehr )?(?:möglich|erlaubt)|"
    r"kommentar(?:e|funktion|bereich) (?:geschlossen|deaktiviert|aus)\b|kommentieren (?:ist|nicht) (?:\w+ )?(?:nicht )?(?:mehr )?(?:möglich|erlaubt)|"
    r"commentaires? (?:sont |est )?(?:fermés?|désactivés?|clos)|los comentarios (?:están|han sido) (?:cerrados|desactivados)|comentarios (?:cerrados|desactivados)|"
    r"i commenti sono (?:chiusi|disabilitati)|commenti (?:chiusi|disabilitati)|comentários (?:estão )?(?:fechados|encerrados|desativados)|"
    r"(?:reacties|commentaar) (?:zijn |is )?(?:gesloten|uitgeschakeld)|kommentarer är (?:stängda|inaktiverade)|możliwość komentowania .{0,40}wyłączona|комментарии закрыты|评论已关闭|コメントは受け付けていません",
    re.IGNORECASE,
)
LOGIN_TEXT = re.compile(
    r"log(?:ged)? in|sign in|anmelden|angemeldet|einloggen|connecter|iniciar sesión|accedi|inloggen", re.IGNORECASE
)

SECTION_TEXT = re.compile(
    rf"^\W*(?:(?:all|alle|reader|leser|user|your|tous les|vos|los|i|os)\s*)?(?:{_NOUN}|leserkommentare|lesermeinungen|user[- ]?comments|"
    r"diskussion|discussion|feedback|leserbriefe|talkback)\b[^.!?]{0,40}$",
    re.IGNORECASE,
)
"""A heading of a comment section."""

PROFILE_PATH = re.compile(
    r"/(?:user|users|profile|profiles|profil|author|member|members|autor|people|u)/|[?&]u(?:id|ser)?=", re.IGNORECASE
)
"""The address of a person's page on the same site."""

AUTHOR_MARK = re.compile(
    r"(?:^|\s)(?:bypostauthor|by-?post-?author|by-?author|is-?author|author-?badge|blog-?author|post-?author|comment-by-node-author|"
    r"(?:\S*[-_])?by-viewer-author|op-badge|from-author|serendipity_comment_self)(?=\s|$)",
    re.IGNORECASE,
)
"""Classes that mark a comment, or a badge in it, as the post author's own."""

DEPTH_CLASS = re.compile(
    r"(?:^|[\s_-])(?:depth|level|lvl|indent|ebene|niveau|commentlevel)[-_]?(\d{1,2})(?=\s|$)", re.IGNORECASE
)
"""A class that numbers the depth of an answer, from whatever base."""
