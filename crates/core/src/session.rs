//! Sessions in URLs: parts of an address that name the visitor's session and not the page.
//!
//! Servers add them to every link for clients that send no cookies, with a new value for each
//! client. Only parts that are sessions by their form are removed here. Parameters such as `sid`
//! may be the number of an article; whether they are is learned from visits.

use std::borrow::Cow;
use url::Url;

/// Query parameters that are always sessions, in lower case: PHP, Java, ASP.NET, ColdFusion.
const SESSIONS: [&str; 4] = ["phpsessid", "jsessionid", "asp.net_sessionid", "aspsessionid"];
/// The prefix of the session cookies of classic ASP; random letters follow.
const CLASSIC_ASP: &str = "aspsessionid";
/// The session of ColdFusion: `CFID` is one only beside `CFTOKEN`.
const COLD_FUSION: [&str; 2] = ["cfid", "cftoken"];

/// Removes the sessions from a URL. A URL without any keeps its bytes.
pub fn without_session(mut url: Url) -> Url {
    if let Cow::Owned(path) = path_without_session(url.path()) {
        url.set_path(&path);
    }
    if let Some(Cow::Owned(query)) = url.query().map(query_without_session) {
        url.set_query(Some(query.as_str()).filter(|query| !query.is_empty()));
    }
    url
}

/// Removes `;jsessionid=…` (Jakarta Servlet 7.1.3) and the segment `(S(…))` of ASP.NET.
fn path_without_session(path: &str) -> Cow<'_, str> {
    let is_kept = |segment: &&str| !is_aspnet_session(segment);
    let has_java = path.to_ascii_lowercase().contains(";jsessionid=");
    if !has_java && path.split('/').all(|segment| is_kept(&segment)) {
        return path.into();
    }
    let kept: Vec<String> = path.split('/').filter(is_kept).map(without_java_session).collect();
    kept.join("/").into()
}

/// Removes the parameter `jsessionid` from a segment of a path.
fn without_java_session(segment: &str) -> String {
    let is_kept = |parameter: &&str| !parameter.to_ascii_lowercase().starts_with("jsessionid=");
    segment.split(';').filter(is_kept).collect::<Vec<_>>().join(";")
}

/// Whether a segment holds the cookieless state of ASP.NET: `(S(…))`, or several such parts in one
/// pair of parentheses, for example `(A(…)F(…))`.
fn is_aspnet_session(segment: &str) -> bool {
    let decoded = segment.replace("%28", "(").replace("%29", ")");
    let Some(mut rest) = decoded.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else {
        return false;
    };
    let mut parts = 0;
    while let Some((name, after)) = rest.split_once('(') {
        let Some((value, next)) = after.split_once(')') else { return false };
        let is_part = matches!(name, "S" | "A" | "F" | "X")
            && !value.is_empty()
            && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_$".contains(&byte));
        if !is_part {
            return false;
        }
        parts += 1;
        rest = next;
    }
    parts > 0 && rest.is_empty()
}

fn query_without_session(query: &str) -> Cow<'_, str> {
    let names: Vec<String> = query.split('&').map(name_of).collect();
    let is_cold_fusion = COLD_FUSION.iter().all(|part| names.iter().any(|name| name == part));
    let is_session = |name: &str| {
        SESSIONS.contains(&name)
            || (name.starts_with(CLASSIC_ASP) && name.len() <= CLASSIC_ASP.len() + 8)
            || (is_cold_fusion && COLD_FUSION.contains(&name))
    };
    if !names.iter().any(|name| is_session(name)) {
        return query.into();
    }
    let pairs = query.split('&').zip(&names).filter(|(_, name)| !is_session(name));
    pairs.map(|(pair, _)| pair).collect::<Vec<_>>().join("&").into()
}

/// The name of a query parameter, in lower case.
fn name_of(pair: &str) -> String {
    pair.split('=').next().unwrap_or_default().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expected: &str) {
        let url: Url = format!("https://xa.example{written}").parse().unwrap();
        assert_eq!(without_session(url).as_str(), format!("https://xa.example{expected}"));
    }

    #[test]
    fn parts_that_are_sessions_by_their_form_are_removed() {
        check("/web/guest/tin/-/asset/7;jsessionid=5A0F.node1", "/web/guest/tin/-/asset/7");
        check("/tin;JSESSIONID=5A0F;v=1/7?a=1", "/tin;v=1/7?a=1");
        check("/tin.php?id=7&PHPSESSID=q1w2e3", "/tin.php?id=7");
        check("/tin.php?PHPSESSID=q1w2e3", "/tin.php");
        check("/(S(lit3py55t21z5v55vlm25s55))/tin/7.aspx", "/tin/7.aspx");
        check("/cong/(A(x1)F(y-2)S(z_3))/tin/7.aspx", "/cong/tin/7.aspx");
        check("/%28S%28lit3py55%29%29/tin/7.aspx", "/tin/7.aspx");
        check("/tin.cfm?CFID=12&id=7&CFTOKEN=99", "/tin.cfm?id=7");
        check("/tin.asp?ASPSESSIONIDQQRRABCD=KLMN&id=7", "/tin.asp?id=7");
        check("/tin.asp?ASP.NET_SessionId=ab&id=7", "/tin.asp?id=7");
    }

    #[test]
    fn everything_else_keeps_its_bytes() {
        for kept in [
            "/tin?sid=7",
            "/tin?session=7&_=1",
            "/tin.cfm?CFID=12",
            "/luat-(sua-doi)/7",
            "/(S)/7",
            "/(S())/7",
            "/a;b=1/%C3%A1?x=%20+1&&y",
            "/tin?aspsessionidentification=7",
        ] {
            check(kept, kept);
        }
    }
}
