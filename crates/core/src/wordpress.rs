//! The REST API of a WordPress site (developer.wordpress.org/rest-api, version `wp/v2`). Its
//! address is derived from that of the site, of the API or of a category.

use url::Url;

/// The path segment of the API on a site with permalinks.
const FOLDER: &str = "wp-json";
/// The query parameter that names a route on a site without permalinks.
const ROUTE: &str = "rest_route";
/// The default query parameters, which the operator can override. 20 articles are one page of the
/// API. The fields that are not requested would be most of the response.
const PARAMETERS: [(&str, &str); 3] = [
    ("per_page", "20"),
    ("_embed", "author,wp:featuredmedia,wp:term"),
    ("_fields", "id,guid,link,date,date_gmt,title,content,excerpt,_links,_embedded"),
];
/// Path segments of category, tag and author pages: WordPress's own names and common Vietnamese
/// ones.
const ARCHIVES: [&str; 6] = ["category", "tag", "author", "chuyen-muc", "danh-muc", "the-loai"];

/// The API of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordPress {
    /// The site, for readers.
    pub site: Url,
    /// The endpoint that lists its articles.
    pub posts: Url,
}

/// The error for an address that leads to no articles of a WordPress site.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordPressError {
    /// It is the page of a category, whose number only the page itself contains.
    #[error("is the page of a category, tag or author, which the API identifies by number only")]
    Archive,
    /// It is a route of the API that lists no articles.
    #[error("names the route {0:?} of the API, which lists no articles")]
    Route(String),
    /// It is not an http(s) address.
    #[error("has no path")]
    NoFolders,
}

impl WordPress {
    /// Derives the API of the site at an address.
    ///
    /// # Errors
    /// The address is not that of a site, of its API or of a list of articles.
    pub fn at(url: &Url) -> Result<Self, WordPressError> {
        let mut site = url.clone();
        site.set_query(None);
        site.set_fragment(None);
        let mut kept: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let segments: Vec<&str> = url.path_segments().ok_or(WordPressError::NoFolders)?.collect();
        let route = kept.iter().position(|(name, _)| name == ROUTE).map(|at| kept.remove(at).1);
        let has_permalinks = route.is_none();
        let folder = segments.iter().position(|segment| *segment == FOLDER);
        let route = match (route, folder) {
            (Some(route), _) => route,
            (None, Some(at)) => {
                let (before, route) = segments.split_at_checked(at).unwrap_or_default();
                site.set_path(&before.join("/"));
                route.get(1..).unwrap_or_default().join("/")
            }
            (None, None) => {
                let is_page = |segment: &&str| ARCHIVES.contains(segment);
                if segments.iter().any(is_page) {
                    return Err(WordPressError::Archive);
                }
                site.set_path(url.path().trim_end_matches("index.php"));
                // Without permalinks a category is a parameter of the site's own page.
                kept.retain(|(name, _)| name == "cat");
                kept.iter_mut().for_each(|(name, _)| *name = "categories".to_owned());
                String::new()
            }
        };
        if has_permalinks && !site.path().ends_with('/') {
            site.set_path(&format!("{}/", site.path()));
        }
        let (name, filter) = listing(&route)?;
        kept.extend(filter.map(|[name, value]| (name, value)));
        let mut posts = site.clone();
        if has_permalinks {
            posts.set_path(&format!("{}{FOLDER}/wp/v2/{name}", site.path()));
        } else {
            posts.query_pairs_mut().append_pair(ROUTE, &format!("/wp/v2/{name}"));
        }
        for (name, value) in PARAMETERS {
            if !kept.iter().any(|(known, _)| known == name) {
                kept.push((name.to_owned(), value.to_owned()));
            }
        }
        posts.query_pairs_mut().extend_pairs(kept);
        Ok(Self { site, posts })
    }

    /// Converts the address of a list on a site with permalinks to the form for sites without them.
    /// `None` if `posts` does not contain the permalink path.
    pub fn query_form(posts: &Url) -> Option<Url> {
        let (site, route) = posts.path().split_once(&format!("{FOLDER}/"))?;
        let mut url = posts.clone();
        url.set_path(site);
        url.set_query(None);
        url.query_pairs_mut()
            .append_pair(ROUTE, &format!("/{route}"))
            .extend_pairs(posts.query_pairs());
        Some(url)
    }
}

