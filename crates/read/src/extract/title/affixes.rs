//! Headings that show a declared title with more or fewer words: a kicker before it, the name of the
//! site behind it, or without its words for search engines.

use super::MIN_LENGTH;
use super::contenders::{Contender, Sign};
use super::vote::Poll;
use crate::extract::site_names::SiteNames;
use bantin_core::Extracted;
use bantin_page::plain;

impl Poll<'_, '_> {
    /// A heading that begins with a kicker shows the declared title behind it. The name of
    /// the site is not a kicker: agencies begin headlines with it.
    pub(super) fn read_kicker(&mut self, heading: &str, votes: i32, near: i32) {
        let site = &self.view.site;
        for contender in self.contenders.iter_mut().filter(|contender| contender.is_declared()) {
            let ends_so = |form: &Extracted<String>| {
                let title = plain::fold(&form.value);
                let before = heading.strip_suffix(title.as_str()).unwrap_or_default();
                let is_apart = before.chars().next_back().is_some_and(|c| !c.is_alphanumeric());
                let kicker = before.trim_matches(|c: char| !c.is_alphanumeric());
                is_apart
                    && title.len() >= before.len()
                    && title.chars().count() >= MIN_LENGTH
                    && !site.is_declared(kicker)
            };
            if contender.forms.iter().any(ends_so) {
                contender.add(Sign::Heading, votes);
                contender.add(Sign::Near, near);
            }
        }
    }

    /// A heading that ends with the name of the site, or with a counter or an address in brackets,
    /// shows the declared title before it.
    pub(super) fn read_suffixes(&mut self) {
        let form = |contender: &Contender| contender.forms.first().map(|form| form.value.clone());
        let shown: Vec<(String, Vec<(Sign, i32)>)> = self
            .contenders
            .iter()
            .filter(|contender| contender.line.is_some())
            .filter_map(|contender| Some((form(contender)?, contender.signs.clone())))
            .collect();
        let site = &self.view.site;
        for contender in self.contenders.iter_mut().filter(|contender| contender.is_declared()) {
            let Some(title) = form(contender).filter(|title| title.chars().count() >= MIN_LENGTH)
            else {
                continue;
            };
            let is_ended = |shown: &str| {
                let suffix = shown.strip_prefix(title.as_str()).filter(|suffix| !suffix.is_empty());
                suffix.is_some_and(|suffix| is_suffix(site, suffix))
            };
            for (_, signs) in shown.iter().filter(|(shown, _)| is_ended(shown)) {
                signs.iter().for_each(|(sign, votes)| contender.add(*sign, *votes));
            }
        }
    }

    /// A main heading that a declared title begins with is that title without the words for search
    /// engines: `Apple cake` for `Apple cake recipe`. A heading near the text that begins with a
    /// declared title is the whole of what was shortened.
    pub(super) fn read_beginnings(&mut self) {
        let lines = &self.view.lines;
        let declared: Vec<(String, Vec<(Sign, i32)>)> = self
            .contenders
            .iter()
            .filter(|contender| contender.is_declared() && contender.line.is_none())
            .filter_map(|contender| {
                Some((contender.forms.first()?.value.clone(), contender.signs.clone()))
            })
            .collect();
        for contender in &mut self.contenders {
            let line = contender.line.and_then(|line| lines.get(line));
            let Some(line) = line.filter(|line| line.level > 0 && !line.is_linked()) else {
                continue;
            };
            let is_near =
                contender.signs.iter().any(|(sign, votes)| *sign == Sign::Near && *votes > 0);
            let Some(form) = contender.forms.first() else { continue };
            let is_whole = |title: &str| {
                let rest = form.value.strip_prefix(title);
                is_near
                    && title.len() * 5 >= form.value.len() * 2
                    && title.chars().count() >= MIN_LENGTH
                    && rest.is_some_and(goes_on)
            };
            let begins = |title: &str| {
                let rest = title.strip_prefix(form.value.as_str());
                let is_most = form.value.len() * 5 >= title.len() * 3;
                is_most
                    && form.value.chars().count() >= MIN_LENGTH
                    && rest.is_some_and(|rest| rest.starts_with(' '))
            };
            let signs: Vec<(Sign, i32)> = declared
                .iter()
                .filter(|(title, _)| line.level == 1 && begins(title) || is_whole(title))
                .flat_map(|(_, signs)| signs.iter().copied())
                .collect();
            signs.into_iter().for_each(|(sign, votes)| contender.add(sign, votes));
        }
    }
}

/// Whether what stands behind a title goes on with its sentence, and is no subtitle: lower-case words,
/// or words behind a comma or a colon.
fn goes_on(rest: &str) -> bool {
    let is_begun = rest.strip_prefix(' ').is_some_and(|rest| rest.starts_with(char::is_lowercase));
    is_begun || rest.starts_with([',', ':', '：', '，'])
}

/// Whether what follows a title is the name of the site behind a mark, or counters and addresses.
fn is_suffix(site: &SiteNames, suffix: &str) -> bool {
    let behind_mark = suffix.strip_prefix(' ').and_then(|rest| {
        let rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '(');
        (rest.len() + 1 < suffix.len()).then_some(rest)
    });
    let is_counter = |word: &str| {
        let is_address = word.starts_with('(') && word.ends_with(')') && word.contains('.');
        is_address || word.bytes().all(|b| b.is_ascii_digit())
    };
    behind_mark.is_some_and(|name| site.is_like(name))
        || suffix.contains('(') && suffix.split_whitespace().all(is_counter)
}
