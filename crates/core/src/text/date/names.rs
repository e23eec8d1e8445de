//! The names of months and weekdays in the languages of the sources, and the words that stand
//! around dates.
//!
//! Names are folded ([`plain::fold`]), because editors drop diacritics; Vietnamese ones are not,
//! because there the tone tells a month from a word.

use super::lexer::{DateToken, from, number, word};
use crate::text::plain;
use chrono::Weekday;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// The folded names of the months; a final `*` marks the stem of an inflected name. English,
/// Spanish, Portuguese, Italian, French, German, Dutch, the Scandinavian languages, Indonesian and
/// Malay, Polish, Czech, Slovak, Turkish, Russian, Ukrainian, Bulgarian; Thai, Greek, Romanian,
/// Hungarian, Finnish, Catalan, Lithuanian, Arabic, Hebrew, Hindi.
const MONTHS: [&str; 12] = [
    "jan january januar januari januaru januara janeiro janv janvier jänner ene enero gen gennaio gener stycznia ledna ocak ianuarie január tammikuuta sausio январ* янв січня януари มกราคม ม.ค ιανουαριου يناير ינואר जनवरी",
    "feb february februar februari februara fevereiro fev fevr fevrier febrero febbraio febrer lutego unora subat februarie február helmikuuta vasario феврал* фев лютого февруари กุมภาพันธ์ ก.พ φεβρουαριου فبراير פברואר फरवरी",
    "mar march marts marz maerz mars maart maret mac marco marca marzo brezna mart martie március marcius maaliskuuta kovo marc март* мар березня มีนาคม มี.ค μαρτιου مارس מרץ मार्च",
    "apr april aprile aprila abr abril avr avril kwietnia dubna nisan aprilie április huhtikuuta balandžio апрел* апр квітня เมษายน เม.ย απριλιου أبريل ابريل אפריל अप्रैल",
    "may mayo maio mai mag maggio maig mei maj maja kvetna mayis május majus toukokuuta gegužės мая маи травня พฤษภาคม พ.ค μαιου مايو מאי मई",
    "jun june juni junio junho juny giu giugno juin juna czerwca cervna haziran iunie június kesäkuuta birželio июн* юни червня มิถุนายน มิ.ย ιουνιου يونيو יוני जून",
    "jul july juli julio julho juliol lug luglio juil juillet jula julai lipca cervence temmuz iulie július heinäkuuta liepos июл* юли липня กรกฎาคม ก.ค ιουλιου يوليو יולי जुलाई",
    "aug august agosto ago agost augusta augustus augusti aout agt agu agustus ogos sierpnia srpna agustos augusztus elokuuta rugpjūčio август* авг серпня สิงหาคม ส.ค αυγουστου أغسطس اغسطس אוגוסט अगस्त",
    "sep sept september septembre setembre septembra septiembre setiembre settembre setembro set wrzesnia zari eylul septembrie szeptember syyskuuta rugsėjo сентябр* сен септември вересня กันยายน ก.ย σεπτεμβριου سبتمبر ספטמבר सितंबर सितम्बर",
    "oct october octobre octubre oktobra ottobre outubro ott okt oktober out pazdziernika rijna ekim octombrie október lokakuuta spalio октябр* окт октомври жовтня ตุลาคม ต.ค οκτωβριου أكتوبر اكتوبر אוקטובר अक्टूबर",
    "nov november noviembre novembre noviembra novembra novembro listopada listopadu kasım kasim noiembrie marraskuuta lapkričio ноябр* ноя ноември листопада พฤศจิกายน พ.ย νοεμβριου نوفمبر נובמבר नवंबर नवम्बर",
    "dec december decembre desembre decembra diciembre dicembre dezembro dic dez dezember des desember disember grudnia prosince aralık aralik decembrie joulukuuta gruodžio декабр* дек декември грудня ธันวาคม ธ.ค δεκεμβριου ديسمبر דצמבר दिसंबर दिसम्बर",
];

/// The folded names of the weekdays, from Monday. English, French, Spanish, Portuguese, Italian,
/// German, Dutch, the Scandinavian languages, Indonesian, Polish, Czech, Turkish, Russian,
/// Ukrainian, Chinese.
const WEEKDAYS: [&str; 7] = [
    "mon monday lun lundi lunes segunda lunedi montag maandag mandag senin isnin poniedzialek pondeli pazartesi понедельник пн понеділок 星期一 周一 週一",
    "tue tues tuesday mar mardi martes terca martedi dienstag dinsdag tirsdag tisdag selasa wtorek utery sali вторник вт вівторок 星期二 周二 週二",
    "wed wednesday mer mercredi miercoles quarta mercoledi mittwoch woensdag onsdag rabu sroda streda carsamba среда ср середа 星期三 周三 週三",
    "thu thur thurs thursday jeu jeudi jueves quinta giovedi donnerstag donderdag torsdag kamis khamis czwartek ctvrtek persembe четверг чт четвер 星期四 周四 週四",
    "fri friday ven vendredi viernes sexta venerdi freitag vrijdag fredag jumat piatek patek cuma пятница пт пʼятниця 星期五 周五 週五",
    "sat saturday sam samedi sabado sabato samstag sonnabend zaterdag lordag sabtu sobota cumartesi суббота сб субота 星期六 周六 週六",
    "sun sunday dim dimanche domingo domenica sonntag zondag sondag minggu ahad niedziela nedele pazar воскресенье вс неділя 星期天",
];

