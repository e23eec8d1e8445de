//! The names under which a site presents itself. None of them is the title of an article, its
//! author or the source of a reprint.

mod shown;

use super::metadata::PageMetadata;
use bantin_page::{Dom, plain};
use url::Url;

/// Minimum length of a name that is compared with a part of the host, in characters.
const MIN_LENGTH: usize = 4;
/// Minimum number of words of a name that is abbreviated to their first letters.
const MIN_INITIALS: usize = 3;
/// The parts of a host that name no site.
const COMMON: [&str; 12] =
    ["www", "com", "org", "net", "gov", "edu", "info", "example", "blog", "news", "amp", "mobile"];

/// The names of a page's site, reduced to letters and digits.
#[derive(Debug, Default)]
pub(super) struct SiteNames {
    /// The names that the page and the operator give.
    declared: Vec<String>,
    /// The names that the page shows in its header and footer.
    shown: Vec<String>,
    /// The texts above the menu of the page.
    banner: Vec<String>,
    /// The whole host, and its parts that may be a name.
    host: Vec<String>,
    /// The first letters of the declared names of several words.
    initials: Vec<String>,
    /// The parts of `<title>` behind the first.
    titled: Vec<String>,
}

impl SiteNames {
    /// Collects the names. `known` are those of the source and its agency.
    pub(super) fn of(page: &Url, metadata: &PageMetadata, known: &[&str]) -> Self {
        let declared = metadata.site_names.iter().map(String::as_str).chain(known.iter().copied());
        let initials =
            declared.clone().map(initials).filter(|letters| letters.len() >= MIN_INITIALS);
        let host = page.host_str().unwrap_or_default();
        let host = host.strip_prefix("www.").unwrap_or(host);
        let domain = host.rsplit_once('.').map_or(host, |(domain, _)| domain);
        let parts = domain.split('.').filter(|part| part.len() > 2 && !COMMON.contains(part));
        let title = metadata.title_element.as_deref().unwrap_or_default();
        let marks = [" | ", " - ", " – "].into_iter();
        let titled = marks.flat_map(|mark| title.split(mark).skip(1));
        Self {
            titled: titled.map(reduced).filter(|name| !name.is_empty()).collect(),
            declared: declared.map(reduced).filter(|name| !name.is_empty()).collect(),
            shown: Vec::new(),
            banner: Vec::new(),
            host: std::iter::once(host).chain(parts).map(reduced).collect(),
            initials: initials.collect(),
        }
    }

    /// Adds the names that the intact page shows.
    pub(super) fn add_shown(&mut self, dom: &Dom, page: &Url, base: &Url) {
        let found = shown::names(dom, page, base);
        self.shown = found.names.iter().map(|name| reduced(name)).collect();
        self.banner = found.banner.iter().map(|name| reduced(name)).collect();
    }

    /// Whether a text stands above the menu of the page: a name or a motto of the site, or the title
    /// of the article if nothing below the menu may be. `text` has nothing but letters and digits.
    pub(super) fn is_banner(&self, text: &str) -> bool {
        self.banner.iter().any(|name| name == text)
    }

    /// Whether a text that has nothing but letters and digits is a name that the page shows. An
    /// article may have such a title, too.
    pub(super) fn is_shown(&self, text: &str) -> bool {
        self.shown.iter().any(|name| name == text)
    }

    /// Whether a text is a name that the page or the operator gives, and not only one of the host.
    pub(super) fn is_declared(&self, text: &str) -> bool {
        let name = reduced(text);
        self.declared.contains(&name) || self.is_shown(&name)
    }

    /// Whether a text is one of the names.
    pub(super) fn contains(&self, text: &str) -> bool {
        let name = reduced(text.trim_start_matches("www."));
        self.declared.contains(&name) || self.is_host(text)
    }

    /// Whether a text is a part of the page's `<title>` behind the first.
    pub(super) fn is_in_title(&self, text: &str) -> bool {
        self.titled.contains(&reduced(text))
    }

    /// Whether a text that has nothing but letters and digits begins such a part, and is shorter.
    pub(super) fn begins_part_of_title(&self, text: &str) -> bool {
        self.titled.iter().any(|part| part.len() > text.len() && part.starts_with(text))
    }

    /// Whether an organisation is the owner of the site: the page shows its name, or the host begins
    /// it (`Sở Tư pháp tỉnh An` at sotuphap.an.gov.vn).
    pub(super) fn is_owner(&self, name: &str) -> bool {
        let name = reduced(name);
        let begins = |part: &String| part.len() > MIN_LENGTH && name.starts_with(part.as_str());
        self.is_shown(&name) || self.host.iter().any(begins)
    }

    /// Whether a name of an author is the site's. A site at the address of a person (`janedoe.com`)
    /// may be written by that person.
    pub(super) fn is_author(&self, name: &str) -> bool {
        let is_word = !name.trim().contains(' ');
        self.declared.contains(&reduced(name))
            || is_word && self.is_host(name)
            || self.is_address(name)
    }

    /// Whether a person's name begins a part of the host: `Jane Doe` at janedoe.com.
    pub(super) fn is_host_of(&self, name: &str) -> bool {
        let name = reduced(name);
        self.host.iter().any(|part| name.len() > MIN_LENGTH && part.starts_with(&name))
    }

