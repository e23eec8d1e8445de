//! The keys of feeds.toml, each defined once: name, old names, type, bounds, default and description.
//!
//! The parser, `feeds.schema.json` and `docs/feeds-toml.md` are all made from these definitions. A new key is a field here and a line
//! where its meaning is used; the keys that belong to kinds of sources are defined with the kinds, in `discover::kind`.
//!
//! Comments are the descriptions that operators read. Beside what schemars knows, `extend` takes:
//! - `"default"`: the value that holds where feeds.toml says nothing,
//! - `"old"`: names that the key had before; they work, with a warning,
//! - `"inherited"`: the key may stand in `[defaults]`,
//! - `"listed"`: a `[[source_list]]` takes the key for all of its sources.

mod identity;
mod platform;
mod render;
mod websub;

pub(super) use identity::{BasicAuth, ProxyKeys, SecretReference, TextOr};
pub(super) use platform::PlatformKeys;
pub(super) use render::RenderKeys;
pub(super) use websub::WebSub;

use super::deserialize::{BoundedDuration, Spanned};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

// Lengths of time in seconds.
const TWO_MINUTES: u64 = 120;
/// With a longer pause a visit would end before its second page.
const FIVE_MINUTES: u64 = 300;
const QUARTER_OF_AN_HOUR: u64 = 15 * 60;
pub(super) const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;
/// An article is young for hours or days; what was corrected after a month is another story.
const MONTH: u64 = 30 * DAY;
/// Ten years of 365.25 days.
const TEN_YEARS: u64 = 10 * 31_557_600;

/// The keys at the top of feeds.toml.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Site")]
pub(super) struct SiteKeys {
    /// The title of the index page.
    #[schemars(extend("default" = "Bản tin"))]
    pub(super) title: Option<Spanned<String>>,
    /// The address at which readers find the output folder. By default where bantin listens.
    #[schemars(example = "https://bantin.example/")]
    pub(super) base_url: Option<Spanned<String>>,
    /// Who gives the articles their permanent ids (RFC 4151): a domain or e-mail address that was yours on a day, and that day. Choose once, before the first run: all ids begin with it.
    #[schemars(required, example = "bantin.example,2026")]
    pub(super) id_authority: Option<Spanned<String>>,
    /// Where people reach whoever runs this: a web page, or mailto: and an address. Agencies see it in their logs.
    #[schemars(example = "mailto:someone@bantin.example")]
    pub(super) contact: Option<Spanned<String>>,
    /// The IP address and port at which the daemon answers.
    #[schemars(extend("default" = "127.0.0.1:8787"))]
    pub(super) listen: Option<Spanned<String>>,
    /// The folder of the published documents; relative to the working directory, or to STATE_DIRECTORY under systemd.
    #[schemars(extend("default" = "output"))]
    pub(super) output: Option<Spanned<String>>,
    /// The folder of what bantin remembers; relative as `output` is.
    #[schemars(extend("default" = "state"))]
    pub(super) state: Option<Spanned<String>>,
    /// Whether each document lies in the output folder packed as well (.gz and .br beside it), for a web server that serves that folder. `bantin run` packs by itself.
    #[schemars(extend("default" = true))]
    pub(super) precompress: Option<Spanned<bool>>,
    /// How long the documents of a feed stay in the output folder after it left this file. bantin and the web servers of packaging/ answer 410 (Gone) from the beginning.
    #[schemars(extend("default" = "30days"))]
    pub(super) keep_gone: Option<Spanned<BoundedDuration<0, TEN_YEARS>>>,
    /// How many sources are visited at once.
    #[schemars(range(min = 1, max = 64))]
    #[schemars(extend("default" = 8))]
    pub(super) workers: Option<Spanned<usize>>,
    /// More files of sources and feeds, relative to this file; `*`, `?` and `**` are understood.
    #[schemars(example = ["provinces/*.toml"])]
    pub(super) include: Option<Vec<Spanned<String>>>,
    /// Files of the topics that articles are told apart by, relative to this file; "built-in" stands for those that come with bantin. A topic of a later file takes the place of one with the same id; [] is for none.
    #[schemars(extend("default" = ["built-in"]))]
    pub(super) topics: Option<Vec<Spanned<String>>>,
    /// Your own platform rules (one file for each family of content management systems), relative to this file; they go before the embedded ones.
    #[schemars(example = ["platforms/*.toml"])]
    pub(super) platforms: Option<Vec<Spanned<String>>>,
    /// The browser that builds the pages of sources with render = true.
    pub(super) render: Option<Spanned<RenderKeys>>,
    /// Who is told at once that a feed has changed (WebSub).
    pub(super) websub: Option<Spanned<WebSub>>,
}

