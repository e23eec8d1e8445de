//! Requests to our hub, and notifications from other hubs.

use super::*;
use bantin_core::{RetryAdvice, Secret, VisitFailure, VisitStage};

#[tokio::test]
async fn a_source_is_due_once_for_all_that_its_hub_told_before_the_visit_began() {
    let (store, _folder) = store(&[source("a")]).await;
    commit(&store, Vec::new(), noon()).await;
    let hub = "https://hub.example/".parse().unwrap();
    let topic = "https://a.example/rss".parse().unwrap();
    let fresh = |token: &str| (token.to_owned(), Secret::new("bí mật"));
    store.follow(&slug("a"), &hub, &topic, fresh("t1"), noon()).await.unwrap();
    store.follow(&slug("a"), &hub, &topic, fresh("t2"), noon()).await.unwrap();
    assert!(
        store.followed("t2").await.unwrap().is_none(),
        "an existing subscription stays unchanged"
    );
    let after = |seconds| noon() + TimeDelta::seconds(seconds);
    let due = async |seconds| {
        store.schedule_notified(after(seconds), |_| false).await.unwrap();
        store.claim_due(after(seconds), "test", LEASE, 9).await.unwrap().pop()
    };
    let end = async |claim: &VisitClaim, seconds| {
        let found = vec![article("a", u32::try_from(seconds).unwrap(), after(seconds))];
        store.commit(claim, visited(found, after(seconds))).await.unwrap();
    };
    assert!(due(1).await.is_none());
    store.record_notification("t1", after(2)).await.unwrap();
    assert!(due(3).await.is_none(), "not so soon after a visit");
    let first = due(11).await.unwrap();
    // During the visit the hub notifies again: the visit may have fetched the feed before.
    store.record_notification("t1", after(12)).await.unwrap();
    assert!(due(13).await.is_none());
    end(&first, 14).await;
    assert!(due(15).await.is_none());
    let second = due(22).await.unwrap();
    end(&second, 23).await;
    assert!(due(60).await.is_none(), "the notification is answered");

    assert!(!store.is_followed(&slug("a"), noon()).await.unwrap());
    store.confirm_subscription("t1", after(100), after(80)).await.unwrap();
    assert!(store.is_followed(&slug("a"), after(99)).await.unwrap());
    assert!(!store.is_followed(&slug("a"), after(101)).await.unwrap());
    assert!(store.due_subscriptions(after(79), 9).await.unwrap().is_empty());
    store.apply(&[], &[], after(79)).await.unwrap();
    store.unfollow_removed(false, after(79)).await.unwrap();
    assert!(store.due_subscriptions(after(79), 9).await.unwrap()[0].is_ending);
}

/// Creates a store with a source that was visited at noon and has a hub.
async fn followed() -> (Store, tempfile::TempDir) {
    let (store, folder) = store(&[source("a")]).await;
    commit(&store, Vec::new(), noon()).await;
    let hub = "https://hub.example/".parse().unwrap();
    let topic = "https://a.example/rss".parse().unwrap();
    let fresh = ("t".to_owned(), Secret::new("bí mật"));
    store.follow(&slug("a"), &hub, &topic, fresh, noon()).await.unwrap();
    (store, folder)
}

/// Records a notification and returns the source if it is due.
async fn told(store: &Store, now: DateTime<Utc>, rests: bool) -> Option<VisitClaim> {
    store.record_notification("t", now).await.unwrap();
    store.schedule_notified(now, move |_| rests).await.unwrap();
    store.claim_due(now, "test", LEASE, 9).await.unwrap().pop()
}

