//! The columns of an article, in one table from which everything that inserts, reads, overwrites,
//! erases or watches a row is derived.
//!
//! A new column is a field of [`NewArticle`] (or of [`Article`]), a line in `article_row!` below,
//! and a migration that adds it to the table. State that only the store has about an article
//! (arrival, revisits, withdrawal) is in other columns, which the files of those subjects write.

mod value;

use crate::columns::{millis, number_in_columns};
use crate::error::TransactionError;
use bantin_core::{Article, NewArticle, Slug};
use chrono::{DateTime, Utc};
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params_from_iter};
use std::sync::LazyLock;
use value::ColumnValue;

/// The SQL of the columns of an article that are in other tables: its topics and its carriers.
pub(crate) const OTHER_COLUMNS: &str =
    "(SELECT topics FROM classified WHERE classified.article = article.sequence) AS topics,
     (SELECT json_group_array(carrier.source) FROM carrier WHERE carrier.article = article.sequence) AS carriers";

/// The row number of an article in the store. It never changes, and later articles have higher
/// numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArticleRowId(pub(crate) i64);

number_in_columns!(ArticleRowId);

/// The statements that write a column, and whether a change of it is an edit that readers see.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ColumnUse {
    /// Written on insertion only.
    Identity,
    /// Written on insertion, later updated with the name of the source, which is not an edit.
    Source,
    /// Written on insertion and by every update; emptied when the article is erased.
    Content,
    /// Written on insertion and by every update; kept when the article is erased.
    Fact,
    /// Written on insertion and by every update; a change of it is not an edit.
    Seen,
}

/// A column and the value of an article that is written into it.
struct Column {
    name: &'static str,
    used: ColumnUse,
    value: for<'a> fn(&'a Article) -> Result<ToSqlOutput<'a>, TransactionError>,
    /// The value that erasing writes, as SQL.
    empty: &'static str,
}

/// Generates `COLUMNS` and `read_with` from one list of fields. A column has the name of its field.
macro_rules! article_row {
    (
        article { $($own:ident: $own_use:ident),* $(,)? }
        content { $($field:ident: $field_use:ident),* $(,)? }
    ) => {
        const COLUMNS: &[Column] = &[
            $(Column {
                name: stringify!($own),
                used: ColumnUse::$own_use,
                value: |article| article.$own.write(),
                empty: empty_of(|article| &article.$own),
            },)*
            $(Column {
                name: stringify!($field),
                used: ColumnUse::$field_use,
                value: |article| article.content.$field.write(),
                empty: empty_of(|article| &article.content.$field),
            },)*
        ];

        /// Reads the article in a row; what is in other tables is given by the caller.
        fn read_with(
            row: &Row<'_>,
            topics: Vec<Slug>,
            carriers: Vec<Slug>,
        ) -> Result<Article, TransactionError> {
            Ok(Article {
                $($own: ColumnValue::read(row, stringify!($own), named!($own))?,)*
                content: NewArticle {
                    $($field: ColumnValue::read(row, stringify!($field), named!($field))?,)*
                },
                topics,
                carriers,
            })
        }
    };
}

/// The name of a column in messages.
macro_rules! named {
    ($field:ident) => {
        concat!("the column ", stringify!($field), " of an article")
    };
}

article_row! {
    article {
        id: Identity,
        last_seen: Seen,
        revision: Fact,
    }
    content {
        source: Source,
        key: Identity,
        url: Fact,
        title: Content,
        summary: Content,
        html: Content,
        text: Content,
        author: Content,
        source_line: Content,
        published: Fact,
        precision: Fact,
        zone: Fact,
        updated: Fact,
        language: Fact,
        images: Content,
        attachments: Content,
        tags: Content,
        first_source: Fact,
        provenance: Content,
        hash: Content,
        first_seen: Fact,
    }
}

const fn empty_of<T: ColumnValue>(_field: fn(&Article) -> &T) -> &'static str {
    T::EMPTY
}

impl Column {
    /// Whether an update of the article writes the column.
    fn is_overwritten(&self) -> bool {
        matches!(self.used, ColumnUse::Content | ColumnUse::Fact | ColumnUse::Seen)
    }

    /// Whether readers see a change of the column.
    fn is_watched(&self) -> bool {
        !matches!(self.used, ColumnUse::Source | ColumnUse::Seen)
    }
}

/// Joins a part of SQL for each column with commas.
fn list(
    columns: impl Iterator<Item = &'static Column>,
    part: impl Fn(&Column) -> String,
) -> String {
    columns.map(part).collect::<Vec<_>>().join(", ")
}