/// A topic, in a file that `topics` names.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Topic")]
pub(super) struct TopicKeys {
    /// Its name in feeds, for ever: a-z, 0-9 and hyphens.
    #[schemars(
        required,
        example = &"y-te",
        regex(pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")
    )]
    pub(super) id: Option<Spanned<String>>,
    /// What readers see.
    #[schemars(required, example = &"Y tế")]
    pub(super) name: Option<Spanned<String>>,
    /// Words of which one in a title is enough, or two in a lead.
    #[schemars(example = ["bệnh viện", "tiêm chủng"])]
    pub(super) strong: Option<Vec<Spanned<String>>>,
    /// Words that only add to others.
    #[schemars(example = ["thuốc"])]
    pub(super) weak: Option<Vec<Spanned<String>>>,
    /// Words near which no other of the topic counts.
    #[schemars(example = ["thuốc bảo vệ thực vật"])]
    pub(super) not: Option<Vec<Spanned<String>>>,
}

/// A place where an agency publishes.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Source")]
pub(super) struct SourceKeys {
    /// Its name, for ever: a-z, 0-9 and hyphens.
    #[schemars(
        required,
        example = "ban-dan-toc",
        regex(pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")
    )]
    pub(super) id: Option<Spanned<String>>,
    /// Names that it had before; its articles keep their ids.
    #[schemars(example = ["ban-dan-toc-cu"], extend("old" = ["formerly"]))]
    pub(super) aliases: Option<Vec<Spanned<String>>>,
    /// What readers see. By default the agency with its province.
    #[schemars(example = "Ban Dân tộc tỉnh Lâm Đồng")]
    pub(super) title: Option<Spanned<String>>,
    /// The province: its name, slug or code; one merged on 1 July 2025 means the province that it is part of now.
    #[schemars(example = "lam-dong", extend("listed" = true))]
    pub(super) province: Option<Spanned<String>>,
    /// The agency, as its province calls it.
    #[schemars(example = "Ban Dân tộc", extend("listed" = true))]
    pub(super) agency: Option<Spanned<String>>,
    /// How the page at `url` is read. By default as a listing.
    pub(super) kind: Option<Spanned<String>>,
    /// What is fetched first: the listing page, the feed, the API or the saved page; of kind "wordpress" the site, its API, or /wp-json/wp/v2/categories/NUMBER for one category. For a folder source relative to `base_url`.
    #[schemars(example = "https://bandantoc.lamdong.example/tin-tuc/")]
    pub(super) url: Option<Spanned<String>>,
    /// A folder of saved pages, or a WARC file (.warc, .warc.gz), that answers in place of the network, relative to the file that names it.
    #[schemars(example = "samples/ban-dan-toc")]
    pub(super) folder: Option<Spanned<String>>,
    /// The address that `folder` stands for.
    #[schemars(example = "https://bandantoc.lamdong.example/")]
    pub(super) base_url: Option<Spanned<String>>,
    /// The page where readers find the source. By default the listing, or the site of the feed.
    #[schemars(example = "https://bandantoc.lamdong.example/")]
    pub(super) home: Option<Spanned<String>>,
    /// The source's own feed, for readers. By default `url` where that is a feed.
    #[schemars(example = "https://bandantoc.lamdong.example/rss.xml")]
    pub(super) feed_url: Option<Spanned<String>>,
    /// When it is visited: five fields as in crontab, six with the seconds first, or @hourly and the like.
    #[schemars(extend("default" = "*/30 * * * *", "inherited" = true, "listed" = true))]
    pub(super) schedule: Option<Spanned<String>>,
    /// The time zone of its dates and of its schedule.
    #[schemars(extend("default" = "Asia/Ho_Chi_Minh", "inherited" = true, "listed" = true))]
    pub(super) timezone: Option<Spanned<String>>,
    /// The language of its articles (BCP 47).
    #[schemars(extend("default" = "vi", "inherited" = true, "listed" = true))]
    pub(super) language: Option<Spanned<String>>,
    /// Who has which rights in its articles: told with each entry, so that whoever quotes it can cite it.
    #[schemars(example = "© Ban Dân tộc tỉnh Lâm Đồng; ghi rõ nguồn khi phát hành lại", extend("listed" = true))]
    pub(super) rights: Option<Spanned<String>>,
    /// The shortest pause between two requests to its host.
    #[schemars(extend("old" = ["gap"], "default" = "2s", "inherited" = true, "listed" = true))]
    pub(super) delay: Option<Spanned<BoundedDuration<0, FIVE_MINUTES>>>,
    /// The longest that one page may take.
    #[schemars(extend("default" = "60s", "inherited" = true, "listed" = true))]
    pub(super) timeout: Option<Spanned<BoundedDuration<1, TWO_MINUTES>>>,
    /// The most article pages fetched in one visit; the rest waits for the next.
    #[schemars(range(min = 1, max = 1000), extend("old" = ["most_pages"], "default" = 50, "inherited" = true, "listed" = true))]
    pub(super) max_pages: Option<Spanned<usize>>,
    /// The most requests to its host in a day (from midnight to midnight UTC), all sources of the host together; what is left waits for the next day.
    #[schemars(range(min = 1, max = 100_000), extend("old" = ["most_requests"], "default" = 5000, "inherited" = true, "listed" = true))]
    pub(super) max_requests: Option<Spanned<u32>>,
    /// The time of day at which its host is not visited, on the clock of `timezone`; it may span midnight.
    #[schemars(example = "07:30-09:00", extend("old" = ["quiet"], "inherited" = true, "listed" = true))]
    pub(super) quiet_hours: Option<Spanned<String>>,
    /// How often the page of a new article is looked at again for corrections; 0 switches it off.
    #[schemars(range(min = 0, max = 10), extend("default" = 2, "inherited" = true, "listed" = true))]
    pub(super) revisits: Option<Spanned<usize>>,
    /// How long after an article was first seen it is looked at for the last time.
    #[schemars(extend("default" = "48h", "inherited" = true, "listed" = true))]
    pub(super) revisit_within: Option<Spanned<BoundedDuration<HOUR, MONTH>>>,
    /// How many characters of title and text must differ for an edit to be told to readers; a smaller correction is published too, but no feed reader shows the article as changed. A number that is another one always counts. 1 tells every edit.
    #[schemars(range(min = 1, max = 1000), extend("old" = ["least_change"], "default" = 2, "inherited" = true, "listed" = true))]
    pub(super) min_edit: Option<Spanned<usize>>,
    /// Networks that are not public and may be fetched from all the same.
    #[schemars(example = ["10.1.2.0/24"], extend("listed" = true))]
    pub(super) allow_private: Option<Vec<Spanned<String>>>,
    /// Ports that its pages may lead to beside 80, 443 and that of `url`.
    #[schemars(example = [8080], extend("listed" = true))]
    pub(super) ports: Option<Vec<Spanned<u16>>>,
    /// Which TLS its hosts are spoken to in. By default modern.
    pub(super) tls: Option<Spanned<TlsDialectKey>>,
    /// Certificates in PEM, relative to the file that names them: of an authority that this machine does not know, or of an intermediate one that the server forgets to send.
    #[schemars(example = "certs/agency.pem")]
    pub(super) ca_file: Option<Spanned<String>>,
    /// The keys that its hosts may have: SHA-256 of the public key in base64, as in curl's --pinnedpubkey. Nothing else of their certificates is looked at, so it serves for expired and self-signed ones.
    #[schemars(example = ["sha256//AAgQGCAoMDhASFBYYGhweICIkJigqLC4wMjQ2ODo8Pg="])]
    pub(super) spki_sha256: Option<Vec<Spanned<String>>>,
    /// Whether the certificates of its hosts are looked at. By default on.
    pub(super) tls_verify: Option<Spanned<TlsVerify>>,
    /// User and password for the site (RFC 7617). They are sent to the scheme, host and port of `url` alone.
    pub(super) basic_auth: Option<Spanned<BasicAuth>>,
    /// Further header fields: texts, or secrets in files. They are sent to the scheme, host and port of `url` alone.
    #[schemars(example = serde_json::json!({ "Accept-Language": "vi", "X-Api-Key": { "file": "secrets/key.txt" } }), extend("inherited" = true))]
    pub(super) headers: Option<BTreeMap<String, Spanned<TextOr<SecretReference>>>>,
    /// Where a fixed value of the field Cookie lies. It is sent to the scheme, host and port of `url` alone.
    pub(super) cookie: Option<Spanned<SecretReference>>,
    /// Whether cookies are kept, for a site that sends in circles without them. By default they are not.
    #[schemars(example = true, extend("inherited" = true, "listed" = true))]
    pub(super) cookies: Option<Spanned<bool>>,
    /// The fields of a form: the page at `url` is asked for by POST with them. The articles' pages are not.
    #[schemars(example = serde_json::json!({ "q": "tin", "page": "1" }))]
    pub(super) form: Option<BTreeMap<String, Spanned<TextOr<SecretReference>>>>,
    /// The proxy that carries the requests, or "direct" where the defaults name one that is not for this source.
    #[schemars(example = "http://10.0.0.1:3128", extend("inherited" = true, "listed" = true))]
    pub(super) proxy: Option<Spanned<TextOr<ProxyKeys>>>,
    /// Whether its pages are built by the browser of `[render]`, for a site that builds its list by script. First look for the feed, the sitemap or the JSON behind it: a browser costs the site and this machine many times as much.
    #[schemars(example = true)]
    pub(super) render: Option<Spanned<bool>>,
    /// Whether the articles' pages are built by the browser too, with render = true. By default they are.
    #[schemars(example = false)]
    pub(super) render_articles: Option<Spanned<bool>>,
    /// What its pages are encoded in, where bantin reads them wrongly: `tcvn3` (fonts such as .VnTime), `vni` (VNI-Times), `viscii`, or a label of the WHATWG list. By default what fits.
    #[schemars(example = &"tcvn3")]
    pub(super) charset: Option<Spanned<String>>,
    /// The family of content management systems that its pages are of, where bantin takes them for another; "none" where no platform rule is to be tried. By default what each page looks like.
    #[schemars(example = &"nukeviet")]
    pub(super) platform: Option<Spanned<String>>,
    /// Where the fields are on an article's page, for what bantin does not find by itself.
    pub(super) article: Option<Spanned<ArticleSelectorKeys>>,
}

