//! `feeds.toml` as written becomes a [`Plan`] as meant, or everything that is wrong with it.
//!
//! The way of a configuration: its texts are laid end to end (`files`), become trees with places (`tree`, `csv`,
//! `table`), are checked against the schema (`check`, `schema`), filled from each other (`gather`), read into typed
//! keys (`deserialize`, `written`) and given their meaning (`site`, `topics`, `source`, `identity`, `render`, `secret`, `feed`). Nothing downstream sees TOML.
//!
//! Each key is defined once, in `written`, or with the kind of source that it belongs to (`discover::kind`); `schema` and `reference` are made of
//! these definitions. `fix` gives keys with old names their present ones; `edit` writes a new source into feeds.toml; `list` reads the sources of a CSV list that is to be written there.
//!
//! Platform rules of the operator are read in the same way (`platforms`).
//!
//! Inputs that a file names are relative to that file; `output` and `state` to the working directory, or to the state
//! directory that systemd gives.

mod addresses;
mod agency_kinds;
mod check;
mod conditions;
mod csv;
mod deserialize;
mod diagnostics;
pub mod edit;
mod errors;
mod feed;
mod files;
mod fix;
mod gather;
mod identity;
mod kind_keys;
pub mod list;
mod matrix;
mod name_registry;
mod platforms;
mod provinces;
mod reference;
mod render;
mod schema;
mod secret;
mod site;
mod source;
mod source_list;
mod suggestion;
mod table;
mod template;
#[cfg(test)]
mod tests;
mod tls;
mod topics;
mod tree;
mod values;
mod websub;
mod written;

pub use errors::ConfigErrors;
pub use fix::{ConfigFix, FixError, KeyRename, fix};
pub use reference::reference;
pub use schema::schema;
pub use source_list::without_scheme;
pub use topics::built_in_topics;

use bantin_core::{FeedConfig, ListCopy, PlatformRules, Province, Site, Source, SourceList};
use diagnostics::Diagnostics;
use gather::{GatheredTables, IncludedFile, gather};
use name_registry::NameRegistry;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What `output` and `state` are relative to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The directory that bantin was started in.
    pub working_directory: PathBuf,
    /// The directory that systemd keeps for bantin (`STATE_DIRECTORY`); where there is one it goes before the working directory.
    pub state_directory: Option<PathBuf>,
    /// The directory in which systemd lays secrets (`CREDENTIALS_DIRECTORY`).
    pub credentials_directory: Option<PathBuf>,
}

/// A configuration as it is meant. The `tag` fields are empty: the store fills them.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What holds for everything that is published.
    pub site: Site,
    /// The sources, in the order in which they are written, those of tables after the others of their file.
    pub sources: Vec<Arc<Source>>,
    /// The lists of sources that are kept elsewhere.
    pub lists: Vec<SourceList>,
    /// The feeds, in the order in which they are written.
    pub feeds: Vec<FeedConfig>,
    /// The operator's own platform rules.
    pub platforms: Arc<[PlatformRules]>,
    /// How many sources are visited at once.
    pub workers: usize,
    /// What is not wrong but hardly meant, each with file and line.
    pub warnings: Vec<String>,
    /// All files that were read: feeds.toml, what it includes, and tables.
    pub files: Vec<PathBuf>,
}

/// Plans are equal where they mean the same; warnings and the names of the files that were read are no part of that.
impl PartialEq for Plan {
    fn eq(&self, other: &Self) -> bool {
        let Self { site, sources, lists, feeds, platforms, workers, warnings: _, files: _ } = self;
        (site, sources, lists) == (&other.site, &other.sources, &other.lists)
            && (feeds, platforms, workers) == (&other.feeds, &other.platforms, &other.workers)
    }
}

/// Reads feeds.toml and all that it names.
///
/// # Errors
/// All that is wrong, at once; a file that cannot be read is among it.
pub fn read(path: &Path, place: &Place) -> Result<Plan, ConfigErrors> {
    read_listed(path, None, place, &[])
}

/// The same with the sources of lists that are kept elsewhere, as far as there are copies of these, and with another text in the place
/// of what feeds.toml holds where one is given.
///
/// # Errors
/// As [`read`] has them. What is wrong in a copy is a warning.
pub fn read_listed(
    path: &Path,
    text: Option<String>,
    place: &Place,
    copies: &[ListCopy],
) -> Result<Plan, ConfigErrors> {
    let texts = text.map(|text| (path.to_owned(), text)).into_iter().collect();
    Ok(read_with(path, texts, place, copies)?.0)
}

/// The same with another text in the place of what feeds.toml holds.
///
/// # Errors
/// As [`read`] has them.
pub fn read_as(path: &Path, text: String, place: &Place) -> Result<Plan, ConfigErrors> {
    read_listed(path, Some(text), place, &[])
}

