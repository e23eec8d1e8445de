//! The selection of articles by a query: the part that SQL can check, and the conditions that it
//! cannot.

use crate::article_row::OTHER_COLUMNS;
use crate::articles::NEVER;
use crate::columns::{instant, millis};
use crate::damage::skip_damaged;
use crate::error::TransactionError;
use crate::{ArticleRowId, Store, StoreError, article_row, sources};
use bantin_core::{Article, ArticleQuery, ConditionSubject, Slug};
use chrono::{DateTime, Utc};
use rusqlite::{Row, Transaction, params_from_iter};
use std::collections::HashSet;

/// The maximum number of articles that are read for a query with conditions that SQL cannot check:
/// a condition that hardly any article meets must not read the whole store at each publication.
pub(crate) const MAX_CONDITION_SCAN: usize = 5_000;

/// The maximum number of sources that are queried separately; with more, one query reads the
/// articles of all sources.
const MAX_ABREAST: usize = 64;

/// The columns on which conditions are checked.
pub(crate) const CONDITION_COLUMNS: &str =
    "article.*, source.province AS of_province, source.agency AS of_agency,
     (SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'publication_day') AS day";

/// The SQL condition that a given article has one of some topics.
const OF_TOPIC: &str =
    "EXISTS (SELECT 1 FROM topic WHERE topic IN (?) AND topic.article = +article.sequence)";

impl Store {
    /// Returns the newest matching arrivals, the newest first, without withdrawn articles.
    pub async fn select(
        &self,
        query: &ArticleQuery,
        limit: usize,
    ) -> Result<Vec<Article>, StoreError> {
        let found = self.newest(query, limit).await?;
        Ok(found.into_iter().map(|(_, article)| article).collect())
    }

    /// Like [`Store::select`], with the row id of each article.
    pub async fn newest(
        &self,
        query: &ArticleQuery,
        limit: usize,
    ) -> Result<Vec<(ArticleRowId, Article)>, StoreError> {
        let query = query.clone();
        self.read(move |db| select(db, &query, limit)).await
    }

    /// Whether a matching article was withdrawn. An erased article has no topics any more, so it
    /// counts as matching.
    pub async fn has_withdrawn(&self, query: &ArticleQuery) -> Result<bool, StoreError> {
        let query = query.clone();
        self.read(move |db| has_withdrawn(db, &query)).await
    }

    /// Whether an article was withdrawn at this instant or later, or its withdrawal was recorded
    /// since then.
    pub async fn has_withdrawn_since(&self, since: DateTime<Utc>) -> Result<bool, StoreError> {
        self.read(move |db| has_withdrawn_since(db, since)).await
    }
}

fn select(
    db: &Transaction<'_>,
    query: &ArticleQuery,
    limit: usize,
) -> Result<Vec<(ArticleRowId, Article)>, TransactionError> {
    let most = if query.conditions.is_empty() { limit } else { MAX_CONDITION_SCAN.max(limit) };
    let columns = format!("{CONDITION_COLUMNS}, {OTHER_COLUMNS}");
    let (newest, values) = newest_first(db, query, &columns, "arrival", most)?;
    let mut select = db.prepare_cached(&newest)?;
    let mut rows = select.query(params_from_iter(values))?;
    let (mut articles, mut seen) = (Vec::new(), HashSet::new());
    while articles.len() < limit
        && seen.len() < most
        && let Some(row) = rows.next()?
    {
        let id: ArticleRowId = row.get("sequence")?;
        // Several of the sources may carry it.
        if seen.insert(id) {
            articles.extend(matching_article(row, query)?.map(|article| (id, article)));
        }
    }
    Ok(articles)
}

