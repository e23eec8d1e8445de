//! The keys of `[websub]`.

use super::{BoundedDuration, HOUR, MONTH, Spanned};
use schemars::JsonSchema;
use serde::Deserialize;

/// Who is told at once that a feed has changed (WebSub).
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct WebSub {
    /// Whether the daemon is a hub of its own feeds, at `base_url` and `hub`. By default it is none.
    #[schemars(example = true)]
    pub(in super::super) hub: Option<Spanned<bool>>,
    /// Hubs of others that are told of changes, and that the feeds name.
    #[schemars(example = ["https://hub.example/"])]
    pub(in super::super) hubs: Option<Vec<Spanned<String>>>,
    /// Whether bantin subscribes to sources of kind "feed" that name a hub. By default it does where `base_url` is an https address with a name.
    #[schemars(example = true)]
    pub(in super::super) subscribe: Option<Spanned<bool>>,
    /// Networks that are not public, in which subscribers and hubs may be all the same, at any port.
    #[schemars(example = ["10.1.2.0/24"])]
    pub(in super::super) allow_private: Option<Vec<Spanned<String>>>,
    /// Ports at which subscribers and hubs may be beside 80 and 443.
    #[schemars(example = [8443])]
    pub(in super::super) ports: Option<Vec<Spanned<u16>>>,
    /// How long a subscription lasts that asks for no time; at most `max_lease`.
    #[schemars(extend("default" = "10d"))]
    pub(in super::super) lease: Option<Spanned<BoundedDuration<HOUR, MONTH>>>,
    /// The longest that a subscription lasts.
    #[schemars(extend("old" = ["longest_lease"], "default" = "30d"))]
    pub(in super::super) max_lease: Option<Spanned<BoundedDuration<HOUR, MONTH>>>,
    /// The most subscriptions at our hub.
    #[schemars(range(min = 1, max = 1_000_000), extend("old" = ["most_subscriptions"], "default" = 10_000))]
    pub(in super::super) max_subscriptions: Option<Spanned<u32>>,
    /// The most subscriptions of one host.
    #[schemars(range(min = 1, max = 1_000_000), extend("old" = ["most_per_host"], "default" = 1_000))]
    pub(in super::super) max_per_host: Option<Spanned<u32>>,
}
