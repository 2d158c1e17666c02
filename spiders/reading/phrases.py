"""What themes and people write around comments, in the languages that blogs are written in.

Texts are matched folded and in any case.
"""

from __future__ import annotations

import re
from functools import cache

from ...dates.find import DATE_TEXT

_SAYS = (
    r"hat (?:gesagt|geschrieben|kommentiert|geantwortet)|a commenté|a répondu|"
    r"ha comentado|comentó|ha commentato|skrev|sanoi|"
    r"says|said|wrote|writes|sagt|sagte|schrieb|schreibt|meint|meinte|dijo|dice|escribió|a écrit|a dit|dit|"
    r"écrit|ha detto|"
    r"ha scritto|scrive|disse|diz|escreveu|zegt|schreef|skriver|säger|sa|mówi|pisze|napisał[a]?|говорит|пишет|сказал|"
    r"kommentierte|kommentiert|commented|comments|responded|replied|antwortete|说道|dice que"
)
SAYS_TEXT = re.compile(
    rf"\s*[,:]?\s*\b(?:{_SAYS})\b\s*(?:on\b|am\b|the\b|le\b|el\b|at\b|:|,|…|\.{{3}}|$).*$", re.IGNORECASE | re.DOTALL
)
"""The speech word behind a name and all after it."""
BY_TEXT = re.compile(
    r"^(?:(?:view |show )?all (?:posts|articles|stories) by|(?:zeige )?alle (?:beiträge|artikel) von|"
    r"ver todas las entradas de|"
    r"voir tous les articles (?:par|de))\s+"
    r"|^(?:(?:posted|written|published|submitted|comment(?:ed)?|kommentar|comentario|comentário|commentaire|"
    r"commento|reactie|reply|response|antwort|gespeichert|eingereicht|hinzugefügt|geschrieben|verfasst|"
    r"erstellt|veröffentlicht|soumis|publiée?|postée?|"
    r"rédigée?|écrite?|enviado|publicado|escrito|inviato|scritto|pubblicato)\s+)?(?:by|von|par|por|de|da|di|"
    r"door|av|af)\s+(?=\S)"
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
    r"^(?:\|\s*)?(?:posted |written |published |geschrieben |verfasst |veröffentlicht |publié |rédigé |"
    r"publicado |escrito |pubblicato |scritto )?"
    rf"(?:by|von|par|por|door|di|av|af)\s+([^\W\d_][^|,(]{{1,40}}?)\s*(?:\b(?:on|in|under|at|am|um|unter|le|"
    rf"dans|à|el|en|il|op)\b|\||,|·|{DATE_TEXT.pattern}|$)",
    re.IGNORECASE,
)
"""A post's byline without marks, its name in group 1."""
BYLINE_WITH_DATE = re.compile(
    r"(?:^|[\s|,·•(])(?:by|von|par|por|da|door|av|af|autor(?:in)?:?|authors?:?|auteur:?)\s+([^\W\d_][^|,(\n:]{1,40}?)"
    r"(?=\s*(?:$|[|,(·•–—-]|\b(?:in|under|unter|on|at|am|um|with|mit|dans|en|à|le|el|il|op|zum|zu|comments?|"
    r"kommentare?)\b))",
    re.IGNORECASE,
)
"""A name behind 'by' in a line that also holds the date, which is taken out before."""
PUBLISHED_TEXT = re.compile(
    r"^(?:published|posted|veröffentlicht|erschienen|erstellt|publiée?|mise? en ligne|publicado|pubblicato|"
    r"geplaatst|publicerad|opublikowano)\b",
    re.IGNORECASE,
)
_NAME = r"[^\s|,:(][^|\n]{0,58}?"
_SIGNED = (
    rf"(?:(?:posted|written|comment(?:ed)?|geschrieben|verfasst|publiée?|postée?|rédigée?|écrite?|soumis|"
    rf"enviado|publicado|escrito|inviato|"
    rf"scritto)\s+)(?:by|von|par|por|da|di|door|av|af)\s*:?\s+({_NAME})\s*(?:[|,(·–—-]|\b(?:on|at|am|um|le|à|"
    rf"el|il|op|den|en)\b|(?={DATE_TEXT.pattern})|$)"
    rf"|^\W*(?:#?\d+\W+)?({_NAME})\s+(?:{_SAYS})\b\s*(?:on\b|am\b|the\b|le\b|el\b|at\b|um\b|:|,|{DATE_TEXT.pattern})"
    rf"|(?:^|\s)(?:by|von|par|por|da|door|av|af)\s*:?\s+({_NAME})\s*(?:[|,(·–—-]\s*|\b(?:on|at|am|um|le|à|el|"
    rf"il|op|den|en)\b\s*)*(?={DATE_TEXT.pattern})"
    rf"|^\W*(?:#?\d+\W+)?({_NAME})\s*(?:[|,(·–—-]\s*|\b(?:on|am|le|el|il|op|den|於|于)\b\s*)+(?={DATE_TEXT.pattern})"
    rf"|{DATE_TEXT.pattern}\W*(?:by|von|par|por|da|di|door|av|af)\s*:?\s+({_NAME})(?=\s*$|\s*[,(|])"
    rf"|^\W*{DATE_TEXT.pattern}\.?\s*[|,·–—-]\s*({_NAME})$"
)


