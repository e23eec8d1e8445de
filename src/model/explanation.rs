//! How a page was read: for each field all that was considered, and what was cut out of the body.
//!
//! `extract` and `normalize` tell it to a [`Trace`]. In a normal run that is off and costs nothing: whatever makes a text or
//! looks at a page once more stands behind [`Trace::is_on`] or in a closure.

use super::{Found, Provenance};
use serde::Serialize;
use std::cell::RefCell;
use std::fmt;

/// A longer value is shown by its beginning, in characters.
const LONGEST: usize = 120;

/// The kind of a cut that is furniture of the page; the element that holds it follows.
pub const FURNITURE: &str = "furniture of the page";

/// What an article is made of, as an operator sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The address for readers.
    Url,
    /// The title.
    Title,
    /// The day of publication.
    Date,
    /// The day of the event that the lead begins with.
    Event,
    /// Who wrote it.
    Author,
    /// What the agency names as its source.
    Source,
    /// The lead or summary.
    Summary,
    /// The text.
    Body,
    /// The language.
    Language,
    /// The pictures.
    Images,
    /// The files that come with it.
    Attachments,
    /// What its agency calls it.
    Tags,
    /// What it is about by the rules for topics.
    Topics,
}

impl Subject {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 13] = [
        Self::Url,
        Self::Title,
        Self::Date,
        Self::Event,
        Self::Author,
        Self::Source,
        Self::Summary,
        Self::Body,
        Self::Language,
        Self::Images,
        Self::Attachments,
        Self::Tags,
        Self::Topics,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Url => "url",
            Self::Title => "title",
            Self::Date => "date",
            Self::Event => "event",
            Self::Author => "author",
            Self::Source => "source",
            Self::Summary => "summary",
            Self::Body => "body",
            Self::Language => "language",
            Self::Images => "images",
            Self::Attachments => "attachments",
            Self::Tags => "tags",
            Self::Topics => "topics",
        }
    }

    /// The key of a source in feeds.toml that decides it, where there is one.
    pub fn key(self) -> Option<&'static str> {
        match self {
            Self::Title => Some("article.title"),
            Self::Date => Some("article.date"),
            Self::Author => Some("article.author"),
            Self::Source => Some("article.source"),
            Self::Summary => Some("article.summary"),
            Self::Body => Some("article.body"),
            Self::Language => Some("language"),
            Self::Topics => Some("topics"),
            Self::Url | Self::Event | Self::Images | Self::Attachments | Self::Tags => None,
        }
    }
}

/// What became of something that was considered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is the value of the field, or one of its values.
    Taken,
    /// It says the same as what was taken.
    Agrees,
    /// It was passed over.
    PassedOver,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Taken => "taken",
            Self::Agrees => "agrees",
            Self::PassedOver => "passed over",
        })
    }
}

/// Something that was considered for a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// The field.
    #[serde(skip)]
    pub subject: Subject,
    /// What became of it.
    pub verdict: Verdict,
    /// Where it stands: a provenance.
    pub from: String,
    /// What it says, shortened.
    pub value: String,
    /// Why it was taken or passed over, where there is something to say: a sentence without its subject and its full stop.
    pub why: Option<String>,
}

impl Candidate {
    /// A candidate of a field.
    pub fn new(subject: Subject, verdict: Verdict, from: impl fmt::Display, value: &str) -> Self {
        let value = shortened(value, LONGEST);
        Self { subject, verdict, from: from.to_string(), value, why: None }
    }

    /// The same, with a reason.
    pub fn because(self, why: impl Into<String>) -> Self {
        Self { why: Some(why.into()), ..self }
    }
}

/// Something that was cut out of a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cut {
    /// What it is, for example `byline`, `counter of readers`, `list of other articles`.
    pub kind: String,
    /// How it begins.
    pub excerpt: String,
    /// How many lines it has.
    pub lines: usize,
    /// How long it is, in characters.
    pub characters: usize,
}

/// Why a page gives no article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The rule that knows the page for something else, for example `waf-challenge`.
    pub rule: Option<&'static str>,
    /// What on the page tells it.
    pub evidence: Option<String>,
    /// All of it in a sentence, with what to do.
    pub message: String,
}

/// How a page was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Explanation {
    /// The rules for the page's CMS family that were used.
    pub platform: Option<String>,
    /// What was considered, in the order in which it was.
    pub candidates: Vec<Candidate>,
    /// What looks like a candidate and was not considered.
    pub asides: Vec<Candidate>,
    /// What was cut out of the body, in its order.
    pub cuts: Vec<Cut>,
}

impl Explanation {
    /// What was considered for a field: first what was taken, last what was not considered at all.
    pub fn of(&self, subject: Subject) -> Vec<&Candidate> {
        let is_of = |candidate: &&Candidate| candidate.subject == subject;
        let mut all: Vec<&Candidate> = self.candidates.iter().filter(is_of).collect();
        all.sort_by_key(|candidate| candidate.verdict != Verdict::Taken);
        all.extend(self.asides.iter().filter(is_of));
        all
    }
}

