//! Removes the parts of a page that are not article content: navigation, ribbons, counters, share
//! boxes, comments.

use super::line_breaks::names_title;
use super::streamed;
use crate::embed;
use crate::image;
use bantin_core::CssSelector;
use bantin_page::{dom::text_of, plain};
use ego_tree::{NodeId, NodeRef};
use scraper::node::Element;
use scraper::{ElementRef, Html, Node};

/// Elements that contain no article text.
const NAMES: [&str; 11] = [
    "script", "style", "template", "svg", "input", "select", "textarea", "button", "nav", "footer",
    "marquee",
];
const ROLES: [&str; 3] = ["navigation", "contentinfo", "search"];
const IDS: [&str; 6] =
    ["s4-ribbonrow", "s4-leftpanel", "s4-topheader2", "footer", "breadcrumb", "comments"];
/// Classes of page boilerplate, of all families. `noindex` is missing here: SharePoint sets it on
/// the web part that contains the article.
const CLASSES: [&str; 30] = [
    "s4-notdlg",
    "s4-tn",
    "s4-ql",
    "ms-accessible",
    "ms-acc-button",
    "ms-SkiptoNavigation",
    "ms-SkiptoMainContent",
    "ms-quickLaunch",
    "ms-cui-ribbon",
    "footer",
    "breadcrumb",
    "breadcrumbs",
    "css_linkstoweb",
    "comment-form",
    "comment-respond",
    "related",
    "related-news",
    "related-posts",
    "tinlienquan",
    "tin-lien-quan",
    "tinkhac",
    "tin-khac",
    "tbtinkhac",
    "other-news",
    "othernews",
    "pagination",
    "htvb_Att_img",
    // The formula as it is drawn; the same is there as MathML.
    "katex-html",
    "sr-only",
    "visually-hidden",
];

/// Classes of the elements that a script fills with buttons.
const WIDGETS: [&str; 8] = [
    "fb-like",
    "fb-share-button",
    "fb-comments",
    "addthis_toolbox",
    "addthis_inline_share_toolbox",
    "sharethis",
    "social-share",
    "share-buttons",
];

/// Removes the boilerplate of a page in one walk; one big selector took longer than the rest of the
/// extraction. Returns the removed elements.
///
/// A hidden element stays if the structured data declare its text to be the article's: a script
/// shows it.
pub(super) fn remove_page_boilerplate(tree: &mut Html, article: Option<&str>) -> Vec<NodeId> {
    let mut furniture = Vec::new();
    let mut next = Some(tree.tree.root());
    while let Some(node) = next {
        let is_furniture = node.value().as_element().is_some_and(|element| match element.name() {
            "html" | "body" => false,
            "header" if is_inside_body(node) => !begins_article(node),
            "noscript" => !image::is_fallback(node),
            name if embed::is_embedding(name) => !embed::is_embed(node),
            _ if is_page_boilerplate(element) => {
                !(is_widget(element) && holds_text(node) || holds_content(node, element))
            }
            _ if names_web_part(element) => has_headline(node),
            _ => {
                is_invisible(element)
                    && !streamed::is_part(element)
                    && !article.is_some_and(|text| is_declared(node, text))
            }
        });
        if is_furniture {
            furniture.push(node.id());
        }
        // Its descendants are removed with it.
        let inner = node.first_child().filter(|_| !is_furniture);
        next = inner.or_else(|| {
            std::iter::successors(Some(node), |node| node.parent())
                .find_map(|node| node.next_sibling())
        });
    }
    detach(tree, &furniture);
    furniture
}

fn is_page_boilerplate(element: &Element) -> bool {
    NAMES.contains(&element.name())
        || element.attrs().any(|(name, value)| match name {
            "class" => value
                .split_ascii_whitespace()
                .any(|class| CLASSES.contains(&class) || WIDGETS.contains(&class)),
            "id" => IDS.contains(&value),
            "role" => ROLES.contains(&value),
            _ => false,
        })
}

fn is_widget(element: &Element) -> bool {
    element.classes().any(|class| WIDGETS.contains(&class))
}

/// Whether SharePoint shows an element only outside of dialogs, as it does with what surrounds the
/// content of a page, but the content is in it.
fn holds_content(node: NodeRef<'_, Node>, element: &Element) -> bool {
    const CONTENT: [&str; 2] = ["MSO_ContentDiv", "DeltaPlaceHolderMain"];
    let is_content = |inner: NodeRef<'_, Node>| {
        let id = inner.value().as_element().and_then(|element| element.attr("id"));
        id.is_some_and(|id| CONTENT.contains(&id))
    };
    element.classes().any(|class| class == "s4-notdlg") && node.descendants().any(is_content)
}

/// Whether an element is the name of a web part of SharePoint.
fn names_web_part(element: &Element) -> bool {
    element.classes().any(|class| class == "ms-webpart-chrome-title")
}

