//! A store that an older version wrote is migrated: nothing is lost, and nothing is fetched again.

use crate::desk::Desk;
use crate::world::{World, article, items};
use flate2::read::GzDecoder;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A file of `tests/stores`.
fn stored(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stores").join(name)
}

/// A desk with a copy of the old store; `world` serves the hosts of its sources.
fn desk(world: &World) -> Desk {
    let desk = Desk::with(&world.feeds());
    fs::create_dir(desk.path("state")).unwrap();
    let packed = fs::File::open(stored("schema-11.sqlite3.gz")).unwrap();
    let mut file = fs::File::create(desk.path("state/bantin.sqlite")).unwrap();
    std::io::copy(&mut GzDecoder::new(packed), &mut file).unwrap();
    desk
}

#[track_caller]
fn run(desk: &Desk, arguments: &[&str]) -> String {
    let said = desk.run(arguments);
    assert_eq!(said.code, Some(0), "{arguments:?}: {}{}", said.out, said.err);
    said.out
}

/// Parses JSON Lines.
fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The requests to a host, without its robots.txt.
fn asked(world: &World, host: &str) -> Vec<String> {
    let names = world.requests().into_iter().map(|request| request.name);
    let wanted = |name: &String| name.contains(host) && !name.ends_with("/robots.txt");
    names.filter(wanted).collect()
}

#[test]
fn everything_in_an_older_store_is_exported_and_reported_as_it_was() {
    let world = World::open();
    let desk = desk(&world);
    assert_eq!(
        run(&desk, &["export", "--without-tombstones"]),
        fs::read_to_string(stored("schema-11.export.jsonl")).unwrap()
    );
    let expected = fs::read_to_string(stored("schema-11.status.jsonl")).unwrap();
    assert_eq!(lines(&run(&desk, &["status", "--json"])), lines(&expected));
    assert!(world.requests().is_empty());
}

#[test]
fn visits_go_on_with_what_an_older_store_knows() {
    let world = World::open();
    let desk = desk(&world);
    let db = rusqlite::Connection::open(desk.path("state/bantin.sqlite")).unwrap();
    // New extraction rules request rejected pages again, and so read the listing in full.
    db.execute("DELETE FROM rejection WHERE source = 'lich-su'", []).unwrap();
    let sql = "SELECT etag FROM source WHERE id = 'lich-su'";
    let etag: String = db.query_row(sql, [], |row| row.get(0)).unwrap();
    world.status("GET lich-su.example/tin-tuc", 304);
    // The same news in another layout.
    let teasers: String = (11..=18)
        .map(|n| format!("<tr><td><a href=\"/tin/{n}\">Tin y tế số {n} của cơ quan về công tác dân tộc</a></td><td>{n}/10/2026</td></tr>"))
        .collect();
    world.on(
        "GET mat-moi.example/",
        format!("<html><body><h2>Tin mới</h2><table>{teasers}</table></body></html>"),
    );
    let once = ["once", "--now", "2026-11-20T06:10:00Z"];
    let said = run(&desk, &[&once[..], &["lich-su", "mat-moi"]].concat());

    let request = world.requests().into_iter().find(|r| r.name == "GET lich-su.example/tin-tuc");
    assert_eq!(request.unwrap().fields.get("if-none-match"), Some(&etag));
    assert_eq!(asked(&world, "lich-su.example"), ["GET lich-su.example/tin-tuc"]);
    let status = lines(&run(&desk, &["status", "--json"]));
    let report = |id: &str| status.iter().find(|row| row["source"] == id).unwrap();
    assert_eq!(report("lich-su")["last"]["outcome"], "unchanged");
    // The old layout was learned by the old version; without it a redesign could not be detected.
    assert_eq!(
        asked(&world, "mat-moi.example"),
        ["GET mat-moi.example/"],
        "all articles are known"
    );
    assert!(said.contains("8 items at `div.o > h3 > a` before"), "{said}");
}

#[test]
fn pages_that_an_older_version_rejected_are_requested_once_by_new_rules() {
    let world = World::open();
    let desk = desk(&world);
    let rejected = "<li class=\"tin\"><a href=\"/tin/trong\">Thông báo trống của cơ quan</a> <i>01/10/2026</i></li></ul>";
    let items = items(&[12, 11, 10, 9]).replace("số 10 ", "số 10, đã đính chính, ");
    let listing = format!("<html><body>{}</body></html>", items.replace("</ul>", rejected));
    world.on("GET lich-su.example/tin-tuc", listing);
    world.on("GET lich-su.example/tin/12", article(12));
    for _ in 0..2 {
        run(&desk, &["once", "--now", "2026-11-20T06:10:00Z", "lich-su"]);
    }
    let (listing, empty) = ("GET lich-su.example/tin-tuc", "GET lich-su.example/tin/trong");
    let expected = [listing, "GET lich-su.example/tin/12", empty, listing];
    assert_eq!(asked(&world, "lich-su.example"), expected);
}

#[test]
fn a_backfill_goes_on_at_the_page_where_it_was() {
    let world = World::open();
    let desk = desk(&world);
    for page in 4..=5 {
        let newest = (5 - page + 1) * 2;
        let pager =
            format!("<a href=\"/tin-tuc\">1</a> <b>{page}</b> <a href=\"/tin-tuc?page=5\">5</a>");
        let body =
            format!("<html><body>{}<p>{pager}</p></body></html>", items(&[newest, newest - 1]));
        world.on(&format!("GET lich-su.example/tin-tuc?page={page}"), body);
    }
    for n in 1..=7 {
        world.on(&format!("GET lich-su.example/tin/{n}"), article(n));
        world.on(&format!("GET bieu-mau.example/tin/{n}"), article(n));
    }
    run(&desk, &["backfill", "lich-su", "--pages", "99"]);
    let asked_for: Vec<String> = asked(&world, "lich-su.example");
    let expected = [
        // The page that failed the last time.
        "/tin/7",
        "/tin-tuc?page=4",
        "/tin/4",
        "/tin/3",
        "/tin-tuc?page=5",
        "/tin/2",
        "/tin/1",
    ];
    let expected: BTreeSet<String> =
        expected.iter().map(|path| format!("GET lich-su.example{path}")).collect();
    assert_eq!(asked_for.len(), expected.len(), "{asked_for:?}");
    assert_eq!(asked_for.into_iter().collect::<BTreeSet<_>>(), expected);

    let form = "<form method=\"post\" action=\"/tin-tuc\"><input type=\"hidden\" name=\"__VIEWSTATE\" value=\"a/3+=\">";
    world.on(
        "POST bieu-mau.example/tin-tuc Page$3",
        format!("<html><body>{form}{}</form></body></html>", items(&[2, 1])),
    );
    run(&desk, &["backfill", "bieu-mau", "--pages", "99"]);
    let asked_for: BTreeSet<String> = asked(&world, "bieu-mau.example").into_iter().collect();
    let expected = [
        "POST bieu-mau.example/tin-tuc Page$3",
        "GET bieu-mau.example/tin/1",
        "GET bieu-mau.example/tin/2",
    ];
    assert_eq!(asked_for, expected.map(str::to_owned).into_iter().collect());
}
