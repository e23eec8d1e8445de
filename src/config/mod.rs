//! Reads `feeds.toml` into a [`Plan`], or reports everything that is wrong with it.
//!
//! The steps: the texts are stored end to end, so that one offset identifies file and position
//! (`files`); they are parsed into trees with spans (`tree`, `csv`, `table`); the trees are
//! validated against the schema (`check`, `schema`), completed with defaults (`gather`),
//! deserialized into typed keys (`deserialize`, `written`) and interpreted (`site`, `topics`,
//! `source`, `identity`, `render`, `secret`, `feed`). Nothing downstream sees TOML.
//!
//! Each key is defined once, in `written` or with the kind of source that it belongs to
//! (`discover::kind`). `schema` and `reference` are generated from these definitions. `fix` renames
//! keys with old names, `edit` writes a new source into feeds.toml, and `list` parses CSV lists of
//! sources. The operator's platform rules are read in the same way (`platforms`).
//!
//! Paths in a file are relative to that file. `output` and `state` are relative to the working
//! directory, or to the state directory of systemd.
//!
//! This module does not use the network. `source_lists` fetches lists of sources that are
//! maintained elsewhere and passes the last good copies to [`read_listed`].

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

/// The directories that paths and credentials are resolved against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseDirectories {
    /// The directory in which bantin was started.
    pub working_directory: PathBuf,
    /// The state directory of the systemd unit (`STATE_DIRECTORY`). It takes precedence over the
    /// working directory.
    pub state_directory: Option<PathBuf>,
    /// The directory of systemd credentials (`CREDENTIALS_DIRECTORY`).
    pub credentials_directory: Option<PathBuf>,
}

/// A valid configuration.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The settings for everything that is published.
    pub site: Site,
    /// The sources in the order of the configuration; those of tables follow the other sources of
    /// their file.
    pub sources: Vec<Arc<Source>>,
    /// The source lists that are maintained elsewhere.
    pub lists: Vec<SourceList>,
    /// The feeds in the order of the configuration.
    pub feeds: Vec<FeedConfig>,
    /// The operator's own platform rules.
    pub platforms: Arc<[PlatformRules]>,
    /// The number of sources that are visited in parallel.
    pub workers: usize,
    /// Warnings: settings that are valid but probably unintended, each with file and line.
    pub warnings: Vec<String>,
    /// All files that were read: feeds.toml, included files and tables.
    pub files: Vec<PathBuf>,
}

/// Plans are equal if their effect is the same; warnings and file names are not compared.
impl PartialEq for Plan {
    fn eq(&self, other: &Self) -> bool {
        let Self { site, sources, lists, feeds, platforms, workers, warnings: _, files: _ } = self;
        (site, sources, lists) == (&other.site, &other.sources, &other.lists)
            && (feeds, platforms, workers) == (&other.feeds, &other.platforms, &other.workers)
    }
}

/// Reads feeds.toml and all files that it names.
///
/// # Errors
/// All problems at once, including files that cannot be read.
pub fn read(path: &Path, directories: &BaseDirectories) -> Result<Plan, ConfigErrors> {
    read_listed(path, None, directories, &[])
}

/// Like [`read`], with the sources of the given copies of source lists, and with `text` instead of
/// the content of feeds.toml if it is given.
///
/// # Errors
/// Like [`read`]. Problems in a copy are warnings.
pub fn read_listed(
    path: &Path,
    text: Option<String>,
    directories: &BaseDirectories,
    copies: &[ListCopy],
) -> Result<Plan, ConfigErrors> {
    let texts = text.map(|text| (path.to_owned(), text)).into_iter().collect();
    Ok(read_with(path, texts, directories, copies)?.0)
}

/// Like [`read`], with `text` instead of the content of feeds.toml.
///
/// # Errors
/// Like [`read`].
pub fn read_as(
    path: &Path,
    text: String,
    directories: &BaseDirectories,
) -> Result<Plan, ConfigErrors> {
    read_listed(path, Some(text), directories, &[])
}

/// Reads a configuration, with `texts` instead of the content of some files. Returns the plan and
/// the diagnostics of the reading.
fn read_with(
    path: &Path,
    texts: Vec<(PathBuf, String)>,
    directories: &BaseDirectories,
    copies: &[ListCopy],
) -> Result<(Plan, Diagnostics), ConfigErrors> {
    let credentials = directories.credentials_directory.clone();
    let mut diagnostics = Diagnostics { credentials, ..Diagnostics::default() };
    for (path, text) in texts {
        diagnostics.files.override_text(&path, text);
    }
    let plan = gather(path, &directories.working_directory, &mut diagnostics)
        .and_then(|gathered| build_plan(gathered, directories, copies, &mut diagnostics));
    match plan {
        Some(plan) if diagnostics.problems.is_empty() => {
            let warnings = diagnostics.warnings.clone();
            Ok((Plan { warnings, files: diagnostics.files.paths().to_vec(), ..plan }, diagnostics))
        }
        _ => Err(ConfigErrors::new(diagnostics.problems, diagnostics.files)),
    }
}

