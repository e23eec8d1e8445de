use super::*;

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
