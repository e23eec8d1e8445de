//! The report about an article, as text: wrapped to the terminal, and readable without colours.

use super::{ExplainReport, ReadPage};
use crate::cli::table::wrapped;
use bantin_core::{
    ArticleField, BOILERPLATE, ConsideredValue, DatePrecision, ExplainedField, NewArticle,
    Provenance, RemovedPart, ValueVerdict, shortened,
};
use bantin_store::{ArticleDetails, UnreadItem};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

/// The maximum number of removed parts that are shown; more are counted only.
const MAX_CUTS: usize = 12;
/// The maximum number of boilerplate parts that are shown; more are counted only.
const MAX_MENUS: usize = 4;
/// The maximum number of candidates that are shown per field; more are counted only.
const MAX_CANDIDATES: usize = 10;
/// The maximum length of a value, in characters; a longer one is shortened.
const MAX_VALUE: usize = 160;
/// The width of the column of names.
const NAMES: usize = 15;

/// Formats an instant to the minute.
pub(super) fn minute(instant: DateTime<Utc>, zone: Tz) -> String {
    instant.with_timezone(&zone).format("%Y-%m-%d %H:%M %:z").to_string()
}

/// Formats the whole report.
pub(super) fn of(report: &ExplainReport, width: usize) -> String {
    let mut page = ReportText { text: String::new(), width };
    page.text.push_str(&report.name);
    page.text.push('\n');
    page.row("rules", &report.rules);
    page.row("page", &report.page);
    if let Some(read) = &report.read {
        page.row("charset", &charset(read));
        let platform = read.explanation.platform.as_deref();
        page.row("platform", platform.unwrap_or("none recognized"));
    }
    if let Some(stored) = &report.stored {
        page.row("stored", &stored_line(stored));
        if let Some(gone) = &stored.withdrawn {
            let by = if gone.by_agency { "its agency" } else { "the operator" };
            let reason = gone.reason.as_deref().map(|reason| format!(": {reason}"));
            let at = minute(gone.at, stored.article.zone);
            page.row("withdrawn", &format!("by {by} at {at}{}", reason.unwrap_or_default()));
        }
        let item = stored.item.as_ref();
        let title = item.and_then(|t| t.title.as_deref()).or(stored.teaser_title.as_deref());
        let date = item.and_then(|item| item.date.as_deref());
        if let Some(title) = title {
            let date = date.map(|date| format!(", {date:?}")).unwrap_or_default();
            page.row("teaser", &format!("{title:?}{date}"));
        }
    }
    if let Some(unread) = &report.unread {
        page.row("waiting", &waiting(unread));
    }
    match (&report.read, &report.stored) {
        (Some(read), stored) => {
            if let Err(refusal) = &read.article {
                let rule = refusal.rule.map(|rule| format!(" (rule {rule})")).unwrap_or_default();
                page.text.push('\n');
                page.row("NO ARTICLE", &format!("{}{rule}", refusal.message));
            }
            page.text.push('\n');
            for subject in ExplainedField::ALL {
                page.field(subject, read, stored.as_ref().map(|stored| &stored.article.content));
            }
            page.cuts(&read.explanation.removed);
        }
        (None, Some(stored)) => page.stored(&stored.article),
        (None, None) => {}
    }
    if report.read.is_some() {
        page.add_keys_hint(report);
    }
    page.text
}

/// The encoding of the page, and the reason for it.
fn charset(read: &ReadPage) -> String {
    let Some(decoded) = &read.decoded else {
        return "none: the bytes cannot be decoded as text".to_owned();
    };
    let replaced = match decoded.replaced {
        0 => String::new(),
        1 => "; 1 character could not be decoded".to_owned(),
        more => format!("; {more} characters could not be decoded"),
    };
    format!("{}: {}{replaced}", decoded.encoding, decoded.evidence)
}

fn stored_line(stored: &ArticleDetails) -> String {
    let article = &stored.article;
    let seen = |instant| minute(instant, article.zone);
    format!(
        "{}, of source {}, revision {}, first seen {}, last seen {}",
        article.id,
        article.source,
        article.revision,
        seen(article.first_seen),
        seen(article.last_seen)
    )
}