    /// Whether a text is the host, or a name that is a part of it.
    fn is_host(&self, text: &str) -> bool {
        // A text of several words is no address, whatever its slashes separate.
        let is_address = !text.trim().contains(' ');
        let name = reduced(if is_address { host_of(text) } else { text });
        !name.is_empty() && self.host.contains(&name)
    }

    /// Whether a text is an address of the site.
    pub(super) fn is_address(&self, text: &str) -> bool {
        let host = host_of(text);
        host.contains('.') && self.host.first() == Some(&reduced(host))
    }

    /// Whether a part of a `<title>` is the site's name: a declared one, or one that its host
    /// abbreviates (`DER SPIEGEL` at spiegel.de, `Radio Free Europe` at rfe.org).
    pub(super) fn is_like(&self, text: &str) -> bool {
        /// The maximum number of characters by which name and host may differ.
        const DIFFERENCE: usize = 8;
        /// The maximum length of a name, in bytes.
        const MAX_BYTES: usize = 400;
        if text.len() > MAX_BYTES {
            return false;
        }
        let name = reduced(text);
        let initials = initials(text);
        let is_near = |host: &String| {
            let differ = host.len().abs_diff(name.len()) <= DIFFERENCE;
            let within = name.len() >= MIN_LENGTH && host.contains(&name);
            differ && (within || host.len() >= MIN_LENGTH && name.contains(host.as_str()))
        };
        let is_abbreviated = initials.len() >= MIN_INITIALS && self.host.contains(&initials)
            || self.initials.contains(&name);
        self.contains(text)
            || self.is_shown(&name)
            || self.host.iter().any(is_near)
            || is_abbreviated
    }
}

/// The first letters of the words of a folded name.
fn initials(name: &str) -> String {
    plain::fold(name).split_whitespace().filter_map(|word| word.chars().next()).collect()
}

/// The host of an address that may have neither scheme nor path.
fn host_of(address: &str) -> &str {
    let address = address.trim();
    let host = address.split_once("://").map_or(address, |(_, host)| host);
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    host.trim_start_matches("www.")
}

/// The letters and digits of a folded text.
fn reduced(text: &str) -> String {
    plain::fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(host: &str, declared: &[&str]) -> SiteNames {
        let mut metadata = PageMetadata::default();
        metadata.site_names.extend(declared.iter().map(|name| (*name).to_owned()));
        let url = format!("https://{host}/tin/1.html").parse().unwrap();
        SiteNames::of(&url, &metadata, &["Ban Dân tộc tỉnh Lâm Đồng"])
    }

    #[test]
    fn names_of_a_site_are_recognized_in_every_spelling() {
        #[track_caller]
        fn check(host: &str, declared: &[&str], text: &str, expected: bool) {
            assert_eq!(names(host, declared).contains(text), expected, "{text}");
        }
        check("www.spiegel.de", &[], "SPIEGEL", true);
        check("www.spiegel.de", &[], "www.spiegel.de", true);
        check("ldld.tinh.example", &[], "ldld.tinh.example", true);
        check("a.example", &["Cổng thông tin xã An"], "CỔNG THÔNG TIN XÃ AN", true);
        check("a.example", &[], "Ban Dân tộc tỉnh Lâm Đồng", true);
        check("a.example", &[], "Ban Dân tộc tỉnh họp", false);
        check("www.spiegel.de", &[], "Der Spiegel der Zeit", false);
        check("baolamdong.vn", &[], "Báo Lâm Đồng", true);
        check("baolamdong.vn", &[], "baolamdong.vn/tin", true);
        check("baolamdong.vn", &[], "baolamdong.vn // Hội nghị tổng kết", false);
    }

    #[test]
    fn the_owner_of_a_site_is_told_from_the_papers_of_its_province() {
        #[track_caller]
        fn check(host: &str, name: &str, expected: bool) {
            assert_eq!(names(host, &[]).is_owner(name), expected, "{name}");
        }
        check("sotuphap.an.gov.vn", "Sở Tư pháp tỉnh An", true);
        check("sotuphap.an.gov.vn", "Sở Tư pháp", true);
        check("sotuphap.an.gov.vn", "Sở Xây dựng tỉnh An", false);
        check("lamdong.gov.vn", "Báo Lâm Đồng", false);
        check("bvhttdl.gov.vn", "Báo Văn hóa", false);
    }

    #[test]
    fn addresses_of_the_site_are_told_from_names() {
        let site = names("www.bandantoc.tinh.example", &[]);
        for text in ["bandantoc.tinh.example", "https://bandantoc.tinh.example/tin/1"] {
            assert!(site.is_address(text), "{text}");
        }
        for text in ["Ban Dân tộc", "https://baodantoc.example/tin/1", "bandantoc"] {
            assert!(!site.is_address(text), "{text}");
        }
    }

    #[test]
    fn parts_of_a_title_that_the_host_abbreviates_are_names() {
        #[track_caller]
        fn check(host: &str, text: &str, expected: bool) {
            assert_eq!(names(host, &[]).is_like(text), expected, "{text}");
        }
        check("www.spiegel.de", "DER SPIEGEL", true);
        check("www.rfe.org", "Radio Free Europe", true);
        check("baolamdong.vn", "Báo Lâm Đồng điện tử", true);
        check("www.spiegel.de", "Der Spiegel hing schief an der Wand", false);
        check("a.example", "Hội nghị", false);
    }
}
