//! The encodings of Vietnamese agencies' pages: those of the WHATWG list, and three older ones that
//! no browser supports, because special fonts displayed their bytes as letters.

use encoding_rs::{Encoding, REPLACEMENT};
use std::fmt;
use std::str::FromStr;

/// A character encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// TCVN 5712:1993 VN3, the encoding of the ABC fonts (`.VnTime`): one byte per letter.
    Tcvn3,
    /// The encoding of the VNI fonts (`VNI-Times`): a letter, followed by a byte for its diacritic.
    Vni,
    /// VISCII (RFC 1456).
    Viscii,
    /// An encoding of the WHATWG Encoding Standard.
    Standard(&'static Encoding),
}

/// The error for an unknown label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the label names no known encoding")]
pub struct UnknownCharset;

impl Charset {
    /// Labels that messages offer in place of an unknown one.
    pub const EXAMPLES: [&'static str; 7] =
        ["utf-8", "windows-1258", "tcvn3", "vni", "viscii", "windows-1252", "utf-16le"];

    /// Its name in the WHATWG list or in its own standard.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tcvn3 => "TCVN3",
            Self::Vni => "VNI",
            Self::Viscii => "VISCII",
            Self::Standard(encoding) => encoding.name(),
        }
    }
}

impl FromStr for Charset {
    type Err = UnknownCharset;

    /// Parses a label from feeds.toml or from a page. The `x-viet` labels come from Netscape.
    fn from_str(label: &str) -> Result<Self, UnknownCharset> {
        let label = label.trim().to_ascii_lowercase();
        match label.as_str() {
            "tcvn3" | "tcvn" | "tcvn-5712" | "tcvn5712" | "x-viet-tcvn5712" => Ok(Self::Tcvn3),
            "vni" | "vni-windows" | "x-viet-vni" => Ok(Self::Vni),
            "viscii" | "csviscii" | "viscii1.1-1" => Ok(Self::Viscii),
            _ => Encoding::for_label(label.as_bytes())
                // It decodes to nothing by definition, so no page uses it.
                .filter(|encoding| *encoding != REPLACEMENT)
                .map(Self::Standard)
                .ok_or(UnknownCharset),
        }
    }
}

impl fmt::Display for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_as_browsers_and_operators_write_them() {
        let name = |label: &str| label.parse::<Charset>().map(Charset::name);
        assert_eq!(name("TCVN3"), Ok("TCVN3"));
        assert_eq!(name(" x-viet-tcvn5712 "), Ok("TCVN3"));
        assert_eq!(name("VNI"), Ok("VNI"));
        assert_eq!(name("viscii"), Ok("VISCII"));
        assert_eq!(name("latin1"), Ok("windows-1252"));
        assert_eq!(name("utf8"), Ok("UTF-8"));
        assert_eq!(name("iso-2022-kr"), Err(UnknownCharset));
        assert_eq!(name("vps"), Err(UnknownCharset));
        assert!(Charset::EXAMPLES.iter().all(|label| label.parse::<Charset>().is_ok()));
    }
}
