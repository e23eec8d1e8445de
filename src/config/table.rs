//! Sources from a CSV table: each row becomes the same tree as a `[[source]]`.

use super::check::{check, duplicate_key, property, resolved, suggest_place, wants};
use super::csv::{self, CsvCell};
use super::deserialize::Spanned;
use super::diagnostics::Diagnostics;
use super::errors::ConfigProblem;
use super::schema::{definition, properties, renamed};
use super::tree::{ConfigEntry, ConfigNode, ConfigValue as Written};
use super::written;
use serde_json::Value;

/// A column: its key, in one or two steps, and the schema of its cells.
struct TableColumn {
    header: CsvCell,
    /// Both words of `select.item`, else one.
    steps: Vec<String>,
    schema: &'static Value,
}

/// The sources of a `[[source_table]]`, completed with its other keys.
pub(super) fn sources(table: ConfigNode, diagnostics: &mut Diagnostics) -> Vec<ConfigNode> {
    let Some(rows) = read(table, diagnostics) else {
        diagnostics.sources_incomplete = true;
        return Vec::new();
    };
    diagnostics.sources_incomplete |= rows.iter().any(Option::is_none);
    rows.into_iter().flatten().collect()
}

/// The rows, with `None` for each invalid row. Returns `None` if no row can be read.
fn read(mut table: ConfigNode, diagnostics: &mut Diagnostics) -> Option<Vec<Option<ConfigNode>>> {
    let own: written::SourceTable = diagnostics.keys(table.split(|key| key == "path"));
    let hint = "for example path = \"agencies.csv\"";
    diagnostics.require("path", &own.path, &table.span, "a table of sources", hint);
    let Spanned { value: path, span } = own.path?;
    let path = diagnostics.files.folder(&span).join(path);
    let (start, text) = match diagnostics.files.read(&path) {
        Ok(read) => read,
        Err(why) => {
            let message = format!("`path`: {} cannot be read: {why}", path.display());
            diagnostics.problem(ConfigProblem::new(message).at(&span));
            return None;
        }
    };
    let mut rows = csv::rows(&text, start).into_iter();
    let Some(header) = rows.next() else {
        let message = format!("`path`: {} is empty", path.display());
        let hint = "the first row must name keys of a source: id,agency,province,url".to_owned();
        diagnostics.problem(ConfigProblem::new(message).at(&span).hint(hint));
        return None;
    };
    let columns = columns(header, diagnostics)?;
    Some(rows.map(|cells| source(cells, &columns, &table, diagnostics)).collect())
}

/// The columns that the header names. Returns `None` after an unknown column, because each row
/// would only repeat the error.
fn columns(header: Vec<CsvCell>, diagnostics: &mut Diagnostics) -> Option<Vec<TableColumn>> {
    let mut columns: Vec<TableColumn> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    let mut are_known = true;
    for header in header {
        let written = header.text.clone();
        let Some((name, schema)) = column(&written) else {
            let hint = match resolved_table(&written) {
                Some((prefix, table)) => {
                    let first = properties(table).next().map(|(key, _)| key).unwrap_or_default();
                    format!("write one of its keys, such as `{prefix}.{first}`")
                }
                None => suggest_place(&written, definition("Source")),
            };
            let problem =
                ConfigProblem::new(format!("unknown column `{written}`")).at(&header.span);
            diagnostics.problem(problem.hint(hint));
            are_known = false;
            continue;
        };
        let first = names.iter().position(|other| *other == name);
        if let Some(before) = first.and_then(|first| columns.get(first)) {
            let (own, other) = (
                (written.as_str(), &header.span),
                (before.header.text.as_str(), &before.header.span),
            );
            diagnostics.problem(match (own.0 == other.0, own.0 == name) {
                (true, _) => {
                    ConfigProblem::new(format!("the column `{written}` occurs twice")).at(own.1)
                }
                (false, true) => duplicate_key("column", other, own),
                (false, false) => duplicate_key("column", own, other),
            });
            are_known = false;
        } else if written != name {
            diagnostics.renamed(&header.span, &written, &name);
        }
        let steps = name.split('.').map(str::to_owned).collect();
        names.push(name);
        columns.push(TableColumn { header, steps, schema });
    }
    are_known.then_some(columns)
}

