//! The choice of a field's value: its candidates form a ranked list, and the first usable one is
//! taken. A new way to find a field is one more candidate in its list.
//!
//! [`FieldChoices`] is the only place that takes a value. Without an explanation it stops at the
//! first usable candidate, so a lazy iterator computes no more than necessary. With an explanation
//! it evaluates the same list to its end and keeps it: `bantin explain` prints the list that
//! decided.

use super::explanation::{ConsideredValue, ExplainedField, Explanation, ValueVerdict};
use super::{Extracted, Provenance, RawAttachment};
use std::borrow::Cow;

/// The reason why a list rejects a value that it already contains.
pub const REPEATED: &str = "is a duplicate";
/// The reason why an address that readers cannot follow is rejected.
pub const NOT_PUBLIC: &str = "is not a public http(s) address";

/// A reason: a sentence without its subject and its full stop.
pub type FieldReason = Cow<'static, str>;

/// A possible value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldCandidate<T = String> {
    /// The value and its provenance.
    pub found: Extracted<T>,
    /// The reason why it cannot be taken; `None` if it is usable.
    pub fault: Option<FieldReason>,
    /// The reason for its low rank, if it is not only that other candidates are more reliable.
    pub doubt: Option<FieldReason>,
    /// The remark that is recorded if it is taken.
    pub note: Option<FieldReason>,
}

impl<T> FieldCandidate<T> {
    /// A usable candidate.
    pub fn new(value: T, provenance: Provenance) -> Self {
        Extracted::new(value, provenance).into()
    }

    /// Sets the reason that makes it unusable, if there is one.
    pub fn fault(self, fault: Option<impl Into<FieldReason>>) -> Self {
        Self { fault: fault.map(Into::into), ..self }
    }

    /// Sets the reason for its low rank.
    pub fn doubt(self, doubt: impl Into<FieldReason>) -> Self {
        Self { doubt: Some(doubt.into()), ..self }
    }

    /// Sets the remark that is recorded if it is taken.
    pub fn note(self, note: impl Into<FieldReason>) -> Self {
        Self { note: Some(note.into()), ..self }
    }
}

impl<T> From<Extracted<T>> for FieldCandidate<T> {
    fn from(found: Extracted<T>) -> Self {
        Self { found, fault: None, doubt: None, note: None }
    }
}

/// A function that folds a text for comparison: texts with the same meaning have equal results.
pub type TextFold = fn(&str) -> String;

/// A value that an explanation can show and compare.
pub trait CandidateValue {
    /// The value as a text.
    fn to_text(&self) -> Cow<'_, str>;

    /// Whether it has the same meaning as the value that was taken.
    fn agrees(&self, taken: &Self, fold: TextFold) -> bool {
        let (own, taken) = (self.to_text(), fold(&taken.to_text()));
        fold(&own) == taken || beginning(&own).is_some_and(|cut| taken.starts_with(&fold(cut)))
    }

    /// The part that agrees with the value that was taken, if that is not the whole value.
    fn agreement(&self) -> Option<&'static str> {
        None
    }

    /// An addition to the reason why it was passed over, or the note of a value in a list.
    fn detail(&self) -> Option<String> {
        None
    }
}

impl CandidateValue for String {
    fn to_text(&self) -> Cow<'_, str> {
        self.into()
    }
}

impl CandidateValue for RawAttachment {
    fn to_text(&self) -> Cow<'_, str> {
        self.url.as_str().into()
    }

    fn detail(&self) -> Option<String> {
        self.title.as_ref().map(|title| format!("{title:?}"))
    }
}

/// An address with its descriptive text.
impl CandidateValue for (String, String) {
    fn to_text(&self) -> Cow<'_, str> {
        self.0.to_text()
    }
}

/// Takes the value of each field from its candidates, and records the candidates if an explanation
/// is wanted.
#[derive(Debug, Default)]
pub struct FieldChoices(Option<(Explanation, TextFold)>);

impl FieldChoices {
    /// Creates choices that record an explanation; `fold` determines which texts have the same
    /// meaning.
    pub fn explained(fold: TextFold) -> Self {
        Self(Some((Explanation::default(), fold)))
    }

    /// Whether an explanation is recorded.
    pub fn are_explained(&self) -> bool {
        self.0.is_some()
    }

    /// Returns the explanation of all choices so far; empty if none was recorded.
    pub fn into_explanation(self) -> Explanation {
        self.0.map(|(explanation, _)| explanation).unwrap_or_default()
    }

