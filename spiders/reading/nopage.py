"""Pages that are no page: what a server shows in place of what was asked for, though it often says 200.

Each is told by what it calls itself (its title and headings, a whole part of them, not a word in passing) or by the
marks of who makes such pages, and only where no comment and little text stands beside: a post about captchas is a post.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...schemas import PageReading
from ...schemas.records import Outcome
from .document import Document, folded

_LITTLE = 1500
"""Letters of the whole page up to which it says nothing but that it is none."""
_SOME = 4000
"""The same where much must be said, as walls for consent do."""
_LITTLE_OF_A_POST = 400
"""Letters of what would be the post, where menus and side bars stand around it."""
_LONGEST_NAME = 90
"""Letters of a title's part or heading; a longer one says more than that."""
_MOST_HEADINGS = 3
_PARTS = re.compile(r"\s{1,9}[|·•»«›‹–—-]{1,3}\s{1,9}|\s{0,9}[|»«]\s{0,9}")
_EDGES = " .,:;!?…¡¿'\"“”„«»()[]"


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{phrase})" for phrase in phrases), re.IGNORECASE)


_CHALLENGE = _any(
    r"just a (?:moment|second)|one moment,? please|please wait(?: while .{0,40})?",
    r"attention required",
    r"(?:please )?(?:verify|verifying|confirm|prove)(?: that)? you(?: a|['’])re (?:a )?(?:human|not a (?:ro)?bot)",
    r"are you (?:a )?(?:human|robot)|i['’]?a?m not a robot|(?:ro)?bot (?:check|verification|detection|challenge)",
    r"human (?:check|verification)|(?:security|browser|captcha) (?:check|verification|challenge)",
    r"checking your browser(?: before .{0,60})?|making sure you['’]?re not a bot|pardon our interruption",
    r"captcha|ddos[- ]?(?:guard|protection)(?: by .{0,40})?|(?:performing )?security verification",
    r"access (?:to this page has been |is )?(?:temporarily )?(?:denied|restricted|blocked)|you have been blocked"
    r"|sorry,? you have been blocked|request (?:blocked|rejected)|403 forbidden|forbidden|too many requests",
    r"(?:nur )?einen moment(?: bitte)?|bitte warten|sicherheits(?:über)?prüfung|zugriff verweigert|"
    r"(?:bist du|sind sie) ein (?:mensch|roboter)|bestätigen sie,? dass sie (?:ein mensch|kein roboter) sind",
    r"un instant|veuillez patienter|vérification (?:de sécurité|en cours|humaine)|accès (?:refusé|interdit)|"
    r"(?:vérifiez|confirmez) que vous (?:êtes (?:humain|un être humain)|n['’]êtes pas un robot)",
    r"un momento|espere,? por favor|acceso denegado|comprobación de seguridad|verifi(?:ca|que) que (?:eres|"
    r"es) humano",
    r"attendere(?: prego)?|accesso negato|verifica di sicurezza|um momento|aguarde|acesso negado|"
    r"verificação de segurança|een ogenblik(?: geduld)?|toegang geweigerd|chwileczkę|odmowa dostępu|"
    r"один момент|подождите|доступ (?:запрещ[её]н|ограничен)|проверка (?:браузера|безопасности)|"
    r"しばらくお待ちください|アクセスが拒否されました|请稍候|安全验证|访问被拒绝|잠시만 기다리십시오",
)
"""What pages call themselves that let nobody through who cannot prove to be a person."""
_CHALLENGE_MARKS = _any(
    r"_cf_chl_opt|cf-chl-|/cdn-cgi/challenge-platform/(?!scripts/jsd)|challenge-form|cf-error-details",
    r"_Incapsula_Resource|geo\.captcha-delivery\.com|px-captcha|\.awswaf\.com|gokuProps|/\.within\.website/|"
    r"anubis_challenge",
    r"sucuri_cloudproxy|ddos-guard/(?:js-challenge|check)|/_sec/cp_challenge|sec-if-cpt|kpsdk|__ddg_|sgcaptcha|"
    r"bobcmn",
)
"""What their makers write into them, in scripts or attributes."""
_CONSENT = _any(
    r"before you continue(?: to .{0,40})?|(?:we value )?your privacy(?: (?:choices|matters|settings?))?|"
    r"we (?:value|respect|care about) your privacy|(?:cookie|privacy|data) (?:consent|settings|preferences|"
    r"policy choices)|"
    r"(?:your )?consent(?: (?:required|needed|management))?|cookies?(?: (?:wall|notice|consent))?|"
    r"we use cookies.{0,60}",
    r"bevor (?:sie|du) (?:zu .{0,40} )?(?:fortfahren|fortfährst|weitergehen)|(?:ihre|deine) (?:privatsphäre|"
    r"zustimmung).{0,40}|"
    r"datenschutz-?(?:einstellungen|hinweis)|cookie-?(?:einstellungen|hinweis)|zustimmung(?: erforderlich)?|"
    r"(?:mit|weiter mit) werbung .{0,40}|wir verwenden cookies.{0,60}",
    r"avant de (?:continuer|poursuivre).{0,40}|votre (?:vie privée|consentement).{0,40}|"
    r"nous utilisons des cookies.{0,60}|"
    r"gestion (?:des cookies|du consentement)",
    r"antes de continuar.{0,40}|(?:valoramos )?(?:tu|su) privacidad.{0,40}|prima di continuare.{0,40}|"
    r"la tua privacy.{0,40}|"
    r"voordat (?:je|u) verdergaat.{0,40}|(?:jouw|uw) privacy.{0,40}|sua privacidade.{0,40}",
)
_AGREE = _any(
    r"accept(?: all)?(?: cookies)?|(?:i )?agree(?: and (?:continue|close))?|allow all(?: cookies)?|reject all|"
    r"i accept",
    r"(?:alle )?(?:cookies )?(?:akzeptieren|annehmen|zulassen)|(?:alle[ms]? )?zustimmen(?: und weiter)?|"
    r"einwilligen|alle ablehnen",
    r"(?:tout )?accepter(?: (?:tout|et (?:continuer|fermer)))?|j['’]accepte|tout refuser|continuer sans accepter",
    r"aceptar(?: todo| y continuar)?|accett[ao](?: tutt[oi])?|aceitar(?: tudo)?|alles accepteren|akkoord|"
    r"zaakceptuj.{0,10}",
)
"""The whole text of what is pressed to agree or not."""
_NOT_FOUND = _any(
    r"(?:error |http )?404(?: error)?(?:[ :,-]{1,5}(?:page |file |post )?not found)?|not found(?: \(?404\)?)?",
    r"(?:oops|sorry|uh[- ]oh|whoops)?[!,. ]{0,6}(?:the |this |that )?(?:page|file|post|article|content|url|blog)"
    r"(?: you (?:requested|were looking for|are looking for))?"
    r"(?: (?:was|could|can(?:no|['’])t|is|does|no longer|not|be|found|exists?|available|missing|isn['’]t|"
    r"doesn['’]t|here)){1,6}",
    r"nothing (?:was )?found|no (?:posts?|results?|page) found|it looks like nothing was found.{0,40}|page missing",
    r"(?:die |diese )?(?:seite|beitrag|artikel|datei)(?: (?:wurde|konnte|existiert|"
    r"ist))?(?: leider)?(?: nicht(?: mehr)?)?"
    r"(?: (?:gefunden|vorhanden|verfügbar))(?: werden)?|(?:seite )?nicht gefunden|(?:die |"
    r"diese )?seite existiert nicht(?: mehr)?",
    r"(?:oups[ !]{0,4})?(?:la |cette )?page (?:est )?(?:introuvable|non trouvée|n['’]existe (?:pas|plus)).{0,20}|"
    r"contenu introuvable",
    r"(?:la )?página no (?:encontrada|existe|disponible)|no se encontró la página|"
    r"(?:la )?pagina non (?:è stata )?trovata|"
    r"pagina niet gevonden|página não encontrada|strona nie (?:została )?znaleziona|nie znaleziono strony|"
    r"sidan (?:hittades inte|kunde inte hittas)|siden (?:blev ikke|ikke) fundet|страница не найдена|"
    r"ページが見つかりません(?:でした)?|页面(?:不存在|未找到)|找不到(?:頁面|页面)",
    r"페이지를 찾을 수 없습니다|sayfa bulunamadı",
)
_PARKED = _any(
    r"(?:this |the )?(?:premium )?(?:domain(?: name)?|website)(?: \S{1,60}\.\w{2,20})? (?:is|"
    r"may be) (?:available )?(?:for sale|parked).{0,60}",
    r"\S{1,60}\.\w{2,20} (?:is|may be) (?:available )?for sale.{0,60}|buy this domain.{0,40}",
    r"domain (?:for sale|parking|parked).{0,40}",
    r"(?:related searches|sponsored listings)|welcome to \S{1,60}\.\w{2,20} - parked.{0,40}",
    r"parked domain.{0,40}|parking page",
    r"(?:diese )?domain (?:steht zum verkauf|ist (?:zu verkaufen|käuflich|geparkt)).{0,60}|"
    r"domain (?:zu verkaufen|kaufen)",
    r"ce (?:nom de )?domaine est (?:à vendre|en vente).{0,60}|este dominio está (?:en|a la) venta.{0,60}|"
    r"(?:this )?domain (?:has )?expired.{0,60}|this account has been suspended|account suspended",
)
_PARKED_MARKS = _any(
    r"sedoparking\.com|parkingcrew\.net|bodis\.com|parklogic\.com|parking\.godaddy|LANDER_SYSTEM|"
    r"hugedomains\.com/domain_profile",
    r"afternic\.com/forsale|dan\.com/buy-domain|above\.com/marketplace|skenzo|domainmarket\.com|voodoo\.com|"
    r"uniregistry",
)
_MAINTENANCE = _any(
    r"(?:briefly )?unavailable for scheduled maintenance.{0,60}|(?:scheduled |site |under |down for |"
    r"undergoing ){1,4}maintenance"
    r"(?: mode)?|maintenance(?: mode| work| in progress)?|.{0,40}(?:is|are) (?:currently )?(?:under|down for|"
    r"undergoing) "
    r"(?:scheduled )?maintenance.{0,40}|(?:we['’]?ll|we will) be (?:right )?back(?: soon| shortly)?|be right back|"
    r"(?:site |website )?(?:is )?(?:temporarily )?(?:down|offline|unavailable)|"
    r"service (?:temporarily )?unavailable|coming soon",
    r"(?:error establishing a )?database (?:connection )?error|error establishing a database connection",
    r"wartungs(?:arbeiten|modus|pause)?|(?:die |diese )?(?:seite|website) (?:ist|"
    r"befindet sich) .{0,30}(?:wartung|wartungsmodus|"
    r"nicht erreichbar|offline)|wir sind (?:bald|gleich) (?:wieder )?(?:zurück|da)|"
    r"fehler beim aufbau einer datenbankverbindung",
    r"(?:site )?en maintenance|maintenance en cours|(?:sitio )?en mantenimiento|(?:sito )?in manutenzione|"
    r"em manutenção|"
    r"in onderhoud|(?:we zijn )?zo terug|przerwa techniczna|технические работы|メンテナンス中(?:です)?|维护中",
)
_LOG_IN = _any(
    r"(?:please )?(?:log|sign)[ -]?in(?: (?:to|with) .{0,40}| required)?|members? (?:only|area)|(?:you must|"
    r"please) (?:be logged|log) in.{0,60}",
    r"(?:bitte )?(?:anmelden|einloggen)|anmeldung(?: erforderlich)?|login(?: erforderlich)?|(?:se )?connecter|"
    r"(?:s['’])?identifier|"
    r"connexion|iniciar sesión|acceder|accedi|entrar|inloggen|logga in|log ind|zaloguj(?: się)?",
    r"вход|войти|ログイン|登录",
)


