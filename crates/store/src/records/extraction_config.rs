//! The configuration with which the pages of a source are extracted, as far as feeds.toml defines
//! it.
//!
//! It is compared as a value. If it differs, earlier results are void: an unchanged page may
//! contain other items, and a rejected page may be an article. So validators, the learned layout
//! and rejections are deleted, and a backfill starts from scratch. The program's version is not
//! part of it, nor are the timing and routing of requests. Secrets are left out: only the presence
//! of a secret field is recorded, so a new password changes nothing.

use super::Record;
use bantin_core::{
    ArticleSelectors, CssSelector, FieldValue, PlatformRules, PlatformSetting, RenderPolicy,
    RequestIdentity, Source, SourceFolder,
};
use serde::{Deserialize, Serialize};

/// The extraction configuration of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ExtractionConfig {
    url: String,
    folder: Option<FolderRecord>,
    kind: String,
    /// The settings of the kind, sorted by key.
    settings: Vec<(String, String)>,
    charset: Option<String>,
    article: ArticleRecord,
    /// `as NAME` or `without`; absent if feeds.toml does not set it.
    platform: Option<String>,
    own_platforms: Vec<PlatformRecord>,
    zone: String,
    identity: Option<IdentityRecord>,
    /// The only page that a browser renders, or `*` for all pages.
    rendered: Option<String>,
}

/// A folder of saved pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct FolderRecord {
    path: String,
    base_url: String,
}

/// The selectors of article fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ArticleRecord {
    title: Option<String>,
    summary: Option<String>,
    body: Option<String>,
    date: Option<String>,
    author: Option<String>,
    source: Option<String>,
    remove: Vec<String>,
}

/// A family of content management systems that the operator defined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct PlatformRecord {
    name: String,
    generator: Vec<String>,
    marks: Vec<String>,
    title: Vec<String>,
    summary: Vec<String>,
    body: Vec<String>,
    date: Vec<String>,
    author: Vec<String>,
    source: Vec<String>,
    attachment: Vec<String>,
    remove: Vec<String>,
}

/// The parts of requests that can change the content of responses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct IdentityRecord {
    user: Option<String>,
    /// Names and values; the values of secrets are left out.
    headers: Vec<(String, Option<String>)>,
    cookie: bool,
    keeps_cookies: bool,
    form: Option<Vec<(String, Option<String>)>>,
}

impl Record for ExtractionConfig {}

impl From<&Source> for ExtractionConfig {
    fn from(source: &Source) -> Self {
        let settings = source.kind.settings().iter();
        let settings = settings.map(|(key, text)| ((*key).to_owned(), text.clone())).collect();
        let platforms = &source.article.platforms;
        Self {
            url: source.url.to_string(),
            folder: source.folder.as_ref().map(FolderRecord::from),
            kind: source.kind.name().to_owned(),
            settings,
            charset: source.charset.map(|charset| charset.name().to_owned()),
            article: ArticleRecord::from(&source.article),
            platform: match &platforms.setting {
                PlatformSetting::Detect => None,
                PlatformSetting::Family(name) => Some(format!("as {name}")),
                PlatformSetting::Disabled => Some("without".to_owned()),
            },
            own_platforms: platforms.own.iter().map(PlatformRecord::from).collect(),
            zone: source.zone.name().to_owned(),
            identity: source.access.identity.as_ref().map(IdentityRecord::from),
            rendered: source.access.render.as_ref().map(rendered),
        }
    }
}

fn rendered(render: &RenderPolicy) -> String {
    render.only.as_ref().map_or("*".to_owned(), ToString::to_string)
}

impl From<&SourceFolder> for FolderRecord {
    fn from(folder: &SourceFolder) -> Self {
        Self {
            path: folder.path.to_string_lossy().into_owned(),
            base_url: folder.base_url.to_string(),
        }
    }
}

fn texts(selectors: &[CssSelector]) -> Vec<String> {
    selectors.iter().map(|selector| selector.as_str().to_owned()).collect()
}

impl From<&ArticleSelectors> for ArticleRecord {
    fn from(selectors: &ArticleSelectors) -> Self {
        let text =
            |selector: &Option<CssSelector>| selector.as_ref().map(|s| s.as_str().to_owned());
        Self {
            title: text(&selectors.title),
            summary: text(&selectors.summary),
            body: text(&selectors.body),
            date: text(&selectors.date),
            author: text(&selectors.author),
            source: text(&selectors.source),
            remove: texts(&selectors.remove),
        }
    }
}

impl From<&PlatformRules> for PlatformRecord {
    fn from(platform: &PlatformRules) -> Self {
        let article = &platform.article;
        Self {
            name: platform.name.clone(),
            generator: platform.generator.clone(),
            marks: texts(&platform.marks),
            title: texts(&article.title),
            summary: texts(&article.summary),
            body: texts(&article.body),
            date: texts(&article.date),
            author: texts(&article.author),
            source: texts(&article.source),
            attachment: texts(&article.attachment),
            remove: texts(&article.remove),
        }
    }
}

