//! The provinces of Viet Nam by any of their names, before and after the mergers of 1 July 2025.

use super::csv;
use super::suggestion::nearest;
use super::values::ValueError;
use bantin_core::{Province, Slug};
use std::collections::HashMap;
use std::sync::LazyLock;

/// A province and its name for use in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KnownProvince {
    /// The province as feeds publish it.
    pub(super) province: Province,
    /// The name with its kind, as in `Ban Dân tộc tỉnh Lâm Đồng`.
    pub(super) full_name: String,
}

/// The current province for every name, folded to a slug.
static BY_NAME: LazyLock<HashMap<String, KnownProvince>> = LazyLock::new(|| {
    let mut by_code = HashMap::new();
    let mut by_name = HashMap::new();
    let now = rows(include_str!("../../catalog/provinces34.csv"));
    for row in &now {
        let [code, name, full_name, slug] = row.get(["code", "name", "full_name", "slug"]);
        let (Some(slug), false) = (slug.parse().ok(), name.is_empty()) else { continue };
        let full_name = match full_name.chars().next() {
            Some(first) => full_name.replacen(first, &first.to_lowercase().to_string(), 1),
            None => name.to_owned(),
        };
        let province = Province { slug, name: name.to_owned() };
        by_code.insert(code.to_owned(), KnownProvince { province, full_name });
    }
    let before = rows(include_str!("../../catalog/provinces63.csv"));
    // Current names come first: a name that is in both lists means the current province.
    for (row, code) in now.iter().map(|r| (r, "code")).chain(before.iter().map(|r| (r, "new_code")))
    {
        let [code, own_code, name, full_name, slug, aliases] =
            row.get([code, "code", "name", "full_name", "slug", "aliases"]);
        let Some(known) = by_code.get(code) else { continue };
        let names = [own_code, name, full_name, slug].into_iter().chain(aliases.split('|'));
        for name in names.filter_map(Slug::nearest) {
            by_name.entry(name.into()).or_insert_with(|| known.clone());
        }
    }
    by_name
});

/// The province for a name, slug or code, with or without diacritics.
pub(super) fn find(text: &str) -> Result<KnownProvince, ValueError> {
    let slug = Slug::nearest(text).map(String::from).unwrap_or_default();
    if let Some(known) = BY_NAME.get(&slug) {
        return Ok(known.clone());
    }
    let wrong = ValueError::new(format!("{text:?} is not a province of Viet Nam"));
    let mut names: Vec<&str> = BY_NAME.keys().map(String::as_str).collect();
    names.sort_unstable();
    match nearest(&slug, names.into_iter()).and_then(|name| BY_NAME.get(name)) {
        Some(known) => Err(wrong.hint(format!(
            "did you mean {:?} ({})?",
            known.province.slug.as_str(),
            known.province.name
        ))),
        None => Err(wrong.hint("for example \"lam-dong\" or \"Lâm Đồng\"")),
    }
}

/// The province for a label of a host name, such as the second one of `snv.lamdong.gov.vn`.
pub(super) fn of_label(label: &str) -> Option<Province> {
    static BY_LABEL: LazyLock<HashMap<String, Province>> = LazyLock::new(|| {
        let names = BY_NAME.iter().map(|(name, known)| (name.replace('-', ""), known));
        // Codes are numbers, and short names mean other things in host names.
        let long = names
            .filter(|(name, _)| name.len() >= 3 && !name.starts_with(|c: char| c.is_ascii_digit()));
        long.map(|(name, known)| (name, known.province.clone())).collect()
    });
    BY_LABEL.get(label).cloned()
}

/// A row of the catalogue by the names of its columns.
struct ProvinceRow(HashMap<String, String>);

impl ProvinceRow {
    fn get<const N: usize>(&self, columns: [&str; N]) -> [&str; N] {
        columns.map(|column| self.0.get(column).map_or("", String::as_str))
    }
}

fn rows(text: &str) -> Vec<ProvinceRow> {
    let mut rows = csv::rows(text, 0).into_iter();
    let header = rows.next().unwrap_or_default();
    let row = |cells: Vec<csv::CsvCell>| {
        header.iter().zip(cells).map(|(name, cell)| (name.text.clone(), cell.text)).collect()
    };
    rows.map(|cells| ProvinceRow(row(cells))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, slug: &str, full_name: &str) {
        let known = find(text).unwrap();
        assert_eq!((known.province.slug.as_str(), known.full_name.as_str()), (slug, full_name));
    }

    #[test]
    fn a_province_is_found_by_any_of_its_names() {
        for name in ["lam-dong", "Lâm Đồng", "LAM DONG", "tỉnh Lâm Đồng", "68", "Đắk Nông", "67"]
        {
            check(name, "lam-dong", "tỉnh Lâm Đồng");
        }
        check("Thừa Thiên - Huế", "hue", "thành phố Huế");
        check("TP. Hồ Chí Minh", "ho-chi-minh", "thành phố Hồ Chí Minh");
        check("Bà Rịa-Vũng Tàu", "ho-chi-minh", "thành phố Hồ Chí Minh");
        check("Hoà Bình", "phu-tho", "tỉnh Phú Thọ");
        check("Daklak", "dak-lak", "tỉnh Đắk Lắk");
    }

    #[test]
    fn all_63_are_known_and_lead_to_34() {
        let before = rows(include_str!("../../catalog/provinces63.csv"));
        assert_eq!(before.len(), 63);
        for row in before {
            let [name, new_name] = row.get(["name", "new_name"]);
            assert_eq!(find(name).unwrap().province.name, new_name, "{name}");
        }
        let slugs: std::collections::HashSet<_> =
            BY_NAME.values().map(|known| known.province.slug.clone()).collect();
        assert_eq!(slugs.len(), 34);
    }

    #[test]
    fn another_name_is_refused_with_the_nearest() {
        let wrong = find("lam-dongg").unwrap_err();
        assert_eq!(wrong.hint.unwrap(), "did you mean \"lam-dong\" (Lâm Đồng)?");
        assert!(find("").is_err() && find("Paris").is_err());
    }
}
