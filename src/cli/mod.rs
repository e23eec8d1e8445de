//! The command line: one file per command. Only this module prints, exits or reads the environment.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "only the command line prints")]

mod add;
mod backfill;
mod batch;
mod check;
mod discover;
mod explain;
mod export;
mod extract;
mod import;
mod letter;
mod once;
mod page;
mod publishing;
mod report_format;
mod run;
mod schema;
mod source_list;
mod standby;
mod status;
mod table;
mod token;
mod try_source;
mod withdraw;

use crate::clock_watch;
use crate::config::{self, ConfigErrors, Plan};
use crate::crawl::{CrawlContext, Parsers, SharedHosts, VisitLimits};
use crate::lock::LockError;
use bantin_core::clock::{Clock, MachineClocks};
use bantin_core::{ListCopy, Slug, Source};
use bantin_fetch::{Fetcher, HostLimiter, LocalHostLimiter, Options, SystemResolver};
use bantin_store::{Store, StoreError};
use clap::{Parser, Subcommand};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::sync::watch;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

/// Turns the news pages of agencies into RSS, Atom and JSON feeds.
///
/// feeds.toml names sources (where agencies publish) and feeds (what you publish). `bantin run`
/// visits the sources on their schedules, stores every article in state/, writes the feeds to
/// output/ and serves them.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    /// The file that names sources and feeds
    #[arg(
        long,
        short,
        global = true,
        env = "BANTIN_CONFIG",
        default_value = "feeds.toml",
        value_name = "FILE"
    )]
    config: PathBuf,
    /// What to log: error, warn, info, debug, or directives such as `bantin_fetch=debug`
    #[arg(long, global = true, env = "BANTIN_LOG", value_name = "LEVEL")]
    log: Option<String>,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 success; 1 at least one operation failed, see the messages; 2 feeds.toml or the \
command line is invalid; 3 another bantin uses the same state folder.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run as a daemon: visit sources on their schedules, publish, serve
    Run,
    Once(once::Arguments),
    Add(add::Arguments),
    Backfill(backfill::Arguments),
    Check(check::Arguments),
    Try(try_source::Arguments),
    Status(status::Arguments),
    Export(export::Arguments),
    Extract(extract::Arguments),
    Import(import::Arguments),
    Discover(discover::Arguments),
    Explain(explain::Arguments),
    Withdraw(withdraw::Arguments),
    /// Create a token for a private feed
    ///
    /// The token is for the feed's readers: it is printed once and not stored. Write only its hash
    /// into feeds.toml, under `token_sha256`.
    Token,
    /// Print the JSON schema of feeds.toml
    ///
    /// An editor that supports JSON schemas for TOML completes and explains the keys; line 1 of
    /// feeds.toml names the schema file.
    Schema,
}

/// Runs the command that the command line names.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let quiet = !matches!(cli.command, Command::Run);
    start_log(cli.log.as_deref().unwrap_or(if quiet { "warn" } else { "info" }));
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("bantin: cannot start threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    let config = ConfigOption { path: cli.config };
    let done = runtime.block_on(async {
        match cli.command {
            Command::Run => run::run(config).await,
            Command::Once(arguments) => once::run(config, arguments).await,
            Command::Add(arguments) => add::run(config, arguments).await,
            Command::Backfill(arguments) => backfill::run(config, arguments).await,
            Command::Check(arguments) => check::run(&config, &arguments),
            Command::Try(arguments) => try_source::run(config, arguments).await,
            Command::Status(arguments) => status::run(config, arguments).await,
            Command::Export(arguments) => export::run(config, arguments).await,
            Command::Extract(arguments) => extract::run(config, arguments).await,
            Command::Import(arguments) => import::run(config, arguments).await,
            Command::Discover(arguments) => discover::run(config, arguments).await,
            Command::Explain(arguments) => explain::run(config, arguments).await,
            Command::Withdraw(arguments) => withdraw::run(config, arguments).await,
            Command::Token => token::run(),
            Command::Schema => schema::run(),
        }
    });
    // Do not wait for a page that is still being parsed.
    runtime.shutdown_background();
    match done {
        Ok(code) => code,
        Err(error) => failed(&error),
    }
}

