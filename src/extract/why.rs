//! What was considered for the fields of a draft, told to those who ask. Nothing is chosen here.

use super::metadata::Metadata;
use super::{Body, Selected, Shown, generic};
use crate::model::{
    ArticleSelectors, Candidate, Found, Other, Provenance, RawAttachment, RawHtml, Selector,
    Subject, Teaser, Trace, Verdict, less_sure,
};
use crate::page::{Dom, SafeHtml, dom, plain};

/// Tells the operator's selectors that find nothing on a page: they leave their fields to the next way.
pub(super) fn selectors(trace: &Trace, dom: &Dom, rules: &ArticleSelectors) {
    if !trace.is_on() {
        return;
    }
    let fields = [
        (Subject::Title, &rules.title),
        (Subject::Summary, &rules.summary),
        (Subject::Body, &rules.body),
        (Subject::Date, &rules.date),
        (Subject::Author, &rules.author),
        (Subject::Source, &rules.source),
    ];
    for (subject, selector) in fields {
        let Some(selector) = selector else { continue };
        let finds = dom.tree().select(selector.compiled()).next().is_some();
        if !finds {
            let from = Provenance::Selector(selector.as_str().to_owned());
            trace.tell(|| {
                Candidate::new(subject, Verdict::PassedOver, from, "")
                    .because("finds nothing on this page")
            });
        }
    }
}

/// Tells what each selector of `remove` is, for what it cuts.
pub(super) fn remover(selector: &Selector, rules: &ArticleSelectors) -> String {
    let ours = rules.remove.iter().any(|own| own.as_str() == selector.as_str());
    let whose = if ours { "article.remove" } else { "platform rule" };
    format!("{whose} {:?}", selector.as_str())
}

/// Tells a selector of the operator's `remove` that finds nothing in a body.
pub(super) fn finds(trace: &Trace, dom: &Dom, selector: &Selector, rules: &ArticleSelectors) {
    let ours = rules.remove.iter().any(|own| own.as_str() == selector.as_str());
    if ours && dom.tree().select(selector.compiled()).next().is_none() {
        let from = remover(selector, rules);
        trace.aside(|| {
            Candidate::new(Subject::Body, Verdict::PassedOver, from, "")
                .because("finds nothing in it")
        });
    }
}

/// Tells where a body was looked for.
pub(super) fn body(
    trace: &Trace,
    chosen: Option<&Body>,
    dom: &Dom,
    shown: &Shown<'_>,
    selected: &Selected,
    metadata: &Metadata,
) {
    if !trace.is_on() {
        return;
    }
    let text = |dom: &Dom| plain::line(&dom::text_of(dom.tree().root_element()));
    let text_of = |html: &RawHtml| {
        SafeHtml::check(html.0.clone()).map(|html| text(&Dom::parse(&html))).unwrap_or_default()
    };
    let sized = |text: &str| format!("{} characters: {text}", text.chars().count());
    let mut is_told = false;
    let taken = chosen.map(|body| (&body.from, text(&body.dom)));
    let mut tell = |from: &Provenance, found: &str, fault: Option<&str>| {
        let is_it = !is_told && taken.as_ref().is_some_and(|(taken, _)| *taken == from);
        is_told |= is_it;
        let (verdict, why) = match &taken {
            Some((_, text)) if is_it => {
                let why = "holds no text, only pictures or what stands apart from it";
                (Verdict::Taken, text.is_empty().then(|| why.to_owned()))
            }
            Some((_, text)) if text == found => (Verdict::Agrees, None),
            Some((taken, _)) if *taken == from => {
                (Verdict::PassedOver, Some("is a later rule of the same field".to_owned()))
            }
            Some((taken, _)) => (Verdict::PassedOver, Some(less_sure(taken))),
            None => (Verdict::PassedOver, Some("holds no text".to_owned())),
        };
        let why = fault.filter(|_| verdict != Verdict::Taken).map(str::to_owned).or(why);
        let text = taken.as_ref().filter(|_| is_it).map_or(found, |(_, text)| text.as_str());
        trace.tell(|| Candidate {
            why,
            ..Candidate::new(Subject::Body, verdict, from, &sized(text))
        });
    };
    for found in selected.body.iter().chain(&metadata.body) {
        let text = text_of(&found.value);
        let why = text.is_empty().then_some("holds no text");
        tell(&found.provenance, &text, why);
    }
    match generic::body(dom, shown.lines, shown.heading) {
        Some(html) => tell(&Provenance::Generic, &text_of(&html), None),
        None => tell(&Provenance::Generic, "", Some("finds no long line outside of links")),
    }
}

