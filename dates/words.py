"""The words that dates are written with, by language.

Words are given as people write them and compared after fold(), so accents and case do not matter. A word marked '!'
means this in its own language only: abbreviations that are other months elsewhere ('mar' is March in a dozen languages
and November in Finnish), words that are no dates elsewhere ('hier' is 'yesterday' in French and 'here' in German).
"""

from __future__ import annotations

import unicodedata
from functools import cache

MONTHS = {
    "en": "january jan, february feb, march mar, april apr, may, june jun, july jul, august aug, september sept sep,"
    " october oct, november nov, december dec",
    "de": "januar jänner jän jan, februar feber feb, märz mär mrz, april apr, mai, juni jun, juli jul, august aug,"
    " september sept sep, oktober okt, november nov, dezember dez",
    "fr": "janvier janv jan, février févr fév, mars, avril avr, mai, juin, juillet juil juill, août aou,"
    " septembre sept sep, octobre oct, novembre nov, décembre déc",
    "es": "enero ene, febrero feb, marzo mar, abril abr, mayo may, junio jun, julio jul, agosto ago,"
    " septiembre setiembre sept sep set, octubre oct, noviembre nov, diciembre dic",
    "pt": "janeiro jan, fevereiro fev, março mar, abril abr, maio mai, junho jun, julho jul, agosto ago, setembro set,"
    " outubro out, novembro nov, dezembro dez",
    "it": "gennaio gen, febbraio feb, marzo mar, aprile apr, maggio mag, giugno giu, luglio lug, agosto ago,"
    " settembre sett set, ottobre ott, novembre nov, dicembre dic",
    "ca": "gener gen, febrer feb, març, abril abr, maig, juny, juliol jul, agost ag, setembre set, octubre oct,"
    " novembre nov, desembre des",
    "gl": "xaneiro xan, febreiro feb, marzo mar, abril abr, maio mai, xuño xuñ, xullo xul, agosto ago, setembro set,"
    " outubro out, novembro nov, decembro dec",
    "eu": "urtarrila urtarrilaren urt, otsaila otsailaren ots, martxoa martxoaren, apirila apirilaren api,"
    " maiatza maiatzaren, ekaina ekainaren eka, uztaila uztailaren uzt, abuztua abuztuaren abu, iraila irailaren ira,"
    " urria urriaren urr, azaroa azaroaren aza, abendua abenduaren abe",
    "nl": "januari jan, februari feb, maart mrt maa!, april apr, mei, juni jun, juli jul, augustus aug,"
    " september sept sep, oktober okt, november nov, december dec",
    "da": "januar jan, februar feb, marts mar, april apr, maj, juni jun, juli jul, august aug, september sept sep,"
    " oktober okt, november nov, december dec",
    "no": "januar jan, februar feb, mars mar, april apr, mai, juni jun, juli jul, august aug, september sept sep,"
    " oktober okt, november nov, desember des",
    "sv": "januari jan, februari feb, mars mar, april apr, maj, juni jun, juli jul, augusti aug, september sept sep,"
    " oktober okt, november nov, december dec",
    "is": "janúar jan, febrúar feb, mars mar, apríl apr, maí, júní jún, júlí júl, ágúst ágú, september sep,"
    " október okt, nóvember nóv, desember des",
    "fi": "tammikuu tammikuuta tammikuun tammi tam, helmikuu helmikuuta helmikuun helmi hel,"
    " maaliskuu maaliskuuta maaliskuun maalis maa!, huhtikuu huhtikuuta huhtikuun huhti huh,"
    " toukokuu toukokuuta toukokuun touko tou, kesäkuu kesäkuuta kesäkuun kesä kes,"
    " heinäkuu heinäkuuta heinäkuun heinä hei, elokuu elokuuta elokuun elo, syyskuu syyskuuta syyskuun syys syy,"
    " lokakuu lokakuuta lokakuun loka lok, marraskuu marraskuuta marraskuun marras mar!,"
    " joulukuu joulukuuta joulukuun joulu jou",
    "et": "jaanuar jaan, veebruar veebr, märts, aprill apr, mai, juuni, juuli, august aug, september sept,"
    " oktoober okt, november nov, detsember dets",
    "lv": "janvāris janvārī janv jan, februāris februārī febr feb, marts martā, aprīlis aprīlī apr, maijs maijā,"
    " jūnijs jūnijā jūn, jūlijs jūlijā jūl, augusts augustā aug, septembris septembrī sept, oktobris oktobrī okt,"
    " novembris novembrī nov, decembris decembrī dec",
    "lt": "sausis sausio saus, vasaris vasario vas, kovas kovo kov, balandis balandžio bal, gegužė gegužės geg,"
    " birželis birželio birž, liepa liepos liep, rugpjūtis rugpjūčio rugp, rugsėjis rugsėjo rugs, spalis spalio spal,"
    " lapkritis lapkričio lapkr lap, gruodis gruodžio gruod",
    "pl": "styczeń stycznia sty, luty lutego lut, marzec marca mar, kwiecień kwietnia kwi, maj maja,"
    " czerwiec czerwca cze, lipiec lipca lip, sierpień sierpnia sie, wrzesień września wrz,"
    " październik października paź, listopad listopada lis, grudzień grudnia gru",
    "cs": "leden ledna led, únor února úno, březen března bře, duben dubna dub, květen května kvě,"
    " červen června čer čvn, červenec července čvc, srpen srpna srp, září zář, říjen října říj,"
    " listopad listopadu lis, prosinec prosince pro",
    "sk": "január januára jan, február februára feb, marec marca mar, apríl apríla apr, máj mája, jún júna, júl júla,"
    " august augusta aug, september septembra sep, október októbra okt, november novembra nov, december decembra dec",
    "sl": "januar januarja jan, februar februarja feb, marec marca mar, april aprila apr, maj maja, junij junija jun,"
    " julij julija jul, avgust avgusta avg, september septembra sep, oktober oktobra okt, november novembra nov,"
    " december decembra dec",
    "hr": "siječanj siječnja sij, veljača veljače velj vel, ožujak ožujka ožu, travanj travnja tra,"
    " svibanj svibnja svi, lipanj lipnja lip!, srpanj srpnja srp!, kolovoz kolovoza kol, rujan rujna ruj,"
    " listopad! listopada! lis!, studeni studenoga studenog stu, prosinac prosinca",
    "bs": "januar januara jan, februar februara feb, mart marta mar, april aprila apr, maj maja, juni juna jun,"
    " juli jula jul, august augusta avgust avgusta aug avg, septembar septembra sep, oktobar oktobra okt,"
    " novembar novembra nov, decembar decembra dec",
    "sr": "јануар јануара јан, фебруар фебруара феб, март марта мар, април априла апр, мај маја, јун јуна јуни,"
    " јул јула јули, август августа авг, септембар септембра сеп, октобар октобра окт, новембар новембра нов,"
    " децембар децембра дец",
    "mk": "јануари јан, февруари фев, март мар, април апр, мај, јуни јун, јули јул, август авг, септември септ,"
    " октомври окт, ноември ноем ное, декември дек",
    "bg": "януари яну ян, февруари февр фев, март мар, април апр, май, юни юн, юли юл, август авг, септември септ сеп,"
    " октомври окт, ноември ноем ное, декември дек",
    "ru": "январь января янв, февраль февраля февр фев, март марта мар, апрель апреля апр, май мая, июнь июня июн,"
    " июль июля июл, август августа авг, сентябрь сентября сент сен, октябрь октября окт, ноябрь ноября нояб ноя,"
    " декабрь декабря дек",
    "uk": "січень січня січ, лютий лютого лют, березень березня бер, квітень квітня квіт кві,"
    " травень травня трав тра, червень червня черв чер, липень липня лип, серпень серпня серп сер,"
    " вересень вересня вер, жовтень жовтня жовт жов, листопад листопада лист лис, грудень грудня груд гру",
    "be": "студзень студзеня сту, люты лютага, сакавік сакавіка сак, красавік красавіка кра, май мая травень траўня,"
    " чэрвень чэрвеня чэр, ліпень ліпеня ліп, жнівень жніўня жні, верасень верасня вер, кастрычнік кастрычніка кас,"
    " лістапад лістапада ліс, снежань снежня сне",
    "hu": "január jan, február febr feb, március márc már, április ápr, május máj, június jún, július júl,"
    " augusztus aug, szeptember szept, október okt, november nov, december dec",
    "ro": "ianuarie ian, februarie feb, martie mar, aprilie apr, mai, iunie iun, iulie iul, august aug,"
    " septembrie sept sep, octombrie oct, noiembrie nov, decembrie dec",
    "sq": "janar jan, shkurt shk, mars mar, prill pri, maj, qershor qer, korrik korr, gusht gush, shtator sht,"
    " tetor tet, nëntor nën, dhjetor dhj",
    "el": "ιανουάριος ιανουαρίου ιαν, φεβρουάριος φεβρουαρίου φεβ, μάρτιος μαρτίου μαρ, απρίλιος απριλίου απρ,"
    " μάιος μαΐου μαι, ιούνιος ιουνίου ιουν, ιούλιος ιουλίου ιουλ, αύγουστος αυγούστου αυγ,"
    " σεπτέμβριος σεπτεμβρίου σεπτ σεπ, οκτώβριος οκτωβρίου οκτ, νοέμβριος νοεμβρίου νοε, δεκέμβριος δεκεμβρίου δεκ",
    "tr": "ocak oca, şubat şub, mart mar, nisan nis, mayıs may, haziran haz, temmuz tem, ağustos ağu, eylül eyl,"
    " ekim eki, kasım kas, aralık ara",
    "ga": "eanáir ean, feabhra feabh, márta, aibreán aib, bealtaine beal, meitheamh meith, iúil, lúnasa lún,"
    " meán mfómh, deireadh dfómh, samhain samhna samh, nollaig nollag noll",
    "cy": "ionawr ion, chwefror chwef, mawrth maw, ebrill ebr, mai, mehefin meh, gorffennaf gorff, awst, medi,"
    " hydref hyd, tachwedd tach, rhagfyr rhag",
    "mt": "jannar jan, frar fra, marzu mar, april apr, mejju mej, ġunju ġun, lulju lul, awwissu aww, settembru set,"
    " ottubru ott, novembru nov, diċembru diċ",
    "lb": "januar jan, februar feb, mäerz mäe, abrëll abr, mee, juni jun, juli jul, august aug, september sep,"
    " oktober okt, november nov, dezember dez",
    "id": "januari jan, februari pebruari feb, maret mac mar, april apr, mei, juni jun, juli jul, agustus agu agt ogos,"
    " september sep, oktober okt, november nov, desember disember des dis",
    "he": "ינואר בינואר ינו בינו, פברואר בפברואר פבר בפבר, מרץ במרץ מרס במרס, אפריל באפריל אפר באפר,"
    " מאי במאי, יוני ביוני, יולי ביולי, אוגוסט באוגוסט אוג באוג,"
    " ספטמבר בספטמבר ספט בספט, אוקטובר באוקטובר אוק באוק, נובמבר בנובמבר נוב בנוב, דצמבר בדצמבר דצמ בדצמ",
    "ar": "يناير, فبراير, مارس, أبريل ابريل, مايو, يونيو, يوليو, أغسطس, سبتمبر, أكتوبر, نوفمبر, ديسمبر",
}
"""Months in their order. Nominative, the case used in dates, and abbreviations."""

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