/// Reads a configuration, with other texts in the place of what some files hold; gives with the plan what the reading found.
fn read_with(
    path: &Path,
    texts: Vec<(PathBuf, String)>,
    place: &Place,
    copies: &[ListCopy],
) -> Result<(Plan, Diagnostics), ConfigErrors> {
    let credentials = place.credentials_directory.clone();
    let mut reading = Diagnostics { credentials, ..Diagnostics::default() };
    for (path, text) in texts {
        reading.files.pretend(&path, text);
    }
    let plan = gather(path, &place.working_directory, &mut reading)
        .and_then(|gathered| meaning(gathered, place, copies, &mut reading));
    match plan {
        Some(plan) if reading.problems.is_empty() => {
            let warnings = reading.warnings.clone();
            Ok((Plan { warnings, files: reading.files.paths().to_vec(), ..plan }, reading))
        }
        _ => Err(ConfigErrors::new(reading.problems, reading.files)),
    }
}

/// The province of Viet Nam that a name, slug or code means, before and after the mergers of 1 July 2025.
pub fn province(name: &str) -> Option<Province> {
    provinces::find(name).ok().map(|known| known.province)
}

/// The province that a label of a host name means: `lamdong`.
pub fn province_of_label(label: &str) -> Option<Province> {
    provinces::of_label(label)
}

/// Reads files of platform rules that the command line names.
///
/// # Errors
/// All that is wrong, at once; a file that cannot be read is among it.
pub fn platforms(files: &[PathBuf]) -> Result<Arc<[PlatformRules]>, ConfigErrors> {
    let mut reading = Diagnostics::default();
    let files: Vec<_> = files.iter().map(|file| IncludedFile::of_command_line(file)).collect();
    let platforms = platforms::of_files(&files, &mut reading);
    if reading.problems.is_empty() {
        Ok(platforms)
    } else {
        Err(ConfigErrors::new(reading.problems, reading.files))
    }
}

fn meaning(
    gathered: GatheredTables,
    place: &Place,
    copies: &[ListCopy],
    reading: &mut Diagnostics,
) -> Option<Plan> {
    let GatheredTables { site, top, defaults, sources: tables, lists, feeds, platforms } = gathered;
    let before = reading.problems.len();
    let topics = Arc::new(topics::topics(site.topics.as_deref().unwrap_or_default(), reading));
    let known_topics = (reading.problems.len() == before).then(|| topics.clone());
    reading.rendering = render::browser(&site.render, reading);
    let site = site::site(&site, top.clone(), place, topics, reading);
    let below = defaults.clone();
    let defaults = reading.keys(defaults);
    source::crawl_policy(&defaults, reading);
    identity::of_defaults(&defaults, reading);

    let count = tables.len();
    let mut names = NameRegistry::default();
    let mut sources = Vec::with_capacity(count);
    for table in tables {
        sources.extend(source::source(table, &platforms, &mut names, reading).map(Arc::new));
    }
    // A name or a province that no source has today may come with a list tomorrow.
    reading.lost |= !lists.is_empty();
    let whole = sources.len() == count && !reading.lost;
    let of_lists = source_list::SourceListReader { copies, defaults: below, platforms: &platforms };
    let own = sources.len();
    let (lists, rows) = of_lists.read(lists, &mut names, &mut sources, reading);
    if whole && sources.is_empty() {
        reading.warn(&top, "there is no [[source]], so nothing is ever fetched");
    }

    if feeds.is_empty() {
        reading.warn(&top, "there is no [[feed]], so nothing is ever published");
    }
    let (nothing, mut taken) = (BTreeMap::new(), NameRegistry::default());
    let mut known = feed::FeedReferences {
        sources: sources.get(..own).unwrap_or_default(),
        names: &names,
        whole,
        named: !reading.lost,
        topics: known_topics,
        rows: &nothing,
        taken: &NameRegistry::default(),
    };
    if !rows.is_empty() {
        // What is wrong in them is told below.
        let (problems, warnings) = (reading.problems.len(), reading.warnings.len());
        for table in feeds.clone() {
            feed::feeds(table, &known, &mut taken, reading);
        }
        reading.problems.truncate(problems);
        reading.warnings.truncate(warnings);
    }
    (known.sources, known.rows, known.taken) = (&sources, &rows, &taken);
    let mut feed_names = NameRegistry::default();
    let mut published = Vec::with_capacity(feeds.len());
    for table in feeds {
        published.extend(feed::feeds(table, &known, &mut feed_names, reading));
    }
    let (site, workers) = site?;
    if site.contact.is_none() && sources.iter().any(|source| source.folder.is_none()) {
        let message = "there is no `contact`, so agencies that see bantin in their logs have nobody to ask: write contact = \"mailto:...\", or a page about you";
        reading.warn(&top, message);
    }
    Some(Plan {
        site,
        sources,
        lists,
        feeds: published,
        platforms,
        workers,
        warnings: Vec::new(),
        files: Vec::new(),
    })
}