/// Maximum number of letters of an abbreviated name, which may be another word.
const SHORT: usize = 3;

/// Words before a day of publication.
pub(super) const PUBLISHED: &[&str] = &[
    "đăng",
    "xuất",
    "published",
    "posted",
    "created",
    "tạo",
    "gửi",
    "publie",
    "publié",
    "publicado",
    "pubblicato",
    "veröffentlicht",
    "erstellt",
    "diterbitkan",
    "发布",
    "发布时间",
    "發布",
    "опубликовано",
    "opublikowano",
    "gepubliceerd",
    "publicerad",
    "publisert",
];
/// Words before a day of change.
pub(super) const UPDATED: &[&str] = &[
    "cập",
    "updated",
    "modified",
    "sửa",
    "mis",
    "actualizado",
    "atualizado",
    "aggiornato",
    "aggiornamento",
    "modifica",
    "modificato",
    "modifié",
    "modification",
    "modificado",
    "modificación",
    "actualización",
    "atualização",
    "modificação",
    "aktualisiert",
    "geändert",
    "diperbarui",
    "更新",
    "更新时间",
    "обновлено",
    "zaktualizowano",
    "aktualizacja",
    "bijgewerkt",
    "gewijzigd",
    "uppdaterad",
    "oppdatert",
    "opdateret",
    "last",
];

/// The other words of dates, of their labels and of the prepositions in them.
const AROUND: &str = "ngày tháng thg năm thứ hai ba tư sáu bảy bẩy chủ nhật cn giờ phút giây h g p t lúc vào hồi \
    sáng chiều tối trưa sa ch am pm a m đăng tin bài cập nhật xuất bản thời gian gửi tạo lần cuối gmt utc z \
    on at the of and date time st nd rd th er est edt cst cdt mst mdt pst pdt et pt ct bst cet cest jst kst hrs o clock \
    published posted written updated modified created originally last first release press online since \
    le la les à a publié mis jour mise communiqué dernière modifié modification \
    de del el las los día dia em às as publicado publicada publicación fecha actualizado atualizado hora horas nota prensa última modificado modificación actualización modificação atualização \
    il lo alle ore pubblicato aggiornato aggiornamento comunicato stampa ultima ultimo modifica modificato \
    am um uhr den der vom von stand veröffentlicht erstellt aktualisiert geändert pressemitteilung pressemeldung medienmitteilung meldung datum erscheinungsdatum erschienen seit letzte zuletzt änderung \
    op om gepubliceerd bijgewerkt laatst gewijzigd geplaatst uur publicerad uppdaterad kl klo publisert oppdatert publiceret opdateret \
    pukul jam wib wita wit tanggal diterbitkan diperbarui \
    o godz dodano opublikowano zaktualizowano ostatnia aktualizacja r dne v m d saat \
    в г года року от опубликовано обновлено дата \
    发布 发布时间 發布 更新 更新时间 时间 時間 日期 上午 下午 오전 오후 등록 입력 수정 승인 民國 民国 中華民國 令和 平成 พ ศ เวลา วันที่ น ict";

/// The month at the start of the tokens, and the number of tokens that it takes.
pub(super) fn month(tokens: &[DateToken]) -> Option<(u32, usize)> {
    let first = word(tokens, 0)?;
    if matches!(first, "tháng" | "thang" | "thg" | "th") {
        if let Some(month) = number(tokens, 1, 2) {
            return Some((month, 2));
        }
        return if first == "tháng" { vietnamese_month(from(tokens, 1)) } else { None };
    }
    if let Some(month) = month_name(first) {
        let is_abbreviated = super::lexer::is_mark(tokens, 1, ".") && first.chars().count() < 6;
        return Some((month, if is_abbreviated { 2 } else { 1 }));
    }
    // Thai abbreviations: `ม.ค.`
    let second = word(tokens, 2).filter(|_| super::lexer::is_mark(tokens, 1, "."))?;
    let month = month_name(&format!("{first}.{second}"))?;
    Some((month, if super::lexer::is_mark(tokens, 3, ".") { 4 } else { 3 }))
}

/// The number after `tháng` in words.
fn vietnamese_month(tokens: &[DateToken]) -> Option<(u32, usize)> {
    let month = match (word(tokens, 0)?, word(tokens, 1)) {
        ("mười", Some("một")) => return Some((11, 3)),
        ("mười", Some("hai")) => return Some((12, 3)),
        ("một" | "giêng", _) => 1,
        ("hai", _) => 2,
        ("ba", _) => 3,
        ("tư", _) => 4,
        ("năm", _) => 5,
        ("sáu", _) => 6,
        ("bảy" | "bẩy", _) => 7,
        ("tám", _) => 8,
        ("chín", _) => 9,
        ("mười", _) => 10,
        ("chạp", _) => 12,
        _ => return None,
    };
    Some((month, 2))
}

