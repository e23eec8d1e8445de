//! The version of all that makes an article of a page: extraction, normalization, and what is taken
//! for an error page.
//!
//! Stores keep the version that their rejections were made by. With another one, rejected pages are
//! requested again by normal visits; everything else that a store knows of a source stays.

/// The version of the extraction rules. Raise it by one when pages give other articles, or are
/// rejected otherwise, and put the new hash below; a test over `tests/pages` fails until that is
/// done.
pub const RULES_VERSION: u32 = 1;

/// The first 32 hexadecimal digits of the BLAKE3 hash of what the rules find on `tests/pages`.
pub const RULES_HASH: &str = "7025e2724c311aaf8faa7856da3bb441";