/// The key that a column names, by its current name, and its schema. Returns `None` for a table,
/// which a cell cannot hold.
pub(super) fn column(written: &str) -> Option<(String, &'static Value)> {
    let mut table = definition("Source");
    let mut name = String::new();
    for step in written.split('.') {
        let key = if property(table, step).is_some() { step } else { renamed(table, step)? };
        table = property(table, key).map(resolved)?;
        name = if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") };
    }
    (!wants(table, "object")).then_some((name, table))
}

/// The table that a column names instead of one of its keys.
fn resolved_table(name: &str) -> Option<(&str, &'static Value)> {
    let table = property(definition("Source"), name).map(resolved)?;
    Some((name, table))
}

fn source(
    cells: Vec<CsvCell>,
    columns: &[TableColumn],
    table: &ConfigNode,
    diagnostics: &mut Diagnostics,
) -> Option<ConfigNode> {
    let (first, last) = (cells.first()?, cells.last()?);
    let span = first.span.start..last.span.end;
    if let Some(open) = cells.iter().find(|cell| cell.open) {
        let problem = ConfigProblem::new("this quote is not closed").at(&open.span);
        let hint = "close it, or double a quote inside a cell".to_owned();
        diagnostics.problem(problem.hint(hint));
        return None;
    }
    if cells.len() != columns.len() {
        let (has, want) = (cells.len(), columns.len());
        let message = format!("this row has {has} cells, but the header has {want}");
        let hint = "put a cell that contains a comma in quotes; keep the comma of an empty cell";
        diagnostics.problem(ConfigProblem::new(message).at(&span).hint(hint.to_owned()));
        return None;
    }
    let mut row = ConfigNode::empty(span);
    for (column, cell) in columns.iter().zip(cells) {
        if !cell.text.is_empty() {
            put(&mut row, &column.steps, column, cell);
        }
    }
    check(&mut row, "", definition("Source"), diagnostics);
    row.fill_from(table);
    Some(row)
}

fn put(table: &mut ConfigNode, steps: &[String], column: &TableColumn, cell: CsvCell) {
    let Some((key, rest)) = steps.split_first() else { return };
    let Written::Table(entries) = &mut table.value else { return };
    let place = entries.iter().position(|entry| entry.key == *key);
    let node = if rest.is_empty() {
        value(column.schema, &cell)
    } else {
        ConfigNode::empty(cell.span.clone())
    };
    if place.is_none() {
        entries.push(ConfigEntry { key: key.clone(), key_span: column.header.span.clone(), node });
    }
    let place = place.unwrap_or(entries.len().saturating_sub(1));
    if let Some(entry) = entries.get_mut(place) {
        put(&mut entry.node, rest, column, cell);
    }
}

/// Converts a cell to the type of its column. A cell that cannot be converted stays a string, which
/// the validation reports.
fn value(schema: &Value, cell: &CsvCell) -> ConfigNode {
    let text = |text: &str| Written::Text(text.trim().to_owned());
    let span = cell.span.clone();
    let value = if wants(schema, "array") {
        let items = cell.text.split('|');
        Written::List(
            items.map(|item| ConfigNode { span: span.clone(), value: text(item) }).collect(),
        )
    } else if wants(schema, "integer") {
        cell.text.parse().map_or_else(|_| text(&cell.text), Written::Number)
    } else if wants(schema, "boolean") {
        cell.text.parse().map_or_else(|_| text(&cell.text), Written::Truth)
    } else {
        text(&cell.text)
    };
    ConfigNode { span, value }
}
