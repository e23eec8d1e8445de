//! `bantin import --sources`: a list of sources, OPML or CSV, written into feeds.toml.

use crate::cli::ConfigOption;
use crate::cli::add::name;
use crate::config::edit;
use crate::config::{self, Plan, list, without_scheme};
use anyhow::{Context, anyhow};
use bantin_core::{KeyValue, Slug};
use bantin_page::{Page, plain};
use bantin_read::discover::{self, OpmlOutline};
use std::collections::{HashMap, HashSet};
use std::process::ExitCode;
use url::Url;

/// The keys of a source in the order they are written.
type ImportedKeys = Vec<(String, KeyValue)>;

pub(super) fn run(
    config: &ConfigOption,
    page: &Page,
    list: &str,
    dry_run: bool,
) -> anyhow::Result<ExitCode> {
    let plan = config.plan()?;
    let rows = match read(page, &plan) {
        Ok(rows) => rows,
        Err(error) => {
            eprintln!("{list}: {error:#}; nothing was written");
            return Ok(ExitCode::FAILURE);
        }
    };
    let mut taken = TakenNames::of(&plan);
    let mut sources: Vec<(usize, String)> = Vec::new();
    let (mut known, mut bad) = (0_u64, 0_u64);
    for (line, row) in rows {
        match row.and_then(|keys| taken.add(&plan, keys)) {
            Ok(Some(keys)) => sources.push((line, edit::source_of(&keys))),
            Ok(None) => known += 1,
            Err(why) => {
                bad += 1;
                eprintln!("{list}:{line}: {why}; it was skipped");
            }
        }
    }
    let place = config.path.display();
    let written = sources.len();
    if written > 0 {
        let texts: Vec<&str> = sources.iter().map(|(_, text)| text.as_str()).collect();
        let block = texts.join("\n");
        let old = std::fs::read_to_string(&config.path).context("feeds.toml cannot be read")?;
        let edited = edit::with_block(&old, &block)?;
        // A list that would make feeds.toml invalid is not written at all.
        if let Err(errors) = config.read_as(edited.text.clone()) {
            eprintln!("{list}: its sources would make {place} invalid, so nothing was written:");
            // The positions in these messages refer to a text that exists nowhere, so name the
            // lines of the list as well.
            for (line, text) in &sources {
                if config.read_as(edit::with_block(&old, text)?.text).is_err() {
                    eprintln!("{list}:{line}: this source makes it invalid; correct or remove it");
                }
            }
            return Err(errors.into());
        }
        if dry_run {
            println!("for {place}:\n\n{block}");
        } else {
            edit::write(&config.path, &old, &edited.text)?;
        }
    }
    let did = if dry_run { "would be written" } else { "were written" };
    println!("{written} sources {did} into {place}; {known} exist already; {bad} cannot be used");
    Ok(if bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read(page: &Page, plan: &Plan) -> anyhow::Result<Vec<(usize, Result<ImportedKeys, String>)>> {
    let text = page.text()?.text;
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    if !start.starts_with('<') {
        return list::rows(&text).map_err(|why| anyhow!(why));
    }
    let agencies = agencies(plan);
    let outlines = discover::outlines(page)?.into_iter();
    Ok(outlines.map(|outline| (outline.line, keys(outline, &agencies))).collect())
}

/// The names of agencies in feeds.toml, by their folded form.
fn agencies(plan: &Plan) -> HashMap<String, String> {
    let agencies = plan.sources.iter().filter_map(|source| source.origin.agency.as_ref());
    agencies.map(|agency| (plain::fold(&agency.name), agency.name.clone())).collect()
}

/// The keys of the source that an outline describes.
fn keys(outline: OpmlOutline, agencies: &HashMap<String, String>) -> Result<ImportedKeys, String> {
    let named = outline.title.clone().unwrap_or_default();
    let (kind, url) = match (outline.feed, outline.home) {
        (Some(feed), _) => ("feed", feed),
        (None, Some(home)) => ("listing", home),
        (None, None) => {
            return Err(format!("the outline {named:?} has neither an xmlUrl nor an htmlUrl"));
        }
    };
    let text = |key: &str, text: String| (key.to_owned(), KeyValue::Text(text));
    let mut keys = vec![text("kind", kind.to_owned()), text("url", url)];
    keys.extend(outline.title.map(|title| text("title", title)));
    // The innermost folder is the most specific.
    let folders = || outline.folders.iter().rev();
    let province = folders().find_map(|folder| config::province(folder));
    keys.extend(province.map(|province| text("province", province.slug.into())));
    let agency = folders().find_map(|folder| agencies.get(&plain::fold(folder)));
    keys.extend(agency.map(|agency| text("agency", agency.clone())));
    Ok(keys)
}

/// The ids and addresses that sources already have.
struct TakenNames {
    ids: HashSet<Slug>,
    urls: HashSet<String>,
}

impl TakenNames {
    fn of(plan: &Plan) -> Self {
        let live = plan.sources.iter().filter(|source| source.folder.is_none());
        Self { ids: HashSet::new(), urls: live.map(|source| without_scheme(&source.url)).collect() }
    }

    /// Adds a source with an id; `None` if a source with its address exists.
    fn add(&mut self, plan: &Plan, mut keys: ImportedKeys) -> Result<Option<ImportedKeys>, String> {
        let value = |keys: &ImportedKeys, wanted: &str| {
            let found = keys.iter().find(|(key, _)| key == wanted);
            found.and_then(|(_, written)| match written {
                KeyValue::Text(text) => Some(text.clone()),
                _ => None,
            })
        };
        let written = value(&keys, "url").ok_or("it has no address: `url` is empty")?;
        let url =
            written.parse::<Url>().ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = url.ok_or_else(|| format!("{written:?} is not an http or https address"))?;
        if !self.urls.insert(without_scheme(&url)) {
            return Ok(None);
        }
        let is_taken = |id: &Slug| self.ids.contains(id) || name::is_taken(plan, id);
        let id = match value(&keys, "id") {
            Some(id) => {
                let id: Slug = id.parse().map_err(|error| format!("its id: {error}"))?;
                if is_taken(&id) {
                    return Err(format!(
                        "the id {:?} is or was used by another source",
                        id.as_str()
                    ));
                }
                id
            }
            None => {
                let id = name::id_unless(is_taken, &url, None);
                keys.insert(0, ("id".to_owned(), KeyValue::Text(id.to_string())));
                id
            }
        };
        self.ids.insert(id);
        Ok(Some(keys))
    }
}