/// Tells which summaries there were.
pub(super) fn summary(
    trace: &Trace,
    taken: Option<&Found<String>>,
    selected: Option<&Found<String>>,
    teased: Option<Found<String>>,
    told: Option<&Found<String>>,
) {
    if !trace.is_on() {
        return;
    }
    let short = |found: &Found<String>| found.value.chars().count() < 20;
    let selected = selected
        .map(|found| (found.clone(), short(found).then(|| "is too short for one".to_owned())));
    let others: Vec<Other> = selected
        .into_iter()
        .chain(teased.map(|found| (found, None)))
        .chain(told.map(|found| (found.clone(), None)))
        .collect();
    trace.field(Subject::Summary, taken, others, plain::fold);
}

/// Tells which names there were for a role, the surest first.
pub(super) fn names(
    trace: &Trace,
    subject: Subject,
    taken: Option<&Found<String>>,
    others: &[Option<Found<String>>],
) {
    let others = others.iter().flatten().map(|found| (found.clone(), None));
    trace.field(subject, taken, others, plain::fold);
}

/// Tells the language, and what the page says of it.
pub(super) fn language(trace: &Trace, taken: Option<&Found<String>>, dom: &Dom) {
    if !trace.is_on() {
        return;
    }
    let from = Provenance::Markup("lang".to_owned());
    let lang = dom.tree().root_element().attr("lang").map(|lang| {
        let is_vietnamese = taken.is_some_and(|taken| taken.provenance == Provenance::Body);
        let why =
            if is_vietnamese { "contradicts the letters of the text" } else { "is no language" };
        (Found::new(lang.trim().to_owned(), from), Some(why.to_owned()))
    });
    // `vi-VN` and `vi` are one language.
    let fold = |lang: &str| lang.split('-').next().unwrap_or_default().to_ascii_lowercase();
    trace.field(Subject::Language, taken, lang, fold);
}

/// Tells the files that were found in one place.
pub(super) fn files(trace: &Trace, from: &str, files: &[RawAttachment]) {
    for file in files {
        trace.tell(|| {
            let told =
                Candidate::new(Subject::Attachments, Verdict::Taken, from, file.url.as_str());
            match &file.title {
                Some(title) => told.because(format!("{title:?}")),
                None => told,
            }
        });
    }
}

