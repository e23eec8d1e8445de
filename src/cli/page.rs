//! The page that a command reads: a file, the standard input, or an address. It belongs to no
//! source.

use super::{ConfigOption, clock, fetcher, store_if_any, user_agent};
use crate::config::Plan;
use anyhow::{Context, bail};
use bantin_core::HostAccess;
use bantin_core::clock::Clock;
use bantin_fetch::{Request, Response};
use bantin_page::Page;
use bantin_store::Store;
use ipnet::IpNet;
use std::io::Read;
use url::Url;

/// The address of a page whose address is not given. Relative links of such a page cannot be
/// resolved.
pub(super) const NOWHERE: &str = "https://page.invalid/";

/// Loads the page that the command line names: a file, `-` for the standard input, or an address.
///
/// `allow_private` lists private networks that an address may be in; `url` is the address of a
/// file.
pub(super) async fn page(
    config: &ConfigOption,
    name: &str,
    url: Url,
    allow_private: &[IpNet],
) -> anyhow::Result<Page> {
    Ok(match name {
        "-" => {
            let mut bytes = Vec::new();
            std::io::stdin().lock().read_to_end(&mut bytes)?;
            saved(bytes, url)
        }
        address if address.starts_with("http://") || address.starts_with("https://") => {
            let address = address.parse().with_context(|| address.to_owned())?;
            fetched(config, &address, allow_private).await?
        }
        file => saved(std::fs::read(file).with_context(|| file.to_owned())?, url),
    })
}

/// Creates a page from saved bytes.
pub(super) fn saved(bytes: Vec<u8>, url: Url) -> Page {
    bantin_read::saved_page(bytes, url, Clock::System.now())
}

/// Fetches a page; with a feeds.toml, under the host limits that its sources share.
async fn fetched(
    config: &ConfigOption,
    url: &Url,
    allow_private: &[IpNet],
) -> anyhow::Result<Page> {
    let plan = if config.path.exists() { Some(config.plan()?) } else { None };
    let store = match &plan {
        Some(plan) => store_if_any(plan).await?,
        None => None,
    };
    of_no_source(plan.as_ref(), store.as_ref(), url, allow_private).await
}

/// Fetches a page that belongs to no source.
pub(super) async fn of_no_source(
    plan: Option<&Plan>,
    store: Option<&Store>,
    url: &Url,
    allow_private: &[IpNet],
) -> anyhow::Result<Page> {
    let clock = match plan {
        Some(plan) => clock(plan, store).await?,
        None => Clock::System,
    };
    let fetcher = fetcher(user_agent(plan), store, clock)?;
    let access = HostAccess {
        ports: url.port().into_iter().collect(),
        allow_private: allow_private.to_vec(),
        ..HostAccess::default()
    };
    let request = Request { url, access: &access, folder: None, validators: None, form: None };
    match fetcher.get(request).await? {
        Response::Page(page) => Ok(page),
        Response::Gone(absence) => bail!("{url} is gone ({})", absence.status()),
        Response::Unchanged(..) => {
            bail!("{url} answers 304 Not Modified to an unconditional request")
        }
    }
}
