//! News pages in many languages: headlines, subtitles, bylines, sources and what stands beside the
//! text.

use super::*;
use bantin_core::text::date;

const HEADLINE: &str =
    "Harbour bridge stays closed until the autumn, the county says after a survey";
const ONE: &str = "The bridge over the harbour has been closed since the flood of last year, and the shops on both banks have lost most of their trade since then.";
const TWO: &str = "The survey found rust in eleven of the forty pillars, and the county wants to replace them before the first heavy lorry may cross again.";
const THREE: &str = "A ferry for people on foot leaves every half an hour, and the fare is paid by the county until the works come to their end next year.";

/// The draft of a page in English, with a part of its head, lines above and below its text.
fn draft_of(head: &str, headline: &str, above: &str, between: &str, below: &str) -> Draft {
    let html = format!(
        "<html lang=en><head><meta charset=utf-8>{head}</head><body><div class=top><a href=/>The Quay</a>\
         <ul><li><a href=/a>News</a></li><li><a href=/b>Sport</a></li></ul></div><div class=story>{headline}{above}\
         <div class=words><p>{ONE}</p>{between}<p>{TWO}</p><p>{THREE}</p>{below}</div></div></body></html>"
    );
    let page = page("https://quay.example/news/7", &html);
    draft(&page, None, &ArticleSelectors::default()).unwrap()
}

/// A draft of a page with lines above its text, between its paragraphs and below them.
fn around(above: &str, between: &str, below: &str) -> Draft {
    let headline = format!("<h1>{HEADLINE}</h1>");
    draft_of(&format!("<title>{HEADLINE}</title>"), &headline, above, between, below)
}

fn value(found: Option<Extracted<String>>) -> String {
    found.map(|found| found.value).unwrap_or_default()
}

#[track_caller]
fn check_source(above: &str, below: &str, expected: &str) {
    let draft = around(above, "", below);
    let lines = body_lines(&draft);
    assert_eq!(value(draft.source_line), expected, "{above} {below}");
    if !expected.is_empty() {
        assert_eq!(lines, [ONE, TWO, THREE], "{above} {below}");
    }
}

#[track_caller]
fn check_author(above: &str, below: &str, expected: &str) {
    let draft = around(above, "", below);
    assert_eq!(value(draft.author), expected, "{above} {below}");
}

/// Checks that lines between and below the paragraphs are no text.
#[track_caller]
fn check_cut(between: &str, below: &str) {
    let draft = around("", between, below);
    assert_eq!(body_lines(&draft), [ONE, TWO, THREE], "{between} {below}");
}

#[test]
fn a_headline_that_goes_on_behind_the_declared_title_is_whole() {
    let head = "<title>Harbour bridge stays closed - The Quay</title><meta property=og:title content='Harbour bridge stays closed'>";
    for whole in [
        "Harbour bridge stays closed, county blames rust",
        "Harbour bridge stays closed: “We need the ferry”",
    ] {
        let draft = draft_of(head, &format!("<h1>{whole}</h1>"), "", "", "");
        assert_eq!(value(draft.title), whole);
    }
    let draft = draft_of(head, "<h1>Harbour bridge stays closed</h1>", "", "", "");
    assert_eq!(value(draft.title), "Harbour bridge stays closed");
}

#[test]
fn a_kicker_in_an_element_of_the_headline_is_no_part_of_it() {
    let head = "<title>Quay: Bridge stays shut</title>";
    for class in ["kicker", "story-headline__overline", "articleEyebrow"] {
        let headline =
            format!("<h1><span class={class}>Traffic</span> <span>{HEADLINE}</span></h1>");
        assert_eq!(value(draft_of(head, &headline, "", "", "").title), HEADLINE, "{class}");
    }
    // A declared title with the kicker, or another element, leaves the headline whole.
    let headline = format!("<h1><span class=kicker>Traffic</span> {HEADLINE}</h1>");
    let head = format!("<meta property=og:title content='Traffic {HEADLINE}'>");
    let whole = format!("Traffic {HEADLINE}");
    assert_eq!(value(draft_of(&head, &headline, "", "", "").title), whole);
    let headline = format!("<h1><span class=first>Traffic</span> {HEADLINE}</h1>");
    assert_eq!(value(draft_of("", &headline, "", "", "").title), whole);
}

#[test]
fn a_sentence_in_a_heading_below_the_headline_is_the_lead() {
    let subtitle = "The county will replace eleven pillars, and nobody knows who pays";
    let draft = around(&format!("<div><h2>{subtitle}</h2></div>"), "", "");
    assert_eq!(body_lines(&draft), [subtitle, ONE, TWO, THREE]);
    for other in [
        format!("<div><h2><a href=/x>{subtitle}</a></h2></div>"),
        format!("<div><h3>{subtitle}</h3></div>"),
        "<div><h2>In short</h2></div>".to_owned(),
        format!("<div><h2>{HEADLINE}</h2></div>"),
    ] {
        assert_eq!(body_lines(&around(&other, "", "")), [ONE, TWO, THREE], "{other}");
    }
}

#[test]
fn paragraphs_behind_a_paywall_are_text() {
    let html = format!(
        "<title>{HEADLINE}</title><article><h1>{HEADLINE}</h1><p>{ONE}</p><p class=text--paywall>{TWO}</p>\
         <h2>Why</h2><p class=text--paywall>{THREE}</p><div class=paywall><p>Read on for a pound</p></div></article>"
    );
    let page = page("https://quay.example/news/7", &html);
    let draft = draft(&page, None, &ArticleSelectors::default()).unwrap();
    assert_eq!(body_lines(&draft), [ONE, TWO, "Why", THREE]);
}

