//! `bantin extract`: for one page, or for many.

use crate::agency::{Agency, html};
use crate::desk::{self, Desk, article};
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::process::Stdio;

fn desk() -> Desk {
    let desk = Desk::with(&desk::head());
    fs::write(desk.path("bai.html"), article(7)).unwrap();
    fs::write(desk.path("anh.html"), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").unwrap();
    fs::write(desk.path("sau.html"), "<div>".repeat(100_000)).unwrap();
    desk
}

#[test]
fn a_page_is_shown_with_where_each_field_was_found() {
    let desk = desk();
    let said = desk.run(&["extract", "bai.html"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("title  Tin số 7 của cơ quan  ["), "{}", said.out);
    let said =
        desk.run(&["extract", "--format", "json", "--url", "https://a.example/tin/7", "bai.html"]);
    let record: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(record["date"], "2026-10-08T08:15:00+07:00");
    assert_eq!(record["url"], "https://a.example/tin/7");
    assert_eq!((&record["charset"], &record["replaced"]), (&Value::from("UTF-8"), &Value::from(0)));
    let said = desk.run(&["extract", "--format", "html", "bai.html"]);
    assert!(said.out.starts_with("<p>Sáng nay, cơ quan"), "{}", said.out);
    for bad in ["anh.html", "sau.html", "khong-co.html"] {
        let said = desk.run(&["extract", bad]);
        assert_eq!(said.code, Some(1), "{bad}");
        assert!(said.err.contains(bad), "{}", said.err);
    }
}

#[test]
fn an_address_is_fetched_and_the_guard_stands_before_it() {
    let agency = Agency::open();
    agency.on("/tin/7", html(article(7)));
    let said = desk().run(&["extract", &agency.url("/tin/7")]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("not a public address"), "{}", said.err);
    assert_eq!(agency.seen().len(), 0);
}

#[test]
fn a_batch_keeps_its_order_and_no_page_ends_it() {
    let desk = desk();
    let mut lines = String::new();
    for number in 0..40 {
        let file = ["bai.html", "anh.html", "sau.html", "khong-co.html"][number % 4];
        lines += &format!(
            "{{\"id\": {number}, \"url\": \"https://a.example/{number}\", \"html\": \"{file}\"}}\n"
        );
    }
    let empty = "<html><title>Cổng thông tin</title><div><h1>Bộ Tư pháp ban hành kế hoạch tuyên truyền</h1><p>23/03/2020 08:09</p></div>";
    fs::write(desk.path("rong.html"), empty).unwrap();
    lines += "\nkhông phải JSON\n{\"id\": 41, \"html\": \"rong.html\"}\n";
    let mut batch = desk
        .command(&["extract", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    batch.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let said = batch.wait_with_output().unwrap();
    assert!(said.status.success());
    let answers: Vec<Value> = String::from_utf8(said.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), 42);
    for (number, answer) in answers.iter().take(40).enumerate() {
        assert_eq!(answer["id"], number);
        assert_eq!(answer["title"].is_string(), number % 4 == 0, "{answer}");
        assert_eq!(answer["error"].is_string(), number % 4 != 0, "{answer}");
    }
    assert!(answers[40]["error"].as_str().unwrap().contains("the line"));
    // The title and date of an article without a text are printed nevertheless.
    assert!(
        answers[41]["error"].as_str().unwrap().contains("has no text, no image and no attachment"),
        "{}",
        answers[41]
    );
    assert_eq!(answers[41]["title"], "Bộ Tư pháp ban hành kế hoạch tuyên truyền");
    assert_eq!(answers[41]["date"], "2020-03-23T08:09:00+07:00");
}

#[test]
fn the_families_of_feeds_toml_count_and_a_broken_one_is_said() {
    let desk = Desk::with(&format!("platforms = [\"cong-xa.toml\"]\n{}", desk::head()));
    let rules = "name = \"cong-xa\"\nmarks = [\"#cong-xa\"]\n[article]\ntitle = [\".ten\"]\nbody = [\".than\"]\n";
    fs::write(desk.path("cong-xa.toml"), rules).unwrap();
    let text = "Sáng nay, Ủy ban nhân dân xã đã tổ chức hội nghị với sự tham dự của đông đảo bà con các thôn.";
    let html = format!(
        "<div id=cong-xa><h1>Cổng xã</h1><b class=ten>Hội nghị của xã</b><div class=than><p>{text}</p></div></div>"
    );
    fs::write(desk.path("xa.html"), html).unwrap();
    let said = desk.run(&["extract", "xa.html"]);
    assert!(
        said.out.contains("Hội nghị của xã  [platform:cong-xa title]"),
        "{}{}",
        said.out,
        said.err
    );
    fs::write(desk.path("feeds.toml"), "platforms = [").unwrap();
    let said = desk.run(&["extract", "xa.html"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.err.contains("feeds.toml cannot be read"), "{}", said.err);
}
