//! Kinds of agencies, and the names that mean the same agency since the mergers
//! (`catalog/agency_kinds.toml`).

use bantin_core::Slug;
use serde::Deserialize;
use std::sync::LazyLock;

const TEXT: &str = include_str!("../../catalog/agency_kinds.toml");

/// A kind of agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AgencyKind {
    /// The stable id.
    pub(super) id: Slug,
    /// The name for readers: the full current name.
    pub(super) name: String,
    /// The current names of such an agency, folded to slugs.
    today: Vec<Slug>,
    /// The names of agencies that were merged into it, folded to slugs.
    merged: Vec<Slug>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AgencyKindsFile {
    kind: Vec<AgencyKindEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AgencyKindEntry {
    id: Slug,
    name: String,
    #[serde(default)]
    also: Vec<String>,
    #[serde(default)]
    formerly: Vec<String>,
    /// The day of the merger, as information for readers of the file.
    #[serde(default)]
    #[allow(dead_code, reason = "the file has the key, and unknown keys are rejected")]
    since: Option<String>,
}

/// All kinds, in the order of the catalogue.
static KINDS: LazyLock<Vec<AgencyKind>> = LazyLock::new(|| read(TEXT).unwrap_or_default());

fn read(text: &str) -> Result<Vec<AgencyKind>, toml::de::Error> {
    let file: AgencyKindsFile = toml::from_str(text)?;
    let kind = |written: AgencyKindEntry| AgencyKind {
        today: std::iter::once(&written.name)
            .chain(&written.also)
            .filter_map(|name| Slug::nearest(name))
            .collect(),
        merged: written.formerly.iter().filter_map(|name| Slug::nearest(name)).collect(),
        id: written.id,
        name: written.name,
    };
    Ok(file.kind.into_iter().map(kind).collect())
}

impl AgencyKind {
    /// All kinds, in the order of the catalogue.
    pub(super) fn all() -> &'static [Self] {
        &KINDS
    }

    /// The kind of an agency: the one with the longest name that is a prefix of the agency's name.
    pub(super) fn of(agency: &Slug) -> Option<&'static Self> {
        KINDS
            .iter()
            .filter_map(|kind| {
                Some((kind.names().filter(|n| begins(agency, n)).map(length).max()?, kind))
            })
            .max_by_key(|(length, _)| *length)
            .map(|(_, kind)| kind)
    }

    /// The current and former names of agencies of the kind, folded to slugs.
    pub(super) fn names(&self) -> impl Iterator<Item = &Slug> {
        self.today.iter().chain(&self.merged)
    }

    /// Whether an agency of the kind has a current name, not a former one.
    fn has_current_name(&self, agency: &Slug) -> bool {
        let longest = |names: &[Slug]| names.iter().filter(|n| begins(agency, n)).map(length).max();
        longest(&self.today) > longest(&self.merged)
    }
}

/// Whether two names mean the same agency, possibly before and after a merger. Two agencies that
/// were merged into one are not the same as each other.
pub(super) fn are_one(one: &Slug, other: &Slug) -> bool {
    if one == other {
        return true;
    }
    let (Some(kind), Some(of_other)) = (AgencyKind::of(one), AgencyKind::of(other)) else {
        return false;
    };
    kind.id == of_other.id && kind.has_current_name(one) != kind.has_current_name(other)
}

/// The other names in the catalogue that mean the same agency.
pub(super) fn other_names(agency: &Slug) -> impl Iterator<Item = &'static Slug> {
    let names = AgencyKind::of(agency).into_iter().flat_map(AgencyKind::names);
    names.filter(move |name| *name != agency && are_one(agency, name))
}

fn begins(agency: &Slug, name: &Slug) -> bool {
    let rest = agency.as_str().strip_prefix(name.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

fn length(name: &Slug) -> usize {
    name.as_str().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slug(name: &str) -> Slug {
        Slug::nearest(name).unwrap()
    }

    #[test]
    fn the_catalogue_is_good() {
        let kinds = read(TEXT).unwrap();
        assert_eq!(kinds, *KINDS);
        assert!(kinds.len() > 15);
        let mut names: Vec<_> = kinds.iter().flat_map(AgencyKind::names).collect();
        let ids: std::collections::HashSet<_> = kinds.iter().map(|kind| &kind.id).collect();
        assert_eq!(ids.len(), kinds.len());
        names.sort();
        names.dedup();
        for name in names {
            let of: Vec<_> = kinds.iter().filter(|kind| kind.names().any(|n| n == name)).collect();
            assert_eq!(of.len(), 1, "{name}");
        }
    }

    #[test]
    fn a_kind_is_told_by_the_longest_beginning_of_a_name() {
        for (name, kind) in [
            ("Sở Y tế", Some("y-te")),
            ("Sở Y tế tỉnh Lâm Đồng", Some("y-te")),
            ("Văn phòng UBND tỉnh", Some("van-phong-uy-ban")),
            ("UBND phường Xuân Hương", Some("uy-ban-nhan-dan")),
            ("Ban Dân tộc và Tôn giáo", Some("dan-toc-ton-giao")),
            ("Sở Văn hoá và Thể thao", Some("van-hoa")),
            ("Sở Y", None),
            ("Trung tâm Y tế", None),
        ] {
            let found = AgencyKind::of(&slug(name)).map(|kind| kind.id.as_str());
            assert_eq!(found, kind, "{name}");
        }
    }

    #[test]
    fn an_agency_is_found_under_its_old_and_its_new_name() {
        for (one, other, expected) in [
            ("Sở Kế hoạch và Đầu tư", "Sở Tài chính", true),
            ("Sở Tài chính", "Sở Kế hoạch và Đầu tư tỉnh Đắk Nông", true),
            ("Ban Dân tộc", "Ban Dân tộc và Tôn giáo", true),
            ("Sở Giao thông vận tải", "Sở Xây dựng", true),
            ("Sở Tài nguyên và Môi trường", "Sở Nông nghiệp và Phát triển nông thôn", false),
            ("Sở Y tế", "Sở Y tế", true),
            ("Sở Y tế", "Sở Xây dựng", false),
            ("Sở Văn hóa và Thể thao", "Sở Văn hóa, Thể thao và Du lịch", false),
        ] {
            assert_eq!(are_one(&slug(one), &slug(other)), expected, "{one}, {other}");
            assert_eq!(are_one(&slug(other), &slug(one)), expected, "{other}, {one}");
        }
        let others: Vec<_> = other_names(&slug("Sở Xây dựng")).map(Slug::as_str).collect();
        assert_eq!(others, ["so-giao-thong-van-tai"]);
    }
}