#[test]
fn a_source_is_read_behind_labels_of_many_languages() {
    for (line, source) in [
        ("<p>Quelle: Hafenblatt</p>", "Hafenblatt"),
        ("<p><b>Sumber : Kantor Muara</b></p>", "Kantor Muara"),
        ("<p><em>Con información de Agencia Sol</em></p>", "Agencia Sol"),
        ("<p>Źródło: <a href=https://gazeta.example/x>Gazeta Leśna</a></p>", "Gazeta Leśna"),
        ("<div>По материалам: Вестник Леса</div>", "Вестник Леса"),
        ("<p>(Lagoon News Service)</p>", "Lagoon News Service"),
        ("<p><i>- from the Two-Rivers Courier</i></p>", "Two-Rivers Courier"),
        ("<p>Quelle: Hafenblatt</p><p>(abc/de)</p>", "Hafenblatt"),
        ("<p>Text: Jane Doe</p><p>Foto: Mia Roe</p><p>Fonte: Il Golfo</p>", "Il Golfo"),
    ] {
        check_source("", line, source);
    }
    check_source("<p>2024-04-18 09:26 来源：云山晚报 字号：大</p>", "", "云山晚报");
    // Below a picture or a table it is that of the picture.
    for other in [
        "<p><img src=/map.png></p><p>Source: Map Office</p>",
        "<figure><img src=/map.png><figcaption>Source: Map Office</figcaption></figure>",
        "<table><tr><td>Pillars</td><td>40</td></tr></table><p>Source: Map Office</p>",
        "<p>Source of the trouble is the rust.</p>",
    ] {
        check_source("", other, "");
    }
}

#[test]
fn an_agency_that_is_declared_the_author_is_the_source_too() {
    let head = format!("<title>{HEADLINE}</title><meta name=author content='Lagoon News Agency'>");
    let draft = draft_of(&head, &format!("<h1>{HEADLINE}</h1>"), "", "", "");
    assert_eq!(
        (value(draft.author), value(draft.source_line)),
        ("Lagoon News Agency".to_owned(), "Lagoon News Agency".to_owned())
    );
}

#[test]
fn bylines_are_found_among_facts_and_below_the_text() {
    check_author("<p>12.05.2024 | 300 читателей | Автор: Иван Петров</p>", "", "Иван Петров");
    check_author(
        "<p>Posted on 2024-05-12 by Jane Doe in <a href=/w>works</a>. 3 min read.</p>",
        "",
        "Jane Doe",
    );
    check_author("<ul><li>Words: Jane Doe</li><li>Photography: Mia Roe</li></ul>", "", "Jane Doe");
    check_author("", "<p align=right>Текст: Иван Петров<br>Фото: Пётр Иванов</p>", "Иван Петров");
    check_author(
        "",
        "<div><h3>この記事を書いた人</h3><dl><dt>山川遥香</dt></dl></div>",
        "山川遥香",
    );
    // The teaser of another article has a byline of its own.
    let teaser = "<h3>Read next</h3><div><a href=/x>Eels</a></div><p>Words: Joe Poe</p>";
    check_author("", teaser, "");
}

#[test]
fn bylines_and_invitations_are_no_text() {
    for above in
        ["<p>By Jane Doe and Mia Roe</p>", "<p class=who>Von Jane Doe</p>", "<p>di Jane Doe</p>"]
    {
        let draft = around("", "", "");
        let with = around(above, "", "");
        assert_eq!(body_lines(&with), body_lines(&draft), "{above}");
        check_cut(above, "");
    }
    for between in [
        "<div><span>Promoted</span><p>Listen to new songs</p></div>",
        "<p><a href=/c>Clique aqui para seguir o canal</a></p>",
        "<p>Suscríbete para seguir leyendo</p>",
        "<p>SCROLL TO CONTINUE WITH CONTENT</p>",
        "<p>Просмотров: 918</p>",
    ] {
        check_cut(between, "");
    }
    for below in [
        "<p>(abc/de)</p>",
        "<p>[责任编辑：王芳]</p>",
        "<p><i>(This story has not been edited by our staff.)</i></p>",
        "<p>Oceń artykuł: ★★★★☆</p>",
        "<h3>Opinie (12)</h3><div><b>jan</b><p>I waited twenty minutes for the ferry on Monday, and nobody came to tell us why it did not leave.</p></div>",
    ] {
        check_cut("", below);
    }
    // What only looks like it stays.
    let kept = "Von Berlin nach Bad Ems fahren";
    let draft = around("", &format!("<p>{kept}</p>"), "");
    assert_eq!(body_lines(&draft), [ONE, kept, TWO, THREE]);
}

#[test]
fn the_day_of_a_press_release_stands_behind_its_number() {
    for (line, day) in [
        ("Pressemitteilung Nr. 87/2024 vom 03.05.2024", "2024-05-03"),
        ("Communiqué de presse du 3 mai 2024", "2024-05-03"),
        ("Press release no. 12, 3 May 2024", "2024-05-03"),
    ] {
        let headline = format!("<p class=k>{line}</p><h1>{HEADLINE}</h1>");
        let draft = draft_of(&format!("<title>{HEADLINE}</title>"), &headline, "", "", "");
        let found = draft.dates.first().and_then(|date| date::find(&date.value));
        assert_eq!(found.map(|found| found.day.to_string()).as_deref(), Some(day), "{line}");
    }
}
