//! Matrices: many feeds from one `[[feed]]` with `each`. One feed per province, topic, agency, kind
//! of agency or source, or per pair of them that can have articles.

use super::agency_kinds::AgencyKind;
use super::deserialize::Spanned;
use super::diagnostics::Diagnostics;
use super::errors::ConfigProblem;
use super::feed::{FeedReferences, SharedFeedKeys, matches, name, taken_aliases};
use super::files::TextSpan;
use super::name_registry::NameRegistry;
use super::template::TextTemplate;
use super::values::{self, ValueError};
use super::written::{self, FeedDimension};
use bantin_core::{Agency, ArticleQuery, FeedConfig, Province, Slug, Source, Topic};
use std::collections::BTreeMap;

/// The maximum number of feeds. More than all agencies of the country times all topics is a list
/// that no one reads.
const MAX_COUNT: usize = 20_000;
/// The maximum number of rows of lists without a feed that are reported for one matrix.
const MAX_REPORTED: usize = 20;

/// The subject of one feed of a matrix.
#[derive(Debug, Clone, Default)]
struct MatrixCell {
    province: Option<Province>,
    agency: Option<Agency>,
    kind: Option<&'static AgencyKind>,
    source: Option<(Slug, String)>,
    topic: Option<Topic>,
    /// The sources of an agency without a province: the agency's name alone would also select
    /// agencies of provinces.
    sources: Vec<Slug>,
    /// The agencies of its kind.
    agencies: Vec<Slug>,
    /// The row of a list that caused this cell, if no source of feeds.toml is in it.
    row: Option<String>,
}

/// The templates of a matrix.
struct MatrixTemplates {
    id: Spanned<TextTemplate>,
    aliases: Vec<Spanned<TextTemplate>>,
    title: TextTemplate,
    description: Option<TextTemplate>,
}

/// The feeds of a matrix. Incomplete or empty after a problem, which is reported.
pub(super) fn feeds(
    keys: &written::FeedKeys,
    each: &Spanned<Vec<Spanned<FeedDimension>>>,
    shared: Option<SharedFeedKeys>,
    known: &FeedReferences<'_>,
    names: &mut NameRegistry,
    diagnostics: &mut Diagnostics,
) -> Vec<FeedConfig> {
    let Some(each_of) = dimensions(each, diagnostics) else { return Vec::new() };
    let templates = templates(keys, each, &each_of, diagnostics);
    let group = diagnostics.value("group", &keys.group, values::line);
    let (Some(shared), Some(templates)) = (shared, templates) else { return Vec::new() };
    let Some(cells) = cells(&each_of, &shared.query, known, &each.span, diagnostics) else {
        return Vec::new();
    };
    let heading = group.unwrap_or_else(|| heading(&each_of));
    let mut seen: BTreeMap<Slug, String> = BTreeMap::new();
    let mut feeds = Vec::with_capacity(cells.len());
    let mut reported = 0_usize;
    for cell in &cells {
        let before = diagnostics.problems.len();
        let named = cell.named(&templates, &each_of, &seen, diagnostics);
        let named = named
            .filter(|named| cell.row.is_none() || cell.is_free(named, known, names, diagnostics));
        let Some((id, aliases)) = named else {
            let Some(row) = &cell.row else { return feeds };
            // A row that is written elsewhere is not a mistake in feeds.toml, so it is a warning.
            for problem in diagnostics.problems.split_off(before) {
                reported += 1;
                if reported <= MAX_REPORTED {
                    let message =
                        format!("{}, because of {row}; this feed is left out", problem.message());
                    diagnostics.warn(&templates.id.span, &message);
                }
            }
            continue;
        };
        seen.insert(id.value.clone(), cell.describe(&each_of));
        names.take(&id, &aliases, diagnostics);
        let id = id.value;
        let filled = |template: &TextTemplate| folded(&template.fill(|value| cell.name(value)));
        let title = filled(&templates.title);
        feeds.push(FeedConfig {
            id,
            aliases: taken_aliases(aliases),
            description: templates.description.as_ref().map_or_else(|| title.clone(), filled),
            title,
            language: shared.language.clone(),
            rights: shared.rights.clone(),
            query: cell.query(&shared.query),
            limit: shared.limit,
            max_bytes: shared.max_bytes,
            content: shared.content,
            formats: shared.formats.clone(),
            history: shared.history,
            tokens: shared.tokens.clone(),
            folders: cell.folders(&heading, &each_of),
        });
    }
    if reported > MAX_REPORTED {
        let message = format!("{} more rows of lists have no feed either", reported - MAX_REPORTED);
        diagnostics.warn(&templates.id.span, &message);
    }
    feeds
}

