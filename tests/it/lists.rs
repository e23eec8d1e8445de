//! Remote source lists: they are followed, and no fault in them removes a source.

use crate::agency::{Agency, Answer, status};
use crate::desk::{Desk, Said, head};

fn document(media: &str, body: String) -> Answer {
    Answer::Page(200, vec![("Content-Type", media.to_owned())], body.into_bytes())
}

/// An agency with eight feeds of one article each, at /1.rss and so on.
pub(crate) fn agency() -> Agency {
    let agency = Agency::open();
    agency.on("/robots.txt", status(404));
    for number in 1..=8 {
        let link = agency.url(&format!("/bai-{number}.html"));
        let text = "Ủy ban nhân dân tỉnh vừa ban hành kế hoạch mới cho năm nay. ".repeat(6);
        let rss = format!(
            "<rss version=\"2.0\"><channel><title>Sở {number}</title><link>{link}</link><item><title>Tin của sở số {number}</title>\
             <link>{link}</link><guid>{link}</guid><pubDate>Thu, 19 Nov 2026 08:00:00 +0700</pubDate>\
             <description>{text}</description></item></channel></rss>"
        );
        agency.on(&format!("/{number}.rss"), document("application/rss+xml", rss));
    }
    agency
}

/// Sets the agency's list to these feeds.
pub(crate) fn list(agency: &Agency, numbers: &[u32]) {
    let outlines: String = numbers
        .iter()
        .map(|number| {
            let url = agency.url(&format!("/{number}.rss"));
            format!("<outline type=\"rss\" text=\"Sở {number}\" xmlUrl=\"{url}\"/>\n")
        })
        .collect();
    let opml = format!("<opml version=\"2.0\"><body>\n{outlines}</body></opml>");
    agency.on("/ds.opml", document("text/x-opml", opml));
}

/// A feeds.toml whose sources come from that list.
pub(crate) fn feeds(agency: &Agency) -> String {
    let url = agency.url("/ds.opml");
    format!(
        "{}\n[[source_list]]\nurl = \"{url}\"\nprovince = \"lam-dong\"\nallow_private = [\"127.0.0.0/8\"]\n",
        head()
    )
}

/// Runs a pass on a day of November 2026.
fn once(desk: &Desk, day: u32) -> Said {
    desk.run(&["once", "--now", &format!("2026-11-{day}T05:00:00Z")])
}

