//! Addresses of the pages of one listing: `?page=2`, `/page/2`, `trang-2.html`, `?start=20`,
//! `..._cur=2`, `Paged=TRUE&p_ID=30`.

use std::collections::BTreeMap;
use url::Url;

/// Names of query parameters that count pages or items, in lower case.
const COUNTERS: [&str; 24] = [
    "page",
    "p",
    "pg",
    "paged",
    "trang",
    "pageindex",
    "page_index",
    "pageno",
    "pageno_",
    "pagenum",
    "pagenumber",
    "page_number",
    "currentpage",
    "current_page",
    "curpage",
    "paging",
    "start",
    "limitstart",
    "offset",
    "from",
    "skip",
    "cur",
    "pageid",
    "currpage",
];
/// The parameters of [`COUNTERS`] that count only pages.
const PAGE_COUNTERS: [&str; 8] =
    ["page", "paged", "trang", "pageindex", "pageno", "pagenumber", "currentpage", "pagenum"];
/// The parameters of [`COUNTERS`] that count items.
const ITEM_COUNTERS: [&str; 4] = ["offset", "skip", "start", "from"];
/// Names of index files, which are equivalent to their folder.
const INDEXES: [&str; 7] = [
    "index.php",
    "index.html",
    "index.htm",
    "index.aspx",
    "default.aspx",
    "default.html",
    "index.jsp",
];
/// Words before a page number in a path.
const WORDS: [&str; 5] = ["page", "trang", "paging", "pages", "p"];
/// Maximum digits of a page number.
const MAX_DIGITS: usize = 6;

/// An address without its fragment, unless the fragment identifies the page (`#!`, `#/`).
pub(super) fn without_fragment(url: &Url) -> Url {
    let mut url = url.clone();
    if !url.fragment().is_some_and(bantin_core::is_route) {
        url.set_fragment(None);
    }
    url
}

/// Whether two addresses belong to the same site, regardless of the scheme and of `www.`.
pub(super) fn same_site(one: &Url, other: &Url) -> bool {
    let host = |url: &Url| {
        let host = url.host_str().unwrap_or_default();
        (host.strip_prefix("www.").unwrap_or(host).to_owned(), url.port())
    };
    host(one) == host(other)
}

/// Whether `to` is another page of the listing that `from` belongs to.
pub(super) fn is_other_page(from: &Url, to: &Url) -> bool {
    let is_there = same_site(from, to) && without_fragment(from) != without_fragment(to);
    is_there && stem(from) == stem(to) && is_other_query(from, to)
}

/// The path without the parts that count pages.
fn stem(url: &Url) -> String {
    let path = url.path().trim_end_matches('/');
    let mut parts: Vec<&str> = path.split('/').collect();
    if parts.last().is_some_and(|last| INDEXES.contains(&last.to_ascii_lowercase().as_str())) {
        parts.pop();
    }
    let Some(last) = parts.pop() else { return String::new() };
    let (name, ending) = last.rsplit_once('.').unwrap_or((last, ""));
    let name = if ending.len() > 5 { last } else { name };
    let is_word = |word: &str| WORDS.contains(&word.to_ascii_lowercase().as_str());
    let digits = name.len() - name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let counted = (1..=MAX_DIGITS).contains(&digits);
    let rest = name.get(..name.len() - digits).filter(|_| counted);
    match rest {
        // `/page/2`, `/2`
        Some("") => {
            if parts.last().copied().is_some_and(is_word) {
                parts.pop();
            }
        }
        Some(rest) => {
            let before = rest.trim_end_matches(['-', '_']);
            let (stem, word) = before.rsplit_once(['-', '_']).unwrap_or(("", before));
            if !is_word(word) {
                // `gioi-thieu-2` is an independent page.
                parts.push(name);
            } else if !stem.is_empty() {
                parts.push(stem);
            }
        }
        None => parts.push(name),
    }
    let stem = parts.join("/");
    if path.to_ascii_lowercase().contains(".aspx") { stem.to_ascii_lowercase() } else { stem }
}