/// Prints why a command failed. A closed pipe (`bantin export | head`) is not a failure.
fn failed(error: &anyhow::Error) -> ExitCode {
    let is_broken_pipe = |cause: &(dyn std::error::Error + 'static)| {
        let io = cause.downcast_ref::<std::io::Error>();
        io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
    };
    if error.chain().any(is_broken_pipe) {
        return ExitCode::SUCCESS;
    }
    if let Some(errors) = error.downcast_ref::<ConfigErrors>() {
        eprintln!("{}", errors.render(std::io::stderr().is_terminal()));
        return ExitCode::from(2);
    }
    eprintln!("bantin: {error:#}");
    if error.is::<UsageError>() {
        return ExitCode::from(2);
    }
    match error.downcast_ref::<LockError>() {
        Some(LockError::Held { .. } | LockError::Backfilled { .. }) => ExitCode::from(3),
        _ => ExitCode::FAILURE,
    }
}

/// An error of the command line that its parser cannot detect.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct UsageError(String);

impl UsageError {
    /// Creates the error for an id that no source has.
    fn unknown_source(id: &Slug, plan: &[Arc<Source>]) -> Self {
        let ids: Vec<Slug> = plan.iter().map(|source| source.id().clone()).collect();
        Self(format!(
            "no source has the id {:?}; feeds.toml has {}",
            id.as_str(),
            table::names(&ids)
        ))
    }
}

/// Finds a source by its id.
fn source_named(id: &Slug, sources: &[Arc<Source>]) -> Result<Arc<Source>, UsageError> {
    let source = sources.iter().find(|source| source.id() == id);
    source.cloned().ok_or_else(|| UsageError::unknown_source(id, sources))
}

/// Opens the store of a plan if it exists; a mistyped state folder must not be created.
async fn existing_store(plan: &Plan) -> anyhow::Result<Store> {
    check_exists(plan)?;
    Ok(Store::open(&plan.site.state).await?)
}

/// Opens the store like [`existing_store`], for a command that only reads: its disk may be full or
/// read-only.
async fn existing_store_for_reading(plan: &Plan) -> anyhow::Result<Store> {
    check_exists(plan)?;
    Ok(Store::open_for_reading(&plan.site.state).await?)
}

fn check_exists(plan: &Plan) -> anyhow::Result<()> {
    let file = plan.site.state.join("bantin.sqlite");
    anyhow::ensure!(
        file.exists(),
        "no source was visited yet: {} does not exist; run `bantin once` or `bantin run` first",
        file.display()
    );
    Ok(())
}

/// Former log targets, before the program was split into crates, with their present names. They are
/// replaced with everything below them, because the files below have other names now.
const FORMER_TARGETS: [(&str, &str); 13] = [
    ("bantin::clock", "bantin_core::clock"),
    ("bantin::discover", "bantin_read::discover"),
    ("bantin::extract", "bantin_read::extract"),
    ("bantin::fetch", "bantin_fetch"),
    ("bantin::lists", "bantin::source_lists"),
    ("bantin::normalize", "bantin_read::normalize"),
    ("bantin::page", "bantin_page"),
    ("bantin::press", "bantin::publisher"),
    ("bantin::publish", "bantin_publish"),
    ("bantin::schedule", "bantin_core::schedule"),
    ("bantin::serve", "bantin_serve"),
    ("bantin::store", "bantin_store"),
    ("bantin::visit", "bantin::crawl"),
];

/// Replaces former targets in log directives by the present ones.
fn with_targets(directives: &str) -> String {
    let today = |directive: &str| {
        let written = directive.trim();
        let found = FORMER_TARGETS.iter().find_map(|(former, target)| {
            let rest = written.strip_prefix(former)?;
            let is_whole = rest.is_empty() || rest.starts_with("::") || rest.starts_with('=');
            is_whole.then(|| format!("{target}{}", rest.trim_start_matches(|c| c != '=')))
        });
        found.unwrap_or_else(|| directive.to_owned())
    };
    directives.split(',').map(today).collect::<Vec<_>>().join(",")
}

