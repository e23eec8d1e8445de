//! What a `[[source]]`, or a row of a table, means.

use super::addresses;
use super::deserialize::At;
use super::errors::Problem;
use super::files::Span;
use super::identity;
use super::json;
use super::names::Names;
use super::platforms;
use super::provinces;
use super::reading::Reading;
use super::render;
use super::tls;
use super::tree::Node;
use super::values::{self, Wrong};
use super::written::{self, SourceKind};
use crate::model::{
    Access, Agency, ArticleSelectors, Folder, Kind, ListingSelectors, Origin, Platform, PublicUrl,
    Quiet, Revisits, Slug, Source, Timetable, WordPress,
};
use chrono_tz::Tz;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// With a longer pause a visit would end before its second page.
const LONGEST_GAP: Duration = Duration::from_secs(300);
/// Agencies were seen to answer after a minute, never after two.
const TIMEOUT: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(120));

/// An article is young for hours or days; what was corrected after a month is another story.
const REVISIT_WITHIN: (Duration, Duration) =
    (Duration::from_secs(3600), Duration::from_secs(30 * 24 * 3600));

/// A source. `None` where something is wrong, which is told; its names are taken all the same.
pub(super) fn source(
    table: Node,
    platforms: &Arc<[Platform]>,
    names: &mut Names,
    reading: &mut Reading,
) -> Option<Source> {
    let span = table.span.clone();
    let keys: written::Source = reading.keys(table);
    reading.require("id", &keys.id, &span, "a source", "for example id = \"ban-dan-toc\"");
    let id = reading.value("id", &keys.id, values::slug);
    let formerly = reading.values("formerly", &keys.formerly, values::slug);
    match (&id, &keys.id) {
        (Some(id), Some(written)) => {
            names.take(&At { value: id.clone(), span: written.span.clone() }, &formerly, reading);
        }
        _ => reading.lost = true,
    }

    let named = named(&keys, reading);
    let habits = habits(&keys, reading);
    let folder = folder(&keys, &span, reading);
    let kind = kind(&keys, &span, reading);
    let charset = reading.value("charset", &keys.charset, values::charset);
    let article = ArticleSelectors {
        platforms: platforms::of_source(&keys.platform, platforms, reading),
        ..article(&keys.article, reading)
    };
    let allow_private = reading.values("allow_private", &keys.allow_private, addresses::network);
    let tls = tls::tls(&keys, reading);
    let parts = identity::parts(&keys, reading);
    let proxy = identity::proxy(&keys, reading);
    // The addresses of a folder that is itself wrong cannot be judged.
    let folder = folder?;
    let url = url(&keys, folder.as_ref(), &span, reading);
    let render = render::of_source(&keys, url.as_ref(), reading);
    let written_home = address("home", &keys.home, folder.as_ref(), reading);
    let written_feed = address("feed_url", &keys.feed_url, folder.as_ref(), reading);

    let (id, url, kind, habits) = (id?, url?, kind?, habits?);
    let wordpress = match kind {
        // A saved answer has the name that it was saved by.
        Kind::WordPress { .. } if folder.is_none() => Some(WordPress::at(&url).ok()?),
        _ => None,
    };
    let is_feed = matches!(kind, Kind::Feed { .. });
    let is_api = matches!(kind, Kind::Json { .. });
    let further = keys.ports.iter().flatten().map(|port| port.value);
    let ports = further.chain(url.port()).collect();
    let home = match written_home {
        Some(home) => home,
        None if let Some(wordpress) = &wordpress => wordpress.site.clone(),
        // Readers are sent to the site, and not to a document for programs.
        None if is_feed || is_api || matches!(kind, Kind::Sitemap { .. }) => {
            url.join("/").unwrap_or_else(|_| url.clone())
        }
        None => match &folder {
            Some(folder) if folder.list_address().as_ref() == Some(&url) => folder.base_url.clone(),
            _ => url.clone(),
        },
    };
    let feed = written_feed.or_else(|| is_feed.then(|| url.clone()));
    let url = wordpress.map_or(url, |wordpress| wordpress.posts);
    let province = named.province.as_ref();
    let origin = Origin {
        title: named.title.unwrap_or_else(|| match (&named.agency, province) {
            (Some(agency), Some(known)) => format!("{} {}", agency.name, known.full_name),
            (Some(agency), None) => agency.name.clone(),
            (None, _) => id.to_string(),
        }),
        id,
        tag: String::new(),
        // Both were read as http or https above.
        home: PublicUrl::try_from(home).ok()?,
        feed: feed.and_then(|feed| PublicUrl::try_from(feed).ok()),
        province: province.map(|known| known.province.clone()),
        agency: named.agency,
        language: habits.language,
        rights: named.rights,
    };
    let identity = parts.of(&origin.id, &url, &tls, &span, reading);
    let gap = if folder.is_some() { Duration::ZERO } else { habits.gap };
    Some(Source {
        origin,
        formerly: formerly.into_iter().map(|name| name.value).collect(),
        url,
        folder,
        kind,
        charset,
        article,
        timetable: habits.timetable,
        zone: habits.zone,
        access: Access {
            gap,
            timeout: habits.timeout,
            most_requests: habits.most_requests,
            quiet: habits.quiet,
            allow_private: allow_private.into_iter().map(|network| network.value).collect(),
            ports,
            tls,
            identity,
            proxy,
            render,
        },
        most_pages: habits.most_pages,
        revisits: habits.revisits,
        least_change: habits.least_change,
    })
}