impl From<&RequestIdentity> for IdentityRecord {
    fn from(identity: &RequestIdentity) -> Self {
        let shown = |(name, value): &(String, FieldValue)| {
            let value = (!value.is_secret()).then(|| value.reveal().to_owned());
            (name.clone(), value)
        };
        let all = |fields: &[(String, FieldValue)]| fields.iter().map(shown).collect();
        Self {
            user: identity.basic_auth.as_ref().map(|login| login.user.clone()),
            headers: all(&identity.headers),
            cookie: identity.cookie.is_some(),
            keeps_cookies: identity.keeps_cookies,
            form: identity.form.as_deref().map(all),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::{read_record, write_record};
    use bantin_core::{BasicCredentials, HostAccess, PlatformChoice, Secret};
    use bantin_testing::{kind, source};

    fn identity(field: FieldValue) -> RequestIdentity {
        RequestIdentity {
            source: "a".parse().unwrap(),
            url: "https://a.example/tin-tuc".parse().unwrap(),
            basic_auth: Some(BasicCredentials {
                user: "an".to_owned(),
                password: Secret::new("matkhau"),
            }),
            headers: vec![("x-api-key".to_owned(), FieldValue::Secret(Secret::new("matkhau")))],
            cookie: Some(Secret::new("matkhau")),
            keeps_cookies: false,
            form: Some(vec![("q".to_owned(), field)]),
        }
    }

    fn with(change: impl FnOnce(&mut Source)) -> ExtractionConfig {
        let mut source = source("a");
        change(&mut source);
        ExtractionConfig::from(&source)
    }

    fn asking(field: FieldValue) -> ExtractionConfig {
        with(|source| source.access.identity = Some(identity(field)))
    }

    #[test]
    fn version_1_is_written_as_it_always_was() {
        let written = write_record(asking(FieldValue::Plain("1".to_owned()))).unwrap();
        assert_eq!(
            written,
            r#"{"v":1,"url":"https://a.example/tin-tuc","folder":null,"kind":"listing","settings":[["select.item","li"]],"charset":null,"article":{"title":null,"summary":null,"body":null,"date":null,"author":null,"source":null,"remove":[]},"platform":null,"own_platforms":[],"zone":"Asia/Ho_Chi_Minh","identity":{"user":"an","headers":[["x-api-key",null]],"cookie":true,"keeps_cookies":false,"form":[["q","1"]]},"rendered":null}"#
        );
        let read: ExtractionConfig = read_record("a config", &written).unwrap();
        assert_eq!(read, asking(FieldValue::Plain("1".to_owned())));
    }

    #[test]
    fn a_secret_is_neither_stored_nor_compared() {
        let [one, two] =
            ["matkhau", "matkhau moi"].map(|text| asking(FieldValue::Secret(Secret::new(text))));
        assert_eq!(one, two);
        assert!(!write_record(two).unwrap().contains("matkhau"));
    }

    #[test]
    fn what_changes_how_pages_are_read_differs_and_nothing_else_does() {
        let usual = || with(|_| ());
        let same: [fn(&mut Source); 4] = [
            |source| source.origin.title = "Tên khác".to_owned(),
            |source| source.access = HostAccess::default(),
            |source| source.max_pages = 1,
            |source| source.min_edit = 9,
        ];
        for change in same {
            assert_eq!(with(change), usual());
        }
        let other: [fn(&mut Source); 8] = [
            |source| source.url = "https://a.example/tin-khac".parse().unwrap(),
            |source| source.kind = kind("feed", &[]),
            |source| source.kind = kind("listing", &[]),
            |source| source.charset = Some("tcvn3".parse().unwrap()),
            |source| source.article.body = Some("div.noi-dung".parse().unwrap()),
            |source| source.article.remove = vec!["p.tac-gia".parse().unwrap()],
            |source| {
                source.article.platforms = PlatformChoice {
                    setting: PlatformSetting::Family("liferay".to_owned()),
                    ..PlatformChoice::default()
                };
            },
            |source| source.zone = chrono_tz::UTC,
        ];
        for change in other {
            assert_ne!(with(change), usual());
        }
    }

    #[test]
    fn each_kind_names_its_settings() {
        #[track_caller]
        fn check(name: &'static str, given: &[(&'static str, &str)], expected: &str) {
            let mut source = source("a");
            source.kind = kind(name, given);
            let ExtractionConfig { kind, settings, .. } = ExtractionConfig::from(&source);
            let settings: Vec<String> =
                settings.iter().map(|(key, text)| format!("{key}={text}")).collect();
            assert_eq!(format!("{kind} {}", settings.join(" ")), expected);
        }
        check("listing", &[], "listing ");
        check("listing", &[("list", "Tin tức")], "listing list=Tin tức");
        check("feed", &[], "feed ");
        check("wordpress", &[], "wordpress ");
        check("files", &[], "files ");
        check("sitemap", &[("match", "/tin/")], "sitemap match=/tin/");
    }

    #[test]
    fn another_form_is_another_config() {
        let [one, two] = ["1", "2"].map(|text| asking(FieldValue::Plain(text.to_owned())));
        assert_ne!(one, two);
        assert_ne!(one, with(|_| ()));
    }
}
