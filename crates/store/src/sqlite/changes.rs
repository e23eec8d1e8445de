//! What moved in the store, for one who looked at it before.

use super::articles::{NEVER, TOPICS, whole};
use super::damage::sound;
use super::{TransactionError, archives, changes};
use crate::{StoreChanges, TouchedArticle};
use rusqlite::{Row, Transaction};

/// More articles than these are not told apart: looking at each costs more than looking at all anew.
const MAX_COUNT: usize = 1_000;

/// What moved since a number of changes.
pub(in super::super) fn since(
    db: &Transaction<'_>,
    since: Option<i64>,
) -> Result<StoreChanges, TransactionError> {
    let moved = since.map(|since| moved(db, since)).transpose()?.flatten();
    Ok(StoreChanges { changes: changes(db)?, day: archives::day(db)?, moved })
}

/// The articles that were touched since; nothing where that does not tell what is to be done.
fn moved(
    db: &Transaction<'_>,
    since: i64,
) -> Result<Option<Vec<TouchedArticle>>, TransactionError> {
    let mut select = db.prepare_cached(&format!(
        "SELECT article.*, {TOPICS}
         FROM touched CROSS JOIN article ON article.sequence = touched.article
         WHERE touched.at > ?1 LIMIT {}",
        MAX_COUNT + 1
    ))?;
    let mut rows = select.query([since])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        // Of what was erased nobody knows any more which archives held it.
        let Some(moved) = sound(row, one(row))? else { return Ok(None) };
        if row.get::<_, bool>("erased")? || found.len() == MAX_COUNT {
            return Ok(None);
        }
        found.push(moved);
    }
    Ok(Some(found))
}

fn one(row: &Row<'_>) -> Result<TouchedArticle, TransactionError> {
    let is_withdrawn = row.get::<_, Option<i64>>("withdrawn")?.is_some();
    let is_dated = row.get::<_, i64>("arrival")? != NEVER;
    Ok(TouchedArticle {
        place: row.get("sequence")?,
        article: whole(row)?,
        is_current: !is_withdrawn && is_dated,
        changed: row.get("changed")?,
        published: row.get("published")?,
    })
}