/// The dimensions in `each`.
fn dimensions(
    each: &Spanned<Vec<Spanned<FeedDimension>>>,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<FeedDimension>> {
    if each.value.is_empty() {
        // Invalid values were reported and removed from the list.
        if !diagnostics.problems.iter().any(|problem| problem.is_in(&each.span)) {
            let problem = ConfigProblem::new("`each` is empty").at(&each.span);
            diagnostics.problem(problem.hint("for example each = [\"province\"]".to_owned()));
        }
        return None;
    }
    let mut dimensions: Vec<FeedDimension> = Vec::new();
    for Spanned { value, span } in &each.value {
        if dimensions.contains(value) {
            let problem =
                ConfigProblem::new(format!("`each` names {:?} twice", value.name())).at(span);
            diagnostics.problem(problem.hint("remove one of them".to_owned()));
            return None;
        }
        dimensions.push(*value);
    }
    Some(dimensions)
}

/// The placeholders allowed in templates: the dimensions of `each`, and the province of an agency
/// or a source.
fn placeholders(each: &[FeedDimension]) -> Vec<FeedDimension> {
    let mut all = each.to_vec();
    let has_province =
        each.iter().any(|of| matches!(of, FeedDimension::Agency | FeedDimension::Source));
    if has_province && !all.contains(&FeedDimension::Province) {
        all.push(FeedDimension::Province);
    }
    all
}

fn templates(
    keys: &written::FeedKeys,
    each: &Spanned<Vec<Spanned<FeedDimension>>>,
    each_of: &[FeedDimension],
    diagnostics: &mut Diagnostics,
) -> Option<MatrixTemplates> {
    let allowed = placeholders(each_of);
    let parse = |text: &str| TextTemplate::parse(&values::line(text)?, &allowed);
    let id = match &keys.id {
        Some(written) => diagnostics
            .value("id", &keys.id, parse)
            .map(|value| Spanned { value, span: written.span.clone() }),
        None => default_id(each_of, &allowed)
            .ok()
            .map(|value| Spanned { value, span: each.span.clone() }),
    };
    let aliases = diagnostics.values("aliases", &keys.aliases, parse);
    let title = diagnostics.value("title", &keys.title, parse);
    let description = diagnostics.value("description", &keys.description, parse);
    Some(MatrixTemplates { id: id?, aliases, title: title?, description })
}

/// The default template of the id, such as `province-agency` or `province-topic`: the values that
/// distinguish the feeds.
fn default_id(
    each: &[FeedDimension],
    allowed: &[FeedDimension],
) -> Result<TextTemplate, ValueError> {
    let is_of_agency =
        each.contains(&FeedDimension::Agency) && !each.contains(&FeedDimension::Province);
    let province = is_of_agency.then_some(FeedDimension::Province);
    let parts = province.iter().chain(each).map(|dimension| format!("{{{}}}", dimension.name()));
    TextTemplate::parse(&parts.collect::<Vec<_>>().join("-"), allowed)
}

/// The id of a feed from its template. An empty value leaves no hyphen behind.
fn id(
    template: &Spanned<TextTemplate>,
    key: &str,
    cell: &MatrixCell,
    each: &[FeedDimension],
    diagnostics: &mut Diagnostics,
) -> Option<Slug> {
    let filled = template.value.fill(|value| cell.slug(value));
    let parts = filled.split('-').filter(|part| !part.is_empty());
    let filled = parts.collect::<Vec<_>>().join("-");
    match name(&filled) {
        Ok(id) => Some(id),
        Err(wrong) => {
            let message = format!(
                "`{key}` makes {filled:?} for {}, which is not a valid name",
                cell.describe(each)
            );
            let hint = format!("a name {}", wrong.message);
            let hint = wrong.message.starts_with("must ").then_some(hint);
            let hint = hint.unwrap_or_else(|| wrong.message.clone());
            diagnostics.problem(ConfigProblem::new(message).at(&template.span).hint(hint));
            None
        }
    }
}

/// The cells of the matrix: the combinations of `each` that occur among the sources of its query,
/// times the topics. Returns `None` if there are too many.
fn cells(
    each: &[FeedDimension],
    query: &ArticleQuery,
    known: &FeedReferences<'_>,
    span: &TextSpan,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<MatrixCell>> {
    let mut cells: Vec<MatrixCell> = Vec::new();
    let mut places: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for source in known.sources.iter().filter(|source| matches(query, source)) {
        let Some((key, cell)) = MatrixCell::of(source, each) else { continue };
        let place = *places.entry(key).or_insert_with(|| {
            let agencies = cell.kind.map(|kind| known.of_kind(kind)).unwrap_or_default();
            let row = known.rows.get(source.id()).cloned();
            cells.push(MatrixCell { agencies, row, ..cell });
            cells.len() - 1
        });
        if let Some(cell) = cells.get_mut(place)
            && cell.agency.is_some()
            && cell.province.is_none()
        {
            cell.sources.push(source.origin.id.clone());
        }
    }
    if each.contains(&FeedDimension::Topic) {
        let topics = known.topics.as_ref().map(|topics| topics.list()).unwrap_or_default();
        let asked = |topic: &&Topic| query.topics.is_empty() || query.topics.contains(&topic.id);
        let with = |cell: &MatrixCell| -> Vec<MatrixCell> {
            let topics = topics.iter().filter(asked);
            topics.map(|topic| MatrixCell { topic: Some(topic.clone()), ..cell.clone() }).collect()
        };
        limit_cells(&mut cells, topics.iter().filter(asked).count(), span, diagnostics)?;
        cells = cells.iter().flat_map(with).collect();
    } else {
        limit_cells(&mut cells, 1, span, diagnostics)?;
    }
    if cells.is_empty() && known.sources_complete && known.topics.is_some() {
        diagnostics.warn(span, "no source has the properties in `each`, so this makes no feeds");
    }
    Some(cells)
}

/// Limits the number of feeds, `times` per cell. Returns `None` if the cells of feeds.toml alone
/// exceed the limit; otherwise drops the last cells that lists add.
fn limit_cells(
    cells: &mut Vec<MatrixCell>,
    times: usize,
    span: &TextSpan,
    diagnostics: &mut Diagnostics,
) -> Option<()> {
    let count = cells.len().saturating_mul(times);
    if count <= MAX_COUNT {
        return Some(());
    }
    let message = format!("`each` makes {count} feeds; the maximum is {MAX_COUNT}");
    let own = cells.iter().filter(|cell| cell.row.is_none()).count();
    if own.saturating_mul(times) > MAX_COUNT {
        let hint = "narrow it by `provinces`, `agencies`, `sources` or `topics`".to_owned();
        diagnostics.problem(ConfigProblem::new(message).at(span).hint(hint));
        return None;
    }
    // The sources of feeds.toml come first, and so do their cells.
    let room = MAX_COUNT / times.max(1);
    if let Some(row) = cells.get(room).and_then(|cell| cell.row.as_ref()) {
        let message = format!(
            "{message}: the feeds that {row} and the rows after it would add are left out; narrow it by `provinces`, `agencies`, `sources` or `topics`"
        );
        diagnostics.warn(span, &message);
    }
    cells.truncate(room);
    Some(())
}

impl MatrixCell {
    /// The cell of a source, with the key that distinguishes it from other cells. `None` if the
    /// source lacks a property in `each`.
    fn of(source: &Source, each: &[FeedDimension]) -> Option<(Vec<String>, Self)> {
        let origin = &source.origin;
        let mut cell = Self::default();
        for dimension in each {
            match dimension {
                FeedDimension::Province => cell.province = Some(origin.province.clone()?),
                FeedDimension::Agency => cell.agency = Some(origin.agency.clone()?),
                FeedDimension::Kind => {
                    cell.kind = Some(AgencyKind::of(&origin.agency.as_ref()?.slug)?);
                }
                FeedDimension::Source => {
                    cell.source = Some((origin.id.clone(), origin.title.clone()))
                }
                FeedDimension::Topic => {}
            }
        }
        if cell.agency.is_some() || cell.source.is_some() {
            cell.province.clone_from(&origin.province);
        }
        let values = [
            FeedDimension::Province,
            FeedDimension::Agency,
            FeedDimension::Kind,
            FeedDimension::Source,
        ];
        let key = values.into_iter().map(|value| cell.slug(value).to_owned()).collect();
        Some((key, cell))
    }

    /// The id of the cell's feed and its former ids. Returns `None` after a problem, which is
    /// reported.
    fn named(
        &self,
        templates: &MatrixTemplates,
        each: &[FeedDimension],
        seen: &BTreeMap<Slug, String>,
        diagnostics: &mut Diagnostics,
    ) -> Option<(Spanned<Slug>, Vec<Spanned<Slug>>)> {
        let id = id(&templates.id, "id", self, each, diagnostics)?;
        if let Some(before) = seen.get(&id) {
            let message = format!(
                "`id` makes the name {:?} twice: for {before}, and for {}",
                id.as_str(),
                self.describe(each)
            );
            let problem = ConfigProblem::new(message).at(&templates.id.span);
            let hint = format!("add {} to it", self.placeholders(each));
            diagnostics.problem(problem.hint(hint));
            return None;
        }
        let aliases = templates.aliases.iter().map(|template| {
            let name = self::id(template, "aliases", self, each, diagnostics)?;
            Some(Spanned { value: name, span: template.span.clone() })
        });
        let aliases = aliases.collect::<Option<Vec<_>>>()?;
        Some((Spanned { value: id, span: templates.id.span.clone() }, aliases))
    }

    /// Whether these names are not used by another feed, with or without the lists. Reports a name
    /// that is.
    fn is_free(
        &self,
        (id, aliases): &(Spanned<Slug>, Vec<Spanned<Slug>>),
        known: &FeedReferences<'_>,
        names: &NameRegistry,
        diagnostics: &mut Diagnostics,
    ) -> bool {
        let is_taken = |name: &Slug| {
            [names, known.reserved_names].into_iter().any(|names| names.current(name).is_some())
        };
        let taken = [id].into_iter().chain(aliases).find(|name| is_taken(&name.value));
        if let Some(Spanned { value, span }) = taken {
            let message = format!("the name {:?} is taken by another feed", value.as_str());
            diagnostics.problem(ConfigProblem::new(message).at(span));
        }
        taken.is_none()
    }

    /// The stable value of a dimension; empty if the cell has none.
    fn slug(&self, dimension: FeedDimension) -> &str {
        let slug = match dimension {
            FeedDimension::Province => self.province.as_ref().map(|province| &province.slug),
            FeedDimension::Agency => self.agency.as_ref().map(|agency| &agency.slug),
            FeedDimension::Kind => self.kind.map(|kind| &kind.id),
            FeedDimension::Source => self.source.as_ref().map(|(id, _)| id),
            FeedDimension::Topic => self.topic.as_ref().map(|topic| &topic.id),
        };
        slug.map_or("", Slug::as_str)
    }

    /// The name of a dimension for readers; empty if the cell has none.
    fn name(&self, dimension: FeedDimension) -> &str {
        let name = match dimension {
            FeedDimension::Province => self.province.as_ref().map(|province| &province.name),
            FeedDimension::Agency => self.agency.as_ref().map(|agency| &agency.name),
            FeedDimension::Kind => self.kind.map(|kind| &kind.name),
            FeedDimension::Source => self.source.as_ref().map(|(_, title)| title),
            FeedDimension::Topic => self.topic.as_ref().map(|topic| &topic.name),
        };
        name.map_or("", String::as_str)
    }

    /// The description of the cell in messages.
    fn describe(&self, each: &[FeedDimension]) -> String {
        let names = placeholders(each).into_iter().map(|dimension| self.name(dimension));
        names.filter(|name| !name.is_empty()).collect::<Vec<_>>().join(", ")
    }

    /// The placeholders that an id needs.
    fn placeholders(&self, each: &[FeedDimension]) -> String {
        let all =
            if each.contains(&FeedDimension::Agency) { placeholders(each) } else { each.to_vec() };
        let names = all.iter().map(|dimension| format!("{{{}}}", dimension.name()));
        names.collect::<Vec<_>>().join(" and ")
    }

    /// The part of the matrix's query that the feed selects. A cell is only made from the sources
    /// of the query, so its own lists are the narrower ones.
    fn query(&self, whole: &ArticleQuery) -> ArticleQuery {
        let one = |slug: &str, otherwise: &[Slug]| match slug.parse() {
            Ok(slug) => vec![slug],
            Err(_) => otherwise.to_vec(),
        };
        let agencies = if self.kind.is_some() && self.agency.is_none() {
            let asked = |slug: &&Slug| whole.agencies.is_empty() || whole.agencies.contains(slug);
            self.agencies.iter().filter(asked).cloned().collect()
        } else {
            one(self.slug(FeedDimension::Agency), &whole.agencies)
        };
        let sources = if self.sources.is_empty() {
            one(self.slug(FeedDimension::Source), &whole.sources)
        } else {
            self.sources.clone()
        };
        ArticleQuery {
            sources,
            provinces: one(self.slug(FeedDimension::Province), &whole.provinces),
            agencies,
            topics: one(self.slug(FeedDimension::Topic), &whole.topics),
            conditions: whole.conditions.clone(),
        }
    }

    /// The folders of the feed in the list of feeds: the matrix, and within it the first dimension
    /// of `each`, or the province of an agency.
    fn folders(&self, heading: &str, each: &[FeedDimension]) -> Vec<String> {
        let inner = match each {
            [FeedDimension::Agency | FeedDimension::Source] => self.name(FeedDimension::Province),
            [first, _, ..] => self.name(*first),
            _ => "",
        };
        [heading, inner].into_iter().filter(|name| !name.is_empty()).map(str::to_owned).collect()
    }
}

/// The default heading of a matrix.
fn heading(each: &[FeedDimension]) -> String {
    let names = each.iter().map(|dimension| match dimension {
        FeedDimension::Province => "tỉnh, thành phố",
        FeedDimension::Topic => "chủ đề",
        FeedDimension::Agency => "cơ quan",
        FeedDimension::Kind => "loại cơ quan",
        FeedDimension::Source => "nguồn tin",
    });
    format!("Theo {}", names.collect::<Vec<_>>().join(" và "))
}

/// Removes the blanks that an empty placeholder leaves.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
