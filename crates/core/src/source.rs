//! Where articles come from, as feeds.toml means it.

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

/// What readers see of a source, as feeds.toml says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceInfo {
    /// The source's name in feeds.toml.
    pub id: Slug,
    /// Its title, for example `Ban Dân tộc tỉnh Lâm Đồng`.
    pub title: String,
    /// The page that a reader finds the source at: the listing, or the site of a feed.
    pub home: PublicUrl,
    /// The source's own feed, where it has one.
    pub feed: Option<PublicUrl>,
    /// The province.
    pub province: Option<Province>,
    /// The agency.
    pub agency: Option<Agency>,
    /// BCP 47.
    pub language: String,
    /// Who has which rights in its articles, in its words.
    pub rights: Option<String>,
}

/// What readers see of a source, with its permanent tag. The store keeps it, so that articles
/// outlive their source's entry in feeds.toml. It reads like the [`SourceInfo`] in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The permanent `tag:` URI (RFC 4151) of the source.
    pub tag: String,
    /// What feeds.toml says, or said last.
    pub info: SourceInfo,
}

impl Deref for Origin {
    type Target = SourceInfo;

    fn deref(&self) -> &SourceInfo {
        &self.info
    }
}

/// One place where an agency publishes, and how to read it.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// What readers are told.
    pub origin: SourceInfo,
    /// Names it had before; its articles keep the ids that these gave them.
    pub formerly: Vec<Slug>,
    /// What is fetched first. For a folder source an address below the folder's `base_url`.
    pub url: Url,
    /// Saved pages that answer in place of the network.
    pub folder: Option<SourceFolder>,
    /// How the page at `url` is read.
    pub kind: SourceKind,
    /// What its pages are encoded in, where the operator knows better than their labels.
    pub charset: Option<Charset>,
    /// How an article's page is read, where the operator knows better than the platform rules.
    pub article: ArticleSelectors,
    /// When it is visited.
    pub timetable: CronSchedule,
    /// In which zone its dates are written.
    pub zone: Tz,
    /// How its host is treated.
    pub access: HostAccess,
    /// The most article pages fetched in one visit; the rest waits for the next.
    pub max_pages: usize,
    /// When the pages of new articles are looked at again.
    pub revisits: RevisitPolicy,
    /// By how many characters title and text together must differ for an edit to be told to readers. 1 is by any.
    pub min_edit: usize,
}

impl Source {
    /// The source's name.
    pub fn id(&self) -> &Slug {
        &self.origin.id
    }
}

/// How often the page of an article that is young is looked at again, to catch corrections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevisitPolicy {
    /// How often. 0 is never.
    pub times: usize,
    /// How long after it was first seen the last time is.
    pub within: Duration,
}

/// A folder of saved pages, or a WARC file, that stands for a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFolder {
    /// Where it is, absolute or relative to the working directory.
    pub path: PathBuf,
    /// The address that the folder itself stands for; ends with a slash.
    pub base_url: Url,
}

impl SourceFolder {
    /// Whether it is no folder but a WARC file, by its name.
    pub fn is_archive(&self) -> bool {
        Self::is_archive_name(&self.path)
    }

    /// Whether a path is that of a WARC file, by its name.
    pub fn is_archive_name(path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        name.ends_with(".warc") || name.ends_with(".warc.gz")
    }

    /// The address under which the list of a WARC file's pages is asked for; none of a folder, which has its own address.
    pub fn list_address(&self) -> Option<Url> {
        let name = self.path.file_name().filter(|_| self.is_archive())?.to_string_lossy();
        let mut url = self.base_url.clone();
        url.path_segments_mut().ok()?.pop_if_empty().push(&name);
        Some(url)
    }
}

/// Where the items of a listing page are. All but `item` are looked up inside an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListingSelectors {
    /// One element for each news item.
    pub item: CssSelector,
    /// The link; by default the item itself where it is an `a`, else its first `a[href]` with a text.
    pub link: Option<CssSelector>,
    /// The title; by default the link's text.
    pub title: Option<CssSelector>,
    /// The date.
    pub date: Option<CssSelector>,
    /// The lead.
    pub summary: Option<CssSelector>,
}

/// Where the fields are on an article's page. What is absent is found by platform rules, then generically.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArticleSelectors {
    /// The title.
    pub title: Option<CssSelector>,
    /// The lead, where it stands outside the body.
    pub summary: Option<CssSelector>,
    /// The body; every match, in order.
    pub body: Option<CssSelector>,
    /// The date.
    pub date: Option<CssSelector>,
    /// The author.
    pub author: Option<CssSelector>,
    /// The source line.
    pub source: Option<CssSelector>,
    /// What is cut out of the body.
    pub remove: Vec<CssSelector>,
    /// The rules that are tried for what is absent.
    pub platforms: PlatformChoice,
}

/// How a host is treated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostAccess {
    /// The least pause between two requests to one host.
    pub gap: Duration,
    /// The longest that one page may take, from the first connection to the last byte.
    pub timeout: Duration,
    /// Networks that are not public and may be fetched from all the same.
    pub allow_private: Vec<IpNet>,
    /// Ports that may be connected to beside 80 and 443; that of the source's own address is among them.
    pub ports: Vec<u16>,
    /// The most requests to its host in a day, from midnight to midnight UTC, by all its sources.
    pub max_requests: u32,
    /// The time of day at which its host is left alone.
    pub quiet: Option<QuietHours>,
    /// How TLS is spoken with it.
    pub tls: TlsPolicy,
    /// What requests carry beside the address; none for most sources.
    pub identity: Option<RequestIdentity>,
    /// What carries the requests in place of a connection of our own.
    pub proxy: Option<Proxy>,
    /// Which of its pages a browser builds.
    pub render: Option<RenderPolicy>,
}

impl Default for HostAccess {
    /// What feeds.toml means where it says nothing.
    fn default() -> Self {
        Self {
            gap: Duration::from_secs(2),
            timeout: Duration::from_secs(60),
            allow_private: Vec::new(),
            ports: Vec::new(),
            max_requests: 5000,
            quiet: None,
            tls: TlsPolicy::default(),
            identity: None,
            proxy: None,
            render: None,
        }
    }
}