@dataclass(frozen=True, slots=True)
class NoPage:
    """What stands in the place of a page."""

    outcome: Outcome
    why: str
    """For the user, with the words that tell it."""


def no_page(doc: Document, reading: PageReading | None = None) -> NoPage | None:
    """What a page is instead of one; None where it may be one.

    Args:
        reading: what was read of it, where it was read: a page with comments is one, one that lists posts, one
            with a text and its date.
    """
    if reading is not None and (reading.comments or len(reading.entries) > 1 or _is_dated(reading)):
        return None
    letters = doc.letters(0) if doc.elements else 0
    names = list(_names(doc))
    if letters <= _LITTLE:
        if found := _called(names, _CHALLENGE) or _marked(doc, _CHALLENGE_MARKS):
            return NoPage("challenge", f"the server asks for a proof that no program asks: {found!r}")
        if found := _marked(doc, _PARKED_MARKS) or _called([*names, *_lines(doc)], _PARKED):
            return NoPage("parked", f"nothing but an offer of the domain or its host's notice: {found!r}")
        if found := _called([*names, *_lines(doc)], _MAINTENANCE):
            return NoPage("maintenance", f"the site says that it is not at work: {found!r}")
    if (
        letters <= _SOME
        and (found := _called(names, _CONSENT))
        and _asks_to_agree(doc)
        and _letters_of_post(reading) <= _LITTLE
    ):
        return NoPage("consent_wall", f"the page asks to agree before it shows what was asked for: {found!r}")
    is_error = any("error404" in doc.classes[n].split() for n in doc.with_tag.get("body", ()))
    missing = _called(names, _NOT_FOUND) or ("error404" if is_error else None)
    log_in = _called(names, _LOG_IN) if asks_for_password(doc) else None
    if (missing or log_in) and _letters_of_post(reading) <= _LITTLE_OF_A_POST:
        if missing:
            return NoPage("soft_404", f"the page says that there is none: {missing!r}")
        return NoPage("login_wall", f"the page asks to log in: {log_in!r}")
    return None