@cache
def signed_text() -> re.Pattern[str]:
    """A name as a signature line states it, in one of the groups: after 'posted by', before 'says', before a date.

    Compiled at its first use: with the pattern of a date in it six times it takes a third of the time of the import.
    """
    return re.compile(_SIGNED, re.IGNORECASE)


REMOVED_TEXT = re.compile(
    r"^\W*(?:this (?:comment|post|message) (?:has been|was) (?:removed|deleted)|(?:comment|post) (?:removed|"
    r"deleted)|\[?(?:deleted|removed)\]?\W*$|"
    r"(?:dieser |der )?(?:kommentar|beitrag) (?:wurde|ist)\b.{0,40}(?:entfernt|gelöscht|gesperrt)|entfernt\b|"
    r"gelöscht\W*$|kommentar (?:entfernt|gelöscht)|"
    r"ce commentaire a été (?:supprimé|retiré|modéré)|commentaire supprimé|"
    r"(?:este )?comentario (?:ha sido )?(?:eliminado|borrado)|"
    r"(?:questo )?commento (?:è stato )?(?:rimosso|eliminato)|(?:este )?comentário (?:foi )?(?:removido|"
    r"eliminado|excluído))",
    re.IGNORECASE,
)
"""A notice that stands where a comment was."""
PING_LABEL = re.compile(
    r"^\W*(pingback|trackback|ping|referencia|rétrolien)s?\b\s*(?:from|von|de|par|by)?\s*:?\s*", re.IGNORECASE
)
"""The label of a notice that another site links here."""
_JOINING = (
    r"says|said|wrote|writes|sagt|sagte|schrieb|schreibt|meint|dijo|dice|a écrit|a dit|dit|écrit|disse|diz|on|"
    r"at|the|am|um|uhr|le|à|"
    r"el|a las|il|alle|ore|op|om|by|von|par|por|posted|geschrieben|soumis|submitted|in|em|às|於|于|in response to"
)
JOINING_TEXT = re.compile(rf"^(?:[^\w?!]|\d{{1,5}}\.|#\d+|_|\b(?:{_JOINING})\b)*$", re.IGNORECASE)
"""Nothing but words and marks that join a name and a date."""
GLUE_TEXT = re.compile(
    rf"^(?:[^\w?!]|\d{{1,5}}\.|#\d+|_|\b(?:{_JOINING}|permalink|link|reply|antworten|répondre|responder|comment|"
    rf"kommentar|回覆|回复|回應|quote|zitieren|citer|citar|cita|citeren|report|melden|signaler|denunciar|share|teilen)\b)*$",
    re.IGNORECASE,
)
"""Nothing but these and the words of controls."""
CONTROL_TEXT = re.compile(
    r"\W*(?:reply|answer|antworten|répondre|responder|rispondi|beantwoorden|svara?|odpowiedz|ответить|回复|返信|quote|zitieren|"
    r"report|melden|signaler|flag|edit|like|gefällt mir|j’aime|me gusta|share|teilen)\W*",
    re.IGNORECASE,
)
"""The whole text of a control of a comment."""
_NOUN = (
    r"(?:comments?\b(?:\(s\))?|responses?|repl(?:y|ies)|thoughts?|reactions?|(?:leser)?kommentare?n?|"
    r"antwort(?:en)?|reaktion(?:en)?|"
    r"meinung(?:en)?|stimmen?|gedanken?|wortmeldung(?:en)?|commentaires?|réactions?|réponses?|réflexions?|"
    r"avis|comentarios?|"
    r"respuestas?|opiniones|comentários?|respostas?|comentaris?|respostes|commenti|commento|risposte|risposta|"
    r"pensier[io]|"
    r"reacties?|kommentarer|svar|komentar\w*|komentář\w*|opini[aei]|комментари\w*|отзыв\w*|yorum|评论|條評論|条评论|回复|留言|"
    r"コメント|hozzászólás|kommenttia?)"
)
_AMOUNT_OF_COMMENTS = r"\d{1,3}(?:[.,'\u00a0\u202f ]\d{3})+(?!\d)|\d{1,7}"
COUNT_TEXT = re.compile(
    rf"(?<![\d.,:/])({_AMOUNT_OF_COMMENTS})\s*{_NOUN}(?![^\W\d_])|(?:^|\s)(?:alle\s+)?{_NOUN}(?:\s*(?:zu|on|"
    rf"sur|en)\b.*)?\s*[(\[:]?\s*({_AMOUNT_OF_COMMENTS})\s*[)\]]?\W*$",
    re.IGNORECASE,
)
"""A stated number of comments, in group 1 or 2."""
ONE_TEXT = re.compile(rf"^\W*(?:one|eine?|une?|uno|uma?|één|jeden)\s+{_NOUN}(?![^\W\d_])", re.IGNORECASE)
NONE_YET_TEXT = re.compile(
    rf"^\W*(?:(?:no|keine|noch keine|bisher keine|aucune?|sin|ningún|nessun|ancora nessun|geen|nog geen|nenhum|"
    rf"sem|brak|нет)\s+{_NOUN}"
    r"|leave a (?:comment|reply)$|hinterlasse einen kommentar$|be the first to comment|"
    r"schreibe einen kommentar$|write the first response)",
    re.IGNORECASE,
)
CLOSED_TEXT = re.compile(
    r"(?:comments?|responses|replies)(?: and (?:pings|trackbacks))? (?:are|is|have been|were|now) (?:now |"
    r"currently )?(?:closed|disabled|turned off)|"
    r"comment (?:form|section|thread|function) (?:is|has been) (?:now |currently )?(?:closed|disabled)|"
    r"comments? (?:closed|off|disabled)\b|comments (?:for|to|on) (?:this|the) [\w ]{3,20} (?:are|"
    r"have been) (?:now )?closed|"
    r"commenting (?:is|has been) (?:closed|disabled)|discussion (?:is )?closed|no longer accept\w+ comments|"
    r"not accepting (?:new )?comments|"
    r"kommentar\w*(?: \w+){0,4} (?:geschlossen|deaktiviert|ausgeschaltet|abgeschaltet|beendet|gesperrt|"
    r"nicht (?:mehr )?möglich)|"
    r"(?:kann|können)\b.{0,30}nicht (?:mehr )?kommentiert|keine (?:weiteren |"
    r"neuen )?kommentare (?:mehr )?(?:möglich|erlaubt)|"
    r"kommentar(?:e|funktion|bereich) (?:geschlossen|deaktiviert|aus)\b|kommentieren (?:ist|"
    r"nicht) (?:\w+ )?(?:nicht )?(?:mehr )?(?:möglich|erlaubt)|"
    r"commentaires? (?:sont |est )?(?:fermés?|désactivés?|clos)|los comentarios (?:están|"
    r"han sido) (?:cerrados|desactivados)|comentarios (?:cerrados|desactivados)|"
    r"i commenti sono (?:chiusi|disabilitati)|commenti (?:chiusi|disabilitati)|"
    r"comentários (?:estão )?(?:fechados|encerrados|desativados)|"
    r"(?:reacties|commentaar) (?:zijn |is )?(?:gesloten|uitgeschakeld)|kommentarer är (?:stängda|"
    r"inaktiverade)|możliwość komentowania .{0,40}wyłączona|"
    r"комментарии закрыты|评论已关闭|コメントは受け付けていません",
    re.IGNORECASE,
)
CLOSED_STEMS = ("ment", "respon", "repl", "discussion", "reacti", "комментарии", "评论", "コメント")
"""One of these stands, in lower case, in each such notice."""
LOGIN_TEXT = re.compile(
    r"log(?:ged)? in|sign in|anmelden|angemeldet|einloggen|connecter|iniciar sesión|accedi|inloggen", re.IGNORECASE
)
SECTION_TEXT = re.compile(
    rf"^\W*(?:(?:all|alle|reader|leser|user|your|tous les|vos|los|i|os)\s*)?(?:{_NOUN}|leserkommentare|"
    rf"lesermeinungen|user[- ]?comments|"
    r"diskussion|discussion|feedback|leserbriefe|talkback)\b[^.!?]{0,40}$",
    re.IGNORECASE,
)
"""A heading of a comment section."""
