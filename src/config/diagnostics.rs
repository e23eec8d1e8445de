//! One reading of a configuration: its texts, and what was found wrong so far.

use super::deserialize::Spanned;
use super::errors::ConfigProblem;
use super::files::{ConfigTexts, TextSpan};
use super::render::BrowserSetting;
use super::tree::ConfigNode;
use super::values::ValueError;
use serde::Deserialize;
use std::path::PathBuf;

/// The texts and the findings. A value that is wrong is told and then left out, so that all mistakes come out at once.
#[derive(Debug, Default)]
pub(super) struct Diagnostics {
    /// The texts.
    pub(super) files: ConfigTexts,
    /// What is wrong.
    pub(super) problems: Vec<ConfigProblem>,
    /// What is not wrong, but hardly meant.
    pub(super) warnings: Vec<String>,
    /// The keys that are written by an old name.
    pub(super) renamed: Vec<RenamedKey>,
    /// Whether a source may have got lost with a file, a row or a name that cannot be read. A name that no source
    /// bears is no mistake then.
    pub(super) lost: bool,
    /// Whether a family of platform rules may have got lost with its file.
    pub(super) lost_platforms: bool,
    /// Where systemd lays secrets.
    pub(super) credentials: Option<PathBuf>,
    /// The browser that sources may have their pages built by.
    pub(super) rendering: BrowserSetting,
}

/// A key, or a column of a table, that is written by an old name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RenamedKey {
    /// Where the name is written.
    pub(super) span: TextSpan,
    /// The old name.
    pub(super) old: String,
    /// The present one.
    pub(super) new: String,
}

impl Diagnostics {
    /// Notes a key that is written by an old name, and warns of it.
    pub(super) fn renamed(&mut self, span: &TextSpan, old: &str, new: &str) {
        let message =
            format!("`{old}` is the old name of `{new}`; `bantin check --fix` writes the new one");
        self.warn(span, &message);
        self.renamed.push(RenamedKey {
            span: span.clone(),
            old: old.to_owned(),
            new: new.to_owned(),
        });
    }

    /// Tells a problem.
    pub(super) fn problem(&mut self, problem: ConfigProblem) {
        self.problems.push(problem);
    }

    /// Tells something that is hardly meant, with its place.
    pub(super) fn warn(&mut self, span: &TextSpan, message: &str) {
        let location = self.files.line(span).map(|line| line.location()).unwrap_or_default();
        let warning = format!("{location}: {message}");
        // A default is read once for each source that takes it.
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Tells something that is hardly meant and stands elsewhere.
    pub(super) fn warn_of(&mut self, warning: String) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// The keys of a table.
    pub(super) fn keys<T: Deserialize<'static> + Default>(&mut self, table: ConfigNode) -> T {
        let span = table.span.clone();
        T::deserialize(table).unwrap_or_else(|e| {
            // The schema and the keys are one; should they ever differ, it is told and not guessed.
            self.problem(ConfigProblem::new(e.to_string()).at(&span));
            T::default()
        })
    }

    /// The meaning of a text.
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
                self.problem(if wrong.hides { problem.hiding(&written.span) } else { problem });
                None
            }
        }
    }

    /// The meanings of a list of texts, each with its place.
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

    /// Tells that a table lacks a key, where it does.
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

/// The end of a sentence that begins with the key: most begin with a verb, the others quote the value.
pub(super) fn phrase(message: &str) -> String {
    let verbs = ["is ", "must ", "has ", "names "];
    let verb = verbs.iter().any(|verb| message.starts_with(verb));
    if verb { format!(" {message}") } else { format!(": {message}") }
}
