//! The row of an article: one table of its columns, from which everything that writes, reads,
//! overwrites, erases or watches a row is derived.
//!
//! A new column is a field of [`NewArticle`] (or of [`Article`]), a line in `article_row!` below,
//! and a migration that adds it to the table. Whatever the store alone knows of an article (its
//! arrival, revisits, withdrawal) has columns of its own, which the files of those subjects write.

mod value;

use crate::columns::{millis, number_in_columns};
use crate::error::TransactionError;
use bantin_core::{Article, NewArticle, Slug};
use chrono::{DateTime, Utc};
use rusqlite::types::ToSqlOutput;
use rusqlite::{OptionalExtension, Row, Transaction, params_from_iter};
use std::sync::LazyLock;
use value::ColumnValue;

/// The topics of an article, as a column.
pub(crate) const TOPICS: &str =
    "(SELECT topics FROM classified WHERE classified.article = article.sequence) AS topics";

/// The row of an article in the store. It never changes, and later articles have higher ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArticleRowId(pub(crate) i64);

number_in_columns!(ArticleRowId);

/// When a column is written, and whether that is an edit that readers see.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ColumnUse {
    /// On insertion only.
    Identity,
    /// On insertion; afterwards it follows the name of its source, which is no edit.
    Source,
    /// On insertion and by every revision. Erasing the article empties it.
    Content,
    /// On insertion and by every revision. It stays when the article is erased.
    Fact,
    /// On insertion and by every revision, which is no edit.
    Seen,
}

/// A column that is written from an article.
struct Column {
    name: &'static str,
    used: ColumnUse,
    value: for<'a> fn(&'a Article) -> Result<ToSqlOutput<'a>, TransactionError>,
    /// What erasing puts into it, as SQL.
    empty: &'static str,
}

/// Makes the columns, and the reading of a row, from one list of fields. A column has the name of
/// its field.
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

        /// The article in a row, with topics from elsewhere.
        fn read_with(row: &Row<'_>, topics: Vec<Slug>) -> Result<Article, TransactionError> {
            Ok(Article {
                $($own: ColumnValue::read(row, stringify!($own), named!($own))?,)*
                content: NewArticle {
                    $($field: ColumnValue::read(row, stringify!($field), named!($field))?,)*
                },
                topics,
            })
        }
    };
}

/// What messages call a column.
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
    /// Whether a revision writes it.
    fn is_overwritten(&self) -> bool {
        matches!(self.used, ColumnUse::Content | ColumnUse::Fact | ColumnUse::Seen)
    }

    /// Whether readers see what changes in it.
    fn is_watched(&self) -> bool {
        !matches!(self.used, ColumnUse::Source | ColumnUse::Seen)
    }
}

/// A part of SQL for each of some columns, separated by commas.
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

/// Inserts the row of an article that has none. Its topics are not written here.
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

/// Overwrites a row with an article, except for what identifies it.
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

/// Erases the content of the row with an id.
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

/// The article in a row that was selected with [`TOPICS`].
pub(crate) fn read(row: &Row<'_>) -> Result<Article, TransactionError> {
    let topics: Option<Vec<Slug>> = ColumnValue::read(row, "topics", "the topics of an article")?;
    read_with(row, topics.unwrap_or_default())
}

/// The article in a row, whose topics nobody asks for.
pub(crate) fn read_without_topics(row: &Row<'_>) -> Result<Article, TransactionError> {
    read_with(row, Vec::new())
}

/// Makes the trigger that notices edits watch the columns of today: a migration that adds a column
/// need not repeat them.
pub(crate) fn watch_edits(db: &Transaction<'_>) -> Result<(), TransactionError> {
    let watched = list(COLUMNS.iter().filter(|column| column.is_watched()), |column| {
        format!("\"{}\"", column.name)
    });
    // It deletes and inserts, because the conflict clause of the statement that fires it would
    // override its own.
    let wanted = format!(
        "CREATE TRIGGER article_is_edited AFTER UPDATE OF {watched}, arrival, withdrawn, erased ON article BEGIN
             DELETE FROM touched WHERE article = NEW.sequence;
             INSERT INTO touched (article, at)
             SELECT NEW.sequence, CAST(value AS INTEGER) + 1 FROM meta WHERE name = 'changes';
         END"
    );
    let sql = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = 'article_is_edited'";
    let found: Option<String> = db.query_row(sql, [], |row| row.get(0)).optional()?;
    if found.as_ref() != Some(&wanted) {
        db.execute_batch(&format!("DROP TRIGGER IF EXISTS article_is_edited; {wanted}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