/// The number of sources in feeds.toml and its lists.
fn sources(desk: &Desk) -> String {
    let said = desk.run(&["check"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    said.out.split_once(": ").unwrap().1.split_once(" sources").unwrap().0.to_owned()
}

#[test]
fn a_list_is_followed_as_it_grows_and_shrinks_a_little() {
    let agency = agency();
    list(&agency, &[1, 2, 3]);
    let desk = Desk::with(&feeds(&agency));
    let said = once(&desk, 20);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(said.out.contains("3 added (127-0-0-1-"), "{}", said.out);
    assert_eq!(desk.titles("tat-ca").len(), 3);

    // The list is fetched again after a day, not earlier.
    list(&agency, &[1, 2, 4, 5]);
    once(&desk, 20);
    assert_eq!(desk.titles("tat-ca").len(), 3);
    let said = once(&desk, 21);
    assert!(said.out.contains("2 added (") && said.out.contains("1 removed ("), "{}", said.out);
    assert_eq!(sources(&desk), "4");
    // The articles of the removed source are kept, as when an operator removes a source.
    assert_eq!(desk.export().len(), 5);
    let said = desk.run(&["status"]);
    assert!(said.out.contains("not in feeds.toml"), "{}", said.out);
    assert!(said.out.contains("list http://127.0.0.1"), "{}", said.out);
}

#[test]
fn an_address_of_an_own_network_is_shown_where_that_is_allowed() {
    let agency = agency();
    let desk = Desk::with(&head());
    let url = agency.url("/1.rss");
    let said = desk.run(&["import", &url]);
    assert_eq!(said.code, Some(1), "{}", said.out);
    assert!(said.err.contains("not a public address"), "{}", said.err);
    let said = desk.run(&["import", &url, "--allow-private", "127.0.0.0/8"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("Tin của sở số 1"), "{}", said.out);
}

#[test]
fn a_row_that_can_have_no_feed_stops_nothing_and_the_list_is_fetched_again() {
    let agency = agency();
    let row = |n: u32, name: &str| format!("{},feed,{name}\n", agency.url(&format!("/{n}.rss")));
    let put = |rows: &[String]| {
        let csv = format!("url,kind,agency\n{}", rows.concat());
        agency.on("/ds.opml", document("text/csv", csv));
    };
    let long = "Văn phòng Ban Chỉ đạo phòng chống tham nhũng của tỉnh ".repeat(4);
    put(&[row(1, "Sở Y tế"), row(2, &long)]);
    let each = "[[feed]]\neach = [\"agency\"]\ntitle = \"{agency}\"\n";
    let desk = Desk::with(&(feeds(&agency) + each));
    let said = once(&desk, 20);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let told = desk.run(&["check"]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(
        told.err.contains("which is not a valid name") && told.err.contains("/ds.opml:3"),
        "{}",
        told.err
    );
    assert_eq!((desk.titles("tat-ca").len(), desk.titles("lam-dong-so-y-te").len()), (2, 1));
    // The owner of the list corrects it.
    put(&[row(1, "Sở Y tế"), row(2, "Sở Xây dựng")]);
    assert_eq!(once(&desk, 21).code, Some(0));
    assert_eq!(desk.titles("lam-dong-so-xay-dung").len(), 1);
}

#[test]
fn another_order_and_other_titles_leave_ids_and_documents_alone() {
    let agency = agency();
    list(&agency, &[1, 2, 3]);
    let desk = Desk::with(&feeds(&agency));
    once(&desk, 20);
    let (ids, output) = (desk.run(&["export"]).out, desk.output());
    list(&agency, &[3, 1, 2]);
    let said = once(&desk, 21);
    assert!(said.out.contains("0 added, 0 removed"), "{}", said.out);
    assert_eq!(desk.run(&["export"]).out, ids);
    assert_eq!(desk.output(), output);
}

#[test]
fn a_list_that_fails_keeps_its_sources_and_is_told_once() {
    let agency = agency();
    let all = [1, 2, 3, 4, 5, 6, 7, 8];
    list(&agency, &all);
    let desk = Desk::with(&feeds(&agency));
    once(&desk, 10);
    let bomb = "<!DOCTYPE opml [<!ENTITY a 'b'>]><opml><body><outline text='&a;'/></body></opml>";
    let deep = format!("<opml><body>{}", "<outline text='a'>".repeat(100_000));
    // Six of the eight sources: a loss of two would be accepted at once.
    let outlines = |numbers: std::ops::RangeInclusive<u32>| -> String {
        numbers
            .map(|n| format!("<outline xmlUrl='{}'/>", agency.url(&format!("/{n}.rss"))))
            .collect()
    };
    let cut = format!("<opml><body>{}<outline xmlUrl='http", outlines(1..=6));
    let rows = (1..=6).fold("url,kind\n".to_owned(), |rows, n| {
        rows + &format!("{},feed\n", agency.url(&format!("/{n}.rss")))
    });
    for (day, answer, why) in [
        (11, status(500), "500"),
        (13, document("text/x-opml", bomb.to_owned()), "entities"),
        (15, document("text/x-opml", deep), "deep"),
        (17, document("text/html", "<html><body>Bảo trì</body></html>".to_owned()), "html"),
        (19, document("text/x-opml", "<opml><body/></opml>".to_owned()), "no items"),
        (21, document("text/x-opml", cut), "ends in the middle"),
        (
            23,
            document("text/csv", format!("{rows}\"{}", agency.url("/7.r"))),
            "quote is not closed",
        ),
    ] {
        agency.on("/ds.opml", answer);
        let said = once(&desk, day);
        assert!(
            said.err.contains("keeping the last good copy") && said.err.contains(why),
            "{}",
            said.err
        );
        let again = once(&desk, day + 1);
        assert!(!again.err.contains("keeping the last good copy"), "{}", again.err);
        assert_eq!(sources(&desk), "8");
        assert!(desk.run(&["status"]).out.contains(why));
    }
    list(&agency, &all);
    once(&desk, 25);
    assert!(!desk.run(&["status"]).out.contains("tried"), "the failure is over");
}

#[test]
fn a_list_that_has_lost_most_of_its_sources_is_believed_at_the_third_fetch() {
    let agency = agency();
    list(&agency, &[1, 2, 3, 4, 5, 6, 7, 8]);
    let desk = Desk::with(&feeds(&agency));
    once(&desk, 10);
    list(&agency, &[1, 2, 3]);
    let said = once(&desk, 11);
    assert!(said.err.contains("has lost 5 of its 8 sources"), "{}", said.err);
    // Another short list restarts the count.
    list(&agency, &[1, 2]);
    once(&desk, 12);
    list(&agency, &[1, 2, 3]);
    for day in [13, 14] {
        once(&desk, day);
        assert_eq!(sources(&desk), "8", "{day}");
    }
    let said = once(&desk, 15);
    assert!(said.out.contains("5 removed ("), "{}", said.out);
    assert_eq!(sources(&desk), "3");
}

#[test]
fn what_is_written_in_feeds_toml_wins_and_bad_rows_are_left_out() {
    let agency = agency();
    let (own, second) = (agency.url("/1.rss"), agency.url("/2.rss"));
    let csv = format!(
        "url,title,kind,province,folder,allow_private\n{own},Của ta,feed,,,\n{second},Sở 2,feed,,/etc,10.0.0.0/8\n\
         ftp://a.example/,Sai,feed,,,\nhttps://b.example/rss,Sai nữa,feed,khong-co,,\n"
    );
    agency.on("/ds.opml", document("text/csv", csv));
    let desk = Desk::with(&format!(
        "{}[[source]]\nid = \"cua-ta\"\nkind = \"feed\"\nurl = \"{own}\"\nallow_private = [\"127.0.0.0/8\"]\n",
        feeds(&agency)
    ));
    let said = once(&desk, 20);
    assert_eq!(desk.titles("tat-ca").len(), 2, "{}", said.err);
    let told = desk.run(&["check"]);
    assert!(told.out.contains("; 1 sources: 127-0-0-1-"), "{}", told.out);
    for why in ["is the address of another source", "line 4: \"ftp://a.example/\"", "khong-co"] {
        assert!(told.err.contains(why), "{why}: {}", told.err);
    }
}

#[test]
fn without_a_network_the_sources_of_the_last_copy_stay() {
    let agency = agency();
    list(&agency, &[1, 2, 3]);
    let desk = Desk::with(&feeds(&agency));
    once(&desk, 20);
    let output = desk.output();
    for path in ["/ds.opml", "/1.rss", "/2.rss", "/3.rss"] {
        agency.on(path, Answer::Torn(Vec::new()));
    }
    once(&desk, 21);
    assert_eq!(sources(&desk), "3");
    assert_eq!(desk.output(), output);
}
