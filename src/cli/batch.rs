//! Batch mode: pages named by JSON Lines on standard input, results as JSON Lines in the same
//! order.

use super::page::{NOWHERE, saved};
use bantin_page::Page;
use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::sync::mpsc;

/// An input line of a batch.
#[derive(Debug, Deserialize)]
struct BatchLine {
    id: Value,
    #[serde(default = "nowhere")]
    url: String,
    html: PathBuf,
}

fn nowhere() -> String {
    NOWHERE.to_owned()
}

/// Reads pages as their lines arrive, several at once, and prints the results in input order.
pub(super) async fn batch(
    read: impl Fn(&Page) -> Value + Send + Sync + 'static,
) -> anyhow::Result<ExitCode> {
    let read = Arc::new(read);
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let (tell, lines) = mpsc::channel(cores);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            if tell.blocking_send(line).is_err() {
                break;
            }
        }
    });
    let lines = futures_util::stream::unfold(lines, async |mut lines| {
        lines.recv().await.map(|line| (line, lines))
    });
    let answers = lines.map(|line| {
        let read = read.clone();
        tokio::task::spawn_blocking(move || Ok(answer(&line?, &*read)))
    });
    let mut answers = std::pin::pin!(answers.buffered(cores));
    let mut out = std::io::stdout().lock();
    while let Some(answer) = answers.next().await {
        let answer: std::io::Result<Option<Value>> = answer?;
        if let Some(answer) = answer? {
            writeln!(out, "{answer}")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The result for a line; `None` for an empty line.
fn answer(line: &str, read: &impl Fn(&Page) -> Value) -> Option<Value> {
    if line.trim().is_empty() {
        return None;
    }
    let BatchLine { id, url, html } = match serde_json::from_str(line) {
        Ok(line) => line,
        Err(error) => return Some(json!({ "id": null, "error": format!("the line: {error}") })),
    };
    // A panic is a bug in bantin, and must not end the other pages.
    let read_it = || -> Result<Value, String> {
        let bytes = std::fs::read(&html).map_err(|error| format!("{}: {error}", html.display()))?;
        let url = url.parse().map_err(|error| format!("{url}: {error}"))?;
        Ok(read(&saved(bytes, url)))
    };
    let more = std::panic::catch_unwind(std::panic::AssertUnwindSafe(read_it))
        .unwrap_or_else(|_| Err("reading it panicked, a bug in bantin".to_owned()))
        .unwrap_or_else(|error| json!({ "error": error }));
    let mut answer = json!({ "id": id });
    if let (Some(answer), Value::Object(more)) = (answer.as_object_mut(), more) {
        answer.extend(more);
    }
    Some(answer)
}
