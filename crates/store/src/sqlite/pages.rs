//! Pages, as they came.

use super::{TransactionError, instant, millis, parsed};
use crate::records;
use crate::{KeptPage, VisitClaim};
use bantin_core::ListingItem;
use bantin_page::Page;
use bytes::Bytes;
use rusqlite::{OptionalExtension, Transaction, named_params};
use url::Url;

/// Keeps a page. The newest page of each address stays, so that an article can be extracted again by better rules; of an article
/// that was erased none does.
pub(in super::super) fn keep(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    page: &Page,
    teaser: Option<&ListingItem>,
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
        ":asked": page.asked.as_str(),
        ":url": page.url.as_str(),
        ":media": records::write(&page.media)?,
        ":coding": records::write(&page.coding)?,
        ":wire": page.wire.as_ref(),
        ":validators": records::write(&page.validators)?,
        ":fetched": millis(page.fetched),
        ":teaser": teaser.map(records::write).transpose()?,
    })?;
    Ok(())
}

/// The page that a visit fetched from an address.
pub(in super::super) fn kept(
    db: &Transaction<'_>,
    visit: i64,
    asked: &Url,
) -> Result<Option<KeptPage>, TransactionError> {
    let row = db
        .prepare_cached(
            "SELECT url, media, coding, wire, validators, fetched FROM page
             WHERE visit = ?1 AND asked = ?2",
        )?
        .query_row((visit, asked.as_str()), |row| {
            let texts = [row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, row.get(4)?];
            Ok((texts, row.get::<_, Vec<u8>>(3)?, row.get::<_, i64>(5)?))
        })
        .optional()?;
    let Some(([url, media, coding, validators], wire, fetched)) = row else { return Ok(None) };
    Ok(Some(KeptPage {
        asked: asked.clone(),
        url: parsed("the address of a page", &url)?,
        media: records::read("the media type of a page", &media)?,
        coding: records::read("the coding of a page", &coding)?,
        wire: Bytes::from(wire),
        validators: records::read("the validators of a page", &validators)?,
        fetched: instant(fetched),
    }))
}
