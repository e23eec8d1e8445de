//! Writing into feeds.toml: a new source is put below the others, and every other byte stays as it is.
//!
//! `toml_edit` says where tables end and writes the new one; what the operator wrote is never written anew, so comments,
//! order and line ends cannot change.

use bantin_core::{KeyValue, Slug};
use ipnet::IpNet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;
use toml_edit::{Array, ArrayOfTables, Document, DocumentMut, InlineTable, Item, Table, value};
use url::Url;

/// A source that is to be written into feeds.toml.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSource {
    /// Its name.
    pub id: Slug,
    /// What readers see.
    pub title: String,
    /// The province.
    pub province: Option<Slug>,
    /// The agency, as its province calls it.
    pub agency: Option<String>,
    /// What is fetched first.
    pub url: Url,
    /// How the page at `url` is read.
    pub kind: NewKind,
    /// Networks that are not public and may be fetched from all the same.
    pub allow_private: Vec<IpNet>,
}

/// How the page of a new source is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKind {
    /// The value of `kind`.
    pub name: &'static str,
    /// The kind's keys.
    pub settings: Vec<(&'static str, KeyValue)>,
}

/// A text of feeds.toml with a new source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditedConfig {
    /// The whole text.
    pub text: String,
    /// The line on which the new source begins, counted from 1.
    pub line: usize,
}

