//! Article keys: the permanent identity of an article within its source.

use super::document::is_document;
use super::session::without_session;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use url::Url;

/// Query parameters that identify where a reader came from, not the page.
const TRACKING: [&str; 7] =
    ["fbclid", "gclid", "zalo", "mc_cid", "mc_eid", "redirect", "inheritredirect"];

/// Query parameters of a SharePoint form: the address that its button returns to, and how the form
/// is framed.
const WAYS_BACK: [&str; 5] = ["source", "contenttypeid", "isdlg", "rootfolder", "web"];

/// Names of a folder's own page, which servers send for the folder.
const INDEX_PAGES: [&str; 7] = [
    "index.html",
    "index.htm",
    "index.php",
    "index.jsp",
    "index.aspx",
    "default.aspx",
    "default.asp",
];

/// Separates the key of an address from the part that tells apart the articles sharing it.
const VARIANT: &str = "#~";
/// The length of that part, in hexadecimal digits.
const VARIANT_LENGTH: usize = 16;

/// The identity of an article within its source.
///
/// For a page it is the path and the significant part of the query, so neither a new host name nor
/// `https` instead of `http` makes an article new. For an item of a feed it is the `guid`.
///
/// The permanent `tag:` id of an article is made once, from this key and the first name of its
/// source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ArticleKey(String);

impl ArticleKey {
    /// The key of the page at `url`, for a source whose site is at `home`.
    ///
    /// A page on another host keeps that host in its key. Paths served by IIS (`.aspx`) are
    /// lowercased, because IIS ignores case. Sessions in the URL do not count.
    pub fn of_page(url: &Url, home: &Url) -> Self {
        let url = &without_session(url.clone());
        let host = |url: &Url| {
            url.host_str().map(|h| h.trim_start_matches("www.").to_owned()).unwrap_or_default()
        };
        let mut key = String::new();
        if host(url) != host(home) {
            key.push_str("//");
            key.push_str(&host(url));
        }
        // Some systems encode their own links twice.
        let path = decode_double_encoding(url.path());
        let served_by_iis = url.path().to_ascii_lowercase().contains(".aspx");
        if served_by_iis {
            key.push_str(&path.to_ascii_lowercase());
        } else {
            key.push_str(&path);
        }
        let is_form = key.ends_with("/dispform.aspx");
        let mut telling: Vec<(String, String)> = url
            .query_pairs()
            .map(|(name, value)| (name.to_ascii_lowercase(), value.into_owned()))
            .filter(|(name, _)| !name.starts_with("utm_") && !TRACKING.contains(&name.as_str()))
            .filter(|(name, _)| !is_form || !WAYS_BACK.contains(&name.as_str()))
            .collect();
        telling.sort();
        if !telling.is_empty() {
            let query =
                url::form_urlencoded::Serializer::new(String::new()).extend_pairs(telling).finish();
            key.push('?');
            key.push_str(&query);
        }
        if let Some(fragment) = url.fragment().filter(|fragment| is_route(fragment)) {
            key.push('#');
            key.push_str(fragment);
        }
        Self(key)
    }

    /// The key of an item of a feed that has a `guid` (RSS) or `id` (Atom, JSON Feed).
    pub fn of_guid(guid: &str) -> Self {
        Self(format!("guid:{}", guid.trim()))
    }

    /// Whether it is that of a feed item with a guid.
    pub fn is_guid(&self) -> bool {
        self.0.starts_with("guid:")
    }

    /// Restores a key from its stored text.
    pub fn kept(text: String) -> Self {
        Self(text)
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key of one of several articles that share this key. `distinction`: what tells it apart,
    /// for example its title.
    pub fn variant(&self, distinction: &str) -> Self {
        let hash = short_hash(distinction.as_bytes());
        let hash = hash.get(..VARIANT_LENGTH).unwrap_or_default();
        Self(format!("{}{VARIANT}{hash}", self.shared().unwrap_or(&self.0)))
    }

    /// The key that the articles of a [`variant`](Self::variant) share; `None` if this is no
    /// variant.
    pub fn shared(&self) -> Option<&str> {
        let (shared, hash) = self.0.rsplit_once(VARIANT)?;
        let is_hash = hash.len() == VARIANT_LENGTH && hash.bytes().all(|b| b.is_ascii_hexdigit());
        is_hash.then_some(shared)
    }

    /// Whether an article with this key has no page of its own: several articles share the page at
    /// its address, its address is that of a document, or its feed item links to none. A guid that
    /// the agency used again, and that is part of a variant for this reason, leaves each article its
    /// page.
    pub fn is_without_page(&self) -> bool {
        let is_file = !self.0.starts_with("guid:") && is_document(&self.0);
        is_file
            || self.shared().is_some_and(|shared| match shared.strip_prefix("guid:") {
                Some(id) => Self::of_guid(id).variant(id) == *self,
                None => true,
            })
    }

    /// The bounds between which the text of every variant of this key is; the second one is
    /// excluded.
    pub fn variants(&self) -> (String, String) {
        let shared = self.shared().unwrap_or(&self.0);
        (format!("{shared}{VARIANT}"), format!("{shared}{VARIANT}g"))
    }

    /// The form in which keys are compared: one page has one form, although sites link to it with
    /// and without a trailing slash, as a folder or as the page of the folder (`index.html`).
    /// Sessions that an earlier version left in the key do not count.
    pub fn form(&self) -> Cow<'_, str> {
        if self.is_guid() || self.shared().is_some() {
            return self.0.as_str().into();
        }
        let (host, rest) = match self.0.strip_prefix("//") {
            Some(rest) => self.0.split_at(2 + rest.find('/').unwrap_or(rest.len())),
            None => ("", self.0.as_str()),
        };
        let end = rest.find(['?', '#']).unwrap_or(rest.len());
        let (path, tail) = rest.split_at(end);
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let is_index = INDEX_PAGES.iter().any(|index| name.eq_ignore_ascii_case(index));
        let path = if is_index { folder } else { path };
        let bare = path.trim_end_matches('/');
        let form = format!("{host}{bare}{tail}");
        let base = Url::parse("http://key.invalid/").ok();
        let url = base.and_then(|base| base.join(&form).ok());
        let Some(url) = url.filter(|_| host.is_empty()) else { return form.into() };
        let stripped = without_session(url.clone());
        if stripped == url { form.into() } else { text_of(&stripped).into() }
    }
}