/// What a source takes from the defaults where it does not say it itself.
#[derive(Debug)]
pub(super) struct Habits {
    timetable: Timetable,
    zone: Tz,
    language: String,
    gap: Duration,
    timeout: Duration,
    most_pages: usize,
    most_requests: u32,
    quiet: Option<Quiet>,
    revisits: Revisits,
    least_change: usize,
}

/// The habits that a table writes. The defaults are read by this too, so that a mistake in them is told even
/// where no source would meet it.
pub(super) fn habits(keys: &written::Source, reading: &mut Reading) -> Option<Habits> {
    let zone = reading.value("timezone", &keys.timezone, values::zone);
    // A timetable is judged even where its zone is unknown.
    let timetable = reading.value("schedule", &keys.schedule, |text| {
        values::timetable(text, zone.unwrap_or_default())
    });
    let language = reading.value("language", &keys.language, values::language);
    let gap =
        reading.value("gap", &keys.gap, |text| values::duration(text, Duration::ZERO, LONGEST_GAP));
    let timeout = reading
        .value("timeout", &keys.timeout, |text| values::duration(text, TIMEOUT.0, TIMEOUT.1));
    let quiet = reading.value("quiet", &keys.quiet, |text| {
        let (from, to) = values::times(text)?;
        Ok(Quiet { from, to, zone: zone.unwrap_or_default() })
    });
    let within = reading.value("revisit_within", &keys.revisit_within, |text| {
        values::duration(text, REVISIT_WITHIN.0, REVISIT_WITHIN.1)
    });
    Some(Habits {
        timetable: timetable?,
        zone: zone?,
        language: language?,
        gap: gap?,
        timeout: timeout?,
        most_pages: keys.most_pages.as_ref()?.value,
        most_requests: keys.most_requests.as_ref()?.value,
        quiet,
        revisits: Revisits { times: keys.revisits.as_ref()?.value, within: within? },
        least_change: keys.least_change.as_ref()?.value,
    })
}

/// What the source is called.
struct Named {
    title: Option<String>,
    rights: Option<String>,
    province: Option<provinces::Known>,
    agency: Option<Agency>,
}

fn named(keys: &written::Source, reading: &mut Reading) -> Named {
    Named {
        title: reading.value("title", &keys.title, values::line),
        rights: reading.value("rights", &keys.rights, values::line),
        province: reading.value("province", &keys.province, provinces::find),
        agency: reading.value("agency", &keys.agency, |text| {
            let name = values::line(text)?;
            let slug = Slug::nearest(&name).ok_or_else(|| Wrong::new("has no letter in it"))?;
            Ok(Agency { slug, name })
        }),
    }
}

