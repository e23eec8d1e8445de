//! Conversions of article fields to and from columns. Lists and maps are stored as JSON
//! (`records/`).

use crate::columns::{instant, millis, parsed};
use crate::error::TransactionError;
use crate::records;
use bantin_core::{
    ArticleField, ArticleKey, Attachment, CleanHtml, DatePrecision, FirstSource, Image, Provenance,
    PublicUrl, Slug,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use rusqlite::Row;
use rusqlite::types::{ToSqlOutput, ValueRef};
use std::collections::BTreeMap;

/// A field type that has a column.
pub(super) trait ColumnValue: Sized {
    /// The empty value, as SQL. Used only by columns that erasing empties.
    const EMPTY: &'static str = "NULL";

    fn write(&self) -> Result<ToSqlOutput<'_>, TransactionError>;

    /// Reads a column of a row; `what` names it in messages.
    fn read(row: &Row<'_>, column: &str, what: &'static str) -> Result<Self, TransactionError>;
}

fn text(text: &str) -> Result<ToSqlOutput<'_>, TransactionError> {
    Ok(ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())))
}

/// Implements [`ColumnValue`] for a type that is stored as text and parsed from it.
macro_rules! parsed_text {
    ($type:ty, |$value:ident| $text:expr) => {
        impl ColumnValue for $type {
            fn write(&self) -> Result<ToSqlOutput<'_>, TransactionError> {
                let $value = self;
                text($text)
            }

            fn read(
                row: &Row<'_>,
                column: &str,
                what: &'static str,
            ) -> Result<Self, TransactionError> {
                parsed(what, &row.get::<_, String>(column)?)
            }
        }
    };
}

parsed_text!(Slug, |slug| slug.as_str());
parsed_text!(PublicUrl, |url| url.as_str());
parsed_text!(Tz, |zone| zone.name());

/// Implements [`ColumnValue`] for a type that is stored as JSON.
macro_rules! json {
    ($type:ty, $empty:literal, |$value:ident| $written:expr, $read:expr) => {
        impl ColumnValue for $type {
            const EMPTY: &'static str = $empty;

            fn write(&self) -> Result<ToSqlOutput<'_>, TransactionError> {
                let $value = self;
                Ok($written?.into())
            }

            fn read(
                row: &Row<'_>,
                column: &str,
                what: &'static str,
            ) -> Result<Self, TransactionError> {
                $read(what, &row.get::<_, String>(column)?)
            }
        }
    };
}

type FieldProvenance = BTreeMap<ArticleField, Provenance>;

json!(DatePrecision, "NULL", |precision| records::write(precision), records::read);
json!(FirstSource, "NULL", |first| records::write(first), records::read);
json!(FieldProvenance, "'{}'", |from| records::write(from), records::read);
json!(Vec<Image>, "'[]'", |images| records::write_list(images), records::read_list);
json!(Vec<Attachment>, "'[]'", |files| records::write_list(files), records::read_list);
json!(
    Vec<String>,
    "'[]'",
    |texts| records::write_texts(texts.iter().map(String::as_str)),
    records::read_texts
);
json!(
    Vec<Slug>,
    "'[]'",
    |slugs| records::write_texts(slugs.iter().map(Slug::as_str)),
    records::read_texts
);

impl ColumnValue for String {
    const EMPTY: &'static str = "''";

    fn write(&self) -> Result<ToSqlOutput<'_>, TransactionError> {
        text(self)
    }

    fn read(row: &Row<'_>, column: &str, _: &'static str) -> Result<Self, TransactionError> {
        Ok(row.get(column)?)
    }
}

impl ColumnValue for CleanHtml {
    const EMPTY: &'static str = "''";

    fn write(&self) -> Result<ToSqlOutput<'_>, TransactionError> {
        text(self.as_str())
    }

    fn read(row: &Row<'_>, column: &str, _: &'static str) -> Result<Self, TransactionError> {
        Ok(Self::from_store(row.get(column)?))
    }
}

impl ColumnValue for ArticleKey {
    fn write(&self) -> Result<ToSqlOutput<'_>, TransactionError> {
        text(self.as_str())
    }

    fn read(row: &Row<'_>, column: &str, _: &'static str) -> Result<Self, TransactionError> {
        Ok(Self::kept(row.get(column)?))
    }
}

impl ColumnValue for DateTime<Utc> {
    fn write(&self) -> Result<ToSqlOutput<'_>, TransactionError> {
        Ok(millis(*self).into())
    }

    fn read(row: &Row<'_>, column: &str, _: &'static str) -> Result<Self, TransactionError> {
        Ok(instant(row.get(column)?))
    }
}

impl ColumnValue for u32 {
    fn write(&self) -> Result<ToSqlOutput<'_>, TransactionError> {
        Ok((*self).into())
    }

    fn read(row: &Row<'_>, column: &str, _: &'static str) -> Result<Self, TransactionError> {
        Ok(row.get(column)?)
    }
}

impl<T: ColumnValue> ColumnValue for Option<T> {
    fn write(&self) -> Result<ToSqlOutput<'_>, TransactionError> {
        match self {
            Some(value) => value.write(),
            None => Ok(ToSqlOutput::Borrowed(ValueRef::Null)),
        }
    }

    fn read(row: &Row<'_>, column: &str, what: &'static str) -> Result<Self, TransactionError> {
        match row.get_ref(column)? {
            ValueRef::Null => Ok(None),
            _ => T::read(row, column, what).map(Some),
        }
    }
}
