//! Removes the parts of a page that are not article content: navigation, ribbons, counters, share
//! boxes, comments.

use bantin_core::CssSelector;
use ego_tree::{NodeId, NodeRef};
use scraper::node::Element;
use scraper::{Html, Node};

/// Elements that contain no article text.
const NAMES: [&str; 14] = [
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "input",
    "select", "textarea", "button", "nav", "footer",
];
const ROLES: [&str; 3] = ["navigation", "contentinfo", "search"];
const IDS: [&str; 6] =
    ["s4-ribbonrow", "s4-leftpanel", "s4-topheader2", "footer", "breadcrumb", "comments"];
/// Classes of page boilerplate, of all families. `noindex` is missing here: SharePoint sets it on
/// the web part that contains the article.
const CLASSES: [&str; 37] = [
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
    "fb-like",
    "fb-share-button",
    "fb-comments",
    "addthis_toolbox",
    "addthis_inline_share_toolbox",
    "sharethis",
    "social-share",
    "share-buttons",
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
    "sr-only",
    "visually-hidden",
];

/// Removes the boilerplate of a page in one walk; one big selector took longer than the rest of the
/// extraction. Returns the removed elements.
pub(super) fn remove_page_boilerplate(tree: &mut Html) -> Vec<NodeId> {
    let mut furniture = Vec::new();
    let mut next = Some(tree.tree.root());
    while let Some(node) = next {
        let is_furniture = node.value().as_element().is_some_and(|element| match element.name() {
            "html" | "body" => false,
            "header" if is_inside_body(node) => true,
            _ => is_page_boilerplate(element),
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
            "class" => value.split_ascii_whitespace().any(|class| CLASSES.contains(&class)),
            "id" => IDS.contains(&value),
            "role" => ROLES.contains(&value),
            "hidden" => true,
            "style" => is_hidden(value),
            _ => false,
        })
}

fn is_hidden(style: &str) -> bool {
    style.split(';').filter_map(|declaration| declaration.split_once(':')).any(|(name, value)| {
        name.trim().eq_ignore_ascii_case("display")
            && value.trim().get(..4).is_some_and(|value| value.eq_ignore_ascii_case("none"))
    })
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
    use bantin_page::{Dom, SafeHtml, dom::text_of};

    #[test]
    fn furniture_is_cut_and_the_article_stays() {
        let html = "<div class='ms-WPBody noindex'><a class=ms-accessible>Skip</a><p>một</p><div style='display: none'>x</div></div>\
                    <nav>menu</nav><footer>chân</footer>";
        let mut dom = Dom::parse(&SafeHtml::check(html.to_owned()).unwrap()).unwrap();
        remove_page_boilerplate(dom.tree_mut());
        assert_eq!(text_of(dom.tree().root_element()), "một");
    }

    #[test]
    fn a_page_that_hides_itself_is_not_cut_away() {
        let html = "<html style='display:none'><body hidden><p>một</p><p hidden>hai</p>";
        let mut dom = Dom::parse(&SafeHtml::check(html.to_owned()).unwrap()).unwrap();
        remove_page_boilerplate(dom.tree_mut());
        remove(dom.tree_mut(), &"html".parse().unwrap());
        assert_eq!(text_of(dom.tree().root_element()), "một");
    }
}
