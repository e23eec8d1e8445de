//! What a page embeds: documents, viewers of documents, videos, recordings.
//!
//! A feed cannot show these, so each becomes a link, and a document an attachment as well.
//! Advertisements, counters, share buttons and other invisible frames are not content.

use bantin_core::is_document;
use bantin_page::plain;
use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;
use url::Url;

/// Elements that embed something.
const ELEMENTS: [&str; 9] = [
    "iframe",
    "amp-iframe",
    "object",
    "embed",
    "video",
    "amp-video",
    "audio",
    "amp-audio",
    "frame",
];

/// An embedded document, video or recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Embed {
    /// Its address; that of the document itself, if the page embeds a viewer.
    pub(crate) url: Url,
    /// Its title, if the page gives one.
    pub(crate) title: Option<String>,
    /// Whether it is a document.
    pub(crate) is_document: bool,
}

/// Whether an element embeds something, whatever it is.
pub(crate) fn is_embedding(name: &str) -> bool {
    ELEMENTS.contains(&name)
}

/// The content that an element embeds.
pub(crate) fn embed(node: NodeRef<'_, Node>, base: &Url) -> Option<Embed> {
    let element = node.value().as_element().filter(|element| is_embedding(element.name()))?;
    if is_hidden(element) {
        return None;
    }
    let url = base.join(address(node, element)?.trim()).ok()?;
    if !matches!(url.scheme(), "http" | "https") || is_foreign_matter(&url) {
        return None;
    }
    let title = ["title", "aria-label", "name"].into_iter().filter_map(|name| element.attr(name));
    let title = title.map(plain::line).find(|title| title.contains(' '));
    let file = document(&url, element);
    let is_document = file.is_some();
    let mut url = file.unwrap_or(url);
    if is_document {
        // The fragment only configures the viewer.
        url.set_fragment(None);
    }
    (is_document || plays(&url, element)).then_some(Embed { url, title, is_document })
}

/// Whether an element embeds content, at any address.
pub(crate) fn is_embed(node: NodeRef<'_, Node>) -> bool {
    let nowhere = || Url::parse("https://page.invalid/").ok();
    nowhere().is_some_and(|base| embed(node, &base).is_some())
}

/// The address of the embedded resource, as written.
fn address<'a>(node: NodeRef<'a, Node>, element: &'a Element) -> Option<&'a str> {
    const NAMES: [&str; 7] = [
        "data-src",
        "data-lazy-src",
        "data-litespeed-src",
        "data-original",
        "data-url",
        "src",
        "data",
    ];
    let of = |element: &'a Element| {
        let values = NAMES.into_iter().filter_map(|name| element.attr(name));
        values.map(str::trim).find(|value| {
            !value.is_empty() && !value.starts_with("about:") && !value.starts_with("data:")
        })
    };
    let inside = || {
        node.descendants().skip(1).filter_map(|below| below.value().as_element()).find_map(
            |below| match below.name() {
                "source" | "embed" | "iframe" => of(below),
                "param" => {
                    let name = below.attr("name")?.to_ascii_lowercase();
                    let is = matches!(name.as_str(), "movie" | "src" | "filename" | "url" | "file");
                    below.attr("value").filter(|_| is)
                }
                _ => None,
            },
        )
    };
    of(element).or_else(inside)
}

