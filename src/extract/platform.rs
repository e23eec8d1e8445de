//! Rules for families of content management systems: `platforms/*.toml`, embedded.
//!
//! The rules are data, so that a new family is a new file. Their form is described in `platforms/README.md`.

use crate::model::Selector;
use crate::page::Dom;
use serde::Deserialize;
use std::sync::LazyLock;

/// The files, in the order in which they are tried: the narrower family first.
const FILES: [&str; 7] = [
    include_str!("../../platforms/sharepoint-2010-lacviet.toml"),
    include_str!("../../platforms/spwebpartmanager.toml"),
    include_str!("../../platforms/nukeviet.toml"),
    include_str!("../../platforms/liferay.toml"),
    include_str!("../../platforms/wordpress.toml"),
    include_str!("../../platforms/dnn.toml"),
    include_str!("../../platforms/sharepoint-2013.toml"),
];

/// A family and where the fields of its articles are.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Platform {
    /// Its name in a provenance.
    pub name: String,
    generator: Vec<String>,
    marks: Vec<Rule>,
    /// Its selectors.
    pub article: Fields,
}

/// Selectors for each field, the best first.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fields {
    /// The title.
    pub title: Vec<Rule>,
    /// The lead.
    pub summary: Vec<Rule>,
    /// The body.
    pub body: Vec<Rule>,
    /// The date.
    pub date: Vec<Rule>,
    /// The author.
    pub author: Vec<Rule>,
    /// The source line.
    pub source: Vec<Rule>,
    /// Links to files.
    pub attachment: Vec<Rule>,
    /// What is cut out of the body.
    pub remove: Vec<Rule>,
}

/// A selector in a file of rules.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Rule(pub Selector);

impl TryFrom<String> for Rule {
    type Error = crate::model::SelectorError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self)
    }
}

/// The family that a page is of.
pub fn recognise(dom: &Dom) -> Option<&'static Platform> {
    static PLATFORMS: LazyLock<Vec<Platform>> = LazyLock::new(|| {
        // A file that cannot be read is left out; a test reads them all.
        FILES.iter().filter_map(|text| toml::from_str(text).ok()).collect()
    });
    let generator = generator(dom).unwrap_or_default();
    let finds = |rules: &[Rule]| {
        rules.iter().any(|rule| dom.tree().select(rule.0.compiled()).next().is_some())
    };
    PLATFORMS.iter().find(|platform| {
        let named = platform.generator.iter().any(|name| {
            generator.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
        });
        (named || finds(&platform.marks))
            && (finds(&platform.article.body) || finds(&platform.article.title))
    })
}

fn generator(dom: &Dom) -> Option<String> {
    dom.tree().root_element().descendants().find_map(|node| {
        let meta = node.value().as_element().filter(|element| element.name() == "meta")?;
        let is_it = meta.attr("name").is_some_and(|name| name.eq_ignore_ascii_case("generator"));
        meta.attr("content").filter(|_| is_it).map(|content| content.trim().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::SafeHtml;

    #[test]
    fn every_file_of_rules_can_be_read() {
        for text in FILES {
            let platform: Platform = toml::from_str(text).unwrap();
            assert!(!platform.article.body.is_empty(), "{}", platform.name);
        }
    }

    #[test]
    fn a_family_is_recognised_by_what_its_pages_hold() {
        #[track_caller]
        fn check(html: &str, expected: Option<&str>) {
            let dom = Dom::parse(&SafeHtml::check(html.to_owned()).unwrap());
            assert_eq!(recognise(&dom).map(|platform| platform.name.as_str()), expected);
        }
        check("<table id=tableforprint><tr><td><p class=Title>a", Some("sharepoint-2010-lacviet"));
        check(
            "<meta name=GENERATOR content='Microsoft SharePoint'><div class=ms-rtestate-field>a",
            Some("sharepoint-2013"),
        );
        check(
            "<meta name=generator content='NukeViet v4.5'><div id=news-bodyhtml>a",
            Some("nukeviet"),
        );
        check(
            "<meta name=generator content='WordPress 6.1'><div class=entry-content>a",
            Some("wordpress"),
        );
        check("<div id=divArticleDescription2>a", Some("spwebpartmanager"));
        check(
            "<div id=p_p_id_101_INSTANCE_x_><div class=journal-content-article>a",
            Some("liferay"),
        );
        check("<div class=DnnModule><div id=show_content>a", Some("dnn"));
        check("<meta name=generator content='WordPress 6.1'><p>a", None);
    }
}
