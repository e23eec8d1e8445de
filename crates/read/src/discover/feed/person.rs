//! Persons of a feed: `mail (name)` (RSS 2.0), `name <mail>`, Atom's person construct (RFC 4287
//! section 3.2), or a bare name.

use super::tree::XmlElement;
use crate::discover::plain;
use serde_json::{Map, Value};

/// A person as a feed names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedPerson {
    /// The name.
    pub name: Option<String>,
    /// The mail address.
    pub email: Option<String>,
    /// A page about the person.
    pub uri: Option<String>,
}

impl FeedPerson {
    /// The person that a text names. A bare mail address or a web address is not a name.
    pub(in crate::discover) fn read(written: &str) -> Self {
        let written = written.trim();
        let inside = |text: &str| text.trim().trim_end_matches([')', '>', ']']).to_owned();
        let (before, within) = match written.split_once(['(', '<', '[']) {
            Some((before, within)) => (before.trim().to_owned(), inside(within)),
            None => (written.to_owned(), String::new()),
        };
        let parts = [before, within];
        let of_kind = |is: fn(&str) -> bool| parts.iter().find(|part| is(part)).cloned();
        let (email, uri) = (of_kind(is_mail), of_kind(is_web));
        let email = email.map(|mail| mail.trim_start_matches("mailto:").to_owned());
        let name = match (&email, &uri) {
            // What stands in brackets belongs to the name.
            (None, None) => plain::line(written),
            _ => parts
                .iter()
                .find(|part| !part.is_empty() && !is_mail(part) && !is_web(part))
                .and_then(|part| plain::line(part.trim_matches('"'))),
        };
        Self { name, email, uri }
    }

    /// The person that an element names, as text or with child elements.
    pub(super) fn of_element(element: &XmlElement) -> Self {
        let child =
            |name: &str| element.text_of(name).or_else(|| element.text_of(&format!("atom:{name}")));
        let (email, uri) = (child("email"), child("uri").or_else(|| child("url")));
        if element.children().next().is_none() {
            return element.text().map(|text| Self::read(&text)).unwrap_or_default();
        }
        let named = child("name").map(|name| Self::read(&name)).unwrap_or_default();
        Self { name: named.name, email: email.or(named.email), uri: uri.or(named.uri) }
    }

    /// The person that JSON Feed describes.
    pub(super) fn of_json(author: &Value) -> Self {
        let text = |of: &Map<String, Value>, name: &str| {
            of.get(name).and_then(Value::as_str).and_then(plain::line)
        };
        match author {
            Value::String(written) => Self::read(written),
            Value::Object(author) => Self {
                name: text(author, "name"),
                email: text(author, "email"),
                uri: text(author, "url"),
            },
            _ => Self::default(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The names of persons, each once; `None` without any.
pub(super) fn names(people: &[FeedPerson]) -> Option<String> {
    let mut names: Vec<&str> = Vec::new();
    for name in people.iter().filter_map(|person| person.name.as_deref()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    (!names.is_empty()).then(|| names.join(", "))
}

fn is_mail(text: &str) -> bool {
    text.contains('@') && !text.trim().contains(char::is_whitespace)
}

fn is_web(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, name: Option<&str>, email: Option<&str>, uri: Option<&str>) {
        let [name, email, uri] = [name, email, uri].map(|text| text.map(str::to_owned));
        assert_eq!(FeedPerson::read(written), FeedPerson { name, email, uri }, "{written}");
    }

    #[test]
    fn a_person_is_a_name_with_what_leads_to_it() {
        check("a@b.example (Lò Văn A)", Some("Lò Văn A"), Some("a@b.example"), None);
        check("Lò Văn A <a@b.example>", Some("Lò Văn A"), Some("a@b.example"), None);
        check("\"Lò Văn A\" <mailto:a@b.example>", Some("Lò Văn A"), Some("a@b.example"), None);
        check("Lò Văn A (a@b.example)", Some("Lò Văn A"), Some("a@b.example"), None);
        check("a@b.example", None, Some("a@b.example"), None);
        check("Lò Văn A (tổng hợp)", Some("Lò Văn A (tổng hợp)"), None, None);
        check("Bảo (https://a.example/b)", Some("Bảo"), None, Some("https://a.example/b"));
        check("https://a.example/b", None, None, Some("https://a.example/b"));
        check(" ", None, None, None);
    }
}