/// The part of a URL that a key consists of.
fn text_of(url: &Url) -> String {
    let mut text = url.path().trim_end_matches('/').to_owned();
    url.query().iter().for_each(|query| text.extend(["?", query]));
    url.fragment().iter().for_each(|fragment| text.extend(["#", fragment]));
    text
}

/// Whether a fragment is the address of a page: a route that a script of the site evaluates
/// (`#!/tin/7`, `#/tin/7`).
pub fn is_route(fragment: &str) -> bool {
    fragment.starts_with(['!', '/'])
}

impl fmt::Display for ArticleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Decodes the second encoding of a path whose characters are percent-encoded twice.
fn decode_double_encoding(path: &str) -> String {
    let mut pieces = path.split("%25");
    let mut once = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let is_code =
            piece.get(..2).is_some_and(|code| code.chars().all(|c| c.is_ascii_hexdigit()));
        once.push_str(if is_code { "%" } else { "%25" });
        match piece.split_at_checked(2).filter(|_| is_code) {
            Some((code, rest)) => {
                once.push_str(&code.to_ascii_uppercase());
                once.push_str(rest);
            }
            None => once.push_str(piece),
        }
    }
    once
}

/// Returns the first 32 hexadecimal digits of the BLAKE3 hash: 128 bits, enough against accidental
/// and deliberate collisions.
pub(super) fn short_hash(bytes: &[u8]) -> String {
    let mut hash = blake3::hash(bytes).to_hex().to_string();
    hash.truncate(32);
    hash
}

#[cfg(test)]
mod tests {
    use super::ArticleKey;

    #[track_caller]
    fn check(url: &str, expected: &str) {
        let home = "https://www.bandantoc.example.gov.vn/".parse().unwrap();
        assert_eq!(ArticleKey::of_page(&url.parse().unwrap(), &home).as_str(), expected);
    }

    #[test]
    fn the_key_outlives_the_host_the_scheme_and_the_trackers() {
        check("http://bandantoc.example.gov.vn/Tin/DispForm.aspx?ID=7", "/tin/dispform.aspx?id=7");
        check(
            "https://www.bandantoc.example.gov.vn/tin/dispform.aspx?id=7&utm_source=x",
            "/tin/dispform.aspx?id=7",
        );
        check("https://bandantoc.example.gov.vn/Tin-Tuc/A-12.html", "/Tin-Tuc/A-12.html");
        check(
            "https://bandantoc.example.gov.vn/Lists/Tin/DispForm.aspx?ID=7&Source=%2Ftin&ContentTypeId=0x01",
            "/lists/tin/dispform.aspx?id=7",
        );
        check("https://bandantoc.example.gov.vn/ca%25cc%2581-100%25", "/ca%CC%81-100%25");
        check("https://bandantoc.example.gov.vn/?b=2&a=1#top", "/?a=1&b=2");
        check("https://bandantoc.example.gov.vn/#!/tin/7", "/#!/tin/7");
    }

    #[test]
    fn articles_that_share_an_address_or_have_none_are_without_page() {
        let key = |text: &str| ArticleKey::kept(text.to_owned());
        assert!(key("/thong-bao").variant("hai").is_without_page());
        assert!(key("guid:p-17").variant("p-17").is_without_page());
        assert!(!key("guid:p-17").variant("hai").is_without_page());
        assert!(key("/vb/45.pdf").is_without_page() && key("/vb/45.PDF?v=2").is_without_page());
        assert!(!key("guid:45.pdf").is_without_page() && !key("/vb?f=45.pdf").is_without_page());
        assert!(!key("guid:p-17").is_without_page() && !key("/thong-bao").is_without_page());
    }

    #[test]
    fn another_host_is_part_of_the_key() {
        check("https://baolamdong.example/a", "//baolamdong.example/a");
    }
}
