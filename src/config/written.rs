//! feeds.toml as it is written: the keys, their types and what they mean.
//!
//! The comments here are the descriptions in `feeds.schema.json`, which editors show; so they speak to the operator.
//! A new key is a field here and a line where it is given its meaning.

mod identity;
mod platform;
mod render;
mod websub;

pub(super) use identity::{BasicAuth, Proxy, Secret, TextOr};
pub(super) use platform::Platform;
pub(super) use render::Render;
pub(super) use websub::WebSub;

use super::deserialize::At;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The keys at the top of feeds.toml.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Site {
    /// The title of the index page.
    pub(super) title: Option<At<String>>,
    /// The address at which readers find the output folder. By default where bantin listens.
    #[schemars(example = "https://bantin.example/")]
    pub(super) base_url: Option<At<String>>,
    /// Who gives the articles their permanent ids (RFC 4151): a domain or e-mail address that was yours on a day, and that day. Choose once, before the first run: all ids begin with it.
    #[schemars(required, example = "bantin.example,2026")]
    pub(super) id_authority: Option<At<String>>,
    /// Where people reach whoever runs this: a web page, or mailto: and an address. Agencies see it in their logs.
    #[schemars(example = "mailto:someone@bantin.example")]
    pub(super) contact: Option<At<String>>,
    /// The IP address and port at which the daemon answers.
    pub(super) listen: Option<At<String>>,
    /// The folder of the published documents; relative to the working directory, or to STATE_DIRECTORY under systemd.
    pub(super) output: Option<At<String>>,
    /// The folder of what bantin remembers; relative as `output` is.
    pub(super) state: Option<At<String>>,
    /// Whether each document lies in the output folder packed as well (.gz and .br beside it), for a web server that serves that folder. `bantin run` packs by itself.
    pub(super) precompress: Option<At<bool>>,
    /// How long the documents of a feed stay in the output folder after it left this file. bantin and the web servers of packaging/ answer 410 (Gone) from the beginning.
    pub(super) keep_gone: Option<At<String>>,
    /// How many sources are visited at once.
    #[schemars(range(min = 1, max = 64))]
    pub(super) workers: Option<At<usize>>,
    /// More files of sources and feeds, relative to this file; `*`, `?` and `**` are understood.
    #[schemars(example = ["provinces/*.toml"])]
    pub(super) include: Option<Vec<At<String>>>,
    /// Files of the topics that articles are told apart by, relative to this file; "built-in" stands for those that come with bantin. A topic of a later file takes the place of one with the same id; [] is for none.
    pub(super) topics: Option<Vec<At<String>>>,
    /// Your own platform rules (one file for each family of content management systems), relative to this file; they go before the embedded ones.
    #[schemars(example = ["platforms/*.toml"])]
    pub(super) platforms: Option<Vec<At<String>>>,
    /// The browser that builds the pages of sources with render = true.
    pub(super) render: Option<At<Render>>,
    /// Who is told at once that a feed has changed (WebSub).
    pub(super) websub: Option<At<WebSub>>,
}

/// A topic, in a file that `topics` names.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Topic {
    /// Its name in feeds, for ever: a-z, 0-9 and hyphens.
    #[schemars(
        required,
        example = &"y-te",
        regex(pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")
    )]
    pub(super) id: Option<At<String>>,
    /// What readers see.
    #[schemars(required, example = &"Y tế")]
    pub(super) name: Option<At<String>>,
    /// Words of which one in a title is enough, or two in a lead.
    #[schemars(example = ["bệnh viện", "tiêm chủng"])]
    pub(super) strong: Option<Vec<At<String>>>,
    /// Words that only add to others.
    #[schemars(example = ["thuốc"])]
    pub(super) weak: Option<Vec<At<String>>>,
    /// Words near which no other of the topic counts.
    #[schemars(example = ["thuốc bảo vệ thực vật"])]
    pub(super) not: Option<Vec<At<String>>>,
}

