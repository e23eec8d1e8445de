//! The keys of feeds.toml, each defined once: name, old names, type, bounds, default and description.
//!
//! The parser, `feeds.schema.json` and `docs/feeds-toml.md` are generated from these definitions.
//! A new key is one field here and the code that uses its value. The keys that belong to kinds of
//! sources are defined with the kinds, in `discover::kind`.
//!
//! The doc comments are the descriptions that operators read. They stay on one line, because each
//! fills a cell of a Markdown table. Besides the attributes of schemars, `extend` takes:
//! - `"default"`: the value that applies if feeds.toml does not set the key,
//! - `"old"`: former names of the key; they work, with a warning,
//! - `"inherited"`: the key is allowed in `[defaults]`,
//! - `"listed"`: a `[[source_list]]` accepts the key for all of its sources.

mod identity;
mod platform;
mod render;
mod websub;

pub(super) use identity::{BasicAuth, ProxyKeys, SecretReference, TextOr};
pub(super) use platform::PlatformKeys;
pub(super) use render::RenderKeys;
pub(super) use websub::WebSubKeys;

use super::deserialize::{BoundedDuration, Spanned};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

// Durations in seconds.
const TWO_MINUTES: u64 = 120;
/// With a longer delay a visit would end before its second page.
const FIVE_MINUTES: u64 = 300;
const QUARTER_OF_AN_HOUR: u64 = 15 * 60;
pub(super) const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;
/// The upper bound of `revisit_within`: a text that is edited after a month is another story.
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
    /// The address at which clients reach the output folder. By default `http://` and the value of `listen`.
    #[schemars(example = "https://bantin.example/")]
    pub(super) base_url: Option<Spanned<String>>,
    /// The authority part of the permanent article ids (`tag:` URIs, RFC 4151): a domain or an e-mail address, a comma, and a date on which it was yours. Choose it before the first run and never change it: all ids begin with it.
    #[schemars(required, example = "bantin.example,2026")]
    pub(super) id_authority: Option<Spanned<String>>,
    /// A web page or a mailto: address at which people reach the operator. Agencies see it in their logs.
    #[schemars(example = "mailto:someone@bantin.example")]
    pub(super) contact: Option<Spanned<String>>,
    /// The IP address and port on which the daemon listens.
    #[schemars(extend("default" = "127.0.0.1:8787"))]
    pub(super) listen: Option<Spanned<String>>,
    /// The folder of the published documents. Relative to the working directory, or to STATE_DIRECTORY under systemd.
    #[schemars(extend("default" = "output"))]
    pub(super) output: Option<Spanned<String>>,
    /// The folder of the database and of other state. Relative to the same directory as `output`.
    #[schemars(extend("default" = "state"))]
    pub(super) state: Option<Spanned<String>>,
    /// Whether the output folder also holds compressed copies of each document (.gz and .br), for a web server that serves the folder. `bantin run` compresses by itself.
    #[schemars(extend("default" = true))]
    pub(super) precompress: Option<Spanned<bool>>,
    /// How long the documents of a feed stay in the output folder after the feed was removed from this file. bantin and web servers configured as in packaging/ answer 410 (Gone) at once.
    #[schemars(extend("default" = "30days"))]
    pub(super) keep_gone: Option<Spanned<BoundedDuration<0, TEN_YEARS>>>,
    /// The number of sources that are visited in parallel.
    #[schemars(range(min = 1, max = 64))]
    #[schemars(extend("default" = 8))]
    pub(super) workers: Option<Spanned<usize>>,
    /// Further files with sources and feeds, relative to this file. The wildcards `*`, `?` and `**` are allowed.
    #[schemars(example = ["provinces/*.toml"])]
    pub(super) include: Option<Vec<Spanned<String>>>,
    /// Files that define topics, relative to this file; "built-in" names the topics that come with bantin. A topic replaces one with the same id from an earlier file. [] disables topics.
    #[schemars(extend("default" = ["built-in"]))]
    pub(super) topics: Option<Vec<Spanned<String>>>,
    /// Files with your own platform rules (one file per family of content management systems), relative to this file. They are tried before the embedded rules.
    #[schemars(example = ["platforms/*.toml"])]
    pub(super) platforms: Option<Vec<Spanned<String>>>,
    /// The browser that renders the pages of sources with render = true.
    pub(super) render: Option<Spanned<RenderKeys>>,
    /// Push notifications of changed feeds (WebSub).
    pub(super) websub: Option<Spanned<WebSubKeys>>,
}

