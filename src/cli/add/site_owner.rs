//! The owner of a site: the agency and its province, found in the site name and the host.

use super::name::is_agency;
use crate::config;
use bantin_core::Province;
use bantin_page::plain::fold;
use url::Url;

/// The maximum length of an agency's name, in characters.
const MAX_LENGTH: usize = 70;
/// Words at the start of site names, folded.
const SITES: [&str; 9] = [
    "chao mung den voi ",
    "chao mung ban den voi ",
    "cong thong tin dien tu ",
    "cong ttdt ",
    "trang thong tin dien tu ",
    "trang tin dien tu ",
    "trang ttdt ",
    "website ",
    "cong thong tin ",
];
/// Words before the name of a province, folded.
const KINDS: [&str; 4] = ["tinh", "thanh pho", "tp.", "tp"];

/// The owner of a site, as far as its name and host reveal it.
#[derive(Debug, PartialEq, Eq, Default)]
pub(super) struct SiteOwner {
    pub(super) province: Option<Province>,
    /// The agency, as its province calls it.
    pub(super) agency: Option<String>,
}

/// Finds the owner of the site at `url` whose pages call it `site`.
pub(super) fn of(site: Option<&str>, url: &Url) -> SiteOwner {
    let (before, named) = site.map(parted).unwrap_or_default();
    let of_host = || url.host_str()?.split('.').rev().find_map(config::province_of_label);
    let province = named.or_else(of_host);
    let agency = Some(strip_site_words(&before)).filter(|name| {
        // The portal of a province counts as its agency. An agency needs a known province.
        is_agency(name) && name.chars().count() <= MAX_LENGTH && province.is_some()
    });
    SiteOwner { agency: agency.map(str::to_owned), province }
}

/// Splits the province off the end of a name: `Sở Nội vụ tỉnh Lâm Đồng`.
fn parted(site: &str) -> (String, Option<Province>) {
    let words: Vec<&str> = site.split_whitespace().collect();
    for from in 0..words.len() {
        let (before, tail) = words.split_at_checked(from).unwrap_or_default();
        let tail = tail.join(" ");
        // A number could be the code of a province; in a name it is not one.
        if !tail.contains(char::is_alphabetic) {
            break;
        }
        let Some(province) = config::province(&tail) else { continue };
        let mut before = before.to_vec();
        let is_kind = |words: &[&str]| KINDS.contains(&fold(&words.join(" ")).as_str());
        for length in [2, 1] {
            let start = before.len().saturating_sub(length);
            if before.get(start..).is_some_and(|words| words.len() == length && is_kind(words)) {
                before.truncate(start);
                break;
            }
        }
        // The name `Báo Lào Cai` includes its province.
        if before.len() == 1 {
            return (site.to_owned(), Some(province));
        }
        let before = before.join(" ");
        return (before.trim_end_matches([' ', '-', ',', '–']).to_owned(), Some(province));
    }
    (site.to_owned(), None)
}

/// Strips the words for a site from the start of an agency's name: `Trang thông tin điện tử Sở Nội
/// vụ`.
fn strip_site_words(name: &str) -> &str {
    let mut name = name.trim();
    for start in SITES {
        let folded = fold(name);
        let length = start.chars().count();
        // Folding keeps the number of letters of composed texts.
        if folded.starts_with(start)
            && let Some((at, _)) = name.char_indices().nth(length)
            && let Some(rest) = name.get(at..).filter(|rest| is_agency(rest))
        {
            name = rest;
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(site: &str, url: &str, province: Option<&str>, agency: Option<&str>) {
        let whose = of(Some(site).filter(|site| !site.is_empty()), &url.parse().unwrap());
        let found = whose.province.as_ref().map(|province| province.slug.as_str());
        assert_eq!((found, whose.agency.as_deref()), (province, agency), "{site} {url}");
    }

    #[test]
    fn agency_and_province_are_found_in_the_name_of_a_site_and_in_its_host() {
        let lam_dong = Some("lam-dong");
        let noi_vu = Some("Sở Nội vụ");
        check("Sở Nội vụ tỉnh Lâm Đồng", "https://a.example/", lam_dong, noi_vu);
        check("SỞ NỘI VỤ TỈNH LÂM ĐỒNG", "https://a.example/", lam_dong, Some("SỞ NỘI VỤ"));
        check(
            "Trang thông tin điện tử Sở Nội vụ - tỉnh Lâm Đồng",
            "https://a.example/",
            lam_dong,
            noi_vu,
        );
        check("Sở Nội vụ", "https://snv.lamdong.gov.vn/", lam_dong, noi_vu);
        check(
            "Sở Y tế TP. Hồ Chí Minh",
            "https://a.example/",
            Some("ho-chi-minh"),
            Some("Sở Y tế"),
        );
        check("Ban Dân tộc tỉnh Đắk Nông", "https://a.example/", lam_dong, Some("Ban Dân tộc"));
        check(
            "Cổng thông tin điện tử tỉnh Lâm Đồng",
            "https://lamdong.gov.vn/",
            lam_dong,
            Some("Cổng thông tin điện tử"),
        );
        check("Báo Lào Cai", "https://a.example/", Some("lao-cai"), Some("Báo Lào Cai"));
        // Province or agency is unknown.
        check("Sở Nội vụ", "https://sonoivu.example/", None, None);
        check("Tin tức", "https://www.thuathienhue.gov.vn/", Some("hue"), None);
        check("", "https://hue.gov.vn/", Some("hue"), None);
    }
}
