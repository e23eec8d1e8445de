//! What stands on a page and is no part of any article: navigation, ribbons, counters, share boxes, comments.

use crate::model::Selector;
use ego_tree::NodeId;
use scraper::Html;
use std::sync::LazyLock;

/// The furniture of pages of all families. `noindex` is not here: SharePoint sets it on the web part that holds the article.
const FURNITURE: &str = "script, style, noscript, template, iframe, object, embed, svg, input, select, textarea, button, \
    nav, footer, body > header, [role=navigation], [role=contentinfo], [role=search], [hidden], \
    [style*='display:none'], [style*='display: none'], #s4-ribbonrow, #s4-leftpanel, #s4-topheader2, .s4-notdlg, .s4-tn, \
    .s4-ql, .ms-accessible, .ms-acc-button, .ms-SkiptoNavigation, .ms-SkiptoMainContent, .ms-quickLaunch, .ms-cui-ribbon, #footer, .footer, \
    #breadcrumb, .breadcrumb, .breadcrumbs, .fb-like, .fb-share-button, .fb-comments, .addthis_toolbox, .addthis_inline_share_toolbox, .sharethis, \
    .social-share, .share-buttons, .css_linkstoweb, #comments, .comment-form, .comment-respond, .related, .related-news, .related-posts, \
    .tinlienquan, .tin-lien-quan, .tinkhac, .tin-khac, .tbtinkhac, .other-news, .othernews, .pagination, .htvb_Att_img";

/// Cuts the furniture out of a page.
pub(super) fn cut(tree: &mut Html) {
    static SELECTOR: LazyLock<Option<Selector>> = LazyLock::new(|| FURNITURE.parse().ok());
    remove(tree, SELECTOR.iter());
}

/// Cuts out whatever the selectors find, but never the page itself: some hide their `body` until a script has run.
pub(super) fn remove<'a>(tree: &mut Html, selectors: impl Iterator<Item = &'a Selector>) {
    for selector in selectors {
        let found: Vec<NodeId> = tree
            .select(selector.compiled())
            .filter(|element| !matches!(element.value().name(), "html" | "body"))
            .map(|element| element.id())
            .collect();
        for id in found {
            if let Some(mut node) = tree.tree.get_mut(id) {
                node.detach();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Dom, SafeHtml, dom::text_of};

    #[test]
    fn furniture_is_cut_and_the_article_stays() {
        assert!(FURNITURE.parse::<Selector>().is_ok());
        let html = "<div class='ms-WPBody noindex'><a class=ms-accessible>Skip</a><p>một</p><div style='display: none'>x</div></div>\
                    <nav>menu</nav><footer>chân</footer>";
        let mut dom = Dom::parse(&SafeHtml::check(html.to_owned()).unwrap());
        cut(dom.tree_mut());
        assert_eq!(text_of(dom.tree().root_element()), "một");
    }

    #[test]
    fn a_page_that_hides_itself_is_not_cut_away() {
        let html = "<html style='display:none'><body hidden><p>một</p><p hidden>hai</p>";
        let mut dom = Dom::parse(&SafeHtml::check(html.to_owned()).unwrap());
        cut(dom.tree_mut());
        remove(dom.tree_mut(), ["html".parse().unwrap()].iter());
        assert_eq!(text_of(dom.tree().root_element()), "một");
    }
}