/// Which TLS is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum TlsDialectKey {
    /// TLS 1.3, and TLS 1.2 with good ciphers.
    Modern,
    /// What the OpenSSL of this machine speaks: also RSA key exchange, DHE and CBC, for old servers.
    Legacy,
}

/// Whether certificates are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum TlsVerify {
    /// As everywhere.
    On,
    /// Not at all: anybody on the way can change what is published. Prefer `spki_sha256`.
    Off,
}

/// CSS selectors for an article's page.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Article")]
pub(super) struct ArticleSelectorKeys {
    /// The title.
    #[schemars(example = &"h1")]
    pub(super) title: Option<Spanned<String>>,
    /// The lead, where it stands outside the body.
    #[schemars(example = ".lead")]
    pub(super) summary: Option<Spanned<String>>,
    /// The body; every match, in order.
    #[schemars(example = ".entry-content")]
    pub(super) body: Option<Spanned<String>>,
    /// The date.
    #[schemars(example = "time.entry-date")]
    pub(super) date: Option<Spanned<String>>,
    /// The author.
    #[schemars(example = ".author")]
    pub(super) author: Option<Spanned<String>>,
    /// The line that names the source.
    #[schemars(example = ".source")]
    pub(super) source: Option<Spanned<String>>,
    /// What is cut out of the body.
    #[schemars(example = [".share", ".related"])]
    pub(super) remove: Option<Vec<Spanned<String>>>,
}

