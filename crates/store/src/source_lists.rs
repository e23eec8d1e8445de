//! Remote lists of sources: the last good copy of each.

use crate::error::TransactionError;
use crate::store::{self, BUSY_TIMEOUT};
use crate::{Store, StoreError, error, records};
use bantin_core::ListCopy;
use bantin_page::Validators;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction};
use std::path::Path;
use url::Url;

impl Store {
    /// Returns the last good copy of a list of sources, with its validators.
    pub async fn source_list(
        &self,
        url: &Url,
    ) -> Result<Option<(ListCopy, Validators)>, StoreError> {
        let url = url.clone();
        self.read(move |db| one(db, &url)).await
    }

    /// Stores a copy of a list of sources. Durable on return.
    pub async fn keep_source_list(
        &self,
        copy: ListCopy,
        validators: Validators,
    ) -> Result<(), StoreError> {
        self.write_durably(move |db| keep(db, &copy, &validators)).await
    }

    /// Reads the copies of all lists of sources from the store in the state folder, without
    /// creating or changing anything.
    ///
    /// Returns an empty list if there is no store. The reader of feeds.toml calls this before a
    /// store is open.
    pub fn source_lists(folder: &Path) -> Result<Vec<ListCopy>, StoreError> {
        all(&folder.join("bantin.sqlite"))
    }
}

fn one(
    db: &Transaction<'_>,
    url: &Url,
) -> Result<Option<(ListCopy, Validators)>, TransactionError> {
    let row: Option<(String, String)> = db
        .prepare_cached("SELECT copy, validators FROM source_list WHERE url = ?1")?
        .query_row([url.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((copy, validators)) = row else { return Ok(None) };
    let copy = records::read("a list of sources", &copy)?;
    Ok(Some((copy, records::read("the validators of a list", &validators)?)))
}

fn keep(
    db: &Transaction<'_>,
    copy: &ListCopy,
    validators: &Validators,
) -> Result<(), TransactionError> {
    db.prepare_cached(
        "INSERT INTO source_list (url, copy, validators) VALUES (?1, ?2, ?3)
         ON CONFLICT (url) DO UPDATE SET copy = excluded.copy, validators = excluded.validators",
    )?
    .execute((copy.url.as_str(), records::write(copy)?, records::write(validators)?))?;
    Ok(())
}

fn all(path: &Path) -> Result<Vec<ListCopy>, StoreError> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let read_usually = || {
        let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        db.busy_timeout(BUSY_TIMEOUT)?;
        read(&db)
    };
    match read_usually().map_err(|e| error::explain(path, e)) {
        Err(error) if error.is_local() => {
            let db = store::read_only(path).ok_or(error)?;
            read(&db).map_err(|e| error::explain(path, e))
        }
        read => read,
    }
}

fn read(db: &Connection) -> Result<Vec<ListCopy>, TransactionError> {
    // The store may be of an older version without this table.
    let sql =
        "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'source_list')";
    if !db.query_row(sql, [], |row| row.get::<_, bool>(0))? {
        return Ok(Vec::new());
    }
    let mut find = db.prepare("SELECT copy FROM source_list ORDER BY url")?;
    let texts = find.query_map([], |row| row.get::<_, String>(0))?;
    texts.map(|text| records::read("a list of sources", &text?)).collect()
}