fn waiting(unread: &UnreadItem) -> String {
    let since = unread.since.map(|since| {
        format!("it is listed and has no article yet, since {}", minute(since, Tz::UTC))
    });
    let refused = unread.refused.as_ref().map(|(why, tries, again)| {
        let times = if *tries == 1 { "once".to_owned() } else { format!("{tries} times") };
        let again = minute(*again, Tz::UTC);
        format!("its page was rejected {times} and is not fetched before {again}: {why}")
    });
    [since, refused].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// The value of an article's field, and its provenance.
pub(super) fn value(
    article: &NewArticle,
    subject: ExplainedField,
) -> (Option<String>, Option<&Provenance>) {
    let of = |field| article.provenance.get(&field);
    let published = of(ArticleField::Published);
    match subject {
        ExplainedField::Url => (Some(article.url.as_str().to_owned()), of(ArticleField::Url)),
        ExplainedField::Title => (Some(article.title.clone()), of(ArticleField::Title)),
        ExplainedField::Date => (Some(date(article)), published),
        ExplainedField::Author => (article.author.clone(), of(ArticleField::Author)),
        ExplainedField::Source => (article.source_line.clone(), of(ArticleField::SourceLine)),
        ExplainedField::Summary => (article.summary.clone(), of(ArticleField::Summary)),
        ExplainedField::Body => {
            let text = article.text.as_str();
            let shown = format!("{} characters: {}", text.chars().count(), shortened(text, 120));
            ((!text.is_empty()).then(|| shown.replace('\n', " ")), of(ArticleField::Body))
        }
        ExplainedField::Language => (Some(article.language.clone()), of(ArticleField::Language)),
        ExplainedField::Event
        | ExplainedField::Images
        | ExplainedField::Attachments
        | ExplainedField::Tags
        | ExplainedField::Topics => (None, None),
    }
}

fn date(article: &NewArticle) -> String {
    let day = article.published.with_timezone(&article.zone);
    match article.precision {
        DatePrecision::Day => day.format("%Y-%m-%d").to_string(),
        DatePrecision::Minute | DatePrecision::Second => {
            day.format("%Y-%m-%d %H:%M %:z").to_string()
        }
    }
}

/// Whether a value is a last resort, so that the operator may want to name a selector for a better
/// one.
fn is_weak(subject: ExplainedField, from: Option<&Provenance>) -> bool {
    use Provenance::{FirstSeen, Generic, Lead, TitleElement};
    match from {
        Some(FirstSeen | Generic | Lead | TitleElement) => true,
        Some(_) => false,
        None => matches!(
            subject,
            ExplainedField::Title
                | ExplainedField::Date
                | ExplainedField::Author
                | ExplainedField::Body
        ),
    }
}

/// Whether the candidates of a field are texts of which the value is a part.
fn is_text(subject: ExplainedField) -> bool {
    matches!(subject, ExplainedField::Body | ExplainedField::Summary)
}

/// The text under construction.
struct ReportText {
    text: String,
    width: usize,
}

impl ReportText {
    /// Adds a name, and a text that is wrapped beside it.
    fn row(&mut self, name: &str, text: &str) {
        let name = format!("{name:NAMES$}");
        self.text.push_str(&wrapped(&name, text, self.width));
    }

    /// Adds a field: its value with the provenance, then the other candidates.
    fn field(&mut self, subject: ExplainedField, read: &ReadPage, stored: Option<&NewArticle>) {
        let mut all = read.explanation.of(subject);
        let now = read.article.as_ref().ok();
        let taken = all.iter().filter(|candidate| candidate.verdict == ValueVerdict::Taken).count();
        let name = subject.name().to_uppercase();
        let (value_now, from) = now.map_or((None, None), |article| value(article, subject));
        if value_now.is_none() && all.is_empty() && subject.key().is_none() {
            return;
        }
        match (value_now, taken) {
            (_, 2..) => self.row(&name, &format!("{taken}")),
            (None, 0) => self.row(&name, "none"),
            (value, _) => {
                let first = (taken == 1).then(|| all.remove(0));
                self.taken(&name, value.as_deref(), first);
            }
        }
        // Several rules of one field often find the same value.
        let alike = |one: &ConsideredValue, other: &ConsideredValue| {
            one.verdict == ValueVerdict::Agrees
                && other.verdict == ValueVerdict::Agrees
                && one.from == other.from
        };
        all.dedup_by(|other, one| alike(one, other));
        for candidate in all.iter().take(MAX_CANDIDATES) {
            self.candidate(candidate);
        }
        if let Some(more) = all.len().checked_sub(MAX_CANDIDATES).filter(|more| *more > 0) {
            self.row("", &format!("and {more} more; --format json has all of them"));
        }
        if let (Some(now), Some(stored)) = (now, stored) {
            let (kept, kept_from) = value(stored, subject);
            if value(now, subject).0 != kept {
                let kept_from = kept_from.map(|from| format!("{from}  ")).unwrap_or_default();
                let kept = kept.map_or_else(|| "none".to_owned(), |kept| format!("{kept:?}"));
                self.row("  stored", &format!("{kept_from}{kept}"));
            }
        }
        let is_needed = matches!(subject, ExplainedField::Title | ExplainedField::Body);
        let is_open = now.is_some() || (taken == 0 && is_needed);
        if let Some(key) = subject.key().filter(|_| is_open && is_weak(subject, from)) {
            self.row("  to change", &format!("{key} = \"a CSS selector for it\""));
        }
    }

    /// Adds a field's value, the text on the page if it differs, and the provenance.
    fn taken(&mut self, name: &str, value: Option<&str>, first: Option<&ConsideredValue>) {
        let Some(first) = first else {
            return self.row(name, value.unwrap_or("none"));
        };
        let shown = value.unwrap_or(&first.value);
        let shown = shortened(shown, MAX_VALUE);
        // Do not repeat a text that differs only at its end or in white space.
        let repeats =
            is_text(first.subject) || shown.starts_with(first.value.trim_end_matches('…'));
        let raw = if repeats { String::new() } else { format!(" {:?}", first.value) };
        self.row(name, &format!("{shown}  [{}{raw}]", first.from));
        if let Some(why) = &first.why {
            self.row("", why);
        }
    }

    fn candidate(&mut self, candidate: &ConsideredValue) {
        let ConsideredValue { verdict, from, value, why, .. } = candidate;
        let value = match (verdict, value.as_str()) {
            (ValueVerdict::Agrees, _) | (_, "") => String::new(),
            (_, value) => format!("  {value:?}"),
        };
        let separator = if value.is_empty() { "  " } else { " " };
        let why = why.as_ref().map(|why| format!("{separator}{why}")).unwrap_or_default();
        self.row(&format!("  {verdict}"), &format!("{from}{value}{why}"));
    }

    /// Adds the parts removed from the body.
    fn cuts(&mut self, cuts: &[RemovedPart]) {
        if cuts.is_empty() {
            return;
        }
        let characters: usize = cuts.iter().map(|cut| cut.characters).sum();
        self.text.push('\n');
        self.row("CUT", &format!("{characters} characters removed from the body"));
        // Menus are on every page, so parts that only this page has come first.
        let is_menu = |cut: &&RemovedPart| cut.kind.starts_with(BOILERPLATE);
        let (menus, own): (Vec<&RemovedPart>, Vec<&RemovedPart>) = cuts.iter().partition(is_menu);
        let shown: Vec<&RemovedPart> =
            own.into_iter().take(MAX_CUTS).chain(menus.into_iter().take(MAX_MENUS)).collect();
        for cut in &shown {
            let lines =
                if cut.lines == 1 { String::new() } else { format!("{} lines, ", cut.lines) };
            let length = format!("{lines}{} characters", cut.characters);
            self.row("", &format!("{} ({length})  {:?}", cut.kind, cut.excerpt));
        }
        if let Some(more) = cuts.len().checked_sub(shown.len()).filter(|more| *more > 0) {
            self.row("", &format!("and {more} more; --format json has all of them"));
        }
    }

    /// Adds the fields of a stored article whose page is not read.
    fn stored(&mut self, article: &NewArticle) {
        self.text.push('\n');
        for subject in ExplainedField::ALL {
            let (Some(value), from) = value(article, subject) else { continue };
            let from = from.map(|from| format!("  [{from}]")).unwrap_or_default();
            self.row(&subject.name().to_uppercase(), &format!("{value}{from}"));
        }
    }

    /// Adds a hint about the keys of feeds.toml.
    fn add_keys_hint(&mut self, report: &ExplainReport) {
        let source = match &report.source {
            Some(id) => format!("source {id}"),
            None => "a source".to_owned(),
        };
        self.text.push('\n');
        let keys = "article.title, date, author, source, summary and body select a field, article.remove what is removed \
                    from the body, charset and timezone set how the page is decoded";
        self.row(
            "feeds.toml",
            &format!("keys of {source}: {keys}. They take precedence over everything else."),
        );
    }
}
