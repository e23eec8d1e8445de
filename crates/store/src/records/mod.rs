//! What lies on disk as JSON: a record for each such value, apart from the types of the domain.
//!
//! A domain type may be renamed, moved or reshaped at any time; the layout of its record stays,
//! because stores are full of it. Each record has a version. An absent one means 1, which is all
//! that older programs wrote. A record that changes gets the next version, writes it under `v`, and
//! goes on reading the versions before. Version 1 is written under `v` too, except where the
//! programs that read it refuse keys that they do not know, or where the record is a single word.
//!
//! A record of a later version is never guessed at, and an article that has one is neither left out
//! nor overwritten: reading it is [`StoreError::LaterRecord`].
//!
//! Lists of plain texts and numbers (topics, tags, what waits for an archive, keys of a condition)
//! have no version of their own: the number of the schema covers them, as it does all columns that
//! are no JSON.
//!
//! [`StoreError::LaterRecord`]: super::StoreError::LaterRecord

mod article;
mod extraction_config;
mod listing_item;
mod listing_profile;
mod next_page;
mod outcome;
mod page;
mod source_list;

pub(crate) use extraction_config::ExtractionConfig;

use crate::ArticleRowId;
use crate::error::TransactionError;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt::Display;
use std::str::FromStr;

/// The key of the version in a record.
const VERSION: &str = "v";

/// The layout of a value on disk.
pub(crate) trait Record: Serialize + DeserializeOwned {
    /// The version that is written, and the latest that is read.
    const VERSION: u64 = 1;
    /// Whether the version is written into it.
    const IS_MARKED: bool = true;
}

/// A value of the domain that has a record.
pub(crate) trait StoredValue: Sized {
    /// Its layout on disk.
    type Record: Record + for<'a> From<&'a Self> + TryInto<Self, Error: Display>;
}

/// A record with its version, for writing.
#[derive(Serialize)]
struct VersionedRecord<'a, R> {
    v: u64,
    #[serde(flatten)]
    record: &'a R,
}

/// A record of a list, with its version where it has one.
struct ListRecord<R>(R);

impl<R: Record> Serialize for ListRecord<R> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(record) = self;
        match R::IS_MARKED {
            true => VersionedRecord { v: R::VERSION, record }.serialize(serializer),
            false => record.serialize(serializer),
        }
    }
}

/// Writes a value.
pub(crate) fn write<T: StoredValue>(value: &T) -> Result<String, TransactionError> {
    write_record(T::Record::from(value))
}

/// Writes values as a list.
pub(crate) fn write_list<T: StoredValue>(values: &[T]) -> Result<String, TransactionError> {
    let items: Vec<_> = values.iter().map(|value| ListRecord(T::Record::from(value))).collect();
    text(&items)
}

/// Writes a record.
pub(crate) fn write_record(record: impl Record) -> Result<String, TransactionError> {
    text(&ListRecord(record))
}

/// Writes a list of plain texts.
pub(crate) fn write_texts<'a>(
    texts: impl IntoIterator<Item = &'a str>,
) -> Result<String, TransactionError> {
    text(&texts.into_iter().collect::<Vec<_>>())
}

/// Writes a list of rows, as numbers.
pub(crate) fn write_rows(rows: &[ArticleRowId]) -> Result<String, TransactionError> {
    text(&rows.iter().map(|row| row.0).collect::<Vec<_>>())
}

fn text(value: &impl Serialize) -> Result<String, TransactionError> {
    // Records are plain data, which JSON can always carry.
    serde_json::to_string(value)
        .map_err(|e| TransactionError::Corrupt("a value to be stored", e.to_string()))
}

/// Reads a value. `what` names it in messages.
pub(crate) fn read<T: StoredValue>(what: &'static str, text: &str) -> Result<T, TransactionError> {
    value(what, read_record::<T::Record>(what, text)?)
}

/// Reads a list of values.
pub(crate) fn read_list<T: StoredValue>(
    what: &'static str,
    text: &str,
) -> Result<Vec<T>, TransactionError> {
    let items: Vec<Value> = parse(what, text)?;
    items.into_iter().map(|item| value(what, record::<T::Record>(what, item)?)).collect()
}

/// Reads a record.
pub(crate) fn read_record<R: Record>(
    what: &'static str,
    text: &str,
) -> Result<R, TransactionError> {
    record(what, parse(what, text)?)
}

/// Reads a list of plain texts.
pub(crate) fn read_texts<T: FromStr<Err: Display>>(
    what: &'static str,
    text: &str,
) -> Result<Vec<T>, TransactionError> {
    let texts: Vec<String> = parse(what, text)?;
    texts.iter().map(|text| text.parse().map_err(|e: T::Err| corrupt(what, e))).collect()
}

/// Reads a list of rows.
pub(crate) fn read_rows(
    what: &'static str,
    text: &str,
) -> Result<Vec<ArticleRowId>, TransactionError> {
    let numbers: Vec<i64> = parse(what, text)?;
    Ok(numbers.into_iter().map(ArticleRowId).collect())
}

fn record<R: Record>(what: &'static str, mut value: Value) -> Result<R, TransactionError> {
    let version = value.as_object_mut().and_then(|object| object.remove(VERSION));
    let found = match version {
        None => 1,
        Some(version) => version.as_u64().ok_or_else(|| {
            corrupt(what, format!("its version is {version}, which is no number"))
        })?,
    };
    if found > R::VERSION {
        return Err(TransactionError::LaterRecord { what, found, known: R::VERSION });
    }
    R::deserialize(value).map_err(|e| corrupt(what, e))
}

fn value<T: StoredValue>(what: &'static str, record: T::Record) -> Result<T, TransactionError> {
    record.try_into().map_err(|e| corrupt(what, e))
}

fn parse<'a, T: Deserialize<'a>>(what: &'static str, text: &'a str) -> Result<T, TransactionError> {
    serde_json::from_str(text).map_err(|e| corrupt(what, e))
}

fn corrupt(what: &'static str, why: impl Display) -> TransactionError {
    TransactionError::Corrupt(what, why.to_string())
}

/// Reads a text of a record as what it stands for; `name` names its key in messages.
fn parsed<T: FromStr<Err: Display>>(name: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|e: T::Err| format!("{name}: {e}"))
}

/// The same of a text that may be absent.
fn maybe_parsed<T: FromStr<Err: Display>>(
    name: &str,
    text: Option<&str>,
) -> Result<Option<T>, String> {
    text.map(|text| parsed(name, text)).transpose()
}

#[cfg(test)]
mod tests;
