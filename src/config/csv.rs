//! Parses CSV (RFC 4180) into cells with spans.
//!
//! The `csv` crate reports the start of a record but not of its cells, so its core is used, which
//! counts bytes.

use super::files::TextSpan;
use csv_core::{ReadFieldResult, ReaderBuilder};

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CsvCell {
    /// The content without quotes and outer white space.
    pub(super) text: String,
    /// The span of the cell, including quotes.
    pub(super) span: TextSpan,
    /// Whether a quote is not closed in it, so that the cell contains the rest of the table.
    pub(super) open: bool,
}

/// The rows of a text that starts at `start` of the concatenated texts, including the header. Empty
/// rows are left out.
///
/// The delimiter is taken from the header: spreadsheets with Vietnamese settings write semicolons
/// instead of commas, others tabs.
pub(super) fn rows(text: &str, start: usize) -> Vec<Vec<CsvCell>> {
    let header = text.lines().next().unwrap_or_default();
    let delimiter = [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|candidate| {
            (header.bytes().filter(|b| b == candidate).count(), *candidate == b',')
        })
        .unwrap_or(b',');
    let mut reader = ReaderBuilder::new().delimiter(delimiter).build();
    let mut buffer = vec![0; text.len() + 1];
    let (mut rows, mut row) = (Vec::new(), Vec::new());
    let (mut at, mut from, mut length) = (0, 0, 0);
    loop {
        let input = text.as_bytes().get(at..).unwrap_or_default();
        let output = buffer.get_mut(length..).unwrap_or_default();
        let (result, read, written) = reader.read_field(input, output);
        (at, length) = (at + read, length + written);
        match result {
            ReadFieldResult::Field { record_end } => {
                let bytes = buffer.get(..length).unwrap_or_default();
                row.push(cell(text, from..at, bytes, delimiter, start));
                if record_end {
                    let row = std::mem::take(&mut row);
                    if row.iter().any(|cell| !cell.text.is_empty()) {
                        rows.push(row);
                    }
                }
                (from, length) = (at, 0);
            }
            // The reader needs an empty input to report the end.
            ReadFieldResult::InputEmpty => {}
            // The buffer is longer than the text, so no cell can fill it.
            ReadFieldResult::OutputFull | ReadFieldResult::End => return rows,
        }
    }
}

fn cell(text: &str, read: TextSpan, bytes: &[u8], delimiter: u8, start: usize) -> CsvCell {
    let raw = text.get(read.clone()).unwrap_or_default();
    // The reader includes line ends in the cell after or before them, and the delimiter in the cell
    // before it.
    let inner = raw.trim_start_matches(['\r', '\n']);
    let from = read.start + raw.len() - inner.len();
    let inner =
        inner.strip_suffix(char::from(delimiter)).unwrap_or(inner).trim_end_matches(['\r', '\n']);
    // A quote inside a cell is doubled, so the text may be cut off directly after one.
    let quotes = inner.matches('"').count();
    let open = inner.starts_with('"') && (quotes % 2 == 1 || !inner.ends_with('"'));
    CsvCell {
        // UTF-8 stays valid when it is cut at ASCII delimiters.
        text: String::from_utf8_lossy(bytes).trim().to_owned(),
        span: start + from..start + from + inner.len(),
        open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&[(&str, &str)]]) {
        let rows = rows(text, 0);
        let seen: Vec<Vec<(&str, &str)>> = rows
            .iter()
            .map(|row| {
                row.iter().map(|c| (c.text.as_str(), text.get(c.span.clone()).unwrap())).collect()
            })
            .collect();
        assert_eq!(seen, expected, "{text:?}");
    }

    #[test]
    fn cells_are_found_where_they_are_written() {
        let expected: &[&[(&str, &str)]] =
            &[&[("a", "a"), ("b", "b")], &[("một", "một"), ("", "")]];
        check("a,b\nmột,\n", expected);
        check("a,b\r\nmột,\r\n", expected);
        check("a;b\r\n\r\nmột;", expected);
        check("a\tb\nmột\t\n\t\n", expected);
        check("a\n\"x, \"\"y\"\"\"\n", &[&[("a", "a")], &[("x, \"y\"", "\"x, \"\"y\"\"\"")]]);
        check(
            "a,b\n\"hai\ndòng\",c",
            &[&[("a", "a"), ("b", "b")], &[("hai\ndòng", "\"hai\ndòng\""), ("c", "c")]],
        );
        check("", &[]);
    }

    #[test]
    fn a_quote_that_is_never_closed_is_noticed() {
        let rows = rows("a,b\n1,\"x\n2,y\n", 0);
        assert!(rows[1][1].open);
        assert_eq!(rows.len(), 2);
        assert!(super::rows("a,b\n1,\"Sở \"\"Y tế\"\"", 0)[1][1].open);
        assert!(!super::rows("a,b\n1,\"Sở \"\"Y tế\"\"\"", 0)[1][1].open);
    }
}