/// A place where an agency publishes.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Source {
    /// Its name, for ever: a-z, 0-9 and hyphens.
    #[schemars(
        required,
        example = "ban-dan-toc",
        regex(pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")
    )]
    pub(super) id: Option<At<String>>,
    /// Names that it had before; its articles keep their ids.
    #[schemars(example = ["ban-dan-toc-cu"])]
    pub(super) formerly: Option<Vec<At<String>>>,
    /// What readers see. By default the agency with its province.
    #[schemars(example = "Ban Dân tộc tỉnh Lâm Đồng")]
    pub(super) title: Option<At<String>>,
    /// The province: its name, slug or code; one merged on 1 July 2025 means the province that it is part of now.
    #[schemars(example = "lam-dong")]
    pub(super) province: Option<At<String>>,
    /// The agency, as its province calls it.
    #[schemars(example = "Ban Dân tộc")]
    pub(super) agency: Option<At<String>>,
    /// How the page at `url` is read. By default as a listing.
    pub(super) kind: Option<At<SourceKind>>,
    /// What is fetched first: the listing page, the feed, the API or the saved page; of kind "wordpress" the site, its API, or /wp-json/wp/v2/categories/NUMBER for one category. For a folder source relative to `base_url`.
    #[schemars(example = "https://bandantoc.lamdong.example/tin-tuc/")]
    pub(super) url: Option<At<String>>,
    /// A folder of saved pages, or a WARC file (.warc, .warc.gz), that answers in place of the network, relative to the file that names it.
    #[schemars(example = "samples/ban-dan-toc")]
    pub(super) folder: Option<At<String>>,
    /// The address that `folder` stands for.
    #[schemars(example = "https://bandantoc.lamdong.example/")]
    pub(super) base_url: Option<At<String>>,
    /// The page where readers find the source. By default the listing, or the site of the feed.
    #[schemars(example = "https://bandantoc.lamdong.example/")]
    pub(super) home: Option<At<String>>,
    /// The source's own feed, for readers. By default `url` where that is a feed.
    #[schemars(example = "https://bandantoc.lamdong.example/rss.xml")]
    pub(super) feed_url: Option<At<String>>,
    /// When it is visited: five fields as in crontab, six with the seconds first, or @hourly and the like.
    #[schemars(example = "*/30 * * * *")]
    pub(super) schedule: Option<At<String>>,
    /// The time zone of its dates and of its schedule.
    pub(super) timezone: Option<At<String>>,
    /// The language of its articles (BCP 47).
    pub(super) language: Option<At<String>>,
    /// Who has which rights in its articles: told with each entry, so that whoever quotes it can cite it.
    #[schemars(example = "© Ban Dân tộc tỉnh Lâm Đồng; ghi rõ nguồn khi phát hành lại")]
    pub(super) rights: Option<At<String>>,
    /// The least pause between two requests to its host, up to five minutes.
    pub(super) gap: Option<At<String>>,
    /// The longest that one page may take, from one second to two minutes.
    pub(super) timeout: Option<At<String>>,
    /// The most article pages fetched in one visit; the rest waits for the next.
    #[schemars(range(min = 1, max = 1000))]
    pub(super) most_pages: Option<At<usize>>,
    /// The most requests to its host in a day (from midnight to midnight UTC), all sources of the host together; what is left waits for the next day.
    #[schemars(range(min = 1, max = 100_000))]
    pub(super) most_requests: Option<At<u32>>,
    /// The time of day at which its host is left alone, on the clock of `timezone`; it may span midnight.
    #[schemars(example = "07:30-09:00")]
    pub(super) quiet: Option<At<String>>,
    /// How often the page of a new article is looked at again for corrections; 0 switches it off.
    #[schemars(range(min = 0, max = 10))]
    pub(super) revisits: Option<At<usize>>,
    /// How long after an article was first seen it is looked at for the last time, from one hour to 30 days.
    pub(super) revisit_within: Option<At<String>>,
    /// How many characters of title and text must differ for an edit to be told to readers; a smaller correction is published too, but no feed reader shows the article as changed. A number that is another one always counts. 1 tells every edit.
    #[schemars(range(min = 1, max = 1000))]
    pub(super) least_change: Option<At<usize>>,
    /// Networks that are not public and may be fetched from all the same.
    #[schemars(example = ["10.1.2.0/24"])]
    pub(super) allow_private: Option<Vec<At<String>>>,
    /// Ports that its pages may lead to beside 80, 443 and that of `url`.
    #[schemars(example = [8080])]
    pub(super) ports: Option<Vec<At<u16>>>,
    /// Which TLS its hosts are spoken to in. By default modern.
    pub(super) tls: Option<At<TlsDialect>>,
    /// Certificates in PEM, relative to the file that names them: of an authority that this machine does not know, or of an intermediate one that the server forgets to send.
    #[schemars(example = "certs/agency.pem")]
    pub(super) ca_file: Option<At<String>>,
    /// The keys that its hosts may have: SHA-256 of the public key in base64, as in curl's --pinnedpubkey. Nothing else of their certificates is looked at, so it serves for expired and self-signed ones.
    #[schemars(example = ["sha256//AAgQGCAoMDhASFBYYGhweICIkJigqLC4wMjQ2ODo8Pg="])]
    pub(super) spki_sha256: Option<Vec<At<String>>>,
    /// Whether the certificates of its hosts are looked at. By default on.
    pub(super) tls_verify: Option<At<TlsVerify>>,
    /// User and password for the site (RFC 7617). They are sent to the scheme, host and port of `url` alone.
    pub(super) basic_auth: Option<At<BasicAuth>>,
    /// Further header fields: texts, or secrets in files. They are sent to the scheme, host and port of `url` alone.
    #[schemars(example = serde_json::json!({ "Accept-Language": "vi", "X-Api-Key": { "file": "secrets/key.txt" } }))]
    pub(super) headers: Option<BTreeMap<String, At<TextOr<Secret>>>>,
    /// Where a fixed value of the field Cookie lies. It is sent to the scheme, host and port of `url` alone.
    pub(super) cookie: Option<At<Secret>>,
    /// Whether cookies are kept, for a site that sends in circles without them. By default they are not.
    #[schemars(example = true)]
    pub(super) cookies: Option<At<bool>>,
    /// The fields of a form: the page at `url` is asked for by POST with them. The articles' pages are not.
    #[schemars(example = serde_json::json!({ "q": "tin", "page": "1" }))]
    pub(super) form: Option<BTreeMap<String, At<TextOr<Secret>>>>,
    /// The proxy that carries the requests, or "direct" where the defaults name one that is not for this source.
    #[schemars(example = "http://10.0.0.1:3128")]
    pub(super) proxy: Option<At<TextOr<Proxy>>>,
    /// Whether its pages are built by the browser of `[render]`, for a site that builds its list by script. First look for the feed, the sitemap or the JSON behind it: a browser costs the site and this machine many times as much.
    #[schemars(example = true)]
    pub(super) render: Option<At<bool>>,
    /// Whether the articles' pages are built by the browser too, with render = true. By default they are.
    #[schemars(example = false)]
    pub(super) render_articles: Option<At<bool>>,
    /// Whether each article's page is fetched, for a feed or an API that brings only a teaser. Of the JSON of an API by default where `select` names no `content`.
    #[schemars(example = true)]
    pub(super) follow: Option<At<bool>>,
    /// What the addresses of articles have in them, of a sitemap: a regular expression. By default bantin tells articles by what their addresses look like.
    #[serde(rename = "match")]
    #[schemars(example = &"/tin-tuc/.+[.]html$")]
    pub(super) matching: Option<At<String>>,
    /// What its pages are encoded in, where bantin reads them wrongly: `tcvn3` (fonts such as .VnTime), `vni` (VNI-Times), `viscii`, or a label of the WHATWG list. By default what fits.
    #[schemars(example = &"tcvn3")]
    pub(super) charset: Option<At<String>>,
    /// The family of content management systems that its pages are of, where bantin takes them for another; "none" where no platform rule is to be tried. By default what each page looks like.
    #[schemars(example = &"nukeviet")]
    pub(super) platform: Option<At<String>>,
    /// The heading of the one list that is taken, on a page of several, where `select` does not say where the items are. By default all of the news.
    #[schemars(example = &"Tin tức")]
    pub(super) list: Option<At<String>>,
    /// Where the items of a listing or of an API's JSON are. Those of a listing are found by their shape by default; `bantin discover` shows them.
    pub(super) select: Option<At<Select>>,
    /// Where the fields are on an article's page, for what bantin does not find by itself.
    pub(super) article: Option<At<Article>>,
}

