//! Deserializes the configuration tree into typed keys with serde, and keeps the spans.

use super::files::TextSpan;
use super::tree::{ConfigNode, ConfigValue};
use super::values::duration;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::{Error, MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use std::borrow::Cow;
use std::time::Duration;

/// A value with its span.
#[derive(Debug, Clone)]
pub(super) struct Spanned<T> {
    /// The value.
    pub(super) value: T,
    /// The span in the concatenated texts.
    pub(super) span: TextSpan,
}

/// A value between the bounds of its span: the form in which [`ConfigNode`] presents a tuple
/// struct.
#[derive(Deserialize)]
struct SpannedParts<T>(usize, T, usize);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let SpannedParts(start, value, end) = SpannedParts::deserialize(deserializer)?;
        Ok(Self { value, span: start..end })
    }
}

/// Spans are not part of the schema.
impl<T: JsonSchema> JsonSchema for Spanned<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// A duration from `FROM` to `TO` seconds. The schema contains the bounds, and the validation
/// against it reports values beyond them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BoundedDuration<const FROM: u64, const TO: u64>(pub(super) Duration);

impl<'de, const FROM: u64, const TO: u64> Deserialize<'de> for BoundedDuration<FROM, TO> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let (from, to) = (Duration::from_secs(FROM), Duration::from_secs(TO));
        let length = duration(&text, from, to);
        length.map(Self).map_err(|wrong| serde::de::Error::custom(wrong.message))
    }
}

impl<const FROM: u64, const TO: u64> JsonSchema for BoundedDuration<FROM, TO> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Length".into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("Length{FROM}-{TO}").into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "from": FROM, "to": TO })
    }
}

impl IntoDeserializer<'_, Error> for ConfigNode {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for ConfigNode {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            ConfigValue::Text(text) => visitor.visit_string(text),
            ConfigValue::Number(number) => visitor.visit_i64(number),
            ConfigValue::Truth(truth) => visitor.visit_bool(truth),
            ConfigValue::List(nodes) => visitor.visit_seq(SeqDeserializer::new(nodes.into_iter())),
            ConfigValue::Table(entries) => {
                let pairs = entries.into_iter().map(|entry| (entry.key, entry.node));
                visitor.visit_map(MapDeserializer::new(pairs))
            }
            ConfigValue::Other(_) => visitor.visit_unit(),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    /// Presents the node between the bounds of its span. The only tuple struct among the keys is
    /// [`Spanned`].
    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        let bound = |at: usize| Self {
            value: ConfigValue::Number(i64::try_from(at).unwrap_or(i64::MAX)),
            span: self.span.clone(),
        };
        let (start, end) = (bound(self.span.start), bound(self.span.end));
        visitor.visit_seq(SeqDeserializer::new(vec![start, self, end].into_iter()))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.value {
            ConfigValue::Text(text) => {
                text.into_deserializer().deserialize_enum(name, variants, visitor)
            }
            _ => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple map struct identifier ignored_any
    }
}
