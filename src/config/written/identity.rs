//! The keys for credentials and header fields of a source's requests, and for their proxy.

use super::super::deserialize::Spanned;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// The location of a secret: a separate file or a systemd credential, never feeds.toml itself.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Secret")]
pub(in crate::config) struct SecretReference {
    /// The file that contains the secret and nothing else, relative to the file that names it.
    #[schemars(example = "secrets/agency.txt")]
    pub(in crate::config) file: Option<Spanned<String>>,
    /// The systemd credential that contains the secret: a file of this name in CREDENTIALS_DIRECTORY.
    #[schemars(example = &"agency")]
    pub(in crate::config) credential: Option<Spanned<String>>,
}

/// User name and password for HTTP Basic authentication (RFC 7617).
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct BasicAuth {
    /// The user name.
    #[schemars(required, example = &"bantin")]
    pub(in crate::config) user: Option<Spanned<String>>,
    /// The file or credential that contains the password.
    #[schemars(required, example = serde_json::json!({ "file": "secrets/agency.txt" }))]
    pub(in crate::config) password: Option<Spanned<SecretReference>>,
}

/// A proxy for the requests of a source.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Proxy")]
pub(in crate::config) struct ProxyKeys {
    /// The address of the proxy: http:// or socks5://, host and port.
    #[schemars(required, example = "socks5://10.0.0.1:1080")]
    pub(in crate::config) url: Option<Spanned<String>>,
    /// The user name for the proxy.
    #[schemars(example = &"bantin")]
    pub(in crate::config) user: Option<Spanned<String>>,
    /// The file or credential that contains the password for the proxy.
    pub(in crate::config) password: Option<Spanned<SecretReference>>,
    /// Whether the proxy resolves host names; bantin then cannot check the addresses that it connects to. By default bantin resolves the names and passes addresses to the proxy.
    #[schemars(example = true)]
    pub(in crate::config) resolves_names: Option<Spanned<bool>>,
}

/// A string, or a table instead of it.
#[derive(Debug, Clone)]
pub(in crate::config) enum TextOr<T> {
    /// The string.
    Text(String),
    /// The table.
    Table(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for TextOr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrVisitor(PhantomData))
    }
}

/// Accepts either form and keeps the spans, which an untagged enum would lose.
struct TextOrVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for TextOrVisitor<T> {
    type Value = TextOr<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a table")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(TextOr::Text(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(TextOr::Table)
    }
}

impl<T: JsonSchema> JsonSchema for TextOr<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("TextOr{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [{ "type": "string" }, generator.subschema_for::<T>()] })
    }
}
