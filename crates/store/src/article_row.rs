//! The row of an article.

use crate::columns::{instant, millis, parsed};
use crate::error::TransactionError;
use crate::records;
use bantin_core::{Article, ArticleKey, CleanHtml, FirstSource, Slug};
use chrono::{DateTime, Utc};
use rusqlite::{Row, Transaction, named_params};

/// The topics of an article, as a column.
pub(crate) const TOPICS: &str =
    "(SELECT topics FROM classified WHERE classified.article = article.sequence) AS topics";

/// Puts a row for an article that has none.
pub(crate) fn add(
    db: &Transaction<'_>,
    article: &Article,
    id: &str,
    arrival: DateTime<Utc>,
) -> Result<i64, TransactionError> {
    db.prepare_cached(
        r#"INSERT INTO article (id, source, key, url, title, summary, html, text, author, source_line, published,
             "precision", zone, updated, language, images, attachments, tags, first_source, provenance, hash, teaser, arrival,
             first_seen, last_seen, revision)
         VALUES (:id, :source, :key, :url, :title, :summary, :html, :text, :author, :source_line, :published,
             :precision, :zone, :updated, :language, :images, :attachments, :tags, :first_source, :provenance, :hash, '', :arrival,
             :first_seen, :last_seen, :revision)"#,
    )?
    .execute(named_params! {
        ":id": id,
        ":source": article.source.as_str(),
        ":key": article.key.as_str(),
        ":url": article.url.as_str(),
        ":title": article.title,
        ":summary": article.summary,
        ":html": article.html.as_str(),
        ":text": article.text,
        ":author": article.author,
        ":source_line": article.source_line,
        ":published": millis(article.published),
        ":precision": records::write(&article.precision)?,
        ":zone": article.zone.name(),
        ":updated": millis(article.updated),
        ":language": article.language,
        ":images": records::write_list(&article.images)?,
        ":attachments": records::write_list(&article.attachments)?,
        ":tags": records::write_texts(article.tags.iter().map(String::as_str))?,
        ":first_source": article.first_source.as_ref().map(records::write).transpose()?,
        ":provenance": records::write(&article.provenance)?,
        ":hash": article.hash,
        ":arrival": millis(arrival),
        ":first_seen": millis(article.first_seen),
        ":last_seen": millis(article.last_seen),
        ":revision": article.revision,
    })?;
    Ok(db.last_insert_rowid())
}

/// Puts all that an article says in the place of what its row said. Its id, key, source and arrival stay.
pub(crate) fn overwrite(
    db: &Transaction<'_>,
    sequence: i64,
    new: &Article,
) -> Result<(), TransactionError> {
    db.prepare_cached(
        r#"UPDATE article SET url = :url, title = :title, summary = :summary, html = :html, text = :text,
             author = :author, source_line = :source_line, published = :published, "precision" = :precision,
             zone = :zone, updated = :updated, language = :language, images = :images, attachments = :attachments,
             tags = :tags, first_source = :first_source, provenance = :provenance, hash = :hash,
             last_seen = max(last_seen, :last_seen), revision = :revision
         WHERE sequence = :sequence"#,
    )?
    .execute(named_params! {
        ":sequence": sequence,
        ":url": new.url.as_str(),
        ":title": new.title,
        ":summary": new.summary,
        ":html": new.html.as_str(),
        ":text": new.text,
        ":author": new.author,
        ":source_line": new.source_line,
        ":published": millis(new.published),
        ":precision": records::write(&new.precision)?,
        ":zone": new.zone.name(),
        ":updated": millis(new.updated),
        ":language": new.language,
        ":images": records::write_list(&new.images)?,
        ":attachments": records::write_list(&new.attachments)?,
        ":tags": records::write_texts(new.tags.iter().map(String::as_str))?,
        ":first_source": new.first_source.as_ref().map(records::write).transpose()?,
        ":provenance": records::write(&new.provenance)?,
        ":hash": new.hash,
        ":last_seen": millis(new.last_seen),
        ":revision": new.revision,
    })?;
    Ok(())
}

/// The topics in a row that was asked for `TOPICS`.
fn topics_in(row: &Row<'_>) -> Result<Vec<Slug>, TransactionError> {
    let topics: Option<String> = row.get("topics")?;
    records::read_texts("the topics of an article", topics.as_deref().unwrap_or("[]"))
}

/// The article in a row that was asked for `TOPICS`.
pub(crate) fn whole(row: &Row<'_>) -> Result<Article, TransactionError> {
    Ok(Article { topics: topics_in(row)?, ..read(row)? })
}

/// Where the article in a row was first published.
fn first_source(row: &Row<'_>) -> Result<Option<FirstSource>, TransactionError> {
    let text: Option<String> = row.get("first_source")?;
    text.map(|text| records::read("the first source of an article", &text)).transpose()
}

/// The article in a row, without its topics.
pub(crate) fn read(row: &Row<'_>) -> Result<Article, TransactionError> {
    let text = |column: &str| row.get::<_, String>(column);
    Ok(Article {
        id: text("id")?,
        source: parsed("the source of an article", &text("source")?)?,
        key: ArticleKey::kept(text("key")?),
        url: parsed("the address of an article", &text("url")?)?,
        title: text("title")?,
        summary: row.get("summary")?,
        html: CleanHtml::from_store(text("html")?),
        text: text("text")?,
        author: row.get("author")?,
        source_line: row.get("source_line")?,
        published: instant(row.get("published")?),
        precision: records::read("the precision of a date", &text("precision")?)?,
        zone: parsed("a time zone", &text("zone")?)?,
        updated: instant(row.get("updated")?),
        language: text("language")?,
        images: records::read_list("the images of an article", &text("images")?)?,
        attachments: records::read_list("the attachments of an article", &text("attachments")?)?,
        tags: records::read_texts("the tags of an article", &text("tags")?)?,
        topics: Vec::new(),
        first_source: first_source(row)?,
        provenance: records::read("the provenance of an article", &text("provenance")?)?,
        hash: text("hash")?,
        first_seen: instant(row.get("first_seen")?),
        last_seen: instant(row.get("last_seen")?),
        revision: row.get("revision")?,
    })
}
