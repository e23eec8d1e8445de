//! Reads the operator's files of platform rules, and the family that a source names.

use super::deserialize::Spanned;
use super::diagnostics::Diagnostics;
use super::errors::ConfigProblem;
use super::files::TextSpan;
use super::gather::{IncludedFile, included};
use super::schema::definition;
use super::suggestion::nearest;
use super::tree::ConfigNode;
use super::{values, written};
use bantin_core::{
    CssSelector, PlatformChoice, PlatformRules, PlatformSelectors, PlatformSetting, Slug,
};
use bantin_read::extract::platform::names;
use std::path::Path;
use std::sync::Arc;

/// The value of `platform` for a source without platform rules.
const NONE: &str = "none";

/// The families in the files that feeds.toml at `path` names by patterns.
pub(super) fn own(
    path: &Path,
    patterns: &[Spanned<String>],
    diagnostics: &mut Diagnostics,
) -> Arc<[PlatformRules]> {
    let files = included(path, "platforms", patterns, diagnostics);
    of_files(&files, diagnostics)
}

/// The families in the given files.
pub(super) fn of_files(
    files: &[IncludedFile],
    diagnostics: &mut Diagnostics,
) -> Arc<[PlatformRules]> {
    let mut platforms: Vec<PlatformRules> = Vec::new();
    let mut places: Vec<TextSpan> = Vec::new();
    for file in files {
        let problems_before = diagnostics.problems.len();
        let tree = file.read(definition("Platform"), diagnostics);
        let Some(Spanned { value: platform, span }) =
            tree.and_then(|tree| platform(tree, problems_before, diagnostics))
        else {
            diagnostics.platforms_incomplete = true;
            continue;
        };
        if let Some(first) = platforms.iter().position(|known| known.name == platform.name) {
            let problem =
                ConfigProblem::new(format!("the family {:?} is defined twice", platform.name));
            let problem = problem.and_at(&span, "defined again");
            diagnostics.problem(match places.get(first) {
                Some(first) => problem.and_at(first, "defined first"),
                None => problem,
            });
            continue;
        }
        platforms.push(platform);
        places.push(span);
    }
    platforms.into()
}

/// A family with the span of its name. Returns `None` after a problem, which is reported.
/// `problems_before` is the number of problems before its file was read.
fn platform(
    tree: ConfigNode,
    problems_before: usize,
    diagnostics: &mut Diagnostics,
) -> Option<Spanned<PlatformRules>> {
    let top = tree.span.start..tree.span.start;
    let keys: written::PlatformKeys = diagnostics.keys(tree);
    diagnostics.require(
        "name",
        &keys.name,
        &top,
        "a file of platform rules",
        "for example name = \"cong-xa\"",
    );
    let name = diagnostics.value("name", &keys.name, |text| match text {
        NONE => Err(values::ValueError::new("is reserved for sources without platform rules")),
        text => values::slug(text),
    });
    let mut selectors = |key: &str, written: &Option<Vec<Spanned<String>>>| -> Vec<CssSelector> {
        diagnostics.values(key, written, values::selector).into_iter().map(|at| at.value).collect()
    };
    let marks = selectors("marks", &keys.marks);
    let written = keys.article.map(|article| article.value).unwrap_or_default();
    let article = PlatformSelectors {
        title: selectors("article.title", &written.title),
        summary: selectors("article.summary", &written.summary),
        body: selectors("article.body", &written.body),
        date: selectors("article.date", &written.date),
        author: selectors("article.author", &written.author),
        source: selectors("article.source", &written.source),
        attachment: selectors("article.attachment", &written.attachment),
        remove: selectors("article.remove", &written.remove),
    };
    let is_empty = |list: &Option<Vec<Spanned<String>>>| list.as_ref().is_none_or(Vec::is_empty);
    // A missing key may be a misspelt one, which is reported already.
    if is_empty(&written.title)
        && is_empty(&written.body)
        && diagnostics.problems.len() == problems_before
    {
        let message = "a file of platform rules needs `body` or `title` under [article]";
        let hint = "a page is of the family if one of these selectors finds something; for example body = [\"#content\"]";
        diagnostics.problem(ConfigProblem::new(message).at(&top).hint(hint.to_owned()));
    }
    let generator: Vec<String> = keys
        .generator
        .into_iter()
        .flatten()
        .map(|written| written.value)
        .filter(|name| !name.trim().is_empty())
        .collect();
    if is_empty(&keys.marks) && generator.is_empty() {
        diagnostics.warn(&top, "there is neither `marks` nor `generator`, so no page is recognized as of this family; a source can still select it with `platform`");
    }
    let (name, written) = (name?, keys.name?);
    let good = diagnostics.problems.len() == problems_before;
    let name = Slug::to_string(&name);
    good.then(|| Spanned {
        value: PlatformRules { name, generator, marks, article },
        span: written.span,
    })
}

/// The platform rules for a source's pages.
pub(super) fn of_source(
    written: &Option<Spanned<String>>,
    own: &Arc<[PlatformRules]>,
    diagnostics: &mut Diagnostics,
) -> PlatformChoice {
    let lost = diagnostics.platforms_incomplete;
    let known = || own.iter().map(|platform| platform.name.as_str()).chain(names());
    let of = diagnostics.value("platform", written, |text| {
        if text == NONE {
            return Ok(PlatformSetting::Disabled);
        }
        // The family may be in a file that cannot be read.
        if lost || known().any(|name| name == text) {
            return Ok(PlatformSetting::Family(text.to_owned()));
        }
        let wrong = values::ValueError::new(format!(
            "names {text:?}, a family for which bantin has no rules"
        ));
        Err(wrong.hint(match nearest(text, known()) {
            Some(near) => format!("did you mean {near:?}?"),
            None => {
                format!("the families are {}, and {NONE}", known().collect::<Vec<_>>().join(", "))
            }
        }))
    });
    PlatformChoice { own: own.clone(), setting: of.unwrap_or_default() }
}
