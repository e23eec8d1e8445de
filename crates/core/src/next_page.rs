//! Pagination: the link from one page of a listing to the next.

use url::Url;

/// The request for the next page of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextPage {
    /// A `GET` request for an address.
    Get(Url),
    /// The form of the previous page, submitted as a click on its pager would submit it.
    Post {
        /// The address that the form is sent to.
        url: Url,
        /// Its fields in document order.
        fields: Vec<(String, String)>,
    },
}

impl NextPage {
    /// The address of the request.
    pub fn url(&self) -> &Url {
        match self {
            Self::Get(url) | Self::Post { url, .. } => url,
        }
    }

    /// The form fields of the request.
    pub fn form(&self) -> Option<&[(String, String)]> {
        match self {
            Self::Get(_) => None,
            Self::Post { fields, .. } => Some(fields),
        }
    }

    /// An address that is unique to this page. All pages of a form share one address, so a hash of
    /// its fields is added as a fragment.
    pub fn name(&self) -> Url {
        let mut name = self.url().clone();
        if let Self::Post { fields, .. } = self {
            let fields = serde_json::to_string(fields).unwrap_or_default();
            name.set_fragment(Some(&format!("form-{}", super::key::short_hash(fields.as_bytes()))));
        }
        name
    }
}
