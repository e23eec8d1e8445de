//! Reads secrets from the files and credentials that feeds.toml names.
//!
//! No message shows the content of such a file.

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

/// The maximum size of a secret in bytes. No password, token or cookie is longer.
const MAX_LENGTH: u64 = 8 << 10;
/// The permission bit that lets all users read a file.
const READABLE_BY_ALL: u32 = 0o004;

/// The secret that `key` names. Returns `None` if it cannot be read, which is reported.
pub(super) fn read(
    key: &str,
    written: &Spanned<written::SecretReference>,
    diagnostics: &mut Diagnostics,
) -> Option<Secret> {
    let Spanned { value: place, span } = written;
    let (key, named) = match (&place.file, &place.credential) {
        (Some(file), None) => (format!("{key}.file"), file),
        (None, Some(credential)) => (format!("{key}.credential"), credential),
        (both, _) => {
            let what = if both.is_some() { "one of them, not both" } else { "one of them" };
            let message = format!("`{key}` needs a `file` or a `credential`: {what}");
            let hint = "for example { file = \"secrets/agency.txt\" }".to_owned();
            diagnostics.problem(ConfigProblem::new(message).at(span).hint(hint));
            return None;
        }
    };
    let beside = diagnostics.files.folder(&named.span);
    let credentials = diagnostics.credentials.clone();
    let is_file = place.file.is_some();
    let found = diagnostics.value(&key, &Some(named.clone()), |text| {
        let path = if is_file { beside.join(text) } else { credential(credentials, text)? };
        contents(&path)
    })?;
    if found.is_world_readable {
        let message = format!("all users of this machine can read {}", found.path.display());
        diagnostics.warn(&named.span, &format!("{message}; remove this permission: chmod o-r"));
    }
    Some(found.secret)
}

/// The path of a systemd credential.
fn credential(folder: Option<PathBuf>, name: &str) -> Result<PathBuf, ValueError> {
    if name.is_empty() || name.starts_with('.') || name.contains('/') {
        return Err(ValueError::new(format!("{name:?} is not a valid credential name"))
            .hint("write the word before the colon of LoadCredential="));
    }
    let folder = folder.ok_or_else(|| {
        ValueError::new("names a credential, but CREDENTIALS_DIRECTORY is not set")
            .hint("start bantin by systemd with LoadCredential=, or use `file`")
    })?;
    Ok(folder.join(name))
}

/// The content of a secret file.
struct SecretFile {
    secret: Secret,
    path: PathBuf,
    is_world_readable: bool,
}

fn contents(path: &Path) -> Result<SecretFile, ValueError> {
    let wrong = |what: &str| ValueError::new(format!("names {}, which {what}", path.display()));
    let unreadable = |error: std::io::Error| {
        let hint = "the path is relative to the file that names it, and bantin must be allowed to read the file";
        wrong(&format!("cannot be read: {}", plain(&error))).hint(hint)
    };
    let metadata = fs::metadata(path).map_err(unreadable)?;
    // Reading a pipe could block forever.
    if !metadata.is_file() {
        return Err(wrong("is not a regular file"));
    }
    let mut bytes = Vec::new();
    let opened = File::open(path).map_err(unreadable)?;
    opened.take(MAX_LENGTH + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_LENGTH {
        return Err(wrong(&format!("is longer than {MAX_LENGTH} bytes, so it is not a secret")));
    }
    let text = String::from_utf8(bytes).map_err(|_| wrong("is not UTF-8"))?;
    let text = text.trim_end_matches(['\r', '\n']);
    if text.trim().is_empty() {
        return Err(wrong("is empty"));
    }
    if text.contains(char::is_control) {
        return Err(wrong("contains a control character or a line break")
            .hint("write the secret alone, on one line"));
    }
    let is_world_readable = metadata.permissions().mode() & READABLE_BY_ALL != 0;
    Ok(SecretFile { secret: Secret::new(text), path: path.to_owned(), is_world_readable })
}
