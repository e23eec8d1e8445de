//! Interprets the conditions of a `[[feed]]`: words, regular expressions, languages, attachments,
//! ages, and the tables `all`, `any` and `none`.

use super::deserialize::Spanned;
use super::diagnostics::Diagnostics;
use super::errors::ConfigProblem;
use super::feed::{FeedReferences, list, province, selected_agencies};
use super::values::{self, ValueError};
use super::written;
use bantin_core::{Condition, Phrase};

/// The conditions of a feed that are not part of its SQL query. An article must match all of them.
pub(super) fn of_feed(
    keys: &written::FeedKeys,
    asked: &written::ConditionKeys,
    known: &FeedReferences<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<Condition> {
    let mut conditions = texts(asked, diagnostics);
    let tables = |written: &Option<Spanned<Vec<Spanned<written::ConditionKeys>>>>,
                  key,
                  diagnostics: &mut Diagnostics| {
        let Spanned { value, span } = written.as_ref()?;
        if value.is_empty() && !diagnostics.problems.iter().any(|problem| problem.is_in(span)) {
            let problem = ConfigProblem::new(format!("`{key}` is empty")).at(span);
            diagnostics.problem(problem.hint("leave it out".to_owned()));
        }
        let conditions = value.iter().map(|table| of_table(table, known, diagnostics));
        Some(conditions.collect::<Vec<_>>())
    };
    conditions.extend(tables(&keys.all, "all", diagnostics).map(Condition::All));
    conditions.extend(tables(&keys.any, "any", diagnostics).map(Condition::Any));
    conditions.extend(tables(&keys.none, "none", diagnostics).map(Condition::None));
    conditions
}

/// The condition of a table; an article must match all of its keys.
fn of_table(
    table: &Spanned<written::ConditionKeys>,
    known: &FeedReferences<'_>,
    diagnostics: &mut Diagnostics,
) -> Condition {
    let keys = &table.value;
    let mut conditions = texts(keys, diagnostics);
    let sources = list("sources", &keys.sources, |text| known.source(text), diagnostics);
    let provinces = list("provinces", &keys.provinces, province, diagnostics);
    let agencies = selected_agencies(&keys.agencies, &keys.kinds, known, diagnostics);
    let topics = list("topics", &keys.topics, |text| known.topic(text), diagnostics);
    for (list, condition) in [
        (sources, Condition::Sources as fn(_) -> _),
        (provinces, Condition::Provinces),
        (agencies, Condition::Agencies),
        (topics, Condition::Topics),
    ] {
        conditions.extend((!list.is_empty()).then(|| condition(list)));
    }
    if conditions.is_empty()
        && !diagnostics.problems.iter().any(|problem| problem.is_in(&table.span))
    {
        let problem = ConfigProblem::new("this condition is empty").at(&table.span);
        diagnostics.problem(problem.hint("for example { words = [\"dân tộc\"] }".to_owned()));
    }
    Condition::All(conditions)
}

/// The conditions on the article itself, as opposed to its source and topics.
fn texts(keys: &written::ConditionKeys, diagnostics: &mut Diagnostics) -> Vec<Condition> {
    let phrase = |text: &str| {
        Phrase::of(text).ok_or_else(|| ValueError::new("has neither letter nor digit in it"))
    };
    let mut conditions = Vec::new();
    let languages = values_of("languages", &keys.languages, values::language, diagnostics);
    conditions.extend(languages.map(Condition::Languages));
    conditions.extend(values_of("words", &keys.words, phrase, diagnostics).map(Condition::Words));
    let mut pattern = |key, written| diagnostics.value(key, written, values::pattern);
    conditions.extend(pattern("title_matches", &keys.title_matches).map(Condition::Title));
    conditions.extend(pattern("body_matches", &keys.body_matches).map(Condition::Body));
    conditions.extend(pattern("author_matches", &keys.author_matches).map(Condition::Author));
    let attachment = keys.has_attachment.as_ref();
    conditions.extend(attachment.map(|wanted| Condition::Attachment(wanted.value)));
    let newer_than = keys.newer_than.as_ref();
    conditions.extend(newer_than.map(|age| Condition::NewerThan(age.value.0)));
    conditions
}

/// The values of a list. An empty list is an error, because it would match nothing.
fn values_of<T>(
    key: &str,
    written: &Option<Spanned<Vec<Spanned<String>>>>,
    read: impl Fn(&str) -> Result<T, ValueError>,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<T>> {
    let Spanned { value: texts, span } = written.as_ref()?;
    if texts.is_empty() {
        let problem = ConfigProblem::new(format!("`{key}` is empty")).at(span);
        diagnostics.problem(problem.hint("leave it out to take all".to_owned()));
    }
    let values = diagnostics.values(key, &Some(texts.clone()), read);
    Some(values.into_iter().map(|value| value.value).collect())
}