def asks_for_password(doc: Document) -> bool:
    """Whether a field for a password stands on the page."""
    return any((doc.elements[n].get("type") or "").lower() == "password" for n in doc.with_tag.get("input", ()))


def _is_dated(reading: PageReading) -> bool:
    post = reading.post
    if reading.kind != "post" or post is None or post.body is None:
        return False
    return (post.published or post.modified) is not None


def _letters_of_post(reading: PageReading | None) -> int:
    """Letters of the text that was taken for a post's."""
    post = reading.post if reading is not None else None
    return 0 if post is None or post.body is None else len(folded("".join(post.body.itertext())))


def _names(doc: Document) -> Iterator[str]:
    """What the page calls itself: the parts of its title, its first headings."""
    for number in doc.with_tag.get("title", ())[:1]:
        title = doc.text(number)
        yield title
        yield from _PARTS.split(title[: 3 * _LONGEST_NAME])
    for number in doc.tagged("h1", "h2")[:_MOST_HEADINGS]:
        # What is linked is called so, not the page: a listing of posts about such pages.
        if not any(n in doc.hrefs for n in (*range(number, doc.spans[number]), *doc.ancestors(number))):
            yield doc.text(number)


def _lines(doc: Document) -> Iterator[str]:
    """What a page of few words says, block by block."""
    for line in doc.all_text.split("\n")[:200]:
        if text := folded(line.replace("\x1f", "")):
            yield text


def _called(names: list[str], pattern: re.Pattern[str]) -> str | None:
    """The first of the names that says this and nothing else."""
    for name in names:
        bare = name.strip(_EDGES)
        if 0 < len(bare) <= _LONGEST_NAME and pattern.fullmatch(bare):
            return bare
    return None


def _marked(doc: Document, pattern: re.Pattern[str]) -> str | None:
    """The mark of who made the page, in its scripts, the addresses that it loads, its ids and classes."""
    for script in doc.scripts:
        for text in (script.get("src") or "", (script.text or "")[:20_000]):
            if found := pattern.search(text):
                return found[0]
    for number in doc.tagged("iframe", "form", "link", "meta", "a", "div"):
        element = doc.elements[number]
        for name in ("src", "action", "href", "content", "id", "class"):
            if (value := element.get(name)) and (found := pattern.search(value[:2000])):
                return found[0]
    return None


def _asks_to_agree(doc: Document) -> bool:
    """Whether something is there to be pressed that agrees."""
    for number in doc.tagged("button", "a", "input"):
        text = doc.text(number) or folded(doc.elements[number].get("value"))
        if len(text) <= _LONGEST_NAME and _AGREE.fullmatch(text.strip(_EDGES)):
            return True
    return False
