//! Parses robots.txt and matches paths, as RFC 9309 specifies.
//!
//! When a file is fetched and how long it applies is decided in the parent module. Where the RFC
//! leaves a choice, this parser behaves like the tools with which site owners test their files. It
//! accepts a missing colon and frequent misspellings, and lines of other kinds (`Sitemap`) do not
//! end a group.

use std::time::Duration;

/// The bytes of a file that are parsed (RFC 9309 section 2.5).
pub(in super::super) const MAX_BYTES: usize = 500 << 10;
/// The bytes of a line that are parsed: longer lines are errors of programs.
const MAX_LINE: usize = 16 << 10;

/// The rules of a file for one crawler.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in super::super) struct RobotsRules {
    /// The rules of the groups that name the crawler; `None` if no group does.
    named: Option<Vec<RobotsRule>>,
    /// The rules of the groups for all crawlers (`*`).
    wildcard: Vec<RobotsRule>,
    named_delay: Option<Duration>,
    wildcard_delay: Option<Duration>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct RobotsRule {
    allow: bool,
    pattern: String,
}

/// A parsed line.
enum RobotsLine<'a> {
    Agent(&'a [u8]),
    Allow(&'a [u8]),
    Disallow(&'a [u8]),
    Delay(&'a [u8]),
}

impl RobotsRules {
    /// Parses a file for the crawler with this product token (RFC 9309 section 2.2.1).
    pub(in super::super) fn read(file: &[u8], agent: &str) -> Self {
        let file = file.get(..MAX_BYTES).unwrap_or(file);
        let file = strip_bom(file);
        let mut rules = Self::default();
        // The crawlers of the current group, and whether its list of agents has ended.
        let (mut named, mut wildcard, mut agents_ended) = (false, false, false);
        for line in file.split(|b| matches!(b, b'\n' | b'\r')) {
            let line = line.get(..MAX_LINE).unwrap_or(line);
            let Some(line) = read_line(line) else { continue };
            match line {
                RobotsLine::Agent(value) => {
                    if agents_ended {
                        (named, wildcard, agents_ended) = (false, false, false);
                    }
                    let rest = value.strip_prefix(b"*");
                    if rest.is_some_and(|r| r.first().is_none_or(u8::is_ascii_whitespace)) {
                        wildcard = true;
                    } else if token(value).eq_ignore_ascii_case(agent.as_bytes()) {
                        named = true;
                        rules.named.get_or_insert_default();
                    }
                }
                RobotsLine::Allow(pattern) => {
                    agents_ended |= named || wildcard;
                    rules.add(named, wildcard, true, pattern);
                }
                RobotsLine::Disallow(pattern) => {
                    agents_ended |= named || wildcard;
                    rules.add(named, wildcard, false, pattern);
                }
                RobotsLine::Delay(value) => {
                    let delay = std::str::from_utf8(value).ok().and_then(|s| s.trim().parse().ok());
                    let delay = delay.and_then(|s: f64| Duration::try_from_secs_f64(s).ok());
                    if named {
                        rules.named_delay = rules.named_delay.or(delay);
                    }
                    if wildcard {
                        rules.wildcard_delay = rules.wildcard_delay.or(delay);
                    }
                }
            }
        }
        rules
    }

    fn add(&mut self, named: bool, wildcard: bool, allow: bool, pattern: &[u8]) {
        let rule = RobotsRule { allow, pattern: escaped(pattern) };
        if wildcard {
            self.wildcard.push(rule.clone());
        }
        if let Some(rules) = self.named.as_mut().filter(|_| named) {
            rules.push(rule);
        }
    }

    /// Returns the pattern that disallows a path with its query, percent-encoded as it is sent;
    /// `None` if it may be fetched. The longest matching pattern decides; of two with the same
    /// length, `Allow` wins (RFC 9309 section 2.2.2).
    pub(in super::super) fn disallowing_pattern(&self, path: &str) -> Option<String> {
        // A path that is sent is ASCII. Any other path is matched unchanged.
        let path = &if path.is_ascii() { escaped(path.as_bytes()) } else { path.to_owned() };
        let rules = self.named.as_ref().unwrap_or(&self.wildcard);
        let mut allowed = 0;
        // An empty pattern disallows nothing.
        let (mut forbidden, mut pattern) = (0, None);
        for rule in rules {
            let Some(length) = rule.matches(path) else { continue };
            if rule.allow {
                allowed = allowed.max(length);
            } else if length > forbidden {
                (forbidden, pattern) = (length, Some(&rule.pattern));
            }
        }
        pattern.filter(|_| forbidden > allowed).cloned()
    }

    /// The `Crawl-delay`. It is not in the RFC, but many sites use it.
    pub(in super::super) fn delay(&self) -> Option<Duration> {
        if self.named.is_some() { self.named_delay } else { self.wildcard_delay }
    }
}

impl RobotsRule {
    /// The length of the pattern, if it matches.
    fn matches(&self, path: &str) -> Option<usize> {
        if matches(path, &self.pattern) {
            return Some(self.pattern.len());
        }
        // Allowing an index page also allows its folder.
        let (folder, page) = self.pattern.rsplit_once('/').filter(|_| self.allow)?;
        if !page.starts_with("index.htm") {
            return None;
        }
        let folder = format!("{folder}/$");
        matches(path, &folder).then_some(folder.len())
    }
}

/// Whether a path starts with a pattern; `*` matches anything, a final `$` the end (section 2.2.3).
///
/// Each part between two stars is matched at its first occurrence, so that matching takes linear
/// time.
fn matches(path: &str, pattern: &str) -> bool {
    let (pattern, to_the_end) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let Some(last) = parts.next_back() else { return !to_the_end || rest.is_empty() };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    if to_the_end { rest.ends_with(last) } else { rest.contains(last) }
}

/// The product token: the letters, `_` and `-` at the start.
fn token(agent: &[u8]) -> &[u8] {
    let is_part = |b: &u8| b.is_ascii_alphabetic() || matches!(b, b'-' | b'_');
    let end = agent.iter().position(|b| !is_part(b)).unwrap_or(agent.len());
    agent.get(..end).unwrap_or_default()
}

/// Percent-encodes the non-ASCII bytes of a pattern or path, and converts encodings to upper case
/// (RFC 3986 section 6.2.2.1).
fn escaped(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let [b, after @ ..] = rest {
        rest = after;
        match (*b, after) {
            (b'%', [one, two, tail @ ..]) if one.is_ascii_hexdigit() && two.is_ascii_hexdigit() => {
                out.push('%');
                out.extend([one, two].map(|digit| char::from(digit.to_ascii_uppercase())));
                rest = tail;
            }
            (b, _) if b >= 0x80 => out.push_str(&format!("%{b:02X}")),
            (b, _) => out.push(char::from(b)),
        }
    }
    out
}

/// Parses a line without its comment. The colon may be missing if the line has exactly two words.
fn read_line(line: &[u8]) -> Option<RobotsLine<'_>> {
    let line = line.split(|b| *b == b'#').next().unwrap_or_default().trim_ascii();
    let (key, value) = match line.iter().position(|b| *b == b':') {
        Some(colon) => (line.get(..colon)?, line.get(colon + 1..)?),
        None => {
            let space = line.iter().position(u8::is_ascii_whitespace)?;
            let (key, value) = line.split_at(space);
            let value = value.trim_ascii();
            if value.iter().any(u8::is_ascii_whitespace) {
                return None;
            }
            (key, value)
        }
    };
    let (key, value) = (key.trim_ascii().to_ascii_lowercase(), value.trim_ascii());
    Some(match key.as_slice() {
        b"user-agent" | b"useragent" | b"user agent" => RobotsLine::Agent(value),
        b"allow" => RobotsLine::Allow(value),
        b"disallow" | b"dissallow" | b"dissalow" | b"disalow" | b"diasllow" | b"disallaw" => {
            RobotsLine::Disallow(value)
        }
        b"crawl-delay" | b"crawldelay" => RobotsLine::Delay(value),
        _ => return None,
    })
}

/// Removes a byte order mark, complete or truncated.
fn strip_bom(file: &[u8]) -> &[u8] {
    let mark = b"\xEF\xBB\xBF";
    let length = file.iter().zip(mark).take_while(|(a, b)| a == b).count();
    file.get(length..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The path that a fetcher sends for a URL; the URLs of the vectors are less strict than ours.
    fn path(url: &str) -> String {
        let rest = url.split_once("://").map_or(url.trim_start_matches("//"), |(_, rest)| rest);
        let rest = rest.split('#').next().unwrap();
        let path = rest.find(['/', '?', ';']).map_or("", |start| rest.split_at(start).1);
        if path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
    }

    #[test]
    fn every_check_of_the_reference_parser_is_answered_alike() {
        #[derive(serde::Deserialize)]
        struct Check {
            test: String,
            robots: String,
            agent: String,
            url: String,
            allowed: bool,
        }
        let checks: Vec<Check> =
            serde_json::from_str(include_str!("../../../../tests/vectors/robots.json")).unwrap();
        assert_eq!(checks.len(), 142);
        for check in checks {
            let rules = RobotsRules::read(check.robots.as_bytes(), &check.agent);
            let forbidding = rules.disallowing_pattern(&path(&check.url));
            assert_eq!(
                forbidding.is_none(),
                check.allowed,
                "{}: {forbidding:?} for {}",
                check.test,
                check.url
            );
        }
    }

    #[track_caller]
    fn delay(file: &str, expected: Option<f64>) {
        let delay = RobotsRules::read(file.as_bytes(), "bantin").delay();
        assert_eq!(delay.map(|delay| delay.as_secs_f64()), expected, "{file:?}");
    }

    #[test]
    fn the_pause_is_that_of_the_group_that_counts() {
        delay("User-agent: *\nCrawl-delay: 10\nDisallow: /x", Some(10.0));
        delay("User-agent: *\nCrawl-delay: 10\nUser-agent: bantin\nCrawl-delay: 0.5", Some(0.5));
        delay("User-agent: *\nCrawl-delay: 10\n\nUser-agent: bantin\nDisallow:", None);
        delay("User-agent: bantin\nCrawl-delay: -1", None);
        delay("User-agent: bantin\nCrawl-delay: 1e400", None);
        delay("User-agent: bantin\nCrawl-delay: sau", None);
        delay("Crawl-delay: 3", None);
    }

    #[test]
    fn a_hostile_file_takes_no_longer_than_its_size() {
        let stars = format!("User-agent: *\nDisallow: /{}$", "*a".repeat(4000));
        let path = format!("/{}", "a".repeat(2000));
        assert_eq!(RobotsRules::read(stars.as_bytes(), "bantin").disallowing_pattern(&path), None);
        let endless = vec![b'a'; MAX_BYTES * 2];
        assert_eq!(RobotsRules::read(&endless, "bantin"), RobotsRules::default());
    }

    #[test]
    fn what_forbids_is_named() {
        let file =
            "User-agent: *\nDisallow: /tin\nDisallow: /tin-n\u{1ed9}i-b\u{1ed9}\nAllow: /tin-tuc/";
        let rules = RobotsRules::read(file.as_bytes(), "bantin");
        let check = |path, expected: Option<&str>| {
            assert_eq!(rules.disallowing_pattern(path).as_deref(), expected, "{path}")
        };
        check("/tin?ID=7", Some("/tin"));
        check("/tin-n%E1%BB%99i-b%E1%BB%99/1", Some("/tin-n%E1%BB%99i-b%E1%BB%99"));
        check("/tin-n%e1%bb%99i-b%E1%BB%99", Some("/tin-n%E1%BB%99i-b%E1%BB%99"));
        check("/tin-tuc/1", None);
        check("/", None);
    }
}
