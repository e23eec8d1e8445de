//! Fetched pages, stored as received.

use crate::columns::{instant, millis, parsed};
use crate::error::TransactionError;
use crate::{Store, StoreError, VisitClaim, VisitId, records};
use bantin_core::{ListingItem, Slug};
use bantin_page::{ContentCoding, MediaType, Page, Validators};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use rusqlite::{Row, Transaction, named_params};
use url::Url;

/// A stored page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPage {
    /// The requested address.
    pub requested: Url,
    /// The address that answered, after redirects.
    pub url: Url,
    /// Its media type.
    pub media: MediaType,
    /// The content coding of `wire`.
    pub coding: ContentCoding,
    /// The body as received, not decoded.
    pub wire: Bytes,
    /// Its validators.
    pub validators: Validators,
    /// When it was received.
    pub fetched: DateTime<Utc>,
}

impl Store {
    /// Stores a page on arrival.
    ///
    /// The newest page of each address is kept: an interrupted visit resumes from it, and `explain`
    /// reads it offline. Pages of erased articles are not stored.
    pub async fn keep_page(
        &self,
        claim: &VisitClaim,
        page: &Page,
        item: Option<&ListingItem>,
    ) -> Result<(), StoreError> {
        let (claim, page, item) = (claim.clone(), page.clone(), item.cloned());
        self.write(move |db| keep(db, &claim, &page, item.as_ref())).await
    }

    /// Returns the page that this visit fetched from an address, possibly before it was
    /// interrupted.
    pub async fn kept_page(
        &self,
        claim: &VisitClaim,
        asked: &Url,
    ) -> Result<Option<KeptPage>, StoreError> {
        let (visit, asked) = (claim.visit, asked.clone());
        self.read_briefly(move |db| kept(db, visit, &asked)).await
    }

    /// Returns the newest page that any visit of a source fetched from an address.
    pub async fn last_page(
        &self,
        source: &Slug,
        asked: &Url,
    ) -> Result<Option<KeptPage>, StoreError> {
        let (source, asked) = (source.clone(), asked.clone());
        self.read_briefly(move |db| last_page(db, &source, &asked)).await
    }
}

fn keep(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    page: &Page,
    item: Option<&ListingItem>,
) -> Result<(), TransactionError> {
    db.prepare_cached(
        "INSERT INTO page (source, visit, asked, url, media, coding, wire, validators, fetched, teaser)
         SELECT :source, :visit, :asked, :url, :media, :coding, :wire, :validators, :fetched, :teaser
         WHERE NOT EXISTS (SELECT 1 FROM alias JOIN article ON article.sequence = alias.article
                           WHERE alias.source = :source AND alias.url = :asked AND article.erased = 1)
         ON CONFLICT (source, asked) DO UPDATE SET visit = excluded.visit, url = excluded.url,
             media = excluded.media, coding = excluded.coding, wire = excluded.wire,
             validators = excluded.validators, fetched = excluded.fetched, teaser = excluded.teaser",
    )?
    .execute(named_params! {
        ":source": claim.source.as_str(),
        ":visit": claim.visit,
        ":asked": page.requested.as_str(),
        ":url": page.url.as_str(),
        ":media": records::write(&page.media)?,
        ":coding": records::write(&page.coding)?,
        ":wire": page.wire.as_ref(),
        ":validators": records::write(&page.validators)?,
        ":fetched": millis(page.fetched),
        ":teaser": item.map(records::write).transpose()?,
    })?;
    Ok(())
}

fn kept(
    db: &Transaction<'_>,
    visit: VisitId,
    asked: &Url,
) -> Result<Option<KeptPage>, TransactionError> {
    let mut select = db.prepare_cached("SELECT * FROM page WHERE visit = ?1 AND asked = ?2")?;
    let mut rows = select.query((visit, asked.as_str()))?;
    rows.next()?.map(page_in).transpose()
}

fn last_page(
    db: &Transaction<'_>,
    source: &Slug,
    asked: &Url,
) -> Result<Option<KeptPage>, TransactionError> {
    let mut select = db.prepare_cached("SELECT * FROM page WHERE source = ?1 AND asked = ?2")?;
    let mut rows = select.query((source.as_str(), asked.as_str()))?;
    rows.next()?.map(page_in).transpose()
}

/// Reads the page in a row.
pub(crate) fn page_in(row: &Row<'_>) -> Result<KeptPage, TransactionError> {
    let text = |column: &str| row.get::<_, String>(column);
    Ok(KeptPage {
        requested: parsed("the address of a page", &text("asked")?)?,
        url: parsed("the address of a page", &text("url")?)?,
        media: records::read("the media type of a page", &text("media")?)?,
        coding: records::read("the coding of a page", &text("coding")?)?,
        wire: Bytes::from(row.get::<_, Vec<u8>>("wire")?),
        validators: records::read("the validators of a page", &text("validators")?)?,
        fetched: instant(row.get("fetched")?),
    })
}