/// A topic, in a file that `topics` names.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Topic")]
pub(super) struct TopicKeys {
    /// The permanent id of the topic in feeds: a-z, 0-9 and hyphens.
    #[schemars(
        required,
        example = &"y-te",
        regex(pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")
    )]
    pub(super) id: Option<Spanned<String>>,
    /// The name that readers see.
    #[schemars(required, example = &"Y tế")]
    pub(super) name: Option<Spanned<String>>,
    /// Keywords that identify the topic: one in the title is enough, or two in the lead.
    #[schemars(example = ["bệnh viện", "tiêm chủng"])]
    pub(super) strong: Option<Vec<Spanned<String>>>,
    /// Keywords that count only in addition to others.
    #[schemars(example = ["thuốc"])]
    pub(super) weak: Option<Vec<Spanned<String>>>,
    /// Phrases that exclude the topic: keywords near them do not count.
    #[schemars(example = ["thuốc bảo vệ thực vật"])]
    pub(super) not: Option<Vec<Spanned<String>>>,
}

/// The words of news about an agency's own office, in a file that `topics` names.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Office")]
pub(super) struct OfficeKeys {
    /// Phrases in the title of news about an office. The name of an agency then gives no topic.
    #[schemars(example = ["lịch nghỉ", "con dấu"])]
    pub(super) matters: Option<Vec<Spanned<String>>>,
    /// Words with which the name of an agency begins: keywords that start up to four words later belong to the name.
    #[schemars(example = ["sở", "chi cục"])]
    pub(super) agencies: Option<Vec<Spanned<String>>>,
}

