//! Tests that a publisher with a cache writes the same documents as one without, whatever happens
//! to the store.

use super::{Publisher, begin_day};
use bantin_core::{
    Agency, ArchivePolicy, ArticleKey, ArticleQuery, Condition, Feed, FeedConfig, FeedFormat,
    NewArticle, OfficeWords, Phrase, Province, Site, TokenHash, Topic, TopicRules, VisitCounts,
    VisitOutcome,
};
use bantin_page::Validators;
use bantin_store::{FetchedArticle, ImportedArticle, PageCheck, PageStatus, Store, VisitResult};
use bantin_testing::{article, slug, source, stored_article};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const SOURCES: [&str; 4] = ["a", "b", "c", "d"];
/// The number of articles of a source: few, so that the same ones go through many events.
const NUMBERS: u32 = 14;

/// A store, with the output of a caching publisher beside that of publishers without a cache.
struct Desk {
    store: Store,
    publisher: Publisher,
    folder: tempfile::TempDir,
    now: DateTime<Utc>,
    site: Site,
    planned: Vec<FeedConfig>,
    feeds: Vec<Feed>,
    titles: u32,
    random: u64,
    /// The events so far, to explain a failed test.
    done: Vec<String>,
}

fn topics(word: &str) -> Arc<TopicRules> {
    let topic = |id: &str, word: &str| Topic {
        id: slug(id),
        name: format!("Chủ đề {id}"),
        strong: vec![word.to_owned()],
        weak: Vec::new(),
        not: Vec::new(),
    };
    Arc::new(TopicRules::new(
        vec![topic("y-te", "bệnh viện"), topic("giao-duc", word)],
        OfficeWords::default(),
    ))
}

fn feed(id: &str, query: ArticleQuery) -> FeedConfig {
    FeedConfig {
        query,
        limit: 3,
        formats: vec![FeedFormat::Atom, FeedFormat::Rss],
        history: ArchivePolicy { max_per_source: 2, ..ArchivePolicy::default() },
        ..bantin_testing::feed(id)
    }
}

fn feeds() -> Vec<FeedConfig> {
    let of = |lists: ArticleQuery| lists;
    let names = |names: &[&str]| names.iter().map(|name| slug(name)).collect::<Vec<_>>();
    let condition = Condition::Words(vec![Phrase::of("học").unwrap()]);
    let topic = of(ArticleQuery { topics: names(&["y-te"]), ..ArticleQuery::default() });
    let short = FeedConfig { max_bytes: 9_000, limit: 4, ..feed("ngan", ArticleQuery::default()) };
    let newer = Condition::NewerThan(Duration::from_secs(2 * 86_400));
    let days = feed("gan-day", ArticleQuery { conditions: vec![newer], ..ArticleQuery::default() });
    vec![
        feed("tat-ca", ArticleQuery::default()),
        FeedConfig {
            aliases: names(&["mot-cu"]),
            ..feed("mot", ArticleQuery { sources: names(&["a"]), ..ArticleQuery::default() })
        },
        feed("hai", ArticleQuery { sources: names(&["b", "c"]), ..ArticleQuery::default() }),
        feed("tinh", ArticleQuery { provinces: names(&["hue"]), ..ArticleQuery::default() }),
        feed("co-quan", ArticleQuery { agencies: names(&["ban"]), ..ArticleQuery::default() }),
        feed("chu-de", topic.clone()),
        feed("chu-de-tinh", ArticleQuery { provinces: names(&["hue"]), ..topic }),
        feed(
            "dieu-kien",
            ArticleQuery { conditions: vec![condition.clone()], ..ArticleQuery::default() },
        ),
        feed(
            "dieu-kien-hai",
            ArticleQuery {
                conditions: vec![condition],
                sources: names(&["a", "b"]),
                ..ArticleQuery::default()
            },
        ),
        FeedConfig {
            history: ArchivePolicy { archive: false, ..ArchivePolicy::default() },
            ..short
        },
        FeedConfig {
            history: ArchivePolicy { archive: false, ..ArchivePolicy::default() },
            ..days
        },
        feed("khong", ArticleQuery { sources: names(&["e"]), ..ArticleQuery::default() }),
    ]
}

fn site(folder: &Path) -> Site {
    Site {
        output: folder.join("output"),
        state: folder.to_owned(),
        topics: topics("trường"),
        precompress: false,
        ..bantin_testing::site()
    }
}