/// Returns the SQL that selects columns of the matching articles that may be shown, by `arrival` or
/// `changed`, the newest first, and its values.
///
/// A query with few sources becomes one `SELECT` for each, in the order of an index, so that the
/// articles of other sources are not scanned. It selects an article once for each matching source
/// that owns or carries it, and in all at least `limit` different ones, if there are so many.
pub(crate) fn newest_first(
    db: &Transaction<'_>,
    query: &ArticleQuery,
    columns: &str,
    by: &str,
    limit: usize,
) -> Result<(String, Vec<String>), TransactionError> {
    let of = |(matching, values): (String, Vec<&str>)| {
        let sql = format!(
            "SELECT {columns} FROM {matching} AND withdrawn IS NULL AND article.arrival != {NEVER}"
        );
        (sql, values.into_iter().map(str::to_owned).collect::<Vec<_>>())
    };
    let lists = [&query.sources, &query.provinces, &query.agencies];
    let is_narrow = lists.iter().any(|list| !list.is_empty());
    let sources =
        if is_narrow { sources::matching_sources(db, query, MAX_ABREAST + 1)? } else { Vec::new() };
    let abreast: Vec<ArticleQuery> = match sources.len() {
        1..=MAX_ABREAST => sources.into_iter().map(|source| only(source, query)).collect(),
        _ => Vec::new(),
    };
    let rows = limit.saturating_mul(abreast.len().max(1));
    let owned = abreast.iter().map(matching_owned);
    let carried = abreast.iter().map(matching_carried);
    let all = abreast.is_empty().then(|| matching(query));
    let (selects, values): (Vec<String>, Vec<Vec<String>>) =
        owned.chain(carried).chain(all).map(of).unzip();
    let order = format!("article.{by} DESC, article.published DESC, article.id");
    let selects = selects.join(" UNION ALL ");
    Ok((format!("{selects} ORDER BY {order} LIMIT {rows}"), values.concat()))
}

/// Returns the query limited to one of its sources.
fn only(source: Slug, query: &ArticleQuery) -> ArticleQuery {
    let (topics, conditions) = (query.topics.clone(), query.conditions.clone());
    ArticleQuery { sources: vec![source], topics, conditions, ..ArticleQuery::default() }
}

/// Reads the article in a row; returns it if it meets the conditions of a query.
pub(crate) fn matching_article(
    row: &Row<'_>,
    query: &ArticleQuery,
) -> Result<Option<Article>, TransactionError> {
    let Some(article) = skip_damaged(row, article_row::read(row))? else { return Ok(None) };
    if query.conditions.is_empty() {
        return Ok(Some(article));
    }
    let (province, agency): (Option<String>, Option<String>) =
        (row.get("of_province")?, row.get("of_agency")?);
    let day = row.get::<_, Option<i64>>("day")?.map(instant);
    let asked = ConditionSubject::of(&article, province.as_deref(), agency.as_deref(), day);
    let holds = query.conditions.iter().all(|condition| condition.holds(&asked));
    Ok(holds.then_some(article))
}