/// The folder, or that there is none. `None` where it is wrong.
fn folder(keys: &written::Source, table: &Span, reading: &mut Reading) -> Option<Option<Folder>> {
    let base_url = reading.value("base_url", &keys.base_url, addresses::base);
    let Some(written) = &keys.folder else {
        if let Some(base_url) = &keys.base_url {
            let problem = Problem::new("`base_url` is for a source with a `folder`");
            reading.problem(
                problem.at(&base_url.span).hint("write the whole address in `url`".to_owned()),
            );
        }
        return Some(None);
    };
    let hint = "the address that the folder stands for, for example base_url = \"https://bandantoc.lamdong.example/\"";
    reading.require("base_url", &keys.base_url, table, "a source with a folder", hint);
    let beside = reading.files.folder(&written.span);
    // A wrong base_url is told above, and the folder is looked for all the same.
    let path = reading.value("folder", &keys.folder, |text| existing(beside.join(text)));
    Some(Some(Folder { path: path?, base_url: base_url? }))
}

fn existing(path: PathBuf) -> Result<PathBuf, Wrong> {
    let is_archive = Folder::is_archive_name(&path);
    let is_there = if is_archive { path.is_file() } else { path.is_dir() };
    if is_there {
        return Ok(path);
    }
    if is_archive && path.is_dir() {
        let what = format!("names {}, which is a folder and no WARC file", path.display());
        return Err(Wrong::new(what).hint("name one file in it"));
    }
    let what = if path.exists() { "no folder" } else { "not there" };
    Err(Wrong::new(format!("names {}, which is {what}", path.display()))
        .hint("it is relative to the file that names it"))
}

/// What is fetched first.
fn url(
    keys: &written::Source,
    folder: Option<&Folder>,
    table: &Span,
    reading: &mut Reading,
) -> Option<Url> {
    let kind = keys.kind.as_ref().map(|kind| kind.value);
    match folder {
        // All of the folder.
        Some(folder) if keys.url.is_none() && kind == Some(SourceKind::Files) => {
            return Some(folder.list_address().unwrap_or_else(|| folder.base_url.clone()));
        }
        Some(_) => {
            let hint = "the page in the folder, for example url = \"tin-tuc/\"";
            reading.require("url", &keys.url, table, "a source", hint);
        }
        None if kind == Some(SourceKind::Files) => {}
        None => {
            let hint = "for example url = \"https://bandantoc.lamdong.example/tin-tuc/\"";
            reading.require("url", &keys.url, table, "a source", hint);
        }
    }
    let url = address("url", &keys.url, folder, reading)?;
    match WordPress::at(&url) {
        Err(error) if kind == Some(SourceKind::WordPress) => {
            let problem = Problem::new(format!("`url` {error}"));
            let problem = problem.at(&keys.url.as_ref()?.span);
            let hint = "write the site's address, or that of the category in the API, for example https://agency.example/wp-json/wp/v2/categories/5; `bantin add --wordpress` finds it";
            reading.problem(problem.hint(hint.to_owned()));
            None
        }
        _ => Some(url),
    }
}

fn address(
    key: &str,
    written: &Option<At<String>>,
    folder: Option<&Folder>,
    reading: &mut Reading,
) -> Option<Url> {
    reading.value(key, written, |text| match folder {
        // Only what is fetched has to be in the folder; readers may be sent anywhere.
        Some(folder)
            if key == "url"
                && !folder.is_archive()
                && Folder::is_archive_name(Path::new(text.trim())) =>
        {
            let wrong = Wrong::new("names a WARC file, which stands in place of a folder");
            Err(wrong.hint("write the file, with its path, into folder, and leave url out"))
        }
        Some(folder) if key == "url" => addresses::below(&folder.base_url, text),
        Some(folder) => addresses::web(
            folder.base_url.join(text).map_or(text.to_owned(), String::from).as_str(),
        ),
        None => addresses::web(text),
    })
}

