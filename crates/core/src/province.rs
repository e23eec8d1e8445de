//! Provinces and agencies, as readers are told of them.

use super::Slug;
use serde::{Deserialize, Serialize};

/// A province of Viet Nam, as it is since 1 July 2025.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Province {
    /// The stable term, for example `lam-dong`.
    pub slug: Slug,
    /// The name, for example `Lâm Đồng`.
    pub name: String,
}

/// An agency, by the name that its province gives it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Agency {
    /// The stable term, for example `ban-dan-toc`.
    pub slug: Slug,
    /// The name, for example `Ban Dân tộc`.
    pub name: String,
}