/// Why feeds.toml was not written. The old one is still there.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// It breaks the grammar of TOML.
    #[error("feeds.toml cannot be read as TOML, so nothing was written: {0}")]
    Toml(String),
    /// Its sources are written as one value.
    #[error(
        "feeds.toml writes its sources as `source = [...]`, which nothing is added to; write each as a [[source]], or add the new one by hand"
    )]
    Inline,
    /// It is another than it was when the source was found.
    #[error("{} was changed meanwhile, so nothing was written; run the command again", .0.display())]
    Changed(PathBuf),
    /// Nobody may write it.
    #[error("{} is read-only; make it writable (chmod u+w), or change it by hand", .0.display())]
    ReadOnly(PathBuf),
    /// It cannot be read or written.
    #[error("{} could not be written ({source}); see whether it and its folder may be written by this user, and whether the disk is full", .path.display())]
    Failed {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl NewSource {
    /// The source as feeds.toml writes it; it ends with a newline.
    pub fn toml(&self) -> String {
        let mut table = Table::new();
        table.insert("id", value(self.id.as_str()));
        table.insert("title", value(self.title.as_str()));
        if let Some(province) = &self.province {
            table.insert("province", value(province.as_str()));
        }
        if let Some(agency) = &self.agency {
            table.insert("agency", value(agency.as_str()));
        }
        table.insert("kind", value(self.kind.name));
        table.insert("url", value(self.url.as_str()));
        if !self.allow_private.is_empty() {
            let networks: Array = self.allow_private.iter().map(ToString::to_string).collect();
            table.insert("allow_private", value(networks));
        }
        for (key, written) in &self.kind.settings {
            insert(&mut table, key, written);
        }
        let mut sources = ArrayOfTables::new();
        sources.push(table);
        let mut document = DocumentMut::new();
        document.insert("source", Item::ArrayOfTables(sources));
        document.to_string()
    }
}

/// A source of these keys as feeds.toml writes it; it ends with a newline. A key such as `select.item` is one of a table.
pub fn source_of(keys: &[(String, KeyValue)]) -> String {
    let mut source = Table::new();
    for (key, written) in keys {
        insert(&mut source, key, written);
    }
    let mut sources = ArrayOfTables::new();
    sources.push(source);
    let mut document = DocumentMut::new();
    document.insert("source", Item::ArrayOfTables(sources));
    document.to_string()
}

/// Writes a key into the table of a source. A key such as `select.item` is one of a table in it.
fn insert(source: &mut Table, key: &str, written: &KeyValue) {
    let item = match written {
        KeyValue::Text(text) => value(text.as_str()),
        KeyValue::List(items) => value(items.iter().collect::<Array>()),
        KeyValue::Number(number) => value(*number),
        KeyValue::Truth(truth) => value(*truth),
    };
    match key.split_once('.') {
        None => {
            source.insert(key, item);
        }
        Some((table, key)) => {
            let table = source.entry(table).or_insert(value(InlineTable::new()));
            if let (Some(table), Ok(item)) = (table.as_inline_table_mut(), item.into_value()) {
                table.insert(key, item);
            }
        }
    }
}

/// The text of feeds.toml with a new source below the last one, or at its end where it has none.
///
/// # Errors
/// [`EditError::Toml`] and [`EditError::Inline`].
pub fn with(text: &str, source: &NewSource) -> Result<EditedConfig, EditError> {
    with_block(text, &source.toml())
}

/// The same with sources that are written out already.
///
/// # Errors
/// [`EditError::Toml`] and [`EditError::Inline`].
pub fn with_block(text: &str, block: &str) -> Result<EditedConfig, EditError> {
    // A byte order mark is no part of TOML.
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mark = text.strip_suffix(body).unwrap_or_default();
    let document = Document::parse(body).map_err(|error| EditError::Toml(error.to_string()))?;
    let last = match document.as_table().get("source") {
        Some(Item::ArrayOfTables(sources)) => sources.iter().filter_map(end_of_table).max(),
        None | Some(Item::None) => None,
        Some(_) => return Err(EditError::Inline),
    };
    let at = last.map_or(body.len(), |end| line_after(body, end));
    let (before, after) = body.split_at_checked(at).unwrap_or((body, ""));
    let line_end = if body.contains("\r\n") { "\r\n" } else { "\n" };
    let mut edited = format!("{mark}{before}");
    if !before.is_empty() && !before.ends_with('\n') {
        edited.push_str(line_end);
    }
    let is_apart = before.lines().last().is_none_or(|line| line.trim().is_empty());
    if !is_apart {
        edited.push_str(line_end);
    }
    let line = edited.matches('\n').count() + 1;
    edited.push_str(&block.replace('\n', line_end));
    if after.lines().next().is_some_and(|line| !line.trim().is_empty()) {
        edited.push_str(line_end);
    }
    edited.push_str(after);
    Ok(EditedConfig { text: edited, line })
}

/// Where a source is written, as `file:line`, among the files that a configuration was read from.
pub fn location_of(files: &[PathBuf], id: &Slug) -> Option<String> {
    files.iter().find_map(|file| {
        let text = fs::read_to_string(file).ok()?;
        let is_toml = file.extension().is_some_and(|extension| extension == "toml");
        let line = if is_toml { line_in_toml(&text, id) } else { line_in_table(&text, id) };
        Some(format!("{}:{}", file.display(), line?))
    })
}

/// Puts `text` in the place of feeds.toml, which must still hold `old`: durably, at once, with its owner and its
/// permissions. A link to it stays a link.
///
/// # Errors
/// [`EditError::Changed`] and [`EditError::Failed`].
pub fn write(path: &Path, old: &str, text: &str) -> Result<(), EditError> {
    let failed = |source| EditError::Failed { path: path.to_owned(), source };
    let file = path.canonicalize().map_err(failed)?;
    if fs::read(&file).map_err(failed)? != old.as_bytes() {
        return Err(EditError::Changed(path.to_owned()));
    }
    replace(&file, text).map_err(failed)
}

fn replace(file: &Path, text: &str) -> io::Result<()> {
    persist(prepared(file, text)?, file)
}

/// A file beside another, with its owner and permissions and with a new text, that is to take its place.
fn prepared(file: &Path, text: &str) -> io::Result<NamedTempFile> {
    let folder = file.parent().unwrap_or(Path::new("/"));
    let before = fs::metadata(file)?;
    let mut temporary = tempfile::Builder::new().prefix(".feeds.toml.").tempfile_in(folder)?;
    temporary.write_all(text.as_bytes())?;
    // Only root can give a file away; for anybody else it is theirs already, or becomes theirs.
    let _ = std::os::unix::fs::fchown(temporary.as_file(), Some(before.uid()), Some(before.gid()));
    temporary.as_file().set_permissions(before.permissions())?;
    temporary.as_file().sync_all()?;
    Ok(temporary)
}

fn persist(temporary: NamedTempFile, file: &Path) -> io::Result<()> {
    temporary.persist(file).map_err(|error| error.error)?;
    // The rename is durable only once the folder is.
    File::open(file.parent().unwrap_or(Path::new("/")))?.sync_all()
}

/// A file whose text is to be replaced. Neither text has a byte order mark; that of the file stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NewText {
    /// The file.
    pub(super) path: PathBuf,
    /// What it holds.
    pub(super) old: String,
    /// What it will hold.
    pub(super) new: String,
}

