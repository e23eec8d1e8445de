//! The keys of `[websub]`.

use super::{BoundedDuration, HOUR, MONTH, Spanned};
use schemars::JsonSchema;
use serde::Deserialize;

/// Push notifications of changed feeds (WebSub).
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "WebSub")]
pub(in super::super) struct WebSubKeys {
    /// Whether the daemon is a hub for its own feeds, at the path `hub` below `base_url`. By default it is not.
    #[schemars(example = true)]
    pub(in super::super) hub: Option<Spanned<bool>>,
    /// External hubs that are notified of changes and that the feeds name.
    #[schemars(example = ["https://hub.example/"])]
    pub(in super::super) hubs: Option<Vec<Spanned<String>>>,
    /// Whether bantin subscribes to sources of kind "feed" that name a hub. By default it does if `base_url` is an https address with a host name.
    #[schemars(example = true)]
    pub(in super::super) subscribe: Option<Spanned<bool>>,
    /// Private networks in which subscribers and hubs are allowed, on any port.
    #[schemars(example = ["10.1.2.0/24"])]
    pub(in super::super) allow_private: Option<Vec<Spanned<String>>>,
    /// Ports allowed for subscribers and hubs, in addition to 80 and 443.
    #[schemars(example = [8443])]
    pub(in super::super) ports: Option<Vec<Spanned<u16>>>,
    /// The lease of a subscription that requests no duration; at most `max_lease`.
    #[schemars(extend("default" = "10d"))]
    pub(in super::super) lease: Option<Spanned<BoundedDuration<HOUR, MONTH>>>,
    /// The maximum lease of a subscription.
    #[schemars(extend("old" = ["longest_lease"], "default" = "30d"))]
    pub(in super::super) max_lease: Option<Spanned<BoundedDuration<HOUR, MONTH>>>,
    /// The maximum number of subscriptions at bantin's hub.
    #[schemars(range(min = 1, max = 1_000_000), extend("old" = ["most_subscriptions"], "default" = 10_000))]
    pub(in super::super) max_subscriptions: Option<Spanned<u32>>,
    /// The maximum number of subscriptions from one host.
    #[schemars(range(min = 1, max = 1_000_000), extend("old" = ["most_per_host"], "default" = 1_000))]
    pub(in super::super) max_per_host: Option<Spanned<u32>>,
}
