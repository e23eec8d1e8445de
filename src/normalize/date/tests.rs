use super::*;
use chrono_tz::Asia::Ho_Chi_Minh;

fn now() -> DateTime<Utc> {
    "2026-11-24T03:00:00Z".parse().unwrap()
}

/// `expected` is the local time in Vietnam, only the day where that is all that is known.
#[track_caller]
fn check(text: &str, expected: &str) {
    let (instant, precision) = read(text, Ho_Chi_Minh, now()).unwrap_or_else(|e| panic!("{e}"));
    let form = match precision {
        Precision::Day => "%Y-%m-%d",
        Precision::Minute => "%Y-%m-%d %H:%M",
        Precision::Second => "%Y-%m-%d %H:%M:%S",
    };
    assert_eq!(instant.with_timezone(&Ho_Chi_Minh).format(form).to_string(), expected, "{text}");
}

#[track_caller]
fn refused(text: &str) -> DateError {
    read(text, Ho_Chi_Minh, now()).expect_err(text)
}

#[test]
fn the_nine_strings_that_every_date_library_gets_wrong_are_right() {
    check("10/01/2023", "2023-01-10");
    check("Thứ Ba, 10/01/2023, 08:30 (GMT+7)", "2023-01-10 08:30");
    check("Ngày 10 tháng 01 năm 2023", "2023-01-10");
    check("10/01/2023 2:05 CH", "2023-01-10 14:05");
    check("09:45 | 10/01/2023", "2023-01-10 09:45");
    check("10-01-2023 08:30", "2023-01-10 08:30");
    check("Cập nhật lúc 08 giờ 30, ngày 10/1/2023", "2023-01-10 08:30");
    check("Thứ sáu, 13/01/2023", "2023-01-13");
    check("31/01/2023", "2023-01-31");
}

#[test]
fn forms_of_agencies_pages_are_read() {
    for (text, expected) in [
        ("thứ ba, Ngày 23/07/2019, 07:50", "2019-07-23 07:50"),
        ("thứ năm, 08 08 2019 08:52", "2019-08-08 08:52"),
        ("Thứ tư, 22/10/2025, 19:25 (GMT+7)", "2025-10-22 19:25"),
        ("Thứ ba - 10/01/2023 08:15", "2023-01-10 08:15"),
        ("chủ nhật, 28 07 2019 19:05", "2019-07-28 19:05"),
        ("Thứ 3, 10/01/2023", "2023-01-10"),
        ("T3, 10/01/2023 - 08:15", "2023-01-10 08:15"),
        ("28.06.2019 13:49", "2019-06-28 13:49"),
        ("(05.08.2019 16:32)", "2019-08-05 16:32"),
        ("Ngày đăng tin: 06.08.2019 08:09", "2019-08-06 08:09"),
        ("10/01/2023 - 08:15", "2023-01-10 08:15"),
        ("10/01/2023 08:15:00 AM", "2023-01-10 08:15:00"),
        ("10/01/2023 12:15 SA", "2023-01-10 00:15"),
        ("10/01/2023 12:15 CH", "2023-01-10 12:15"),
        ("Ngày cập nhật: 5/6/2023 3:07:41 CH", "2023-06-05 15:07:41"),
        ("Đăng ngày: 06-10-2023 08:30 SA", "2023-10-06 08:30"),
        ("10:20 AM 16/08/2022", "2022-08-16 10:20"),
        ("08:15 10/01/2023", "2023-01-10 08:15"),
        ("21h52 ngày 06/12/2022", "2022-12-06 21:52"),
        ("14:30, 10/01/2023", "2023-01-10 14:30"),
        ("14h ngày 10/01/2023", "2023-01-10 14:00"),
        ("08 giờ 30 phút ngày 10 tháng 1 năm 2023", "2023-01-10 08:30"),
        ("(30/04/2018)", "2018-04-30"),
        ("08-5-2019", "2019-05-08"),
        ("(Ngày 10-01-2023 )", "2023-01-10"),
        ("Thứ hai, Ngày 27 Tháng 5 Năm 2019", "2019-05-27"),
        ("Thứ Sáu, ngày 02 tháng 06 năm 2023 - 16:40 GMT+7", "2023-06-02 16:40"),
        ("02/10/2023 07:00 | Lượt xem: 98", "2023-10-02 07:00"),
        ("13 Tháng Mười Hai, 2022", "2022-12-13"),
        ("Tháng Mười Hai 13, 2022", "2022-12-13"),
        ("20 tháng 3, 2019", "2019-03-20"),
        ("10/01/23 08:15", "2023-01-10 08:15"),
        ("Nga\u{300}y 10 tha\u{301}ng 01 na\u{306}m 2023\u{200B}", "2023-01-10"),
        ("10 / 01 / 2023", "2023-01-10"),
        ("10/01/2023 (Thứ Ba)", "2023-01-10"),
        ("10/01/2023 08:00 - 10/01/2023", "2023-01-10 08:00"),
    ] {
        check(text, expected);
    }
}

