//! Source lists that are maintained elsewhere: fetches them, and decides whether a new version
//! replaces the last good copy.
//!
//! The store keeps the copies and the ids of their sources, which are derived from the addresses.
//! `config` gets the copies as values, because it does not use the network; the daemon re-reads the
//! configuration when a copy has changed.

use crate::config::{self, list, without_scheme};
use crate::crawl::{CrawlContext, PanicMessage};
use bantin_core::{ListCopy, ListedSource, ShrunkList, Slug, SourceList, shortened};
use bantin_fetch::{Request, Response};
use bantin_page::{Page, Validators};
use bantin_read::discover::{self, OpmlOutline};
use bantin_store::{Store, StoreError};
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::time::Duration;
use url::Url;

/// The maximum time for fetching a list, including the wait for its host's request slot.
const FETCH_TIMEOUT: Duration = Duration::from_secs(300);
/// The maximum number of sources in a list; a longer list is a mistake.
const MAX_SOURCES: usize = 5000;
/// The maximum number of ids kept, including those of addresses that are no longer listed.
const MAX_IDS: usize = 20_000;
/// A list that loses more than half of its sources may lose at most this many without confirmation.
const FEW: usize = 3;
/// The number of consecutive fetches after which a shortened list is accepted.
const REQUIRED_REPEATS: u32 = 3;
/// The maximum number of unusable rows that are reported.
const MAX_REFUSED: usize = 20;
/// The columns of a CSV list that are read. Others could name files and secrets of this machine.
const COLUMNS: [&str; 7] = ["url", "title", "kind", "province", "agency", "language", "home"];

/// The change that a new version of a list makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceListUpdate {
    /// The address of the list.
    pub list: Url,
    /// Sources that only the new version names.
    pub added: Vec<Slug>,
    /// Sources that only the old version named.
    pub removed: Vec<Slug>,
}

impl fmt::Display for SourceListUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { list, added, removed } = self;
        write!(f, "the source list {list} has changed: {} added", added.len())?;
        write!(f, "{}, {} removed{}", names(added), removed.len(), names(removed))
    }
}

/// Ids, appended to their count.
fn names(ids: &[Slug]) -> String {
    if ids.is_empty() {
        return String::new();
    }
    format!(" ({})", ids.iter().map(Slug::as_str).collect::<Vec<_>>().join(", "))
}

/// The keys of a source, as they are written.
type RowKeys = Vec<(String, String)>;
/// Parsed rows: the line number, and the keys or the reason why the row is invalid.
type ParsedRows = Vec<(usize, Result<RowKeys, String>)>;

/// Fetches a list that is due, and stores the result. Returns the change, if there is one.
pub async fn refresh(
    context: &CrawlContext,
    store: &Store,
    list: &SourceList,
) -> Result<Option<SourceListUpdate>, StoreError> {
    let now = context.clock.now();
    let known = store.source_list(&list.url).await?;
    if list.due(known.as_ref().map(|(copy, _)| copy), now) > now {
        return Ok(None);
    }
    if list.access.quiet_hours.is_some_and(|quiet| quiet.time_left(now).is_some()) {
        return Ok(None);
    }
    let (old, validators) = known.unwrap_or_else(|| (empty(&list.url, now), Validators::default()));
    let mut copy = ListCopy { tried: now, ..old.clone() };
    let mut shown = validators.clone();
    match fetched(context, list, &validators).await {
        Ok(None) => {
            copy.fetched = Some(now);
            (copy.last_error, copy.shrunk) = (None, None);
        }
        Ok(Some((rows, fresh))) => match accept_or_quarantine(rows, &mut copy) {
            Ok(()) => {
                copy.fetched = Some(now);
                (copy.last_error, copy.shrunk, shown) = (None, None, fresh);
            }
            Err(why) => copy.last_error = Some(why),
        },
        Err(why) => {
            copy.shrunk = None;
            copy.last_error = Some(shortened(&why, 300));
        }
    }
    if let Some(trouble) = copy.last_error.as_ref().filter(|_| copy.last_error != old.last_error) {
        tracing::warn!(list = %list.url, "keeping the last good copy of the source list: {trouble}");
    }
    if old.last_error.is_some() && copy.last_error.is_none() {
        tracing::info!(list = %list.url, "the source list is readable again");
    }
    let change = change(&old, &copy);
    store.keep_source_list(copy, shown).await?;
    if let Some(change) = &change {
        tracing::info!("{change}");
    }
    Ok(change)
}

