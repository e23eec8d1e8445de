//! Sources: the places where agencies publish, as configured in feeds.toml.

use super::{
    Agency, Charset, CronSchedule, CssSelector, PlatformChoice, Province, Proxy, PublicUrl,
    QuietHours, RenderPolicy, RequestIdentity, Slug, SourceKind, TlsPolicy,
};
use chrono_tz::Tz;
use ipnet::IpNet;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

/// The public description of a source, as feeds.toml gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceInfo {
    /// The source's name in feeds.toml.
    pub id: Slug,
    /// Its title, for example `Ban Dân tộc tỉnh Lâm Đồng`.
    pub title: String,
    /// The page for readers: the listing, or the web site of a feed.
    pub home: PublicUrl,
    /// The source's own feed, if it has one.
    pub feed: Option<PublicUrl>,
    /// The province.
    pub province: Option<Province>,
    /// The agency.
    pub agency: Option<Agency>,
    /// The language tag (BCP 47).
    pub language: String,
    /// The copyright statement for its articles, in the source's own words.
    pub rights: Option<String>,
}

/// The public description of a source with its permanent tag. The store keeps it, so that articles
/// outlive their source's entry in feeds.toml. It dereferences to its [`SourceInfo`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The permanent `tag:` URI (RFC 4151) of the source.
    pub tag: String,
    /// The current description in feeds.toml, or the last one if the source was removed.
    pub info: SourceInfo,
}

impl Deref for Origin {
    type Target = SourceInfo;

    fn deref(&self) -> &SourceInfo {
        &self.info
    }
}

/// One listing, feed, API, sitemap or folder that is visited, and how to read it.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// The public description.
    pub origin: SourceInfo,
    /// Former names. Its articles keep the ids that were made with these names.
    pub aliases: Vec<Slug>,
    /// The address that a visit fetches first. For a folder source, an address below the folder's
    /// `base_url`.
    pub url: Url,
    /// Saved pages that are read instead of the network.
    pub folder: Option<SourceFolder>,
    /// The kind of the page at `url`, which determines its reader.
    pub kind: SourceKind,
    /// The encoding of its pages, if the operator overrides their labels.
    pub charset: Option<Charset>,
    /// The operator's selectors for article pages, which take precedence over the platform rules.
    pub article: ArticleSelectors,
    /// The schedule of its visits.
    pub timetable: CronSchedule,
    /// The time zone of its dates.
    pub zone: Tz,
    /// The access settings of its host.
    pub access: HostAccess,
    /// The maximum number of article pages fetched in one visit; the others wait for the next
    /// visit.
    pub max_pages: usize,
    /// The revisits of young articles.
    pub revisits: RevisitPolicy,
    /// The minimum edit, in characters of title and text together, that is published as a revision.
    /// With 1, every edit is published.
    pub min_edit: usize,
}

impl Source {
    /// The source's name.
    pub fn id(&self) -> &Slug {
        &self.origin.id
    }
}

/// The policy for fetching the pages of young articles again, to catch corrections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevisitPolicy {
    /// The number of revisits; 0 disables them.
    pub times: usize,
    /// The span after the first sighting in which all revisits take place.
    pub within: Duration,
}

/// A folder of saved pages, or a WARC file, that replaces a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFolder {
    /// Its path, absolute or relative to the working directory.
    pub path: PathBuf,
    /// The address that the folder represents; ends with a slash.
    pub base_url: Url,
}

impl SourceFolder {
    /// Whether it is a WARC file, by its name.
    pub fn is_archive(&self) -> bool {
        Self::is_archive_name(&self.path)
    }

    /// Whether a path names a WARC file.
    pub fn is_archive_name(path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        name.ends_with(".warc") || name.ends_with(".warc.gz")
    }

    /// The address of the list of a WARC file's pages. `None` for a folder, which has its own
    /// address.
    pub fn list_address(&self) -> Option<Url> {
        let name = self.path.file_name().filter(|_| self.is_archive())?.to_string_lossy();
        let mut url = self.base_url.clone();
        url.path_segments_mut().ok()?.pop_if_empty().push(&name);
        Some(url)
    }
}

/// CSS selectors of the items of a listing page. All but `item` are applied within an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListingSelectors {
    /// The selector of the items: one element for each.
    pub item: CssSelector,
    /// The link; by default the item itself if it is an `a`, otherwise its first `a[href]` with a
    /// text.
    pub link: Option<CssSelector>,
    /// The title; by default the link's text.
    pub title: Option<CssSelector>,
    /// The date.
    pub date: Option<CssSelector>,
    /// The lead.
    pub summary: Option<CssSelector>,
}

/// CSS selectors of the fields of an article page. Missing fields are found by platform rules, then
/// by the generic extractor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArticleSelectors {
    /// The title.
    pub title: Option<CssSelector>,
    /// The lead, if it is outside the body.
    pub summary: Option<CssSelector>,
    /// The body: all matches, in document order.
    pub body: Option<CssSelector>,
    /// The date.
    pub date: Option<CssSelector>,
    /// The author.
    pub author: Option<CssSelector>,
    /// The source line.
    pub source: Option<CssSelector>,
    /// Elements to remove from the body.
    pub remove: Vec<CssSelector>,
    /// The platform rules that are tried for missing fields.
    pub platforms: PlatformChoice,
}

/// The access settings of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostAccess {
    /// The minimum delay between two requests to one host.
    pub delay: Duration,
    /// The time limit for one page, from the first connection to the last byte.
    pub timeout: Duration,
    /// Networks that are not public and may be fetched from nevertheless.
    pub allow_private: Vec<IpNet>,
    /// Allowed ports besides 80 and 443, including the port of the source's own address.
    pub ports: Vec<u16>,
    /// The maximum number of requests of all its sources to its host per day, from midnight to
    /// midnight UTC.
    pub max_requests: u32,
    /// The maximum size of a document that lists articles, in bytes.
    pub max_document: usize,
    /// The quiet hours: the time of day in which its host gets no requests.
    pub quiet_hours: Option<QuietHours>,
    /// The TLS settings.
    pub tls: TlsPolicy,
    /// The credentials, header fields, cookies and form of its requests; `None` for most sources.
    pub identity: Option<RequestIdentity>,
    /// The proxy for its requests, instead of a direct connection.
    pub proxy: Option<Proxy>,
    /// The pages that a browser renders.
    pub render: Option<RenderPolicy>,
}

impl HostAccess {
    /// The maximum size of a page, in bytes.
    pub const MAX_PAGE: usize = 8 << 20;
}

impl Default for HostAccess {
    /// The defaults of feeds.toml.
    fn default() -> Self {
        Self {
            delay: Duration::from_secs(2),
            timeout: Duration::from_secs(60),
            allow_private: Vec::new(),
            ports: Vec::new(),
            max_requests: 5000,
            max_document: Self::MAX_PAGE,
            quiet_hours: None,
            tls: TlsPolicy::default(),
            identity: None,
            proxy: None,
            render: None,
        }
    }
}
