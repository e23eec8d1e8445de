//! The instant that an element of a page gives to programs beside the words for readers:
//! `<time datetime>`, microdata, `data-*` with a date or an epoch, the tooltip of an abbreviation.

use bantin_core::text::date;
use bantin_page::plain;
use scraper::ElementRef;

/// Parts of the names of `data-*` attributes with a date.
const NAMES: [&str; 8] = ["date", "time", "stamp", "epoch", "publish", "created", "unix", "ngay"];
/// Parts of those with another date than that of publication.
const OTHERS: [&str; 9] =
    ["expir", "end", "until", "start", "deadline", "modif", "updat", "zone", "event"];

/// The machine-readable date of an element, as written.
pub(crate) fn of(element: ElementRef<'_>) -> Option<String> {
    let value = element.value();
    let is_date = |written: &&str| date::find(written).is_some();
    let own = ["datetime", "content"].into_iter().filter(|name| {
        *name == "datetime" || element.attr("itemprop").is_some_and(|of| of.contains("date"))
    });
    let of_data = || {
        let mut data = value.attrs().filter(|(name, _)| is_data_date(name));
        data.find_map(|(_, written)| Some(written).filter(is_date))
    };
    let tooltip = || {
        let has_one =
            || matches!(value.name(), "abbr" | "time" | "relative-time") || is_dated(element);
        element.attr("title").filter(|_| has_one())
    };
    let mut own = own.filter_map(|name| element.attr(name));
    let found = own.find(is_date).or_else(of_data).or_else(|| tooltip().filter(is_date))?;
    Some(plain::line(found))
}

/// Whether an element is one of the last change, an event or a deadline.
pub(crate) fn is_of_other_day(element: ElementRef<'_>) -> bool {
    let names = ["class", "itemprop", "id"].iter().filter_map(|name| element.attr(name));
    names.map(str::to_ascii_lowercase).any(|name| {
        ["modif", "updated", "expir", "event", "deadline"].iter().any(|other| name.contains(other))
            && !name.contains("publi")
    })
}

/// Whether the class, id or `itemprop` of an element identifies it as a date.
pub(crate) fn is_dated(element: ElementRef<'_>) -> bool {
    let names = ["class", "itemprop", "id"].iter().filter_map(|name| element.attr(name));
    let mut names = names.map(str::to_ascii_lowercase);
    element.value().name() == "time"
        || names
            .any(|name| ["date", "time", "ngay", "publish"].iter().any(|word| name.contains(word)))
}

fn is_data_date(name: &str) -> bool {
    name.strip_prefix("data-").is_some_and(|name| {
        NAMES.iter().any(|part| name.contains(part))
            && !OTHERS.iter().any(|other| name.contains(other))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use scraper::Html;

    #[test]
    fn the_instant_for_programs_is_read_from_each_place() {
        #[track_caller]
        fn check(html: &str, expected: Option<&str>) {
            let html = Html::parse_fragment(html);
            let element = html.root_element().descendent_elements().nth(1).unwrap();
            assert_eq!(of(element).as_deref(), expected);
        }
        check(
            "<time datetime='2026-01-10T08:00:00+07:00'>hôm qua</time>",
            Some("2026-01-10T08:00:00+07:00"),
        );
        check(
            "<relative-time datetime='2026-01-10T01:00:00Z'>x</relative-time>",
            Some("2026-01-10T01:00:00Z"),
        );
        check("<abbr title='10/01/2026 08:00'>2 ngày trước</abbr>", Some("10/01/2026 08:00"));
        check("<abbr title='Ủy ban nhân dân'>UBND</abbr>", None);
        check("<span data-timestamp=1767243600000>2 days ago</span>", Some("1767243600000"));
        check("<span data-utime=1767243600>2 days ago</span>", Some("1767243600"));
        check("<span data-published-date='2026-01-10'>x</span>", Some("2026-01-10"));
        check("<span data-id=1767243600>x</span>", None);
        check("<span data-end-date='2026-01-10'>x</span>", None);
        check("<meta itemprop=datePublished content='2026-01-10'>", Some("2026-01-10"));
        check("<span class=post-date title='10/01/2026'>thứ bảy</span>", Some("10/01/2026"));
        check("<time datetime='3 ngày'>10/01/2026</time>", None);
    }
}
