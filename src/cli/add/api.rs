//! APIs as sources: the REST API of the WordPress site that a page is of, and the JSON that an address answers.

use super::Brought;
use crate::config::edit::{NewKind, NewSource};
use crate::discover;
use crate::model::WordPress;
use crate::page::{Dom, Page};
use anyhow::bail;
use scraper::Selector;
use std::io::Write;
use url::Url;

/// The relation by which a page names the API of its site (developer.wordpress.org/rest-api, Discovery).
const RELATION: &str = "https://api.w.org/";

/// The address of the API that a page of a WordPress site names: that of its own category, else that of the site.
pub(super) fn wordpress(page: &Page) -> Option<Url> {
    let dom = Dom::parse(&page.html().ok()?);
    let base = dom.base(&page.url);
    let address = |css: &str| -> Option<Url> {
        let selector = Selector::parse(css).ok()?;
        let links = dom.tree().select(&selector);
        let mut urls = links.filter_map(|link| base.join(link.attr("href")?.trim()).ok());
        urls.find(|url| WordPress::at(url).is_ok())
    };
    let site = address(&format!("link[rel='{RELATION}'][href]"))?;
    // Of a page or an article it is no list, and the site's counts.
    address("link[rel~=alternate i][type='application/json' i][href]").or(Some(site))
}

/// Whether an address is one of a WordPress site's API.
pub(super) fn is_wordpress(url: &Url) -> bool {
    let names_api = url.path().contains("/wp-json")
        || url.query().is_some_and(|query| query.contains("rest_route="));
    names_api && WordPress::at(url).is_ok()
}

/// Makes the source one of the WordPress API that its page names.
pub(super) fn take_wordpress(page: &Page, new: &mut NewSource) -> anyhow::Result<()> {
    let Some(url) = wordpress(page) else {
        bail!(
            "the page names no API of WordPress (<link rel=\"{RELATION}\">); without --wordpress its listing is taken"
        );
    };
    let root = WordPress::at(&url)?;
    // The site itself says the same in fewer words, where all of it is taken.
    let is_all = WordPress::at(&root.site).is_ok_and(|site| site == root);
    new.url = if is_all { root.site } else { url };
    new.kind = NewKind::WordPress;
    Ok(())
}

/// Makes the source one of the JSON on its page, as far as that can be guessed.
pub(super) fn take_json(
    page: &Page,
    new: &mut NewSource,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let guess = discover::guess(page)?;
    write!(out, "it is JSON; what looks like news: ")?;
    for (at, (path, items)) in guess.lists.iter().enumerate() {
        let comma = if at == 0 { "" } else { ", " };
        write!(out, "{comma}{path} ({items} items)")?;
    }
    writeln!(out, ". The first is taken\n")?;
    new.kind = NewKind::Json { select: guess.select };
    Ok(())
}

/// What an operator may mend where the first items of a guess are no articles.
pub(super) fn remedy(brought: &Brought, new: &NewSource) -> Option<String> {
    let is_json = matches!(new.kind, NewKind::Json { .. });
    is_json.then(|| {
        format!(
            "The addresses were guessed, the first to {}; write this by hand and mend it:\n\n{}\n",
            brought.subject.listing().teasers.first().map_or("nowhere", |item| item.url.as_str()),
            new.toml()
        )
    })
}
