"""The words that dates are written with, by language: those of cldr.py, and what people write beside them.

Words are given as people write them and compared after fold(), so accents and case do not matter. A word marked '!'
means this in its own language only: words that are no dates elsewhere ('hier' is 'yesterday' in French and 'here' in
German), abbreviations that are another month elsewhere ('mar' is March in a dozen languages and November in Finnish).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from . import cldr

MORE_MONTHS = """
de: , feber, mrz, , , , , , , , ,
fr: jan, fév, , , , , , aou, sep, , ,
it: , , , , , , , , sett, , ,
ca: , feb, , , , , , , , , ,
gl: , , , , mai, xuñ, , , , , ,
eu: urtarrilaren, otsailaren, martxoaren, apirilaren, maiatzaren, ekainaren, uztailaren, abuztuaren, irailaren, \
 urriaren, azaroaren, abenduaren
eu: urtarrilak, otsailak, martxoak, apirilak, maiatzak, ekainak, uztailak, abuztuak, irailak, urriak, azaroak, abenduak
ast: xineru, febreru, marzu, abril, mayu, xunu, xunetu, agostu, setiembre, ochobre, payares, avientu
oc: genièr, febrièr, març, abril, mai, junh, julhet, agost, setembre, octòbre, novembre, decembre
br: genver, c’hwevrer, meurzh, ebrel, , mezheven, gouere, eost!, gwengolo, here!, du!, kerzu
rm: schaner, favrer, mars, avrigl, matg, zercladur, fanadur, avust, settember, october, november, december
fy: jannewaris, febrewaris, maart, april, maaie, juny, july, augustus, septimber, oktober, novimber, desimber
gd: faoilleach, gearran, màrt, giblean, cèitean, ògmhios, iuchar, lùnastal, sultain, dàmhair, samhain, dùbhlachd
eo: januaro, februaro, marto, aprilo, majo, junio, julio, aŭgusto, septembro, oktobro, novembro, decembro
so: janaayo jannaayo, febraayo, maarso, abriil, maayo, juun, luulyo, agoosto, sebteembar, oktoobar, noofeembar, \
 diseembar
ku: rêbendan, sibat, adar, nîsan, gulan, hezîran, tîrmeh, tebax, îlon, cotmeh, mijdar, berfanbar
ckb: کانوونی_دووەم, شوبات, ئازار, نیسان, ئایار, حوزەیران, تەمووز, ئاب, ئەیلوول, تشرینی_یەکەم, تشرینی_دووەم, کانونی_یەکەم
tk: ýanwar, fewral, mart, aprel, maý, iýun, iýul, awgust, sentýabr, oktýabr, noýabr, dekabr
tt: гыйнвар, февраль, март, апрель, май, июнь, июль, август, сентябрь, октябрь, ноябрь, декабрь
uz: январ, феврал, март, апрел, май, июн, июл, август, сентябр, октябр, ноябр, декабр
lo: ມັງກອນ, ກຸມພາ, ມີນາ, ເມສາ, ພຶດສະພາ, ມິຖຸນາ, ກໍລະກົດ, ສິງຫາ, ກັນຍາ, ຕຸລາ, ພະຈິກ, ທັນວາ
si: ජනවාරි, පෙබරවාරි, මාර්තු, අප්‍රේල්, මැයි, ජූනි, ජූලි, අගෝස්තු, සැප්තැම්බර්, ඔක්තෝබර්, නොවැම්බර්, දෙසැම්බර්
nl: , , maa!, , , , , , sept, , ,
da: , , , , , , , , sept, , ,
no: , , , , , , , , sept, , ,
sv: , , mar, , , jun, jul, , sept, , ,
fi: tammikuun tam, helmikuun hel, maaliskuun maa!, huhtikuun huh, toukokuun tou, kesäkuun kes, heinäkuun hei, elokuun, \
 syyskuun syy, lokakuun lok, marraskuun mar!, joulukuun jou
lv: janvārī jan, februārī feb, martā, aprīlī, maijā, jūnijā, jūlijā, augustā, septembrī, oktobrī, novembrī, decembrī
lt: , , , , , , , , , , lap,
cs: , , , , , čer, , , , , ,
sl: januarja, februarja, marca, aprila, maja, junija, julija, avgusta, septembra, oktobra, novembra, decembra
hr: , vel, , , , lip!, srp!, , , listopad! listopada! lis!, studenog,
bs: januara, februara, marta, aprila, maja, juna, jula, augusta avgust avgusta avg, septembra, oktobra, \
 novembra, decembra
