//! Reads secrets from the files and credentials that feeds.toml names.
//!
//! No message here shows what such a file holds.

use super::deserialize::Spanned;
use super::diagnostics::Diagnostics;
use super::errors::ConfigProblem;
use super::files::plain;
use super::values::ValueError;
use super::written;
use bantin_core::Secret;
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// No password, token or cookie is longer, in bytes.
const MAX_LENGTH: u64 = 8 << 10;
/// The right of everybody on the machine to read a file.
const READABLE_BY_ALL: u32 = 0o004;

/// The secret that `key` names. `None` where there is none to be had, which is told.
pub(super) fn read(
    key: &str,
    written: &Spanned<written::SecretReference>,
    reading: &mut Diagnostics,
) -> Option<Secret> {
    let Spanned { value: place, span } = written;
    let (key, named) = match (&place.file, &place.credential) {
        (Some(file), None) => (format!("{key}.file"), file),
        (None, Some(credential)) => (format!("{key}.credential"), credential),
        (both, _) => {
            let what = if both.is_some() { "one of them, not both" } else { "one of them" };
            let message = format!("`{key}` names a `file` or a `credential`: {what}");
            let hint = "for example { file = \"secrets/agency.txt\" }".to_owned();
            reading.problem(ConfigProblem::new(message).at(span).hint(hint));
            return None;
        }
    };
    let beside = reading.files.folder(&named.span);
    let credentials = reading.credentials.clone();
    let is_file = place.file.is_some();
    let found = reading.value(&key, &Some(named.clone()), |text| {
        let path = if is_file { beside.join(text) } else { credential(credentials, text)? };
        contents(&path)
    })?;
    if found.is_open {
        let message = format!("everybody on this machine can read {}", found.path.display());
        reading.warn(&named.span, &format!("{message}; take that right away: chmod o-r"));
    }
    Some(found.secret)
}

/// Where systemd puts a credential.
fn credential(folder: Option<PathBuf>, name: &str) -> Result<PathBuf, ValueError> {
    if name.is_empty() || name.starts_with('.') || name.contains('/') {
        return Err(ValueError::new(format!("{name:?} is no name of a credential"))
            .hint("it is the word before the colon of LoadCredential="));
    }
    let folder = folder.ok_or_else(|| {
        ValueError::new("names a credential, and CREDENTIALS_DIRECTORY is not set")
            .hint("start bantin by systemd with LoadCredential=, or name a file")
    })?;
    Ok(folder.join(name))
}

/// What a file holds.
struct SecretFile {
    secret: Secret,
    path: PathBuf,
    is_open: bool,
}

fn contents(path: &Path) -> Result<SecretFile, ValueError> {
    let wrong = |what: &str| ValueError::new(format!("names {}, which {what}", path.display()));
    let unreadable = |error: std::io::Error| {
        let hint =
            "it is relative to the file that names it, and bantin must be allowed to read it";
        wrong(&format!("cannot be read: {}", plain(&error))).hint(hint)
    };
    let metadata = fs::metadata(path).map_err(unreadable)?;
    // A pipe could be waited for without end.
    if !metadata.is_file() {
        return Err(wrong("is no file"));
    }
    let mut bytes = Vec::new();
    let opened = File::open(path).map_err(unreadable)?;
    opened.take(MAX_LENGTH + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_LENGTH {
        return Err(wrong(&format!("is longer than {MAX_LENGTH} bytes, as no secret is")));
    }
    let text = String::from_utf8(bytes).map_err(|_| wrong("is not UTF-8"))?;
    let text = text.trim_end_matches(['\r', '\n']);
    if text.trim().is_empty() {
        return Err(wrong("is empty"));
    }
    if text.contains(char::is_control) {
        return Err(wrong("has more than one line").hint("write the secret alone, on one line"));
    }
    let is_open = metadata.permissions().mode() & READABLE_BY_ALL != 0;
    Ok(SecretFile { secret: Secret::new(text), path: path.to_owned(), is_open })
}
