//! What is wrong with a configuration, all of it at once, each with its place and what to do.

use super::files::{ConfigTexts, TextSpan};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::fmt;

/// Everything that is wrong with a configuration, in the order in which it is written.
#[derive(Debug)]
pub struct ConfigErrors {
    problems: Vec<ConfigProblem>,
    files: ConfigTexts,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ConfigProblem {
    /// The key and what is wrong, in one sentence without a full stop.
    message: String,
    /// Where, and a word on each place; the first is the place to change.
    places: Vec<(TextSpan, &'static str)>,
    /// What to do.
    hint: Option<String>,
    /// Places that may hold a secret: no message shows what is written there.
    hidden: Vec<TextSpan>,
}

impl ConfigProblem {
    /// Something wrong, nowhere in particular.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), places: Vec::new(), hint: None, hidden: Vec::new() }
    }

    /// Adds a place.
    pub(super) fn at(self, span: &TextSpan) -> Self {
        self.and_at(span, "")
    }

    /// Adds a place with a word on it.
    pub(super) fn and_at(mut self, span: &TextSpan, label: &'static str) -> Self {
        self.places.push((span.clone(), label));
        self
    }

    /// Says what to do.
    pub(super) fn hint(mut self, hint: impl Into<Option<String>>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Keeps what is written at a place out of this message and of all others.
    pub(super) fn hiding(mut self, span: &TextSpan) -> Self {
        self.hidden.push(span.clone());
        self
    }

    /// Whether its first place is within another.
    pub(super) fn is_in(&self, span: &TextSpan) -> bool {
        self.places.first().is_some_and(|(own, _)| span.contains(&own.start))
    }

    /// The sentence alone.
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
    /// Sorts the problems by place. One value can be wrong for many sources at once, as a default is; it is told once.
    pub(super) fn new(mut problems: Vec<ConfigProblem>, mut files: ConfigTexts) -> Self {
        problems.iter().flat_map(|problem| &problem.hidden).for_each(|span| files.hide(span));
        problems.sort_by_key(ConfigProblem::start);
        let mut seen = std::collections::HashSet::new();
        problems.retain(|problem| seen.insert((problem.start(), problem.message.clone())));
        Self { problems, files }
    }

    /// Something beyond feeds.toml that its meaning depends on.
    pub fn of_sentence(message: String) -> Self {
        Self::new(vec![ConfigProblem::new(message)], ConfigTexts::default())
    }

    /// How many things are wrong; never none.
    pub fn count(&self) -> usize {
        self.problems.len()
    }

    /// The errors as a terminal shows them, with the lines that they are in; with `colour`, in ANSI colours.
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
