//! Collection of a page's links, each with the path of tags and classes above it.
//!
//! Links with the same path look alike to readers: they form one list, or several lists of one
//! type.

use super::super::address;
use super::section::{PageSection, is_hidden};
use bantin_core::ArticleKey;
use bantin_page::Dom;
use bantin_page::dom::is_block;
use ego_tree::iter::Edge;
use ego_tree::{NodeId, NodeRef};
use scraper::{ElementRef, Node};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use url::Url;

/// Maximum number of links that are read, to bound the work; no listing has as many.
const MAX_COUNT: usize = 50_000;
/// Purely visual elements: a bold title does not make a different list.
const PAINT: [&str; 12] =
    ["b", "strong", "i", "em", "u", "font", "center", "tbody", "span", "small", "big", "mark"];
/// Minimum number of words of a headline.
pub(super) const HEADLINE: usize = 5;
/// Values of `rel` of links that do not lead to articles.
const RELATIONS: [&str; 7] = ["tag", "category", "author", "next", "prev", "license", "search"];
/// Elements whose links are not visible.
const UNSEEN: [&str; 4] = ["noscript", "template", "script", "style"];

/// A link to another page.
pub(super) struct PageLink<'a> {
    /// The link element.
    pub(super) element: ElementRef<'a>,
    /// The target address.
    pub(super) url: Url,
    /// The identity of the target page.
    pub(super) key: ArticleKey,
    /// The hash of the path of tags and classes.
    pub(super) path: u64,
    /// The hash of the path of tags alone.
    pub(super) tags: u64,
    /// The hash of the last steps of the path of tags and classes.
    pub(super) leaf: u64,
    /// The section of the page that contains it.
    pub(super) section: PageSection,
    /// Whether it reads like a headline and is not part of a sentence.
    pub(super) headline: bool,
    /// Its position among the links of the page.
    pub(super) order: usize,
}

/// A link that does not lead to a page.
pub(super) struct RejectedLink<'a> {
    /// The link element.
    pub(super) element: ElementRef<'a>,
    /// The hash of the path of tags and classes.
    pub(super) path: u64,
    /// The reason why it cannot be followed.
    pub(super) why: String,
}

/// The links of a page.
#[derive(Default)]
pub(super) struct PageLinks<'a> {
    /// The links that lead to a page.
    pub(super) usable: Vec<PageLink<'a>>,
    /// The links that do not.
    pub(super) refused: Vec<RejectedLink<'a>>,
}

/// The state that an element passes down to its descendants.
#[derive(Clone, Copy)]
struct WalkFrame {
    path: u64,
    tags: u64,
    /// The last steps, innermost first.
    steps: [u64; 4],
    section: PageSection,
    unseen: bool,
}

/// Collects the links of the page at `page`, in page order.
pub(super) fn collect<'a>(dom: &'a Dom, page: &Url, home: &Url) -> PageLinks<'a> {
    let base = dom.base(page);
    let mut links = PageLinks::default();
    let counts = LinkCounts::of_page(dom);
    let mut keys: HashMap<String, ArticleKey> = HashMap::new();
    let mut frames = vec![WalkFrame {
        path: 0,
        tags: 0,
        steps: [0; 4],
        section: PageSection::default(),
        unseen: false,
    }];
    for edge in dom.tree().root_element().traverse() {
        match edge {
            Edge::Open(node) => {
                let Some(element) = ElementRef::wrap(node) else { continue };
                let Some(above) = frames.last().copied() else { break };
                let frame = child_frame(above, element, counts.of(node.id()));
                frames.push(frame);
                if !frame.unseen && element.value().name() == "a" {
                    let order = links.usable.len() + links.refused.len();
                    if order >= MAX_COUNT {
                        break;
                    }
                    add(&mut links, &mut keys, element, frame, order, (&base, page, home));
                }
            }
            Edge::Close(node) if node.value().is_element() => {
                frames.pop();
            }
            Edge::Close(_) => {}
        }
    }
    links
}

fn add<'a>(
    links: &mut PageLinks<'a>,
    keys: &mut HashMap<String, ArticleKey>,
    element: ElementRef<'a>,
    frame: WalkFrame,
    order: usize,
    (base, page, home): (&Url, &Url, &Url),
) {
    let Some(href) = element.attr("href") else { return };
    let relation = element.attr("rel").unwrap_or_default();
    if relation.split_whitespace().any(|relation| RELATIONS.contains(&relation)) {
        return;
    }
    match address::of_item(href, base, page) {
        Ok(url) => {
            let key = ArticleKey::of_page(&url, home);
            let key = keys.entry(folded(&key)).or_insert(key).clone();
            let WalkFrame { path, tags, section: place, steps, .. } = frame;
            let leaf = hash_of(&steps);
            let headline = is_headline(element);
            links.usable.push(PageLink {
                element,
                url,
                key,
                path,
                tags,
                leaf,
                section: place,
                headline,
                order,
            });
        }
        Err(error) => {
            links.refused.push(RejectedLink { element, path: frame.path, why: error.to_string() });
        }
    }
}

/// A normalized key that is equal for all spellings of an address on a page, regardless of case and
/// repeated percent-encoding.
fn folded(key: &ArticleKey) -> String {
    key.as_str().replace("%25", "%").trim_end_matches('/').to_lowercase()
}

