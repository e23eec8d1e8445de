//! The id and title of a new source: the id from its address, the title from the site name on its
//! page.

use crate::config::Plan;
use bantin_core::Slug;
use bantin_page::{Dom, Page, plain};
use scraper::Selector;
use url::Url;

/// Words at the start of names of agencies and of their sites, folded.
const AGENCIES: [&str; 25] = [
    "so ",
    "ban ",
    "bo ",
    "uy ban ",
    "ubnd ",
    "hdnd ",
    "hoi dong ",
    "cong thong tin ",
    "cong ttdt ",
    "cong an ",
    "trang thong tin ",
    "bao ",
    "dai ",
    "cuc ",
    "chi cuc ",
    "phong ",
    "trung tam ",
    "van phong ",
    "thanh tra ",
    "truong ",
    "benh vien ",
    "tinh ",
    "thanh pho ",
    "huyen ",
    "xa ",
];
/// Separators between the title of a page and the name of its site.
const SEPARATORS: [&str; 8] = [" - ", " | ", " – ", " — ", " :: ", " » ", " • ", " / "];
/// File names without meaning.
const GENERIC_FILE_NAMES: [&str; 4] = ["index", "default", "home", "trang-chu"];

/// Whether a source has or had this id.
pub(in crate::cli) fn is_taken(plan: &Plan, id: &Slug) -> bool {
    plan.sources.iter().any(|source| source.id() == id || source.aliases.contains(id))
}

/// A free id made of host, path and list: `sonoivu-example-gov-vn-tin-tuc`.
pub(super) fn id(plan: &Plan, url: &Url, list: Option<&str>) -> Slug {
    id_unless(|id| is_taken(plan, id), url, list)
}

/// Like [`id`], with the taken ids decided by `taken`.
pub(in crate::cli) fn id_unless(
    taken: impl Fn(&Slug) -> bool,
    url: &Url,
    list: Option<&str>,
) -> Slug {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let segments = url.path_segments().into_iter().flatten();
    let stems = segments.map(|segment| segment.rsplit_once('.').map_or(segment, |(stem, _)| stem));
    let telling =
        stems.filter(|stem| !GENERIC_FILE_NAMES.contains(&stem.to_ascii_lowercase().as_str()));
    let path: Vec<String> = telling
        .map(|stem| percent_encoding::percent_decode_str(stem).decode_utf8_lossy().into_owned())
        .collect();
    let text = format!("{host} {} {}", path.join(" "), list.unwrap_or_default());
    let bases = [Slug::nearest(&text), Slug::nearest(host)];
    let base = bases.into_iter().flatten().next();
    let base = base.as_ref().map_or("source", Slug::as_str);
    let mut number = 1_usize;
    loop {
        let ending = if number == 1 { String::new() } else { format!("-{number}") };
        let room = base.get(..base.len().min(60)).unwrap_or(base).trim_end_matches('-');
        let free = format!("{room}{ending}").parse().ok().filter(|id| !taken(id));
        match free {
            Some(id) => return id,
            None => number += 1,
        }
    }
}

/// The site name on a page: `og:site_name`, else the part of `<title>` that names an agency, else
/// its longest part.
pub(super) fn site(page: &Page) -> Option<String> {
    let dom = Dom::parse(&page.html().ok()?).ok()?;
    let first = |css: &str| {
        let selector = Selector::parse(css).ok()?;
        let element = dom.tree().select(&selector).next()?;
        let text = match element.attr("content") {
            Some(content) => plain::line(content),
            None => plain::line(&element.text().collect::<String>()),
        };
        Some(text).filter(|text| !text.is_empty())
    };
    let named = first("meta[property='og:site_name']");
    named.or_else(|| Some(of_title(&first("title")?)))
}

/// Whether a text begins like the name of an agency or of its site.
pub(super) fn is_agency(text: &str) -> bool {
    let folded = plain::fold(text) + " ";
    AGENCIES.iter().any(|words| folded.starts_with(words))
}

fn of_title(title: &str) -> String {
    let mut parts = vec![title];
    for separator in SEPARATORS {
        parts = parts.into_iter().flat_map(|part| part.split(separator)).collect();
    }
    let parts: Vec<&str> =
        parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect();
    let agency = parts.iter().find(|part| is_agency(part));
    let longest = parts.iter().rev().max_by_key(|part| part.chars().count());
    agency.or(longest).map_or_else(|| title.to_owned(), |part| (*part).to_owned())
}

#[cfg(test)]
mod tests {
    use super::of_title;

    #[test]
    fn the_name_of_a_site_is_found_in_a_title() {
        #[track_caller]
        fn check(title: &str, expected: &str) {
            assert_eq!(of_title(title), expected);
        }
        check("Tin tức - Sự kiện | Sở Nội vụ tỉnh Lâm Đồng", "Sở Nội vụ tỉnh Lâm Đồng");
        check("Cổng thông tin điện tử Huế - Tin hoạt động", "Cổng thông tin điện tử Huế");
        check("Tin tức » Vinades", "Tin tức");
        check("Sở Y tế", "Sở Y tế");
        check(" - ", " - ");
    }
}
