//! Why a text of feeds.toml has no meaning.

/// Why a text has no meaning, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError {
    /// The end of a sentence that begins with the key.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// Whether the text may be a secret, which no message shows.
    pub hides: bool,
}

impl ValueError {
    /// An error with this message.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, hides: false }
    }

    /// Adds what to write instead.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Keeps the text out of all messages.
    pub fn hiding(mut self) -> Self {
        self.hides = true;
        self
    }
}
