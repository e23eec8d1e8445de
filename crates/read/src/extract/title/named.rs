//! Lines that a theme names as the title of an article, by the class or id of their element.

use crate::extract::lines::TextLine;
use bantin_page::{Dom, dom::text_of, plain};
use scraper::ElementRef;

/// Parts of the classes and ids of titles, in lower case.
const TITLES: [&str; 18] = [
    "title",
    "tieude",
    "tieu-de",
    "tieu_de",
    "headline",
    "heading",
    "tenbai",
    "ten-bai",
    "tentin",
    "ten-tin",
    "post-name",
    "news-name",
    "entry-name",
    "bai-ten",
    "baiten",
    "tdbai",
    "trichyeu",
    "trich-yeu",
];
/// Whole words of them.
const WORDS: [&str; 4] = ["head", "tit", "ttl", "td"];
/// Parts of those of other headings: of boxes, sections, sites and pictures.
const OTHERS: [&str; 16] = [
    "sub", "site", "box", "block", "widget", "module", "section", "nav", "menu", "footer",
    "related", "other", "image", "logo", "khac", "side",
];

/// Whether the class or id of an element names it the title of an article.
fn is_title_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    // Design systems name the look of a heading.
    let look = lower.strip_prefix("text-").unwrap_or(&lower);
    if matches!(look, "h1" | "h2" | "h3" | "h4" | "h5") {
        return true;
    }
    let is_word = |word: &str| WORDS.contains(&word);
    // DotNetNuke names the headings of modules `Head`, and those of articles `SubHead`, too.
    if lower == "subhead" {
        return true;
    }
    (TITLES.iter().any(|word| lower.contains(word))
        || lower.split(|c: char| !c.is_ascii_alphanumeric()).any(is_word))
        && !OTHERS.iter().any(|word| lower.contains(word))
}

/// Whether a line is all the text of an element with such a name.
pub(super) fn is_named(dom: &Dom, line: &TextLine) -> bool {
    let first = line.nodes_in(dom.tree()).find(|node| {
        node.value().as_text().is_some_and(|text| !plain::line(&text.text).is_empty())
    });
    let around = first.into_iter().flat_map(|node| node.ancestors()).filter_map(ElementRef::wrap);
    around
        .take_while(|element| plain::line(&text_of(*element)) == line.text)
        .any(|element| names_title(element.value()))
}

fn names_title(element: &scraper::node::Element) -> bool {
    let attributes = element.attrs().filter(|(name, _)| matches!(*name, "class" | "id"));
    let is_custom = |name: &str| name.contains('-') && is_title_name(name);
    is_custom(element.name())
        || attributes.flat_map(|(_, value)| value.split_ascii_whitespace()).any(is_title_name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::lines;
    use bantin_page::SafeHtml;

    #[track_caller]
    fn check(html: &str, expected: bool) {
        let dom = Dom::parse(&SafeHtml::check(html.to_owned()).unwrap()).unwrap();
        let lines = lines::lines(*dom.tree().root_element());
        assert_eq!(is_named(&dom, &lines[0]), expected, "{html}");
    }

    #[test]
    fn classes_and_ids_name_the_title_of_an_article() {
        for html in [
            "<div class=tieu-de><span>Hội thi nấu ăn</span></div>",
            "<span id='ctl00_Main_lblTieuDe'>Hội thi nấu ăn</span><br>12/5/2024",
            "<table><tr><td class='contentheading' width=90%>Hội thi nấu ăn</td></table>",
            "<p class='news-detail__title big'>Hội thi nấu ăn</p>",
            "<span class=articleTitle>Hội thi nấu ăn</span>",
            "<div class=Headline>Hội thi nấu ăn</div>",
        ] {
            check(html, true);
        }
        for html in [
            "<div class=box-title>Hội thi nấu ăn</div>",
            "<div class=title>Hội thi <p>nấu ăn</p></div>",
            "<div class=sub-title>Hội thi nấu ăn</div>",
            "<div class=text>Hội thi nấu ăn</div>",
            "<div class=siteTitle>Hội thi nấu ăn</div>",
        ] {
            check(html, false);
        }
    }
}
