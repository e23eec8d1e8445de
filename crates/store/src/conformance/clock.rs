//! What is left of a clock that was ahead, and what is remembered of a wrong one.

use super::*;
use bantin_core::clock_guard::ClockRecord;

/// A year later: the time of a wrong clock.
fn ahead() -> DateTime<Utc> {
    noon() + TimeDelta::days(365)
}

/// An article without a date of its own, first seen at an instant.
fn undated(n: u32, seen: DateTime<Utc>) -> NewArticle {
    let mut article = article("a", n, seen);
    article.first_seen = seen;
    article.provenance.insert(ArticleField::Published, Provenance::FirstSeen);
    article
}

#[tokio::test]
async fn what_a_clock_ahead_has_written_is_dated_when_the_time_is_known() {
    let (store, _folder) = store(&[source("a")]).await;
    commit(&store, vec![undated(1, noon() - TimeDelta::days(1))], noon()).await;
    let mut dated = article("a", 2, noon() - TimeDelta::days(3));
    dated.first_seen = ahead();
    let mut future = article("a", 3, ahead() - TimeDelta::days(9));
    future.first_seen = ahead();
    commit(&store, vec![dated.clone(), future, undated(4, ahead()), undated(5, ahead())], ahead())
        .await;
    let (before, changes) = (all(&store).await, store.changes().await.unwrap());
    assert_eq!(store.newest_instant().await.unwrap(), Some(ahead()));

    let now = noon() + TimeDelta::hours(2);
    assert_eq!(store.repair_history(now).await.unwrap(), 4);
    assert!(store.changes().await.unwrap() > changes, "documents are written again");
    let after = all(&store).await;
    let ids = |articles: &[Article]| articles.iter().map(|a| a.id.clone()).collect::<BTreeSet<_>>();
    assert_eq!(ids(&after), ids(&before));
    let published = |n: u32| {
        let article = after.iter().find(|a| a.key.as_str() == format!("/tin/{n}")).unwrap();
        let from = article.provenance.get(&ArticleField::Published).cloned();
        (article.published, from == Some(Provenance::FirstSeen))
    };
    assert_eq!(published(1), (noon() - TimeDelta::days(1), true));
    assert_eq!(published(2), (dated.published, false));
    for n in [3, 4, 5] {
        assert_eq!(published(n), (now, true), "{n}");
    }
    let late = |a: &Article| a.first_seen.max(a.last_seen).max(a.published) > now;
    assert!(!after.iter().any(late));
    let updated: BTreeSet<_> = after.iter().map(|article| article.updated).collect();
    assert_eq!(updated.len(), after.len(), "no two articles are changed at one instant");
    assert!(updated.iter().all(|at| *at < now + TimeDelta::seconds(1)));
    assert_eq!(store.newest_instant().await.unwrap(), Some(now));
    assert_eq!(store.repair_history(now).await.unwrap(), 0);
}

#[tokio::test]
async fn a_visit_that_a_clock_ahead_has_planned_keeps_its_slot() {
    let (store, _folder) = store(&[source("a")]).await;
    let sources = [Arc::new(source("a"))];
    for (error, days) in [(TimeDelta::days(365), 1), (TimeDelta::hours(3), 2)] {
        let now = noon() + TimeDelta::days(days);
        let wrong = now + error;
        let claim = claim(&store, "a", wrong).await;
        let visit = VisitResult::unchanged(wrong, wrong + TimeDelta::minutes(30));
        store.commit(&claim, visit).await.unwrap();
        store.plan_visits(&sources, now).await.unwrap();
        let next = store.next_due().await.unwrap().unwrap();
        assert_eq!(next, sources[0].timetable.next_after(now).unwrap());
        store.repair_history(now).await.unwrap();
    }
    // A pause after a failure is no mistake of the clock.
    let now = noon() + TimeDelta::days(3);
    let claim = claim(&store, "a", now).await;
    let visit = VisitResult::unchanged(now, now + TimeDelta::hours(23));
    store.commit(&claim, visit).await.unwrap();
    store.plan_visits(&sources, now).await.unwrap();
    assert_eq!(store.next_due().await.unwrap(), Some(now + TimeDelta::hours(23)));
}

