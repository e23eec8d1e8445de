//! Errors about values in feeds.toml.

/// The error for an invalid value, with advice on what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError {
    /// The end of a sentence that begins with the key.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// Whether the value may be a secret, which messages must not show.
    pub is_secret: bool,
}

impl ValueError {
    /// Creates an error without a hint.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, is_secret: false }
    }

    /// Adds what to write instead.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Keeps the value out of all messages.
    pub fn redact_value(mut self) -> Self {
        self.is_secret = true;
        self
    }
}
