//! Stores of every released schema: each opens without losing anything.

use super::*;
use crate::migrations::MIGRATIONS;
use rusqlite::Connection;

/// The last released schema before the newest one.
const LAST: usize = 12;
/// The last schema with the columns that [`ROWS`] fill.
const OF_ROWS: usize = 11;

/// Rows as earlier programs wrote them, each with the first schema that had its table. `{tags}` is
/// the name of the tags column at that time.
const ROWS: [(usize, &str); 9] = [
    (
        1,
        r#"INSERT INTO meta (name, value) VALUES ('id_authority', 'bantin.example,2026');
        INSERT INTO source (id, scope, title, home, language, active, timetable, next_visit, settled, etag, recipe, lease_visit)
        VALUES ('a', 'a', 'Cơ quan a', 'https://a.example/tin-tuc', 'vi', 1, '*/30 * * * *', 0, 1, '"1"', '0123456789abcdef', 2);
        INSERT INTO feed (id, scope) VALUES ('tong-hop', 'tong-hop');
        INSERT INTO visit (id, source, started, finished, outcome) VALUES
            (1, 'a', 0, 1, '{"outcome":"visited","items":2,"skipped":0,"new":2,"revised":0,"rejected":1,"failed":0,"waiting":0}'),
            (2, 'a', 2, 3, '{"outcome":"failed","stage":"fetch","message":"Hỏng","advice":{"retry_after":{"secs":60,"nanos":0}}}');
        INSERT INTO page (id, source, visit, asked, url, media, coding, wire, validators, fetched, teaser) VALUES
            (1, 'a', 1, 'https://a.example/tin/1', 'https://a.example/tin/1', '{"essence":"text/html","charset":null}', '"identity"', x'3c703e',
             '{"etag":"\"p\"","last_modified":null,"wire_hash":null}', 1,
             '{"url":"https://a.example/tin/1","key":"/tin/1","title":"Tin số 1","date":null,"summary":null,"image":null,"content":null,"author":null,"topics":[],"attachments":[],"language":null}');
        INSERT INTO article (id, source, key, url, title, html, text, published, "precision", zone, updated, language, images,
            attachments, {tags}, provenance, hash, teaser, arrival, first_seen, last_seen, revision)
        VALUES ('tag:bantin.example,2026:a:/tin/1', 'a', '/tin/1', 'https://a.example/tin/1', 'Tin số 1', '<p>Nội dung 1</p>',
            'Nội dung 1', 0, '"day"', 'Asia/Ho_Chi_Minh', 0, 'vi', '[{"url":"https://a.example/1.jpg","alt":null}]',
            '[{"url":"https://a.example/1.pdf","title":"Công văn","media_type":"application/pdf","length":9}]', '["Kinh tế"]',
            '{"title":"heading","published":"teaser"}', '1', 't', 0, 0, 0, 2);
        INSERT INTO alias (source, url, article) VALUES ('a', 'https://a.example/tin/1', 1);
        INSERT INTO revision (article, number, title, html, text, hash, updated, replaced) VALUES (1, 1, 'Tin', '<p>', '', '0', 0, 1);
        INSERT INTO rejection (source, key, teaser, reason, tries, again) VALUES ('a', '/tin/2', 't2', 'no text', 1, 4102444800000);
        INSERT INTO turn (place, free_from) VALUES ('a.example', 5);
        INSERT INTO audit (at, action, subject, reason) VALUES (1, 'withdraw', 'tag:x', 'Công văn số 1');"#,
    ),
    (
        2,
        r#"INSERT INTO robots (site, file, answered, tried) VALUES ('https://a.example', x'', 1, 1);
        INSERT INTO pending (source, key, teaser, since) VALUES ('a', '/tin/3',
            '{"url":"https://a.example/tin/3","key":"/tin/3","title":"Tin số 3","date":null,"summary":null,"image":null,"content":null,"author":null,"topics":["Y tế"],"attachments":[],"language":null}',
            1795150800000);"#,
    ),
    (
        3,
        r#"INSERT OR REPLACE INTO classified (article, version, topics) VALUES (1, '1-a', '["y-te"]');
        INSERT INTO topic (topic, article) VALUES ('y-te', 1);"#,
    ),
    (
        4,
        r#"UPDATE source SET learned = '{"lists":[{"selector":"ul > a","items":9,"evidence":"Tin"}],"elsewhere":1}';
        UPDATE article SET first_source = '{"id":"tag:goc.example,2026:so","categories":[{"scheme":"s","term":"t","label":"l"}]}';
        INSERT INTO repeated (source, key, teaser, article, hash) VALUES ('a', '/tin/4', 't4', 1, '1');
        INSERT INTO backfill (id, source, recipe, started, next) VALUES (7, 'a', '0123456789abcdef', 1, '{"get":"https://a.example/tin-tuc?page=2"}');
        INSERT INTO backfill_page (backfill, number, name, items, newest, missed) VALUES (7, 1, 'https://a.example/tin-tuc', 'f', 1,
            '[{"url":"https://a.example/tin/5","key":"/tin/5","title":null,"date":null,"summary":null,"image":null,"content":null,"author":null,"topics":[],"attachments":[],"language":null}]');"#,
    ),
    (
        5,
        "INSERT INTO archive (feed, number, atom_length, rss_length, atom, rss) VALUES ('tong-hop', 1, 1, 1, x'00', x'00');
        INSERT INTO archived (feed, article, revision, archive) VALUES ('tong-hop', 1, 2, 1);
        UPDATE feed SET marked = 1, mark_rule = 'Query { }', waiting = '[1]';",
    ),
    (
        6,
        "INSERT INTO hub_topic (document, hash) VALUES ('tong-hop.atom', 'h');
        INSERT INTO hub_subscription (topic, callback, document, host, secret, expires) VALUES ('https://b.example/tong-hop.atom', 'https://doc.example/a', 'tong-hop.atom', 'doc.example', 's', 4102444800000);
        INSERT INTO hub_intent (topic, callback, document, host, mode, lease, asked, due) VALUES ('https://b.example/tong-hop.atom', 'https://doc.example/b', 'tong-hop.atom', 'doc.example', 'subscribe', 60, 1, 1);
        INSERT INTO hub_ping (hub, document, host) VALUES ('https://hub.example/', 'tong-hop.atom', 'hub.example');
        INSERT INTO followed (source, hub, topic, token, secret, due) VALUES ('a', 'https://hub.example/', 'https://a.example/rss', 'token', 's', 1);",
    ),
    (7, "INSERT OR IGNORE INTO feed_name (name, private, gone) VALUES ('cu', 0, 1);"),
    (
        8,
        r#"INSERT INTO source_list (url, copy, validators) VALUES ('https://c.example/ds.opml',
            '{"url":"https://c.example/ds.opml","rows":[{"line":2,"id":"so-y-te","keys":[["url","https://d.example/rss"]]}],"refused":[],"ids":{"https://d.example/rss":"so-y-te"},"fetched":null,"tried":"2026-11-20T05:00:00Z","trouble":null,"shrunk":null}',
            '{"etag":null,"last_modified":"Fri, 20 Nov 2026 05:00:00 GMT","wire_hash":null}');"#,
    ),
    (9, "UPDATE source SET rights = '©';"),
];