fn child_frame(
    above: WalkFrame,
    element: ElementRef<'_>,
    (is_wide, is_news): (bool, bool),
) -> WalkFrame {
    let name = element.value().name();
    let classes = element.attr("class").unwrap_or_default().split_whitespace();
    // The classes of rows tell odd from even ones.
    let class = classes.filter(|_| name != "tr").find(|c| is_descriptive(c));
    let (path, tags, steps) = if class.is_none() && PAINT.contains(&name) {
        (above.path, above.tags, above.steps)
    } else {
        let class = class.map(|class| class.trim_matches(|c: char| !c.is_alphabetic()));
        let step = hash_of(&(name, class));
        let [first, second, third, _] = above.steps;
        let is_box = matches!(name, "div" | "section" | "main" | "aside" | "ul" | "table" | "td");
        let id = element.attr("id").filter(|_| is_box).unwrap_or_default();
        let id = id.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        let tags = hash_of(&(above.tags, name));
        (hash_of(&(above.path, step, id)), tags, [step, first, second, third])
    };
    let unseen = above.unseen || UNSEEN.contains(&name) || is_hidden(element);
    let place =
        if is_wide { above.section } else { above.section.section_of_child(element, is_news) };
    WalkFrame { path, tags, steps, section: place, unseen }
}

fn hash_of(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// The number of links in each element, and of those that are as long as headlines.
struct LinkCounts {
    of_element: HashMap<NodeId, (usize, usize)>,
    headlines: usize,
}

impl LinkCounts {
    fn of_page(dom: &Dom) -> Self {
        let mut of_element = HashMap::new();
        let (mut links, mut headlines) = (0_usize, 0_usize);
        let mut open = Vec::new();
        for edge in dom.tree().root_element().traverse() {
            match edge {
                Edge::Open(node) if node.value().is_element() => {
                    open.push((node.id(), links, headlines));
                }
                Edge::Close(node) => {
                    let Some(element) = ElementRef::wrap(node) else { continue };
                    if element.value().name() == "a" {
                        let words = words_of(element);
                        links += usize::from(words > 0);
                        headlines += usize::from(words >= HEADLINE);
                    }
                    if let Some((id, links_before, before)) = open.pop()
                        && links > links_before
                    {
                        of_element.insert(id, (links - links_before, headlines - before));
                    }
                }
                Edge::Open(_) => {}
            }
        }
        Self { of_element, headlines }
    }

    /// Whether an element contains more than half of the page's headlines (then it is the page's
    /// content whatever its class says), and whether most links in it are headlines.
    fn of(&self, element: NodeId) -> (bool, bool) {
        let (links, headlines) = self.of_element.get(&element).copied().unwrap_or_default();
        (headlines * 2 > self.headlines, headlines > 0 && headlines * 2 >= links)
    }
}

/// The number of words of a link, up to the length of a headline.
fn words_of(link: ElementRef<'_>) -> usize {
    let mut words = 0;
    for text in link.text().take(20) {
        words += words_in(text.get(..text.floor_char_boundary(400)).unwrap_or_default());
        if words >= HEADLINE {
            return HEADLINE;
        }
    }
    words
}

/// The number of words of a text. For scripts without spaces between words it is estimated from the
/// letters.
pub(super) fn words_in(text: &str) -> usize {
    let is_unspaced = |c: &char| matches!(*c, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}');
    let is_ideograph = |c: &char| matches!(*c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}');
    let spaced =
        text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count();
    let ideographs = text.chars().filter(is_ideograph).count();
    spaced.max(ideographs / 2).max(text.chars().filter(is_unspaced).count() / 6)
}

/// Whether a link reads like a headline and no sentence continues beside it.
fn is_headline(link: ElementRef<'_>) -> bool {
    if words_of(link) < HEADLINE {
        return false;
    }
    let is_text = |node: NodeRef<'_, Node>| {
        node.value()
            .as_text()
            .is_some_and(|text| text.chars().filter(|c| c.is_alphabetic()).count() > 8)
    };
    let beside = |node: NodeRef<'_, Node>| {
        node.next_siblings().take(3).chain(node.prev_siblings().take(3)).any(is_text)
    };
    !beside(*link) && !link.parent().is_some_and(|parent| !is_block_node(parent) && beside(parent))
}

fn is_block_node(node: NodeRef<'_, Node>) -> bool {
    node.value()
        .as_element()
        .is_some_and(|element| is_block(element.name()) || element.name() == "td")
}

/// Whether a class describes the type of an element, and not its position or state among siblings.
fn is_descriptive(class: &str) -> bool {
    const WHICH: [&str; 17] = [
        "odd",
        "even",
        "first",
        "last",
        "active",
        "alt",
        "alternate",
        "ms-alternating",
        "ms-itmhover",
        "current",
        "selected",
        "firstflag",
        "item-first",
        "item-last",
        "clearfix",
        "sticky",
        "row-last",
    ];
    !class.contains(|c: char| c.is_ascii_digit())
        && !WHICH.contains(&class.to_ascii_lowercase().as_str())
        && !["category-", "tag-"].iter().any(|start| class.starts_with(start))
}