/// One place where an agency publishes: a listing, a feed, a sitemap, an API or a folder.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Source")]
pub(super) struct SourceKeys {
    /// The permanent id of the source: a-z, 0-9 and hyphens.
    #[schemars(
        required,
        example = "ban-dan-toc",
        regex(pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")
    )]
    pub(super) id: Option<Spanned<String>>,
    /// Former ids of the source. Its articles keep their ids.
    #[schemars(example = ["ban-dan-toc-cu"], extend("old" = ["formerly"]))]
    pub(super) aliases: Option<Vec<Spanned<String>>>,
    /// The title that readers see. By default the agency with its province.
    #[schemars(example = "Ban Dân tộc tỉnh Lâm Đồng")]
    pub(super) title: Option<Spanned<String>>,
    /// The province: its name, slug or code. A province that was merged on 1 July 2025 means the one that it belongs to now.
    #[schemars(example = "lam-dong", extend("listed" = true))]
    pub(super) province: Option<Spanned<String>>,
    /// The name of the agency within its province.
    #[schemars(example = "Ban Dân tộc", extend("listed" = true))]
    pub(super) agency: Option<Spanned<String>>,
    /// The kind of the source, which decides how the page at `url` is read. By default "listing".
    pub(super) kind: Option<Spanned<String>>,
    /// The address that a visit fetches first: the listing page, the feed, the API or the saved page. For kind "wordpress" the site, its API, or /wp-json/wp/v2/categories/NUMBER for one category. With `folder` relative to `base_url`.
    #[schemars(example = "https://bandantoc.lamdong.example/tin-tuc/")]
    pub(super) url: Option<Spanned<String>>,
    /// A folder of saved pages, or a WARC file (.warc, .warc.gz), that is read instead of the network. Relative to the file that names it.
    #[schemars(example = "samples/ban-dan-toc")]
    pub(super) folder: Option<Spanned<String>>,
    /// The address from which the pages in `folder` were saved.
    #[schemars(example = "https://bandantoc.lamdong.example/")]
    pub(super) base_url: Option<Spanned<String>>,
    /// The page of the source for readers. By default the listing, or the site of the feed.
    #[schemars(example = "https://bandantoc.lamdong.example/")]
    pub(super) home: Option<Spanned<String>>,
    /// The source's own feed, for readers. By default `url` if that is a feed.
    #[schemars(example = "https://bandantoc.lamdong.example/rss.xml")]
    pub(super) feed_url: Option<Spanned<String>>,
    /// When the source is visited, as a cron expression: five fields as in crontab, six with the seconds first, or a nickname such as @hourly.
    #[schemars(extend("default" = "*/30 * * * *", "inherited" = true, "listed" = true))]
    pub(super) schedule: Option<Spanned<String>>,
    /// The time zone of the source's dates, schedule and quiet hours (IANA name).
    #[schemars(extend("default" = "Asia/Ho_Chi_Minh", "inherited" = true, "listed" = true))]
    pub(super) timezone: Option<Spanned<String>>,
    /// The language of the source's articles (BCP 47).
    #[schemars(extend("default" = "vi", "inherited" = true, "listed" = true))]
    pub(super) language: Option<Spanned<String>>,
    /// The copyright notice of the source's articles. Each entry carries it, so that others can cite the entry correctly.
    #[schemars(example = "© Ban Dân tộc tỉnh Lâm Đồng; ghi rõ nguồn khi phát hành lại", extend("listed" = true))]
    pub(super) rights: Option<Spanned<String>>,
    /// The minimum delay between two requests to the source's host.
    #[schemars(extend("old" = ["gap"], "default" = "2s", "inherited" = true, "listed" = true))]
    pub(super) delay: Option<Spanned<BoundedDuration<0, FIVE_MINUTES>>>,
    /// The maximum time for fetching one page.
    #[schemars(extend("default" = "60s", "inherited" = true, "listed" = true))]
    pub(super) timeout: Option<Spanned<BoundedDuration<1, TWO_MINUTES>>>,
    /// The maximum number of article pages fetched in one visit. The others are fetched in the next visits.
    #[schemars(range(min = 1, max = 1000), extend("old" = ["most_pages"], "default" = 50, "inherited" = true, "listed" = true))]
    pub(super) max_pages: Option<Spanned<usize>>,
    /// The maximum number of requests to the source's host per day (midnight to midnight UTC), counted over all sources on that host. The remaining pages wait for the next day.
    #[schemars(range(min = 1, max = 100_000), extend("old" = ["most_requests"], "default" = 5000, "inherited" = true, "listed" = true))]
    pub(super) max_requests: Option<Spanned<u32>>,
    /// The maximum size of the source's feed in bytes. A feed of more than 8 MiB needs up to three times its size as memory while it is read; `bantin check` rejects a value that the memory cannot hold.
    #[schemars(range(min = 8_388_608, max = 268_435_456), example = 33_554_432)]
    pub(super) max_document: Option<Spanned<usize>>,
    /// The time of day during which the source's host gets no requests, in `timezone`. It may span midnight.
    #[schemars(example = "07:30-09:00", extend("old" = ["quiet"], "inherited" = true, "listed" = true))]
    pub(super) quiet_hours: Option<Spanned<String>>,
    /// How many times the page of a new article is fetched again to find corrections. 0 disables this.
    #[schemars(range(min = 0, max = 10), extend("default" = 2, "inherited" = true, "listed" = true))]
    pub(super) revisits: Option<Spanned<usize>>,
    /// The age of an article, counted from when it was first seen, at which its page is fetched for the last time.
    #[schemars(extend("default" = "48h", "inherited" = true, "listed" = true))]
    pub(super) revisit_within: Option<Spanned<BoundedDuration<HOUR, MONTH>>>,
    /// The number of letters (Levenshtein distance) by which title and text must differ for an edit to count as an update for readers. Smaller corrections are published too, but feed readers do not show the article as changed. A changed number or symbol always counts; white space and punctuation outside of numbers never do. 1 reports every changed letter.
    #[schemars(range(min = 1, max = 1000), extend("old" = ["least_change"], "default" = 2, "inherited" = true, "listed" = true))]
    pub(super) min_edit: Option<Spanned<usize>>,
    /// Private networks from which the source's pages may be fetched.
    #[schemars(example = ["10.1.2.0/24"], extend("listed" = true))]
    pub(super) allow_private: Option<Vec<Spanned<String>>>,
    /// Ports to which links and redirects may lead, in addition to 80, 443 and the port of `url`.
    #[schemars(example = [8080], extend("listed" = true))]
    pub(super) ports: Option<Vec<Spanned<u16>>>,
    /// The TLS protocols and ciphers for the source's hosts. By default "modern".
    pub(super) tls: Option<Spanned<TlsDialectKey>>,
    /// A file of additional certificates (PEM), relative to the file that names it: a certificate authority that this machine does not trust, or an intermediate certificate that the server fails to send.
    #[schemars(example = "certs/agency.pem")]
    pub(super) ca_file: Option<Spanned<String>>,
    /// The public keys that are accepted for the source's hosts: SHA-256 of the public key in base64, as in curl's --pinnedpubkey. Nothing else in the certificates is checked, so expired and self-signed certificates work.
    #[schemars(example = ["sha256//AAgQGCAoMDhASFBYYGhweICIkJigqLC4wMjQ2ODo8Pg="])]
    pub(super) spki_sha256: Option<Vec<Spanned<String>>>,
    /// Whether the certificates of the source's hosts are verified. By default "on".
    pub(super) tls_verify: Option<Spanned<TlsVerify>>,
    /// User name and password for the site (HTTP Basic, RFC 7617). They are sent only to the scheme, host and port of `url`.
    pub(super) basic_auth: Option<Spanned<BasicAuth>>,
    /// Additional HTTP header fields: strings, or secrets in files. They are sent only to the scheme, host and port of `url`.
    #[schemars(example = serde_json::json!({ "Accept-Language": "vi", "X-Api-Key": { "file": "secrets/key.txt" } }), extend("inherited" = true))]
    pub(super) headers: Option<BTreeMap<String, Spanned<TextOr<SecretReference>>>>,
    /// The file or credential with a fixed value for the Cookie header field. It is sent only to the scheme, host and port of `url`.
    pub(super) cookie: Option<Spanned<SecretReference>>,
    /// Whether cookies are kept, for a site that redirects in a loop without them. By default they are not.
    #[schemars(example = true, extend("inherited" = true, "listed" = true))]
    pub(super) cookies: Option<Spanned<bool>>,
    /// The fields of a form: the page at `url` is requested by POST with these fields. The pages of the articles are not.
    #[schemars(example = serde_json::json!({ "q": "tin", "page": "1" }))]
    pub(super) form: Option<BTreeMap<String, Spanned<TextOr<SecretReference>>>>,
    /// The proxy for the source's requests, or "direct" to bypass the proxy set in the defaults.
    #[schemars(example = "http://10.0.0.1:3128", extend("inherited" = true, "listed" = true))]
    pub(super) proxy: Option<Spanned<TextOr<ProxyKeys>>>,
    /// Whether the browser of `[render]` renders the source's pages, for a site that builds its list by script. Look for a feed, a sitemap or a JSON API first: a browser costs the site and this machine many times as much.
    #[schemars(example = true)]
    pub(super) render: Option<Spanned<bool>>,
    /// Whether the browser also renders the pages of the articles, with render = true. By default it does.
    #[schemars(example = false)]
    pub(super) render_articles: Option<Spanned<bool>>,
    /// The character encoding of the source's pages, if bantin decodes them wrongly: `tcvn3` (fonts such as .VnTime), `vni` (VNI-Times), `viscii`, or a label of the WHATWG Encoding Standard. By default it is detected.
    #[schemars(example = &"tcvn3")]
    pub(super) charset: Option<Spanned<String>>,
    /// The family of content management systems whose platform rules apply to the source's pages, if bantin chooses the wrong one; "none" to use no platform rules. By default it is detected for each page.
    #[schemars(example = &"nukeviet")]
    pub(super) platform: Option<Spanned<String>>,
    /// Selectors for the fields of an article's page that bantin does not find by itself.
    pub(super) article: Option<Spanned<ArticleSelectorKeys>>,
}

