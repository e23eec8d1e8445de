//! The errors of a configuration, all reported at once, each with its location and a hint.

use super::files::{ConfigTexts, TextSpan};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::fmt;

/// All errors of a configuration, in the order of its texts.
#[derive(Debug)]
pub struct ConfigErrors {
    problems: Vec<ConfigProblem>,
    files: ConfigTexts,
}

/// One error of a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ConfigProblem {
    /// The key and the error, in one sentence without a full stop.
    message: String,
    /// The spans of the error, each with a label. The first is the one to change.
    places: Vec<(TextSpan, &'static str)>,
    /// The instruction for the operator.
    hint: Option<String>,
    /// Spans that may contain a secret. No message shows their text.
    hidden: Vec<TextSpan>,
}

impl ConfigProblem {
    /// A problem without a location.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), places: Vec::new(), hint: None, hidden: Vec::new() }
    }

    /// Adds a location.
    pub(super) fn at(self, span: &TextSpan) -> Self {
        self.and_at(span, "")
    }

    /// Adds a location with a label.
    pub(super) fn and_at(mut self, span: &TextSpan, label: &'static str) -> Self {
        self.places.push((span.clone(), label));
        self
    }

    /// Sets the instruction for the operator.
    pub(super) fn hint(mut self, hint: impl Into<Option<String>>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Hides the text of a span in this message and in all others.
    pub(super) fn hiding(mut self, span: &TextSpan) -> Self {
        self.hidden.push(span.clone());
        self
    }

    /// Whether the first location is within a span.
    pub(super) fn is_in(&self, span: &TextSpan) -> bool {
        self.places.first().is_some_and(|(own, _)| span.contains(&own.start))
    }

    /// The sentence without location and hint.
    pub(super) fn message(&self) -> &str {
        &self.message
    }

    fn start(&self) -> usize {
        self.places.first().map_or(0, |(span, _)| span.start)
    }

    fn group<'a>(&'a self, files: &'a ConfigTexts) -> Group<'a> {
        let mut group = Group::with_title(Level::ERROR.primary_title(self.message.as_str()));
        for (number, (span, label)) in self.places.iter().enumerate() {
            let Some(line) = files.line(span) else { continue };
            let kind = if number == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            let mark = kind.span(line.from..line.to);
            let mark = if label.is_empty() { mark } else { mark.label(*label) };
            group = group.element(
                Snippet::source(line.text)
                    .line_start(line.number)
                    .path(line.path.to_string_lossy())
                    .annotation(mark),
            );
        }
        match &self.hint {
            Some(hint) => group.element(Level::HELP.message(hint.as_str())),
            None => group,
        }
    }
}

impl ConfigErrors {
    /// Sorts the problems by location and removes duplicates: one value, such as a default, can be
    /// wrong for many sources at once.
    pub(super) fn new(mut problems: Vec<ConfigProblem>, mut files: ConfigTexts) -> Self {
        problems.iter().flat_map(|problem| &problem.hidden).for_each(|span| files.hide(span));
        problems.sort_by_key(ConfigProblem::start);
        let mut seen = std::collections::HashSet::new();
        problems.retain(|problem| seen.insert((problem.start(), problem.message.clone())));
        Self { problems, files }
    }

    /// An error outside feeds.toml on which the configuration depends.
    pub fn of_sentence(message: String) -> Self {
        Self::new(vec![ConfigProblem::new(message)], ConfigTexts::default())
    }

    /// The number of errors, at least one.
    pub fn count(&self) -> usize {
        self.problems.len()
    }

    /// Renders the errors for a terminal, with the lines that contain them; in ANSI colours if
    /// `colour` is set.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let mut text = String::new();
        for problem in &self.problems {
            text.push_str(&renderer.render(&[problem.group(&self.files)]));
            text.push_str("\n\n");
        }
        text.truncate(text.trim_end().len());
        text
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for ConfigErrors {}
