//! `bantin add`: fetches a page, shows its news, and adds it to feeds.toml as a source.

pub(in crate::cli) mod name;
mod offered_feed;
mod site_owner;
mod subject;

use super::discover::{date_of, write_text};
use super::extract::write_fields;
use super::{ConfigOption, UsageError, clock, context, store_if_any};
use crate::config::edit::{self, NewKind, NewSource};
use crate::config::{self, ConfigErrors, Plan};
use crate::crawl::{self, CrawlContext};
use anyhow::{Context, anyhow, bail};
use bantin_core::{KeyValue, Listing, NewArticle, Province, Slug, Source};
use bantin_fetch::Response;
use bantin_page::Page;
use bantin_read::discover::kind::{self, KindDefinition};
use ipnet::IpNet;
use std::io::{BufRead, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;
use subject::AddSubject;
use url::Url;

/// The number of items that are tried until one can be read as an article.
const MAX_TRIED: usize = 3;
/// The key of a listing that names the heading of one list.
const LIST: &str = "list";
/// The number of lines that are shown of an article's text.
const MAX_LINES: usize = 12;

/// Fetch a page, show its news and one article, and add it to feeds.toml as a source
///
/// The page is fetched as politely as any source. It is added if --yes is given or the terminal
/// answers y; comments and everything else in feeds.toml are kept. Exit code 1 if the page has no
/// list of news; the message names what the page is instead.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The http(s) address of a page that lists news, or of a feed
    url: String,
    /// The source's permanent id; by default made of the address
    #[arg(long)]
    id: Option<Slug>,
    /// The title that readers see; by default the name of the site on the page
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// The province: its name, slug or code; by default found in the name of the site or in its
    /// host
    #[arg(long, value_name = "NAME")]
    province: Option<String>,
    /// The agency, as its province calls it; by default found in the name of the site
    #[arg(long, value_name = "NAME")]
    agency: Option<String>,
    /// Only the list below this heading of the page, for example 'Tin tức'
    #[arg(long, value_name = "HEADING", conflicts_with = "feed")]
    list: Option<String>,
    /// Add the feed that the page offers instead of its listing
    #[arg(long)]
    feed: bool,
    /// Add the API of the page's WordPress site instead of the listing
    #[arg(long, conflicts_with_all = ["feed", "list"])]
    wordpress: bool,
    /// A private network that may be fetched from, for example 10.1.2.0/24
    #[arg(long, value_name = "NETWORK")]
    allow_private: Vec<IpNet>,
    /// Write without confirmation
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
    /// Write nothing, only show the result
    #[arg(long)]
    dry_run: bool,
}

impl Arguments {
    /// The kinds of source that the flags choose instead of the listing: the one known before the
    /// listing is fetched (WordPress), and the one known after it (feed).
    fn wanted(&self) -> (Option<&'static KindDefinition>, Option<&'static KindDefinition>) {
        let taken = |flag: bool, name| if flag { kind::named(name) } else { None };
        (taken(self.wordpress, "wordpress"), taken(self.feed, "feed"))
    }
}

/// The reason why a page cannot be added, in a sentence that says what to do.
type AddRefusal = String;

/// A fetched page, what it is, and the source that it makes.
struct FetchedSubject {
    page: Page,
    subject: AddSubject,
    source: Arc<Source>,
    /// A guess about how the page is read, for the operator to confirm.
    guess: Option<String>,
}

pub(super) async fn run(config: ConfigOption, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let url = address(&arguments.url)?;
    let plan = config.plan()?;
    match added(&config, &plan, &url, arguments).await {
        Ok(code) => Ok(code),
        // An invalid feeds.toml and an invalid command line have their own exit codes.
        Err(error) if error.is::<ConfigErrors>() || error.is::<UsageError>() => Err(error),
        Err(error) => {
            eprintln!("{url}: {error:#}. Nothing was written");
            Ok(ExitCode::FAILURE)
        }
    }
}

