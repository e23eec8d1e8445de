//! Gathers the tables of feeds.toml and of the files that it includes.

use super::check::{check, resolved};
use super::deserialize::Spanned;
use super::diagnostics::Diagnostics;
use super::errors::ConfigProblem;
use super::files::{TextSpan, plain};
use super::schema::{BUILT_IN, SCHEMA, definition, inherited};
use super::table;
use super::tree::{ConfigNode, ConfigValue};
use super::{platforms, written};
use bantin_core::PlatformRules;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The tables of all files, completed with defaults.
#[derive(Debug)]
pub(super) struct GatheredTables {
    /// The keys at the top of feeds.toml.
    pub(super) site: written::SiteKeys,
    /// The start of feeds.toml, where missing keys are reported.
    pub(super) top: TextSpan,
    /// The defaults of sources, as a source would write them.
    pub(super) defaults: ConfigNode,
    /// The sources, including those of CSV tables.
    pub(super) sources: Vec<ConfigNode>,
    /// The source lists that are maintained elsewhere.
    pub(super) lists: Vec<ConfigNode>,
    /// The feeds.
    pub(super) feeds: Vec<ConfigNode>,
    /// The operator's own platform rules.
    pub(super) platforms: Arc<[PlatformRules]>,
}

/// Reads feeds.toml and all files that it names. Returns `None` if feeds.toml itself cannot be
/// read.
pub(super) fn gather(
    path: &Path,
    working_directory: &Path,
    diagnostics: &mut Diagnostics,
) -> Option<GatheredTables> {
    let mut built_in = built_in(diagnostics);
    let built_in_defaults = built_in.take("defaults");
    let mut site = match diagnostics.files.read(path) {
        Ok((start, text)) => toml(&text, start, &SCHEMA, diagnostics)?,
        Err(why) => {
            let looked = working_directory.join(path);
            let hint =
                format!("bantin looked for {}; name another file with --config", looked.display());
            diagnostics.problem(
                ConfigProblem::new(format!("{} cannot be read: {why}", path.display())).hint(hint),
            );
            return None;
        }
    };

    let mut defaults =
        site.take("defaults").unwrap_or_else(|| ConfigNode::empty(site.span.clone()));
    if let Some(built_in) = &built_in_defaults {
        defaults.fill_from(built_in);
    }
    let of_sources = defaults.only(&inherited("Source"));
    let of_feeds = defaults.only(&inherited("Feed"));

    let mut lists = vec![FileTables::taken_from(&mut site)];
    site.fill_from(&built_in);
    let top = site.span.start..site.span.start;
    let site: written::SiteKeys = diagnostics.keys(site);
    let patterns = site.include.as_deref().unwrap_or_default();
    for file in included(path, "include", patterns, diagnostics) {
        match file.read(definition("Included"), diagnostics) {
            Some(mut tree) => lists.push(FileTables::taken_from(&mut tree)),
            None => diagnostics.sources_incomplete = true,
        }
    }

    let (mut sources, mut feeds, mut kept_elsewhere) = (Vec::new(), Vec::new(), Vec::new());
    for list in lists {
        kept_elsewhere.extend(list.lists);
        sources.extend(list.sources);
        feeds.extend(list.feeds);
        for table in list.tables {
            sources.extend(table::sources(table, diagnostics));
        }
    }
    sources.iter_mut().for_each(|source| source.fill_from(&of_sources));
    feeds.iter_mut().for_each(|feed| feed.fill_from(&of_feeds));
    let patterns = site.platforms.as_deref().unwrap_or_default();
    let platforms = platforms::own(path, patterns, diagnostics);
    let (lists, defaults) = (kept_elsewhere, of_sources);
    Some(GatheredTables { site, top, defaults, sources, lists, feeds, platforms })
}

/// The four lists that every file can contain.
struct FileTables {
    sources: Vec<ConfigNode>,
    tables: Vec<ConfigNode>,
    lists: Vec<ConfigNode>,
    feeds: Vec<ConfigNode>,
}

impl FileTables {
    fn taken_from(tree: &mut ConfigNode) -> Self {
        Self {
            sources: tree.take_list("source"),
            tables: tree.take_list("source_table"),
            lists: tree.take_list("source_list"),
            feeds: tree.take_list("feed"),
        }
    }
}

