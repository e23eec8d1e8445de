//! An operator's own files of platform rules, and the family that a source names.

use super::deserialize::At;
use super::errors::Problem;
use super::files::Span;
use super::gather::{Included, included};
use super::nearest::nearest;
use super::reading::Reading;
use super::schema::definition;
use super::tree::Node;
use super::{values, written};
use crate::extract::platform::names;
use crate::model::{Named, Platform, PlatformArticle, Platforms, Selector, Slug};
use std::path::Path;
use std::sync::Arc;

/// What a source writes where its pages are of no family.
const NONE: &str = "none";

/// The families of the files that feeds.toml at `path` names by patterns.
pub(super) fn own(path: &Path, patterns: &[At<String>], reading: &mut Reading) -> Arc<[Platform]> {
    let files = included(path, "platforms", patterns, reading);
    of_files(&files, reading)
}

/// The families of files that are named one by one.
pub(super) fn of_files(files: &[Included], reading: &mut Reading) -> Arc<[Platform]> {
    let mut platforms: Vec<Platform> = Vec::new();
    let mut places: Vec<Span> = Vec::new();
    for file in files {
        let told = reading.problems.len();
        let tree = file.read(definition("Platform"), reading);
        let Some(At { value: platform, span }) =
            tree.and_then(|tree| platform(tree, told, reading))
        else {
            reading.lost_platforms = true;
            continue;
        };
        if let Some(before) = platforms.iter().position(|known| known.name == platform.name) {
            let problem = Problem::new(format!("the family {:?} is there already", platform.name));
            let problem = problem.and_at(&span, "named a second time");
            reading.problem(match places.get(before) {
                Some(first) => problem.and_at(first, "named first"),
                None => problem,
            });
            continue;
        }
        platforms.push(platform);
        places.push(span);
    }
    platforms.into()
}

/// A family and where its name is written. `None` where something is wrong, which is told. `told` is how many problems there were
/// before its file.
fn platform(tree: Node, told: usize, reading: &mut Reading) -> Option<At<Platform>> {
    let top = tree.span.start..tree.span.start;
    let keys: written::Platform = reading.keys(tree);
    reading.require(
        "name",
        &keys.name,
        &top,
        "a file of platform rules",
        "for example name = \"cong-xa\"",
    );
    let name = reading.value("name", &keys.name, |text| match text {
        NONE => Err(values::Wrong::new("is what a source writes that is of no family")),
        text => values::slug(text),
    });
    let mut selectors = |key: &str, written: &Option<Vec<At<String>>>| -> Vec<Selector> {
        reading.values(key, written, values::selector).into_iter().map(|at| at.value).collect()
    };
    let marks = selectors("marks", &keys.marks);
    let written = keys.article.map(|article| article.value).unwrap_or_default();
    let article = PlatformArticle {
        title: selectors("article.title", &written.title),
        summary: selectors("article.summary", &written.summary),
        body: selectors("article.body", &written.body),
        date: selectors("article.date", &written.date),
        author: selectors("article.author", &written.author),
        source: selectors("article.source", &written.source),
        attachment: selectors("article.attachment", &written.attachment),
        remove: selectors("article.remove", &written.remove),
    };
    let is_empty = |list: &Option<Vec<At<String>>>| list.as_ref().is_none_or(Vec::is_empty);
    // What is missing may only be misspelt.
    if is_empty(&written.title) && is_empty(&written.body) && reading.problems.len() == told {
        let message = "a file of platform rules needs `body` or `title` under [article]";
        let hint = "the page is of the family where one of these finds something, for example body = [\"#content\"]";
        reading.problem(Problem::new(message).at(&top).hint(hint.to_owned()));
    }
    let generator: Vec<String> = keys
        .generator
        .into_iter()
        .flatten()
        .map(|written| written.value)
        .filter(|name| !name.trim().is_empty())
        .collect();
    if is_empty(&keys.marks) && generator.is_empty() {
        reading.warn(&top, "there is neither `marks` nor `generator`, so no page is recognised as of this family; a source can still name it with `platform`");
    }
    let (name, written) = (name?, keys.name?);
    let good = reading.problems.len() == told;
    let name = Slug::to_string(&name);
    good.then(|| At { value: Platform { name, generator, marks, article }, span: written.span })
}

/// The rules for a source's pages.
pub(super) fn of_source(
    written: &Option<At<String>>,
    own: &Arc<[Platform]>,
    reading: &mut Reading,
) -> Platforms {
    let lost = reading.lost_platforms;
    let known = || own.iter().map(|platform| platform.name.as_str()).chain(names());
    let of = reading.value("platform", written, |text| {
        if text == NONE {
            return Ok(Named::Without);
        }
        // A file that cannot be read may hold it.
        if lost || known().any(|name| name == text) {
            return Ok(Named::As(text.to_owned()));
        }
        let wrong = values::Wrong::new(format!(
            "names {text:?}, which is no family that bantin has rules for"
        ));
        Err(wrong.hint(match nearest(text, known()) {
            Some(near) => format!("did you mean {near:?}?"),
            None => {
                format!("the families are {}, and {NONE}", known().collect::<Vec<_>>().join(", "))
            }
        }))
    });
    Platforms { own: own.clone(), of: of.unwrap_or_default() }
}
