//! Interprets a `[[source]]` or a row of a table.

use super::addresses;
use super::deserialize::Spanned;
use super::diagnostics::Diagnostics;
use super::errors::ConfigProblem;
use super::files::TextSpan;
use super::identity;
use super::kind_keys::{self, KindKeys};
use super::name_registry::NameRegistry;
use super::platforms;
use super::provinces;
use super::render;
use super::tls;
use super::tree::ConfigNode;
use super::values::{self, ValueError};
use super::written;
use bantin_core::{
    Agency, ArticleSelectors, CronSchedule, HostAccess, PlatformRules, PublicUrl, QuietHours,
    RevisitPolicy, Slug, Source, SourceFolder, SourceInfo, SourceKind,
};
use bantin_read::discover::kind::{self, KindDefinition, SourceAddresses};
use chrono_tz::Tz;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// A source. Returns `None` after a problem, which is reported; the names of the source are
/// registered in any case.
pub(super) fn source(
    mut table: ConfigNode,
    platforms: &Arc<[PlatformRules]>,
    names: &mut NameRegistry,
    diagnostics: &mut Diagnostics,
) -> Option<Source> {
    let span = table.span.clone();
    let of_kind = KindKeys::taken_from(&mut table);
    let keys: written::SourceKeys = diagnostics.keys(table);
    diagnostics.require("id", &keys.id, &span, "a source", "for example id = \"ban-dan-toc\"");
    let id = diagnostics.value("id", &keys.id, values::slug);
    let aliases = diagnostics.values("aliases", &keys.aliases, values::slug);
    match (&id, &keys.id) {
        (Some(id), Some(written)) => {
            let id = Spanned { value: id.clone(), span: written.span.clone() };
            names.take(&id, &aliases, diagnostics);
        }
        _ => diagnostics.sources_incomplete = true,
    }

    let named = named(&keys, diagnostics);
    let policy = crawl_policy(&keys, diagnostics);
    let folder = folder(&keys, &span, diagnostics);
    let definition = definition(&keys);
    let kind = kind(definition, &of_kind, &keys, &span, diagnostics);
    let charset = diagnostics.value("charset", &keys.charset, values::charset);
    let article = ArticleSelectors {
        platforms: platforms::of_source(&keys.platform, platforms, diagnostics),
        ..article(&keys.article, diagnostics)
    };
    let allow_private =
        diagnostics.values("allow_private", &keys.allow_private, addresses::network);
    let tls = tls::tls(&keys, diagnostics);
    let parts = identity::parts(&keys, diagnostics);
    let proxy = identity::proxy(&keys, diagnostics);
    // The addresses in a folder can only be checked if the folder itself is valid.
    let folder = folder?;
    let url = url(definition, &keys, folder.as_ref(), &span, diagnostics);
    let render = render::of_source(definition, &keys, url.as_ref(), diagnostics);
    let written_home = address("home", &keys.home, folder.as_ref(), diagnostics);
    let written_feed = address("feed_url", &keys.feed_url, folder.as_ref(), diagnostics);

    let (id, url, kind, policy) = (id?, url?, kind?, policy?);
    let addresses = addresses(&kind, &url, folder.as_ref(), &keys, diagnostics)?;
    let further = keys.ports.iter().flatten().map(|port| port.value);
    let ports = further.chain(url.port()).collect();
    let home = written_home.unwrap_or(addresses.home);
    let feed = written_feed.or(addresses.feed);
    let url = addresses.fetched;
    let origin = origin(id, named, home, feed, policy.language)?;
    let identity = parts.of(&origin.id, &url, &tls, &span, diagnostics);
    let delay = if folder.is_some() { Duration::ZERO } else { policy.delay };
    Some(Source {
        origin,
        aliases: aliases.into_iter().map(|name| name.value).collect(),
        url,
        folder,
        kind,
        charset,
        article,
        timetable: policy.timetable,
        zone: policy.zone,
        access: HostAccess {
            delay,
            timeout: policy.timeout,
            max_requests: policy.max_requests,
            max_document: keys.max_document.map_or(HostAccess::MAX_PAGE, |size| size.value),
            quiet_hours: policy.quiet_hours,
            allow_private: allow_private.into_iter().map(|network| network.value).collect(),
            ports,
            tls,
            identity,
            proxy,
            render,
        },
        max_pages: policy.max_pages,
        revisits: policy.revisits,
        min_edit: policy.min_edit,
    })
}

