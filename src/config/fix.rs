//! `bantin check --fix`: renames keys with old names in every file of the configuration.
//!
//! The reader records where it met an old name. Only these names are replaced, byte for byte, so
//! nothing else can change. Before anything is written, the new texts are read as a whole and must
//! produce the same plan.

use super::diagnostics::Diagnostics;
use super::edit::{self, NewText, UnwrittenFiles};
use super::{BaseDirectories, ConfigErrors, read_with};
use bantin_core::ListCopy;
use std::collections::HashSet;
use std::fmt;
use std::path::{Path, PathBuf};

/// The renamed keys of a configuration and the new texts.
#[derive(Debug)]
pub struct ConfigFix {
    /// The renamed keys, file by file in reading order.
    pub changes: Vec<KeyRename>,
    texts: Vec<NewText>,
}

/// One renamed key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRename {
    /// The file, as the configuration names it.
    pub file: PathBuf,
    /// The line, counted from 1.
    pub line: usize,
    /// The old name.
    pub old: String,
    /// The new name.
    pub new: String,
}

impl fmt::Display for KeyRename {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} -> {}", self.file.display(), self.line, self.old, self.new)
    }
}

/// A failed rename; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum FixError {
    /// The configuration has errors.
    #[error(transparent)]
    Config(#[from] ConfigErrors),
    /// The new texts would produce a different plan.
    #[error(
        "with the new names feeds.toml would have a different meaning, which is a bug in bantin; nothing was written. Rename the keys by hand; `bantin check` lists them"
    )]
    Differs,
}

/// Finds the keys to rename and reads the resulting configuration. Writes nothing.
///
/// # Errors
/// The configuration has errors, or the renamed one would have a different meaning.
pub fn fix(
    path: &Path,
    directories: &BaseDirectories,
    copies: &[ListCopy],
) -> Result<ConfigFix, FixError> {
    let (plan, diagnostics) = read_with(path, Vec::new(), directories, copies)?;
    let fix = of(&diagnostics);
    let texts = fix.texts.iter().map(|text| (text.path.clone(), text.new.clone())).collect();
    let (renamed, again) =
        read_with(path, texts, directories, copies).map_err(|_| FixError::Differs)?;
    match plan == renamed && again.renamed.is_empty() {
        true => Ok(fix),
        false => Err(FixError::Differs),
    }
}

impl ConfigFix {
    /// Writes the files: all of them, or none if one is not writable.
    ///
    /// # Errors
    /// All obstacles, file by file.
    pub fn write(&self) -> Result<(), UnwrittenFiles> {
        edit::write_all(&self.texts)
    }
}

/// The changes for the old names found by a reading.
fn of(diagnostics: &Diagnostics) -> ConfigFix {
    let mut fix = ConfigFix { changes: Vec::new(), texts: Vec::new() };
    let mut seen = HashSet::new();
    for (path, text, start) in diagnostics.files.read_texts() {
        let within = start..start + text.len() + 1;
        let mut renamed: Vec<_> =
            diagnostics.renamed.iter().filter(|key| within.contains(&key.span.start)).collect();
        if renamed.is_empty() || fix.texts.iter().any(|other| other.path == path) {
            continue;
        }
        renamed.sort_by_key(|key| key.span.start);
        // A file may be reached by two paths; it is changed once.
        let is_first = seen.insert(path.canonicalize().unwrap_or_else(|_| path.to_owned()));
        let mut new = String::with_capacity(text.len());
        let mut done = 0;
        for key in renamed {
            let (from, to) = (key.span.start - start, key.span.end - start);
            let written = text.get(from..to).unwrap_or_default();
            new.push_str(text.get(done..from).unwrap_or_default());
            // A quoted name keeps its quotes, and a column its white space.
            new.push_str(&match written.matches(&key.old).count() {
                1 => written.replace(&key.old, &key.new),
                _ => key.new.clone(),
            });
            done = to;
            fix.changes.extend(is_first.then(|| KeyRename {
                file: path.to_owned(),
                line: text.get(..from).unwrap_or_default().matches('\n').count() + 1,
                old: key.old.clone(),
                new: key.new.clone(),
            }));
        }
        new.push_str(text.get(done..).unwrap_or_default());
        fix.texts.push(NewText { path: path.to_owned(), old: text.to_owned(), new });
    }
    fix
}