/// Whether the part below its name has a headline of its own, by an element or a class.
fn has_headline(name: NodeRef<'_, Node>) -> bool {
    /// Number of elements in which the headline is looked for.
    const NEAR: usize = 12;
    let below = name.next_siblings().flat_map(|part| part.descendants());
    below
        .filter_map(|node| node.value().as_element())
        .take(NEAR)
        .any(|element| matches!(element.name(), "h1" | "h2" | "h3" | "h4") || names_title(element))
}

/// Whether an element contains a paragraph: a widget that its page does not close contains the rest
/// of the page.
fn holds_text(node: NodeRef<'_, Node>) -> bool {
    /// Minimum length in bytes; longer than an invitation to share.
    const PARAGRAPH: usize = 120;
    const BARE_TEXT: usize = 150;
    node.descendants().any(|inner| match inner.value() {
        Node::Text(text) => {
            let length = text.text.trim().len();
            let above = || inner.parent().and_then(|above| above.value().as_element());
            let is_paragraph = || above().is_some_and(|above| above.name() == "p");
            length >= BARE_TEXT || length >= PARAGRAPH && is_paragraph()
        }
        _ => false,
    })
}

fn is_invisible(element: &Element) -> bool {
    element.attrs().any(|(name, value)| match name {
        "hidden" => true,
        "style" => is_hidden(value),
        _ => false,
    })
}

/// Whether the first paragraph of an element is part of the declared text of the article, and occurs
/// only once on the page: some pages hide a second copy of their text.
fn is_declared(node: NodeRef<'_, Node>, article: &str) -> bool {
    /// The beginning that is compared; shorter paragraphs occur anywhere.
    const TELLING: usize = 40;
    let Some(element) = ElementRef::wrap(node) else { return false };
    let text = text_of(element);
    let first = text.lines().map(plain::line).find(|line| line.chars().count() >= TELLING);
    let Some(first) = first else { return false };
    let beginning: String = first.chars().take(TELLING).collect();
    if !article.contains(&beginning) {
        return false;
    }
    let page = node.ancestors().last().into_iter().flat_map(|root| root.descendants());
    let copies = page.filter(|node| {
        let is_script = node.parent().and_then(|above| above.value().as_element());
        let is_script = is_script.is_some_and(|above| matches!(above.name(), "script" | "style"));
        let text = node.value().as_text().filter(|_| !is_script);
        text.is_some_and(|text| plain::line(&text.text).contains(&beginning))
    });
    copies.take(2).count() < 2
}

fn is_hidden(style: &str) -> bool {
    style.split(';').filter_map(|declaration| declaration.split_once(':')).any(|(name, value)| {
        name.trim().eq_ignore_ascii_case("display")
            && value.trim().get(..4).is_some_and(|value| value.eq_ignore_ascii_case("none"))
    })
}

/// Whether a header has a heading and a paragraph: the title of an article and its lead.
fn begins_article(node: NodeRef<'_, Node>) -> bool {
    /// Minimum length of a headline, in characters; longer than the name of most sites.
    const HEADLINE: usize = 25;
    /// Minimum length of a lead, in characters; longer than a postal address.
    const LEAD: usize = 120;
    // Only the outermost long element of a kind is read.
    let first_long = |name: &str, length: usize| {
        let elements = node.descendants().filter_map(ElementRef::wrap);
        let texts = elements
            .filter(|element| element.value().name() == name)
            .map(|element| plain::line(&text_of(element)));
        texts.into_iter().find(|text| text.chars().count() >= length)
    };
    first_long("h1", HEADLINE).is_some()
        && first_long("p", LEAD).is_some_and(|lead| lead.ends_with(['.', '!', '?', '…']))
}

fn is_inside_body(node: NodeRef<'_, Node>) -> bool {
    let parent = node.parent().and_then(|parent| parent.value().as_element());
    parent.is_some_and(|parent| parent.name() == "body")
}

/// Removes the elements that a selector matches, except the page itself: some pages hide their
/// `body` until a script has run. Returns all matches.
pub(super) fn remove(tree: &mut Html, selector: &CssSelector) -> Vec<NodeId> {
    let found: Vec<NodeId> = tree.select(selector.compiled()).map(|element| element.id()).collect();
    detach(tree, &found);
    found
}