// The values are documented, the type is not: schemars would replace the key's description by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum TlsDialectKey {
    /// TLS 1.3, and TLS 1.2 with strong ciphers.
    Modern,
    /// All that this machine's OpenSSL supports, including RSA key exchange, DHE and CBC, for old servers.
    Legacy,
}

// The values are documented, the type is not: schemars would replace the key's description by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum TlsVerify {
    /// Certificates are verified.
    On,
    /// Certificates are not verified: anyone on the network path can change what is published. Prefer `spki_sha256`.
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
    /// The lead, if it is outside the body.
    #[schemars(example = ".lead")]
    pub(super) summary: Option<Spanned<String>>,
    /// The body: all matching elements, in order.
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
    /// Elements to remove from the body.
    #[schemars(example = [".share", ".related"])]
    pub(super) remove: Option<Vec<Spanned<String>>>,
}

/// The key of a `[[source_table]]` itself; every other key is a default for its rows.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceTable {
    /// The CSV file, relative to this file. Its header names the keys of a source, with names such as `select.item` for selectors; values of a list are separated by `|`. An empty cell takes the value of this table, else the default.
    #[schemars(required, example = "agencies.csv")]
    pub(super) path: Option<Spanned<String>>,
}

/// The keys of a `[[source_list]]` itself; every other key is a default for its sources.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SourceList")]
pub(super) struct SourceListKeys {
    /// The address of the list: OPML, in which each outline is a source, or CSV with the columns url, title, kind, province, agency, language and home.
    #[schemars(required, example = "https://tinh.example/danh-sach.opml")]
    pub(super) url: Option<Spanned<String>>,
    /// The interval at which the list is fetched.
    #[schemars(extend("default" = "1d"))]
    pub(super) refresh: Option<Spanned<BoundedDuration<QUARTER_OF_AN_HOUR, MONTH>>>,
}