/// Creates a store as a program of this schema left it.
fn written(schema: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let db = Connection::open(folder.path().join("bantin.sqlite")).unwrap();
    let (before, after) = MIGRATIONS[..schema].split_at(schema.min(OF_ROWS));
    before.iter().for_each(|migration| db.execute_batch(migration).unwrap());
    let tags = if schema < 3 { "topics" } else { "tags" };
    for (_, rows) in ROWS.iter().filter(|(since, _)| *since <= schema) {
        db.execute_batch(&rows.replace("{tags}", tags)).unwrap();
    }
    after.iter().for_each(|migration| db.execute_batch(migration).unwrap());
    db.pragma_update(None, "user_version", i64::try_from(schema).unwrap()).unwrap();
    folder
}

/// Returns the number of rows of each table.
fn counts(folder: &tempfile::TempDir) -> Vec<(String, i64)> {
    let db = Connection::open(folder.path().join("bantin.sqlite")).unwrap();
    let mut find = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").unwrap();
    let tables = find.query_map([], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap);
    let count = |table: String| {
        let sql = format!("SELECT count(*) FROM {table}");
        let count = db.query_row(&sql, [], |row| row.get(0)).unwrap();
        (table, count)
    };
    tables.map(count).collect()
}

#[track_caller]
fn check_counts(schema: usize, before: &[(String, i64)], after: &[(String, i64)]) {
    for (table, count) in before {
        let found = after.iter().find(|(name, _)| name == table).unwrap().1;
        let added = i64::from(table == "meta" && schema <= OF_ROWS);
        assert_eq!(found, count + added, "{table} of schema {schema}");
        assert!(*count > 0 || table == "touched", "{table} of schema {schema} is empty");
    }
}

