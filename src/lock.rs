//! File locks on the state folder: one process publishes, and one process backfills a source.
//!
//! `run` and `once` hold the state lock from start to end. `withdraw`, `import --articles` and
//! `backfill` acquire it only while they publish; `backfill` also while it writes the plan to the
//! store. They change the store without the lock. If a daemon holds it, the store's change counter
//! makes the daemon publish; otherwise they wait for the lock (`cli/publishing.rs`).

use bantin_core::Slug;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// A file lock (flock). It ends when the value is dropped or the process ends in any way.
#[derive(Debug)]
pub struct StateLock {
    _file: File,
}

/// A lock that cannot be acquired.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process holds the state lock.
    #[error(
        "another bantin uses {state}: {holder}; stop it first, or use a command that runs beside it (status, try, explain, export, import --articles, withdraw, backfill)"
    )]
    Held {
        /// The state folder.
        state: PathBuf,
        /// The content of the lock file: the command and the process that hold the lock.
        holder: String,
    },
    /// Another process backfills the same source.
    #[error(
        "{source_id} is already being backfilled by {holder}; wait until it ends, or stop it: articles that it has stored are kept"
    )]
    Backfilled {
        /// The source.
        source_id: Slug,
        /// The content of the lock file: the command and the process that hold the lock.
        holder: String,
    },
    /// The lock file cannot be written.
    #[error("{path}: {error}; the state folder must be writable for the user that bantin runs as")]
    Io {
        /// The path of the lock file.
        path: PathBuf,
        /// The system's error.
        error: io::Error,
    },
}

impl LockError {
    /// Whether a daemon holds the lock. A daemon publishes what other commands change in the store.
    pub fn is_held_by_daemon(&self) -> bool {
        matches!(self, Self::Held { holder, .. } if holder.starts_with("`bantin run`"))
    }
}

impl StateLock {
    /// Acquires the state lock for a command of this process, or fails without waiting.
    pub fn acquire(state: &Path, command: &str) -> Result<Self, LockError> {
        let holder = |holder| LockError::Held { state: state.to_owned(), holder };
        Self::acquire_file(state, "lock", command, holder)
    }

    /// Acquires the lock for a backfill. It excludes only another backfill of the same source.
    pub fn acquire_backfill(state: &Path, source: &Slug) -> Result<Self, LockError> {
        let (name, command) = (format!("backfill-{source}.lock"), format!("backfill {source}"));
        let held = |holder| LockError::Backfilled { source_id: source.clone(), holder };
        Self::acquire_file(state, &name, &command, held)
    }

    fn acquire_file(
        state: &Path,
        name: &str,
        command: &str,
        held: impl FnOnce(String) -> LockError,
    ) -> Result<Self, LockError> {
        let path = state.join(name);
        let failed = |error| LockError::Io { path: path.clone(), error };
        std::fs::create_dir_all(state).map_err(failed)?;
        let mut options = OpenOptions::new();
        let mut file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                file.read_to_string(&mut holder).map_err(failed)?;
                let holder = holder.trim().to_owned();
                return Err(held(holder));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        file.set_len(0).and_then(|()| file.rewind()).map_err(failed)?;
        writeln!(file, "`bantin {command}`, process {}", std::process::id()).map_err(failed)?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_the_first_is() {
        let state = tempfile::tempdir().unwrap();
        let first = StateLock::acquire(state.path(), "run").unwrap();
        let refused = StateLock::acquire(state.path(), "once").unwrap_err();
        assert!(refused.is_held_by_daemon());
        let refused = refused.to_string();
        assert!(refused.contains("`bantin run`"), "{refused}");
        assert!(refused.contains(&std::process::id().to_string()), "{refused}");
        drop(first);
        let _second = StateLock::acquire(state.path(), "once").unwrap();
        assert!(!StateLock::acquire(state.path(), "withdraw").unwrap_err().is_held_by_daemon());
    }
}