sr: јануара, фебруара, марта, априла, маја, јуна јуни, јула јули, августа, септембра, октобра, новембра, децембра
mk: , , , , , , , , септ, , ноем,
bg: ян, февр, мар, , , юн, юл, , септ, , ноем,
ru: , фев, , , , , , , сен, , ноя,
uk: , , , кві, тра, чер, , сер, , жов, лис, гру
be: студз, лют, сак, крас, травень траўня, чэрв, ліп, жн, вер, кастр, ліст, снеж
bn: জানুয়ারী, ফেব্রুয়ারী, , , , , , , , , ,
hu: , feb, már, , , , , , , , ,
ro: , , , , , , , , sep, , ,
el: , , , , , , , , σεπτ, , ,
ga: , , , , , , , , meán, deireadh, samhna, nollag
id: , pebruari, mac, , , , , agt ogos, , , nopember nop, disember dis
he: ינו, פבר, מרס, אפר, , , , אוג, ספט, אוק, נוב, דצמ
vi: tháng_giêng tháng_một, tháng_hai, tháng_ba, tháng_tư, tháng_năm, tháng_sáu, tháng_bảy, tháng_tám, tháng_chín, \
 tháng_mười, tháng_mười_một, tháng_mười_hai tháng_chạp
"""
"""Months beside those of the CLDR: inflected, or shortened otherwise."""

JALALI_MONTHS = "فروردین اردیبهشت خرداد تیر مرداد,امرداد شهریور مهر آبان آذر دی بهمن اسفند"
"""The months of the Persian calendar, from spring on; ',' parts two names of one."""

UNITS = {
    "en": "second seconds sec secs s, minute minutes min mins m!, hour hours hr hrs h, day days d, week weeks wk wks w,"
    " month months mo mos mth mths, year years yr yrs y",
    "de": "sekunde sekunden, minute minuten, stunde stunden std, tag tage tagen, woche wochen, monat monate monaten,"
    " jahr jahre jahren",
    "fr": "seconde secondes, minute minutes, heure heures, jour jours j, semaine semaines sem, mois,"
    " an ans année années",
    "es": "segundo segundos, minuto minutos, hora horas, día días, semana semanas, mes meses, año años",
    "pt": "segundo segundos, minuto minutos, hora horas, dia dias, semana semanas, mês meses, ano anos",
    "it": "secondo secondi, minuto minuti, ora ore, giorno giorni, settimana settimane, mese mesi, anno anni",
    "ca": "segon segons, minut minuts, hora hores, dia dies, setmana setmanes, mes mesos, any anys",
    "nl": "seconde seconden, minuut minuten, uur uren, dag dagen, week weken, maand maanden, jaar jaren",
    "sv": "sekund sekunder, minut minuter, timme timmar tim, dag dagar, vecka veckor, månad månader, år",
    "da": "sekund sekunder, minut minutter, time timer, dag dage, uge uger, måned måneder, år",
    "no": "sekund sekunder, minutt minutter, time timer, dag dager døgn, uke uker, måned måneder, år",
    "fi": "sekunti sekuntia, minuutti minuuttia, tunti tuntia, päivä päivää, viikko viikkoa, kuukausi kuukautta,"
    " vuosi vuotta",
    "et": "sekund sekundit sekundi, minut minutit minuti, tund tundi tunni, päev päeva, nädal nädalat nädala, kuu kuud,"
    " aasta aastat",
    "pl": "sekunda sekundę sekundy sekund, minuta minutę minuty minut, godzina godzinę godziny godzin, dzień dni,"
    " tydzień tygodnie tygodni, miesiąc miesiące miesięcy, rok lata lat",
    "cs": "sekundou sekundami, minutou minutami, hodinou hodinami, dnem dny, týdnem týdny, měsícem měsíci,"
    " rokem roky lety",
    "sk": "sekundou sekundami, minútou minútami, hodinou hodinami, dňom dňami, týždňom týždňami, mesiacom mesiacmi,"
    " rokom rokmi",
    "sl": "sekundo sekundama sekundami, minuto minutama minutami, uro urama urami, dnevom dnevoma dnevi,"
    " tednom tednoma tedni, mesecem mesecema meseci, letom letoma leti",
    "hr": "sekundu sekunde sekundi, minutu minute minuta, sat sata sati, dan dana, tjedan tjedna tjedana,"
    " mjesec mjeseca mjeseci, godinu godine godina",
    "ru": "секунду секунды секунд сек, минуту минуты минут мин, час часа часов ч, день дня дней дн,"
    " неделю недели недель нед, месяц месяца месяцев мес, год! года лет",
    "uk": "секунду секунди секунд, хвилину хвилини хвилин хв, годину! години! годин! год!, день дні днів,"
    " тиждень тижні тижнів, місяць місяці місяців, рік роки років",
    "bg": "секунда секунди, минута минути, час часа, ден дни, седмица седмици, месец месеца, година! години!",
    "hu": "másodperce másodperccel, perce perccel, órája órával, napja nappal, hete héttel, hónapja hónappal,"
    " éve évvel",
    "ro": "secundă secunde, minut minute, oră ore!, zi zile, săptămână săptămâni, lună luni, an ani",
    "el": "δευτερόλεπτο δευτερόλεπτα, λεπτό λεπτά, ώρα ώρες, ημέρα ημέρες μέρα μέρες, εβδομάδα εβδομάδες,"
    " μήνα μήνες, χρόνο χρόνια έτος έτη",
    "tr": "saniye, dakika dk, saat, gün, hafta, ay, yıl sene",
    "id": "detik, menit, jam, hari, minggu, bulan, tahun",
    "zh": "秒 秒钟 秒鐘, 分 分钟 分鐘, 小时 小時 个小时 個小時, 天 日, 周 週 星期 个星期 個星期, 个月 個月, 年",
    "ja": "秒, 分, 時間, 日, 週間, か月 ヶ月 カ月 ヵ月 ケ月, 年",
    "ko": "초, 분, 시간, 일, 주 주일, 개월 달, 년",
}
"""Second, minute, hour, day, week, month, year, in the forms in which they are counted back."""

AGO = {
    "en": "ago, earlier", "de": "vor, her, zuvor", "fr": "il y a, plus tôt, auparavant", "es": "hace, atrás, antes",
    "pt": "há, atrás, antes", "it": "fa, or sono", "ca": "fa, enrere", "nl": "geleden, terug",
    "sv": "sedan, sen", "da": "siden", "no": "siden", "fi": "sitten", "et": "tagasi, eest", "pl": "temu", "cs": "před",
    "sk": "pred", "sl": "pred", "hr": "prije, ranije", "ru": "назад, раньше", "uk": "тому", "bg": "преди",
    "hu": "ezelőtt", "ro": "acum, în urmă cu", "el": "πριν", "tr": "önce", "id": "lalu, yang lalu", "zh": "前, 以前",
    "ja": "前", "ko": "전",
}  # fmt: skip
"""What makes a count of units a time gone by, before or behind it."""

OUR_DAYS = {
    "en": "today; yesterday", "de": "heute; gestern; vorgestern", "fr": "aujourd'hui; hier!; avant-hier",
    "es": "hoy; ayer; anteayer", "pt": "hoje; ontem; anteontem", "it": "oggi; ieri", "ca": "avui; ahir",
    "nl": "vandaag; gisteren; eergisteren", "sv": "idag, i dag; igår, i går; förrgår", "da": "i dag; i går",
    "no": "i dag; i går", "fi": "tänään; eilen; toissapäivänä", "et": "täna; eile; üleeile",
    "pl": "dzisiaj, dziś; wczoraj; przedwczoraj", "cs": "dnes; včera; předevčírem", "sk": "dnes; včera; predvčerom",
    "sl": "danes; včeraj; predvčerajšnjim", "hr": "danas; jučer; prekjučer", "ru": "сегодня; вчера; позавчера",
    "uk": "сьогодні; вчора; позавчора", "bg": "днес; вчера; завчера", "hu": "ma!; tegnap; tegnapelőtt",
    "ro": "astăzi, azi; ieri; alaltăieri", "el": "σήμερα; χθες, χτες; προχθές", "tr": "bugün; dün",
    "id": "hari ini; kemarin", "zh": "今天; 昨天; 前天", "ja": "今日, 本日; 昨日; 一昨日", "ko": "오늘; 어제; 그저께",
}  # fmt: skip
"""Those of the CLDR and how else they are written."""

NOW = (
    "just now, a moment ago, moments ago, right now, gerade eben, soeben, à l'instant, ahora mismo, agora mesmo,"
    " proprio ora, zojuist, just nu, lige nu, juuri nyt, przed chwilą, právě teď, только что, щойно, току-що,"
    " éppen most, μόλις τώρα, az önce, şimdi, 刚刚, 剛剛, たった今, 방금"
)
"""This very moment."""

ONE = (
    "a an one ein eine einem einer einen un une uno una um uma een en et ett ena jeden jedna jedną jednou jedním"
    " один одну една един bir ένα ένας μία egy o"
)
"""Numbers written as words; larger ones are not, in relative dates."""

BASQUE_YEAR = "(e)ko"
"""Behind a year, whatever it ends in: '2012(e)ko urtarrilak 3'."""

FILLERS = (
    "de del della d di du dei den der des the of le el m gada g r roku roka year yil ko γ fómhair ta"
    " г р год года године ngày năm ค.ศ พ.ศ วันที่ ที่ ه هـ د سنة عام سال წ թ kun yili жылы ж dags día dia d."
)
"""Words between the parts of a date that say nothing."""

BEFORE_TIME = (
    "at um à a las les la alle ore ora om orë kl klo kello klockan klokka klokken às ao aos o u ob ás godz godzina"
    " hodina the на в во у о ca gegen pukul jam a_partir_do saat saati lúc vào στις στη την ώρα"
    " الساعة عند في على בשעה ב ساعت در เวลา เมื่อ kell plkst val v ve o_godzinie etan da das az în në time oras ng"
    " час часа часов hora horas hour heure heures tid vakti соат சமயம் மணிக்கு बजे को 時間 시각 as den dne on le il"
    " d’ vid en h pada sa nang am je ag të më και σε στο tarihinde tarixində"
    " पर रोजी मा அன்று இல் بوقت کو সময় এ ਨੂੰ ರಂದು వద్ద"
)
"""Words between a day and its time."""

HOURS = "h uhr heure heures hs hrs ч час часа часов год. hod óra ur u น"
"""What stands for the colon of a time, or behind it."""

MORE_HALVES = """
zh: 凌晨, 午後
ar: ص صباحا الصباح, م مساء المساء عصرا العصر
bg: преди_обяд пр.об, след_обяд сл.об
bn: পূর্বাহ্ন পূর্বাহ্ণ, অপরাহ্ন অপরাহ্ণ
ca: del_matí de_la_matinada, de_la_tarda del_vespre
cs: , večer
el: πμ το_πρωί, μμ το_απόγευμα το_βράδυ
et: el e.l, pl p.l
fa: قبل_از_ظهر ق٫ظ, بعد_از_ظهر ب٫ظ
hi: पूर्वाह्न, अपराह्न
it: di_mattina del_mattino, del_pomeriggio di_sera
ka: შუადღემდე, შუადღის_შემდეგ
mr: म.पू, म.उ
pl: rano, po_południu wieczorem
ru: , вечера
sr: пре_подне пре_podne pre_podne, по_подне po_podne
sv: f_m, e_m
th: เช้า, บ่าย
id: , siang malam
ms: , malam
vi: , trưa
"""
"""Words for the halves of the day beside those of the CLDR."""

NIGHT = (
    "noche de_la_noche de_noche noite à_noite nit de_la_nit de_la_nuit di_notte at_night nachts ’s_nachts éjjel ночи"
    " ночі през_нощта w_nocy gece đêm khuya ليلا ليلاً شب رات בלילה রাত रात இரவு రాత్రి രാത്രി på_natten om_natten"
)
"""Words of the hours before and behind midnight, which are told apart by the hour."""

UNSPACED_HALVES = {
    "AM": "上午 凌晨 早上 清晨 午前 未明 오전 아침 새벽 朝",
    "PM": "下午 晚上 傍晚 午後 오후 저녁 夕方",
    "NM": "中午 昼 낮",
    "OM": "夜里 夜裡 深夜 半夜 夜中 夜 밤",
}
"""Words for the halves of the day, the hours around noon and those around midnight, in Chinese, Japanese and Korean."""

NOON = "中午 昼 ظهرًا ظهر mittags mittag siang tengah_hari trưa दोपहर দুপুর middag ’s_middags mezzogiorno uzrana"
"""Words of the hours before and behind noon, which are told apart by the hour."""

ABOUT = (
    "about, etwa, ca, über, rund, fast, mehr als, environ, plus de, más de, alrededor de, cerca de, mais de,"
    " circa,"
    " około, около, ongeveer, omkring, noin, over, almost"
)
"""What stands before a number that is not exact."""

WEAK_MONTHS = (
    "pro led lip mac out set ago man dis des mag lug gen ira abe eka ots oca eki ara sau lis maa mee kor gus tam hel"
    " sty gru eli tem haz kas sie sij vel uzt urr urt aza api kes tou elo loka ama ban bea helmi tammi marras"
    " samhain"
    " medi"
)
"""Months that are other words as well: beside a day alone they need not be meant."""

UPDATED = (
    "updated, modified, edited, last update, aktualisiert, geändert, bearbeitet, mis à jour, modifié, actualizado,"
    " modificado, editado, atualizado, aggiornato, modificato, bijgewerkt, gewijzigd, uppdaterad, opdateret, oppdatert,"
    " aktualizowano, zaktualizowano, upraveno, aktualizováno, обновлено, изменено, güncelleme, 更新, 수정"
)
"""What introduces the date of an edit behind the date of publication."""

ZONES = {
    "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 60, "cet": 60, "mez": 60, "cest": 120, "mesz": 120, "eet": 120,
    "eest": 180, "msk": 180, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480,
    "pdt": -420, "akst": -540, "akdt": -480, "hst": -600, "jst": 540, "kst": 540, "aest": 600, "aedt": 660, "nzst": 720,
    "nzdt": 780,
}  # fmt: skip
"""Zone abbreviation -> minutes east of Greenwich. Those with several meanings (BST, IST) state no offset."""


COMBINING = "".join(map(chr, range(0x0300, 0x0370))) + "".join(
    chr(code) for code in range(0x0483, 0x0900) if unicodedata.category(chr(code)) == "Mn"
)
"""Accents and vowel signs that people leave out. Those of Indian scripts, Thai and the like are letters."""
PLAIN = {ord(c): None for c in COMBINING} | {ord("ي"): "ی", ord("ى"): "ی", ord("ك"): "ک", ord("ı"): "i"}
LETTER = r"[^\W\d_\u3005-\u9fff\uac00-\ud7af]"
"""One letter of a script that parts its words by blanks (or should): all but Chinese, Japanese and Korean."""


UNSPACED = re.compile(r"[\u3005-\u9fff\uac00-\ud7af]")
"""Chinese, Japanese and Korean."""


def _marks() -> str:
    """The vowel signs of the scripts of southern Asia, and joiners; for a character class."""
    codes = [code for code in range(0x0900, 0x1880) if unicodedata.category(chr(code)) in {"Mn", "Mc"}]
    return "".join(map(chr, codes)) + "\u200c\u200d"


WORD = re.compile(rf"(?:{LETTER}|[{_marks()}])+")
"""One word, with its vowel signs."""


def fold(text: str) -> str:
    """A text as its words are compared: lower case, one form of each sign and digit, no accents, nothing invisible.

    >>> fold("9 Août"), fold("KASIM"), fold("Kasım"), fold("٣ يناير")
    ('9 aout', 'kasim', 'kasim', '3 ینایر')
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold()).translate(PLAIN)
    return unicodedata.normalize("NFC", "".join(map(_plain_sign, decomposed)))


