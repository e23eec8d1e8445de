//! Parser of OPML 1.0 and 2.0 lists of feeds (<http://opml.org/spec2.opml>).

use super::tree::{self, XmlElement};
use super::{FeedError, plain};
use crate::discover::{DiscoverError, references};
use bantin_page::Page;

/// An outline with the address of a feed or a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpmlOutline {
    /// The line on which it begins, counted from 1.
    pub line: usize,
    /// The title.
    pub title: Option<String>,
    /// The address of a feed (`xmlUrl`), as written.
    pub feed: Option<String>,
    /// The address of a site (`htmlUrl`), as written.
    pub home: Option<String>,
    /// The titles of the outlines around it, outermost first, and then its categories.
    pub folders: Vec<String>,
}

/// Reads the outlines of a list, except those that only contain others.
///
/// # Errors
/// The page is not OPML, is truncated, contains no outline, or is built to exhaust a parser.
pub fn outlines(page: &Page) -> Result<Vec<OpmlOutline>, DiscoverError> {
    let text = page.text()?.text;
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    let text = references::with_bare_brackets_escaped(text);
    let root = tree::parse(&text)?;
    if root.name != "opml" {
        return Err(FeedError::Foreign(root.name.into_owned()).into());
    }
    if !root.is_complete {
        return Err(FeedError::Truncated.into());
    }
    let mut found = Vec::new();
    for body in root.all("body") {
        collect(body, &mut Vec::new(), &mut found);
    }
    // The outlines are in document order, and their positions are in bytes.
    let (mut line, mut counted) = (1, 0);
    for outline in &mut found {
        let passed = text.as_bytes().get(counted..outline.line).unwrap_or_default();
        line += passed.iter().filter(|byte| **byte == b'\n').count();
        counted = outline.line;
        outline.line = line;
    }
    if found.is_empty() {
        return Err(FeedError::Empty.into());
    }
    Ok(found)
}

/// Collects the outlines; `line` is still the position in bytes. The tree is at most
/// [`tree::MAX_DEPTH`] deep, so recursion is safe.
fn collect(holder: &XmlElement, folders: &mut Vec<String>, found: &mut Vec<OpmlOutline>) {
    for outline in holder.all("outline") {
        let title = ["title", "text"].iter().find_map(|name| outline.attribute(name));
        let title = title.and_then(plain::of_title);
        let address = |name: &str| outline.attribute(name).map(str::to_owned);
        let (feed, home) = (address("xmlurl"), address("htmlurl"));
        let is_folder = outline.all("outline").next().is_some();
        if !is_folder || feed.is_some() {
            let categories = outline.attribute("category").unwrap_or_default().split([',', '/']);
            let categories = categories.filter_map(plain::line);
            let folders = folders.iter().cloned().chain(categories).collect();
            found.push(OpmlOutline {
                line: outline.start,
                title: title.clone(),
                feed,
                home,
                folders,
            });
        }
        if is_folder {
            let depth = folders.len();
            folders.extend(title);
            collect(outline, folders, found);
            folders.truncate(depth);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::sample;

    fn read(text: &str) -> Result<Vec<OpmlOutline>, DiscoverError> {
        outlines(&sample::page("https://a.example/list.opml", "text/x-opml", text))
    }

    #[test]
    fn outlines_are_found_in_their_folders_with_their_lines() {
        let found = read(
            "<?xml version=\"1.0\"?>\n<opml version=\"2.0\">\n<!-- <outline xmlUrl=\"x\"/> -->\n<body>\n\
             <outline text=\"Lâm Đồng\">\n<outline text=\"Sở &amp; ban\" type=\"rss\" xmlUrl=\"https://a.vn/rss\" \
             category=\"/Tin/Y tế,Huế\"/>\n</outline>\n<outline text=\"Trang\" htmlUrl=\"https://b.vn/\"/>\n<outline text=\"Rỗng\"/></body></opml>",
        )
        .unwrap();
        let shown: Vec<_> = found
            .iter()
            .map(|o| (o.line, o.title.as_deref().unwrap(), o.folders.join("|"), o.feed.is_some()))
            .collect();
        let expected = [
            (6, "Sở & ban", "Lâm Đồng|Tin|Y tế|Huế".to_owned(), true),
            (8, "Trang", String::new(), false),
            (9, "Rỗng", String::new(), false),
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn what_is_no_list_or_does_harm_is_refused() {
        for (text, expected) in [
            ("<rss><channel/></rss>".to_owned(), "<rss>"),
            ("<opml><body/></opml>".to_owned(), "no items"),
            (
                "<opml><body><outline xmlUrl='https://a.vn/rss'/><outline xmlUrl='ht".to_owned(),
                "middle",
            ),
            ("<opml><body><outline xmlUrl='https://a.vn/rss'/></body>".to_owned(), "middle"),
            ("không".to_owned(), "neither XML"),
            (format!("<opml><body>{}", "<outline text='a'>".repeat(300)), "deep"),
            ("<!DOCTYPE opml [<!ENTITY a 'b'>]><opml/>".to_owned(), "entities"),
        ] {
            let error = read(&text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
