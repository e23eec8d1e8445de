//! Interprets the keys at the top of feeds.toml.

use super::deserialize::Spanned;
use super::diagnostics::Diagnostics;
use super::errors::ConfigProblem;
use super::files::TextSpan;
use super::values::ValueError;
use super::{BaseDirectories, addresses, values, websub, written};
use bantin_core::{Site, TopicRules};
use std::path::PathBuf;
use std::sync::Arc;
use url::Url;

/// The site and the number of parallel visits. Returns `None` after a problem, which is reported;
/// missing keys are reported at `top`.
pub(super) fn site(
    keys: &written::SiteKeys,
    top: TextSpan,
    directories: &BaseDirectories,
    topics: Arc<TopicRules>,
    diagnostics: &mut Diagnostics,
) -> Option<(Site, usize)> {
    diagnostics.require(
        "id_authority",
        &keys.id_authority,
        &top,
        "feeds.toml",
        "write id_authority = \"bantin.example,2026\", with a domain or e-mail address that was yours on 1 January of that year",
    );
    let title = diagnostics.value("title", &keys.title, values::line);
    let id_authority = diagnostics.value("id_authority", &keys.id_authority, addresses::authority);
    let contact = diagnostics.value("contact", &keys.contact, addresses::contact);
    let output = folder("output", &keys.output, directories, diagnostics);
    let state = folder("state", &keys.state, directories, diagnostics);
    if let (Some(output), Some(state), Some(written)) = (&output, &state, &keys.state)
        && state.starts_with(output)
    {
        let problem = ConfigProblem::new("`state` must not be inside `output`, which is public");
        diagnostics.problem(problem.at(&written.span));
    }
    let listen = diagnostics.value("listen", &keys.listen, addresses::listen);
    let base_url = match (&keys.base_url, listen) {
        (None, Some(listen)) => {
            if listen.ip().is_unspecified() {
                let span = keys.listen.as_ref().map_or(top, |listen| listen.span.clone());
                diagnostics.warn(&span, "without `base_url`, the links in feeds use this address, which clients cannot reach");
            }
            Url::parse(&format!("http://{listen}/")).ok()
        }
        _ => diagnostics.value("base_url", &keys.base_url, addresses::base),
    };
    let websub = websub::websub(&keys.websub, base_url.as_ref(), diagnostics);
    let site = Site {
        title: title?,
        base_url: base_url?,
        contact,
        id_authority: id_authority?,
        listen: listen?,
        output: output?,
        state: state?,
        precompress: keys.precompress.as_ref()?.value,
        keep_gone: keys.keep_gone.as_ref()?.value.0,
        topics,
        websub,
    };
    Some((site, keys.workers.as_ref()?.value))
}

/// A folder of bantin: an absolute path is used unchanged, a relative one is resolved against the
/// state directory, else the working directory.
fn folder(
    key: &str,
    written: &Option<Spanned<String>>,
    directories: &BaseDirectories,
    diagnostics: &mut Diagnostics,
) -> Option<PathBuf> {
    let base = directories.state_directory.as_ref().unwrap_or(&directories.working_directory);
    diagnostics.value(key, written, |text| match text.trim() {
        "" => Err(ValueError::new("is empty")),
        path => Ok(base.join(path)),
    })
}