@cache
def _plain_sign(sign: str) -> str:
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    return "" if unicodedata.category(sign) == "Cf" else sign


@cache
def base_language(lang: str | None) -> str:
    """The language of a tag, without region; some under the name used here.

    >>> base_language("pt-BR"), base_language("nb-NO"), base_language(None)
    ('pt', 'no', '')
    """
    base = fold(lang or "").replace("_", "-").partition("-")[0]
    return OTHER_NAMES.get(base, base)


OTHER_NAMES = {"nb": "no", "nn": "no", "sh": "hr", "in": "id", "iw": "he", "tl": "fil", "ckb": "ku"}
"""Tags of languages that stand under another here."""

Groups = tuple[tuple[str, ...], ...]
"""Words as written ('_' for a blank), in groups of one meaning."""


def _table(*texts: str) -> dict[str, Groups]:
    """The groups of each language, from one or more tables."""
    merged: dict[str, list[list[str]]] = {}
    for line in (line for text in texts for line in text.strip().splitlines()):
        lang, _, stated = line.partition(": ")
        groups = [group.split() for group in stated.split(",")]
        known = merged.setdefault(lang, [[] for _ in groups])
        for group, words in zip(known, groups, strict=True):
            group.extend(words)
    return {lang: tuple(map(tuple, groups)) for lang, groups in merged.items()}


