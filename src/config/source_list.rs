//! A `[[source_list]]`: a list of sources that is maintained elsewhere, and the sources of its last
//! good copy.
//!
//! The list is untrusted, so an invalid row is a warning, not an error. A row can set only
//! the address, the kind and a few descriptive keys of a source. None of them can refer to a file,
//! a secret or a network of this machine.
//!
//! The list is a value here: `source_lists` fetches it and keeps the last good copy in the store.
//! The ids of its sources are derived from their addresses and stored with the copy.

use super::deserialize::Spanned;
use super::diagnostics::Diagnostics;
use super::errors::ConfigProblem;
use super::files::TextSpan;
use super::name_registry::NameRegistry;
use super::schema::or_default;
use super::source;
use super::tree::{ConfigEntry, ConfigNode, ConfigValue};
use super::written;
use bantin_core::{ListCopy, ListedSource, PlatformRules, Slug, Source, SourceList};
use bantin_read::discover::kind::{self, KINDS};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use url::Url;

/// Reads the source lists and the sources that they add to those of feeds.toml.
pub(super) struct SourceListReader<'a> {
    /// The available copies.
    pub(super) copies: &'a [ListCopy],
    /// The defaults for every source.
    pub(super) defaults: ConfigNode,
    /// The operator's own platform rules.
    pub(super) platforms: &'a Arc<[PlatformRules]>,
}

impl SourceListReader<'_> {
    /// Reads the tables. The sources of their copies follow those of feeds.toml, whose ids and
    /// addresses take precedence. Returns the lists, and for each source of a list its row.
    pub(super) fn read(
        &self,
        tables: Vec<ConfigNode>,
        names: &mut NameRegistry,
        sources: &mut Vec<Arc<Source>>,
        diagnostics: &mut Diagnostics,
    ) -> (Vec<SourceList>, BTreeMap<Slug, String>) {
        let mut rows = BTreeMap::new();
        let mut lists: Vec<SourceList> = Vec::new();
        let live = sources.iter().filter(|source| source.folder.is_none());
        let mut taken: HashSet<String> = live.map(|source| without_scheme(&source.url)).collect();
        for mut table in tables {
            let span = table.span.clone();
            let Some(list) = self.list(&mut table, diagnostics) else { continue };
            if lists.iter().any(|other| other.url == list.url) {
                let problem = ConfigProblem::new(format!("the list {} occurs twice", list.url));
                diagnostics.problem(problem.at(&span).hint("remove one of them".to_owned()));
                continue;
            }
            if let Some(copy) = self.copies.iter().find(|copy| copy.url == list.url) {
                for refused in &copy.rejected_rows {
                    diagnostics.warn_of(format!("{}: {refused}", list.url));
                }
                for row in &copy.rows {
                    let location = format!("{}:{}", list.url, row.line);
                    let reason = match self.source(row, &table, names, &mut taken, diagnostics) {
                        Ok(source) => {
                            rows.insert(source.id().clone(), location);
                            sources.push(Arc::new(source));
                            continue;
                        }
                        Err(why) => why,
                    };
                    diagnostics.warn_of(format!("{location}: {reason}; it was left out"));
                }
            }
            lists.push(list);
        }
        (lists, rows)
    }

    /// The list itself. The keys that remain in the table are the defaults of its sources.
    fn list(&self, table: &mut ConfigNode, diagnostics: &mut Diagnostics) -> Option<SourceList> {
        let span = table.span.clone();
        let own = table.split(|key| ["url", "refresh"].contains(&key));
        let own: written::SourceListKeys = diagnostics.keys(own);
        let refresh = or_default(&own.refresh, "SourceList", "refresh");
        table.fill_from(&self.defaults);
        // The header fields of the defaults are only for hosts that the operator chose.
        table.take("headers");
        let hint = "for example url = \"https://tinh.example/danh-sach.opml\"";
        diagnostics.require("url", &own.url, &span, "a list of sources", hint);
        // The list is fetched like a source at its address, so its keys are validated as those of a
        // source.
        let mut sample = table.clone();
        let before = diagnostics.problems.len();
        put(&mut sample, "id", "danh-sach", &span);
        put(&mut sample, "kind", "feed", &span);
        match &own.url {
            Some(url) => put(&mut sample, "url", &url.value, &url.span),
            None => put(&mut sample, "url", "https://list.invalid/", &span),
        }
        let sample =
            source::source(sample, self.platforms, &mut NameRegistry::default(), diagnostics);
        if diagnostics.problems.len() > before {
            return None;
        }
        let Source { url, access, .. } = sample?;
        Some(SourceList { url, refresh: refresh?.0, access })
    }

    /// A source of a list, or the reason why it is left out.
    fn source(
        &self,
        row: &ListedSource,
        table: &ConfigNode,
        names: &mut NameRegistry,
        taken: &mut HashSet<String>,
        diagnostics: &mut Diagnostics,
    ) -> Result<Source, String> {
        if names.current(&row.id).is_some() {
            return Err(format!(
                "the id {:?} is a current or former id of a source in feeds.toml",
                row.id.as_str()
            ));
        }
        let span = table.span.clone();
        let mut node = ConfigNode::empty(span.clone());
        put(&mut node, "id", row.id.as_str(), &span);
        for (key, value) in &row.keys {
            put(&mut node, key, value, &span);
        }
        node.fill_from(table);
        let written = row.keys.iter().find(|(key, _)| key == "kind");
        let named = written.and_then(|(_, name)| kind::named(name));
        let kind = named.unwrap_or(kind::default_kind());
        // A key for all rows applies only to the rows whose kind accepts it.
        for key in KINDS.iter().flat_map(|kind| kind.keys).filter(|key| !kind.takes(key.name)) {
            node.take(key.name);
        }
        let (before, lost) = (diagnostics.problems.len(), diagnostics.sources_incomplete);
        let mut own = NameRegistry::default();
        let source = source::source(node, self.platforms, &mut own, diagnostics);
        let problems = diagnostics.problems.split_off(before);
        diagnostics.sources_incomplete = lost;
        if let Some(problem) = problems.first() {
            return Err(problem.message().to_owned());
        }
        let source = source.ok_or("it cannot be read")?;
        if !taken.insert(without_scheme(&source.url)) {
            return Err(format!("{} is the address of another source", source.url));
        }
        names.take(&Spanned { value: row.id.clone(), span }, &[], diagnostics);
        Ok(source)
    }
}

/// The part of an address that does not depend on http or https.
pub fn without_scheme(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    let text = url.as_str().trim_end_matches('/');
    text.split_once("://").map_or(text, |(_, rest)| rest).to_owned()
}

fn put(table: &mut ConfigNode, key: &str, value: &str, span: &TextSpan) {
    if let ConfigValue::Table(entries) = &mut table.value {
        let node = ConfigNode { span: span.clone(), value: ConfigValue::Text(value.to_owned()) };
        entries.push(ConfigEntry { key: key.to_owned(), key_span: span.clone(), node });
    }
}
