//! `bantin import --articles`: the lines of `bantin export`, imported into the store.

use crate::cli::publishing::{self, PublishedBy};
use crate::cli::{ConfigOption, clock};
use crate::exchange;
use anyhow::Context;
use bantin_core::clock::Clock;
use bantin_store::{ImportOutcome, ImportedArticle, Store};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::process::ExitCode;

/// The maximum number of articles per transaction.
const BATCH: usize = 500;
/// The size of the lines, in bytes, at which a transaction is closed.
const MAX_BATCH_BYTES: usize = 16 << 20;
/// The maximum length of a line, in bytes: an article is a page, and pages are bounded.
const MAX_LINE: u64 = 32 << 20;

/// The number of lines by result.
#[derive(Debug, Default)]
struct ImportCounts {
    new: u64,
    newer: u64,
    same: u64,
    older: u64,
    erased: u64,
    withdrawn: u64,
    refused: u64,
}

/// The result of reading a line.
enum ImportLine {
    Line,
    TooLong,
    End,
}

pub(super) async fn run(config: ConfigOption, name: &str) -> anyhow::Result<ExitCode> {
    let plan = config.plan()?;
    let mut input: Box<dyn BufRead> = match name {
        "-" => Box::new(std::io::stdin().lock()),
        file => Box::new(BufReader::new(File::open(file).with_context(|| file.to_owned())?)),
    };
    let store = Store::open(&plan.site.state).await?;
    store.authority(&plan.site.id_authority).await?;
    let clock = clock(&plan, Some(&store)).await?;
    let tally = import_all(&store, &mut input, name, &clock).await?;
    let ImportCounts { new, newer, same, older, erased, withdrawn, refused } = tally;
    let named = |count: u64, what: &str| match count {
        0 => String::new(),
        _ => format!(", {count} {what}"),
    };
    let (erased, withdrawn) = (named(erased, "erased"), named(withdrawn, "withdrawn"));
    println!(
        "{new} articles are new, {newer} newer than the stored ones, {same} the same, {older} older and skipped{erased}{withdrawn}; {refused} lines rejected"
    );
    let mut is_well = refused == 0;
    match publishing::publish(plan, &store, "import").await? {
        PublishedBy::Here(report, _) => {
            println!("{} documents written", report.written);
            for problem in &report.problems {
                eprintln!("bantin: {problem}");
            }
            is_well &= report.problems.is_empty();
        }
        PublishedBy::ByDaemon => println!("the running bantin publishes them within seconds"),
    }
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn import_all(
    store: &Store,
    input: &mut impl BufRead,
    name: &str,
    clock: &Clock,
) -> anyhow::Result<ImportCounts> {
    let mut tally = ImportCounts::default();
    let (mut batch, mut weight) = (Vec::new(), 0);
    let mut line = Vec::new();
    for number in 1_u64.. {
        let read = next_line(input, &mut line).with_context(|| name.to_owned())?;
        let refuse = |tally: &mut ImportCounts, why: &dyn std::fmt::Display| {
            tally.refused += 1;
            eprintln!("{name}:{number}: {why}; the line was skipped");
        };
        match read {
            ImportLine::End => break,
            ImportLine::TooLong => {
                refuse(&mut tally, &format!("it is longer than {MAX_LINE} bytes"))
            }
            ImportLine::Line => match std::str::from_utf8(&line).map(str::trim) {
                Ok("") => {}
                Ok(text) => match exchange::read(text, clock.now()) {
                    Ok(article) => {
                        batch.push((number, article));
                        weight += line.len();
                    }
                    Err(why) => refuse(&mut tally, &why),
                },
                Err(why) => refuse(&mut tally, &format!("it is not UTF-8: {why}")),
            },
        }
        if batch.len() >= BATCH || weight >= MAX_BATCH_BYTES {
            let batch = std::mem::take(&mut batch);
            import_batch(store, batch, name, clock, &mut tally).await?;
            weight = 0;
        }
    }
    import_batch(store, batch, name, clock, &mut tally).await?;
    Ok(tally)
}

/// Imports a batch of articles and reports the rejected ones.
async fn import_batch(
    store: &Store,
    batch: Vec<(u64, ImportedArticle)>,
    name: &str,
    clock: &Clock,
    tally: &mut ImportCounts,
) -> anyhow::Result<()> {
    let (numbers, articles): (Vec<u64>, Vec<ImportedArticle>) = batch.into_iter().unzip();
    let taken = store.import_articles(articles, clock.now()).await?;
    for (number, taken) in numbers.into_iter().zip(taken) {
        let why = match taken {
            ImportOutcome::New => {
                tally.new += 1;
                continue;
            }
            ImportOutcome::Newer => {
                tally.newer += 1;
                continue;
            }
            ImportOutcome::Same => {
                tally.same += 1;
                continue;
            }
            ImportOutcome::Older => {
                tally.older += 1;
                continue;
            }
            ImportOutcome::Erased => {
                tally.erased += 1;
                continue;
            }
            ImportOutcome::Withdrawn => {
                tally.withdrawn += 1;
                continue;
            }
            ImportOutcome::Differs => {
                "the stored article has another text that is equally new; it is kept".to_owned()
            }
            ImportOutcome::NoOrigin => "its source is not known to this store, and the line does not contain its origin; export it again, or \
                                  add the source to feeds.toml and visit it first"
                .to_owned(),
            ImportOutcome::KeyTaken(id) => format!("its source has another article with this key, {id}, which is kept"),
        };
        tally.refused += 1;
        eprintln!("{name}:{number}: {why}; the line was skipped");
    }
    Ok(())
}

/// Reads the next line into `line`, which never grows beyond the maximum length.
fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<ImportLine> {
    line.clear();
    let count = input.by_ref().take(MAX_LINE).read_until(b'\n', line)?;
    if count == 0 {
        return Ok(ImportLine::End);
    }
    if line.ends_with(b"\n") || u64::try_from(count).is_ok_and(|count| count < MAX_LINE) {
        return Ok(ImportLine::Line);
    }
    input.skip_until(b'\n')?;
    Ok(ImportLine::TooLong)
}