#[tokio::test]
async fn pauses_and_leases_of_a_clock_ahead_end() {
    let (store, folder) = store(&[source("a")]).await;
    store.claim(&slug("a"), ahead(), "run", LEASE).await.unwrap().unwrap();
    let db = rusqlite::Connection::open(folder.path().join("bantin.sqlite")).unwrap();
    let late = ahead().timestamp_millis();
    db.execute_batch(&format!(
        "INSERT INTO rejection (source, key, teaser, reason, tries, again) VALUES ('a', '/1', 't', 'r', 1, {late});
         INSERT INTO pending (source, key, teaser, since) VALUES ('a', '/1', '{{}}', {late});
         INSERT INTO hub_ping (hub, document, host, due) VALUES ('h', 'd', 'h', {late});
         INSERT INTO followed (source, hub, topic, token, secret, asked, lease_end, told, due)
         VALUES ('a', 'h', 't', 't', 's', {late}, {late}, {late}, {late});
         UPDATE source SET look_at = {late};"
    ))
    .unwrap();
    store.repair_pauses(noon()).await.unwrap();
    let instants = "SELECT max(again) FROM rejection UNION ALL SELECT max(since) FROM pending
        UNION ALL SELECT max(due) FROM hub_ping UNION ALL SELECT max(look_at) FROM source
        UNION ALL SELECT max(asked, lease_end, told, due) FROM followed";
    let mut select = db.prepare(instants).unwrap();
    let found = select.query_map([], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(found.map(Result::unwrap).collect::<Vec<_>>(), [noon().timestamp_millis(); 5]);
    let later = noon() + TimeDelta::hours(1);
    assert!(store.claim(&slug("a"), later, "other", LEASE).await.unwrap().is_some());
}

#[tokio::test]
async fn a_host_that_was_asked_by_a_clock_ahead_rests_for_seconds() {
    let (store, _folder) = store(&[]).await;
    // Without the address, which all hosts of `super::wanted` share.
    let wanted = |host: &str, holder: &str| SlotRequest {
        keys: vec![host.to_owned()],
        ..wanted(host, holder)
    };
    for error in [TimeDelta::days(365), TimeDelta::hours(3)] {
        let host = format!("{error}.vn");
        let wanted = |holder| wanted(&host, holder);
        let granted = store.request_permit(&wanted("1"), noon() + error).await.unwrap();
        assert_eq!(granted, PermitDecision::Granted);
        let end = noon() + TimeDelta::seconds(10);
        for _ in 0..2 {
            let denied = store.request_permit(&wanted("2"), noon()).await.unwrap();
            assert_eq!(denied, PermitDecision::DeniedUntil(end), "{error}");
        }
        assert_eq!(store.request_permit(&wanted("2"), end).await.unwrap(), PermitDecision::Granted);
    }
    // A process that knows the error keeps the pause as it was.
    let year = TimeDelta::days(365);
    store.request_permit(&wanted("b.vn", "1"), ahead()).await.unwrap();
    let free_from = ahead() + TimeDelta::seconds(3);
    store.release_permit(&["b.vn".to_owned()], "1", free_from).await.unwrap();
    store.move_permits_back(year, noon()).await.unwrap();
    let denied = store.request_permit(&wanted("b.vn", "2"), noon()).await.unwrap();
    assert_eq!(denied, PermitDecision::DeniedUntil(noon() + TimeDelta::seconds(3)));
    // A pause of a day that a host asked for stays.
    let day = noon() + TimeDelta::days(1);
    store.request_permit(&wanted("a.vn", "1"), noon()).await.unwrap();
    store.release_permit(&["a.vn".to_owned()], "1", day).await.unwrap();
    let denied = store.request_permit(&wanted("a.vn", "2"), noon()).await.unwrap();
    assert_eq!(denied, PermitDecision::DeniedUntil(day));
}

#[tokio::test]
async fn a_wrong_clock_is_remembered_until_it_is_right() {
    let (store, _folder) = store(&[]).await;
    assert_eq!(store.clock_record().await.unwrap(), None);
    assert_eq!(store.newest_instant().await.unwrap(), None);
    let record = ClockRecord { time: noon(), system: at("2010-01-01T00:00:00Z"), hosts: 3 };
    for record in [record, ClockRecord { hosts: 0, ..record }] {
        store.keep_clock_record(Some(record)).await.unwrap();
        assert_eq!(store.clock_record().await.unwrap(), Some(record));
    }
    store.keep_clock_record(None).await.unwrap();
    assert_eq!(store.clock_record().await.unwrap(), None);
}
