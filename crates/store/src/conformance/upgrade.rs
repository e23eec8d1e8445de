//! A store of an older version: it is upgraded without losing anything.

use super::*;
use bantin_core::ListingProfile;
use flate2::read::GzDecoder;
use rusqlite::Connection;

/// Creates a folder with the store of `tests/stores`, which a program with schema 11 filled by real
/// visits.
fn stored() -> tempfile::TempDir {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/stores/schema-11.sqlite3.gz");
    let folder = tempfile::tempdir().unwrap();
    let mut file = std::fs::File::create(folder.path().join("bantin.sqlite")).unwrap();
    std::io::copy(&mut GzDecoder::new(std::fs::File::open(path).unwrap()), &mut file).unwrap();
    folder
}

fn raw(folder: &tempfile::TempDir) -> Connection {
    Connection::open(folder.path().join("bantin.sqlite")).unwrap()
}

/// Returns the number of rows of each table.
fn counts(folder: &tempfile::TempDir) -> Vec<(String, i64)> {
    let db = raw(folder);
    let mut find = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").unwrap();
    let tables = find.query_map([], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap);
    let count = |table: String| {
        let sql = format!("SELECT count(*) FROM {table}");
        let count = db.query_row(&sql, [], |row| row.get(0)).unwrap();
        (table, count)
    };
    tables.map(count).collect()
}

/// Returns the stored store, upgraded.
async fn upgraded() -> (Store, tempfile::TempDir) {
    let folder = stored();
    (Store::open(folder.path()).await.unwrap(), folder)
}

/// Returns an instant of the day on which the store was filled.
fn then(time: &str) -> DateTime<Utc> {
    at(&format!("2026-11-20T{time}Z"))
}

#[tokio::test]
async fn every_table_of_the_stored_store_is_filled_and_no_row_is_lost() {
    let before = counts(&stored());
    assert!(before.len() >= 29, "{before:?}");
    let (_store, folder) = upgraded().await;
    let after = counts(&folder);
    for (table, count) in before {
        assert!(count > 0, "{table} is empty");
        let found = after.iter().find(|(name, _)| *name == table).unwrap().1;
        // The version of the extraction rules is added.
        assert_eq!(found, count + i64::from(table == "meta"), "{table}");
    }
}

#[tokio::test]
async fn what_is_known_of_the_stored_sources_is_read() {
    let (store, _folder) = upgraded().await;
    let state = store.state(&slug("lich-su"), then("06:10:00")).await.unwrap();
    let validators = state.validators.unwrap();
    assert_eq!(validators.etag.as_deref(), Some("\"96064e7e\""));
    assert_eq!(validators.wire_hash.as_deref(), Some("96064e7e117746cc7fa2d71c122639e5"));
    assert_eq!((state.failures, state.items), (0, vec![4, 4, 3]));
    assert_eq!(state.profile, ListingProfile::default());
    let state = store.state(&slug("mat-moi"), then("06:10:00")).await.unwrap();
    assert_eq!(state.profile.lists[0].selector, "div.o > h3 > a");
    assert_eq!(state.profile.lists[0].items, 8);
    // The listing of a source with a pending item is read without validators.
    let state = store.state(&slug("cho"), then("06:10:00")).await.unwrap();
    assert_eq!(state.validators, None);
    let waiting = store.pending(&slug("cho"), then("06:10:00")).await.unwrap();
    assert_eq!(waiting[0].title.as_deref(), Some("Tin y tế số 21 của cơ quan"));

    let report = store.report(then("06:10:00")).await.unwrap();
    let of = |id: &str| report.iter().find(|report| report.origin.id.as_str() == id).unwrap();
    let Some((finished, VisitOutcome::Visited(tally))) = &of("lich-su").last else { panic!() };
    assert_eq!((tally.items, tally.rejected), (4, 1));
    assert!(*finished >= then("06:01:00") && *finished < then("06:02:00"));
    assert_eq!(of("cho").moved_to.as_ref().unwrap().as_str(), "http://cho.example/tin-moi");
    assert_eq!(of("rss").origin.rights.as_deref(), Some("© Báo tỉnh"));
    assert_eq!(of("mat-moi").last.as_ref().unwrap().1, VisitOutcome::Unchanged);
    assert_eq!(store.listing(&slug("lich-su")).await.unwrap().len(), 3);
    assert!(store.is_settled(&slug("lich-su")).await.unwrap());
    let robots = store.robots("http://lich-su.example").await.unwrap().unwrap();
    assert!(robots.response.unwrap().0.starts_with(b"User-agent"));
}