/// How the page at a source's address is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum SourceKind {
    /// An HTML page of news items.
    Listing,
    /// An RSS, Atom or JSON feed.
    Feed,
    /// A sitemap, an index of sitemaps, a news sitemap, or a list of addresses in a text file.
    Sitemap,
    /// The JSON of an API; `select` says by JSONPaths what is where.
    Json,
    /// A WordPress site, by its REST API: `url` is the site, or an address of the API.
    WordPress,
    /// Saved article pages in a folder, or in a WARC file.
    Files,
}

/// Which TLS is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum TlsDialect {
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

/// Where the items are: CSS selectors for a listing, JSONPaths (RFC 9535) for the JSON of an API. All but `item` are looked up inside an item, which is the `$` of their JSONPaths.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Select {
    /// One element for each news item; of an API $.data.items[*] or the like.
    #[schemars(required, example = "article.post")]
    pub(super) item: Option<At<String>>,
    /// The link. By default the item itself, or the first link in it that has a text. Of an API the article's address, relative to `home`.
    #[schemars(example = "h2 a")]
    pub(super) link: Option<At<String>>,
    /// In place of `link`, for an API that gives no addresses: how they are put together, with JSONPaths in braces; values are percent-encoded.
    #[schemars(example = "https://agency.example/tin/{$.slug}-{$.id}.html")]
    pub(super) address: Option<At<String>>,
    /// The title. By default the text of the link.
    #[schemars(example = &"h2")]
    pub(super) title: Option<At<String>>,
    /// The date. Of an API a text, or seconds or milliseconds since 1970.
    #[schemars(example = &"time")]
    pub(super) date: Option<At<String>>,
    /// The lead.
    #[schemars(example = ".entry-summary")]
    pub(super) summary: Option<At<String>>,
    /// What tells an item of an API from the others, for ever. By default its address.
    #[schemars(example = "$.id")]
    pub(super) id: Option<At<String>>,
    /// The whole text of an item of an API, as HTML or as lines. The articles' pages are not fetched then.
    #[schemars(example = "$.body")]
    pub(super) content: Option<At<String>>,
    /// The author in an item of an API.
    #[schemars(example = "$.author.name")]
    pub(super) author: Option<At<String>>,
    /// The address of the image in an item of an API.
    #[schemars(example = "$.thumbnail")]
    pub(super) image: Option<At<String>>,
    /// The categories in an item of an API.
    #[schemars(example = "$.categories[*].name")]
    pub(super) tags: Option<At<String>>,
}