/// Something else than what was taken for a field, and what is wrong with it; nothing where it is only less sure.
pub type Other = (Found<String>, Option<String>);

/// Where the stages tell what they consider, when somebody wants to know.
#[derive(Debug)]
pub struct Trace(Option<RefCell<Explanation>>);

impl Trace {
    /// Nobody wants to know.
    pub fn off() -> Self {
        Self(None)
    }

    /// All is written down.
    pub fn on() -> Self {
        Self(Some(RefCell::default()))
    }

    /// Whether somebody wants to know.
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Changes what is written down. Each borrow ends here, so that no two ever meet.
    fn change(&self, change: impl FnOnce(&mut Explanation)) {
        if let Some(explanation) = &self.0
            && let Ok(mut explanation) = explanation.try_borrow_mut()
        {
            change(&mut explanation);
        }
    }

    /// Tells the family of the page.
    pub fn platform(&self, name: Option<&str>) {
        self.change(|explanation| explanation.platform = name.map(str::to_owned));
    }

    /// Tells a candidate. Of lists, what is told again was passed over the second time.
    pub fn tell(&self, candidate: impl FnOnce() -> Candidate) {
        self.change(|explanation| {
            let mut told = candidate();
            let is_list =
                matches!(told.subject, Subject::Images | Subject::Attachments | Subject::Tags);
            let is_known = |known: &Candidate| {
                known.subject == told.subject
                    && known.value == told.value
                    && known.verdict == Verdict::Taken
            };
            if is_list
                && told.verdict == Verdict::Taken
                && explanation.candidates.iter().any(is_known)
            {
                told.verdict = Verdict::Agrees;
                told.why = Some("is there already".to_owned());
            }
            explanation.candidates.push(told);
        });
    }

    /// Tells something that looks like a candidate and was not considered.
    pub fn aside(&self, candidate: impl FnOnce() -> Candidate) {
        self.change(|explanation| explanation.asides.push(candidate()));
    }

    /// Tells what was taken for a field and what else there was; `fold` makes texts the same that say the same.
    pub fn field(
        &self,
        subject: Subject,
        taken: Option<&Found<String>>,
        others: impl IntoIterator<Item = Other>,
        fold: fn(&str) -> String,
    ) {
        if !self.is_on() {
            return;
        }
        if let Some(taken) = taken {
            self.tell(|| Candidate::new(subject, Verdict::Taken, &taken.provenance, &taken.value));
        }
        let said = taken.map(|taken| fold(&taken.value));
        let mut is_told = false;
        for (other, unfit) in others {
            let says = fold(&other.value);
            let same = said.as_deref().is_some_and(|said| {
                said == says
                    || beginning(&other.value).is_some_and(|cut| said.starts_with(&fold(cut)))
            });
            let is_taken = taken.is_some_and(|taken| {
                taken.provenance == other.provenance && (same || says.contains(&fold(&taken.value)))
            });
            if is_taken && !is_told {
                is_told = true;
                continue;
            }
            let candidate =
                |verdict| Candidate::new(subject, verdict, &other.provenance, &other.value);
            self.tell(|| match (same, unfit, taken) {
                (true, ..) => candidate(Verdict::Agrees),
                (false, Some(unfit), _) => candidate(Verdict::PassedOver).because(unfit),
                (false, None, Some(taken)) if taken.provenance == other.provenance => {
                    candidate(Verdict::PassedOver).because("is a weaker one of the same kind")
                }
                (false, None, Some(taken)) => {
                    candidate(Verdict::PassedOver).because(less_sure(&taken.provenance))
                }
                (false, None, None) => candidate(Verdict::PassedOver),
            });
        }
    }

    /// Tells that what was taken for a field is not its value after all.
    pub fn overrule(&self, subject: Subject, why: impl FnOnce() -> String) {
        self.change_taken(subject, |taken| {
            taken.verdict = Verdict::PassedOver;
            taken.why = Some(why());
        });
    }

    /// Tells what is wrong with that which was passed over, as somebody sees who knows more of the field.
    pub fn judge(&self, subject: Subject, fault: impl Fn(&str) -> Option<&'static str>) {
        self.change(|explanation| {
            let is_it = |told: &&mut Candidate| {
                told.subject == subject && told.verdict == Verdict::PassedOver
            };
            for told in explanation.candidates.iter_mut().filter(is_it) {
                if let Some(fault) = fault(&told.value) {
                    told.why = Some(fault.to_owned());
                }
            }
        });
    }

    /// Tells why what was taken for a field was taken.
    pub fn reason(&self, subject: Subject, why: impl FnOnce() -> String) {
        self.change_taken(subject, |taken| taken.why = Some(why()));
    }