/// The current province for a name, slug or code from before or after the mergers of 1 July 2025.
pub fn province(name: &str) -> Option<Province> {
    provinces::find(name).ok().map(|known| known.province)
}

/// The province for a label of a host name, such as `lamdong`.
pub fn province_of_label(label: &str) -> Option<Province> {
    provinces::of_label(label)
}

/// Reads files of platform rules that are named on the command line.
///
/// # Errors
/// All problems at once, including files that cannot be read.
pub fn platforms(files: &[PathBuf]) -> Result<Arc<[PlatformRules]>, ConfigErrors> {
    let mut diagnostics = Diagnostics::default();
    let files: Vec<_> = files.iter().map(|file| IncludedFile::of_command_line(file)).collect();
    let platforms = platforms::of_files(&files, &mut diagnostics);
    if diagnostics.problems.is_empty() {
        Ok(platforms)
    } else {
        Err(ConfigErrors::new(diagnostics.problems, diagnostics.files))
    }
}

fn build_plan(
    gathered: GatheredTables,
    directories: &BaseDirectories,
    copies: &[ListCopy],
    diagnostics: &mut Diagnostics,
) -> Option<Plan> {
    let GatheredTables { site, top, defaults, sources: tables, lists, feeds, platforms } = gathered;
    let before = diagnostics.problems.len();
    let topics = Arc::new(topics::topics(site.topics.as_deref().unwrap_or_default(), diagnostics));
    let known_topics = (diagnostics.problems.len() == before).then(|| topics.clone());
    diagnostics.rendering = render::browser(&site.render, diagnostics);
    let site = site::site(&site, top.clone(), directories, topics, diagnostics);
    let below = defaults.clone();
    let defaults = diagnostics.keys(defaults);
    source::crawl_policy(&defaults, diagnostics);
    identity::of_defaults(&defaults, diagnostics);

    let count = tables.len();
    let mut names = NameRegistry::default();
    let mut sources = Vec::with_capacity(count);
    for table in tables {
        sources.extend(source::source(table, &platforms, &mut names, diagnostics).map(Arc::new));
    }
    // An id or a province that no source has now may be added by a list later.
    diagnostics.sources_incomplete |= !lists.is_empty();
    let whole = sources.len() == count && !diagnostics.sources_incomplete;
    let of_lists = source_list::SourceListReader { copies, defaults: below, platforms: &platforms };
    let own = sources.len();
    let (lists, rows) = of_lists.read(lists, &mut names, &mut sources, diagnostics);
    if whole && sources.is_empty() {
        diagnostics.warn(&top, "there is no [[source]], so nothing is fetched");
    }

    if feeds.is_empty() {
        diagnostics.warn(&top, "there is no [[feed]], so nothing is published");
    }
    let (nothing, mut taken) = (BTreeMap::new(), NameRegistry::default());
    let mut known = feed::FeedReferences {
        sources: sources.get(..own).unwrap_or_default(),
        names: &names,
        sources_complete: whole,
        names_complete: !diagnostics.sources_incomplete,
        topics: known_topics,
        rows: &nothing,
        reserved_names: &NameRegistry::default(),
    };
    if !rows.is_empty() {
        // Problems in the feeds are reported below, in the second pass.
        let (problems, warnings) = (diagnostics.problems.len(), diagnostics.warnings.len());
        for table in feeds.clone() {
            feed::feeds(table, &known, &mut taken, diagnostics);
        }
        diagnostics.problems.truncate(problems);
        diagnostics.warnings.truncate(warnings);
    }
    (known.sources, known.rows, known.reserved_names) = (&sources, &rows, &taken);
    let mut feed_names = NameRegistry::default();
    let mut published = Vec::with_capacity(feeds.len());
    for table in feeds {
        published.extend(feed::feeds(table, &known, &mut feed_names, diagnostics));
    }
    let (site, workers) = site?;
    if site.contact.is_none() && sources.iter().any(|source| source.folder.is_none()) {
        let message = "there is no `contact`, so agencies that see bantin in their logs cannot reach you: write contact = \"mailto:...\", or the address of a web page about you";
        diagnostics.warn(&top, message);
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