fn visited(
    articles: Vec<FetchedArticle>,
    asked: Vec<PageCheck>,
    finished: DateTime<Utc>,
) -> VisitResult {
    VisitResult {
        outcome: VisitOutcome::Visited(VisitCounts::default()),
        validators: Some(Validators::default()),
        articles,
        checked: asked,
        ..VisitResult::unchanged(finished, finished + TimeDelta::minutes(30))
    }
}

/// All files below a folder, by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for part in ["output", "private"] {
        let Ok(entries) = fs::read_dir(folder.join(part)) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            let name = format!("{part}/{}", path.file_name().unwrap().to_str().unwrap());
            found.insert(name, fs::read(&path).unwrap());
        }
    }
    found
}

impl Desk {
    async fn open(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("store")).await.unwrap();
        store.authority("bantin.example,2026").await.unwrap();
        let mut desk = Self {
            publisher: Publisher::default(),
            site: site(&folder.path().join("remembers")),
            now: "2026-11-20T05:00:00Z".parse().unwrap(),
            planned: feeds(),
            feeds: Vec::new(),
            titles: 0,
            random: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
            done: Vec::new(),
            store,
            folder,
        };
        desk.apply().await;
        for name in SOURCES {
            // An empty first visit: its articles would be backlog, and later ones are news.
            desk.visit(name, vec![], vec![]).await;
        }
        desk
    }

    /// A random number below `bound`.
    fn below(&mut self, bound: u32) -> u32 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        u32::try_from(self.random % u64::from(bound)).unwrap()
    }

    async fn apply(&mut self) {
        let mut sources = Vec::new();
        for (number, name) in (0_u32..).zip(SOURCES) {
            let mut made = source(name);
            made.origin.title = format!("Cơ quan {name} {}", self.titles);
            // The province of `b` changes.
            let province = if number < 1 + self.titles % 2 { "hue" } else { "lam-dong" };
            made.origin.province =
                Some(Province { slug: slug(province), name: province.to_owned() });
            let agency = if number % 2 == 0 { "ban" } else { "so" };
            made.origin.agency = Some(Agency { slug: slug(agency), name: agency.to_owned() });
            sources.push(Arc::new(made));
        }
        self.feeds = self.store.apply(&sources, &self.planned, self.now).await.unwrap();
    }

    async fn visit(&mut self, name: &str, articles: Vec<NewArticle>, asked: Vec<PageCheck>) {
        self.now += TimeDelta::minutes(40);
        let lease = Duration::from_secs(1200);
        let claim = self.store.claim(&slug(name), self.now, "test", lease).await.unwrap().unwrap();
        let arrived = |article: NewArticle| FetchedArticle {
            fingerprint: article.hash.clone(),
            teaser_title: None,
            url: article.url.as_url().clone(),
            rank: Some(0),
            revisit_at: None,
            min_edit: 1,
            known: None,
            differs_from: None,
            canonical: None,
            body_hash: None,
            doubted_since: None,
            is_date_corrected: false,
            article,
        };
        let articles = articles.into_iter().map(arrived).collect();
        let visit = visited(articles, asked, self.now);
        self.store.commit(&claim, visit).await.unwrap();
    }

    /// An article of a source, with the words that topics and conditions match.
    fn article(&mut self, name: &str, number: u32) -> NewArticle {
        let words = ["bệnh viện", "trường học", "nhà máy", "lớp học"];
        let word = words[self.below(4) as usize];
        // Some dates are equal.
        let published = self.now - TimeDelta::hours(i64::from(self.below(4)) * 24);
        let text =
            format!("Nội dung {number}: {word}. {}", "Chữ ".repeat(self.below(900) as usize));
        NewArticle {
            title: format!("Tin số {number} về {word}"),
            hash: format!("{number} {text}"),
            html: bantin_core::CleanHtml::from_store(format!("<p>{text}</p>")),
            text,
            ..article(name, number, published)
        }
    }

    fn id(&mut self) -> String {
        let name = SOURCES[self.below(4) as usize];
        format!("tag:bantin.example,2026:{name}:/tin/{}", self.below(NUMBERS))
    }

    /// Applies a random event.
    async fn step(&mut self) {
        let name = SOURCES[self.below(4) as usize];
        let number = self.below(NUMBERS);
        let what = self.below(26);
        self.done.push(format!("{what} {name} {number}"));
        match what {
            0..=8 => {
                let article = self.article(name, number);
                self.visit(name, vec![article], vec![]).await;
            }
            9 => {
                let articles = (0..5).map(|more| self.article(name, (number + more) % NUMBERS));
                let articles = articles.collect();
                self.visit(name, articles, vec![]).await;
            }
            10 | 11 => {
                // The text stays, and its other fields change.
                let id = format!("tag:bantin.example,2026:{name}:/tin/{number}");
                let found = self.store.export_batch(None, 100).await.unwrap();
                let mut here = found.articles.into_iter().filter(|one| one.withdrawn.is_none());
                if let Some(known) = here.find(|one| one.article.id == id) {
                    let known = known.article;
                    let summary = Some(format!("Tóm tắt {}", self.below(1000)));
                    self.visit(name, vec![NewArticle { summary, ..known.content }], vec![]).await;
                }
            }
            12 | 13 => {
                let id = self.id();
                let _ = self.store.withdraw(&id, "thử", self.now).await;
            }
            14 | 15 => {
                let asked = || PageCheck {
                    key: ArticleKey::kept(format!("/tin/{number}")),
                    status: PageStatus::Gone(404),
                    revisit_at: None,
                };
                self.visit(name, vec![], vec![asked()]).await;
                self.visit(name, vec![], vec![asked()]).await;
            }
            16 => {
                let id = self.id();
                let _ = self.store.erase(&id, "thử", self.now).await;
            }
            17 => {
                let word = ["trường", "nhà máy"][self.below(2) as usize];
                self.site.topics = topics(word);
            }
            18 => {
                self.titles += 1;
                self.apply().await;
            }
            19 => {
                let place = self.below(self.planned.len() as u32) as usize;
                let all = feeds();
                match self.below(6) {
                    4 => self.planned[place].formats.truncate(1),
                    5 => self.planned[place].max_bytes = 12_000,
                    0 => self.planned[place].limit = 2 + self.below(3) as usize,
                    1 => self.planned[place].title += "!",
                    2 if self.planned[place].is_private() => self.planned[place].tokens.clear(),
                    2 => self.planned[place].tokens = vec![TokenHash::of("x")],
                    _ if self.planned.len() == all.len() => drop(self.planned.remove(place)),
                    _ => self.planned = all,
                }
                self.apply().await;
            }
            20 => self.disturb(|path| fs::remove_file(path).unwrap()),
            21 => {
                let days = self.below(40);
                self.now += TimeDelta::days(i64::from(days));
                begin_day(&self.store, &self.feeds, self.now).await.unwrap();
            }
            22 => {
                let db = rusqlite::Connection::open(self.folder.path().join("store/bantin.sqlite"));
                let value = if self.below(2) == 0 { "'[{]'" } else { "'[]'" };
                let sql =
                    format!("UPDATE article SET images = {value} WHERE source = ?1 AND key = ?2");
                db.unwrap().execute(&sql, (name, format!("/tin/{number}"))).unwrap();
                // Another change of the counter makes the daemon publish.
                self.titles += 2;
                self.apply().await;
            }
            _ => {
                // It arrives with a date among the old articles.
                self.titles += 2;
                let days = self.below(5);
                let number = 100 + self.titles;
                let published = self.now - TimeDelta::hours(i64::from(24 * days));
                let id = format!("tag:bantin.example,2026:{name}:/tin/{number}");
                let content = NewArticle { published, ..self.article(name, number) };
                let article = stored_article(&id, content);
                let imported = ImportedArticle {
                    article,
                    origin: None,
                    withdrawn: None,
                    addresses: Vec::new(),
                    made_from: None,
                };
                self.store.import_articles(vec![imported], self.now).await.unwrap();
            }
        }
    }

    /// Damages one of the files of the caching publisher.
    fn disturb(&mut self, how: impl FnOnce(&Path)) {
        let output = self.site.output.clone();
        let names: Vec<String> = files(&self.site.state).into_keys().collect();
        let names: Vec<&str> =
            names.iter().filter_map(|name| name.strip_prefix("output/")).collect();
        if let Some(bound) = u32::try_from(names.len()).ok().filter(|bound| *bound > 0) {
            how(&output.join(names[self.below(bound) as usize]));
        }
    }

    async fn publish(&mut self) -> super::PublishReport {
        let report = self.publisher.publish(&self.store, &self.site, &self.feeds).await.unwrap();
        assert_eq!(report.problems, Vec::<String>::new(), "{:?}", self.done);
        report
    }

    /// Publishes without a cache into an empty folder, and compares. Files of empty or removed
    /// feeds may stay.
    async fn compare(&mut self) {
        let other = self.folder.path().join("forgets");
        let _ = fs::remove_dir_all(&other);
        let site = Site { output: other.join("output"), state: other.clone(), ..self.site.clone() };
        let report = Publisher::default().publish(&self.store, &site, &self.feeds).await.unwrap();
        let (mut remembers, forgets) = (files(&self.site.state), files(&other));
        let full: Vec<&str> = (self.feeds.iter())
            .filter(|feed| !report.empty.contains(&feed.id))
            .flat_map(|feed| std::iter::once(&feed.id).chain(&feed.aliases))
            .map(bantin_core::Slug::as_str)
            .collect();
        remembers.retain(|name, _| {
            let stem = name.rsplit('/').next().unwrap().split('.').next().unwrap();
            forgets.contains_key(name) || full.contains(&stem)
        });
        let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&remembers), names(&forgets), "{:#?}", self.done);
        for (name, bytes) in &forgets {
            assert!(remembers[name] == *bytes, "{name}: {:#?}", self.done);
        }
    }

    async fn walk(&mut self, steps: u32) {
        for _ in 0..steps {
            self.step().await;
            if self.below(4) != 0 {
                self.publish().await;
                if self.below(3) == 0 {
                    self.compare().await;
                }
            }
        }
        self.publish().await;
        self.compare().await;
    }
}