DAYS = {
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
"""Today, yesterday and the day before."""

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

FILLERS = (
    "de del della d di du dei den der des the of le el m gada g r roku roka year yil ko γ fómhair ta"
    " г року год года година ngày năm"
)
"""Words between the parts of a date that say nothing."""

HOURS = "h uhr heure heures hs hrs ч час часов год. hod óra ur u"
"""What stands for the colon of a time, or behind it."""

FORENOON = "上午 凌晨 早上 清晨 午前 오전 πμ öö sáng ص"
AFTERNOON = "下午 晚上 傍晚 中午 午後 오후 μμ ös chiều tối م"

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


def fold(text: str) -> str:
    """A text as its words are compared: lower case, one form of each sign, no accents, no invisible characters.

    >>> fold("9 Août"), fold("KASIM"), fold("Kasım")
    ('9 aout', 'kasim', 'kasim')
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i"))
    kept = (c for c in decomposed if unicodedata.category(c) not in {"Mn", "Cf"})
    return unicodedata.normalize("NFC", "".join(kept))


@cache
def base_language(lang: str | None) -> str:
    """The language of a tag, without region; written Norwegian and Serbo-Croatian under the name used here.

    >>> base_language("pt-BR"), base_language("nb-NO"), base_language(None)
    ('pt', 'no', '')
    """
    base = fold(lang or "").replace("_", "-").partition("-")[0]
    return {"nb": "no", "nn": "no", "sh": "hr", "ms": "id", "in": "id", "iw": "he"}.get(base, base)


class Words:
    """Words with their places in a table's lists: word -> place, in a stated language and in any."""

    def __init__(self, lists: dict[str, str]) -> None:
        self._own: dict[str, dict[str, int]] = {}
        meanings: dict[str, set[int]] = {}
        for lang, text in lists.items():
            own = self._own[lang] = {}
            for place, group in enumerate(text.split(",")):
                for word in group.split():
                    folded = fold(word.removesuffix("!"))
                    own[folded] = place
                    if not word.endswith("!"):
                        meanings.setdefault(folded, set()).add(place)
        self._common = {word: places.pop() for word, places in meanings.items() if len(places) == 1}

    def place(self, word: str, lang: str) -> int | None:
        """The place of a folded word: as the language has it, else as all do that know it; None if they disagree."""
        place = self.own_place(word, lang)
        return self._common.get(word) if place is None else place

    def own_place(self, word: str, lang: str) -> int | None:
        """The place of a folded word in one language; None if that has no such word."""
        return self._own.get(lang, {}).get(word)


MONTH_WORDS = Words(MONTHS)
UNIT_WORDS = Words(UNITS)
FILLER_WORDS = frozenset(map(fold, FILLERS.split()))
HOUR_WORDS = frozenset(map(fold, HOURS.split()))
FORENOON_WORDS = frozenset(map(fold, FORENOON.split()))
AFTERNOON_WORDS = frozenset(map(fold, AFTERNOON.split()))
ONE_WORDS = frozenset(map(fold, ONE.split()))


def phrases(text: str) -> list[str]:
    """The folded phrases of a table's entry, longest first.

    >>> phrases("há, em atrás")
    ['em atras', 'ha']
    """
    return sorted((phrase for part in text.split(",") if (phrase := fold(part.strip()))), key=lambda p: (-len(p), p))