fn empty(url: &Url, tried: chrono::DateTime<chrono::Utc>) -> ListCopy {
    ListCopy {
        url: url.clone(),
        rows: Vec::new(),
        rejected_rows: Vec::new(),
        ids: BTreeMap::new(),
        fetched: None,
        tried,
        last_error: None,
        shrunk: None,
    }
}

/// The change from one version of a list to another: `None` if the rows are the same.
fn change(old: &ListCopy, new: &ListCopy) -> Option<SourceListUpdate> {
    let ids = |copy: &ListCopy| copy.rows.iter().map(|row| row.id.clone()).collect::<HashSet<_>>();
    let (before, after) = (ids(old), ids(new));
    let without = |rows: &ListCopy, other: &HashSet<Slug>| {
        let ids = rows.rows.iter().map(|row| row.id.clone());
        ids.filter(|id| !other.contains(id)).collect()
    };
    let keys = |copy: &ListCopy| -> Vec<_> {
        copy.rows.iter().map(|row| (row.id.clone(), row.keys.clone())).collect()
    };
    (keys(old) != keys(new) || old.rejected_rows != new.rejected_rows).then(|| SourceListUpdate {
        list: new.url.clone(),
        added: without(new, &before),
        removed: without(old, &after),
    })
}

/// The rows of a list; `None` if it is the same as the last good copy. The error is a sentence.
async fn fetched(
    context: &CrawlContext,
    list: &SourceList,
    validators: &Validators,
) -> Result<Option<(ParsedRows, Validators)>, String> {
    let request = Request {
        url: &list.url,
        access: &list.access,
        folder: None,
        validators: Some(validators),
        form: None,
    };
    let answer = tokio::time::timeout(FETCH_TIMEOUT, context.fetcher.get(request)).await;
    match answer.map_err(|_| "its host had no free request slot within five minutes".to_owned())? {
        Ok(Response::Unchanged(..)) => Ok(None),
        Ok(Response::Gone(absence)) => Err(format!("it is gone ({})", absence.status())),
        Ok(Response::Page(page)) => {
            let validators = page.validators.clone();
            let length = page.bytes.len();
            let parse = move || rows(&page).map_err(RowsError);
            let rows = context.parsers.run(length, parse).await;
            Ok(Some((rows.map_err(|error| error.0)?, validators)))
        }
        Err(error) => Err(error.to_string()),
    }
}

/// A list that was not read; the reason, in a sentence.
struct RowsError(String);

impl From<PanicMessage> for RowsError {
    fn from(panic: PanicMessage) -> Self {
        Self(panic.to_string())
    }
}

/// Reads OPML or CSV.
fn rows(page: &Page) -> Result<ParsedRows, String> {
    let text = page.text().map_err(|error| error.to_string())?.text;
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    if start.starts_with('<') {
        let outlines = discover::outlines(page).map_err(|error| error.to_string())?;
        return Ok(outlines.into_iter().map(|outline| (outline.line, keys(outline))).collect());
    }
    let rows = list::rows(&text)?.into_iter().map(|(line, row)| {
        let keys = row.map(|keys| {
            let texts = keys.into_iter().filter_map(|(key, written)| match written {
                bantin_core::KeyValue::Text(text) => Some((key, text)),
                _ => None,
            });
            texts.filter(|(key, _)| COLUMNS.contains(&key.as_str())).collect()
        });
        (line, keys)
    });
    Ok(rows.collect())
}

/// The keys of a source, from an outline.
fn keys(outline: OpmlOutline) -> Result<RowKeys, String> {
    let (kind, url) = match (outline.feed, outline.home) {
        (Some(feed), _) => ("feed", feed),
        (None, Some(home)) => ("listing", home),
        (None, None) => {
            let named = outline.title.unwrap_or_default();
            return Err(format!("the outline {named:?} has neither an xmlUrl nor an htmlUrl"));
        }
    };
    let mut keys = vec![("kind".to_owned(), kind.to_owned()), ("url".to_owned(), url)];
    keys.extend(outline.title.map(|title| ("title".to_owned(), title)));
    // The innermost folder is the most specific one.
    let province = outline.folders.iter().rev().find_map(|folder| config::province(folder));
    keys.extend(province.map(|province| ("province".to_owned(), province.slug.into())));
    Ok(keys)
}