def _prefixed(table: dict[str, Groups], lang: str, prefix: str) -> dict[str, Groups]:
    """A table with the words of one language also behind a preposition that is written as one with them."""
    return table | {lang: tuple((*group, *(prefix + word for word in group)) for group in table[lang])}


class Words:
    """Words with their places in a table's groups: word -> place, in a stated language and in any."""

    def __init__(self, groups: dict[str, Groups]) -> None:
        self.groups = groups
        self._own: dict[str, dict[str, int]] = {}
        meanings: dict[str, set[int]] = {}
        for lang, of_lang in groups.items():
            only_own = {folded_word(word) for group in of_lang for word in group if word.endswith("!")}
            places: dict[str, set[int]] = {}
            for place, group in enumerate(of_lang):
                for word in map(folded_word, group):
                    places.setdefault(word, set()).add(place)
                    if word not in only_own:
                        meanings.setdefault(word, set()).add(place)
            self._own[lang] = {word: found.pop() for word, found in places.items() if len(found) == 1}
        self._common = {word: places.pop() for word, places in meanings.items() if len(places) == 1}

    def place(self, word: str, lang: str) -> int | None:
        """The place of a folded word: as the language has it, else as all do that know it; None if they disagree."""
        place = self.own_place(word, lang)
        return self._common.get(word) if place is None else place

    def own_place(self, word: str, lang: str) -> int | None:
        """The place of a folded word in one language; None if that has no such word."""
        return self._own.get(lang, {}).get(word)

    def written(self) -> Iterator[str]:
        """All words as they are written."""
        return (word.removesuffix("!") for of_lang in self.groups.values() for group in of_lang for word in group)

    def folded(self, lang: str) -> Iterator[str]:
        """The folded words that mean the same in all languages, then those of one."""
        yield from self._common
        yield from self._own.get(lang, {})


