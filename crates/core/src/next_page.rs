//! The way from one page of a listing to the next.

use url::Url;

/// How the next page of a listing is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextPage {
    /// By its address.
    Get(Url),
    /// By the form of the page before it, as a press on its pager would send it.
    Post {
        /// Where the form goes.
        url: Url,
        /// Its fields in the order of the page.
        fields: Vec<(String, String)>,
    },
}

impl NextPage {
    /// The address that is asked.
    pub fn url(&self) -> &Url {
        match self {
            Self::Get(url) | Self::Post { url, .. } => url,
        }
    }

    /// The fields that are sent along.
    pub fn form(&self) -> Option<&[(String, String)]> {
        match self {
            Self::Get(_) => None,
            Self::Post { fields, .. } => Some(fields),
        }
    }

    /// An address that this page alone has: all pages of a form share theirs, so its fields are told in a fragment.
    pub fn name(&self) -> Url {
        let mut name = self.url().clone();
        if let Self::Post { fields, .. } = self {
            let fields = serde_json::to_string(fields).unwrap_or_default();
            name.set_fragment(Some(&format!("form-{}", super::key::short_hash(fields.as_bytes()))));
        }
        name
    }
}
