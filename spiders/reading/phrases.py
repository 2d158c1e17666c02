"""What themes and people write around comments, in the languages that blogs are written in.

Texts are matched folded and in any case.
"""

from __future__ import annotations

import re

from ...dates.words import any_word

_SPEECH_WORDS = (
    "says said wrote writes sagt sagte schrieb schreibt meint meinte kommentierte kommentiert antwortete dijo dice "
    "comentó escribió dit écrit scrive disse diz escreveu zegt schreef skrev skriver säger sa sanoi mówi pisze napisał "
    "napisała говорит пишет сказал commented comments responded replied 说道"
).split()
_SAYS = (
    r"(?:hat (?:gesagt|geschrieben|kommentiert|geantwortet)|ha (?:comentado|commentato|detto|scritto)|"
    rf"a (?:commenté|répondu|écrit|dit)|dice que|{any_word(_SPEECH_WORDS)})"
)
_SPEECH_LETTERS = "".join(sorted({"h", "a", *(word[0] for word in _SPEECH_WORDS)}))
"""What the speech words begin with: most words of a text are passed by at their first letter."""
_SPEECH = re.compile(rf"\b(?=[{_SPEECH_LETTERS}]){_SAYS}\b", re.IGNORECASE)
_SPEECH_AND_REST = re.compile(
    rf"\s{{0,3}}[,:]?\s{{0,3}}\b{_SAYS}\b\s{{0,3}}(?:on\b|am\b|the\b|le\b|el\b|at\b|:|,|…|\.{{3}}|$).*$",
    re.IGNORECASE | re.DOTALL,
)
"""The speech word behind a name and all after it."""
BY_TEXT = re.compile(
    r"^(?:(?:view |show )?all (?:posts|articles|stories) by|(?:zeige )?alle (?:beiträge|artikel) von|"
    r"ver todas las entradas de|"
    r"voir tous les articles (?:par|de))\s+"
    r"|^(?:(?:posted|written|published|submitted|reviewed|comment(?:ed)?|kommentar|comentario|comentário|commentaire|"
    r"commento|reactie|reply|response|antwort|gespeichert|eingereicht|hinzugefügt|geschrieben|verfasst|"
    r"erstellt|veröffentlicht|soumis|publiée?|postée?|"
    r"rédigée?|écrite?|enviado|publicado|escrito|inviato|scritto|pubblicato)\s+)?(?:by|from|von|par|por|de|da|di|"
    r"door|av|af)\s+(?=\S)"
    r"|^(?:by|von|par|por|text|texte|texto|testo|autor(?:in|es)?|authors?|auteurs?|autore|redaktion|автор|текст)\s*:\s*"
    r"|^(?-i:(?:[Bb]y|[Vv]on|[Pp]or|[Pp]ar)(?=[A-ZÀ-ÞА-Я]))",
    re.IGNORECASE,
)
"""What stands before a name."""


_STANDING = re.compile(
    r"(?<=\S)\s*[(\[](?:guest|gast|invité|invitado|ospite|convidado|visitor|besucher|visiteur|visitante|unregistered|"
    r"not verified|nicht überprüft|non vérifiée?|no verificado|niet gecontroleerd|non verificato|não verificado)[)\]]$",
    re.IGNORECASE,
)
"""What systems write behind the name of somebody without an account."""


def name_alone(text: str) -> str:
    """A name without the words before it, and without the speech word behind it and all after that.

    >>> name_alone("Posted by Ann Lee says on 3 May"), name_alone("Ann Lee (Guest)")
    ('Ann Lee', 'Ann Lee')
    """
    spoken = _SPEECH_AND_REST.sub("", text) if _SPEECH.search(text) else text
    return _STANDING.sub("", BY_TEXT.sub("", spoken))


