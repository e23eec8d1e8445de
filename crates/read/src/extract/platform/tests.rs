use super::*;
use bantin_page::SafeHtml;

fn dom(html: &str) -> Dom {
    Dom::parse(&SafeHtml::check(html.to_owned()).unwrap()).unwrap()
}

#[test]
fn every_file_of_rules_can_be_read() {
    let mut names = std::collections::HashSet::new();
    for text in FILES {
        let platform: PlatformRules = toml::from_str(text).unwrap();
        assert!(!platform.article.body.is_empty(), "{}", platform.name);
        assert!(names.insert(platform.name.clone()), "{} is there twice", platform.name);
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/platforms");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
    let mut files: Vec<String> =
        files.filter_map(|name| Some(name.to_str()?.strip_suffix(".toml")?.to_owned())).collect();
    files.sort();
    let mut names: Vec<String> = names.into_iter().collect();
    names.sort();
    assert_eq!(files, names, "each file is embedded and bears the name of its family");
}

#[test]
fn a_family_is_recognized_by_what_its_pages_hold() {
    #[track_caller]
    fn check(html: &str, expected: Option<&str>) {
        let platforms = PlatformChoice::default();
        let dom = dom(html);
        let found = recognize(&dom, &platforms);
        assert_eq!(found.map(|platform| platform.name.as_str()), expected, "{html}");
    }
    check("<table id=tableforprint><tr><td><p class=Title>a", Some("sharepoint-2010-lacviet"));
    check(
        "<meta name=GENERATOR content='Microsoft SharePoint'><div class=ms-rtestate-field>a",
        Some("sharepoint-2013"),
    );
    check("<meta name=generator content='NukeViet v4.5'><div id=news-bodyhtml>a", Some("nukeviet"));
    check(
        "<meta name=generator content='WordPress 6.1'><div class=entry-content>a",
        Some("wordpress"),
    );
    check("<div id=divArticleDescription2>a", Some("spwebpartmanager"));
    check("<div id=p_p_id_101_INSTANCE_x_><div class=journal-content-article>a", Some("liferay"));
    check("<div class=DnnModule><div id=show_content>a", Some("dnn"));
    // A family is chosen by its body before another by its title.
    check("<h2 class=articletitle>a</h2><div class=entry-content>b", Some("wordpress"));
    check("<h2 class=articletitle>a</h2>", Some("mojoportal"));
    // A generator alone, an empty body, or names that others use too do not identify a family.
    check("<meta name=generator content='WordPress 6.1'><p>a", None);
    check(
        "<meta name=generator content='WordPress 6.1'><div class=entry-content> </div><p>a",
        None,
    );
    check("<div class=detail-content>a</div><h1 class=page-title>b</h1><div class=content>c", None);
}

#[test]
fn the_operators_families_go_first_and_his_word_is_the_last() {
    let own: PlatformRules =
        toml::from_str("name = 'own'\nmarks = ['.entry-content']\n[article]\nbody = ['.x']")
            .unwrap();
    let mut platforms = PlatformChoice { own: [own].into(), setting: PlatformSetting::Detect };
    let page = dom("<div class=entry-content>a<div class=x>b");
    let name = |platforms: &PlatformChoice| recognize(&page, platforms).map(|p| p.name.clone());
    assert_eq!(name(&platforms).as_deref(), Some("own"));
    assert_eq!(name(&PlatformChoice::default()).as_deref(), Some("wordpress"));
    platforms.setting = PlatformSetting::Family("nukeviet".into());
    assert_eq!(name(&platforms).as_deref(), Some("nukeviet"));
    platforms.setting = PlatformSetting::Disabled;
    assert_eq!(name(&platforms), None);
}

/// Every family has its own page, on which its rules find every field.
#[test]
fn the_articles_of_all_families_are_read() {
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/pages/platforms");
    let mut wrong = Vec::new();
    for name in names() {
        let read =
            |kind: &str| std::fs::read_to_string(folder.join(format!("{name}.{kind}"))).unwrap();
        let expected: serde_json::Value = serde_json::from_str(&read("json")).unwrap();
        let page = page(expected["url"].as_str().unwrap(), read("html"));
        let source = bantin_testing::source("page");
        let key = bantin_core::ArticleKey::of_page(&page.url, &page.url);
        let draft = crate::extract::draft(&page, None, &source.article).unwrap();
        let article = crate::normalize::article(draft, &source, &key, page.fetched).unwrap();
        let published = article.published.with_timezone(&article.zone).to_rfc3339();
        let urls = |urls: Vec<&str>| urls.into_iter().map(str::to_owned).collect::<Vec<_>>();
        let found = serde_json::json!({
            "url": page.url.as_str(),
            "title": article.title,
            "date": published,
            "author": article.author,
            "source": article.source_line,
            "text": article.text.lines().collect::<Vec<_>>(),
            "images": urls(article.images.iter().map(|image| image.url.as_str()).collect()),
            "attachments": urls(article.attachments.iter().map(|file| file.url.as_str()).collect()),
        });
        for field in ["title", "date", "author", "source", "text", "images", "attachments"] {
            if found[field] != expected[field] {
                wrong.push(format!(
                    "{name} {field}:\n  found {}\n  not   {}",
                    found[field], expected[field]
                ));
            }
        }
        for field in [
            bantin_core::ArticleField::Title,
            bantin_core::ArticleField::Body,
            bantin_core::ArticleField::Published,
        ] {
            let from = article.provenance[&field].to_string();
            if !from.starts_with(&format!("platform:{name} ")) {
                wrong.push(format!("{name}: {field:?} was found by {from}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn page(url: &str, html: String) -> bantin_page::Page {
    let url: url::Url = url.parse().unwrap();
    let bytes = bytes::Bytes::from(html);
    bantin_page::Page {
        requested: url.clone(),
        url,
        media: bantin_page::MediaType::read("text/html; charset=utf-8"),
        charset: None,
        wire: bytes.clone(),
        coding: bantin_page::ContentCoding::Identity,
        bytes,
        fetched: "2026-11-24T03:00:00Z".parse().unwrap(),
        validators: bantin_page::Validators::default(),
        cache_hints: bantin_page::CacheHints::default(),
    }
}