/// CSS selectors for an article's page.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Article {
    /// The title.
    #[schemars(example = &"h1")]
    pub(super) title: Option<At<String>>,
    /// The lead, where it stands outside the body.
    #[schemars(example = ".lead")]
    pub(super) summary: Option<At<String>>,
    /// The body; every match, in order.
    #[schemars(example = ".entry-content")]
    pub(super) body: Option<At<String>>,
    /// The date.
    #[schemars(example = "time.entry-date")]
    pub(super) date: Option<At<String>>,
    /// The author.
    #[schemars(example = ".author")]
    pub(super) author: Option<At<String>>,
    /// The line that names the source.
    #[schemars(example = ".source")]
    pub(super) source: Option<At<String>>,
    /// What is cut out of the body.
    #[schemars(example = [".share", ".related"])]
    pub(super) remove: Option<Vec<At<String>>>,
}

/// A feed that is published.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Feed {
    /// For which the feed stands once: one feed for each province, topic, agency, kind of agency or source that the sources are of, or for each pair of them, as each = ["province", "topic"]. `id`, `formerly`, `title` and `description` are templates then.
    #[schemars(example = ["province", "topic"])]
    pub(super) each: Option<At<Vec<At<Dimension>>>>,
    /// Its name, for ever: the documents are `tong-hop.atom`, `tong-hop.rss` and `tong-hop.json`. With `each` a template as "tin-{province}-{topic}", by default of all that `each` names.
    #[schemars(example = "tong-hop", regex(pattern = "^[a-z0-9{]([a-z0-9{}-]*[a-z0-9}])?$"))]
    pub(super) id: Option<At<String>>,
    /// Names that it had before; its documents are found under these too.
    #[schemars(example = ["tin-chung"])]
    pub(super) formerly: Option<Vec<At<String>>>,
    /// Its title. With `each` a template as "Tin {province}: {topic}".
    #[schemars(required, example = "Tin tổng hợp")]
    pub(super) title: Option<At<String>>,
    /// What it is about. By default the title.
    #[schemars(example = "Tin mới của các cơ quan")]
    pub(super) description: Option<At<String>>,
    /// What the feeds of `each` are called together, in the list of feeds and on the index page. By default what `each` names, in Vietnamese.
    #[schemars(example = "Tin các tỉnh")]
    pub(super) group: Option<At<String>>,
    /// Its language (BCP 47).
    pub(super) language: Option<At<String>>,
    /// Who has which rights in the feed. Entries carry those of their sources.
    #[schemars(example = "© Văn phòng UBND tỉnh Lâm Đồng")]
    pub(super) rights: Option<At<String>>,
    /// The most entries in a document.
    #[schemars(range(min = 1, max = 1000))]
    pub(super) limit: Option<At<usize>>,
    /// The most bytes of a document. The oldest entries that do not fit are left out of all formats; one entry stays in any case.
    #[schemars(range(min = 10_000, max = 50_000_000))]
    pub(super) most_bytes: Option<At<usize>>,
    /// Whether entries have the whole text, or a summary only.
    pub(super) content: Option<At<FeedContent>>,
    /// The formats in which it is published.
    pub(super) formats: Option<At<Vec<At<FeedFormat>>>>,
    /// Whether what leaves its Atom and RSS documents is found in archives (RFC 5005), which the documents lead to. By default it is, but for the feeds of `each`.
    #[schemars(example = true)]
    pub(super) archive: Option<At<bool>>,
    /// The most entries of one source in a document, as long as others have entries for the rest. By default half of `limit`.
    #[schemars(range(min = 1, max = 1000), example = 10)]
    pub(super) most_per_source: Option<At<usize>>,
    /// How long readers of its Atom document are told that an article was withdrawn (RFC 6721), from one day to ten years.
    pub(super) tombstones: Option<At<String>>,
    /// Makes the feed private: only who shows one of the tokens with these SHA-256 may read it. `bantin token` makes one; several are for changing them.
    #[schemars(example = ["ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"])]
    pub(super) token_sha256: Option<At<Vec<At<String>>>>,
    /// Only articles of these sources, by their ids.
    #[schemars(example = ["ban-dan-toc"])]
    pub(super) sources: Option<At<Vec<At<String>>>>,
    /// Only articles of these provinces.
    #[schemars(example = ["lam-dong"])]
    pub(super) provinces: Option<At<Vec<At<String>>>>,
    /// Only articles of these agencies, by name or slug; of one that was merged with others in 2025 by its old or its new name.
    #[schemars(example = ["Ban Dân tộc"])]
    pub(super) agencies: Option<At<Vec<At<String>>>>,
    /// Only articles of agencies of these kinds, which are told by their names: "y-te" or "Sở Y tế".
    #[schemars(example = ["y-te"])]
    pub(super) kinds: Option<At<Vec<At<String>>>>,
    /// Only articles with one of these topics, by id or name.
    #[schemars(example = ["y-te"])]
    pub(super) topics: Option<At<Vec<At<String>>>>,
    /// Only articles in these languages (BCP 47); "en" is also "en-GB".
    #[schemars(example = ["vi"])]
    pub(super) languages: Option<At<Vec<At<String>>>>,
    /// Only articles with one of these words or phrases in title, summary or text. Written without marks they are found with any marks: "dan toc" finds "dân tộc".
    #[schemars(example = ["dân tộc", "ton giao"])]
    pub(super) words: Option<At<Vec<At<String>>>>,
    /// Only articles whose title matches this regular expression.
    #[schemars(example = "(?i)^thông báo")]
    pub(super) title_matches: Option<At<String>>,
    /// Only articles whose text matches this regular expression.
    #[schemars(example = "Nghị quyết số \\d+")]
    pub(super) body_matches: Option<At<String>>,
    /// Only articles with an author who matches this regular expression.
    #[schemars(example = "^Ban biên tập")]
    pub(super) author_matches: Option<At<String>>,
    /// Only articles with an attachment, or with false only those without.
    #[schemars(example = true)]
    pub(super) has_attachment: Option<At<bool>>,
    /// Only articles that were published no longer ago than this, by the day (midnight in Viet Nam); such a feed keeps no archives.
    #[schemars(example = "30d")]
    pub(super) newer_than: Option<At<String>>,
    /// Only articles for which all of these tables hold.
    #[schemars(example = serde_json::json!([{ "words": ["tôn giáo"] }, { "words": ["dân tộc"] }]))]
    pub(super) all: Option<At<Vec<At<Condition>>>>,
    /// Only articles for which one of these tables holds.
    #[schemars(example = serde_json::json!([{ "topics": ["y-te"] }, { "kinds": ["y-te"] }]))]
    pub(super) any: Option<At<Vec<At<Condition>>>>,
    /// Only articles for which none of these tables holds.
    #[schemars(example = serde_json::json!([{ "title_matches": "(?i)mời thầu" }]))]
    pub(super) none: Option<At<Vec<At<Condition>>>>,
}