/// Whether two queries differ only in parameters that count pages.
fn is_other_query(from: &Url, to: &Url) -> bool {
    let read = |url: &Url| -> BTreeMap<String, String> {
        let pairs = url.query_pairs();
        pairs.map(|(name, value)| (name.to_ascii_lowercase(), value.into_owned())).collect()
    };
    let (from, to) = (read(from), read(to));
    let is_number = |text: &String| {
        (1..=MAX_DIGITS).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    let is_sharepoint = to.get("paged").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let is_liferay = to.iter().any(|(name, value)| name.ends_with("_cur") && is_number(value));
    let names = from.keys().chain(to.keys());
    let mut differing = names.filter(|name| from.get(*name) != to.get(*name));
    differing.all(|name| {
        // Liferay and SharePoint repeat the portlet or view with each page number.
        let belongs = (is_liferay && (name.starts_with("p_p_") || name.starts_with('_')))
            || (is_sharepoint && (name.starts_with("p_") || name == "view" || name == "paged"))
            || (is_sharepoint && matches!(name.as_str(), "pagefirstrow" | "pagedprev"));
        let counts = COUNTERS.contains(&name.as_str())
            || name.ends_with("page")
            || name.ends_with("trang")
            || name.ends_with("start");
        let is_counted = [from.get(name), to.get(name)].into_iter().flatten().all(is_number);
        belongs || (counts && is_counted)
    })
}

/// Whether the addresses of a row of numbers increase with them: by pages (`-2`, `-3`) or by items
/// (`20`, `40`).
pub(super) fn are_consecutive(links: &[(u64, &Url)]) -> bool {
    let runs = |url: &Url| -> Vec<String> {
        let text = url.as_str();
        let is_digit = |c: char| c.is_ascii_digit();
        text.split(|c| !is_digit(c)).filter(|run| !run.is_empty()).map(str::to_owned).collect()
    };
    let mask = |url: &Url| -> String {
        let mut mask = String::new();
        for c in url.as_str().chars() {
            let c = if c.is_ascii_digit() { '#' } else { c };
            if c != '#' || !mask.ends_with('#') {
                mask.push(c);
            }
        }
        mask
    };
    let later: Vec<_> = links.iter().filter(|(number, _)| *number > 1).collect();
    let [(_, first), (_, second), ..] = later.as_slice() else { return false };
    let (first_runs, second_runs) = (runs(first), runs(second));
    let mut pairs = first_runs.iter().zip(&second_runs).enumerate();
    let Some((place, _)) = pairs.find(|(_, (one, other))| one != other) else { return false };
    let value = |url: &Url| -> Option<u64> { runs(url).get(place)?.parse().ok() };
    // The difference between consecutive pages, in pages or in items; the first page is 0 or 1.
    let step = || {
        let ((first, one), (second, other)) = (later.first()?, later.get(1)?);
        let (pages, items) = (second.checked_sub(*first)?, value(other)?.checked_sub(value(one)?)?);
        (pages > 0 && items % pages == 0).then_some(items / pages)
    };
    let Some(step) = step().filter(|step| *step > 0) else { return false };
    later.iter().all(|(number, url)| {
        let before = step.checked_mul(number - 1);
        let rest = value(url).zip(before).and_then(|(value, before)| value.checked_sub(before));
        rest.is_some_and(|rest| rest <= 1) && mask(url) == mask(first)
    })
}

/// The page number in an address.
pub(super) fn number_in(url: &Url) -> Option<u64> {
    let counted = url.query_pairs().find_map(|(name, value)| {
        let name = name.to_ascii_lowercase();
        let counts = PAGE_COUNTERS.contains(&name.as_str()) || name.ends_with("_cur");
        counts.then(|| value.parse().ok())?
    });
    counted.or_else(|| {
        let path = url.path().trim_end_matches('/');
        let last = path.rsplit('/').next().unwrap_or_default();
        let last = last.split('.').next().unwrap_or_default();
        let digits = last.len() - last.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let number = last.get(last.len() - digits..)?.parse().ok()?;
        (stem(url) != path && digits <= MAX_DIGITS).then_some(number)
    })
}

/// The next address by counting on: for pages whose pager is built by a script, by the page number
/// in the query; for APIs also by the number of the first item, if the number of received `items`
/// is given.
pub(super) fn incremented(url: &Url, items: usize) -> Option<Url> {
    let mut counted = false;
    let items = u32::try_from(items).unwrap_or_default();
    let pairs: Vec<(String, String)> = url
        .query_pairs()
        .map(|(name, value)| {
            let lower = name.to_ascii_lowercase();
            let step = match lower.as_str() {
                name if PAGE_COUNTERS.contains(&name) => 1,
                name if ITEM_COUNTERS.contains(&name) => items,
                _ => 0,
            };
            match value.parse::<u32>().ok().filter(|_| step > 0 && !counted) {
                Some(number) => {
                    counted = true;
                    (name.into_owned(), number.saturating_add(step).to_string())
                }
                None => (name.into_owned(), value.into_owned()),
            }
        })
        .collect();
    if !counted {
        return None;
    }
    let mut next = without_fragment(url);
    next.query_pairs_mut().clear().extend_pairs(pairs);
    Some(next)
}

/// The address of the WordPress posts after page `number`. WordPress answers 400 after the last
/// page.
pub(super) fn next_posts_page(url: &Url, number: usize) -> Url {
    let pairs: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| name != "page")
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let mut next = without_fragment(url);
    let page = number.saturating_add(1).to_string();
    next.query_pairs_mut().clear().extend_pairs(pairs).append_pair("page", &page);
    next
}