#[tokio::test]
async fn whatever_happens_the_memory_makes_no_difference() {
    let seeds = std::env::var("SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(2);
    for seed in 1..=seeds {
        Desk::open(seed).await.walk(45).await;
    }
}

/// The names of the files in `output/` that have changed.
fn others(before: &BTreeMap<String, Vec<u8>>, after: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let names = after.iter().filter(|(name, bytes)| before.get(*name) != Some(*bytes));
    names.map(|(name, _)| name.trim_start_matches("output/").to_owned()).collect()
}

#[tokio::test]
async fn what_is_lost_or_cut_on_the_disk_is_put_back() {
    let mut desk = Desk::open(7).await;
    desk.site.precompress = true;
    for number in 0..NUMBERS {
        let article = desk.article("a", number);
        desk.visit("a", vec![article], vec![]).await;
    }
    desk.publish().await;
    let whole = files(&desk.site.state);
    for name in [
        "mot.atom",
        "mot-cu.rss",
        "mot.html",
        "mot.atom.gz",
        "mot.1.atom",
        "index.html",
        "feeds.opml",
    ] {
        let path = desk.site.output.join(name);
        fs::remove_file(&path).unwrap();
        desk.publish().await;
        assert_eq!(others(&whole, &files(&desk.site.state)), Vec::<String>::new(), "{name}");
        assert!(path.exists(), "{name}");
        if name == "mot.1.atom" {
            // An archive that was truncated in place is restored only when everything is rendered.
            continue;
        }
        fs::write(&path, "cụt").unwrap();
        desk.publish().await;
        assert!(fs::read(&path).unwrap() == whole[&format!("output/{name}")], "{name}");
    }
}

#[tokio::test]
async fn a_feed_that_nothing_concerns_rests() {
    let mut desk = Desk::open(8).await;
    for name in SOURCES {
        let article = desk.article(name, 1);
        desk.visit(name, vec![article], vec![]).await;
    }
    desk.publish().await;
    // A publisher that read its bytes would restore them.
    let path = desk.site.output.join("mot.atom");
    let (bytes, modified) =
        (fs::read(&path).unwrap(), fs::metadata(&path).unwrap().modified().unwrap());
    fs::write(&path, vec![b'x'; bytes.len()]).unwrap();
    fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();

    let before = files(&desk.site.state);
    let article = desk.article("d", 2);
    desk.visit("d", vec![article], vec![]).await;
    desk.publish().await;
    let changed = others(&before, &files(&desk.site.state));
    assert!(changed.contains(&"tat-ca.atom".to_owned()), "{changed:?}");
    assert!(
        changed.iter().all(|name| !name.starts_with("mot") && !name.starts_with("hai")),
        "{changed:?}"
    );
    let article = desk.article("a", 2);
    desk.visit("a", vec![article], vec![]).await;
    desk.publish().await;
    assert_ne!(fs::read(&path).unwrap(), vec![b'x'; bytes.len()]);
    desk.compare().await;
}
