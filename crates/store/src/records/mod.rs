//! The layout of JSON values on disk: one record type per value, separate from the domain types.
//!
//! A domain type may be renamed, moved or reshaped at any time; the layout of its record stays,
//! because existing stores contain it. Each record has a version. A missing version means 1,
//! because the first programs wrote none. A record that changes gets the next version, writes it
//! under `v`, and still reads the earlier versions. Version 1 is written under `v` too, except
//! where older programs reject unknown keys, or where the record is a single word.
//!
//! A record of a later version is rejected with [`StoreError::LaterRecord`]: it is not interpreted,
//! and an article that contains one is neither skipped nor overwritten.
//!
//! Lists of plain texts and numbers (topics, tags, the articles that wait for an archive, keys of a
//! condition) have no version of their own: the schema number covers them, like all columns that
//! are not JSON.
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
    /// Whether the version is written into the record.
    const HAS_VERSION: bool = true;
}

/// A domain value that has a record.
pub(crate) trait StoredValue: Sized {
    /// The layout of the value on disk.
    type Record: Record + for<'a> From<&'a Self> + TryInto<Self, Error: Display>;
}

/// A record with its version, for writing.
#[derive(Serialize)]
struct VersionedRecord<'a, R> {
    v: u64,
    #[serde(flatten)]
    record: &'a R,
}

/// A record, written with its version if it has one.
struct ListRecord<R>(R);

impl<R: Record> Serialize for ListRecord<R> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(record) = self;
        match R::HAS_VERSION {
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
    // Records are plain data, which can always be written as JSON.
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
            corrupt(what, format!("its version is {version}, which is not a number"))
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

/// Parses a text of a record; `name` is its key in messages.
fn parsed<T: FromStr<Err: Display>>(name: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|e: T::Err| format!("{name}: {e}"))
}

/// Parses an optional text of a record; `name` is its key in messages.
fn maybe_parsed<T: FromStr<Err: Display>>(
    name: &str,
    text: Option<&str>,
) -> Result<Option<T>, String> {
    text.map(|text| parsed(name, text)).transpose()
}

#[cfg(test)]
mod tests;
