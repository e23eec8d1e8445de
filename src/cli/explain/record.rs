//! The report about an article, as JSON.

use super::{ExplainReport, text};
use bantin_core::{Article, ExplainedField};
use serde_json::{Map, Value, json};

/// Formats the whole report.
pub(super) fn of(report: &ExplainReport) -> Value {
    let read = report.read.as_ref();
    let decoded = read.and_then(|read| read.decoded.as_ref());
    let explanation = read.map(|read| &read.explanation);
    let article = read.and_then(|read| read.article.as_ref().ok());
    let mut fields = Map::new();
    if let Some(explanation) = explanation {
        for subject in ExplainedField::ALL {
            let considered = explanation.of(subject);
            let (value, from) =
                article.map_or((None, None), |article| text::value(article, subject));
            let field = json!({
                "value": value,
                "provenance": from,
                "key": subject.key(),
                "considered": considered,
            });
            fields.insert(subject.name().to_owned(), field);
        }
    }
    json!({
        "url": report.name,
        "source": report.source,
        "rules": report.rules,
        "page": report.page,
        "charset": decoded.map(|decoded| json!({
            "name": decoded.encoding,
            "because": decoded.evidence.to_string(),
            "replaced": decoded.replaced,
        })),
        "platform": explanation.and_then(|explanation| explanation.platform.as_deref()),
        "refused": read.and_then(|read| read.article.as_ref().err()),
        "fields": fields,
        "cuts": explanation.map(|explanation| &explanation.removed),
        "zone": read.map(|read| read.zone.name()),
        "stored": report.stored.as_ref().map(|stored| json!({
            "article": without_text(&stored.article),
            "teaser": stored.item,
            "withdrawn": stored.withdrawn.as_ref().map(|gone| json!({
                "at": gone.at, "by_agency": gone.by_agency, "reason": gone.reason,
            })),
        })),
        "waiting": report.unread.as_ref().map(|unread| json!({
            "since": unread.since,
            "teaser": unread.item,
            "refused": unread.refused.as_ref().map(|(why, tries, again)| json!({
                "why": why, "tries": tries, "again": again,
            })),
        })),
    })
}

/// A stored article without its text and HTML, which `export` prints.
fn without_text(article: &Article) -> Value {
    let mut record = json!(article);
    if let Some(record) = record.as_object_mut() {
        record.remove("html");
        record.remove("text");
    }
    record
}