    /// Takes the first usable candidate. The candidates must be ranked, best first.
    pub fn take<T: CandidateValue>(
        &mut self,
        subject: ExplainedField,
        candidates: impl IntoIterator<Item = FieldCandidate<T>>,
    ) -> Option<Extracted<T>> {
        let mut candidates = candidates.into_iter();
        let Some((explanation, fold)) = &mut self.0 else {
            return candidates.find(|candidate| candidate.fault.is_none()).map(|taken| taken.found);
        };
        let mut all: Vec<FieldCandidate<T>> = candidates.collect();
        let taken = all.iter().position(|candidate| candidate.fault.is_none());
        explanation.considered.extend(considered(subject, &all, taken, *fold));
        taken.map(|place| all.swap_remove(place).found)
    }

    /// Takes all values that `accept` converts successfully.
    pub fn take_all<T: CandidateValue, U>(
        &mut self,
        subject: ExplainedField,
        found: impl IntoIterator<Item = Extracted<T>>,
        mut accept: impl FnMut(T) -> Result<U, &'static str>,
    ) -> Vec<U> {
        let mut accepted = Vec::new();
        for Extracted { value, provenance } in found {
            let record = self.are_explained().then(|| {
                let (verdict, text) = (ValueVerdict::Taken, value.to_text());
                let record = ConsideredValue::new(subject, verdict, &provenance, &text);
                ConsideredValue { why: value.detail(), ..record }
            });
            let outcome = accept(value);
            if let (Some((explanation, _)), Some(record)) = (&mut self.0, record) {
                explanation.considered.push(match &outcome {
                    Ok(_) => record,
                    Err(REPEATED) => record.with(ValueVerdict::Agrees, REPEATED),
                    Err(fault) => record.with(ValueVerdict::PassedOver, *fault),
                });
            }
            accepted.extend(outcome.ok());
        }
        accepted
    }

    /// Checks the value of a field against later findings, and drops it if `fault` returns a
    /// reason.
    pub fn check<T>(
        &mut self,
        subject: ExplainedField,
        taken: Option<T>,
        fault: impl FnOnce(&T) -> Option<&'static str>,
    ) -> Option<T> {
        let taken = taken?;
        let Some(fault) = fault(&taken) else { return Some(taken) };
        self.explain(|explanation| {
            let mut all = explanation.considered.iter_mut();
            let record = all
                .find(|record| record.subject == subject && record.verdict == ValueVerdict::Taken);
            if let Some(record) = record {
                *record = record.clone().with(ValueVerdict::PassedOver, fault);
            }
        });
        None
    }

    /// Records a value that was examined and is not a candidate.
    pub fn ignore(
        &mut self,
        subject: ExplainedField,
        from: impl ToString,
        value: &str,
        why: FieldReason,
    ) {
        self.explain(|explanation| {
            let record = ConsideredValue::new(subject, ValueVerdict::PassedOver, from, value);
            explanation.ignored.push(record.with(ValueVerdict::PassedOver, why));
        });
    }

    /// Adds to the explanation, if one is recorded.
    pub fn explain(&mut self, add: impl FnOnce(&mut Explanation)) {
        if let Some((explanation, _)) = &mut self.0 {
            add(explanation);
        }
    }
}

/// Converts a ranked list to records with verdicts.
fn considered<T: CandidateValue>(
    subject: ExplainedField,
    all: &[FieldCandidate<T>],
    taken: Option<usize>,
    fold: TextFold,
) -> Vec<ConsideredValue> {
    let best = taken.and_then(|index| all.get(index)).map(|candidate| &candidate.found);
    let record = |(index, candidate): (usize, &FieldCandidate<T>)| {
        let FieldCandidate { found: Extracted { value, provenance }, fault, doubt, note } =
            candidate;
        let considered =
            ConsideredValue::new(subject, ValueVerdict::Taken, provenance, &value.to_text());
        match (best, fault.as_ref().or(doubt.as_ref())) {
            _ if taken == Some(index) => {
                ConsideredValue { why: note.as_deref().map(str::to_owned), ..considered }
            }
            (Some(best), _) if value.agrees(&best.value, fold) => {
                considered.with(ValueVerdict::Agrees, value.agreement().unwrap_or_default())
            }
            (_, Some(reason)) => considered.with(ValueVerdict::PassedOver, reason.clone()),
            (best, None) => {
                let reason = best.map(|best| match value.detail() {
                    None if best.provenance == *provenance => {
                        "is a weaker one of the same kind".to_owned()
                    }
                    None => format!("is less reliable than {}", best.provenance),
                    Some(detail) => format!("is less reliable than {}; {detail}", best.provenance),
                });
                considered.with(ValueVerdict::PassedOver, reason.unwrap_or_default())
            }
        }
    };
    all.iter().enumerate().map(record).collect()
}