/// The source information that feeds show for an entry.
fn origin(
    id: Slug,
    named: SourceNaming,
    home: Url,
    feed: Option<Url>,
    language: String,
) -> Option<SourceInfo> {
    let province = named.province;
    let title = named.title.unwrap_or_else(|| match (&named.agency, &province) {
        (Some(agency), Some(known)) => format!("{} {}", agency.name, known.full_name),
        (Some(agency), None) => agency.name.clone(),
        (None, _) => id.to_string(),
    });
    Some(SourceInfo {
        id,
        title,
        // Both addresses were validated as http or https.
        home: PublicUrl::try_from(home).ok()?,
        feed: feed.and_then(|feed| PublicUrl::try_from(feed).ok()),
        province: province.map(|known| known.province),
        agency: named.agency,
        language,
        rights: named.rights,
    })
}

/// The settings of a source that `[defaults]` can provide.
#[derive(Debug)]
pub(super) struct CrawlPolicy {
    timetable: CronSchedule,
    zone: Tz,
    language: String,
    delay: Duration,
    timeout: Duration,
    max_pages: usize,
    max_requests: u32,
    quiet_hours: Option<QuietHours>,
    revisits: RevisitPolicy,
    min_edit: usize,
}

/// Interprets these settings. The defaults are read by this function too, so a mistake in them is
/// reported even if no source uses it.
pub(super) fn crawl_policy(
    keys: &written::SourceKeys,
    diagnostics: &mut Diagnostics,
) -> Option<CrawlPolicy> {
    let zone = diagnostics.value("timezone", &keys.timezone, values::zone);
    // The schedule is validated even if the zone is invalid.
    let timetable = diagnostics.value("schedule", &keys.schedule, |text| {
        values::timetable(text, zone.unwrap_or_default())
    });
    let language = diagnostics.value("language", &keys.language, values::language);
    let quiet_hours = diagnostics.value("quiet_hours", &keys.quiet_hours, |text| {
        let (from, to) = values::times(text)?;
        Ok(QuietHours { from, to, zone: zone.unwrap_or_default() })
    });
    let within = keys.revisit_within.as_ref()?.value.0;
    Some(CrawlPolicy {
        timetable: timetable?,
        zone: zone?,
        language: language?,
        delay: keys.delay.as_ref()?.value.0,
        timeout: keys.timeout.as_ref()?.value.0,
        max_pages: keys.max_pages.as_ref()?.value,
        max_requests: keys.max_requests.as_ref()?.value,
        quiet_hours,
        revisits: RevisitPolicy { times: keys.revisits.as_ref()?.value, within },
        min_edit: keys.min_edit.as_ref()?.value,
    })
}

/// The title, rights, province and agency of a source.
struct SourceNaming {
    title: Option<String>,
    rights: Option<String>,
    province: Option<provinces::KnownProvince>,
    agency: Option<Agency>,
}

fn named(keys: &written::SourceKeys, diagnostics: &mut Diagnostics) -> SourceNaming {
    SourceNaming {
        title: diagnostics.value("title", &keys.title, values::line),
        rights: diagnostics.value("rights", &keys.rights, values::line),
        province: diagnostics.value("province", &keys.province, provinces::find),
        agency: diagnostics.value("agency", &keys.agency, |text| {
            let name = values::line(text)?;
            let slug =
                Slug::nearest(&name).ok_or_else(|| ValueError::new("has no letter in it"))?;
            Ok(Agency { slug, name })
        }),
    }
}

/// The folder, or `Some(None)` if the source has none. Returns `None` if the folder is invalid.
fn folder(
    keys: &written::SourceKeys,
    table: &TextSpan,
    diagnostics: &mut Diagnostics,
) -> Option<Option<SourceFolder>> {
    let base_url = diagnostics.value("base_url", &keys.base_url, addresses::base);
    let Some(written) = &keys.folder else {
        if let Some(base_url) = &keys.base_url {
            let problem = ConfigProblem::new("`base_url` is for a source with a `folder`");
            diagnostics.problem(
                problem.at(&base_url.span).hint("write the full address in `url`".to_owned()),
            );
        }
        return Some(None);
    };
    let hint = "write the address from which the folder was saved, for example base_url = \"https://bandantoc.lamdong.example/\"";
    diagnostics.require("base_url", &keys.base_url, table, "a source with a folder", hint);
    let beside = diagnostics.files.folder(&written.span);
    // A wrong base_url is reported above; the folder is checked all the same.
    let path = diagnostics.value("folder", &keys.folder, |text| existing(beside.join(text)));
    Some(Some(SourceFolder { path: path?, base_url: base_url? }))
}

