//! Interprets topic files. Each is a list of `[[topic]]` with an `[office]`, including the built-in
//! one.

use super::deserialize::Spanned;
use super::diagnostics::Diagnostics;
use super::errors::ConfigProblem;
use super::files::TextSpan;
use super::gather::toml;
use super::name_registry::NameRegistry;
use super::schema::definition;
use super::tree::ConfigNode;
use super::values::{self, ValueError};
use super::written;
use bantin_core::{OfficeWords, Slug, Topic, TopicRules};
use std::path::Path;

/// The name of the built-in topics in feeds.toml.
const BUILT_IN: &str = "built-in";
const BUILT_IN_TEXT: &str = include_str!("../../catalog/topics.toml");

/// The topics that come with bantin.
pub fn built_in_topics() -> TopicRules {
    // A test reads this text without a problem.
    let mut diagnostics = Diagnostics::default();
    let name = Spanned { value: BUILT_IN.to_owned(), span: 0..0 };
    topics(&[name], &mut diagnostics)
}

/// The topics of all files, in the order of the files. A topic replaces an earlier one with the
/// same id, and the words of offices those of an earlier file.
pub(super) fn topics(files: &[Spanned<String>], diagnostics: &mut Diagnostics) -> TopicRules {
    let mut list: Vec<Topic> = Vec::new();
    let mut words_of_office = OfficeWords::default();
    for file in files {
        let mut names = NameRegistry::default();
        let Some(mut tree) = tree(file, diagnostics) else { continue };
        if let Some(table) = tree.take("office") {
            words_of_office = office(table, diagnostics);
        }
        for table in tree.take_list("topic") {
            let Some(topic) = topic(table, &mut names, diagnostics) else { continue };
            match list.iter_mut().find(|known| known.id == topic.id) {
                Some(known) => *known = topic,
                None => list.push(topic),
            }
        }
    }
    TopicRules::new(list, words_of_office)
}

/// The tables of a file. Returns `None` after a problem, which is reported.
fn tree(file: &Spanned<String>, diagnostics: &mut Diagnostics) -> Option<ConfigNode> {
    let read = if file.value == BUILT_IN {
        let name = Path::new("built-in topics");
        Ok((diagnostics.files.add(name, BUILT_IN_TEXT.to_owned()), BUILT_IN_TEXT.to_owned()))
    } else {
        let path = diagnostics.files.folder(&file.span).join(&file.value);
        let read = diagnostics.files.read(&path);
        read.map_err(|why| format!("{} cannot be read: {why}", path.display()))
    };
    match read {
        Ok((start, text)) => toml(&text, start, definition("Topics"), diagnostics),
        Err(message) => {
            let hint = format!("name a file of [[topic]] tables, or {BUILT_IN:?}");
            diagnostics.problem(ConfigProblem::new(message).at(&file.span).hint(hint));
            None
        }
    }
}

/// A topic. Returns `None` after a problem, which is reported.
fn topic(
    table: ConfigNode,
    names: &mut NameRegistry,
    diagnostics: &mut Diagnostics,
) -> Option<Topic> {
    let span = table.span.clone();
    let keys: written::TopicKeys = diagnostics.keys(table);
    diagnostics.require("id", &keys.id, &span, "a topic", "for example id = \"y-te\"");
    diagnostics.require("name", &keys.name, &span, "a topic", "for example name = \"Y tế\"");
    let id: Option<Slug> = diagnostics.value("id", &keys.id, values::slug);
    if let (Some(id), Some(written)) = (&id, &keys.id) {
        names.take(&Spanned { value: id.clone(), span: written.span.clone() }, &[], diagnostics);
    }
    let name = diagnostics.value("name", &keys.name, values::line);
    let strong = keywords("strong", &keys.strong, diagnostics);
    let weak = keywords("weak", &keys.weak, diagnostics);
    let not = keywords("not", &keys.not, diagnostics);
    if keys.strong.iter().flatten().chain(keys.weak.iter().flatten()).next().is_none() {
        let here: &TextSpan = keys.id.as_ref().map_or(&span, |id| &id.span);
        diagnostics.warn(here, "this topic has no keyword, so it matches no article");
    }
    Some(Topic { id: id?, name: name?, strong, weak, not })
}

/// The words of news about an office.
fn office(table: ConfigNode, diagnostics: &mut Diagnostics) -> OfficeWords {
    let keys: written::OfficeKeys = diagnostics.keys(table);
    OfficeWords {
        matters: keywords("matters", &keys.matters, diagnostics),
        agencies: keywords("agencies", &keys.agencies, diagnostics),
    }
}

fn keywords(
    key: &str,
    written: &Option<Vec<Spanned<String>>>,
    diagnostics: &mut Diagnostics,
) -> Vec<String> {
    let keyword = |text: &str| match values::line(text) {
        Ok(text) if text.contains(char::is_alphanumeric) => Ok(text),
        Ok(_) => Err(ValueError::new("has neither letter nor digit in it")),
        Err(wrong) => Err(wrong),
    };
    diagnostics.values(key, written, keyword).into_iter().map(|keyword| keyword.value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_topics_are_good() {
        let mut diagnostics = Diagnostics::default();
        let name = Spanned { value: BUILT_IN.to_owned(), span: 0..0 };
        let topics = topics(&[name], &mut diagnostics);
        assert_eq!(diagnostics.problems, []);
        assert_eq!(diagnostics.warnings, Vec::<String>::new());
        assert_eq!(topics.list().len(), 19);
        assert_eq!(topics, built_in_topics());
        assert!(!topics.office().matters.is_empty() && !topics.office().agencies.is_empty());
        // A word that is both strong and weak, or there twice, is a mistake.
        for topic in topics.list() {
            let mut words: Vec<_> = topic.strong.iter().chain(&topic.weak).collect();
            let count = words.len();
            words.sort();
            words.dedup();
            assert_eq!(words.len(), count, "{}", topic.id);
        }
    }
}