/// Returns the beginning of a truncated text (`Hội nghị tổng kết...`), if it is long enough to
/// identify the text.
fn beginning(text: &str) -> Option<&str> {
    const ENOUGH: usize = 12;
    let was_cut = text.ends_with('…') || text.ends_with("...");
    let left = text.trim_end_matches(['.', '…', ' ']);
    Some(left).filter(|left| was_cut && left.chars().count() >= ENOUGH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(value: &str, from: &str) -> FieldCandidate {
        FieldCandidate::new(value.to_owned(), from.parse().unwrap())
    }

    fn recorded(
        explanation: &Explanation,
        subject: ExplainedField,
    ) -> Vec<(ValueVerdict, &str, Option<&str>)> {
        let all = explanation.of(subject);
        all.iter()
            .map(|recorded| (recorded.verdict, recorded.from.as_str(), recorded.why.as_deref()))
            .collect()
    }

    #[test]
    fn without_an_explanation_nothing_behind_the_first_usable_candidate_is_evaluated() {
        let mut choices = FieldChoices::default();
        let ranked =
            [candidate("a", "heading").fault(Some("is constant")), candidate("b", "teaser")];
        let ranked =
            ranked.into_iter().chain(std::iter::once_with(|| panic!("evaluated for nobody")));
        let taken = choices.take(ExplainedField::Title, ranked);
        assert_eq!(taken.map(|taken| taken.value).as_deref(), Some("b"));
        assert_eq!(choices.into_explanation(), Explanation::default());
    }

    #[test]
    fn the_first_usable_candidate_is_taken_and_the_others_agree_or_have_a_reason() {
        let ranked = [
            candidate("Cổng thông tin", "meta:og:title").fault(Some("is constant")),
            candidate("Hội nghị tổng kết", "heading").note("is a heading"),
            candidate("HỘI NGHỊ TỔNG KẾT", "meta:og:title").fault(Some("is in capitals")),
            candidate("Hội nghị tổng...", "teaser"),
            candidate("Hội nghị", "heading"),
            candidate("Tin", "markup:headline"),
            candidate("Tin", "title-element").doubt("is believed last"),
        ];
        let mut choices = FieldChoices::explained(|text| text.to_lowercase());
        let taken = choices.take(ExplainedField::Title, ranked.clone()).unwrap();
        assert_eq!(
            Some(&taken),
            FieldChoices::default().take(ExplainedField::Title, ranked).as_ref()
        );
        use ValueVerdict::{Agrees, PassedOver, Taken};
        assert_eq!(
            recorded(&choices.into_explanation(), ExplainedField::Title),
            [
                (Taken, "heading", Some("is a heading")),
                (PassedOver, "meta:og:title", Some("is constant")),
                (Agrees, "meta:og:title", None),
                (Agrees, "teaser", None),
                (PassedOver, "heading", Some("is a weaker one of the same kind")),
                (PassedOver, "markup:headline", Some("is less reliable than heading")),
                (PassedOver, "title-element", Some("is believed last")),
            ]
        );
    }

    #[test]
    fn what_was_taken_can_be_dropped_and_lists_hold_each_value_once() {
        let mut choices = FieldChoices::explained(str::to_owned);
        let name = choices.take(ExplainedField::Author, [candidate("admin", "label:Tác giả")]);
        assert_eq!(
            choices.check(ExplainedField::Author, name, |_| Some("is a login, not a name")),
            None
        );
        let tags = ["teaser", "meta:article:tag"].map(|from| candidate("Dân tộc", from).found);
        let mut is_known = false;
        let tags = choices.take_all(ExplainedField::Tags, tags, |tag| {
            if std::mem::replace(&mut is_known, true) { Err(REPEATED) } else { Ok(tag) }
        });
        assert_eq!(tags, ["Dân tộc"]);
        let explanation = choices.into_explanation();
        let author = (ValueVerdict::PassedOver, "label:Tác giả", Some("is a login, not a name"));
        assert_eq!(recorded(&explanation, ExplainedField::Author), [author]);
        let tags = recorded(&explanation, ExplainedField::Tags);
        assert_eq!(tags[0], (ValueVerdict::Taken, "teaser", None));
        assert_eq!(tags[1], (ValueVerdict::Agrees, "meta:article:tag", Some(REPEATED)));
    }
}