#[tokio::test]
async fn a_store_of_every_schema_opens_and_loses_nothing() {
    for schema in 1..=LAST {
        let folder = written(schema);
        let before = counts(&folder);
        let store = Store::open(folder.path()).await.unwrap();
        check_counts(schema, &before, &counts(&folder));
        // The first `apply` after the upgrade forgets nothing.
        plan(&store, &[source("a")], noon()).await.unwrap();
        let rejections = |counts: &[(String, i64)]| {
            counts.iter().find(|(name, _)| name == "rejection").unwrap().1
        };
        assert_eq!(rejections(&counts(&folder)), 1, "schema {schema}");
        everything_is_read(&store, schema).await;
    }
}

/// Checks that the methods of the store read the rows.
async fn everything_is_read(store: &Store, schema: usize) {
    let (a, later) = (slug("a"), noon() + TimeDelta::minutes(1));
    let article = all(store).await.remove(0);
    assert_eq!((article.title.as_str(), article.precision), ("Tin số 1", DatePrecision::Day));
    assert_eq!(article.tags, ["Kinh tế"]);
    assert_eq!((article.images.len(), article.attachments[0].length), (1, Some(9)));
    assert_eq!(article.provenance[&ArticleField::Title], Provenance::Heading);
    let ArticleLookup::Found(found) = store.find(&article.id).await.unwrap() else {
        panic!("{schema}")
    };
    assert_eq!(found.item.unwrap().title.as_deref(), Some("Tin số 1"));
    assert_eq!(found.page.unwrap().validators.etag.as_deref(), Some("\"p\""));
    let state = store.state(&a, noon()).await.unwrap();
    assert_eq!(state.items, [2]);
    let report = store.report(noon()).await.unwrap().remove(0);
    let Some((_, VisitOutcome::Failed(failure))) = report.last else { panic!("{schema}") };
    assert_eq!(failure.advice, RetryAdvice::RetryAfter(Duration::from_secs(60)));
    assert_eq!(report.rejected, Some((1, "no text".to_owned())));
    if schema >= 2 {
        let waiting = store.pending(&a, later).await.unwrap();
        assert_eq!(waiting[0].tags, ["Y tế"], "schema {schema}");
        assert!(store.robots("https://a.example").await.unwrap().is_some());
    }
    if schema >= 3 {
        assert_eq!(article.topics, [slug("y-te")]);
    }
    if schema >= 4 {
        assert_eq!(state.profile.lists[0].selector, "ul > a");
        assert_eq!(article.content.first_source.unwrap().categories.len(), 1);
        let begun = store.begin_backfill(&source("a"), false, noon()).await.unwrap();
        let next = begun.pages[0].next.as_ref().unwrap();
        assert_eq!((begun.claim.visit, begun.pages[0].missed.len()), (VisitId(-7), 1));
        assert_eq!(next.url().as_str(), "https://a.example/tin-tuc?page=2");
    }
    if schema >= 5 {
        assert_eq!(store.archives(&slug("tong-hop")).await.unwrap().len(), 1);
    }
    if schema >= 6 {
        assert_eq!(store.subscriptions().await.unwrap(), 1);
        assert_eq!(store.due_intents(noon(), 9).await.unwrap().len(), 1);
        assert!(store.followed("token").await.unwrap().is_some());
    }
    if schema >= 7 {
        assert_eq!(store.former_feeds().await.unwrap()[0].name, slug("cu"));
    }
    if schema >= 8 {
        let url = "https://c.example/ds.opml".parse().unwrap();
        let (copy, validators) = store.source_list(&url).await.unwrap().unwrap();
        assert_eq!((copy.rows.len(), copy.ids.len()), (1, 1));
        assert!(validators.last_modified.is_some());
    }
}

#[tokio::test]
async fn a_store_of_a_later_schema_is_refused_in_a_sentence_and_left_untouched() {
    let folder = written(LAST);
    let path = folder.path().join("bantin.sqlite");
    let db = Connection::open(&path).unwrap();
    db.pragma_update(None, "user_version", i64::try_from(MIGRATIONS.len() + 1).unwrap()).unwrap();
    drop(db);
    let before = counts(&folder);
    let refused = Store::open(folder.path()).await.unwrap_err().to_string();
    assert!(refused.contains("written by a newer bantin"), "{refused}");
    assert!(refused.contains("install that version again"), "{refused}");
    assert_eq!(counts(&folder), before);
    let db = Connection::open(&path).unwrap();
    let version: u32 = db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(usize::try_from(version).unwrap(), MIGRATIONS.len() + 1);
}