def folded_word(word: str) -> str:
    """A word of a table as it is looked up, '_' still for a blank."""
    return fold(word.removesuffix("!")).rstrip(".")


DAYS = {
    lang: "; ".join(", ".join(group).replace("_", " ") for group in groups)
    for lang, groups in _table(cldr.DAYS).items()
} | OUR_DAYS
"""Today, yesterday and the day before."""
MONTH_WORDS = Words(_prefixed(_table(cldr.MONTHS, MORE_MONTHS), "he", "ב"))
WEEKDAY_WORDS = Words(_table(cldr.WEEKDAYS))
HALF_WORDS = Words(_table(cldr.HALVES, MORE_HALVES) | {"night": ((), tuple(NIGHT.split()))})
JALALI_WORDS = Words({"fa": tuple(tuple(month.split(",")) for month in JALALI_MONTHS.split())})
PAST_WORDS = Words(_table(cldr.PAST))
UNIT_WORDS = Words({lang: tuple(tuple(group.split()) for group in text.split(",")) for lang, text in UNITS.items()})
FILLER_WORDS = frozenset(map(folded_word, FILLERS.split()))
HOUR_WORDS = frozenset(map(folded_word, HOURS.split()))
NOON_WORDS = frozenset(map(folded_word, NOON.split()))
NIGHT_WORDS = frozenset(map(folded_word, NIGHT.split()))
ONE_WORDS = frozenset(map(fold, ONE.split()))