/// The post type that a route lists, and the category or tag that restricts it.
fn listing(route: &str) -> Result<(&str, Option<[String; 2]>), WordPressError> {
    let parts: Vec<&str> = route.split('/').filter(|part| !part.is_empty()).collect();
    let is_number = |text: &str| text.parse::<u32>().is_ok();
    match parts.as_slice() {
        [] | ["wp", "v2"] => Ok(("posts", None)),
        ["wp", "v2", kind @ ("categories" | "tags"), number] if is_number(number) => {
            Ok(("posts", Some([*kind, *number].map(str::to_owned))))
        }
        ["wp", "v2", "categories" | "tags" | "users" | "media" | "comments" | "types"]
        | ["wp", "v2", "taxonomies" | "statuses" | "settings" | "search"] => {
            Err(WordPressError::Route(route.to_owned()))
        }
        // Agencies define post types of their own.
        ["wp", "v2", kind] => Ok((kind, None)),
        _ => Err(WordPressError::Route(route.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, site: &str, posts: &str) {
        let found = WordPress::at(&url.parse().unwrap()).unwrap();
        let own = |(name, _): &(_, _)| !PARAMETERS.iter().any(|(known, _)| name == known);
        let query: Vec<(String, String)> =
            found.posts.query_pairs().into_owned().filter(own).collect();
        let query: Vec<String> =
            query.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        let told = format!("{}?{}", found.posts.path(), query.join("&"));
        assert_eq!((found.site.as_str(), told.as_str()), (site, posts), "{url}");
        assert_eq!(WordPress::at(&found.posts), Ok(found), "what was made is understood");
    }

    #[test]
    fn the_articles_of_a_site_are_found_from_any_of_its_addresses() {
        let site = "https://so.example/";
        check("https://so.example", site, "/wp-json/wp/v2/posts?");
        check("https://so.example/index.php#a", site, "/wp-json/wp/v2/posts?");
        check("https://so.example/tin", "https://so.example/tin/", "/tin/wp-json/wp/v2/posts?");
        check("https://so.example/?cat=7", site, "/wp-json/wp/v2/posts?categories=7");
        check("https://so.example/wp-json", site, "/wp-json/wp/v2/posts?");
        check("https://so.example/wp-json/wp/v2/", site, "/wp-json/wp/v2/posts?");
        check(
            "https://so.example/wp-json/wp/v2/categories/5",
            site,
            "/wp-json/wp/v2/posts?categories=5",
        );
        check(
            "https://so.example/b/wp-json/wp/v2/tin_tuc?tags=3",
            "https://so.example/b/",
            "/b/wp-json/wp/v2/tin_tuc?tags=3",
        );
        check(
            "https://so.example/?rest_route=/wp/v2/categories/5",
            site,
            "/?rest_route=/wp/v2/posts&categories=5",
        );
        let index = "https://so.example/index.php";
        check(
            "https://so.example/index.php?rest_route=/",
            index,
            "/index.php?rest_route=/wp/v2/posts",
        );
    }

    #[test]
    fn what_the_operator_asks_for_is_kept() {
        let url = "https://so.example/wp-json/wp/v2/posts?per_page=50&lang=vi".parse().unwrap();
        let posts = WordPress::at(&url).unwrap().posts;
        let query: Vec<_> = posts.query_pairs().into_owned().collect();
        assert_eq!(query.iter().filter(|(name, _)| name == "per_page").count(), 1);
        assert!(query.contains(&("per_page".into(), "50".into())), "{posts}");
        assert!(query.contains(&("lang".into(), "vi".into())), "{posts}");
    }

    #[test]
    fn other_pages_are_no_lists() {
        let at = |url: &str| WordPress::at(&url.parse().unwrap()).unwrap_err();
        assert_eq!(at("https://so.example/category/tin-tuc/"), WordPressError::Archive);
        for route in ["wp/v2/posts/7", "wp/v2/users", "contact-form-7/v1", "wp/v2/categories"] {
            let error = at(&format!("https://so.example/wp-json/{route}"));
            assert_eq!(error, WordPressError::Route(route.to_owned()));
        }
    }

    #[test]
    fn a_site_without_permalinks_is_asked_by_a_parameter() {
        let posts = WordPress::at(&"https://so.example/b/?cat=7".parse().unwrap()).unwrap().posts;
        let other = WordPress::query_form(&posts).unwrap();
        let start = "https://so.example/b/?rest_route=%2Fwp%2Fv2%2Fposts&categories=7&per_page=20";
        assert!(other.as_str().starts_with(start), "{other}");
        assert_eq!(WordPress::query_form(&other), None);
    }
}