async fn added(
    config: &ConfigOption,
    plan: &Plan,
    url: &Url,
    arguments: Arguments,
) -> anyhow::Result<ExitCode> {
    let list = arguments.list.as_deref();
    reject_known_source(plan, url, list)?;
    if let Some(id) = arguments.id.as_ref().filter(|id| name::is_taken(plan, id)) {
        return Err(UsageError(format!(
            "the id {:?} is or was used by another source; choose another --id",
            id.as_str()
        ))
        .into());
    }
    let province = arguments.province.as_deref().map(province).transpose()?;
    let mut new =
        NewSource { allow_private: arguments.allow_private.clone(), ..unnamed(plan, url, list) };
    new.id = arguments.id.clone().unwrap_or(new.id);
    let store = store_if_any(plan).await?;
    let context = context(plan, store.as_ref(), clock(plan, store.as_ref()).await?)?;
    let mut site = None;
    let (instead, offered) = arguments.wanted();
    if let Some(wanted) = instead.filter(|wanted| wanted.name != new.kind.name) {
        let page = page(&context, &*resolve_source(config, &new)?, url).await?;
        site = name::site(&page);
        let address = (wanted.offered)(&page).into_iter().next();
        new.url = address.ok_or_else(|| anyhow!(wanted.not_offered))?;
        new.kind = NewKind { name: wanted.name, settings: Vec::new() };
    }
    let mut fetched = fetch_subject(config, &context, &mut new).await?;
    tell_guess(&fetched);
    reject_known_source(plan, &fetched.page.url, list)?;
    reject_known_source(plan, &fetched.source.url, list)?;
    // If another address was fetched than the one to be written, its redirect does not apply to the
    // latter.
    let is_written = fetched.source.url == new.url;
    if let Some(moved) = fetched.page.cache_hints.moved_to.clone().filter(|_| is_written) {
        new.url = moved;
    }
    let site = site.or_else(|| name::site(&fetched.page));
    let mut out = std::io::stdout().lock();
    let feed = offered_feed::feed(config, &context, &fetched, &new).await;
    if let Some(wanted) = offered.filter(|wanted| wanted.name != new.kind.name) {
        let Some((offered, of_feed)) = feed else { bail!(wanted.not_offered) };
        reject_known_source(plan, &offered.url, None)?;
        let id = arguments.id.clone().unwrap_or_else(|| name::id(plan, &offered.url, None));
        (new, fetched) = (NewSource { id, ..offered }, of_feed);
    } else if let Some((offered, of_feed)) = &feed {
        offered_feed::report_offered_feed(
            &mut out,
            &offered.url,
            fetched.subject.listing(),
            of_feed.subject.listing(),
        )?;
    }
    let whose = site_owner::of(site.as_deref(), &new.url);
    new.province = province.or(whose.province).map(|province| province.slug);
    new.agency = arguments.agency.clone().or(whose.agency);
    let title = arguments.title.clone().or(site);
    new.title = title.unwrap_or(new.title);

    show_items(&mut out, &fetched)?;
    let article = first_article(&context, &fetched, &new).await?;
    show_article(&mut out, &article)?;
    writeln!(out, "\nfor {}:\n\n{}", config.path.display(), new.toml())?;
    out.flush()?;
    drop(out);
    confirm_and_write(config, &new, arguments.dry_run, arguments.yes)?;
    Ok(ExitCode::SUCCESS)
}

/// Writes the source into feeds.toml, unless the operator declines.
fn confirm_and_write(
    config: &ConfigOption,
    new: &NewSource,
    dry_run: bool,
    yes: bool,
) -> anyhow::Result<()> {
    let place = config.path.display();
    if dry_run {
        println!("nothing was written: --dry-run");
        return Ok(());
    }
    if !yes && !std::io::stdin().is_terminal() {
        println!("nothing was written; use --yes to write it into {place}");
        return Ok(());
    }
    if !yes && !is_wanted(&format!("write it into {place}? [y/N] "))? {
        println!("nothing was written");
        return Ok(());
    }
    let number = write(config, new)?;
    println!(
        "source {} was written into {place}, line {number}; `bantin once {}` visits it now",
        new.id, new.id
    );
    Ok(())
}

/// Parses the value of --province.
fn province(name: &str) -> Result<Province, UsageError> {
    let unknown = || {
        UsageError(format!(
            "--province {name:?} is not a province of Viet Nam; write its name, slug or code, as in \"Lâm Đồng\""
        ))
    };
    config::province(name).ok_or_else(unknown)
}

/// The source for the page at an address, as far as the address determines it.
fn unnamed(plan: &Plan, url: &Url, list: Option<&str>) -> NewSource {
    NewSource {
        id: name::id(plan, url, list),
        title: url.host_str().unwrap_or_default().to_owned(),
        province: None,
        agency: None,
        url: url.clone(),
        kind: match kind::of_address(url) {
            kind if kind.is_html => listing(list),
            kind => NewKind { name: kind.name, settings: Vec::new() },
        },
        allow_private: Vec::new(),
    }
}