#[tokio::test]
async fn what_is_known_of_the_stored_items_is_read() {
    let (store, _folder) = upgraded().await;
    let (source, key) = (slug("lich-su"), ArticleKey::kept("/tin/trong".to_owned()));
    let url: Url = "http://lich-su.example/tin/trong".parse().unwrap();
    let unread = store.unread(&source, &key, &url).await.unwrap().unwrap();
    let fingerprint = unread.item.unwrap().fingerprint();
    assert_eq!(unread.since, Some(then("05:00:00")));
    assert_eq!(unread.refused.map(|(_, tries, again)| (tries, again)), Some((3, then("07:01:00"))));
    let ten = ArticleKey::kept("/tin/10".to_owned());
    let items = [&key, &ten].map(|key| identity(key, url.as_str())).to_vec();
    let known = store.known_items(&source, items).await.unwrap();
    let refused = known[&key].refused.clone().unwrap();
    assert_eq!((refused.fingerprint, refused.until), (fingerprint, then("07:01:00")));
    let article = known[&ten].article.as_ref().unwrap();
    assert_eq!(article.title, "Tin y tế số 10, đã đính chính, của cơ quan");
    // News of a later visit is due for a revisit, with the page's validators and listing item.
    let later = then("05:00:00") + TimeDelta::days(2);
    let due = store.due(&source, then("05:00:00"), later, 9).await.unwrap();
    assert_eq!(due.iter().map(|due| due.key.as_str()).collect::<Vec<_>>(), ["/tin/11"]);
    assert!(due[0].validators.as_ref().unwrap().etag.is_some());
    assert!(due[0].item.is_some());
    assert_eq!(store.origins().await.unwrap().len(), 7);
}

#[tokio::test]
async fn the_stored_articles_are_read() {
    let (store, _folder) = upgraded().await;
    let all = store.export_batch(None, 99).await.unwrap().articles;
    assert_eq!(all.len(), 26);
    let of = |source: &str, key: &str| {
        let is_it = |exported: &&ExportedArticle| {
            exported.article.source.as_str() == source && exported.article.key.as_str() == key
        };
        all.iter().find(is_it).unwrap()
    };
    let revised = of("lich-su", "/tin/10");
    assert_eq!(revised.article.revision, 2);
    assert_eq!(revised.article.images[0].alt.as_deref(), Some("Hội nghị"));
    assert_eq!(revised.article.attachments[0].title.as_deref(), Some("Công văn số 10"));
    assert_eq!(revised.article.topics, [slug("y-te")]);
    let moved = of("lich-su", "/tin/9");
    assert_eq!(moved.article.provenance[&ArticleField::Title], Provenance::Teaser);
    let first = of("tong-hop", "guid:urn:goc:1").article.first_source.clone().unwrap();
    assert_eq!(first.title.as_deref(), Some("Sở gốc"));
    assert_eq!(first.category("topic").unwrap().label, "Y tế");
    let rss = of("rss", "guid:bai-1");
    assert_eq!(
        (rss.article.precision, rss.article.attachments[0].length),
        (DatePrecision::Second, Some(12341))
    );
    assert_eq!(rss.article.tags, ["Giáo dục"]);
    assert!(!of("mat-moi", "/tin/12").withdrawn.as_ref().unwrap().erased);
    assert!(of("mat-moi", "/tin/13").withdrawn.as_ref().unwrap().erased);
    let ArticleLookup::Found(found) = store.find(&revised.article.id).await.unwrap() else {
        panic!()
    };
    let page = found.page.unwrap();
    assert_eq!((page.media.essence.as_str(), page.coding), ("text/html", ContentCoding::Identity));
    assert_eq!(found.item.unwrap().fingerprint(), revised.made_from.as_ref().unwrap().fingerprint);
}

