use super::*;
use bantin_testing::{article, stored_article};
use std::collections::BTreeSet;

/// Each field of an article that is exported is a column, or is stored elsewhere.
#[test]
fn every_field_of_an_article_has_a_column() {
    let mut article = stored_article("tag:a", article("a", 1, DateTime::UNIX_EPOCH));
    article.first_source = Some(bantin_core::FirstSource::default());
    let exported = serde_json::to_value(&article).unwrap();
    let fields: BTreeSet<&str> = exported.as_object().unwrap().keys().map(String::as_str).collect();
    let mut columns: BTreeSet<&str> = COLUMNS.iter().map(|column| column.name).collect();
    assert!(columns.insert("topics"), "topics have a table of their own");
    assert_eq!(columns, fields);
}

#[test]
fn erasing_empties_what_an_agency_wrote() {
    let content = COLUMNS.iter().filter(|column| column.used == ColumnUse::Content);
    let emptied: Vec<_> = content.map(|column| (column.name, column.empty)).collect();
    let expected = [
        ("title", "''"),
        ("summary", "NULL"),
        ("html", "''"),
        ("text", "''"),
        ("author", "NULL"),
        ("source_line", "NULL"),
        ("images", "'[]'"),
        ("attachments", "'[]'"),
        ("tags", "'[]'"),
        ("provenance", "'{}'"),
        ("hash", "''"),
    ];
    assert!(expected.iter().all(|column| emptied.contains(column)), "{emptied:?}");
}
