//! Interprets a `[[feed]]`.

use super::agency_kinds::{self, AgencyKind};
use super::check::property;
use super::conditions;
use super::deserialize::Spanned;
use super::diagnostics::Diagnostics;
use super::errors::ConfigProblem;
use super::files::TextSpan;
use super::matrix;
use super::name_registry::NameRegistry;
use super::provinces;
use super::schema::definition;
use super::suggestion::nearest;
use super::tree::ConfigNode;
use super::values::{self, ValueError};
use super::written::{self, FeedContent, FormatKey};
use bantin_core::{
    ArchivePolicy, ArticleQuery, Condition, ContentMode, FeedConfig, FeedFormat, Slug, Source,
    TokenHash, Topic, TopicRules,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Names of bantin's own documents in the output folder, which a feed must not overwrite.
const RESERVED: [&str; 2] = ["index", "feeds"];

/// The sources and topics to which feeds can refer.
pub(super) struct FeedReferences<'a> {
    /// The valid sources.
    pub(super) sources: &'a [Arc<Source>],
    /// The names of all sources, including sources with errors.
    pub(super) names: &'a NameRegistry,
    /// Whether `sources` is complete. Only then an agency without a source is an error.
    pub(super) sources_complete: bool,
    /// Whether `names` is complete.
    pub(super) names_complete: bool,
    /// The topics, if they are valid.
    pub(super) topics: Option<Arc<TopicRules>>,
    /// For each source that comes from a list, its row, as messages name it.
    pub(super) rows: &'a BTreeMap<Slug, String>,
    /// The current and former names of feeds without the sources of lists. A row of a list cannot
    /// take them.
    pub(super) reserved_names: &'a NameRegistry,
}

impl FeedReferences<'_> {
    pub(super) fn source(&self, text: &str) -> Result<Slug, ValueError> {
        let slug = values::slug(text)?;
        match self.names.current(&slug) {
            Some(current) if *current == slug => Ok(slug),
            Some(current) => Err(ValueError::new(format!("names {text:?}, a former name"))
                .hint(format!("write {:?}", current.as_str()))),
            None if !self.names_complete => Ok(slug),
            None => {
                let wrong = ValueError::new(format!("names {text:?}, but no source has this id"));
                Err(match self.names.nearest(text) {
                    Some(near) => wrong.hint(format!("did you mean {near:?}?")),
                    None => wrong,
                })
            }
        }
    }

    fn agency(&self, text: &str) -> Result<Slug, ValueError> {
        let slug = Slug::nearest(text).ok_or_else(|| ValueError::new("has no letter in it"))?;
        let agencies = || self.sources.iter().filter_map(|source| source.origin.agency.as_ref());
        if agencies().any(|agency| agency_kinds::are_one(&slug, &agency.slug))
            || !self.sources_complete
        {
            return Ok(slug);
        }
        let wrong =
            ValueError::new(format!("names {text:?}, but no source belongs to this agency"));
        let near = nearest(slug.as_str(), agencies().map(|agency| agency.slug.as_str()));
        Err(match agencies().find(|agency| near == Some(agency.slug.as_str())) {
            Some(agency) => wrong.hint(format!("did you mean {:?}?", agency.name)),
            None => wrong,
        })
    }

    /// The agencies, and those that are the same under an older or newer name.
    fn under_all_names(&self, agencies: &[Slug]) -> Vec<Slug> {
        let mut all = agencies.to_vec();
        let named = self.sources.iter().filter_map(|source| source.origin.agency.as_ref());
        let named: Vec<&Slug> = named.map(|agency| &agency.slug).collect();
        for agency in agencies {
            let same = named.iter().filter(|other| agency_kinds::are_one(agency, other));
            let other_names = agency_kinds::other_names(agency).cloned();
            let same: Vec<Slug> = same.copied().cloned().chain(other_names).collect();
            for other in same {
                if !all.contains(&other) {
                    all.push(other);
                }
            }
        }
        all
    }

    /// The agencies of a kind: those of the sources, and the names in the catalogue, which sources
    /// may have had.
    pub(super) fn of_kind(&self, kind: &AgencyKind) -> Vec<Slug> {
        let mut all: Vec<Slug> = kind.names().cloned().collect();
        for agency in self.sources.iter().filter_map(|source| source.origin.agency.as_ref()) {
            let is_of_kind = AgencyKind::of(&agency.slug).is_some_and(|of| of.id == kind.id);
            if is_of_kind && !all.contains(&agency.slug) {
                all.push(agency.slug.clone());
            }
        }
        all
    }

    pub(super) fn topic(&self, text: &str) -> Result<Slug, ValueError> {
        let slug = Slug::nearest(text);
        let Some(topics) = &self.topics else {
            return slug.ok_or_else(|| ValueError::new("has no letter in it"));
        };
        let topics = topics.list();
        let named = |topic: &&Topic| slug == Slug::nearest(&topic.name);
        let of_id = topics.iter().find(|topic| Some(&topic.id) == slug.as_ref());
        if let Some(topic) = of_id.or_else(|| topics.iter().find(named)) {
            return Ok(topic.id.clone());
        }
        let wrong = ValueError::new(format!("names {text:?}, but no topic has this id or name"));
        let ids = || topics.iter().map(|topic| topic.id.as_str());
        Err(match nearest(slug.as_ref().map_or("", Slug::as_str), ids()) {
            Some(near) => wrong.hint(format!("did you mean {near:?}?")),
            None => wrong.hint(format!("the topics are {}", ids().collect::<Vec<_>>().join(", "))),
        })
    }
}

