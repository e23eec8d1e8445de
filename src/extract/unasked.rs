//! Dates on a page that are no candidates, told to those who ask why: the page's clock, other articles' dates.

use super::body::Place;
use super::cuts::Gone;
use super::dates;
use super::labels::{self, Role};
use super::lines::Line;
use crate::model::{Candidate, Found, Subject, Trace, Verdict};
use std::collections::HashMap;

/// More of them tell no more.
const MOST: usize = 8;
/// Nor do more with the same reason.
const MOST_ALIKE: usize = 2;

/// Tells the dates that nobody was asked about. `furniture` is what was cut out of the page before.
pub(super) fn tell(
    trace: &Trace,
    lines: &[Line],
    place: &Place,
    candidates: &[Found<String>],
    furniture: &[Gone<'_>],
) {
    if !trace.is_on() {
        return;
    }
    let is_known = |line: &Line| candidates.iter().any(|found| line.text.contains(&found.value));
    let cut = furniture.iter().map(|gone| {
        let element = gone.element().unwrap_or_else(|| "text".to_owned());
        let why = format!("stands in the furniture of the page ({element})");
        (gone.line, why)
    });
    let standing = lines
        .iter()
        .enumerate()
        .filter_map(|(number, line)| Some((line, why(lines, place, number, line)?.to_owned())));
    let dates = cut.chain(standing).filter(|(line, _)| holds_date(&line.text) && !is_known(line));
    let mut reasons: HashMap<String, usize> = HashMap::new();
    let dates = dates.filter(|(_, why)| {
        let alike = reasons.entry(why.clone()).or_default();
        *alike += 1;
        *alike <= MOST_ALIKE
    });
    for (line, why) in dates.take(MOST) {
        trace.aside(|| {
            let from = "page";
            Candidate::new(Subject::Date, Verdict::PassedOver, from, &line.text).because(why)
        });
    }
}

/// Why the date in a line is not that of the article; nothing for a line of its text, which tells of other days.
fn why(lines: &[Line], place: &Place, number: usize, line: &Line) -> Option<&'static str> {
    let Some((first, last)) = place.body else {
        return Some("is not looked at, because the article's place on the page is not known");
    };
    let behind = || lines.get(last + 1..=number).unwrap_or_default();
    Some(if line.is_linked() {
        "is part of a link to another page"
    } else if number < first && place.title.is_some_and(|title| number < title) {
        "stands above the title, as the page's clock does"
    } else if number < first {
        "is no date line: other words stand in it"
    } else if number <= last {
        if !dates::is_date_line(&line.text) {
            return None;
        }
        "stands in the text"
    } else if behind().iter().any(|line| labels::is_related_heading(&line.text)) {
        "stands among related news"
    } else if number - last > dates::BEHIND {
        "stands too far behind the text"
    } else if labels::at_start(&line.text).is_none_or(|label| label.role != Role::Date) {
        "stands behind the text without a label that calls it the date"
    } else {
        "is too long for a date"
    })
}

/// Whether a short line holds a day with its year, whatever else is in it.
fn holds_date(text: &str) -> bool {
    const LONGEST: usize = 120;
    let numbers: Vec<&str> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty()).collect();
    let is_year = |n: &&&str| n.len() == 4 && (n.starts_with("19") || n.starts_with("20"));
    let small = numbers.iter().filter(|number| number.len() <= 2).count();
    text.chars().count() <= LONGEST && numbers.iter().any(|n| is_year(&n)) && small >= 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Provenance;

    #[test]
    fn each_date_that_is_not_asked_for_has_its_reason() {
        let line = |text: &str| Line { text: text.to_owned(), ..Line::default() };
        let mut lines: Vec<Line> = [
            "Hôm nay: Thứ sáu, 24/11/2023",
            "Hội nghị tổng kết",
            "Ngày đăng: 10/01/2023",
            "Kỳ họp 5 ngày 11/01/2023 của tỉnh",
            "Một đoạn văn.",
            "12/01/2023 08:00",
            "Đoạn cuối.",
            "13/01/2023 08:00",
            "Tin liên quan",
            "14/01/2023 08:00",
            "15/01/2023 tin khác",
            "16/01/2023",
        ]
        .iter()
        .map(|text| line(text))
        .collect();
        lines[10].linked = lines[10].length();
        let place = Place { title: Some(1), body: Some((4, 6)) };
        let known = [Found::new("10/01/2023".to_owned(), Provenance::Teaser)];
        let trace = Trace::on();
        tell(&trace, &lines, &place, &known, &[]);
        let explanation = trace.explanation();
        let told: Vec<_> = explanation.asides.iter().map(|c| c.why.as_deref().unwrap()).collect();
        assert_eq!(
            told,
            [
                "stands above the title, as the page's clock does",
                "is no date line: other words stand in it",
                "stands in the text",
                "stands behind the text without a label that calls it the date",
                "stands among related news",
                "is part of a link to another page",
                "stands among related news",
            ]
        );
        let trace = Trace::on();
        tell(&trace, &lines[11..], &Place::default(), &known, &[]);
        let why = "is not looked at, because the article's place on the page is not known";
        assert_eq!(trace.explanation().asides[0].why.as_deref(), Some(why));
    }
}