BY_ALONE = re.compile(
    r"(?:(?:posted|written|published|geschrieben|verfasst|publié|publicado|scritto)\s+)?"
    r"(?:by|von|par|por|de|di|door|av|af|text|texte|autor(?:in|es)?|authors?|auteurs?)\s*:?",
    re.IGNORECASE,
)
"""A label of a byline, the name behind it in an element of its own."""
PUBLISHED_TEXT = re.compile(
    r"^(?:published|posted|veröffentlicht|erschienen|erstellt|publiée?|mise? en ligne|publicado|pubblicato|"
    r"geplaatst|publicerad|opublikowano)\b",
    re.IGNORECASE,
)
CHANGED_TEXT = re.compile(
    r"\b(?:edited|modified|revised|changed|bearbeitet|geändert|modifiée?|modificad[oa]|editad[oa]|modificat[oa]|"
    r"bewerkt|gewijzigd|redigerad|ändrad|redigeret|endret|edytowan[oaey]*|zmienion[oaey]*|изменено?|отредактировано?)"
    r"\W*(?:(?:on|at|am|um|le|el|il|op|den|em)\W+)?$",
    re.IGNORECASE,
)
"""What stands before the date of a change."""
_WRITTEN = (
    r"(?:posted|written|published|submitted|added|created|reviewed|comment(?:ed)?|replied|geschrieben|verfasst|"
    r"veröffentlicht|erstellt|eingereicht|hinzugefügt|gepostet|publiée?|postée?|rédigée?|écrite?|soumis|ajoutée?|enviado|"
    r"publicado|escrito|postado|inviato|scritto|pubblicato|inserito|geplaatst|geschreven|gepubliceerd|skrivet|publicerat|"
    r"inlagt|skrevet|napisany|dodany|wysłany|опубликовано|написано|добавлено|отправлено)"
)
VERB_TEXT = re.compile(rf"\W*{_WRITTEN}\W*", re.IGNORECASE)
"""Nothing but a verb of publishing, which is nobody's name."""
DATE_SIGN = "ꙮ"
"""Stands for a date in a line that SIGNED_TEXT is asked of: a letter, as the digits of dates are, that no name has."""
_NAME = rf"(?!{_WRITTEN}\b)[^\s|,:(][^|¶\n]{{0,58}}?"
_LABEL = r"(?:^|[^\w\s,'’]\s?|\s(?=(?-i:[A-ZÉ])))"
"""What stands before a label: nothing, a mark, or a blank and a capital; 'it is written by' is prose."""
SIGNED_TEXT = re.compile(
    rf"{_LABEL}{_WRITTEN}\s+(?:by|von|par|por|da|di|door|av|af)\s*:?\s+({_NAME})\s*(?:[|,(·–—]|-(?!\w)|"
    rf"\b(?:on|at|am|um|le|à|el|il|op|den|en)\b|(?={DATE_SIGN})|$)"
    rf"|^\W*(?:#?\d+\W+)?({_NAME})\s+(?:{_SAYS})\b\s*(?:on\b|am\b|the\b|le\b|el\b|at\b|um\b|:|,|{DATE_SIGN})"
    rf"|(?:^|\s)(?:by|von|par|por|da|door|av|af)\s*:?\s+({_NAME})\s*(?:[|,(·–—-]\s*|\b(?:on|at|am|um|le|à|el|"
    rf"il|op|den|en)\b\s*)*(?={DATE_SIGN})"
    rf"|^\W*(?:#?\d+\W+)?({_NAME})(?:\s+{_WRITTEN})?\s*(?:[|,(·–—-]\s*|\b(?:on|am|le|el|il|op|den|於|于)\b\s*)+"
    rf"(?={DATE_SIGN})"
    rf"|{DATE_SIGN}\W*(?:by|von|par|por|da|di|door|av|af)\s*:?\s+({_NAME})(?=\s*\.?\s*$|\s*[,(|])"
    rf"|^\W*{DATE_SIGN}\.?\s*[|,·–—-]\s*({_NAME})\s*(?:$|¶)",
    re.IGNORECASE,
)
"""A name as a signature line states it, in one of the groups: after 'posted by', before 'says', before a date.

Dates stand in the line as DATE_SIGN: looked for wherever a name could end, they would cost more than all else."""


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
PENDING_TEXT = re.compile(
    r"^\W*(?:(?:this|your) )?comment (?:is )?(?:awaiting|pending|held for|waiting for)"
    r" (?:moderation|approval|review)\b",
    re.IGNORECASE,
)
"""A notice that stands where a comment will be."""
PING_EXCERPT = re.compile(r"^\W*\[(?:\.\.\.|…)\].*\[(?:\.\.\.|…)\]\W*$", re.DOTALL)
"""What WordPress cuts out of a page that links to a post; nobody writes so."""
PING_LABEL = re.compile(
    r"^\W*(pingback|trackback|ping|referencia|rétrolien)s?\b\s*(?:from|von|de|par|by)?\s*:?\s*", re.IGNORECASE
)
"""The label of a notice that another site links here."""
_JOINING = (
    r"says|said|wrote|writes|sagt|sagte|schrieb|schreibt|meint|dijo|dice|a écrit|a dit|dit|écrit|disse|diz|on|"
    r"at|the|am|um|uhr|le|à|"
    r"el|a las|il|alle|ore|op|om|by|von|par|por|posted|reviewed|geschrieben|soumis|submitted|in|em|às|於|于|"
    r"in response to"
)
JOINING_TEXT = re.compile(rf"^(?:[^\w?!]|\d{{1,5}}\.|#\d+|_|\b(?:{_JOINING})\b)*$", re.IGNORECASE)
"""Nothing but words and marks that join a name and a date."""
GLUE_TEXT = re.compile(
    rf"^(?:[^\w?!]|\d{{1,5}}\.|#\d+|_|\b(?:{_JOINING}|permalink|link|reply|antworten|répondre|responder|comment|"
    rf"kommentar|回覆|回复|回應|quote|zitieren|citer|citar|cita|citeren|report|melden|signaler|denunciar|share|teilen)\b)*$",
    re.IGNORECASE,
)
"""Nothing but these and the words of controls."""
_PERMALINK = r"perma(?:nent )?link|lien permanent|permanenter link|enlace permanente"
PERMALINK_TEXT = re.compile(rf"\W*(?:{_PERMALINK})\W*", re.IGNORECASE)
"""The whole text of a link to the comment itself."""
CONTROL_TEXT = re.compile(
    r"\W*(?:reply|answer|antworten|répondre|responder|rispondi|beantwoorden|svara?|odpowiedz|ответить|回复|返信|quote|zitieren|"
    r"report|melden|signaler|flag|edit|like|gefällt mir|j’aime|me gusta|share|teilen|"
    rf"{_PERMALINK})\W*",
    re.IGNORECASE,
)
"""The whole text of a control of a comment."""
READ_ON_TEXT = re.compile(
    r"\W*(?:(?:read|show|see|view) more|weiterlesen|mehr (?:lesen|anzeigen)|lire (?:la suite|plus)|voir plus|"
    r"leer más|ver más|leia mais|ver mais|leggi (?:tutto|di più)|lees (?:meer|verder)|läs mer|les mer|"
    r"czytaj (?:więcej|dalej)|читать (?:далее|дальше)|阅读更多|閱讀更多|もっと見る|続きを読む|더 ?보기)\W*",
    re.IGNORECASE,
)
"""The whole text of a control that shows the rest of a long comment."""
_NOUN = (
    r"(?:comments?\b(?:\(s\))?|responses?|repl(?:y|ies)|answers?|thoughts?|reactions?|(?:leser)?kommentare?n?|"
    r"antwort(?:en)?|reaktion(?:en)?|"
    r"meinung(?:en)?|stimmen?|gedanken?|wortmeldung(?:en)?|commentaires?|réactions?|réponses?|réflexions?|"
    r"avis|comentarios?|"
    r"respuestas?|opiniones|comentários?|respostas?|comentaris?|respostes|commenti|commento|risposte|risposta|"
    r"pensier[io]|"
    r"reacties?|kommentarer|svar|komentar\w*|komentář\w*|opini[aei]|комментари\w*|отзыв\w*|коментар\w*|"
    r"yorum(?:lar)?|评论|評論|回复|回覆|留言|回應|迴響|跟帖|コメント|フィードバック|댓글|덧글|hozzászólás\w*|"
    r"kommentti\w*|kommenttia?|kommentaar\w*|comentarii|σχόλι\w+|תגוב(?:ה|ות)|تعليقات?|دیدگاه|bình luận|tanggapan|"
    r"ความคิดเห็น)"
)
_AMOUNT_OF_COMMENTS = r"\d{1,3}(?:[.,'\u00a0\u202f ]\d{3})+(?!\d)|\d{1,7}"
_COUNTED = r"(?:件の?|[个個条條则則篇]|개의?)"
"""What stands between a number and what it counts, in scripts that set no blanks."""
COUNT_TEXT = re.compile(
    rf"(?<![\d.,:/])({_AMOUNT_OF_COMMENTS})[)\]]?\s*(?:{_COUNTED}\s*)?(?:{_NOUN}|pensamientos|ideas\s+sobre|想法)"
    rf"(?![^\W\d_\u3040-\u9fff])|(?:^|\s)(?:alle\s+)?{_NOUN}(?:列表|一覧|一览|数|數|목록)?"
    rf"(?:\s*(?:zu|on|sur|en)\b.*)?\s*[(\[:：（]?\s*(?<!\d)({_AMOUNT_OF_COMMENTS})\s*{_COUNTED}?\s*[)\]）]?\W*$",
    re.IGNORECASE,
)
"""A stated number of comments, in group 1 or 2."""
ONE_TEXT = re.compile(
    rf"^\W*(?:there is\s+)?(?:only\s+)?(?:one|eine?|une?|uno|uma?|één|jeden)\s+{_NOUN}(?![^\W\d_])", re.IGNORECASE
)
NONE_YET_TEXT = re.compile(
    rf"^\W*(?:(?:there (?:are|is)\s+)?(?:no|keine|noch keine|bisher keine|aucune?|pas (?:encore )?de|sin|ningún|"
    rf"nessun|ancora nessun|geen|nog geen|nenhum|sem|brak|нет|ingen|inga|ei|žádné|henüz|nincs|niciun|"
    rf"暂无|暫無|没有|沒有|尚無|尚无)\s*(?:yet\s+)?{_NOUN}"
    r"|be the first to (?:comment|reply|respond)|write the first response|soyez le premier|sé el primero|"
    r"seja o primeiro|sei il primo|wees de eerste|コメントは(?:まだ)?ありません|댓글이 없습니다)",
    re.IGNORECASE,
)
INVITING_TEXT = re.compile(
    r"^\W*(?:(?:leave|add|post|write|be the first to) (?:a |your )?(?:comment|reply|response)|comment|"
    r"hinterlasse einen kommentar|schreibe? einen kommentar|kommentieren|laisser un commentaire|commenter|"
    r"deja un comentario|dejar un comentario|deixe um comentário|lascia un commento|commenta|plaats een reactie|"
    r"reageer|"
    r"lämna en kommentar|skriv en kommentar|dodaj komentarz|zostaw komentarz|přidat komentář|bir yorum yaz|"
    r"добавить комментарий|оставить комментарий|"
    r"コメントを残す|发表评论|發表迴響|댓글 남기기)\W*$",
    re.IGNORECASE,
)
"""The text of a link to the form where nobody has commented yet; where some have, their number stands instead."""
CLOSED_TEXT = re.compile(
    r"\b(?:comments?|commenting|responses|replies|discussion)(?:(?: and|,|/| &) (?:pings?|pingbacks?|trackbacks?))*"
    r"(?: (?:for|to|on|in) (?:this|the)\b[\w ]{0,30})?(?: (?:are|is|have been|has been|were|now))?(?: now| currently| "
    r"temporarily)? (?:closed|disabled|turned off|switched off|off\b|not (?:allowed|available|possible|accepted))|"
    r"comment (?:form|section|thread|function) (?:is|has been) (?:now |currently )?(?:closed|disabled)|"
    r"no longer (?:accept\w+|tak\w+|possible to)\b.{0,20}comment|not (?:accepting|taking) (?:any |new |more )*comments|"
    r"kommentar\w*(?: \w+){0,5} (?:geschlossen|deaktiviert|ausgeschaltet|abgeschaltet|beendet|gesperrt|"
    r"nicht (?:mehr )?möglich)|"
    r"(?:kann|können)\b.{0,30}nicht (?:mehr )?kommentiert|keine (?:weiteren |"
    r"neuen )?kommentare (?:mehr )?(?:möglich|erlaubt)|"
    r"kommentar(?:e|funktion|bereich) (?:geschlossen|deaktiviert|aus)\b|kommentieren (?:ist|"
    r"nicht) (?:\w+ )?(?:nicht )?(?:mehr )?(?:möglich|erlaubt)|"
    r"(?:commentaires?|rétroliens?|trackbacks?)\b(?: \w+){0,6} (?:fermée?s?|désactivée?s?|clos)\b|"
    r"comentarios(?: \w+){0,5} (?:cerrados|desactivados)|"
    r"commenti(?: \w+){0,5} (?:chiusi|disabilitati|disattivati)|"
    r"comentários(?: \w+){0,5} (?:fechados|encerrados|desativados|desabilitados)|"
    r"(?:reacties|reageren|commentaar)(?: \w+){0,4} (?:gesloten|uitgeschakeld|niet (?:meer )?mogelijk)|"
    r"kommentarer(?: \w+){0,4} (?:stängda|avstängda|inaktiverade|lukket|stengt)|"
    r"kommentointi(?: \w+){0,3} suljettu|możliwość komentowania .{0,60}wyłączona|komentowanie .{0,40}(?:wyłączone|"
    r"zablokowane)|komentáře(?: \w+){0,4} (?:uzavřeny|zakázány|vypnuty)|yorumlar? (?:kapalı|kapatıl)|"
    r"comentariile sunt (?:închise|dezactivate)|hozzászólások? .{0,30}(?:lezárva|nem lehetséges)|"
    r"(?:комментарии|комментирование|обсуждение)(?: \w+){0,4} (?:закрыт|отключен|запрещен)\w*|"
    r"коментування .{0,20}(?:закрито|вимкнено)|коментарі .{0,20}(?:закриті|вимкнено)|σχόλια .{0,20}κλειστ|"
    r"评论.{0,6}(?:已关闭|关闭|已禁用)|(?:已关闭|关闭)评论|(?:迴響|留言|評論|回應).{0,8}(?:已關閉|關閉)|"
    r"コメント.{0,10}(?:受け付けて(?:い)?ません|閉じ|オフ|停止)|댓글.{0,12}(?:닫|사용할 수 없)|"
    r"התגובות (?:סגורות|נעולות)|التعليقات مغلقة|komentar .{0,20}(?:ditutup|dinonaktifkan)",
    re.IGNORECASE,
)
"""A notice that no comments are taken."""
CLOSED_WORDS = {
    "en": "closed|disabled|turned off|switched off|comments off|comment off|longer accept|longer tak|longer possible|"
    "not accept|not taking|not allowed|not available|not possible".split("|"),
    "de": "geschlossen|deaktiviert|ausgeschaltet|abgeschaltet|beendet|gesperrt|nicht möglich|mehr möglich|"
    "kommentare möglich|nicht kommentiert|mehr kommentiert|erlaubt|kommentare aus|kommentarfunktion aus".split("|"),
    "fr": ["fermé", "désactivé", "sont clos", "commentaires clos"],
    "es": ["cerrados", "desactivados"],
    "it": ["chiusi", "disabilitati", "disattivati"],
    "pt": ["fechados", "encerrados", "desativados", "desabilitados"],
    "nl": ["gesloten", "uitgeschakeld", "mogelijk"],
    "sv": ["stängda", "inaktiverade"],
    "da": ["lukket"],
    "nb": ["stengt"],
    "no": ["stengt"],
    "fi": ["suljettu"],
    "pl": ["wyłączon", "zablokowan"],
    "cs": ["uzavřeny", "zakázány", "vypnuty"],
    "tr": ["kapalı", "kapatıl"],
    "ro": ["închise", "dezactivate"],
    "hu": ["lezárva", "nem lehetséges"],
    "ru": ["закрыт", "отключен", "запрещен"],
    "uk": ["закрит", "вимкнено"],
    "el": ["κλειστ"],
    "zh": ["关闭", "禁用", "關閉"],
    "ja": ["受け付けて", "閉じ", "オフ", "停止"],
    "ko": ["닫", "사용할 수 없"],
    "he": ["סגורות", "נעולות"],
    "ar": ["مغلقة"],
    "id": ["ditutup", "dinonaktifkan"],
}
"""By language: one of these stands, in lower case, in each such notice."""
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