/// The kind of an HTML listing, optionally restricted to one list.
fn listing(list: Option<&str>) -> NewKind {
    let list = list.map(|heading| (LIST, KeyValue::Text(heading.to_owned())));
    NewKind { name: kind::default_kind().name, settings: list.into_iter().collect() }
}

/// The source for the page at an address, with the defaults of feeds.toml applied.
pub(super) async fn source_at(
    config: &ConfigOption,
    plan: &Plan,
    context: &CrawlContext,
    url: &Url,
    allow_private: &[IpNet],
) -> anyhow::Result<Arc<Source>> {
    let mut new = NewSource { allow_private: allow_private.to_vec(), ..unnamed(plan, url, None) };
    let fetched = fetch_subject(config, context, &mut new).await?;
    tell_guess(&fetched);
    Ok(fetched.source)
}

/// Parses an http(s) address of the command line.
pub(super) fn address(written: &str) -> Result<Url, UsageError> {
    let wrong = |why: &str| {
        UsageError(format!(
            "{written:?} is not an http or https address ({why}); copy it from a browser, with https://"
        ))
    };
    let mut url: Url =
        written.trim().parse().map_err(|error: url::ParseError| wrong(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("it has another scheme"));
    }
    url.set_fragment(None);
    Ok(url)
}

/// Rejects an address that a source already reads.
fn reject_known_source(plan: &Plan, url: &Url, list: Option<&str>) -> anyhow::Result<()> {
    let is_same_list = |source: &Source| match (source.kind.setting(LIST), list) {
        (Some(known), Some(list)) => {
            bantin_page::plain::fold(known) == bantin_page::plain::fold(list)
        }
        _ => true,
    };
    let bare = |url: &Url| {
        let mut url = url.clone();
        url.set_fragment(None);
        let text = url.as_str().trim_end_matches('/').to_owned();
        text.split_once("://").map_or(text.clone(), |(_, rest)| rest.to_owned())
    };
    let known = plan.sources.iter().find(|source| {
        source.folder.is_none() && bare(&source.url) == bare(url) && is_same_list(source)
    });
    let Some(source) = known else { return Ok(()) };
    let place =
        edit::location_of(&plan.files, source.id()).unwrap_or_else(|| "feeds.toml".to_owned());
    bail!(
        "{url} is already a source: {} in {place}; `bantin try {}` shows its items",
        source.id(),
        source.id()
    )
}

/// The new source as parsed from feeds.toml, with all defaults.
fn resolve_source(config: &ConfigOption, new: &NewSource) -> anyhow::Result<Arc<Source>> {
    let text = std::fs::read_to_string(&config.path).context("feeds.toml cannot be read")?;
    let plan = config.read_as(edit::with(&text, new)?.text)?;
    let source = plan.sources.into_iter().find(|source| *source.id() == new.id);
    source.ok_or_else(|| {
        anyhow!("the new source is missing from the edited feeds.toml, which is a bug in bantin")
    })
}

/// Fetches a page as a source and determines what it is.
async fn fetch_subject(
    config: &ConfigOption,
    context: &CrawlContext,
    new: &mut NewSource,
) -> anyhow::Result<FetchedSubject> {
    let mut source = resolve_source(config, new)?;
    let page = page(context, &source, &source.url).await?;
    let mut guess = None;
    if let Some((kind, recognized)) = kind::recognize(&page) {
        let has_list = new.kind.settings.iter().any(|(key, _)| *key == LIST);
        anyhow::ensure!(!has_list, "it is {}, which has no headings; leave --list out", kind.what);
        let recognized = recognized.map_err(|why| anyhow!(why))?;
        new.kind = NewKind { name: kind.name, settings: recognized.settings };
        guess = recognized.guess;
        source = resolve_source(config, new)?;
    }
    let facts = kind::definition(&source.kind);
    if facts.is_index {
        let listing =
            crawl::listed(context, &source, page.clone()).await.map_err(|why| anyhow!(why))?;
        return Ok(FetchedSubject { page, subject: AddSubject::Items(listing), source, guess });
    }
    let read = source.clone();
    let (page, subject) = tokio::task::spawn_blocking(move || {
        let subject = subject::of(&page, &read);
        (page, subject)
    })
    .await?;
    let subject = subject.map_err(|refusal| anyhow!(refusal))?;
    let suggested = (facts.suggest)(subject.listing());
    if !suggested.is_empty() {
        new.kind.settings.extend(suggested);
        source = resolve_source(config, new)?;
    }
    Ok(FetchedSubject { page, subject, source, guess })
}