/// How the page is read, with the keys that fit no other kind.
fn kind(keys: &written::Source, table: &Span, reading: &mut Reading) -> Option<Kind> {
    let kind = keys.kind.as_ref().map_or(SourceKind::Listing, |kind| kind.value);
    let follow = keys.follow.as_ref();
    let mut misfit = |key: &str, span: Option<&Span>, what: &str, hint: &str| {
        if let Some(span) = span {
            let problem = Problem::new(format!("`{key}` is {what}")).at(span);
            reading.problem(problem.hint(hint.to_owned()));
        }
    };
    let select = keys.select.as_ref().map(|select| &select.span);
    let list = keys.list.as_ref().map(|list| &list.span);
    if !matches!(kind, SourceKind::Listing | SourceKind::Json) {
        let hint = "take it out, or write kind = \"listing\"";
        misfit("select", select, "for a listing or the JSON of an API", hint);
    }
    if kind != SourceKind::Listing {
        misfit("list", list, "for a listing", "take it out, or write kind = \"listing\"");
    } else if select.is_some() {
        misfit("list", list, "for a listing without `select`", "take out one of them");
    }
    if kind != SourceKind::Sitemap {
        let matching = keys.matching.as_ref().map(|matching| &matching.span);
        misfit("match", matching, "for a sitemap", "take it out, or write kind = \"sitemap\"");
    }
    if matches!(kind, SourceKind::Listing | SourceKind::Sitemap | SourceKind::Files) {
        let follow = follow.map(|follow| &follow.span);
        let hint = "take it out, or write kind = \"feed\"";
        misfit("follow", follow, "for a feed or an API", hint);
    }
    if kind != SourceKind::Json {
        json::misfits(keys, reading);
    }
    let follow = follow.map(|follow| follow.value);
    let kind = match kind {
        SourceKind::Listing => listing(keys, reading),
        SourceKind::Feed => Some(Kind::Feed { follow: follow == Some(true) }),
        SourceKind::Json => json::kind(keys, table, reading),
        SourceKind::WordPress => Some(Kind::WordPress { follow: follow == Some(true) }),
        SourceKind::Sitemap => {
            let matching = reading.value("match", &keys.matching, values::pattern);
            (matching.is_some() || keys.matching.is_none()).then_some(Kind::Sitemap { matching })
        }
        SourceKind::Files => {
            let hint = "for example folder = \"samples/luu-tru\"";
            reading.require("folder", &keys.folder, table, "a source of kind \"files\"", hint);
            Some(Kind::Files)
        }
    };
    if kind.as_ref().is_some_and(|kind| !kind.follows())
        && let Some(article) = &keys.article
    {
        let what = match kind {
            Some(Kind::Feed { .. }) => "this feed's pages are not fetched",
            _ => "this API's articles are not fetched",
        };
        let problem = Problem::new(format!("`article` is for pages, and {what}"));
        let hint = "write follow = true to fetch them".to_owned();
        reading.problem(problem.at(&article.span).hint(hint));
    }
    kind
}

/// A listing by the operator's selectors, or by its shape.
fn listing(keys: &written::Source, reading: &mut Reading) -> Option<Kind> {
    let list = reading.value("list", &keys.list, values::line);
    let Some(At { value: select, span }) = keys.select.as_ref() else {
        return (list.is_some() || keys.list.is_none()).then_some(Kind::News { list });
    };
    reading.require("item", &select.item, span, "`select`", "the element that holds one news item");
    let mut read =
        |key: &str, written| reading.value(&format!("select.{key}"), written, values::selector);
    let item = read("item", &select.item);
    let link = read("link", &select.link);
    let title = read("title", &select.title);
    let date = read("date", &select.date);
    let summary = read("summary", &select.summary);
    Some(Kind::Listing(ListingSelectors { item: item?, link, title, date, summary }))
}

fn article(written: &Option<At<written::Article>>, reading: &mut Reading) -> ArticleSelectors {
    let Some(At { value: keys, .. }) = written else { return ArticleSelectors::default() };
    let remove = reading.values("article.remove", &keys.remove, values::selector);
    let mut read =
        |key: &str, written| reading.value(&format!("article.{key}"), written, values::selector);
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
