//! The state of reading a configuration: its texts, and the problems and warnings found so far.

use super::deserialize::Spanned;
use super::errors::ConfigProblem;
use super::files::{ConfigTexts, TextSpan};
use super::render::BrowserSetting;
use super::tree::ConfigNode;
use super::values::ValueError;
use serde::Deserialize;
use std::path::PathBuf;

/// The texts and the findings. An invalid value is reported and then left out, so that all mistakes
/// are reported at once.
#[derive(Debug, Default)]
pub(super) struct Diagnostics {
    /// The texts.
    pub(super) files: ConfigTexts,
    /// The errors.
    pub(super) problems: Vec<ConfigProblem>,
    /// The warnings: settings that are valid but probably unintended.
    pub(super) warnings: Vec<String>,
    /// The keys that are written by an old name.
    pub(super) renamed: Vec<RenamedKey>,
    /// Whether sources may be missing because a file, a row or a name is invalid. An unknown name
    /// of a source is then not an error.
    pub(super) sources_incomplete: bool,
    /// Whether a family of platform rules may be missing because its file is invalid.
    pub(super) platforms_incomplete: bool,
    /// The directory of systemd credentials.
    pub(super) credentials: Option<PathBuf>,
    /// The browser for sources with rendered pages.
    pub(super) rendering: BrowserSetting,
}

/// A key, or a column of a table, that is written by an old name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RenamedKey {
    /// The span of the name.
    pub(super) span: TextSpan,
    /// The old name.
    pub(super) old: String,
    /// The current name.
    pub(super) new: String,
}

impl Diagnostics {
    /// Records a key that is written by an old name, and warns about it.
    pub(super) fn renamed(&mut self, span: &TextSpan, old: &str, new: &str) {
        let message =
            format!("`{old}` is the old name of `{new}`; `bantin check --fix` renames it");
        self.warn(span, &message);
        self.renamed.push(RenamedKey {
            span: span.clone(),
            old: old.to_owned(),
            new: new.to_owned(),
        });
    }

    /// Reports a problem.
    pub(super) fn problem(&mut self, problem: ConfigProblem) {
        self.problems.push(problem);
    }

    /// Reports a warning with its location.
    pub(super) fn warn(&mut self, span: &TextSpan, message: &str) {
        let location = self.files.line(span).map(|line| line.location()).unwrap_or_default();
        let warning = format!("{location}: {message}");
        // A default is read once for each source that inherits it.
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Reports a warning without a location in the texts.
    pub(super) fn warn_of(&mut self, warning: String) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Deserializes the keys of a table.
    pub(super) fn keys<T: Deserialize<'static> + Default>(&mut self, table: ConfigNode) -> T {
        let span = table.span.clone();
        T::deserialize(table).unwrap_or_else(|e| {
            // The schema comes from the keys, so this cannot fail; if they ever differ, the error
            // is reported.
            self.problem(ConfigProblem::new(e.to_string()).at(&span));
            T::default()
        })
    }

    /// Parses a string with `read`; reports the error if it is invalid.
    pub(super) fn value<T>(
        &mut self,
        key: &str,
        written: &Option<Spanned<String>>,
        read: impl FnOnce(&str) -> Result<T, ValueError>,
    ) -> Option<T> {
        let written = written.as_ref()?;
        match read(&written.value) {
            Ok(value) => Some(value),
            Err(wrong) => {
                let message = format!("`{key}`{}", phrase(&wrong.message));
                let problem = ConfigProblem::new(message).at(&written.span).hint(wrong.hint);
                self.problem(if wrong.is_secret { problem.hiding(&written.span) } else { problem });
                None
            }
        }
    }

    /// Parses a list of strings; returns the valid values with their spans.
    pub(super) fn values<T>(
        &mut self,
        key: &str,
        written: &Option<Vec<Spanned<String>>>,
        read: impl Fn(&str) -> Result<T, ValueError>,
    ) -> Vec<Spanned<T>> {
        let mut values = Vec::new();
        for text in written.iter().flatten() {
            let value = self.value(key, &Some(text.clone()), &read);
            values.extend(value.map(|value| Spanned { value, span: text.span.clone() }));
        }
        values
    }

    /// Reports a missing key of a table.
    pub(super) fn require<T>(
        &mut self,
        key: &str,
        written: &Option<T>,
        table: &TextSpan,
        whose: &str,
        hint: &str,
    ) {
        if written.is_none() {
            let problem = ConfigProblem::new(format!("{whose} needs a key `{key}`"));
            self.problem(problem.at(table).hint(hint.to_owned()));
        }
    }
}

/// The rest of a sentence that begins with the key: most messages begin with a verb, the others
/// quote the value.
pub(super) fn phrase(message: &str) -> String {
    let verbs = ["is ", "must ", "has ", "names ", "cannot "];
    let verb = verbs.iter().any(|verb| message.starts_with(verb));
    if verb { format!(" {message}") } else { format!(": {message}") }
}