/// A feed that bantin publishes.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Feed")]
pub(super) struct FeedKeys {
    /// Makes one feed for each province, topic, agency, kind of agency or source that occurs among the sources, or for each pair of them, as in each = ["province", "topic"]. `id`, `aliases`, `title` and `description` are then templates.
    #[schemars(example = ["province", "topic"])]
    pub(super) each: Option<Spanned<Vec<Spanned<FeedDimension>>>>,
    /// The permanent id of the feed: with id = "tong-hop" the documents are `tong-hop.atom`, `tong-hop.rss` and `tong-hop.json`. With `each` a template such as "tin-{province}-{topic}", by default made of all that `each` names.
    #[schemars(example = "tong-hop", regex(pattern = "^[a-z0-9{]([a-z0-9{}-]*[a-z0-9}])?$"))]
    pub(super) id: Option<Spanned<String>>,
    /// Former ids of the feed. Its documents can still be fetched under them.
    #[schemars(example = ["tin-chung"], extend("old" = ["formerly"]))]
    pub(super) aliases: Option<Vec<Spanned<String>>>,
    /// The title of the feed. With `each` a template such as "Tin {province}: {topic}".
    #[schemars(required, example = "Tin tổng hợp")]
    pub(super) title: Option<Spanned<String>>,
    /// The description of the feed. By default the title.
    #[schemars(example = "Tin mới của các cơ quan")]
    pub(super) description: Option<Spanned<String>>,
    /// The heading for all feeds of `each` in the list of feeds and on the index page. By default the Vietnamese names of what `each` lists.
    #[schemars(example = "Tin các tỉnh")]
    pub(super) group: Option<Spanned<String>>,
    /// The language of the feed (BCP 47).
    #[schemars(extend("default" = "vi", "inherited" = true))]
    pub(super) language: Option<Spanned<String>>,
    /// The copyright notice of the feed. Entries carry the notice of their source.
    #[schemars(example = "© Văn phòng UBND tỉnh Lâm Đồng", extend("inherited" = true))]
    pub(super) rights: Option<Spanned<String>>,
    /// The maximum number of entries in a document.
    #[schemars(range(min = 1, max = 1000), extend("default" = 50, "inherited" = true))]
    pub(super) limit: Option<Spanned<usize>>,
    /// The maximum size of a document in bytes. The oldest entries that do not fit are left out of all formats; one entry always stays.
    #[schemars(range(min = 10_000, max = 50_000_000), extend("old" = ["most_bytes"], "default" = 5_000_000, "inherited" = true))]
    pub(super) max_bytes: Option<Spanned<usize>>,
    /// Whether entries contain the full text or only a summary.
    #[schemars(extend("default" = "full", "inherited" = true))]
    pub(super) content: Option<Spanned<FeedContent>>,
    /// The formats in which the feed is published.
    #[schemars(extend("default" = ["atom", "rss", "json"], "inherited" = true))]
    pub(super) formats: Option<Spanned<Vec<Spanned<FormatKey>>>>,
    /// Whether entries that drop out of the Atom and RSS documents are kept in archives (RFC 5005), to which the documents link. By default true, except for feeds made by `each`.
    #[schemars(example = true, extend("inherited" = true))]
    pub(super) archive: Option<Spanned<bool>>,
    /// The maximum number of entries of one source in a document, as long as other sources have entries for the rest. By default half of `limit`.
    #[schemars(range(min = 1, max = 1000), example = 10, extend("old" = ["most_per_source"], "inherited" = true))]
    pub(super) max_per_source: Option<Spanned<usize>>,
    /// How long the Atom document reports that an article was withdrawn (tombstone, RFC 6721).
    #[schemars(extend("default" = "90d", "inherited" = true))]
    pub(super) tombstones: Option<Spanned<BoundedDuration<DAY, TEN_YEARS>>>,
    /// Makes the feed private: only clients that send a token with one of these SHA-256 hashes can read it. `bantin token` generates a token. List two hashes while you replace a token.
    #[schemars(example = ["ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"])]
    pub(super) token_sha256: Option<Spanned<Vec<Spanned<String>>>>,
    /// Only articles that match all of these tables.
    #[schemars(example = serde_json::json!([{ "words": ["tôn giáo"] }, { "words": ["dân tộc"] }]))]
    pub(super) all: Option<Spanned<Vec<Spanned<ConditionKeys>>>>,
    /// Only articles that match at least one of these tables.
    #[schemars(example = serde_json::json!([{ "topics": ["y-te"] }, { "kinds": ["y-te"] }]))]
    pub(super) any: Option<Spanned<Vec<Spanned<ConditionKeys>>>>,
    /// Only articles that match none of these tables.
    #[schemars(example = serde_json::json!([{ "title_matches": "(?i)mời thầu" }]))]
    pub(super) none: Option<Spanned<Vec<Spanned<ConditionKeys>>>>,
}

