use super::*;
use bantin_store::KnownArticle;

fn now() -> DateTime<Utc> {
    "2026-11-20T05:00:00Z".parse().unwrap()
}

fn home() -> Url {
    "https://xa.example/".parse().unwrap()
}

/// An item at a path, as `path|title|date`.
fn item(written: &str) -> ListingItem {
    let parts: Vec<&str> = written.split('|').collect();
    let url = home().join(parts[0]).unwrap();
    let item = ListingItem::of(url.clone(), ArticleKey::of_page(&url, &home()));
    let date = parts.get(2).filter(|date| !date.is_empty());
    ListingItem {
        title: Some(parts[1].to_owned()),
        date: date.map(|date| (*date).to_owned()),
        ..item
    }
}

fn article(item: &ListingItem) -> KnownArticle {
    KnownArticle {
        key: item.key.clone(),
        fingerprint: item.fingerprint(),
        title: item.title.clone().unwrap(),
        not_before: None,
        first_seen: now(),
        is_gone: false,
    }
}

/// The pairs of a listing with the one before it, as `new key = old key`, and the volatile
/// parameters.
#[track_caller]
fn check(before: &[&str], after: &[&str], paired: &[(usize, usize)], volatile: &[&str]) {
    let old: Vec<ListingItem> = before.iter().map(|written| item(written)).collect();
    let items: Vec<ListingItem> = after.iter().map(|written| item(written)).collect();
    let last: Vec<LastListed> = old
        .iter()
        .map(|item| LastListed {
            article: article(item),
            published: now(),
            date: item.date.clone(),
        })
        .collect();
    let known: HashMap<ArticleKey, KnownItem> = items
        .iter()
        .filter_map(|item| {
            let known = old.iter().find(|known| known.key == item.key)?;
            let known = KnownItem { article: Some(article(known)), refused: None, new_key: None };
            Some((item.key.clone(), known))
        })
        .collect();
    let found = pairs(&items, &known, &last, chrono_tz::Asia::Ho_Chi_Minh, now());
    let places: Vec<(usize, usize)> = found
        .iter()
        .map(|(place, left)| {
            (*place, old.iter().position(|item| item.key == left.article.key).unwrap())
        })
        .collect();
    assert_eq!(places, paired, "{before:?} -> {after:?}");
    let names = super::volatile(&items, &known, &found);
    assert_eq!(names.iter().map(String::as_str).collect::<Vec<_>>(), volatile, "{after:?}");
}

#[test]
fn a_parameter_that_changes_with_each_visit_is_volatile() {
    for name in ["sid", "rnd", "_", "ts", "cb", "p_auth", "zarsrc"] {
        let visit = |token: &str| -> Vec<String> {
            let item = |n: u32| format!("/tin/{n}?{name}={token}|Tin số {n}|0{n}/11/2026");
            (1..4).map(item).collect()
        };
        let (one, two) = (visit("a1"), visit("b2"));
        let [one, two] = [&one, &two].map(|v| v.iter().map(String::as_str).collect::<Vec<_>>());
        check(&one, &two, &[(0, 0), (1, 1), (2, 2)], &[name]);
    }
    // One item proves nothing.
    check(&["/tin/1?a=7&ts=1|Tin|1/2/2026"], &["/tin/1?a=7&ts=2|Tin|1/2/2026"], &[(0, 0)], &[]);
}

#[test]
fn a_number_of_articles_is_not_volatile_whatever_its_name() {
    // The items do not stay apart without it.
    check(
        &["/tin?sid=1|Một|1/2/2026", "/tin?sid=2|Hai|1/2/2026"],
        &["/tin?sid=8|Một|1/2/2026", "/tin?sid=9|Hai|1/2/2026"],
        &[(0, 0), (1, 1)],
        &[],
    );
    // One kept its value.
    check(
        &["/a?sid=1|Một|1/2/2026", "/b?sid=2|Hai|1/2/2026", "/c?sid=3|Ba|1/2/2026"],
        &["/a?sid=7|Một|1/2/2026", "/b?sid=8|Hai|1/2/2026", "/c?sid=3|Ba|1/2/2026"],
        &[(0, 0), (1, 1)],
        &[],
    );
    // The agency numbered its articles anew.
    check(
        &["/a?id=1|Một|1/2/2026", "/b?id=2|Hai|1/2/2026", "/c?id=3|Ba|1/2/2026"],
        &["/a?id=101|Một|1/2/2026", "/b?id=102|Hai|1/2/2026", "/c?id=103|Ba|1/2/2026"],
        &[(0, 0), (1, 1), (2, 2)],
        &[],
    );
    // A bulletin with one title is another one on another day.
    check(&["/lich?sid=1|Lịch tuần|1/2/2026"], &["/lich?sid=2|Lịch tuần|8/2/2026"], &[], &[]);
}

#[test]
fn moved_articles_are_paired_by_title_and_date() {
    check(
        &["/cu/1.aspx|Một|1/2/2026", "/cu/2.aspx|Hai|2/2/2026"],
        &["/moi/a|Mới|3/2/2026", "/moi/mot|Một|1/2/2026", "/moi/hai|Hai|2/2/2026"],
        &[(1, 0), (2, 1)],
        &[],
    );
    // Two articles with one title and date prove nothing.
    check(
        &["/cu/1|Một|1/2/2026", "/cu/2|Một|1/2/2026"],
        &["/moi/1|Một|1/2/2026", "/moi/2|Một|1/2/2026"],
        &[],
        &[],
    );
    // The article is still listed under its own key.
    check(&["/cu/1|Một|1/2/2026"], &["/cu/1|Một|1/2/2026", "/moi/1|Một|1/2/2026"], &[], &[]);
}

#[test]
fn volatile_parameters_leave_addresses_and_keys_unless_items_need_them() {
    let names = BTreeSet::from(["sid".to_owned(), "ts".to_owned()]);
    let strip = |written: &[&str]| -> Vec<String> {
        let mut items: Vec<ListingItem> = written.iter().map(|text| item(text)).collect();
        remove_volatile(&mut items, &names, &home());
        items.iter().map(|item| format!("{} {}", item.url.path(), item.key)).collect()
    };
    assert_eq!(strip(&["/a?id=7&SID=1&ts=2|A", "/b|B"]), ["/a /a?id=7", "/b /b"]);
    assert_eq!(strip(&["/a?sid=1|A", "/a?sid=2|B"]), ["/a /a?sid=1", "/a /a?sid=2"]);
}
