//! What a `[[feed]]` means.

use super::deserialize::At;
use super::errors::Problem;
use super::names::Names;
use super::nearest::nearest;
use super::provinces;
use super::reading::Reading;
use super::tree::Node;
use super::values::{self, Wrong};
use super::written::{self, FeedFormat};
use crate::model::{Feed, Format, Query, Slug, Source, TokenHash, Topic, Topics};
use std::sync::Arc;

/// Names of documents of our own in the output folder, which no feed may overwrite.
const RESERVED: [&str; 2] = ["index", "feeds"];

/// What feeds can ask for.
pub(super) struct Known<'a> {
    /// The sources that could be read.
    pub(super) sources: &'a [Arc<Source>],
    /// The names of all sources, also of those with a mistake in them.
    pub(super) names: &'a Names,
    /// Whether `sources` are all; only then is an agency that none has a mistake.
    pub(super) whole: bool,
    /// Whether `names` are all.
    pub(super) named: bool,
    /// The topics, where they could be read.
    pub(super) topics: Option<Arc<Topics>>,
}

impl Known<'_> {
    fn source(&self, text: &str) -> Result<Slug, Wrong> {
        let slug = values::slug(text)?;
        match self.names.current(&slug) {
            Some(current) if *current == slug => Ok(slug),
            Some(current) => Err(Wrong::new(format!("names {text:?}, a former name"))
                .hint(format!("write {:?}", current.as_str()))),
            None if !self.named => Ok(slug),
            None => {
                let wrong = Wrong::new(format!("names {text:?}, but no source has this id"));
                Err(match self.names.nearest(text) {
                    Some(near) => wrong.hint(format!("did you mean {near:?}?")),
                    None => wrong,
                })
            }
        }
    }

    fn agency(&self, text: &str) -> Result<Slug, Wrong> {
        let slug = Slug::nearest(text).ok_or_else(|| Wrong::new("has no letter in it"))?;
        let agencies = || self.sources.iter().filter_map(|source| source.origin.agency.as_ref());
        if agencies().any(|agency| agency.slug == slug) || !self.whole {
            return Ok(slug);
        }
        let wrong = Wrong::new(format!("names {text:?}, but no source is of this agency"));
        let near = nearest(slug.as_str(), agencies().map(|agency| agency.slug.as_str()));
        Err(match agencies().find(|agency| near == Some(agency.slug.as_str())) {
            Some(agency) => wrong.hint(format!("did you mean {:?}?", agency.name)),
            None => wrong,
        })
    }

    fn topic(&self, text: &str) -> Result<Slug, Wrong> {
        let slug = Slug::nearest(text);
        let Some(topics) = &self.topics else {
            return slug.ok_or_else(|| Wrong::new("has no letter in it"));
        };
        let topics = topics.list();
        let named = |topic: &&Topic| slug == Slug::nearest(&topic.name);
        let of_id = topics.iter().find(|topic| Some(&topic.id) == slug.as_ref());
        if let Some(topic) = of_id.or_else(|| topics.iter().find(named)) {
            return Ok(topic.id.clone());
        }
        let wrong = Wrong::new(format!("names {text:?}, but no topic has this id or name"));
        let ids = || topics.iter().map(|topic| topic.id.as_str());
        Err(match nearest(slug.as_ref().map_or("", Slug::as_str), ids()) {
            Some(near) => wrong.hint(format!("did you mean {near:?}?")),
            None => wrong.hint(format!("the topics are {}", ids().collect::<Vec<_>>().join(", "))),
        })
    }
}

