//! Interprets `[websub]`.

use super::deserialize::Spanned;
use super::diagnostics::Diagnostics;
use super::errors::ConfigProblem;
use super::{addresses, written};
use bantin_core::WebSubConfig;
use url::Url;

/// The settings of the table, with defaults for missing keys.
pub(super) fn websub(
    written: &Option<Spanned<written::WebSubKeys>>,
    base_url: Option<&Url>,
    diagnostics: &mut Diagnostics,
) -> WebSubConfig {
    let meant = WebSubConfig::default();
    let Some(Spanned { value: keys, span }) = written else { return meant };
    let hub = keys.hub.as_ref().is_some_and(|hub| hub.value);
    let subscribe = keys.subscribe.as_ref().map(|subscribe| subscribe.value);
    let own = base_url.and_then(|base| base.join("hub").ok());
    let mut hubs: Vec<Url> = Vec::new();
    for hub in diagnostics.values("websub.hubs", &keys.hubs, addresses::web) {
        if own.as_ref() == Some(&hub.value) {
            let problem = ConfigProblem::new("`websub.hubs` names bantin's own hub").at(&hub.span);
            let hint =
                "remove it and write hub = true, which makes the daemon a hub at this address";
            diagnostics.problem(problem.hint(hint.to_owned()));
        } else if !hubs.contains(&hub.value) {
            hubs.push(hub.value);
        }
    }
    let allow_private =
        diagnostics.values("websub.allow_private", &keys.allow_private, addresses::network);
    let max_lease = keys.max_lease.as_ref().map_or(meant.max_lease, |lease| lease.value.0);
    let lease = match &keys.lease {
        Some(lease) if lease.value.0 > max_lease => {
            let most = humantime::format_duration(max_lease);
            let problem = ConfigProblem::new(format!(
                "`websub.lease` must not be longer than `max_lease`, {most}"
            ));
            let hint = "write a shorter lease, or a longer max_lease".to_owned();
            diagnostics.problem(problem.at(&lease.span).hint(hint));
            max_lease
        }
        Some(lease) => lease.value.0,
        None => meant.lease.min(max_lease),
    };
    if !hub {
        // Keys of a hub that is not enabled: an incomplete configuration or a misunderstanding.
        let terms = [
            ("lease", keys.lease.as_ref().map(|at| &at.span)),
            ("max_lease", keys.max_lease.as_ref().map(|at| &at.span)),
            ("max_subscriptions", keys.max_subscriptions.as_ref().map(|at| &at.span)),
            ("max_per_host", keys.max_per_host.as_ref().map(|at| &at.span)),
        ];
        for (key, span) in terms.into_iter().filter_map(|(key, span)| Some((key, span?))) {
            let problem =
                ConfigProblem::new(format!("`websub.{key}` is for bantin's own hub")).at(span);
            diagnostics.problem(problem.hint("write hub = true, or remove the key".to_owned()));
        }
    }
    let is_local = base_url.is_some_and(|base| {
        let host = base.host_str().unwrap_or_default();
        host == "localhost" || host.starts_with("127.") || host == "[::1]" || host == "0.0.0.0"
    });
    if (hub || subscribe == Some(true)) && is_local && allow_private.is_empty() {
        let message = "a hub or callback below this `base_url` cannot be reached from other machines: write the public address of bantin";
        diagnostics.warn(span, message);
    }
    WebSubConfig {
        hub,
        hubs,
        subscribe,
        allow_private: allow_private.into_iter().map(|network| network.value).collect(),
        ports: keys.ports.iter().flatten().map(|port| port.value).collect(),
        lease,
        max_lease,
        max_subscriptions: keys
            .max_subscriptions
            .as_ref()
            .map_or(meant.max_subscriptions, |most| most.value),
        max_per_host: keys.max_per_host.as_ref().map_or(meant.max_per_host, |most| most.value),
    }
}
