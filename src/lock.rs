//! One process publishes: the lock on the state folder. And one process backfills a source.

use bantin_core::Slug;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// The lock, held until it is dropped or the process ends, however it ends (flock).
#[derive(Debug)]
pub struct StateLock {
    _file: File,
}

/// Why the lock could not be had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process has it.
    #[error(
        "another bantin works on {state}: {holder}; stop it first, or use the commands that work beside it (status, try, export, withdraw, backfill)"
    )]
    Held {
        /// The state folder.
        state: PathBuf,
        /// What the lock file says of its holder.
        holder: String,
    },
    /// Another process walks back through the same source.
    #[error(
        "{source_id} is being backfilled already, by {holder}; wait for it, or stop it: what it has found stays"
    )]
    Backfilled {
        /// The source.
        source_id: Slug,
        /// What the lock file says of its holder.
        holder: String,
    },
    /// The lock file cannot be made.
    #[error("{path}: {error}; the state folder must be writable for the user that bantin runs as")]
    Io {
        /// The lock file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl LockError {
    /// Whether a daemon has the lock, which does at once what is left to it.
    pub fn is_held_by_daemon(&self) -> bool {
        matches!(self, Self::Held { holder, .. } if holder.starts_with("`bantin run`"))
    }
}

impl StateLock {
    /// Takes the lock for a command of this process, at once or not at all.
    pub fn acquire(state: &Path, command: &str) -> Result<Self, LockError> {
        let holder = |holder| LockError::Held { state: state.to_owned(), holder };
        Self::acquire_file(state, "lock", command, holder)
    }

    /// Takes the lock for the backfill of a source, which goes on beside everything but another of the same source.
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