/// Starts logging: to journald under systemd, else to standard error.
fn start_log(level: &str) {
    let level = &with_targets(level);
    let filter = level.parse::<Targets>().unwrap_or_else(|error| {
        eprintln!("bantin: --log {level:?} is invalid ({error}); logging at info");
        Targets::new().with_default(LevelFilter::INFO)
    });
    // The HTML parser warns about pages, but an operator can do nothing about them.
    let filter = if level.contains("html5ever") {
        filter
    } else {
        filter.with_target("html5ever", LevelFilter::ERROR)
    };
    let under_systemd = std::env::var_os("JOURNAL_STREAM").is_some();
    let journald = under_systemd.then(tracing_journald::layer).and_then(Result::ok);
    let human = journald.is_none().then(|| {
        tracing_subscriber::fmt::layer()
            .with_target(false)
            .with_ansi(std::io::stderr().is_terminal())
            .with_writer(std::io::stderr)
    });
    tracing_subscriber::registry().with(filter).with(journald).with(human).init();
}

/// Requests a stop at the first Ctrl-C, after the `pages` in progress, and exits at the second.
fn stop_on_signal(pages: &'static str) -> watch::Receiver<bool> {
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        let mut is_stopping = false;
        while tokio::signal::ctrl_c().await.is_ok() {
            if std::mem::replace(&mut is_stopping, true) {
                std::process::exit(130);
            }
            eprintln!("stopping after the {pages} in progress; press Ctrl-C again to stop now");
            let _ = stop.send(true);
        }
    });
    stopped
}

/// The path of feeds.toml, and how to read it.
#[derive(Debug, Clone)]
struct ConfigOption {
    path: PathBuf,
}

impl ConfigOption {
    /// Reads feeds.toml from disk.
    fn read(&self) -> Result<Plan, ConfigErrors> {
        self.listed(None)
    }

    /// Reads the configuration as if feeds.toml contained `text`.
    fn read_as(&self, text: String) -> Result<Plan, ConfigErrors> {
        self.listed(Some(text))
    }

    /// Reads the configuration with the sources of remote lists, from their last good copies in the
    /// store.
    fn listed(&self, text: Option<String>) -> Result<Plan, ConfigErrors> {
        let place = Self::start_folders();
        let plan = match text.clone() {
            Some(text) => config::read_as(&self.path, text, &place)?,
            None => config::read(&self.path, &place)?,
        };
        if plan.lists.is_empty() {
            return Ok(plan);
        }
        let copies = Self::copies(&plan)?;
        config::read_listed(&self.path, text, &place, &copies)
    }

    /// Finds keys that are written by old names.
    fn fix(&self) -> Result<config::ConfigFix, config::FixError> {
        let place = Self::start_folders();
        let plan = config::read(&self.path, &place)?;
        let copies = if plan.lists.is_empty() { Vec::new() } else { Self::copies(&plan)? };
        config::fix(&self.path, &place, &copies)
    }

    /// Loads the last good copies of remote lists from the store.
    fn copies(plan: &Plan) -> Result<Vec<ListCopy>, ConfigErrors> {
        Store::source_lists(&plan.site.state)
            .map_err(|error| ConfigErrors::of_sentence(error.to_string()))
    }

    /// The folders that paths in feeds.toml are relative to.
    fn start_folders() -> config::BaseDirectories {
        // The unit declares one folder; of several, take the first.
        let state_directory = std::env::var_os("STATE_DIRECTORY")
            .and_then(|folders| std::env::split_paths(&folders).next())
            .filter(|folder| !folder.as_os_str().is_empty());
        let working_directory = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        let credentials_directory =
            std::env::var_os("CREDENTIALS_DIRECTORY").filter(|folder| !folder.is_empty());
        config::BaseDirectories {
            working_directory,
            state_directory,
            credentials_directory: credentials_directory.map(PathBuf::from),
        }
    }