/// A condition on articles; where it has several keys all have to hold.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub(super) struct Condition {
    /// Articles of these sources, by their ids.
    #[schemars(example = ["ban-dan-toc"])]
    pub(super) sources: Option<At<Vec<At<String>>>>,
    /// Articles of these provinces.
    #[schemars(example = ["lam-dong"])]
    pub(super) provinces: Option<At<Vec<At<String>>>>,
    /// Articles of these agencies, by name or slug.
    #[schemars(example = ["Ban Dân tộc"])]
    pub(super) agencies: Option<At<Vec<At<String>>>>,
    /// Articles of agencies of these kinds.
    #[schemars(example = ["y-te"])]
    pub(super) kinds: Option<At<Vec<At<String>>>>,
    /// Articles with one of these topics, by id or name.
    #[schemars(example = ["y-te"])]
    pub(super) topics: Option<At<Vec<At<String>>>>,
    /// Articles in these languages (BCP 47); "en" is also "en-GB".
    #[schemars(example = ["vi"])]
    pub(super) languages: Option<At<Vec<At<String>>>>,
    /// Articles with one of these words or phrases in title, summary or text. Written without marks they are found with any marks: "dan toc" finds "dân tộc".
    #[schemars(example = ["dân tộc", "ton giao"])]
    pub(super) words: Option<At<Vec<At<String>>>>,
    /// Articles whose title matches this regular expression.
    #[schemars(example = "(?i)^thông báo")]
    pub(super) title_matches: Option<At<String>>,
    /// Articles whose text matches this regular expression.
    #[schemars(example = "Nghị quyết số \\d+")]
    pub(super) body_matches: Option<At<String>>,
    /// Articles with an author who matches this regular expression.
    #[schemars(example = "^Ban biên tập")]
    pub(super) author_matches: Option<At<String>>,
    /// Articles with an attachment, or with false those without.
    #[schemars(example = true)]
    pub(super) has_attachment: Option<At<bool>>,
    /// Articles that were published no longer ago than this, by the day.
    #[schemars(example = "30d")]
    pub(super) newer_than: Option<At<String>>,
}