/// Tells the tags that the listing and the page name.
pub(super) fn tags(trace: &Trace, teaser: Option<&Teaser>, metadata: &Metadata) {
    let teased = teaser.map(|teaser| teaser.tags.as_slice()).unwrap_or_default();
    let teased = teased.iter().map(|tag| ("teaser", tag));
    for (from, tag) in teased.chain(metadata.tags.iter().map(|tag| ("page", tag))) {
        trace.tell(|| Candidate::new(Subject::Tags, Verdict::Taken, from, tag));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::traced;
    use crate::model::{Explanation, Key};
    use crate::page::{Coding, MediaType, Page, Said, Validators};

    const TEXT: &str = "Sáng nay, cơ quan đã tổ chức hội nghị với sự tham dự của đông đảo đại biểu các sở, ban, ngành và địa phương.";

    fn explained(html: &str, teased: Option<&str>, rules: &ArticleSelectors) -> Explanation {
        let url: url::Url = "https://a.gov.vn/tin/7".parse().unwrap();
        let bytes = bytes::Bytes::from(html.to_owned());
        let page = Page {
            asked: url.clone(),
            url: url.clone(),
            media: MediaType::read("text/html"),
            told: None,
            wire: bytes.clone(),
            coding: Coding::Identity,
            bytes,
            fetched: "2026-11-24T03:00:00Z".parse().unwrap(),
            validators: Validators::default(),
            said: Said::default(),
        };
        let mut teaser = Teaser::of(url.clone(), Key::of_page(&url, &url));
        teaser.title = teased.map(str::to_owned);
        let trace = Trace::on();
        let draft = traced(&page, Some(&teaser), rules, &trace);
        // Telling changes nothing.
        assert_eq!(draft, crate::extract::draft(&page, Some(&teaser), rules));
        trace.explanation()
    }

    fn told(explanation: &Explanation, subject: Subject) -> Vec<String> {
        let shown = |told: &&Candidate| {
            format!("{} {} {}", told.verdict, told.from, told.why.clone().unwrap_or_default())
        };
        explanation.of(subject).iter().map(shown).map(|text| text.trim_end().to_owned()).collect()
    }

    #[test]
    fn a_constant_name_and_a_title_that_is_not_shown_have_their_reasons() {
        let html = format!(
            "<title>Cổng thông tin tỉnh</title><meta property=og:title content='Cổng thông tin tỉnh'>\
             <h1>Hội nghị tổng kết năm 2023</h1><div><p>{TEXT}</p><p>{TEXT} Hết.</p></div>"
        );
        let rules = ArticleSelectors::default();
        let explanation = explained(&html, Some("Hội nghị của tỉnh năm 2023"), &rules);
        let constant = "is the site's constant name: it is the page's <title>, and no line of the page shows it";
        let unshown =
            "no line of the page shows it, so it counts only where the page shows no title";
        let last = "is believed last: many sites have one <title> for all their pages";
        assert_eq!(
            told(&explanation, Subject::Title),
            [
                "taken heading".to_owned(),
                format!("passed over teaser {unshown}"),
                format!("passed over meta:og:title {constant}"),
                format!("passed over title-element {last}"),
            ]
        );
        let html =
            format!("<title>Cổng thông tin tỉnh</title><div><p>{TEXT}</p><p>{TEXT} Hết.</p></div>");
        let explanation = explained(&html, None, &rules);
        let alone = "taken title-element is all that there is, and may be the site's constant name";
        assert_eq!(told(&explanation, Subject::Title), [alone]);
    }

    #[test]
    fn what_the_platform_finds_over_other_articles_is_no_title() {
        let html = format!(
            "<meta name=generator content='WordPress 6.1'><h1 class=entry-title>Tin liên quan</h1>\
             <h2>Hội nghị tổng kết năm 2023</h2><div class=entry-content><p>{TEXT}</p></div>"
        );
        let explanation = explained(&html, None, &ArticleSelectors::default());
        assert_eq!(explanation.platform.as_deref(), Some("wordpress"));
        let title = told(&explanation, Subject::Title);
        let other = "passed over platform:wordpress title is the heading over other articles";
        assert!(title.contains(&other.to_owned()), "{title:?}");
    }

    #[test]
    fn selectors_that_find_nothing_and_what_remove_cuts_are_told() {
        let html = format!(
            "<h1>Hội nghị tổng kết năm 2023</h1><div class=a><p>{TEXT}</p><p class=x>Bỏ đi.</p><nav>Menu</nav>\
             <p>Tác giả: Lê Văn An</p></div>"
        );
        let rules = ArticleSelectors {
            date: Some("td.Time".parse().unwrap()),
            body: Some(".a".parse().unwrap()),
            summary: Some("h1".parse().unwrap()),
            remove: vec![".x".parse().unwrap(), ".no".parse().unwrap()],
            ..ArticleSelectors::default()
        };
        let explanation = explained(&html, None, &rules);
        let nothing = "passed over selector:td.Time finds nothing on this page";
        assert_eq!(told(&explanation, Subject::Date), [nothing]);
        let body = told(&explanation, Subject::Body);
        assert_eq!(body[0], "taken selector:.a");
        assert_eq!(body[1], "passed over generic is less sure than selector:.a");
        assert_eq!(body[2], "passed over article.remove \".no\" finds nothing in it");
        let cuts: Vec<_> = explanation.cuts.iter().map(|cut| cut.kind.as_str()).collect();
        assert_eq!(cuts, ["furniture of the page (nav)", "article.remove \".x\"", "byline"]);
        assert_eq!(told(&explanation, Subject::Author), ["taken label:Tác giả"]);
    }

    #[test]
    fn a_guess_that_meets_what_stands_around_an_empty_article_is_told() {
        let html = format!(
            "<title>x</title><h1>{TEXT}</h1><div class=menu><p>Đơn vị</p><p>{TEXT}</p></div>"
        );
        let explanation = explained(&html, None, &ArticleSelectors::default());
        let why = "holds no sentence but the title: it is what stands around an empty article";
        assert_eq!(told(&explanation, Subject::Body), [format!("passed over generic {why}")]);
    }
}