fn has_withdrawn(db: &Transaction<'_>, query: &ArticleQuery) -> Result<bool, TransactionError> {
    let (matching, values) = matching_or_erased(query);
    let sql = format!(
        "SELECT {CONDITION_COLUMNS}, {OTHER_COLUMNS}
         FROM {matching} AND withdrawn IS NOT NULL"
    );
    let mut select = db.prepare_cached(&sql)?;
    let mut rows = select.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        if row.get("erased")? || matching_article(row, query)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn has_withdrawn_since(
    db: &Transaction<'_>,
    since: DateTime<Utc>,
) -> Result<bool, TransactionError> {
    // An old withdrawal may have been imported since then.
    let sql = "SELECT EXISTS (SELECT 1 FROM article WHERE withdrawn >= ?1)
                   OR EXISTS (SELECT 1 FROM audit WHERE at >= ?1)";
    Ok(db.prepare_cached(sql)?.query_row([millis(since)], |row| row.get(0))?)
}

/// Returns the tables and the condition of a query, with its values.
pub(crate) fn matching(query: &ArticleQuery) -> (String, Vec<&str>) {
    conditions(
        query,
        "article",
        "article.sequence IN (SELECT article FROM topic WHERE topic IN (?))",
    )
}

/// Like [`matching`], for checking few articles: no list of all articles of a topic is built.
pub(crate) fn matching_each(query: &ArticleQuery) -> (String, Vec<&str>) {
    conditions(query, "article", OF_TOPIC)
}

/// Like [`matching`], including all erased articles of the matching sources, whose topics are
/// deleted.
pub(crate) fn matching_or_erased(query: &ArticleQuery) -> (String, Vec<&str>) {
    let by_withdrawal = "article INDEXED BY article_withdrawn";
    conditions(query, by_withdrawal, &format!("({OF_TOPIC} OR article.erased = 1)"))
}

/// Like [`matching`], for the articles that the sources of the query carry and do not own.
fn matching_carried(query: &ArticleQuery) -> (String, Vec<&str>) {
    let mut values = Vec::new();
    let carried = carried(query, &mut values);
    let (topics, of_topics) = of_topics(query, OF_TOPIC);
    values.extend(of_topics);
    (
        format!(
            "article JOIN source ON source.id = article.source WHERE article.sequence IN ({carried}){topics}"
        ),
        values,
    )
}

/// Like [`matching`], for the articles that the sources of the query own.
fn matching_owned(query: &ArticleQuery) -> (String, Vec<&str>) {
    let mut values = Vec::new();
    let owned = of_sources(query, "article.source", "source", &mut values);
    let (topics, of_topics) =
        of_topics(query, "article.sequence IN (SELECT article FROM topic WHERE topic IN (?))");
    values.extend(of_topics);
    (format!("article JOIN source ON source.id = article.source WHERE 1{owned}{topics}"), values)
}

/// The articles that match, from `articles`: the table, with the index to read it by.
fn conditions<'a>(
    query: &'a ArticleQuery,
    articles: &str,
    of_topic: &str,
) -> (String, Vec<&'a str>) {
    let mut values = Vec::new();
    let owned = of_sources(query, "article.source", "source", &mut values);
    let of_sources = match owned.is_empty() {
        true => owned,
        false => {
            let carried = carried(query, &mut values);
            format!(" AND (1{owned} OR article.sequence IN ({carried}))")
        }
    };
    let (topics, of_topics) = of_topics(query, of_topic);
    values.extend(of_topics);
    (
        format!("{articles} JOIN source ON source.id = article.source WHERE 1{of_sources}{topics}"),
        values,
    )
}

/// The articles that the sources of a query carry, as SQL.
fn carried<'a>(query: &'a ArticleQuery, values: &mut Vec<&'a str>) -> String {
    let by = of_sources(query, "carrier.source", "by", values);
    format!(
        "SELECT carrier.article FROM carrier JOIN source AS by ON by.id = carrier.source WHERE 1{by}"
    )
}

/// The conditions on sources, with the column of the source's name and the table of sources.
fn of_sources<'a>(
    query: &'a ArticleQuery,
    name: &str,
    table: &str,
    values: &mut Vec<&'a str>,
) -> String {
    let lists = [
        (name.to_owned(), &query.sources),
        (format!("{table}.province"), &query.provinces),
        (format!("{table}.agency"), &query.agencies),
    ];
    let mut sql = String::new();
    for (column, wanted) in lists.into_iter().filter(|(_, wanted)| !wanted.is_empty()) {
        sql.push_str(&format!(" AND {column} IN ({})", marks(wanted)));
        values.extend(wanted.iter().map(Slug::as_str));
    }
    sql
}

fn of_topics<'a>(query: &'a ArticleQuery, of_topic: &str) -> (String, Vec<&'a str>) {
    if query.topics.is_empty() {
        return (String::new(), Vec::new());
    }
    let sql = format!(" AND {}", of_topic.replace('?', &marks(&query.topics)));
    (sql, query.topics.iter().map(Slug::as_str).collect())
}

fn marks(wanted: &[Slug]) -> String {
    vec!["?"; wanted.len()].join(", ")
}