#[tokio::test]
async fn every_stored_item_has_the_fingerprint_that_its_article_was_made_with() {
    let (store, _folder) = upgraded().await;
    let mut checked = 0;
    for exported in store.export_batch(None, 99).await.unwrap().articles {
        let ArticleLookup::Found(found) = store.find(&exported.article.id).await.unwrap() else {
            continue;
        };
        let (Some(teaser), Some(made_from)) = (found.item, exported.made_from) else { continue };
        assert_eq!(teaser.fingerprint(), made_from.fingerprint, "{}", exported.article.id);
        checked += 1;
    }
    assert!(checked > 15, "{checked}");
}

#[tokio::test]
async fn the_stored_backfills_go_on() {
    let (store, _folder) = upgraded().await;
    let mut by_address = source("lich-su");
    by_address.url = "http://lich-su.example/tin-tuc".parse().unwrap();
    let begun = store.begin_backfill(&by_address, false, noon()).await.unwrap();
    assert_eq!((begun.claim.visit, begun.pages.len()), (VisitId(-1), 3));
    assert_eq!(begun.pages[1].missed[0].url.as_str(), "http://lich-su.example/tin/7");
    assert_eq!(begun.pages[1].newest, Some(at("2026-10-08T01:15:00Z")));
    let next = begun.pages[2].next.as_ref().unwrap();
    assert_eq!(next.url().as_str(), "http://lich-su.example/tin-tuc?page=4");
    let begun = store.begin_backfill(&source("bieu-mau"), false, noon()).await.unwrap();
    let next = begun.pages[1].next.as_ref().unwrap();
    assert_eq!(next.form().unwrap()[2], ("__EVENTARGUMENT".to_owned(), "Page$3".to_owned()));
}

#[tokio::test]
async fn stored_feeds_lists_and_subscriptions_are_read() {
    let (store, _folder) = upgraded().await;
    let names: Vec<String> = store.feeds().await.unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["da-bo", "tat-ca", "y-te"]);
    assert_eq!(store.former_feeds().await.unwrap()[0].name, slug("da-bo"));
    let archives = store.archives(&slug("tat-ca")).await.unwrap();
    assert_eq!(archives.len(), 9);
    for archive in archives {
        let text = store.archive(&slug("tat-ca"), archive.number).await.unwrap().unwrap();
        assert_eq!(u64::try_from(text.atom.len()).unwrap(), archive.atom);
    }
    let url = "http://danh-sach.example/ds.opml".parse().unwrap();
    let (copy, validators) = store.source_list(&url).await.unwrap().unwrap();
    assert_eq!((copy.rows.len(), copy.rejected_rows.len(), copy.ids.len()), (1, 1, 1));
    assert!(validators.etag.is_some() && copy.fetched.is_some());
    assert_eq!(store.subscriptions().await.unwrap(), 1);
    let due = store.due_intents(then("06:10:00"), 9).await.unwrap();
    assert_eq!(due[0].secret.as_ref().unwrap().reveal(), "bí mật");
    assert_eq!(store.pending_deliveries(then("06:30:00"), 9).await.unwrap()[0].hash, "khac");
    assert_eq!(store.pending_pings(then("06:30:00"), 9).await.unwrap().len(), 1);
    let followed = store.followed("to-ken-ma-khong-ai-doan-duoc").await.unwrap().unwrap();
    assert_eq!(followed.notified, Some(then("06:06:00")));
    assert_eq!(followed.lease_end, Some(then("06:05:00") + TimeDelta::days(9)));
}
