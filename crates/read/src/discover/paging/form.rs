//! Forms as a browser submits them when their pager is clicked (HTML, section 4.10.22; ASP.NET's
//! `__doPostBack`).

use super::super::address;
use super::pager::{FormSubmission, SubmitMethod};
use bantin_core::NextPage;
use bantin_page::Dom;
use scraper::ElementRef;
use url::Url;

/// Maximum number of fields of a form, and of their bytes. ASP.NET's page state is long, but stays
/// below that.
const MAX_FIELDS: usize = 2000;
const MAX_BYTES: usize = 4 << 20;

/// The field that identifies an ASP.NET form.
const STATE: &str = "__VIEWSTATE";

/// The request of a submitted form; `None` if the form does not use POST, its address is invalid,
/// the element submits nothing, or the form is too large.
pub(super) fn fill(dom: &Dom, submission: &FormSubmission<'_>, base: &Url) -> Option<NextPage> {
    let around = submission.element.ancestors().filter_map(ElementRef::wrap);
    let mut around = around.filter(|element| element.value().name() == "form");
    let form = around.next().or_else(|| form_with_state(dom))?;
    if !form.attr("method").is_some_and(|method| method.eq_ignore_ascii_case("post")) {
        return None;
    }
    let action = form.attr("action").map(str::trim).filter(|action| !action.is_empty());
    let url = match action {
        Some(action) => address::resolve(action, base).ok()?,
        None => super::address::without_fragment(base),
    };
    let mut fields = fields(form);
    if !fields.iter().any(|(name, _)| name == STATE) {
        // In broken tables the parser closes a form before its own fields.
        fields.extend(states(dom));
    }
    match submission.method {
        SubmitMethod::PostBack => {
            let (target, argument) = post_back(submission.element)?;
            set(&mut fields, "__EVENTTARGET", target);
            set(&mut fields, "__EVENTARGUMENT", argument);
        }
        SubmitMethod::Button => {
            let name = submission.element.attr("name")?;
            let is_image =
                submission.element.attr("type").is_some_and(|t| t.eq_ignore_ascii_case("image"));
            if is_image {
                fields.push((format!("{name}.x"), "1".to_owned()));
                fields.push((format!("{name}.y"), "1".to_owned()));
            } else {
                let value = submission.element.attr("value").unwrap_or_default();
                fields.push((name.to_owned(), value.to_owned()));
            }
        }
    }
    let bytes: usize = fields.iter().map(|(name, value)| name.len() + value.len()).sum();
    let is_bounded = fields.len() <= MAX_FIELDS && bytes <= MAX_BYTES;
    is_bounded.then_some(NextPage::Post { url, fields })
}

fn set(fields: &mut Vec<(String, String)>, name: &str, value: String) {
    fields.retain(|(other, _)| other != name);
    fields.push((name.to_owned(), value));
}

/// The form that contains the page state, else the first form.
fn form_with_state(dom: &Dom) -> Option<ElementRef<'_>> {
    let elements = dom.tree().root_element().descendants().filter_map(ElementRef::wrap);
    let forms: Vec<_> = elements.filter(|element| element.value().name() == "form").collect();
    let has_state = |form: &&ElementRef<'_>| fields(**form).iter().any(|(name, _)| name == STATE);
    // Further forms are searches and votes.
    forms.iter().take(20).find(has_state).or(forms.first()).copied()
}

/// ASP.NET's hidden fields, anywhere on the page.
fn states(dom: &Dom) -> Vec<(String, String)> {
    let fields = fields(dom.tree().root_element());
    fields.into_iter().filter(|(name, _)| name.starts_with("__")).collect()
}

/// The fields that a form submits, without its buttons.
fn fields(form: ElementRef<'_>) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for element in form.descendants().filter_map(ElementRef::wrap) {
        let Some(name) = element.attr("name").filter(|name| !name.is_empty()) else { continue };
        if element.attr("disabled").is_some() {
            continue;
        }
        let value = || element.attr("value").unwrap_or_default().to_owned();
        match element.value().name() {
            "input" => {
                let kind = element.attr("type").unwrap_or("text").to_ascii_lowercase();
                match kind.as_str() {
                    "submit" | "image" | "button" | "reset" | "file" => {}
                    "checkbox" | "radio" => {
                        if element.attr("checked").is_some() {
                            let value = element.attr("value").unwrap_or("on");
                            fields.push((name.to_owned(), value.to_owned()));
                        }
                    }
                    _ => fields.push((name.to_owned(), value())),
                }
            }
            "textarea" => {
                let text: String = element.text().collect();
                fields.push((name.to_owned(), text));
            }
            "select" => {
                let options = element.descendent_elements();
                let options: Vec<_> = options.filter(|o| o.value().name() == "option").collect();
                let chosen = options.iter().find(|option| option.attr("selected").is_some());
                if let Some(option) = chosen.or(options.first()) {
                    let value = option.attr("value").map(str::to_owned);
                    let value = value.unwrap_or_else(|| option.text().collect::<String>());
                    fields.push((name.to_owned(), value.trim().to_owned()));
                }
            }
            _ => {}
        }
        if fields.len() > MAX_FIELDS {
            break;
        }
    }
    fields
}

/// The target and argument of an element's postback.
pub(super) fn post_back(element: ElementRef<'_>) -> Option<(String, String)> {
    let href = element.attr("href").filter(|href| is_script(href));
    let scripts = href.into_iter().chain(element.attr("onclick"));
    scripts.into_iter().find_map(|script| {
        let names = ["__doPostBack(", "new WebForm_PostBackOptions("];
        let rest = names.iter().find_map(|name| Some(script.split_once(name)?.1))?;
        let (target, rest) = quoted(rest)?;
        let (argument, _) = quoted(rest.trim_start().strip_prefix(',')?)?;
        Some((target, argument))
    })
}

fn is_script(href: &str) -> bool {
    let href = href.trim_start();
    href.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("javascript:"))
}

/// The quoted string at the start of a script, and the rest.
fn quoted(script: &str) -> Option<(String, &str)> {
    let script = script.trim_start();
    let quote = script.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let mut text = String::new();
    let mut characters = script.char_indices().skip(1);
    while let Some((place, c)) = characters.next() {
        match c {
            '\\' => {
                let (_, escaped) = characters.next()?;
                if escaped == 'u' {
                    let code: String = characters.by_ref().take(4).map(|(_, c)| c).collect();
                    text.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
                } else {
                    text.push(escaped);
                }
            }
            c if c == quote => return Some((text, script.get(place + c.len_utf8()..)?)),
            c => text.push(c),
        }
    }
    None
}