/// The key of a `[[source_table]]` that is its own; every other is a default for its rows.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceTable {
    /// The CSV file, relative to this one. Its header names the keys of a source, with `select.item` and the like for selectors; lists are parted by `|`. An empty cell takes what stands here, then the default.
    #[schemars(required, example = "agencies.csv")]
    pub(super) path: Option<Spanned<String>>,
}

/// The keys of a `[[source_list]]` that are its own; every other is a default for its sources.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SourceList")]
pub(super) struct SourceListKeys {
    /// The address of the list: OPML, whose outlines are sources, or CSV with the columns url, title, kind, province, agency, language and home.
    #[schemars(required, example = "https://tinh.example/danh-sach.opml")]
    pub(super) url: Option<Spanned<String>>,
    /// How long after a fetch it is fetched again.
    #[schemars(extend("default" = "1d"))]
    pub(super) refresh: Option<Spanned<BoundedDuration<QUARTER_OF_AN_HOUR, MONTH>>>,
}

/// A feed that is published.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Feed")]
pub(super) struct FeedKeys {
    /// For which the feed stands once: one feed for each province, topic, agency, kind of agency or source that the sources are of, or for each pair of them, as each = ["province", "topic"]. `id`, `aliases`, `title` and `description` are templates then.
    #[schemars(example = ["province", "topic"])]
    pub(super) each: Option<Spanned<Vec<Spanned<FeedDimension>>>>,
    /// Its name, for ever: the documents are `tong-hop.atom`, `tong-hop.rss` and `tong-hop.json`. With `each` a template as "tin-{province}-{topic}", by default of all that `each` names.
    #[schemars(example = "tong-hop", regex(pattern = "^[a-z0-9{]([a-z0-9{}-]*[a-z0-9}])?$"))]
    pub(super) id: Option<Spanned<String>>,
    /// Names that it had before; its documents are found under these too.
    #[schemars(example = ["tin-chung"], extend("old" = ["formerly"]))]
    pub(super) aliases: Option<Vec<Spanned<String>>>,
    /// Its title. With `each` a template as "Tin {province}: {topic}".
    #[schemars(required, example = "Tin tổng hợp")]
    pub(super) title: Option<Spanned<String>>,
    /// What it is about. By default the title.
    #[schemars(example = "Tin mới của các cơ quan")]
    pub(super) description: Option<Spanned<String>>,
    /// What the feeds of `each` are called together, in the list of feeds and on the index page. By default what `each` names, in Vietnamese.
    #[schemars(example = "Tin các tỉnh")]
    pub(super) group: Option<Spanned<String>>,
    /// Its language (BCP 47).
    #[schemars(extend("default" = "vi", "inherited" = true))]
    pub(super) language: Option<Spanned<String>>,
    /// Who has which rights in the feed. Entries carry those of their sources.
    #[schemars(example = "© Văn phòng UBND tỉnh Lâm Đồng", extend("inherited" = true))]
    pub(super) rights: Option<Spanned<String>>,
    /// The most entries in a document.
    #[schemars(range(min = 1, max = 1000), extend("default" = 50, "inherited" = true))]
    pub(super) limit: Option<Spanned<usize>>,
    /// The most bytes of a document. The oldest entries that do not fit are left out of all formats; one entry stays in any case.
    #[schemars(range(min = 10_000, max = 50_000_000), extend("old" = ["most_bytes"], "default" = 5_000_000, "inherited" = true))]
    pub(super) max_bytes: Option<Spanned<usize>>,
    /// Whether entries have the whole text, or a summary only.
    #[schemars(extend("default" = "full", "inherited" = true))]
    pub(super) content: Option<Spanned<FeedContent>>,
    /// The formats in which it is published.
    #[schemars(extend("default" = ["atom", "rss", "json"], "inherited" = true))]
    pub(super) formats: Option<Spanned<Vec<Spanned<FormatKey>>>>,
    /// Whether what leaves its Atom and RSS documents is found in archives (RFC 5005), which the documents lead to. By default it is, but for the feeds of `each`.
    #[schemars(example = true, extend("inherited" = true))]
    pub(super) archive: Option<Spanned<bool>>,
    /// The most entries of one source in a document, as long as others have entries for the rest. By default half of `limit`.
    #[schemars(range(min = 1, max = 1000), example = 10, extend("old" = ["most_per_source"], "inherited" = true))]
    pub(super) max_per_source: Option<Spanned<usize>>,
    /// How long readers of its Atom document are told that an article was withdrawn (RFC 6721).
    #[schemars(extend("default" = "90d", "inherited" = true))]
    pub(super) tombstones: Option<Spanned<BoundedDuration<DAY, TEN_YEARS>>>,
    /// Makes the feed private: only who shows one of the tokens with these SHA-256 may read it. `bantin token` makes one; several are for changing them.
    #[schemars(example = ["ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"])]
    pub(super) token_sha256: Option<Spanned<Vec<Spanned<String>>>>,
    /// Only articles for which all of these tables hold.
    #[schemars(example = serde_json::json!([{ "words": ["tôn giáo"] }, { "words": ["dân tộc"] }]))]
    pub(super) all: Option<Spanned<Vec<Spanned<ConditionKeys>>>>,
    /// Only articles for which one of these tables holds.
    #[schemars(example = serde_json::json!([{ "topics": ["y-te"] }, { "kinds": ["y-te"] }]))]
    pub(super) any: Option<Spanned<Vec<Spanned<ConditionKeys>>>>,
    /// Only articles for which none of these tables holds.
    #[schemars(example = serde_json::json!([{ "title_matches": "(?i)mời thầu" }]))]
    pub(super) none: Option<Spanned<Vec<Spanned<ConditionKeys>>>>,
}

