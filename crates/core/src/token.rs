//! Tokens of private feeds: clients that send a token may read the feed. Only its hash is
//! configured.

use ring::digest::{SHA256, digest};
use std::fmt;
use std::str::FromStr;
use subtle::{Choice, ConstantTimeEq};

/// The SHA-256 of a token, as written in feeds.toml. A token is long and random, so its hash needs
/// no salt and reveals nothing about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenHash([u8; 32]);

/// The error for a text that is not a SHA-256 of 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a SHA-256, which has 64 digits (0-9, a-f)")]
pub struct TokenHashError;

impl TokenHash {
    /// A hash that no known token has.
    pub const NONE: Self = Self([0; 32]);

    /// Hashes a token.
    pub fn of(token: &str) -> Self {
        let mut hash = [0; 32];
        for (to, from) in hash.iter_mut().zip(digest(&SHA256, token.as_bytes()).as_ref()) {
            *to = *from;
        }
        Self(hash)
    }

    /// Whether the two lists have a hash in common. The comparison takes the same time wherever the
    /// hashes differ.
    pub fn any(these: &[Self], those: &[Self]) -> bool {
        let mut found = Choice::from(0);
        for this in these {
            for that in those {
                found |= this.0.ct_eq(&that.0);
            }
        }
        found.into()
    }
}

impl FromStr for TokenHash {
    type Err = TokenHashError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits: Option<Vec<u8>> =
            text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
        let digits = digits.filter(|digits| digits.len() == 64).ok_or(TokenHashError)?;
        let mut hash = [0; 32];
        for (to, pair) in hash.iter_mut().zip(digits.chunks(2)) {
            *to = pair.iter().fold(0, |byte, digit| byte << 4 | digit);
        }
        Ok(Self(hash))
    }
}

impl fmt::Display for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_that_of_sha256sum() {
        let hash = TokenHash::of("abc");
        let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash.to_string(), hex);
        assert_eq!(hex.parse(), Ok(hash));
        assert_eq!(hex.to_uppercase().parse(), Ok(hash));
        for bad in
            ["", "abc", hex.trim_start_matches('b'), &format!("{hex}0"), &hex.replace('a', "g")]
        {
            assert_eq!(bad.parse::<TokenHash>(), Err(TokenHashError), "{bad}");
        }
    }

    #[test]
    fn one_that_fits_is_enough() {
        let of = |tokens: &[&str]| tokens.iter().map(|t| TokenHash::of(t)).collect::<Vec<_>>();
        assert!(TokenHash::any(&of(&["x", "a"]), &of(&["b", "a"])));
        assert!(!TokenHash::any(&of(&["x", "A"]), &of(&["b", "a"])));
        assert!(!TokenHash::any(&[], &of(&["a"])));
        assert!(!TokenHash::any(&of(&["a"]), &[]));
    }
}