fn month_name(word: &str) -> Option<u32> {
    static NAMES: LazyLock<HashMap<String, u32>> = LazyLock::new(|| numbered(&MONTHS));
    if is_short_and_marked(word) && !matches!(word, "déc" | "fév" | "mär" | "máj") {
        return None;
    }
    let folded = plain::fold(word);
    // All inflected names are Cyrillic.
    let inflected = || {
        let mut stems =
            NAMES.iter().filter_map(|(name, month)| Some((name.strip_suffix('*')?, *month)));
        stems.find(|(stem, _)| folded.starts_with(stem)).map(|(_, month)| month)
    };
    let exact = NAMES.get(&folded).copied();
    exact.or_else(|| (!folded.is_ascii()).then(inflected).flatten())
}

/// Whether a word has at most three letters, all Latin, with a diacritic. Folded, Vietnamese ones
/// would be names: `máy` and `đéc` months, `thư`, `sát` and `môn` weekdays.
fn is_short_and_marked(word: &str) -> bool {
    let is_latin = |c: char| matches!(c, '\u{0}'..='\u{24F}' | '\u{1EA0}'..='\u{1EF9}');
    !word.is_ascii() && word.chars().count() <= SHORT && word.chars().all(is_latin)
}

/// Each folded name with the number of its row, from 1.
fn numbered(rows: &[&str]) -> HashMap<String, u32> {
    let names = (1..).zip(rows).flat_map(|(n, row)| row.split(' ').map(move |name| (name, n)));
    names.map(|(name, n)| (plain::fold(name), n)).collect()
}

/// A weekday, and whether Vietnamese words name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NamedWeekday {
    pub(super) day: Weekday,
    pub(super) is_vietnamese: bool,
}

/// The weekday at the start of the tokens, and the number of tokens that it takes.
pub(super) fn weekday(tokens: &[DateToken]) -> Option<(NamedWeekday, usize)> {
    let first = word(tokens, 0)?;
    if let Some((day, taken)) = vietnamese_weekday(first, tokens.get(1)) {
        return Some((NamedWeekday { day, is_vietnamese: true }, taken));
    }
    let number = weekday_name(first)?;
    // Short forms are also words: `so`, `mar`, `di`.
    let is_short = is_short_name(first);
    let next = tokens.get(1)?;
    let is_followed = next.is_mark(",.")
        || next.number().is_some()
        || word(tokens, 1).is_some_and(|w| month_name(w).is_some());
    if is_short && (!is_followed || (month_name(first).is_some() && next.number().is_some())) {
        return None;
    }
    let day = Weekday::try_from(u8::try_from(number).ok()?.checked_sub(1)?).ok()?;
    Some((NamedWeekday { day, is_vietnamese: false }, 1))
}

fn weekday_name(word: &str) -> Option<u32> {
    static NAMES: LazyLock<HashMap<String, u32>> = LazyLock::new(|| numbered(&WEEKDAYS));
    NAMES.get(&plain::fold(word)).copied().filter(|_| !is_short_and_marked(word))
}

/// Whether the name of a weekday is abbreviated.
pub(super) fn is_short_name(word: &str) -> bool {
    word.chars().count() <= SHORT
}

fn vietnamese_weekday(first: &str, next: Option<&DateToken>) -> Option<(Weekday, usize)> {
    use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
    let by_number = |n: u32| {
        [Mon, Tue, Wed, Thu, Fri, Sat].into_iter().nth(usize::try_from(n).ok()?.checked_sub(2)?)
    };
    match first {
        "thứ" => {
            let day = match (next?.number(), next?.word()) {
                (Some(n), _) => by_number(n)?,
                (_, Some("hai")) => Mon,
                (_, Some("ba")) => Tue,
                (_, Some("tư")) => Wed,
                (_, Some("năm")) => Thu,
                (_, Some("sáu")) => Fri,
                (_, Some("bảy" | "bẩy")) => Sat,
                _ => return None,
            };
            Some((day, 2))
        }
        "t" => {
            let next = next.filter(|next| !next.spaced && next.digits() == 1)?;
            Some((by_number(next.number()?)?, 2))
        }
        "chủ" => (next?.word() == Some("nhật")).then_some((Sun, 2)),
        "cn" => Some((Sun, 1)),
        _ => None,
    }
}

/// Whether a word next to a date only introduces or completes it.
pub fn is_about_dates(word: &str) -> bool {
    static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        AROUND
            .split_whitespace()
            .chain(PUBLISHED.iter().copied())
            .chain(UPDATED.iter().copied())
            .collect()
    });
    WORDS.contains(word) || weekday_name(word).is_some()
}

/// Whether a word introduces the name of an author.
pub(super) fn is_byline(word: &str) -> bool {
    matches!(word, "by" | "bởi" | "par" | "por" | "von" | "oleh" | "door" | "av" | "автор" | "作者")
}