/// Which articles are meant; where several keys are written all have to hold. A feed takes these keys itself, and in the tables of `all`, `any` and `none`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub(super) struct ConditionKeys {
    /// Articles of these sources, by their ids.
    #[schemars(example = ["ban-dan-toc"])]
    pub(super) sources: Option<Spanned<Vec<Spanned<String>>>>,
    /// Articles of these provinces.
    #[schemars(example = ["lam-dong"])]
    pub(super) provinces: Option<Spanned<Vec<Spanned<String>>>>,
    /// Articles of these agencies, by name or slug; of one that was merged with others in 2025 by its old or its new name.
    #[schemars(example = ["Ban Dân tộc"])]
    pub(super) agencies: Option<Spanned<Vec<Spanned<String>>>>,
    /// Articles of agencies of these kinds, which are told by their names: "y-te" or "Sở Y tế".
    #[schemars(example = ["y-te"])]
    pub(super) kinds: Option<Spanned<Vec<Spanned<String>>>>,
    /// Articles with one of these topics, by id or name.
    #[schemars(example = ["y-te"])]
    pub(super) topics: Option<Spanned<Vec<Spanned<String>>>>,
    /// Articles in these languages (BCP 47); "en" is also "en-GB".
    #[schemars(example = ["vi"])]
    pub(super) languages: Option<Spanned<Vec<Spanned<String>>>>,
    /// Articles with one of these words or phrases in title, summary or text. Written without marks they are found with any marks: "dan toc" finds "dân tộc".
    #[schemars(example = ["dân tộc", "ton giao"])]
    pub(super) words: Option<Spanned<Vec<Spanned<String>>>>,
    /// Articles whose title matches this regular expression.
    #[schemars(example = "(?i)^thông báo")]
    pub(super) title_matches: Option<Spanned<String>>,
    /// Articles whose text matches this regular expression.
    #[schemars(example = "Nghị quyết số \\d+")]
    pub(super) body_matches: Option<Spanned<String>>,
    /// Articles with an author who matches this regular expression.
    #[schemars(example = "^Ban biên tập")]
    pub(super) author_matches: Option<Spanned<String>>,
    /// Articles with an attachment, or with false those without.
    #[schemars(example = true)]
    pub(super) has_attachment: Option<Spanned<bool>>,
    /// Articles that were published no longer ago than this, by the day (midnight in Viet Nam); a feed with it keeps no archives.
    #[schemars(example = "30d")]
    pub(super) newer_than: Option<Spanned<BoundedDuration<DAY, TEN_YEARS>>>,
}

/// What a feed can stand once for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum FeedDimension {
    /// A province.
    Province,
    /// A topic.
    Topic,
    /// An agency of a province.
    Agency,
    /// A kind of agency.
    Kind,
    /// A source.
    Source,
}

impl FeedDimension {
    /// As feeds.toml writes it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Province => "province",
            Self::Topic => "topic",
            Self::Agency => "agency",
            Self::Kind => "kind",
            Self::Source => "source",
        }
    }
}

/// What entries hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum FeedContent {
    /// The whole text.
    Full,
    /// The summary, or the beginning of the text.
    Summary,
}

/// A format of feed documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum FormatKey {
    /// Atom 1.0.
    Atom,
    /// RSS 2.0.
    Rss,
    /// JSON Feed 1.1.
    Json,
}