/// Prints the guess about how the page is read.
fn tell_guess(fetched: &FetchedSubject) {
    if let Some(guess) = &fetched.guess {
        println!("{guess}\n");
    }
}

/// Fetches the page at an address, which must exist.
async fn page(context: &CrawlContext, source: &Source, url: &Url) -> anyhow::Result<Page> {
    let mut response = crawl::fetch(context, source, url).await?;
    let other = (kind::definition(&source.kind).other_address)(url).filter(|_| *url == source.url);
    if let (Response::Gone(_), Some(other)) = (&response, other) {
        response = crawl::fetch(context, source, &other).await?;
    }
    match response {
        Response::Page(page) => Ok(page),
        Response::Gone(absence) => {
            bail!(
                "the page does not exist ({}); find the present address of the news list in a browser",
                absence.status()
            )
        }
        Response::Unchanged(..) => {
            bail!("it answers 304 Not Modified to an unconditional request")
        }
    }
}

/// Fetches items until one is an article. If none of the first ones is, the page cannot be a
/// source.
async fn first_article(
    context: &CrawlContext,
    fetched: &FetchedSubject,
    new: &NewSource,
) -> anyhow::Result<NewArticle> {
    let mut why = None;
    for item in fetched.subject.listing().items.iter().take(MAX_TRIED) {
        match crawl::preview(context, &fetched.source, item).await {
            Ok(article) => return Ok(article),
            Err(error) => {
                eprintln!("! {}: {error}", item.url);
                why.get_or_insert(error);
            }
        }
    }
    let why = why.unwrap_or_default();
    if fetched.guess.is_some() {
        let first = fetched.subject.listing().items.first();
        bail!(
            "none of its first items could be read as an article; of the first: {why}. The addresses were guessed, the first as {}; write this source by hand and correct it:\n\n{}\n",
            first.map_or("none", |item| item.url.as_str()),
            new.toml()
        );
    }
    bail!(
        "none of its first items could be read as an article; of the first: {why}. Give the address of the page that lists the news, or use --list for another list of this page"
    )
}

fn show_items(out: &mut impl Write, fetched: &FetchedSubject) -> std::io::Result<()> {
    match &fetched.subject {
        AddSubject::News(news) => write_text(out, &fetched.page, news),
        AddSubject::Items(Listing { items, skipped, .. }) => {
            for item in items {
                let date = date_of(&fetched.page, item).unwrap_or_else(|| "no date".to_owned());
                let title = item.title.as_deref().unwrap_or("no title");
                writeln!(out, "{title}\n    {date}  {}", item.url)?;
            }
            writeln!(out, "\n{} {}", items.len(), kind::definition(&fetched.source.kind).items)?;
            skipped
                .iter()
                .try_for_each(|skipped| writeln!(out, "! {:?}: {}", skipped.item, skipped.why))
        }
    }
}

fn show_article(out: &mut impl Write, article: &NewArticle) -> std::io::Result<()> {
    writeln!(out, "\nits first article, {}:\n", article.url)?;
    write_fields(out, article)?;
    writeln!(out)?;
    for line in article.text.lines().take(MAX_LINES) {
        writeln!(out, "{line}")?;
    }
    match article.text.lines().count().saturating_sub(MAX_LINES) {
        0 => Ok(()),
        more => writeln!(out, "... and {more} more lines; `bantin extract` shows the whole text"),
    }
}

fn is_wanted(question: &str) -> std::io::Result<bool> {
    print!("{question}");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "c" | "có"))
}

/// Writes a source into feeds.toml and returns the line at which it begins.
fn write(config: &ConfigOption, new: &NewSource) -> anyhow::Result<usize> {
    let old = std::fs::read_to_string(&config.path).context("feeds.toml cannot be read")?;
    let edited = edit::with(&old, new)?;
    // Parse the result again before writing: feeds.toml may have changed since it was read.
    config.read_as(edited.text.clone())?;
    edit::write(&config.path, &old, &edited.text)?;
    Ok(edited.line)
}
