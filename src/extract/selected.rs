//! What the selectors of the operator, then those of the platform, find on the intact page.

use super::labels::Role;
use super::{body, byline};
use crate::model::{
    ArticleSelectors, FieldChoices, Found, Platform, PlatformArticle, Provenance, RawHtml,
    Selector, Subject,
};
use crate::page::{Dom, dom, plain};
use scraper::ElementRef;

/// The selected values of each field: the best one, or all of them in their order where a later stage has to choose.
pub(super) struct Selected {
    pub(super) title: Option<Found<String>>,
    pub(super) summary: Option<Found<String>>,
    pub(super) body: Vec<Found<RawHtml>>,
    pub(super) date: Vec<Found<String>>,
    pub(super) author: Option<Found<String>>,
    pub(super) source: Option<Found<String>>,
}

impl Selected {
    /// Reads the fields; a selector of the operator that finds nothing is noted in `choices`.
    pub(super) fn read(
        dom: &Dom,
        rules: &ArticleSelectors,
        platform: Option<&Platform>,
        choices: &mut FieldChoices,
    ) -> Self {
        let none = PlatformArticle::default();
        let theirs = platform.map_or(&none, |platform| &platform.article);
        let mut search = SelectorSearch { dom, platform, choices };
        let title = search.texts(Subject::Title, &rules.title, &theirs.title).next();
        let summary = search.texts(Subject::Summary, &rules.summary, &theirs.summary).next();
        let html = |selector: &Selector, from: &Provenance| body::select(dom, selector, from);
        let body = search.all(Subject::Body, &rules.body, &theirs.body, html);
        let body = body.map(|found| found.map(RawHtml)).collect();
        let date = search.texts(Subject::Date, &rules.date, &theirs.date).collect();
        let author = search.texts(Subject::Author, &rules.author, &theirs.author).next();
        let author = search.name(Subject::Author, Role::Author, author);
        let source = search.texts(Subject::Source, &rules.source, &theirs.source).next();
        let source = search.name(Subject::Source, Role::Source, source);
        Self { title, summary, body, date, author, source }
    }
}

/// A search over the selectors of one page.
struct SelectorSearch<'a> {
    dom: &'a Dom,
    platform: Option<&'a Platform>,
    choices: &'a mut FieldChoices,
}

impl SelectorSearch<'_> {
    /// What the selectors of a field find, the operator's first; evaluated on demand.
    fn all<'s, T>(
        &'s mut self,
        subject: Subject,
        own: &'s Option<Selector>,
        theirs: &'s [Selector],
        read: impl Fn(&Selector, &Provenance) -> Option<T> + 's,
    ) -> impl Iterator<Item = Found<T>> + 's {
        let own = own.iter().map(|own| (own, Provenance::Selector(own.as_str().to_owned())));
        let name = self.platform.map(|platform| platform.name.as_str()).unwrap_or_default();
        let from = Provenance::Platform(format!("{name} {}", subject.name()));
        let theirs = theirs.iter().map(move |rule| (rule, from.clone()));
        let choices = &mut *self.choices;
        own.chain(theirs).filter_map(move |(selector, from)| {
            let value = read(selector, &from);
            if value.is_none() && matches!(from, Provenance::Selector(_)) {
                choices.ignore(subject, &from, "", "finds nothing on this page".into());
            }
            Some(Found::new(value?, from))
        })
    }

    /// The same for a field that is a text: that of the first element that holds one.
    fn texts<'s>(
        &'s mut self,
        subject: Subject,
        own: &'s Option<Selector>,
        theirs: &'s [Selector],
    ) -> impl Iterator<Item = Found<String>> + 's {
        let dom = self.dom;
        let text = |element: ElementRef<'_>| {
            let value = element.attr("content").or_else(|| element.attr("datetime"));
            value.map_or_else(|| plain::line(&dom::text_of(element)), plain::line)
        };
        self.all(subject, own, theirs, move |selector, _| {
            dom.tree().select(selector.compiled()).map(text).find(|text| !text.is_empty())
        })
    }

    /// A selected name without its label; nothing where the label is that of another field.
    fn name(
        &mut self,
        subject: Subject,
        role: Role,
        found: Option<Found<String>>,
    ) -> Option<Found<String>> {
        let found = found?;
        let name = byline::unlabelled(role, found.clone());
        if name.is_none() {
            let why = "has the label of another field, or nothing behind its own";
            self.choices.ignore(subject, &found.provenance, &found.value, why.into());
        }
        name
    }
}