/// A condition on articles; an article must match every key that is set. A feed takes these keys itself and in the tables of `all`, `any` and `none`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub(super) struct ConditionKeys {
    /// Articles of these sources, by id.
    #[schemars(example = ["ban-dan-toc"])]
    pub(super) sources: Option<Spanned<Vec<Spanned<String>>>>,
    /// Articles of these provinces.
    #[schemars(example = ["lam-dong"])]
    pub(super) provinces: Option<Spanned<Vec<Spanned<String>>>>,
    /// Articles of these agencies, by name or slug. An agency that was merged with others in 2025 is found by its old and by its new name.
    #[schemars(example = ["Ban Dân tộc"])]
    pub(super) agencies: Option<Spanned<Vec<Spanned<String>>>>,
    /// Articles of agencies of these kinds, such as "y-te" or "Sở Y tế". The kind is recognized by the agency's name.
    #[schemars(example = ["y-te"])]
    pub(super) kinds: Option<Spanned<Vec<Spanned<String>>>>,
    /// Articles with one of these topics, by id or name.
    #[schemars(example = ["y-te"])]
    pub(super) topics: Option<Spanned<Vec<Spanned<String>>>>,
    /// Articles in these languages (BCP 47); "en" also matches "en-GB".
    #[schemars(example = ["vi"])]
    pub(super) languages: Option<Spanned<Vec<Spanned<String>>>>,
    /// Articles with one of these words or phrases in title, summary or text. A word written without diacritics matches any diacritics: "dan toc" finds "dân tộc".
    #[schemars(example = ["dân tộc", "ton giao"])]
    pub(super) words: Option<Spanned<Vec<Spanned<String>>>>,
    /// Articles whose title matches this regular expression.
    #[schemars(example = "(?i)^thông báo")]
    pub(super) title_matches: Option<Spanned<String>>,
    /// Articles whose text matches this regular expression.
    #[schemars(example = "Nghị quyết số \\d+")]
    pub(super) body_matches: Option<Spanned<String>>,
    /// Articles with an author that matches this regular expression.
    #[schemars(example = "^Ban biên tập")]
    pub(super) author_matches: Option<Spanned<String>>,
    /// Articles with an attachment (true) or without one (false).
    #[schemars(example = true)]
    pub(super) has_attachment: Option<Spanned<bool>>,
    /// Articles published within this time, counted in whole days (from midnight in Viet Nam). A feed with this condition has no archives.
    #[schemars(example = "30d")]
    pub(super) newer_than: Option<Spanned<BoundedDuration<DAY, TEN_YEARS>>>,
}

/// A property of articles for whose values `each` makes feeds.
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
    /// The name in feeds.toml.
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

// The values are documented, the type is not: schemars would replace the key's description by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum FeedContent {
    /// The full text.
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
