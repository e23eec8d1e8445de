//! `bantin run`: the daemon and its notifications to systemd (sd_notify(3)).

use super::{ConfigOption, clock, context, standby};
use crate::clock_watch::ClockWatch;
use crate::daemon::{self, ActivePlan, DaemonNotice, DaemonSignal};
use crate::lock::StateLock;
use bantin_store::Store;
use sd_notify::NotifyState;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

pub(super) async fn run(config: ConfigOption) -> anyhow::Result<ExitCode> {
    let plan = config.plan()?;
    let _lock = StateLock::acquire(&plan.site.state, "run")?;
    let (site, feeds) = (plan.site.clone(), plan.feeds.clone());
    let prepare = async || {
        let store = Store::open(&plan.site.state).await?;
        let context = context(&plan, Some(&store), clock(&plan, Some(&store)).await?)?;
        let watch = ClockWatch::start(&context, &store, &plan.sources).await?;
        let now = context.clock.now();
        let active = ActivePlan::from_plan(plan.clone(), &store, now).await?;
        Ok((store, context, watch, active))
    };
    let prepared = standby::prepared(&site, &feeds, notify, prepare).await?;
    let (store, context, watch, active) = prepared;

    let (tell, signals) = mpsc::channel(4);
    let mut hangup = signal(SignalKind::hangup())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        let mut told_to_stop = false;
        loop {
            let stop = if told_to_stop { DaemonSignal::StopNow } else { DaemonSignal::Stop };
            let signal = tokio::select! {
                _ = hangup.recv() => DaemonSignal::Reload,
                _ = terminate.recv() => stop,
                _ = interrupt.recv() => stop,
            };
            told_to_stop |= signal != DaemonSignal::Reload;
            if tell.send(signal).await.is_err() {
                break;
            }
        }
    });
    daemon::run(context, store, active, watch, signals, move || config.read(), notify).await?;
    Ok(ExitCode::SUCCESS)
}

/// Passes a notice of the daemon on to systemd.
fn notify(notice: DaemonNotice) {
    let state = match &notice {
        DaemonNotice::Ready => vec![NotifyState::Ready],
        DaemonNotice::Reloading => match NotifyState::monotonic_usec_now() {
            Ok(now) => vec![NotifyState::Reloading, now],
            Err(_) => vec![NotifyState::Reloading],
        },
        DaemonNotice::Status(text) => vec![NotifyState::Status(text)],
        DaemonNotice::Stopping => vec![NotifyState::Stopping],
        DaemonNotice::Alive => vec![NotifyState::Watchdog],
    };
    // Without systemd nothing receives the notice, and an error is harmless.
    let _ = sd_notify::notify(&state);
}