    /// Reads feeds.toml and logs its warnings.
    fn plan(&self) -> Result<Plan, ConfigErrors> {
        let plan = self.read()?;
        for warning in &plan.warnings {
            tracing::warn!("{warning}");
        }
        Ok(plan)
    }
}

/// The User-Agent header: the program, and a contact for the agency.
fn user_agent(plan: Option<&Plan>) -> String {
    let contact = plan.and_then(|plan| plan.site.contact.as_deref());
    let contact = contact.unwrap_or(env!("CARGO_PKG_NAME"));
    format!("bantin/{} (+{contact})", env!("CARGO_PKG_VERSION"))
}

/// The clock of a command: the system clock, guarded by the hosts of the sources and by the store.
async fn clock(plan: &Plan, store: Option<&Store>) -> anyhow::Result<Clock> {
    Ok(clock_watch::guarded_clock(MachineClocks::default(), store, &plan.sources).await?)
}

/// Creates the context of visits. With a store, host limits are kept in it, so that all processes
/// obey them.
fn context(plan: &Plan, store: Option<&Store>, clock: Clock) -> anyhow::Result<Arc<CrawlContext>> {
    // Parse as many pages at once as there are cores.
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    Ok(Arc::new(CrawlContext {
        fetcher: fetcher(user_agent(Some(plan)), store, clock.clone())?,
        clock,
        limits: VisitLimits::default(),
        parsers: Parsers::new(cores)?,
    }))
}

/// Creates the HTTP fetcher. With a store, it shares host limits with all processes that use the
/// store.
fn fetcher(user_agent: String, store: Option<&Store>, clock: Clock) -> anyhow::Result<Fetcher> {
    let hosts: Arc<dyn HostLimiter> = match store {
        Some(store) => Arc::new(SharedHosts(store.clone())),
        None => Arc::new(LocalHostLimiter::default()),
    };
    let options = Options {
        user_agent,
        limits: bantin_fetch::RequestLimits::default(),
        clock,
        resolver: Arc::new(SystemResolver),
    };
    Ok(Fetcher::new(options, hosts)?)
}

/// Opens the store if it exists, for a command that reads articles.
async fn store_for_reading_if_any(plan: &Plan) -> anyhow::Result<Option<Store>> {
    if !plan.site.state.join("bantin.sqlite").exists() {
        return Ok(None);
    }
    Ok(Some(Store::open_for_reading(&plan.site.state).await?))
}

/// Opens the store if it exists; a read-only command must not create one. A store that cannot be
/// written is left out with a warning: then the command obeys only its own host limits.
async fn store_if_any(plan: &Plan) -> anyhow::Result<Option<Store>> {
    if !plan.site.state.join("bantin.sqlite").exists() {
        return Ok(None);
    }
    let opened = async {
        let store = Store::open(&plan.site.state).await?;
        store.test_write(Clock::System.now()).await?;
        Ok(store)
    };
    match opened.await {
        Ok(store) => Ok(Some(store)),
        Err(error) if StoreError::is_local(&error) => {
            eprintln!(
                "bantin: continuing without the store, and so without the host limits of other processes: {error}"
            );
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_directives_with_former_targets_select_the_present_ones() {
        let check = |written: &str, expected: &str| assert_eq!(with_targets(written), expected);
        check("debug", "debug");
        check("bantin::visit=debug", "bantin::crawl=debug");
        check(
            "warn, bantin::visit::again=info,bantin::fetch=debug",
            "warn,bantin::crawl=info,bantin_fetch=debug",
        );
        check("bantin::visit", "bantin::crawl");
        check(
            "bantin::press=trace,bantin::publish=debug",
            "bantin::publisher=trace,bantin_publish=debug",
        );
        check("bantin::publisher=debug", "bantin::publisher=debug");
        check("bantin::crawl=debug,html5ever=warn", "bantin::crawl=debug,html5ever=warn");
    }
}
