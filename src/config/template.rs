//! Templates for titles and ids with placeholders in braces, such as `Tin {province}`.

use super::suggestion::nearest;
use super::values::ValueError;
use super::written::FeedDimension;

/// A text with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TextTemplate {
    parts: Vec<TemplatePart>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum TemplatePart {
    Text(String),
    Value(FeedDimension),
}

impl TextTemplate {
    /// Parses a template in which only the given placeholders are allowed.
    pub(super) fn parse(text: &str, allowed: &[FeedDimension]) -> Result<Self, ValueError> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else {
                let wrong = ValueError::new("has a { without its }");
                return Err(wrong.hint(format!("placeholders are {}", list(allowed))));
            };
            parts.push(TemplatePart::Text(before.to_owned()));
            let value = allowed.iter().find(|dimension| dimension.name() == name);
            parts.push(TemplatePart::Value(*value.ok_or_else(|| unknown(name, allowed))?));
            rest = after;
        }
        if rest.contains('}') || parts.iter().any(|part| part.has_brace()) {
            let wrong = ValueError::new("has a } without its {");
            return Err(wrong.hint(format!("placeholders are {}", list(allowed))));
        }
        parts.push(TemplatePart::Text(rest.to_owned()));
        Ok(Self { parts })
    }

    /// The text with its placeholders filled.
    pub(super) fn fill<'a>(&'a self, value: impl Fn(FeedDimension) -> &'a str) -> String {
        let text = |part: &'a TemplatePart| match part {
            TemplatePart::Text(text) => text.as_str(),
            TemplatePart::Value(dimension) => value(*dimension),
        };
        self.parts.iter().map(text).collect()
    }
}

impl TemplatePart {
    fn has_brace(&self) -> bool {
        matches!(self, Self::Text(text) if text.contains('}'))
    }
}

fn unknown(name: &str, allowed: &[FeedDimension]) -> ValueError {
    let wrong = ValueError::new(format!("has a placeholder {{{name}}} that `each` does not fill"));
    match nearest(name, allowed.iter().map(|dimension| dimension.name())) {
        Some(near) => wrong.hint(format!("did you mean {{{near}}}?")),
        None => wrong.hint(format!("placeholders are {}", list(allowed))),
    }
}

fn list(allowed: &[FeedDimension]) -> String {
    let names = allowed.iter().map(|dimension| format!("{{{}}}", dimension.name()));
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_and_others_are_refused() {
        let allowed = [FeedDimension::Province, FeedDimension::Topic];
        let fill = |text: &str| {
            TextTemplate::parse(text, &allowed).map(|t| t.fill(|d| d.name().get(..1).unwrap()))
        };
        assert_eq!(fill("Tin {province}: {topic}"), Ok("Tin p: t".to_owned()));
        assert_eq!(fill("Tin"), Ok("Tin".to_owned()));
        for (text, hint) in [
            ("{provinc}", "did you mean {province}?"),
            ("{x}", "placeholders are {province}, {topic}"),
            ("{topic", "placeholders are {province}, {topic}"),
            ("topic}", "placeholders are {province}, {topic}"),
            ("a}{topic}", "placeholders are {province}, {topic}"),
        ] {
            assert_eq!(fill(text).unwrap_err().hint.as_deref(), Some(hint), "{text}");
        }
    }
}