/// A feed. `None` where something is wrong, which is told.
pub(super) fn feed(
    table: Node,
    known: &Known<'_>,
    names: &mut Names,
    reading: &mut Reading,
) -> Option<Feed> {
    let span = table.span.clone();
    let keys: written::Feed = reading.keys(table);
    reading.require("id", &keys.id, &span, "a feed", "for example id = \"tong-hop\"");
    reading.require("title", &keys.title, &span, "a feed", "for example title = \"Tin tổng hợp\"");
    let id = reading.value("id", &keys.id, name);
    let formerly = reading.values("formerly", &keys.formerly, name);
    if let (Some(id), Some(written)) = (&id, &keys.id) {
        names.take(&At { value: id.clone(), span: written.span.clone() }, &formerly, reading);
    }
    let title = reading.value("title", &keys.title, values::line);
    let description = reading.value("description", &keys.description, values::line);
    let language = reading.value("language", &keys.language, values::language);
    let query = Query {
        sources: list("sources", &keys.sources, |text| known.source(text), reading),
        provinces: list("provinces", &keys.provinces, province, reading),
        agencies: list("agencies", &keys.agencies, |text| known.agency(text), reading),
        topics: list("topics", &keys.topics, |text| known.topic(text), reading),
    };
    let formats = formats(&keys.formats, reading);
    let tokens = tokens(&keys.token_sha256, reading);
    if known.whole && !known.sources.iter().any(|source| matches(&query, source)) {
        let span = keys.id.as_ref().map_or(span, |id| id.span.clone());
        reading.warn(&span, "no source is in this feed, so it stays empty");
    }
    let title = title?;
    Some(Feed {
        id: id?,
        tag: String::new(),
        formerly: formerly.into_iter().map(|name| name.value).collect(),
        description: description.unwrap_or_else(|| title.clone()),
        title,
        language: language?,
        query,
        limit: keys.limit?.value,
        formats: formats?,
        tokens,
    })
}

fn name(text: &str) -> Result<Slug, Wrong> {
    if RESERVED.contains(&text) {
        return Err(Wrong::new(format!(
            "must not be {text:?}, which is a page of the site itself"
        )));
    }
    values::slug(text)
}

fn province(text: &str) -> Result<Slug, Wrong> {
    provinces::find(text).map(|known| known.province.slug)
}

/// One list of what a feed holds. An empty one would hold everything, which nobody means who writes `[]`.
fn list(
    key: &str,
    written: &Option<At<Vec<At<String>>>>,
    read: impl Fn(&str) -> Result<Slug, Wrong>,
    reading: &mut Reading,
) -> Vec<Slug> {
    let Some(At { value: texts, span }) = written else { return Vec::new() };
    if texts.is_empty() {
        let problem = Problem::new(format!("`{key}` is empty")).at(span);
        reading.problem(problem.hint("leave it out to take all".to_owned()));
    }
    let mut slugs = Vec::new();
    for slug in reading.values(key, &Some(texts.clone()), read) {
        // Two names of one province are one province.
        if !slugs.contains(&slug.value) {
            slugs.push(slug.value);
        }
    }
    slugs
}

/// The tokens of a private feed, each once. No list is of a feed for everybody, and an empty one of nobody's.
fn tokens(written: &Option<At<Vec<At<String>>>>, reading: &mut Reading) -> Vec<TokenHash> {
    let Some(At { value: texts, span }) = written else { return Vec::new() };
    if texts.is_empty() {
        let problem = Problem::new("`token_sha256` is empty").at(span);
        let hint = "leave it out to let everybody read the feed; `bantin token` makes a token";
        reading.problem(problem.hint(hint.to_owned()));
    }
    let mut tokens = Vec::new();
    let hash = |text: &str| {
        // It may be the token itself, which nobody may see.
        text.parse::<TokenHash>().map_err(|e| {
            let hint = "`bantin token` makes a token, and prints what to write here";
            Wrong::new(e.to_string()).hint(hint).hiding()
        })
    };
    for token in reading.values("token_sha256", &Some(texts.clone()), hash) {
        if !tokens.contains(&token.value) {
            tokens.push(token.value);
        }
    }
    tokens
}

/// The formats, each once.
fn formats(
    written: &Option<At<Vec<At<FeedFormat>>>>,
    reading: &mut Reading,
) -> Option<Vec<Format>> {
    let At { value: written, span } = written.as_ref()?;
    if written.is_empty() {
        let problem = Problem::new("`formats` is empty").at(span);
        reading.problem(problem.hint("leave it out to publish all".to_owned()));
    }
    let mut formats = Vec::new();
    for format in written {
        let format = match format.value {
            FeedFormat::Atom => Format::Atom,
            FeedFormat::Rss => Format::Rss,
            FeedFormat::Json => Format::Json,
        };
        if !formats.contains(&format) {
            formats.push(format);
        }
    }
    Some(formats)
}

fn matches(query: &Query, source: &Source) -> bool {
    let any = |list: &[Slug], slug: Option<&Slug>| {
        list.is_empty() || slug.is_some_and(|slug| list.contains(slug))
    };
    let origin = &source.origin;
    any(&query.sources, Some(&origin.id))
        && any(&query.provinces, origin.province.as_ref().map(|province| &province.slug))
        && any(&query.agencies, origin.agency.as_ref().map(|agency| &agency.slug))
}