#[tokio::test]
async fn a_hub_that_cries_wolf_is_believed_more_slowly() {
    let (store, _folder) = followed().await;
    let mut now = noon();
    for pause in [10, 20, 40, 80] {
        assert!(told(&store, now + TimeDelta::seconds(pause - 1), false).await.is_none());
        now += TimeDelta::seconds(pause);
        let claim = told(&store, now, false).await.unwrap();
        store.commit(&claim, visited(Vec::new(), now)).await.unwrap();
        store.schedule_notified(now, |_| false).await.unwrap();
    }
    // The pause grows to an hour at most, and starts from ten seconds again after news.
    for _ in 0..20 {
        now += TimeDelta::hours(1);
        let claim = told(&store, now, false).await.unwrap();
        store.commit(&claim, visited(Vec::new(), now)).await.unwrap();
    }
    now += TimeDelta::hours(1);
    let claim = told(&store, now, false).await.unwrap();
    store.commit(&claim, visited(vec![article("a", 1, now)], now)).await.unwrap();
    store.schedule_notified(now, |_| false).await.unwrap();
    assert!(told(&store, now + TimeDelta::seconds(10), false).await.is_some());
}

#[tokio::test]
async fn a_hub_does_not_override_a_failure_or_quiet_hours() {
    let (store, _folder) = followed().await;
    let later = noon() + TimeDelta::minutes(1);
    assert!(told(&store, later, true).await.is_none(), "quiet hours");
    let claim = told(&store, later, false).await.unwrap();
    let failure = VisitFailure {
        stage: VisitStage::Fetch,
        message: "429".to_owned(),
        advice: RetryAdvice::RetryAfter(Duration::from_secs(3600)),
    };
    let again = later + TimeDelta::hours(1);
    let visit = VisitResult {
        outcome: VisitOutcome::Failed(failure),
        next_visit: again,
        ..visited(Vec::new(), later)
    };
    store.commit(&claim, visit).await.unwrap();
    assert!(told(&store, again - TimeDelta::seconds(1), false).await.is_none());
    assert!(told(&store, again, false).await.is_some(), "the schedule's own time");
}

fn intent(callback: &str, asked: DateTime<Utc>) -> HubIntent {
    HubIntent {
        topic: "https://a.example/b.atom".to_owned(),
        document: "b.atom".to_owned(),
        callback: callback.parse().unwrap(),
        mode: HubMode::Subscribe,
        secret: None,
        lease: Duration::from_secs(86_400),
        reason: None,
        requested: asked,
        failures: 0,
    }
}

#[tokio::test]
async fn who_renews_is_not_held_up_by_strangers() {
    let (store, _folder) = store(&[]).await;
    let limits = HubLimits { subscriptions: 3, per_host: 3, intents: 9, intents_per_host: 2 };
    let ask = async |callback: &str, second| {
        let asked = noon() + TimeDelta::seconds(second);
        store.record_intent(intent(callback, asked), limits).await.unwrap()
    };
    let renewed = intent("https://c.example/1", noon());
    assert_eq!(ask("https://c.example/1", 0).await, IntentOutcome::Taken);
    store.fulfil(&renewed, noon()).await.unwrap();
    assert_eq!(ask("https://c.example/2", 1).await, IntentOutcome::Taken);
    assert_eq!(ask("https://c.example/3", 2).await, IntentOutcome::Taken);
    // There is one subscription: the queue of intents is full, not the hub.
    assert_eq!(ask("https://c.example/4", 3).await, IntentOutcome::Crowded);
    assert_eq!(ask("https://d.example/1", 3).await, IntentOutcome::Crowded);
    assert_eq!(ask("https://c.example/1", 4).await, IntentOutcome::Taken);
    let due = store.due_intents(noon() + TimeDelta::seconds(9), 9).await.unwrap();
    let due: Vec<&str> = due.iter().map(|intent| intent.callback.as_str()).collect();
    assert_eq!(due, ["https://c.example/1"]);
    for number in [2, 3] {
        let asked = noon() + TimeDelta::seconds(number - 1);
        let confirmed = intent(&format!("https://c.example/{number}"), asked);
        store.fulfil(&confirmed, noon()).await.unwrap();
    }
    assert_eq!(ask("https://c.example/4", 5).await, IntentOutcome::HostFull);
    assert_eq!(ask("https://d.example/1", 5).await, IntentOutcome::Full);
}