def phrases(text: str) -> list[str]:
    """The folded phrases of a table's entry, longest first.

    >>> phrases("há, em atrás")
    ['em atras', 'ha']
    """
    return sorted((phrase for part in text.split(",") if (phrase := fold(part.strip()))), key=lambda p: (-len(p), p))


def any_word(words: Iterable[str]) -> str:
    """A pattern of one of the words, whole: '_' stands for blanks, '.' may be left out, '#' stands for a number.

    Words that begin alike are tried together, so that thousands of them cost no more than a few.

    >>> any_word(["june", "july", "a._m"]) == r"(?:ju(?:ne|ly)|a\\.?\\s*m)"
    True
    """
    root: dict[str, dict] = {}
    for word in words:
        node = root
        for sign in word:
            node = node.setdefault(sign, {})
        node[""] = {}
    return _pattern(root)


_SIGNS = {"_": r"\s*", ".": r"\.?", "#": r"\d{1,4}", "’": "['’׳]", "׳": "['’׳]"}


def _pattern(node: dict[str, dict]) -> str:
    # Signs that may be left out come last: 'i.n' would take the beginning of 'in the afternoon'.
    signs = sorted(filter(None, node), key=lambda sign: sign in "._")
    ways = [_SIGNS.get(sign, re.escape(sign)) + _pattern(node[sign]) for sign in signs]
    if not ways:
        return ""
    either = ways[0] if len(ways) == 1 and "" not in node else f"(?:{'|'.join(ways)})"
    return f"{either}?" if "" in node else either