/// The document that an address is of, or that the viewer at an address shows.
fn document(url: &Url, element: &Element) -> Option<Url> {
    /// Parameters that viewers take the address of a document from.
    const PARAMETERS: [&str; 10] =
        ["url", "src", "file", "fileurl", "document", "doc", "pdf", "link", "path", "f"];
    let is_typed = element.attr("type").is_some_and(|kind| {
        let kind = kind.to_ascii_lowercase();
        kind.contains("pdf") || kind.contains("msword") || kind.contains("officedocument")
    });
    if is_document(url.path()) || is_typed {
        return Some(url.clone());
    }
    let fragment = url.fragment().unwrap_or_default();
    let of_fragment = url::form_urlencoded::parse(fragment.as_bytes());
    let host = url.host_str().unwrap_or_default();
    // These show nothing but documents, whatever the name of the file.
    let is_viewer = (host == "docs.google.com"
        && matches!(url.path(), "/viewer" | "/gview" | "/viewerng/viewer"))
        || host == "view.officeapps.live.com"
        || url.path().ends_with("/viewer.html");
    url.query_pairs().chain(of_fragment).find_map(|(name, value)| {
        let is_named = PARAMETERS.contains(&name.to_ascii_lowercase().as_str());
        let file = url.join(value.trim()).ok().filter(|file| file.scheme().starts_with("http"))?;
        (is_document(file.path()) || (is_named && is_viewer)).then_some(file)
    })
}

/// Whether an embedded resource is a video, a recording, or a page that shows one.
fn plays(url: &Url, element: &Element) -> bool {
    const WORDS: [&str; 16] = [
        "embed",
        "embedded",
        "player",
        "video",
        "videos",
        "watch",
        "preview",
        "viewer",
        "live",
        "podcast",
        "clip",
        "media",
        "episode",
        "track",
        "document",
        "presentation",
    ];
    let is_frame = matches!(element.name(), "iframe" | "amp-iframe" | "frame" | "object" | "embed");
    let goes_full = element.attr("allowfullscreen").is_some()
        || element.attr("allow").is_some_and(|allow| allow.contains("fullscreen"));
    let path = url.path().to_ascii_lowercase();
    let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
    let mut words = path.split(['/', '.', '-', '_']).chain(host.split(['.', '-']));
    !is_frame || goes_full || words.any(|word| WORDS.contains(&word))
}

/// Whether an address is of an advertisement, a counter, a button or a form.
fn is_foreign_matter(url: &Url) -> bool {
    const WORDS: [&str; 22] = [
        "ad",
        "ads",
        "adserver",
        "adservice",
        "adsense",
        "advert",
        "advertisement",
        "banner",
        "banners",
        "doubleclick",
        "googlesyndication",
        "googletagmanager",
        "googleadservices",
        "gtm",
        "analytics",
        "counter",
        "tracking",
        "tracker",
        "pixel",
        "recaptcha",
        "captcha",
        "login",
    ];
    let path = url.path().to_ascii_lowercase();
    let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
    let mut words = path.split(['/', '.', '-']).chain(host.split(['.', '-']));
    // Social networks' buttons and boxes, as opposed to their videos and posts.
    let button = path
        .split_once("/plugins/")
        .is_some_and(|(_, name)| !name.starts_with("video") && !name.starts_with("post"));
    !is_document(&path) && (button || words.any(|word| WORDS.contains(&word)))
}

/// Whether an element is too small to be seen, or hidden.
fn is_hidden(element: &Element) -> bool {
    let is_tiny = |name| {
        let length = element.attr(name).map(|text| text.trim().trim_end_matches("px"));
        length.and_then(|text| text.parse::<f32>().ok()).is_some_and(|length| length <= 2.0)
    };
    let style = element.attr("style").unwrap_or_default().to_ascii_lowercase().replace(' ', "");
    // The height of a frame may be 0 until its script has run; without a width it is not shown.
    (is_tiny("width") && is_tiny("height"))
        || element.attr("hidden").is_some()
        || style.contains("display:none")
        || style.contains("visibility:hidden")
}

#[cfg(test)]
mod tests {
    use super::*;
    use bantin_page::{Dom, SafeHtml};

    #[track_caller]
    fn check(html: &str, expected: Option<(&str, bool)>) {
        let base: Url = "https://xa.example/tin/bai.html".parse().unwrap();
        let dom = Dom::parse(&SafeHtml::check(html.to_owned()).unwrap()).unwrap();
        let mut all = dom.tree().root_element().descendants();
        let found = all.find_map(|node| embed(node, &base));
        let found = found.as_ref().map(|embed| (embed.url.as_str(), embed.is_document));
        assert_eq!(found, expected, "{html}");
    }