/// The keys that a feed and a condition in it have in common.
#[derive(Debug)]
pub(super) struct Texts<'a> {
    pub(super) languages: &'a Option<At<Vec<At<String>>>>,
    pub(super) words: &'a Option<At<Vec<At<String>>>>,
    pub(super) title_matches: &'a Option<At<String>>,
    pub(super) body_matches: &'a Option<At<String>>,
    pub(super) author_matches: &'a Option<At<String>>,
    pub(super) has_attachment: &'a Option<At<bool>>,
    pub(super) newer_than: &'a Option<At<String>>,
}

impl Feed {
    pub(super) fn texts(&self) -> Texts<'_> {
        Texts {
            languages: &self.languages,
            words: &self.words,
            title_matches: &self.title_matches,
            body_matches: &self.body_matches,
            author_matches: &self.author_matches,
            has_attachment: &self.has_attachment,
            newer_than: &self.newer_than,
        }
    }
}

impl Condition {
    pub(super) fn texts(&self) -> Texts<'_> {
        Texts {
            languages: &self.languages,
            words: &self.words,
            title_matches: &self.title_matches,
            body_matches: &self.body_matches,
            author_matches: &self.author_matches,
            has_attachment: &self.has_attachment,
            newer_than: &self.newer_than,
        }
    }
}

/// What a feed can stand once for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum Dimension {
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

impl Dimension {
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
pub(super) enum FeedFormat {
    /// Atom 1.0.
    Atom,
    /// RSS 2.0.
    Rss,
    /// JSON Feed 1.1.
    Json,
}
