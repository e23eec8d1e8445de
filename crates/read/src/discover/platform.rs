//! Selectors of article links in listings, by content management system, embedded from
//! `platforms/listings/links.toml`.

use bantin_core::CssSelector;
use scraper::ElementRef;
use serde::Deserialize;
use std::sync::LazyLock;

const FILE: &str = include_str!("../../platforms/listings/links.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LinksFile {
    family: Vec<LinksFileEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LinksFileEntry {
    name: String,
    links: Vec<String>,
}

/// A family of content management systems and the selectors of its article links.
struct LinkFamily {
    name: String,
    links: Vec<CssSelector>,
}

fn read(text: &str) -> Option<Vec<LinkFamily>> {
    let file: LinksFile = toml::from_str(text).ok()?;
    let family = |written: LinksFileEntry| {
        let links: Result<_, _> = written.links.iter().map(|link| link.parse()).collect();
        Some(LinkFamily { name: written.name, links: links.ok()? })
    };
    file.family.into_iter().map(family).collect()
}

/// The family whose link selectors match this link.
pub(super) fn of_link(link: ElementRef<'_>) -> Option<&'static str> {
    // An unreadable file yields no families; a test parses it.
    static FAMILIES: LazyLock<Vec<LinkFamily>> = LazyLock::new(|| read(FILE).unwrap_or_default());
    let matches =
        |family: &&LinkFamily| family.links.iter().any(|rule| rule.compiled().matches(&link));
    FAMILIES.iter().find(matches).map(|family| family.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bantin_page::{Dom, SafeHtml};

    #[test]
    fn the_file_of_rules_can_be_read() {
        assert!(read(FILE).unwrap().iter().all(|family| !family.links.is_empty()));
    }

    #[test]
    fn a_link_tells_the_family_of_its_listing() {
        #[track_caller]
        fn check(html: &str, expected: Option<&str>) {
            let dom = Dom::parse(&SafeHtml::check(html.to_owned()).unwrap()).unwrap();
            let link =
                dom.tree().root_element().descendent_elements().find(|e| e.value().name() == "a");
            assert_eq!(of_link(link.unwrap()), expected, "{html}");
        }
        check("<table><tr><td class=TitleFront><a href=a>A", Some("sharepoint-2010-lacviet"));
        check("<div id=ctl00_g_1_ctl00_pnListNews><h3><a href=a>A", Some("spwebpartmanager"));
        check("<a href='/Lists/Tin/DispForm.aspx?ID=7'>A", Some("sharepoint"));
        check("<div id=p_p_id_101_INSTANCE_x_><h3><a href=a>A", Some("liferay"));
        check("<div class='news_column panel'><h3><a href=a>A", Some("nukeviet"));
        check("<div class='DnnModule x'><li><h3><a href=a>A", Some("dnn"));
        check("<a data-linktype=newsdetail href=a>A", Some("mediacdn"));
        check("<h2 class=entry-title><a rel=bookmark href=a>A", Some("wordpress"));
        check("<div class=menu><a href=a>A", None);
    }
}
