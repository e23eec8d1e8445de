//! The command line: one file a command, and the only place that prints, exits or reads the environment.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is where bantin speaks")]

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
mod status;
mod table;
mod token;
mod try_source;
mod withdraw;

use crate::config::{self, ConfigErrors, Plan};
use crate::crawl::{CrawlContext, SharedHosts, VisitLimits};
use crate::lock::LockError;
use bantin_core::clock::Clock;
use bantin_core::{ListCopy, Slug, Source};
use bantin_fetch::{Fetcher, HostLimiter, LocalHostLimiter, Options, SystemResolver};
use bantin_store::Store;
use clap::{Parser, Subcommand};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::sync::{Semaphore, watch};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

/// Turns the news pages of agencies into RSS, Atom and JSON feeds.
///
/// feeds.toml names sources (where agencies publish) and feeds (what you publish). `bantin run` visits the sources on their
/// schedules, keeps every article in state/, writes the feeds into output/ and serves them.
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
    /// What is logged: error, warn, info, debug, or directives such as `bantin::fetch=debug`
    #[arg(long, global = true, env = "BANTIN_LOG", value_name = "LEVEL")]
    log: Option<String>,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 all is well; 1 something failed, and was said; 2 feeds.toml or the command line is \
wrong; 3 another bantin works on the same state folder.";

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
    /// Make a token for a private feed
    ///
    /// The token is for its readers: it is shown once and kept nowhere. feeds.toml gets its hash only, under `token_sha256`.
    Token,
    /// Print the JSON schema of feeds.toml
    ///
    /// An editor that knows JSON schemas for TOML completes and explains the keys; line 1 of feeds.toml names the file.
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
            eprintln!("bantin: the threads cannot be started: {error}");
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
    // A page that is being parsed is not waited for.
    runtime.shutdown_background();
    match done {
        Ok(code) => code,
        Err(error) => failed(&error),
    }
}

/// Says why a command failed. A reader of our output that went away (`bantin export | head`) is no failure.
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

/// What is wrong with the command line, beyond what its parser can see.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct UsageError(String);

impl UsageError {
    /// No source has this id.
    fn unknown_source(id: &Slug, plan: &[Arc<Source>]) -> Self {
        let ids: Vec<Slug> = plan.iter().map(|source| source.id().clone()).collect();
        Self(format!(
            "no source is called {:?}; feeds.toml has {}",
            id.as_str(),
            table::names(&ids)
        ))
    }
}

/// The source of a name.
fn source_named(id: &Slug, sources: &[Arc<Source>]) -> Result<Arc<Source>, UsageError> {
    let source = sources.iter().find(|source| source.id() == id);
    source.cloned().ok_or_else(|| UsageError::unknown_source(id, sources))
}

/// The store of a plan, where there is one already: a mistyped state folder is not made by looking at it.
async fn existing_store(plan: &Plan) -> anyhow::Result<Store> {
    let file = plan.site.state.join("bantin.sqlite");
    anyhow::ensure!(
        file.exists(),
        "nothing was visited yet: {} does not exist; `bantin once` or `bantin run` begin",
        file.display()
    );
    Ok(Store::open(&plan.site.state).await?)
}

/// Targets that events had before the program was cut into crates, with the present ones. Whole parts only: the files
/// below them have other names now.
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

/// Log directives with former targets replaced by the present ones.
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

/// Logs go to journald under systemd, else to standard error.
fn start_log(level: &str) {
    let level = &with_targets(level);
    let filter = level.parse::<Targets>().unwrap_or_else(|error| {
        eprintln!("bantin: --log {level:?} is not understood ({error}); logging at info");
        Targets::new().with_default(LevelFilter::INFO)
    });
    // The HTML parser warns of pages, where an operator can do nothing about them.
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

/// Stops in order at the first Ctrl-C, after the `pages` under way, and ends the process at the second.
fn stop_on_signal(pages: &'static str) -> watch::Receiver<bool> {
    let (tell, stopped) = watch::channel(false);
    tokio::spawn(async move {
        let mut told = false;
        while tokio::signal::ctrl_c().await.is_ok() {
            if std::mem::replace(&mut told, true) {
                std::process::exit(130);
            }
            eprintln!("stopping after the {pages} under way; again to stop now");
            let _ = tell.send(true);
        }
    });
    stopped
}

/// Where feeds.toml is.
#[derive(Debug, Clone)]
struct ConfigOption {
    path: PathBuf,
}

impl ConfigOption {
    /// Reads feeds.toml as it is now.
    fn read(&self) -> Result<Plan, ConfigErrors> {
        self.listed(None)
    }

    /// Reads it as if feeds.toml held this text.
    fn read_as(&self, text: String) -> Result<Plan, ConfigErrors> {
        self.listed(Some(text))
    }

    /// Reads it with the sources of lists that are kept elsewhere, whose last good copies are in the store.
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

    /// Finds the keys that are written by old names.
    fn fix(&self) -> Result<config::ConfigFix, config::FixError> {
        let place = Self::start_folders();
        let plan = config::read(&self.path, &place)?;
        let copies = if plan.lists.is_empty() { Vec::new() } else { Self::copies(&plan)? };
        config::fix(&self.path, &place, &copies)
    }

    /// The last good copies of lists that are kept elsewhere.
    fn copies(plan: &Plan) -> Result<Vec<ListCopy>, ConfigErrors> {
        Store::source_lists(&plan.site.state)
            .map_err(|error| ConfigErrors::of_sentence(error.to_string()))
    }

    /// What its folders are relative to.
    fn start_folders() -> config::Place {
        // systemd gives one folder; were there several, the first is ours.
        let state_directory = std::env::var_os("STATE_DIRECTORY")
            .and_then(|folders| std::env::split_paths(&folders).next())
            .filter(|folder| !folder.as_os_str().is_empty());
        let working_directory = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        let credentials_directory =
            std::env::var_os("CREDENTIALS_DIRECTORY").filter(|folder| !folder.is_empty());
        config::Place {
            working_directory,
            state_directory,
            credentials_directory: credentials_directory.map(PathBuf::from),
        }
    }

    /// Reads feeds.toml and says its warnings.
    fn plan(&self) -> Result<Plan, ConfigErrors> {
        let plan = self.read()?;
        for warning in &plan.warnings {
            tracing::warn!("{warning}");
        }
        Ok(plan)
    }
}

/// The User-Agent: who asks, and whom the agency can ask back.
fn user_agent(plan: Option<&Plan>) -> String {
    let contact = plan.and_then(|plan| plan.site.contact.as_deref());
    let contact = contact.unwrap_or(env!("CARGO_PKG_NAME"));
    format!("bantin/{} (+{contact})", env!("CARGO_PKG_VERSION"))
}

/// What visits work with: what hosts are owed lies in the store where there is one, so that all processes obey it.
fn line(plan: &Plan, store: Option<&Store>, clock: Clock) -> anyhow::Result<Arc<CrawlContext>> {
    // As many pages are parsed at once as there are cores.
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    Ok(Arc::new(CrawlContext {
        fetcher: fetcher(user_agent(Some(plan)), store, clock)?,
        clock,
        limits: VisitLimits::default(),
        parsers: Semaphore::new(cores),
    }))
}

/// The way to the network, in turn with all who share the store.
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

/// The store, where there is one already: a command that only looks makes none.
async fn store_if_any(plan: &Plan) -> anyhow::Result<Option<Store>> {
    let is_there = plan.site.state.join("bantin.sqlite").exists();
    Ok(if is_there { Some(Store::open(&plan.site.state).await?) } else { None })
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