fn overwritten() -> impl Iterator<Item = &'static Column> {
    COLUMNS.iter().filter(|column| column.is_overwritten())
}

static INSERT: LazyLock<String> = LazyLock::new(|| {
    let names = list(COLUMNS.iter(), |column| format!("\"{}\"", column.name));
    let values = list(COLUMNS.iter(), |_| "?".to_owned());
    format!("INSERT INTO article ({names}, teaser, arrival) VALUES ({values}, '', ?)")
});

static OVERWRITE: LazyLock<String> = LazyLock::new(|| {
    let values = list(overwritten(), |column| format!("\"{}\" = ?", column.name));
    format!("UPDATE article SET {values} WHERE sequence = ?")
});

static ERASE: LazyLock<String> = LazyLock::new(|| {
    let content = COLUMNS.iter().filter(|column| column.used == ColumnUse::Content);
    let values = list(content, |column| format!("\"{}\" = {}", column.name, column.empty));
    format!(
        "UPDATE article SET {values}, teaser_title = '', revisit_at = NULL, doubt_again = NULL, erased = 1
         WHERE id = ?1"
    )
});

/// Inserts the row of a new article, without its topics.
pub(crate) fn insert(
    db: &Transaction<'_>,
    article: &Article,
    arrival: DateTime<Utc>,
) -> Result<ArticleRowId, TransactionError> {
    let mut values = values(article, COLUMNS.iter())?;
    values.push(millis(arrival).into());
    db.prepare_cached(&INSERT)?.execute(params_from_iter(values))?;
    Ok(ArticleRowId(db.last_insert_rowid()))
}

/// Overwrites a row with an article, except for its identity columns.
pub(crate) fn overwrite(
    db: &Transaction<'_>,
    row: ArticleRowId,
    article: &Article,
) -> Result<(), TransactionError> {
    let mut values = values(article, overwritten())?;
    values.push(row.0.into());
    db.prepare_cached(&OVERWRITE)?.execute(params_from_iter(values))?;
    Ok(())
}

/// Erases the content of the article with an id.
pub(crate) fn erase(db: &Transaction<'_>, id: &str) -> Result<(), TransactionError> {
    db.prepare_cached(&ERASE)?.execute([id])?;
    Ok(())
}

fn values(
    article: &Article,
    columns: impl Iterator<Item = &'static Column>,
) -> Result<Vec<ToSqlOutput<'_>>, TransactionError> {
    columns.map(|column| (column.value)(article)).collect()
}

/// Reads the article in a row that was selected with [`OTHER_COLUMNS`].
pub(crate) fn read(row: &Row<'_>) -> Result<Article, TransactionError> {
    let topics: Option<Vec<Slug>> = ColumnValue::read(row, "topics", "the topics of an article")?;
    let carriers: Option<Vec<Slug>> =
        ColumnValue::read(row, "carriers", "the carriers of an article")?;
    read_with(row, topics.unwrap_or_default(), carriers.unwrap_or_default())
}

/// Reads the article in a row without its topics and carriers.
pub(crate) fn read_without_topics(row: &Row<'_>) -> Result<Article, TransactionError> {
    read_with(row, Vec::new(), Vec::new())
}

/// The trigger that records edits, for today's columns.
fn edit_trigger() -> String {
    let watched = list(COLUMNS.iter().filter(|column| column.is_watched()), |column| {
        format!("\"{}\"", column.name)
    });
    // It deletes and inserts instead of `INSERT OR REPLACE`, because the conflict clause of the
    // statement that fires it would override its own.
    format!(
        "CREATE TRIGGER article_is_edited AFTER UPDATE OF {watched}, arrival, withdrawn, erased ON article BEGIN
             DELETE FROM touched WHERE article = NEW.sequence;
             INSERT INTO touched (article, at)
             SELECT NEW.sequence, CAST(value AS INTEGER) + 1 FROM meta WHERE name = 'changes';
         END"
    )
}

/// Whether the trigger that records edits watches today's columns.
pub(crate) fn is_watched(db: &Connection) -> Result<bool, TransactionError> {
    let sql = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = 'article_is_edited'";
    let found: Option<String> = db.query_row(sql, [], |row| row.get(0)).optional()?;
    Ok(found.as_ref() == Some(&edit_trigger()))
}

/// Replaces the trigger that records edits if it does not watch today's columns, so that a
/// migration that adds a column need not redefine it.
pub(crate) fn watch_edits(db: &Transaction<'_>) -> Result<(), TransactionError> {
    if !is_watched(db)? {
        let wanted = edit_trigger();
        db.execute_batch(&format!("DROP TRIGGER IF EXISTS article_is_edited; {wanted}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