    /// Tells that one of the values of a list is none of them after all.
    pub fn drop_value(&self, subject: Subject, value: &str, why: &str) {
        let value = shortened(value, LONGEST);
        self.change(|explanation| {
            let is_it = |known: &&mut Candidate| known.subject == subject && known.value == value;
            for known in explanation.candidates.iter_mut().filter(is_it) {
                known.verdict = Verdict::PassedOver;
                known.why = Some(why.to_owned());
            }
        });
    }

    fn change_taken(&self, subject: Subject, change: impl FnOnce(&mut Candidate)) {
        self.change(|explanation| {
            let taken = explanation.candidates.iter_mut().find(|candidate| {
                candidate.subject == subject && candidate.verdict == Verdict::Taken
            });
            taken.map(change);
        });
    }

    /// Tells of something that was cut out of the body.
    pub fn cut(&self, cut: impl FnOnce() -> Cut) {
        self.change(|explanation| explanation.cuts.push(cut()));
    }

    /// Tells all that was told elsewhere of what turned out to count.
    pub fn add(&self, other: Explanation) {
        self.change(|explanation| {
            explanation.candidates.extend(other.candidates);
            explanation.asides.extend(other.asides);
            explanation.cuts.extend(other.cuts);
        });
    }

    /// All that was told.
    pub fn explanation(self) -> Explanation {
        self.0.map(RefCell::into_inner).unwrap_or_default()
    }
}

/// Why something was passed over that had nothing wrong with it.
pub fn less_sure(taken: &Provenance) -> String {
    format!("is less sure than {taken}")
}

/// What is left of a text that was cut short (`Hội nghị tổng kết...`), where that is enough to know it by.
fn beginning(text: &str) -> Option<&str> {
    const ENOUGH: usize = 12;
    let was_cut = text.ends_with('…') || text.ends_with("...");
    let left = text.trim_end_matches(['.', '…', ' ']);
    Some(left).filter(|left| was_cut && left.chars().count() >= ENOUGH)
}

/// The beginning of a text, where it is long.
pub fn shortened(text: &str, longest: usize) -> String {
    let mut short: String = text.chars().take(longest).collect();
    if short.len() < text.len() {
        short = short.trim_end().to_owned();
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(value: &str, from: &str) -> Found<String> {
        Found::new(value.to_owned(), from.parse().unwrap())
    }

    #[test]
    fn nothing_is_written_down_where_nobody_asks() {
        let trace = Trace::off();
        trace.tell(|| panic!("a text was made for nobody"));
        trace.cut(|| panic!("a text was made for nobody"));
        trace.overrule(Subject::Title, || panic!("a text was made for nobody"));
        assert_eq!(trace.explanation(), Explanation::default());
    }

    #[test]
    fn what_else_there_was_agrees_or_has_a_reason() {
        let trace = Trace::on();
        let taken = found("Hội nghị tổng kết", "heading");
        let others = [
            (found("HỘI NGHỊ TỔNG KẾT", "meta:og:title"), None),
            (found("Hội nghị tổng...", "teaser"), None),
            (found("Hội nghị tổng kết", "heading"), None),
            (found("Cổng thông tin", "title-element"), Some("is constant".to_owned())),
            (found("Tin", "markup:headline"), None),
        ];
        trace.field(Subject::Title, Some(&taken), others, |text| text.to_lowercase());
        let explanation = trace.explanation();
        let told: Vec<_> = explanation
            .of(Subject::Title)
            .iter()
            .map(|c| (c.verdict, c.from.as_str(), c.why.as_deref()))
            .collect();
        assert_eq!(
            told,
            [
                (Verdict::Taken, "heading", None),
                (Verdict::Agrees, "meta:og:title", None),
                (Verdict::Agrees, "teaser", None),
                (Verdict::PassedOver, "title-element", Some("is constant")),
                (Verdict::PassedOver, "markup:headline", Some("is less sure than heading")),
            ]
        );
    }

    #[test]
    fn what_was_taken_can_be_overruled_and_lists_hold_each_thing_once() {
        let trace = Trace::on();
        trace.field(Subject::Author, Some(&found("admin", "label:Tác giả")), [], str::to_owned);
        trace.overrule(Subject::Author, || "is a login, not a name".to_owned());
        for from in ["teaser", "platform"] {
            trace.tell(|| Candidate::new(Subject::Tags, Verdict::Taken, from, "Dân tộc"));
        }
        let explanation = trace.explanation();
        assert_eq!(
            explanation.of(Subject::Author)[0].why.as_deref(),
            Some("is a login, not a name")
        );
        let tags: Vec<_> = explanation.of(Subject::Tags).iter().map(|c| c.verdict).collect();
        assert_eq!(tags, [Verdict::Taken, Verdict::Agrees]);
        assert_eq!(shortened("một hai ba", 7), "một hai…");
        assert_eq!(shortened("một", 7), "một");
    }
}
