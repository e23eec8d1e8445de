//! Provinces and agencies, as published.

use super::Slug;
use serde::{Deserialize, Serialize};

/// A province of Viet Nam, as of 1 July 2025.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Province {
    /// The stable id, for example `lam-dong`.
    pub slug: Slug,
    /// The name, for example `Lâm Đồng`.
    pub name: String,
}

/// An agency, by the name that its province uses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Agency {
    /// The stable id, for example `ban-dan-toc`.
    pub slug: Slug,
    /// The name, for example `Ban Dân tộc`.
    pub name: String,
}