/// The settings that all feeds of one table share.
pub(super) struct SharedFeedKeys {
    pub(super) language: String,
    pub(super) rights: String,
    pub(super) query: ArticleQuery,
    pub(super) limit: usize,
    pub(super) max_bytes: usize,
    pub(super) content: ContentMode,
    pub(super) formats: Vec<FeedFormat>,
    pub(super) history: ArchivePolicy,
    pub(super) tokens: Vec<TokenHash>,
}

/// The feeds of a table: one, or those of a matrix. Empty after a problem, which is reported.
pub(super) fn feeds(
    mut table: ConfigNode,
    known: &FeedReferences<'_>,
    names: &mut NameRegistry,
    diagnostics: &mut Diagnostics,
) -> Vec<FeedConfig> {
    let span = table.span.clone();
    let condition = table.split(|key| property(definition("Condition"), key).is_some());
    let asked: written::ConditionKeys = diagnostics.keys(condition);
    let keys: written::FeedKeys = diagnostics.keys(table);
    if keys.each.is_none() {
        diagnostics.require("id", &keys.id, &span, "a feed", "for example id = \"tong-hop\"");
        if let Some(group) = &keys.group {
            let problem = ConfigProblem::new("`group` is for a feed with `each`").at(&group.span);
            diagnostics.problem(problem.hint("remove it".to_owned()));
        }
    }
    let hint = if keys.each.is_some() {
        "for example title = \"Tin {province}\""
    } else {
        "for example title = \"Tin tổng hợp\""
    };
    diagnostics.require("title", &keys.title, &span, "a feed", hint);
    let shared = shared(&keys, &asked, &span, known, diagnostics);
    match &keys.each {
        Some(each) => matrix::feeds(&keys, each, shared, known, names, diagnostics),
        None => feed(&keys, &span, shared, known, names, diagnostics).into_iter().collect(),
    }
}

