//! Parses a CSV list of sources, with the same columns as a `[[source_table]]`.

use super::check::wants;
use super::csv;
use super::table::column;
use bantin_core::KeyValue;
use serde_json::Value;

/// A row: the line on which it begins, counted from 1, and its keys, or the error in it.
pub type ListRow = (usize, Result<Vec<(String, KeyValue)>, String>);

/// Reads the rows of a list.
///
/// # Errors
/// A sentence if the header names an unknown key or the list breaks off.
pub fn rows(text: &str) -> Result<Vec<ListRow>, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let line = |at: usize| text.get(..at).unwrap_or_default().matches('\n').count() + 1;
    let rows = csv::rows(text, 0);
    // The rest of the list is inside the cell, or was not received.
    let last = rows.last().and_then(|cells| cells.last());
    if let Some(cell) = last.filter(|cell| cell.open) {
        let line = line(cell.span.start);
        return Err(format!("line {line}: a quote is not closed, so the list breaks off there"));
    }
    let mut rows = rows.into_iter();
    let header = rows
        .next()
        .ok_or("the list is empty; the first row must name keys of a source: url,title,province")?;
    let mut columns: Vec<(String, &Value)> = Vec::new();
    let mut written: Vec<String> = Vec::new();
    for cell in header {
        let (key, schema) = column(&cell.text).ok_or_else(|| {
            format!("line 1: the column {:?} is not a key of a source; use keys such as url, title, kind, province", cell.text)
        })?;
        let mut before = written.iter().zip(&columns).filter(|(_, (other, _))| *other == key);
        if let Some((other, _)) = before.find(|(other, _)| **other != cell.text) {
            return Err(format!(
                "line 1: the columns {other:?} and {:?} are the old and the new name of the same column; remove one of them",
                cell.text
            ));
        }
        written.push(cell.text);
        columns.push((key, schema));
    }
    let read = |cells: Vec<csv::CsvCell>| {
        let at = cells.first().map_or(1, |cell| line(cell.span.start));
        if cells.iter().any(|cell| cell.open) {
            return (at, Err("a quote in it is not closed".to_owned()));
        }
        if cells.len() != columns.len() {
            let why = format!("it has {} cells, but the header has {}", cells.len(), columns.len());
            return (at, Err(why));
        }
        let filled = columns.iter().zip(cells).filter(|(_, cell)| !cell.text.is_empty());
        let keys = filled.map(|((key, schema), cell)| {
            let text = cell.text;
            let written = if wants(schema, "array") {
                KeyValue::List(text.split('|').map(|item| item.trim().to_owned()).collect())
            } else if wants(schema, "integer") {
                text.parse().map_or(KeyValue::Text(text), KeyValue::Number)
            } else if wants(schema, "boolean") {
                text.parse().map_or(KeyValue::Text(text), KeyValue::Truth)
            } else {
                KeyValue::Text(text)
            };
            (key.clone(), written)
        });
        (at, Ok(keys.collect()))
    };
    Ok(rows.map(read).collect())
}