#[test]
fn forms_of_machines_are_read() {
    for (text, expected) in [
        ("2023-11-02T19:20:45+07:00", "2023-11-02 19:20:45"),
        ("2026-09-29T21:27:27.367", "2026-09-29 21:27:27"),
        ("2023-01-10T01:15:00Z", "2023-01-10 08:15:00"),
        ("2023-01-10 08:15:00 +0700", "2023-01-10 08:15:00"),
        ("2023-01-10 08:15", "2023-01-10 08:15"),
        ("2023-01-10", "2023-01-10"),
        ("20230-01-10 10/01/2023", "2023-01-10"),
        ("Tue, 10 Jan 2023 08:15:00 +0700", "2023-01-10 08:15:00"),
        ("Tue, 10 Jan 2023 01:15:00 GMT", "2023-01-10 08:15:00"),
        ("10 Jan 2023 01:15 UT", "2023-01-10 08:15"),
        ("Tue, 10 Jan 2023 08:15:00 GMT+7", "2023-01-10 08:15:00"),
        ("Tue, 10 Jan 2023 08:15:00 GMT+0700", "2023-01-10 08:15:00"),
        ("Tue, 10 Jan 2023 08:15:00 +07", "2023-01-10 08:15:00"),
        ("Tue, 10 Jan 2023 08:15:00 +07:00", "2023-01-10 08:15:00"),
        ("Tue, 10 Jan 2023 08:15:00 ICT", "2023-01-10 08:15:00"),
        ("Tue, 10 Jan 2023 08:15:00", "2023-01-10 08:15:00"),
        ("Mon, 09 Jan 2023 20:15:00 EST", "2023-01-10 08:15:00"),
        ("Tuesday, 10-Jan-23 01:15:00 GMT", "2023-01-10 08:15:00"),
        ("Sun Nov  6 08:49:37 1994", "1994-11-06 08:49:37"),
        ("Tue Jan 10 08:15:00 ICT 2023", "2023-01-10 08:15:00"),
        ("Jan 10, 2023", "2023-01-10"),
        ("2016-12-31T23:59:60Z", "2017-01-01 06:59:59"),
    ] {
        check(text, expected);
    }
}

#[test]
fn a_label_tells_which_of_two_dates_counts() {
    check("Ngày đăng: 10/01/2023 - Cập nhật: 12/01/2023 08:00", "2023-01-10");
    check("Cập nhật: 12/01/2023 08:00 | Ngày tạo: 10/01/2023", "2023-01-10");
    check("Ngày ban hành 09/01/2023 | Đăng lúc 10:00 10/01/2023", "2023-01-10 10:00");
}

#[test]
fn no_date_is_better_than_a_wrong_one() {
    use DateError::*;
    assert!(matches!(refused("10/01/2023 12/01/2023"), Several(_)));
    assert!(matches!(refused("Thứ Hai, 10/01/2023"), WrongWeekday(_)));
    assert!(matches!(refused("Mon, 10 Jan 2023 08:15:00 GMT"), WrongWeekday(_)));
    assert!(matches!(refused("31/02/2023"), Impossible(_)));
    assert!(matches!(refused("01/13/2023"), Impossible(_)));
    assert!(matches!(refused("10/01/2023 25:00"), Impossible(_)));
    assert!(matches!(refused("10/01/2023 08:15 +99:00"), Impossible(_)));
    assert!(matches!(refused("0001-01-01T00:00:00"), TooOld(_)));
    assert!(matches!(refused("10/01/1975"), TooOld(_)));
    assert!(matches!(refused("31/12/9999"), Future(_)));
    assert!(matches!(refused("26/11/2026"), Future(_)));
    check("24/11/2026 23:00", "2026-11-24 23:00");
    for text in [
        "",
        "( )",
        "3 giờ trước",
        "hôm qua",
        "Ngày 26/6",
        "12/2023/NĐ-CP",
        "1.2.3.4",
        "08:30",
        "tháng 1 năm 2023",
        "2023",
    ] {
        assert!(matches!(refused(text), None(_)), "{text}");
    }
    assert!(matches!(refused(&"10/01/2023 ".repeat(50)), None(_)));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "[0-9:/. ,+a-zà-ỹ()-]{0,60}") {
        let _ = read(&text, Ho_Chi_Minh, now());
    }
}
