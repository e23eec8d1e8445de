use super::*;

const VISIT: &str = "2026-11-24T03:00:00Z";

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// An article whose page gives these dates; the page came `after` seconds into the visit.
fn read(
    number: u32,
    after: i64,
    dates: &[(&str, DatePrecision, Provenance)],
) -> (NewArticle, DateEvidence) {
    let dates: Vec<DatedEvidence> = dates
        .iter()
        .map(|(at, precision, from)| DatedEvidence {
            at: instant(at),
            precision: *precision,
            from: from.clone(),
        })
        .collect();
    let mut article = bantin_testing::article("a", number, dates[0].at);
    article.first_seen = instant(VISIT);
    let fetched = instant(VISIT) + TimeDelta::seconds(after);
    (article, DateEvidence { dates, fetched })
}

/// What each article's date is found as in the end, and what is said.
fn settled(
    articles: &mut [(NewArticle, DateEvidence)],
    is_first: bool,
) -> (Vec<String>, Vec<String>) {
    let mut pairs: Vec<_> =
        articles.iter_mut().map(|(article, evidence)| (article, &*evidence)).collect();
    let warnings = replace_shared(&mut pairs, is_first);
    let dates = articles.iter().map(|(article, _)| {
        let from = article.provenance.get(&ArticleField::Published).map(Provenance::to_string);
        format!("{} {}", article.published.format("%d/%m %H:%M"), from.unwrap_or_default())
    });
    (dates.collect(), warnings)
}

const MINUTE: DatePrecision = DatePrecision::Minute;

#[test]
fn a_real_batch_keeps_its_minute() {
    // Five notices released in one minute of yesterday, whose listing tells the same day, or none.
    let day = "2026-11-22T17:00:00Z";
    for told in [Some(day), None] {
        let mut articles: Vec<_> = (0..5)
            .map(|number| {
                let mut dates =
                    vec![("2026-11-23T02:30:00Z", MINUTE, Provenance::Platform("dnn date".into()))];
                dates.extend(told.map(|day| (day, DatePrecision::Day, Provenance::Teaser)));
                read(number, 2 * i64::from(number), &dates)
            })
            .collect();
        let before: Vec<_> = articles.iter().map(|(article, _)| article.clone()).collect();
        let (_, warnings) = settled(&mut articles, true);
        assert_eq!(warnings, [""; 0]);
        assert!(articles.iter().zip(&before).all(|((article, _), before)| article == before));
    }
}

#[test]
fn the_clock_of_the_site_is_the_date_of_no_article() {
    // The clock goes on while the pages are fetched, so that they show two minutes.
    let clock =
        |number: i64| if number < 3 { "2026-11-24T03:00:00Z" } else { "2026-11-24T03:01:00Z" };
    let from = || Provenance::Label("Cập nhật".into());
    let mut articles: Vec<_> = (0..6)
        .map(|number| {
            let mut dates = vec![(clock(number), MINUTE, from())];
            if number == 0 {
                dates.push(("2026-11-20T17:00:00Z", DatePrecision::Day, Provenance::Teaser));
            }
            dates.push(("2026-11-10T17:00:00Z", DatePrecision::Day, Provenance::Lead));
            read(u32::try_from(number).unwrap(), 20 * number, &dates)
        })
        .collect();
    let again = articles.clone();
    let (dates, warnings) = settled(&mut articles, false);
    assert_eq!(dates[0], "20/11 17:00 teaser");
    assert!(dates[1..].iter().all(|date| date == "24/11 03:00 first-seen"), "{dates:?}");
    assert_eq!(warnings.len(), 1);
    assert!(
        warnings[0].contains("6 articles") && warnings[0].contains("label:Cập nhật"),
        "{warnings:?}"
    );
    // What a first visit finds is old: there the day of the event is nearer than that of the visit.
    let (dates, _) = settled(&mut again.clone(), true);
    assert_eq!(dates[1], "10/11 17:00 lead");
    // Three are a coincidence.
    let mut three = again[1..4].to_vec();
    assert!(settled(&mut three, false).1.is_empty());
}

#[test]
fn what_is_published_while_we_visit_keeps_its_minute_where_the_listing_says_so() {
    let mut articles: Vec<_> = (0..4)
        .map(|number| {
            read(
                number,
                10,
                &[
                    ("2026-11-24T03:00:00Z", MINUTE, Provenance::Markup("beside title".into())),
                    ("2026-11-23T17:00:00Z", DatePrecision::Day, Provenance::Teaser),
                ],
            )
        })
        .collect();
    assert!(settled(&mut articles, false).1.is_empty());
}

#[test]
fn the_minute_of_a_move_gives_way_to_the_days_of_the_listing() {
    let moved = "2024-05-06T07:08:00Z";
    let mut articles: Vec<_> = (1..=5)
        .map(|number| {
            let day = format!("2023-0{number}-10T17:00:00Z");
            let from = Provenance::Meta("article:published_time".into());
            let dates = [
                (moved, DatePrecision::Second, from),
                (day.as_str(), DatePrecision::Day, Provenance::Teaser),
            ];
            // Of two the listing tells no day.
            read(number, 5, if number > 3 { &dates[..1] } else { &dates })
        })
        .collect();
    let (dates, warnings) = settled(&mut articles, true);
    assert_eq!(dates[..3], ["10/01 17:00 teaser", "10/02 17:00 teaser", "10/03 17:00 teaser"]);
    assert_eq!(dates[4], "24/11 03:00 first-seen");
    assert!(warnings[0].contains("other days"), "{warnings:?}");
    // The operator's own selector is never overridden.
    for (_, evidence) in &mut articles {
        evidence.dates[0].from = Provenance::Selector("td.Time".into());
    }
    assert!(settled(&mut articles, true).1.is_empty());
}