    #[test]
    fn documents_are_found_in_frames_objects_and_viewers() {
        let file = Some(("https://xa.example/vb/1.pdf", true));
        check("<iframe src='/vb/1.pdf#toolbar=0' height=800></iframe>", file);
        check("<iframe data-src=/vb/1.pdf src=about:blank></iframe>", file);
        check(
            "<object data='/vb/1.pdf' type='application/pdf'>Trình duyệt không hỗ trợ</object>",
            file,
        );
        check("<object><param name=src value='/vb/1.pdf'><embed src='/vb/1.pdf'></object>", file);
        check("<embed src='../vb/1.pdf' type='application/pdf'>", file);
        check(
            "<iframe src='https://docs.google.com/viewer?url=https%3A%2F%2Fxa.example%2Fvb%2F1.pdf&embedded=true'></iframe>",
            file,
        );
        check(
            "<iframe src='https://docs.google.com/gview?embedded=true&url=https://xa.example/vb/1.pdf'></iframe>",
            file,
        );
        check("<iframe src='/pdfjs/web/viewer.html?file=%2Fvb%2F1.pdf#page=1'></iframe>", file);
        check("<iframe src='/pdfjs/web/viewer.html?file=/vb/1.pdf'></iframe>", file);
        check(
            "<iframe src='https://view.officeapps.live.com/op/embed.aspx?src=https://xa.example/tai?id=5'></iframe>",
            Some(("https://xa.example/tai?id=5", true)),
        );
        check(
            "<embed src='/tai.aspx?id=5' type='application/pdf'>",
            Some(("https://xa.example/tai.aspx?id=5", true)),
        );
    }

    #[test]
    fn videos_and_recordings_are_found() {
        for (html, url) in [
            (
                "<iframe src='https://www.youtube.com/embed/abc'></iframe>",
                "https://www.youtube.com/embed/abc",
            ),
            (
                "<iframe src='//player.vimeo.com/video/7'></iframe>",
                "https://player.vimeo.com/video/7",
            ),
            (
                "<iframe src='https://truyenhinh.example/xem/7' allowfullscreen></iframe>",
                "https://truyenhinh.example/xem/7",
            ),
            (
                "<iframe src='https://www.facebook.com/plugins/video.php?href=x'></iframe>",
                "https://www.facebook.com/plugins/video.php?href=x",
            ),
            (
                "<iframe src='https://drive.google.com/file/d/1/preview'></iframe>",
                "https://drive.google.com/file/d/1/preview",
            ),
            (
                "<video controls><source src=/clip/1.mp4 type=video/mp4>Trình duyệt cũ</video>",
                "https://xa.example/clip/1.mp4",
            ),
            ("<audio src=/am-thanh/1.mp3></audio>", "https://xa.example/am-thanh/1.mp3"),
        ] {
            check(html, Some((url, false)));
        }
    }

    #[test]
    fn what_is_not_content_is_not_embedded() {
        for html in [
            "<iframe src='https://www.googletagmanager.com/ns.html?id=G' height=0 width=0></iframe>",
            "<iframe src='https://ads.example/embed/1' allowfullscreen></iframe>",
            "<iframe src='https://www.facebook.com/plugins/like.php?href=x'></iframe>",
            "<iframe src='https://www.facebook.com/plugins/page.php?href=x' allow='autoplay; encrypted-media'></iframe>",
            "<iframe src='https://www.youtube.com/embed/abc' style='display: none'></iframe>",
            "<iframe src='/thoi-tiet.html'></iframe>",
            "<iframe></iframe>",
            "<iframe src='javascript:video()'></iframe>",
            "<video></video>",
        ] {
            check(html, None);
        }
    }
}
