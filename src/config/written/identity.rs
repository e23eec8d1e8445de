//! The keys of what a source's requests carry, and of the proxy that carries them.

use super::super::deserialize::Spanned;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// Where a secret lies: in a file of its own or in a credential of systemd, never in feeds.toml itself.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Secret")]
pub(in crate::config) struct SecretReference {
    /// The file that holds it, and nothing else, relative to the file that names it.
    #[schemars(example = "secrets/agency.txt")]
    pub(in crate::config) file: Option<Spanned<String>>,
    /// The credential of systemd that holds it: a file of this name in CREDENTIALS_DIRECTORY.
    #[schemars(example = &"agency")]
    pub(in crate::config) credential: Option<Spanned<String>>,
}

/// Who asks (RFC 7617).
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct BasicAuth {
    /// The user name.
    #[schemars(required, example = &"bantin")]
    pub(in crate::config) user: Option<Spanned<String>>,
    /// Where the password lies.
    #[schemars(required, example = serde_json::json!({ "file": "secrets/agency.txt" }))]
    pub(in crate::config) password: Option<Spanned<SecretReference>>,
}

/// A proxy.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Proxy")]
pub(in crate::config) struct ProxyKeys {
    /// Its address: http:// or socks5://, host and port.
    #[schemars(required, example = "socks5://10.0.0.1:1080")]
    pub(in crate::config) url: Option<Spanned<String>>,
    /// The user name at the proxy.
    #[schemars(example = &"bantin")]
    pub(in crate::config) user: Option<Spanned<String>>,
    /// Where the password at the proxy lies.
    pub(in crate::config) password: Option<Spanned<SecretReference>>,
    /// Whether it is handed names and looks them up itself; then nobody checks where they lead. By default bantin looks names up and hands it addresses.
    #[schemars(example = true)]
    pub(in crate::config) resolves_names: Option<Spanned<bool>>,
}

/// A text, or a table in its place.
#[derive(Debug, Clone)]
pub(in crate::config) enum TextOr<T> {
    /// The text.
    Text(String),
    /// The table.
    Table(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for TextOr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrVisitor(PhantomData))
    }
}

/// Takes either, with the places kept, which an untagged enum would lose.
struct TextOrVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for TextOrVisitor<T> {
    type Value = TextOr<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a table")
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