fn existing(path: PathBuf) -> Result<PathBuf, ValueError> {
    let is_archive = SourceFolder::is_archive_name(&path);
    let is_there = if is_archive { path.is_file() } else { path.is_dir() };
    if is_there {
        return Ok(path);
    }
    if is_archive && path.is_dir() {
        let what = format!("names {}, which is a folder, not a WARC file", path.display());
        return Err(ValueError::new(what).hint("name a file in this folder"));
    }
    let what = if path.exists() { "not a folder" } else { "missing" };
    Err(ValueError::new(format!("names {}, which is {what}", path.display()))
        .hint("the path is relative to the file that names it"))
}

/// The configured address that is fetched first.
fn url(
    definition: &KindDefinition,
    keys: &written::SourceKeys,
    folder: Option<&SourceFolder>,
    table: &TextSpan,
    diagnostics: &mut Diagnostics,
) -> Option<Url> {
    match folder {
        // The whole folder.
        Some(folder) if keys.url.is_none() && definition.is_saved => {
            return Some(folder.list_address().unwrap_or_else(|| folder.base_url.clone()));
        }
        Some(_) => {
            let hint = "write the page in the folder, for example url = \"tin-tuc/\"";
            diagnostics.require("url", &keys.url, table, "a source", hint);
        }
        None if definition.is_saved => {}
        None => {
            let hint = "for example url = \"https://bandantoc.lamdong.example/tin-tuc/\"";
            diagnostics.require("url", &keys.url, table, "a source", hint);
        }
    }
    address("url", &keys.url, folder, diagnostics)
}

/// The addresses that the source's kind derives from `url`.
fn addresses(
    kind: &SourceKind,
    url: &Url,
    folder: Option<&SourceFolder>,
    keys: &written::SourceKeys,
    diagnostics: &mut Diagnostics,
) -> Option<SourceAddresses> {
    let addresses = kind::reader(kind).addresses(url, folder);
    diagnostics.value("url", &keys.url, |_| addresses.clone().map(drop));
    addresses.ok()
}

fn address(
    key: &str,
    written: &Option<Spanned<String>>,
    folder: Option<&SourceFolder>,
    diagnostics: &mut Diagnostics,
) -> Option<Url> {
    diagnostics.value(key, written, |text| match folder {
        // Only the fetched address must be in the folder; links for readers may lead anywhere.
        Some(folder)
            if key == "url"
                && !folder.is_archive()
                && SourceFolder::is_archive_name(Path::new(text.trim())) =>
        {
            let wrong = ValueError::new("names a WARC file, which takes the place of a folder");
            Err(wrong.hint("write the path of the file under folder, and remove url"))
        }
        Some(folder) if key == "url" => addresses::below(&folder.base_url, text),
        Some(folder) => addresses::web(
            folder.base_url.join(text).map_or(text.to_owned(), String::from).as_str(),
        ),
        None => addresses::web(text),
    })
}

/// The kind that a source names, or the default kind.
fn definition(keys: &written::SourceKeys) -> &'static KindDefinition {
    let named = keys.kind.as_ref().and_then(|kind| kind::named(&kind.value));
    named.unwrap_or(kind::default_kind())
}

/// The kind of the source with its keys.
fn kind(
    definition: &KindDefinition,
    of_kind: &KindKeys,
    keys: &written::SourceKeys,
    table: &TextSpan,
    diagnostics: &mut Diagnostics,
) -> Option<SourceKind> {
    if definition.is_saved {
        let whose = format!("a source of kind {:?}", definition.name);
        let hint = "for example folder = \"samples/luu-tru\"";
        diagnostics.require("folder", &keys.folder, table, &whose, hint);
    }
    let kind = kind_keys::kind(definition, of_kind, table, diagnostics)?;
    if !kind.fetches_articles()
        && let Some(article) = &keys.article
    {
        let problem = ConfigProblem::new(
            "`article` is for article pages, and this source does not fetch the pages of its articles",
        );
        let hint = "write follow = true to fetch them".to_owned();
        diagnostics.problem(problem.at(&article.span).hint(hint));
    }
    Some(kind)
}

fn article(
    written: &Option<Spanned<written::ArticleSelectorKeys>>,
    diagnostics: &mut Diagnostics,
) -> ArticleSelectors {
    let Some(Spanned { value: keys, .. }) = written else { return ArticleSelectors::default() };
    let remove = diagnostics.values("article.remove", &keys.remove, values::selector);
    let mut read = |key: &str, written| {
        diagnostics.value(&format!("article.{key}"), written, values::selector)
    };
    ArticleSelectors {
        title: read("title", &keys.title),
        summary: read("summary", &keys.summary),
        body: read("body", &keys.body),
        date: read("date", &keys.date),
        author: read("author", &keys.author),
        source: read("source", &keys.source),
        remove: remove.into_iter().map(|selector| selector.value).collect(),
        ..ArticleSelectors::default()
    }
}