/// What kept files from being written.
#[derive(Debug)]
pub struct UnwrittenFiles {
    /// What is in the way, file by file.
    pub errors: Vec<EditError>,
    /// The files that were written all the same, because the system failed only after them.
    pub written: Vec<PathBuf>,
}

/// Replaces the texts of files as [`write`] does: where one may not be written, none is. A read-only file is left alone even where
/// its folder would let it be replaced.
///
/// # Errors
/// Everything that is in the way.
pub(super) fn write_all(texts: &[NewText]) -> Result<(), UnwrittenFiles> {
    let mut files: Vec<(PathBuf, NamedTempFile, &Path)> = Vec::new();
    let (mut errors, mut written) = (Vec::new(), Vec::new());
    for text in texts {
        match prepared_anew(text) {
            Ok((file, _)) if files.iter().any(|(other, ..)| *other == file) => {}
            Ok((file, temporary)) => files.push((file, temporary, &text.path)),
            Err(error) => errors.push(error),
        }
    }
    if !errors.is_empty() {
        return Err(UnwrittenFiles { errors, written });
    }
    for (file, temporary, path) in files {
        match persist(temporary, &file) {
            Ok(()) => written.push(path.to_owned()),
            Err(source) => errors.push(EditError::Failed { path: path.to_owned(), source }),
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(UnwrittenFiles { errors, written }) }
}

fn prepared_anew(text: &NewText) -> Result<(PathBuf, NamedTempFile), EditError> {
    let failed = |source| EditError::Failed { path: text.path.clone(), source };
    let file = text.path.canonicalize().map_err(failed)?;
    let found = fs::read_to_string(&file).map_err(failed)?;
    let body = found.strip_prefix('\u{feff}').unwrap_or(&found);
    if body != text.old {
        return Err(EditError::Changed(text.path.clone()));
    }
    if fs::metadata(&file).map_err(failed)?.permissions().readonly() {
        return Err(EditError::ReadOnly(text.path.clone()));
    }
    OpenOptions::new().append(true).open(&file).map_err(failed)?;
    let mark = found.strip_suffix(body).unwrap_or_default();
    let temporary = prepared(&file, &format!("{mark}{}", text.new)).map_err(failed)?;
    Ok((file, temporary))
}

/// Where the last thing in a table ends.
fn end_of_table(table: &Table) -> Option<usize> {
    let own = table.span().map(|span| span.end);
    table.iter().filter_map(|(_, item)| end_of_item(item)).chain(own).max()
}

fn end_of_item(item: &Item) -> Option<usize> {
    match item {
        Item::Table(table) => end_of_table(table),
        Item::ArrayOfTables(tables) => tables.iter().filter_map(end_of_table).max(),
        Item::Value(_) | Item::None => item.span().map(|span| span.end),
    }
}

/// The start of the line after a place, and after the comments that belong to what stands there: those before a blank
/// line, because comments right above a table are that table's.
fn line_after(text: &str, end: usize) -> usize {
    let next_line = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        rest.find('\n').map_or(text.len(), |newline| from + newline + 1)
    };
    let end = text.get(..end).map_or(end, |before| before.trim_end().len());
    let start = next_line(end);
    let mut to = start;
    loop {
        let next = next_line(to);
        let line = text.get(to..next).unwrap_or_default().trim();
        if line.is_empty() {
            return to;
        }
        if !line.starts_with('#') {
            return start;
        }
        to = next;
    }
}

fn line_in_toml(text: &str, id: &Slug) -> Option<usize> {
    let document = Document::parse(text.strip_prefix('\u{feff}').unwrap_or(text)).ok()?;
    let sources = document.as_table().get("source")?.as_array_of_tables()?;
    let is_it = |item: &&Item| item.as_str().is_some_and(|text| text.trim() == id.as_str());
    let written = sources.iter().find_map(|table| table.get("id").filter(is_it))?;
    let body = document.raw();
    Some(body.get(..written.span()?.start)?.matches('\n').count() + 1)
}

fn line_in_table(text: &str, id: &Slug) -> Option<usize> {
    let is_cell = |cell: &str| cell.trim().trim_matches('"') == id.as_str();
    let is_row = |line: &str| line.split([',', ';', '\t']).any(is_cell);
    text.lines().position(is_row).map(|at| at + 1)
}

#[cfg(test)]
mod tests;