/// Replaces the rows of a copy, unless the list has lost too many sources at once.
fn accept_or_quarantine(rows: ParsedRows, copy: &mut ListCopy) -> Result<(), String> {
    let mut refused = Vec::new();
    let mut found: Vec<(usize, String, RowKeys)> = Vec::new();
    let mut seen = HashSet::new();
    for (line, row) in rows {
        let row = row.and_then(|keys| Ok((address(&keys)?, keys)));
        match row {
            Ok((address, keys)) if seen.insert(address.clone()) => {
                found.push((line, address, keys));
            }
            Ok(_) => {}
            Err(why) if refused.len() < MAX_REFUSED => {
                refused.push(shortened(&format!("line {line}: {why}; it was left out"), 300));
            }
            Err(_) => {}
        }
    }
    if found.len() > MAX_SOURCES {
        copy.shrunk = None;
        return Err(format!("it names {} sources; at most {MAX_SOURCES} are taken", found.len()));
    }
    if found.is_empty() {
        copy.shrunk = None;
        return Err("it names no usable source".to_owned());
    }
    let ids: HashSet<&Slug> =
        found.iter().filter_map(|(_, address, _)| copy.ids.get(address)).collect();
    let lost = copy.rows.iter().filter(|row| !ids.contains(&row.id)).count();
    if lost > FEW && lost * 2 > copy.rows.len() {
        let mut addresses: Vec<&str> =
            found.iter().map(|(_, address, _)| address.as_str()).collect();
        addresses.sort_unstable();
        let addresses = blake3::hash(addresses.join("\n").as_bytes()).to_hex().to_string();
        let before = copy.shrunk.take().filter(|before| before.addresses_hash == addresses);
        let times = before.map_or(0, |before| before.times) + 1;
        if times < REQUIRED_REPEATS {
            copy.shrunk = Some(ShrunkList { addresses_hash: addresses, times });
            return Err(format!(
                "it has lost {lost} of its {} sources at once; this is accepted after {REQUIRED_REPEATS} consecutive fetches with the same result",
                copy.rows.len()
            ));
        }
    }
    let mut rows = Vec::with_capacity(found.len());
    for (line, address, keys) in found {
        let Some(id) = copy.ids.get(&address).cloned().or_else(|| id(&address)) else { continue };
        copy.ids.insert(address, id.clone());
        rows.push(ListedSource { line, id, keys });
    }
    // A list with other sources every day must not fill the disk.
    if copy.ids.len() > MAX_IDS {
        let named: HashSet<&Slug> = rows.iter().map(|row| &row.id).collect();
        copy.ids.retain(|_, id| named.contains(id));
    }
    (copy.rows, copy.rejected_rows) = (rows, refused);
    Ok(())
}

/// The address that identifies a source within its list.
fn address(keys: &[(String, String)]) -> Result<String, String> {
    let written = keys.iter().find(|(key, _)| key == "url").map(|(_, url)| url.trim());
    let written = written.ok_or("the row has no address: `url` is empty")?;
    let url = written.parse::<Url>().ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let url = url.ok_or_else(|| format!("{written:?} is not an http or https address"))?;
    Ok(without_scheme(&url))
}

/// The id of an address that is new to the list. It depends on nothing else, so it is the same
/// after the loss of a store.
fn id(address: &str) -> Option<Slug> {
    let telling = Slug::nearest(address.strip_prefix("www.").unwrap_or(address));
    let telling = telling.as_ref().map_or("nguon", Slug::as_str);
    let telling = telling.get(..telling.len().min(50)).unwrap_or_default().trim_end_matches('-');
    let hash = blake3::hash(address.as_bytes()).to_hex();
    let hash = hash.get(..8).unwrap_or_default();
    format!("{telling}-{hash}").parse().ok()
}
