//! Fields found by the operator's selectors, then by those of the platform, on the intact page.

use super::labels::LabelRole;
use super::{byline, matched};
use bantin_core::{
    ArticleSelectors, CssSelector, ExplainedField, Extracted, FieldChoices, PlatformRules,
    PlatformSelectors, Provenance, RawHtml,
};
use bantin_page::{Dom, dom, plain};
use scraper::ElementRef;

/// The selected values of each field: the best one, or all of them in order if a later stage has to
/// choose.
pub(super) struct SelectedFields {
    pub(super) title: Option<Extracted<String>>,
    pub(super) summary: Option<Extracted<String>>,
    pub(super) body: Vec<Extracted<RawHtml>>,
    pub(super) date: Vec<Extracted<String>>,
    pub(super) author: Option<Extracted<String>>,
    pub(super) source: Option<Extracted<String>>,
}

impl SelectedFields {
    /// Reads the fields, and notes in `choices` each selector of the operator that finds nothing.
    pub(super) fn read(
        dom: &Dom,
        rules: &ArticleSelectors,
        platform: Option<&PlatformRules>,
        choices: &mut FieldChoices,
    ) -> Self {
        let none = PlatformSelectors::default();
        let theirs = platform.map_or(&none, |platform| &platform.article);
        let mut search = SelectorSearch { dom, platform, choices };
        let title = search.texts(ExplainedField::Title, &rules.title, &theirs.title).next();
        let summary = search.texts(ExplainedField::Summary, &rules.summary, &theirs.summary).next();
        let html = |selector: &CssSelector, from: &Provenance| matched::html(dom, selector, from);
        let body = search.all(ExplainedField::Body, &rules.body, &theirs.body, html);
        let body = body.map(|found| found.map(RawHtml)).collect();
        let date = search.texts(ExplainedField::Date, &rules.date, &theirs.date).collect();
        let author = search.texts(ExplainedField::Author, &rules.author, &theirs.author).next();
        let author = search.name(ExplainedField::Author, LabelRole::Author, author);
        let source = search.texts(ExplainedField::Source, &rules.source, &theirs.source).next();
        let source = search.name(ExplainedField::Source, LabelRole::Source, source);
        Self { title, summary, body, date, author, source }
    }
}

/// A search with the selectors of one page.
struct SelectorSearch<'a> {
    dom: &'a Dom,
    platform: Option<&'a PlatformRules>,
    choices: &'a mut FieldChoices,
}

impl SelectorSearch<'_> {
    /// The values that the selectors of a field find, the operator's first; evaluated on demand.
    fn all<'s, T>(
        &'s mut self,
        subject: ExplainedField,
        own: &'s Option<CssSelector>,
        theirs: &'s [CssSelector],
        read: impl Fn(&CssSelector, &Provenance) -> Option<T> + 's,
    ) -> impl Iterator<Item = Extracted<T>> + 's {
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
            Some(Extracted::new(value?, from))
        })
    }

    /// Like `all`, for a field that is a text: the text of the first non-empty match.
    fn texts<'s>(
        &'s mut self,
        subject: ExplainedField,
        own: &'s Option<CssSelector>,
        theirs: &'s [CssSelector],
    ) -> impl Iterator<Item = Extracted<String>> + 's {
        let dom = self.dom;
        let text = |element: ElementRef<'_>| {
            let value = element.attr("content").or_else(|| element.attr("datetime"));
            value.map_or_else(|| plain::line(&dom::text_of(element)), plain::line)
        };
        self.all(subject, own, theirs, move |selector, _| {
            dom.tree().select(selector.compiled()).map(text).find(|text| !text.is_empty())
        })
    }

    /// A selected name without its label; `None` if the label belongs to another field.
    fn name(
        &mut self,
        subject: ExplainedField,
        role: LabelRole,
        found: Option<Extracted<String>>,
    ) -> Option<Extracted<String>> {
        let found = found?;
        let name = byline::unlabelled(role, found.clone());
        if name.is_none() {
            let why = "has the label of another field, or no text after its own";
            self.choices.ignore(subject, &found.provenance, &found.value, why.into());
        }
        name
    }
}