fn detach(tree: &mut Html, nodes: &[NodeId]) {
    for id in nodes {
        let Some(mut node) = tree.tree.get_mut(*id) else { continue };
        if !node
            .value()
            .as_element()
            .is_some_and(|element| matches!(element.name(), "html" | "body"))
        {
            node.detach();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bantin_page::{Dom, SafeHtml};

    /// The text of a page without its boilerplate.
    fn left(html: &str, article: Option<&str>) -> String {
        let mut dom = Dom::parse(&SafeHtml::check(html.to_owned()).unwrap()).unwrap();
        remove_page_boilerplate(dom.tree_mut(), article);
        text_of(dom.tree().root_element())
    }

    #[test]
    fn furniture_is_cut_and_the_article_stays() {
        let html = "<div class='ms-WPBody noindex'><a class=ms-accessible>Skip</a><p>một</p><div style='display: none'>x</div></div>\
                    <nav>menu</nav><footer>chân</footer>";
        assert_eq!(left(html, None), "một");
    }

    #[test]
    fn hidden_text_stays_if_the_page_declares_it_to_be_the_articles() {
        const TEXT: &str = "Sáng nay, cơ quan đã tổ chức hội nghị với sự tham dự của đại biểu.";
        #[track_caller]
        fn check(body: &str, article: Option<&str>, expected: usize) {
            assert_eq!(left(body, article).matches(TEXT).count(), expected, "{body}");
        }
        let hidden = format!("<div hidden><p>{TEXT}</p></div>");
        let declared = format!("Mở đầu. {TEXT} Hết.");
        check(&hidden, Some(&declared), 1);
        check(&hidden, Some("Một bài khác hẳn, chẳng nói gì về hội nghị."), 0);
        check(&hidden, None, 0);
        check(&format!("<p>{TEXT}</p>{hidden}"), Some(&declared), 1);
        check(&format!("<p>Mở đầu. {TEXT}</p>{hidden}"), Some(&declared), 1);
    }

    #[test]
    fn what_dialogs_do_not_show_may_hold_the_article() {
        const TEXT: &str = "Sáng nay, cơ quan đã tổ chức hội nghị tổng kết với sự tham dự của đông đảo đại biểu các sở, ngành.";
        #[track_caller]
        fn check(body: &str, expected: bool) {
            assert_eq!(left(body, None).contains("hội nghị"), expected, "{body}");
        }
        check(&format!("<div class=s4-notdlg id=MSO_ContentDiv><p>{TEXT}</p></div>"), true);
        check(&format!("<div class=s4-notdlg><p>{TEXT}</p><p>{TEXT}</p></div>"), false);
        check(&format!("<div class=s4-notdlg>{TEXT}</div>"), false);
        check("<div class=s4-notdlg><ul><li>Các hội nghị</ul></div>", false);
        let part = "<div class=ms-webpart-chrome-title><h2>Tin hội nghị</h2></div>";
        check(&format!("<div>{part}<div><div class=bai-title>Một</div></div></div>"), false);
        check(&format!("<div>{part}<div><p>Một</p></div></div>"), true);
    }

    #[test]
    fn a_wrapper_of_the_article_is_no_button() {
        const TEXT: &str = "Sáng nay, cơ quan đã tổ chức hội nghị tổng kết với sự tham dự của đông đảo đại biểu các sở, ngành.";
        #[track_caller]
        fn check(body: &str, expected: bool) {
            assert_eq!(left(body, None).contains(TEXT), expected, "{body}");
        }
        for class in ["post fb-like", "sharethis", "social-share left", "addthis_toolbox"] {
            check(&format!("<h1>Hội nghị</h1><div class='{class}'><p>{TEXT}</p></div>"), true);
            check(&format!("<h1>Hội nghị</h1><div class='{class}'>{TEXT}</div>"), false);
        }
        check(&format!("<div class=related><h3>Tin khác</h3><p>{TEXT}</p></div>"), false);
        check(&format!("<div id=comments><p>{TEXT}</p></div>"), false);
        check(&format!("<nav class=fb-like>Chia sẻ</nav><footer>{TEXT}</footer>"), false);
    }

    #[test]
    fn a_part_that_a_script_moves_to_its_place_stays() {
        const TEXT: &str = "Sáng nay, cơ quan đã tổ chức hội nghị với sự tham dự của đại biểu.";
        #[track_caller]
        fn check(body: &str, expected: bool) {
            assert_eq!(left(body, None).contains(TEXT), expected, "{body}");
        }
        check(&format!("<template id=B:0></template><div hidden id=S:0><p>{TEXT}</p></div>"), true);
        check(&format!("<main>…</main><div hidden='' id='S:1f'><p>{TEXT}</p></div>"), true);
        check(&format!("<div hidden id=search><p>{TEXT}</p></div>"), false);
        check(&format!("<div hidden id=s0><p>{TEXT}</p></div>"), false);
        check(&format!("<div id=S:0 style='display:none'><p>{TEXT}</p></div>"), false);
    }

    #[test]
    fn a_page_that_hides_itself_is_not_cut_away() {
        let html = "<html style='display:none'><body hidden><p>một</p><p hidden>hai</p>";
        let mut dom = Dom::parse(&SafeHtml::check(html.to_owned()).unwrap()).unwrap();
        remove_page_boilerplate(dom.tree_mut(), None);
        remove(dom.tree_mut(), &"html".parse().unwrap());
        assert_eq!(text_of(dom.tree().root_element()), "một");
    }
}
