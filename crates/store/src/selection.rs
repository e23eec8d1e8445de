//! The selection of articles by a query: the part that SQL can check, and the conditions that it
//! cannot.

use crate::article_row::TOPICS;
use crate::articles::NEVER;
use crate::columns::{instant, millis};
use crate::damage::skip_damaged;
use crate::error::TransactionError;
use crate::{ArticleRowId, Store, StoreError, article_row};
use bantin_core::{Article, ArticleQuery, ConditionSubject, Slug};
use chrono::{DateTime, Utc};
use rusqlite::{Row, Transaction};

/// The maximum number of articles that are read for a query with conditions that SQL cannot check:
/// a condition that hardly any article meets must not read the whole store at each publication.
pub(crate) const MAX_CONDITION_SCAN: usize = 5_000;

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
    let (matching, values) = matching(query);
    let most = if query.conditions.is_empty() { limit } else { MAX_CONDITION_SCAN.max(limit) };
    let sql = format!(
        "SELECT {CONDITION_COLUMNS}, {TOPICS}
         FROM {matching} AND withdrawn IS NULL AND article.arrival != {NEVER}
         ORDER BY article.arrival DESC, article.published DESC, article.id LIMIT {most}"
    );
    let mut select = db.prepare_cached(&sql)?;
    let mut rows = select.query(rusqlite::params_from_iter(values))?;
    let mut articles = Vec::new();
    while articles.len() < limit
        && let Some(row) = rows.next()?
    {
        let id = row.get("sequence")?;
        articles.extend(matching_article(row, query)?.map(|article| (id, article)));
    }
    Ok(articles)
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
        "SELECT {CONDITION_COLUMNS}, {TOPICS}
         FROM {matching} AND withdrawn IS NOT NULL"
    );
    let mut select = db.prepare_cached(&sql)?;
    let mut rows = select.query(rusqlite::params_from_iter(values))?;
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
    conditions(query, "article.sequence IN (SELECT article FROM topic WHERE topic IN (?))")
}

/// Like [`matching`], for checking few articles: no list of all articles of a topic is built.
pub(crate) fn matching_each(query: &ArticleQuery) -> (String, Vec<&str>) {
    conditions(query, OF_TOPIC)
}

/// Like [`matching`], including all erased articles of the matching sources, whose topics are
/// deleted.
pub(crate) fn matching_or_erased(query: &ArticleQuery) -> (String, Vec<&str>) {
    conditions(query, &format!("({OF_TOPIC} OR article.erased = 1)"))
}

fn conditions<'a>(query: &'a ArticleQuery, of_topic: &str) -> (String, Vec<&'a str>) {
    let mut sql = String::from("article JOIN source ON source.id = article.source WHERE 1");
    let mut values = Vec::new();
    let lists = [
        ("article.source IN (?)", &query.sources),
        ("source.province IN (?)", &query.provinces),
        ("source.agency IN (?)", &query.agencies),
        (of_topic, &query.topics),
    ];
    for (condition, wanted) in lists.into_iter().filter(|(_, wanted)| !wanted.is_empty()) {
        let marks = vec!["?"; wanted.len()].join(", ");
        sql.push_str(&format!(" AND {}", condition.replace('?', &marks)));
        values.extend(wanted.iter().map(Slug::as_str));
    }
    (sql, values)
}