fn shared(
    keys: &written::FeedKeys,
    asked: &written::ConditionKeys,
    table: &TextSpan,
    known: &FeedReferences<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<SharedFeedKeys> {
    let language = diagnostics.value("language", &keys.language, values::language);
    let rights = diagnostics.value("rights", &keys.rights, values::line);
    let query = ArticleQuery {
        sources: list("sources", &asked.sources, |text| known.source(text), diagnostics),
        provinces: list("provinces", &asked.provinces, province, diagnostics),
        agencies: selected_agencies(&asked.agencies, &asked.kinds, known, diagnostics),
        topics: list("topics", &asked.topics, |text| known.topic(text), diagnostics),
        conditions: conditions::of_feed(keys, asked, known, diagnostics),
    };
    let formats = formats(&keys.formats, diagnostics);
    let limit = keys.limit.as_ref()?.value;
    let ages = query.conditions.iter().any(Condition::asks_for_age);
    let history =
        history(keys, limit, formats.as_deref().unwrap_or_default(), ages, table, diagnostics);
    let content = match keys.content.as_ref()?.value {
        FeedContent::Full => ContentMode::Full,
        FeedContent::Summary => ContentMode::Summary,
    };
    Some(SharedFeedKeys {
        language: language?,
        rights: rights.unwrap_or_default(),
        query,
        limit,
        max_bytes: keys.max_bytes.as_ref()?.value,
        content,
        formats: formats?,
        history: history?,
        tokens: tokens(&keys.token_sha256, diagnostics),
    })
}

/// A feed. Returns `None` after a problem, which is reported.
fn feed(
    keys: &written::FeedKeys,
    table: &TextSpan,
    shared: Option<SharedFeedKeys>,
    known: &FeedReferences<'_>,
    names: &mut NameRegistry,
    diagnostics: &mut Diagnostics,
) -> Option<FeedConfig> {
    let id = diagnostics.value("id", &keys.id, |text| match name(text) {
        Err(wrong) if text.contains('{') => {
            Err(wrong.hint("placeholders need `each`, for example each = [\"province\"]"))
        }
        named => named,
    });
    let aliases = diagnostics.values("aliases", &keys.aliases, name);
    if let (Some(id), Some(written)) = (&id, &keys.id) {
        names.take(
            &Spanned { value: id.clone(), span: written.span.clone() },
            &aliases,
            diagnostics,
        );
    }
    let title = diagnostics.value("title", &keys.title, values::line);
    let description = diagnostics.value("description", &keys.description, values::line);
    let shared = shared?;
    if known.sources_complete && !known.sources.iter().any(|source| matches(&shared.query, source))
    {
        let span = keys.id.as_ref().map_or(table, |id| &id.span);
        diagnostics.warn(span, "no source is in this feed, so it stays empty");
    }
    let title = title?;
    Some(FeedConfig {
        id: id?,
        aliases: taken_aliases(aliases),
        description: description.unwrap_or_else(|| title.clone()),
        title,
        language: shared.language,
        rights: shared.rights,
        query: shared.query,
        limit: shared.limit,
        max_bytes: shared.max_bytes,
        content: shared.content,
        formats: shared.formats,
        history: shared.history,
        tokens: shared.tokens,
        folders: Vec::new(),
    })
}

/// Former names without their spans.
pub(super) fn taken_aliases(names: Vec<Spanned<Slug>>) -> Vec<Slug> {
    names.into_iter().map(|name| name.value).collect()
}

/// Parses the id of a feed.
pub(super) fn name(text: &str) -> Result<Slug, ValueError> {
    if RESERVED.contains(&text) {
        return Err(ValueError::new(format!(
            "must not be {text:?}, which is reserved for bantin's own pages"
        )));
    }
    values::slug(text)
}

/// The id of a kind of agency, by id or name.
fn kind(text: &str) -> Result<Slug, ValueError> {
    let slug = Slug::nearest(text).ok_or_else(|| ValueError::new("has no letter in it"))?;
    let of_id = AgencyKind::all().iter().find(|kind| kind.id == slug);
    if let Some(kind) = of_id.or_else(|| AgencyKind::of(&slug)) {
        return Ok(kind.id.clone());
    }
    let wrong =
        ValueError::new(format!("names {text:?}, but no kind of agency has this id or name"));
    let ids = || AgencyKind::all().iter().map(|kind| kind.id.as_str());
    Err(match nearest(slug.as_str(), ids()) {
        Some(near) => wrong.hint(format!("did you mean {near:?}?")),
        None => wrong.hint(format!("the kinds are {}", ids().collect::<Vec<_>>().join(", "))),
    })
}

/// The agencies selected by `agencies` and `kinds`, under all their names; the intersection if both
/// are set.
pub(super) fn selected_agencies(
    agencies: &Option<Spanned<Vec<Spanned<String>>>>,
    written_kinds: &Option<Spanned<Vec<Spanned<String>>>>,
    known: &FeedReferences<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<Slug> {
    let agencies = list("agencies", agencies, |text| known.agency(text), diagnostics);
    let agencies = known.under_all_names(&agencies);
    let kinds = list("kinds", written_kinds, kind, diagnostics);
    let kinds = AgencyKind::all().iter().filter(|kind| kinds.contains(&kind.id));
    let of_kinds: Vec<Slug> = kinds.flat_map(|kind| known.of_kind(kind)).collect();
    if of_kinds.is_empty() || agencies.is_empty() {
        return if of_kinds.is_empty() { agencies } else { of_kinds };
    }
    let both: Vec<Slug> = agencies.into_iter().filter(|slug| of_kinds.contains(slug)).collect();
    if both.is_empty()
        && let Some(written) = written_kinds
    {
        let problem = ConfigProblem::new("no agency in `agencies` belongs to one of these `kinds`");
        let hint = "remove one of the two keys: an article must match both".to_owned();
        diagnostics.problem(problem.at(&written.span).hint(hint));
    }
    both
}

pub(super) fn province(text: &str) -> Result<Slug, ValueError> {
    provinces::find(text).map(|known| known.province.slug)
}

/// One list of a feed's selection. An empty list is an error: it would select everything, which an
/// operator who writes `[]` does not mean.
pub(super) fn list(
    key: &str,
    written: &Option<Spanned<Vec<Spanned<String>>>>,
    read: impl Fn(&str) -> Result<Slug, ValueError>,
    diagnostics: &mut Diagnostics,
) -> Vec<Slug> {
    let Some(Spanned { value: texts, span }) = written else { return Vec::new() };
    if texts.is_empty() {
        let problem = ConfigProblem::new(format!("`{key}` is empty")).at(span);
        diagnostics.problem(problem.hint("leave it out to take all".to_owned()));
    }
    let mut slugs = Vec::new();
    for slug in diagnostics.values(key, &Some(texts.clone()), read) {
        // Two names of one province count once.
        if !slugs.contains(&slug.value) {
            slugs.push(slug.value);
        }
    }
    slugs
}

/// The tokens of a private feed, without duplicates. A feed without the key is public. An empty
/// list is an error, because no client could read the feed.
fn tokens(
    written: &Option<Spanned<Vec<Spanned<String>>>>,
    diagnostics: &mut Diagnostics,
) -> Vec<TokenHash> {
    let Some(Spanned { value: texts, span }) = written else { return Vec::new() };
    if texts.is_empty() {
        let problem = ConfigProblem::new("`token_sha256` is empty").at(span);
        let hint = "remove it to make the feed public; `bantin token` generates a token";
        diagnostics.problem(problem.hint(hint.to_owned()));
    }
    let mut tokens = Vec::new();
    let hash = |text: &str| {
        // The value may be the token itself, which must not be shown.
        text.parse::<TokenHash>().map_err(|e| {
            let hint = "`bantin token` generates a token and prints the hash to write here";
            ValueError::new(e.to_string()).hint(hint).redact_value()
        })
    };
    for token in diagnostics.values("token_sha256", &Some(texts.clone()), hash) {
        if !tokens.contains(&token.value) {
            tokens.push(token.value);
        }
    }
    tokens
}

/// The formats, without duplicates.
fn formats(
    written: &Option<Spanned<Vec<Spanned<FormatKey>>>>,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<FeedFormat>> {
    let Spanned { value: written, span } = written.as_ref()?;
    if written.is_empty() {
        let problem = ConfigProblem::new("`formats` is empty").at(span);
        diagnostics.problem(problem.hint("leave it out to publish all".to_owned()));
    }
    let mut formats = Vec::new();
    for format in written {
        let format = match format.value {
            FormatKey::Atom => FeedFormat::Atom,
            FormatKey::Rss => FeedFormat::Rss,
            FormatKey::Json => FeedFormat::Json,
        };
        if !formats.contains(&format) {
            formats.push(format);
        }
    }
    Some(formats)
}

/// The archive policy. The feeds of a matrix are many, so they have archives only on request. A
/// feed with `newer_than` has none, because an article that is too old for the feed must not be in
/// its archives.
fn history(
    keys: &written::FeedKeys,
    limit: usize,
    formats: &[FeedFormat],
    ages: bool,
    table: &TextSpan,
    diagnostics: &mut Diagnostics,
) -> Option<ArchivePolicy> {
    let has_archives = formats.iter().any(|format| format.has_archives());
    let wrong = match (ages, has_archives) {
        (true, _) => Some("a feed with `newer_than` has no archives: they keep older articles"),
        (_, false) => Some("archives exist only for Atom and RSS, and `formats` names neither"),
        _ => None,
    };
    // `archive` may come from the defaults, so the message points to the feed.
    let is_asked_for = keys.archive.as_ref().is_some_and(|archive| archive.value);
    if let Some(wrong) = wrong.filter(|_| is_asked_for) {
        let place = keys.id.as_ref().map_or(table, |id| &id.span);
        let hint = "write archive = false for this feed".to_owned();
        diagnostics.problem(ConfigProblem::new(wrong).at(place).hint(hint));
    }
    let archive = keys.archive.as_ref().map_or(keys.each.is_none(), |archive| archive.value);
    let most = keys.max_per_source.as_ref().map(|most| most.value);
    Some(ArchivePolicy {
        archive: archive && has_archives && !ages,
        max_per_source: most.unwrap_or_else(|| limit.div_ceil(2)).min(limit),
        tombstones: keys.tombstones.as_ref()?.value.0,
    })
}

/// Whether a feed can contain articles of a source.
pub(super) fn matches(query: &ArticleQuery, source: &Source) -> bool {
    let any = |list: &[Slug], slug: Option<&Slug>| {
        list.is_empty() || slug.is_some_and(|slug| list.contains(slug))
    };
    let origin = &source.origin;
    any(&query.sources, Some(&origin.id))
        && any(&query.provinces, origin.province.as_ref().map(|province| &province.slug))
        && any(&query.agencies, origin.agency.as_ref().map(|agency| &agency.slug))
}