fn built_in(diagnostics: &mut Diagnostics) -> ConfigNode {
    let start = diagnostics.files.add(Path::new("built-in defaults"), BUILT_IN.clone());
    ConfigNode::of_toml(&BUILT_IN, start).unwrap_or_else(|problems| {
        // A test reads this text. An error in it is reported like one of any other file.
        diagnostics.problems.extend(problems);
        ConfigNode::empty(start..start)
    })
}

/// Parses a TOML text into a tree that contains only known keys of the right types.
///
/// Returns `None` after a syntax error: the part that can be recovered may be in the wrong table,
/// and the messages would mislead.
pub(super) fn toml(
    text: &str,
    start: usize,
    schema: &'static serde_json::Value,
    diagnostics: &mut Diagnostics,
) -> Option<ConfigNode> {
    match ConfigNode::of_toml(text, start) {
        Ok(mut tree) => {
            let before = count(&tree);
            check(&mut tree, "", resolved(schema), diagnostics);
            diagnostics.sources_incomplete |= count(&tree) < before;
            Some(tree)
        }
        Err(problems) => {
            diagnostics.problems.extend(problems);
            None
        }
    }
}

/// The number of sources, source tables and source lists in a file, valid or not.
fn count(tree: &ConfigNode) -> usize {
    let count = |node: &ConfigNode| match &node.value {
        ConfigValue::List(nodes) => nodes.len(),
        _ => 1,
    };
    ["source", "source_table", "source_list"]
        .into_iter()
        .filter_map(|key| tree.get(key))
        .map(count)
        .sum()
}

/// A file that is named in another file or on the command line.
pub(super) struct IncludedFile {
    path: PathBuf,
    named: Option<TextSpan>,
}

impl IncludedFile {
    /// A file that is named on the command line.
    pub(super) fn of_command_line(path: &Path) -> Self {
        Self { path: path.to_owned(), named: None }
    }

    /// Reads and validates the file. Returns `None` if it cannot be read.
    pub(super) fn read(
        &self,
        schema: &'static serde_json::Value,
        diagnostics: &mut Diagnostics,
    ) -> Option<ConfigNode> {
        match diagnostics.files.read(&self.path) {
            Ok((start, text)) => toml(&text, start, schema, diagnostics),
            Err(why) => {
                let message = format!("{} cannot be read: {why}", self.path.display());
                let problem = ConfigProblem::new(message);
                diagnostics.problem(match &self.named {
                    Some(named) => problem.at(named),
                    None => problem,
                });
                None
            }
        }
    }
}

/// The files that feeds.toml names under a key, without duplicates, in the order of its patterns
/// and then of their names.
pub(super) fn included(
    path: &Path,
    key: &str,
    patterns: &[Spanned<String>],
    diagnostics: &mut Diagnostics,
) -> Vec<IncludedFile> {
    // Two paths of one file count once.
    let identity = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut seen = HashSet::from([identity(path)]);
    let mut files = Vec::new();
    for pattern in patterns {
        let found = matches(path.parent().unwrap_or(Path::new("")), &pattern.value);
        let found = found.unwrap_or_else(|why| {
            diagnostics.problem(ConfigProblem::new(format!("`{key}` {why}")).at(&pattern.span));
            Vec::new()
        });
        for path in found {
            if seen.insert(identity(&path)) {
                files.push(IncludedFile { path, named: Some(pattern.span.clone()) });
            } else {
                let message = format!("`{key}` names {} a second time", path.display());
                diagnostics.problem(
                    ConfigProblem::new(message)
                        .at(&pattern.span)
                        .hint("each file is read once; make the pattern narrower".to_owned()),
                );
            }
        }
    }
    files
}

/// The files that a pattern names, sorted.
fn matches(folder: &Path, pattern: &str) -> Result<Vec<PathBuf>, String> {
    let folder = glob::Pattern::escape(&folder.to_string_lossy());
    let full =
        if folder.is_empty() { PathBuf::from(pattern) } else { Path::new(&folder).join(pattern) };
    let found = glob::glob(&full.to_string_lossy())
        .map_err(|e| format!("is invalid: {pattern:?} is not a file pattern: {}", e.msg))?;
    let mut files = Vec::new();
    for file in found {
        let file = file.map_err(|e| {
            format!("names {}, which cannot be read: {}", e.path().display(), plain(e.error()))
        })?;
        if !file.is_dir() {
            files.push(file);
        }
    }
    if files.is_empty() {
        return Err(format!("names {pattern:?}, which matches no file"));
    }
    Ok(files)
}
