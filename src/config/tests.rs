//! Tests with whole configurations: the plans of valid ones, and the messages for invalid ones.

mod conditions;
mod identity;
mod labelled_topics;
mod matrix;
mod old_names;

use super::*;
use bantin_core::{
    CertificateBytes, FeedFormat, PlatformSetting, PublicKeyPin, TlsDialect, TlsPolicy, TlsTrust,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::fs;
use std::time::Duration;

/// A temporary folder for the files of one test.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new(files: &[(&str, &str)]) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        for (name, text) in files {
            let path = desk.0.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        desk
    }

    fn read(&self) -> Result<Plan, ConfigErrors> {
        read(&self.0.path().join("feeds.toml"), &place())
    }

    #[track_caller]
    fn plan(&self) -> Plan {
        self.read().unwrap_or_else(|errors| panic!("{errors}"))
    }
}

fn place() -> BaseDirectories {
    BaseDirectories {
        working_directory: "/srv/bantin".into(),
        state_directory: None,
        credentials_directory: None,
    }
}

const TOP: &str = "id_authority = 'bantin.example,2026'\ncontact = 'mailto:an@bantin.example'\n";
const SOURCE: &str = "
[[source]]
id = 'ban-dan-toc'
province = 'Đắk Nông'
agency = 'Ban Dân tộc'
url = 'https://bandantoc.lamdong.example/tin-tuc/'
select = { item = 'li' }
";
const FEED: &str = "
[[feed]]
id = 'tong-hop'
title = 'Tin tổng hợp'
";

/// Every file in tests/config/broken produces exactly the messages in the text file of the same
/// name.
#[test]
fn what_is_wrong_is_told_in_full_with_its_place_and_a_hint() {
    let mut files: Vec<_> = fs::read_dir("tests/config/broken")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    assert!(files.len() >= 25);
    let bless = std::env::var_os("BLESS").is_some();
    for path in files {
        let errors = read(&path, &place()).map(|_| ()).expect_err(&path.display().to_string());
        let told = format!("{errors}\n");
        let kept = path.with_extension("txt");
        if bless {
            fs::write(&kept, &told).unwrap();
        }
        let expected = fs::read_to_string(&kept).unwrap();
        assert!(told == expected, "{}:\n{told}\nexpected:\n{expected}", path.display());
    }
}

#[test]
fn a_missing_feeds_toml_says_where_it_was_looked_for() {
    let errors = read(Path::new("khong-co.toml"), &place()).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "error: khong-co.toml cannot be read: no such file or directory\n |\n = help: bantin looked for /srv/bantin/khong-co.toml; name another file with --config"
    );
    assert_eq!(errors.count(), 1);
    assert!(errors.render(true).contains("\u{1b}["));
}

#[test]
fn the_feeds_toml_at_the_root_is_good() {
    let desk = Desk::new(&[("feeds.toml", include_str!("../../feeds.toml"))]);
    for folder in ["ban-dan-toc", "so-van-hoa", "cong-thong-tin", "luu-tru"] {
        fs::create_dir_all(desk.0.path().join("samples").join(folder)).unwrap();
    }
    let plan = desk.plan();
    assert_eq!(plan.warnings, Vec::<String>::new());
    let titles: Vec<_> = plan.sources.iter().map(|source| source.origin.title.as_str()).collect();
    assert_eq!(
        titles,
        [
            "Ban Dân tộc tỉnh Lâm Đồng",
            "Sở Văn hóa và Thể thao thành phố Huế",
            "Cổng thông tin điện tử tỉnh Điện Biên",
            "Sở Khoa học và Công nghệ tỉnh An Giang",
        ]
    );
    let urls: Vec<_> = plan.sources.iter().map(|source| source.url.as_str()).collect();
    assert_eq!(
        urls,
        [
            "https://bandantoc.lamdong.example/tin-tuc/default.aspx",
            "https://sovanhoa.hue.example/tin-tuc/",
            "https://dienbien.example/rss/tin-tuc.rss",
            "https://sokhcn.angiang.example/luu-tru/",
        ]
    );
    assert!(plan.sources.iter().all(|source| source.access.delay == Duration::ZERO));
    assert_eq!(plan.feeds[0].limit, 100);
    assert_eq!(plan.feeds[2].formats, [FeedFormat::Atom, FeedFormat::Rss]);
}

#[test]
fn what_is_left_out_has_a_default() {
    let plan = Desk::new(&[("feeds.toml", &[TOP, SOURCE, FEED].concat())]).plan();
    assert_eq!(plan.site.base_url.as_str(), "http://127.0.0.1:8787/");
    assert_eq!(plan.site.output, Path::new("/srv/bantin/output"));
    assert_eq!(plan.workers, 8);
    let source = &plan.sources[0];
    assert_eq!(source.origin.title, "Ban Dân tộc tỉnh Lâm Đồng");
    assert_eq!(source.origin.province.as_ref().unwrap().slug.as_str(), "lam-dong");
    assert_eq!(source.origin.home.as_str(), source.url.as_str());
    assert_eq!(source.timetable.to_string(), "*/30 * * * *");
    assert_eq!(source.zone, chrono_tz::Asia::Ho_Chi_Minh);
    assert_eq!(source.access.delay, Duration::from_secs(2));
    assert_eq!(source.max_pages, 50);
    assert_eq!(source.access, bantin_core::HostAccess::default());
    let with_port = SOURCE.replace("example/", "example:8443/") + "ports = [8080]\n";
    let plan = Desk::new(&[("feeds.toml", &[TOP, &with_port, FEED].concat())]).plan();
    assert_eq!(plan.sources[0].access.ports, [8080, 8443]);
    let within = Duration::from_secs(48 * 3600);
    assert_eq!(source.revisits, bantin_core::RevisitPolicy { times: 2, within });
    let feed = &plan.feeds[0];
    assert_eq!((feed.limit, feed.language.as_str()), (50, "vi"));
    assert_eq!(feed.description, feed.title);
    assert_eq!(feed.formats, FeedFormat::ALL);
}

#[test]
fn topics_come_with_bantin_and_from_files_the_later_before_the_earlier() {
    let ids = |plan: &Plan| -> Vec<String> {
        plan.site.topics.list().iter().map(|topic| topic.id.to_string()).collect()
    };
    let plan = |top: &str, feed: &str| {
        let file = "[[topic]]\nid = 'y-te'\nname = 'Sức khỏe'\nstrong = ['khỏe']\n[[topic]]\nid = 'khac'\nname = 'Khác'\n";
        let text = [TOP, top, SOURCE, FEED, feed].concat();
        Desk::new(&[("feeds.toml", &text), ("topics/ours.toml", file)]).plan()
    };
    let own = plan("topics = ['topics/ours.toml']\n", "topics = ['Sức khỏe', 'y-te', 'khac']");
    assert_eq!(ids(&own), ["y-te", "khac"]);
    assert_eq!(own.feeds[0].query.topics.len(), 2);
    assert!(own.files.iter().any(|file| file.ends_with("topics/ours.toml")));
    let [warning] = &own.warnings[..] else { panic!("{:?}", own.warnings) };
    assert!(warning.contains("ours.toml:6:6: this topic has no keyword"), "{warning}");

    let built_in = plan("", "topics = ['Y tế, dịch bệnh']");
    assert_eq!(built_in.feeds[0].query.topics[0].as_str(), "y-te");
    let both = plan("topics = ['built-in', 'topics/ours.toml']\n", "");
    assert_eq!(ids(&both).len(), ids(&built_in).len() + 1);
    assert_eq!(both.site.topics.name(&"y-te".parse().unwrap()), Some("Sức khỏe"));
    assert_ne!(both.site.topics.version(), built_in.site.topics.version());
    assert_eq!(ids(&plan("topics = []\n", "")), Vec::<String>::new());
}

#[test]
fn output_and_state_lie_where_systemd_says_unless_they_are_absolute() {
    let text = [TOP, "state = '/var/lib/khac'\n", SOURCE, FEED].concat();
    let desk = Desk::new(&[("feeds.toml", &text)]);
    let place = BaseDirectories { state_directory: Some("/var/lib/bantin".into()), ..place() };
    let plan = read(&desk.0.path().join("feeds.toml"), &place).unwrap();
    assert_eq!(plan.site.output, Path::new("/var/lib/bantin/output"));
    assert_eq!(plan.site.state, Path::new("/var/lib/khac"));
}

#[test]
fn a_feed_is_its_own_feed_and_its_home_is_its_site() {
    let text = "
        [[source]]
        id = 'cong'
        kind = 'feed'
        follow = true
        url = 'https://dienbien.example/rss/tin.rss'
        article = { body = 'div.noi-dung' }
        [[source]]
        id = 'khac'
        kind = 'feed'
        url = 'https://dienbien.example/rss/tin.rss'
        home = 'https://dienbien.example/tin/'
        feed_url = 'https://dienbien.example/rss/cho-nguoi-doc.rss'";
    let plan = Desk::new(&[("feeds.toml", &[TOP, text, FEED].concat())]).plan();
    let origin = |at: usize| {
        let origin = &plan.sources[at].origin;
        (origin.title.as_str(), origin.home.as_str(), origin.feed.as_ref().unwrap().as_str())
    };
    let feed = "https://dienbien.example/rss/tin.rss";
    assert_eq!(origin(0), ("cong", "https://dienbien.example/", feed));
    let feed = "https://dienbien.example/rss/cho-nguoi-doc.rss";
    assert_eq!(origin(1), ("khac", "https://dienbien.example/tin/", feed));
    let follow = [("follow", "true".to_owned())];
    assert_eq!(
        (plan.sources[0].kind.name(), plan.sources[0].kind.settings()),
        ("feed", &follow[..])
    );
    assert_eq!(plan.sources[0].article.body.as_ref().unwrap().as_str(), "div.noi-dung");
}

#[test]
fn included_files_and_tables_are_read_beside_the_file_that_names_them() {
    let desk = Desk::new(&[
        (
            "feeds.toml",
            &[TOP, "include = ['tinh/*.toml', 'rieng.toml']\n[defaults]\ndelay = '5s'\n", FEED]
                .concat(),
        ),
        ("rieng.toml", SOURCE),
        ("tinh/b.toml", "[[source_table]]\npath = 'b.csv'\nkind = 'feed'\nlanguage = 'en'\n"),
        (
            "tinh/b.csv",
            "id;url;delay\r\nb1;https://b1.example/rss;1s\r\nb2;https://b2.example/rss;\r\n",
        ),
        (
            "tinh/a.toml",
            "[[source]]\nid = 'a'\nkind = 'files'\nfolder = 'luu'\nbase_url = 'https://a.example'\n",
        ),
        ("tinh/luu/1.html", "<p>"),
    ]);
    let plan = desk.plan();
    let ids: Vec<_> = plan.sources.iter().map(|source| source.id().as_str()).collect();
    assert_eq!(ids, ["a", "b1", "b2", "ban-dan-toc"]);
    let delays: Vec<_> = plan.sources.iter().map(|source| source.access.delay.as_secs()).collect();
    assert_eq!(delays, [0, 1, 5, 5]);
    assert_eq!(plan.sources[1].origin.language, "en");
    let folder = plan.sources[0].folder.as_ref().unwrap();
    assert_eq!(folder.path, desk.0.path().join("tinh/luu"));
    assert_eq!(plan.sources[0].url.as_str(), "https://a.example/");
    let files: Vec<_> =
        plan.files.iter().map(|path| path.strip_prefix(desk.0.path()).unwrap()).collect();
    let expected = ["feeds.toml", "tinh/a.toml", "tinh/b.toml", "rieng.toml", "tinh/b.csv"];
    assert_eq!(files, expected.map(Path::new));
}

#[test]
fn a_cell_goes_before_its_table_and_the_table_before_the_defaults() {
    let desk = Desk::new(&[
        (
            "feeds.toml",
            &[
                TOP,
                FEED,
                "
                [[source_table]]
                path = 'bang.csv'
                agency = 'Sở Y tế'
                select = { item = 'li', date = 'i' }
                schedule = '@daily'
            ",
            ]
            .concat(),
        ),
        (
            "bang.csv",
            "id,url,select.item,agency,province,aliases,article.remove,schedule\n\
             a,https://a.example/,,,lam-dong,,,\n\
             \n\
             b,https://b.example/,\"tr, td\",\"Sở \"\"Nội\"\" vụ\",46,b1|b2,.x|.y,@hourly\n",
        ),
    ]);
    let plan = desk.plan();
    let [a, b] = &plan.sources[..] else { panic!("{}", plan.sources.len()) };
    let items = |source: &Source| {
        let setting = |key| source.kind.setting(key).unwrap().to_owned();
        (setting("select.item"), setting("select.date"))
    };
    assert_eq!(items(a), ("li".to_owned(), "i".to_owned()));
    assert_eq!(items(b), ("tr, td".to_owned(), "i".to_owned()));
    assert_eq!(a.origin.title, "Sở Y tế tỉnh Lâm Đồng");
    assert_eq!(b.origin.title, "Sở \"Nội\" vụ thành phố Huế");
    assert_eq!(
        (a.timetable.to_string(), b.timetable.to_string()),
        ("@daily".into(), "@hourly".into())
    );
    assert_eq!(b.aliases.len(), 2);
    assert_eq!(b.article.remove.len(), 2);
}

#[test]
fn a_listing_without_selectors_is_read_by_its_shape() {
    let source = "[[source]]\nid = 'a'\nprovince = 'lam-dong'\nagency = 'Sở Y tế'\nurl = 'https://a.example/'\n";
    for (key, list) in [("", None), ("list = ' Tin tức '\n", Some("Tin tức".to_owned()))] {
        let desk = Desk::new(&[("feeds.toml", &[TOP, source, key, FEED].concat())]);
        let kind = &desk.plan().sources[0].kind;
        assert_eq!((kind.name(), kind.setting("list").map(str::to_owned)), ("listing", list));
    }
}

#[test]
fn a_feed_asks_by_any_name_and_gets_the_terms() {
    let feed = "provinces = ['Đắk Nông', '68', 'hue']\nagencies = ['BAN DÂN TỘC']\nsources = ['ban-dan-toc']\n";
    let plan = Desk::new(&[("feeds.toml", &[TOP, SOURCE, FEED, feed].concat())]).plan();
    let query = &plan.feeds[0].query;
    let terms = |slugs: &[bantin_core::Slug]| -> Vec<String> {
        slugs.iter().map(ToString::to_string).collect()
    };
    assert_eq!(terms(&query.provinces), ["lam-dong", "hue"]);
    // The agency is also found under its names since the merger.
    assert_eq!(
        terms(&query.agencies),
        ["ban-dan-toc", "so-dan-toc-va-ton-giao", "ban-dan-toc-va-ton-giao"]
    );
    assert_eq!(terms(&query.sources), ["ban-dan-toc"]);
}

#[test]
fn what_is_hardly_meant_is_a_warning() {
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let desk = Desk::new(&[("feeds.toml", text)]);
        let folder = format!("{}/", desk.0.path().display());
        let warnings: Vec<_> =
            desk.plan().warnings.iter().map(|warning| warning.replace(&folder, "")).collect();
        assert_eq!(warnings, expected);
    }
    check(&[TOP, SOURCE, FEED].concat(), &[]);
    let nameless = TOP.lines().next().unwrap();
    check(
        &[nameless, SOURCE, FEED].concat(),
        &[
            "feeds.toml:1:1: there is no `contact`, so agencies that see bantin in their logs cannot reach you: write contact = \"mailto:...\", or the address of a web page about you",
        ],
    );
    check(
        TOP,
        &[
            "feeds.toml:1:1: there is no [[source]], so nothing is fetched",
            "feeds.toml:1:1: there is no [[feed]], so nothing is published",
        ],
    );
    check(
        &[TOP, SOURCE, FEED, "provinces = ['hue']\n"].concat(),
        &["feeds.toml:12:6: no source is in this feed, so it stays empty"],
    );
    check(
        &[TOP, "listen = '0.0.0.0:80'\n", SOURCE, FEED].concat(),
        &[
            "feeds.toml:3:10: without `base_url`, the links in feeds use this address, which clients cannot reach",
        ],
    );
    check(
        &[TOP, SOURCE, "tls_verify = 'off'\n", FEED].concat(),
        &[
            "feeds.toml:10:14: tls_verify = \"off\": anyone on the network path to this source can change what is published under your name; pin its key with spki_sha256 instead (`bantin try` without this line shows it)",
        ],
    );
}

#[test]
fn a_source_says_how_tls_is_spoken_and_whom_it_believes() {
    let root = include_str!("../../tests/config/broken/certs/root.pem");
    let pem: Vec<u8> = root.bytes().collect();
    let der = CertificateDer::from_pem_slice(&pem).unwrap();
    let desk = |keys: &str| {
        let desk = Desk::new(&[
            ("feeds.toml", &[TOP, SOURCE, keys, FEED].concat()),
            ("certs/two.pem", &format!("Root\n{root}\n{root}")),
        ]);
        fs::write(desk.0.path().join("certs/one.crt"), &der).unwrap();
        desk
    };
    let tls = |keys: &str| desk(keys).plan().sources[0].access.tls.clone();
    let certificate = CertificateBytes(der.to_vec());
    let pin = PublicKeyPin(std::array::from_fn(|place| place as u8 * 8));
    assert_eq!(tls("tls = 'modern'\ntls_verify = 'on'\n"), TlsPolicy::default());
    let expected = TlsPolicy {
        dialect: TlsDialect::Legacy,
        trust: TlsTrust::Authorities(vec![certificate.clone(), certificate.clone()]),
    };
    assert_eq!(tls("tls = 'legacy'\nca_file = 'certs/two.pem'\n"), expected);
    let trust = TlsTrust::Authorities(vec![certificate]);
    assert_eq!(tls("ca_file = 'certs/one.crt'\n").trust, trust);
    assert_eq!(tls(&format!("spki_sha256 = ['{pin}']\n")).trust, TlsTrust::Pins(vec![pin]));
    assert_eq!(tls("tls_verify = 'off'\n").trust, TlsTrust::Any);
    let files = desk("ca_file = 'certs/one.crt'\n").plan().files;
    assert!(files.iter().any(|file| file.ends_with("certs/one.crt")), "{files:?}");
}

#[test]
fn a_byte_order_mark_and_carriage_returns_do_no_harm() {
    let text = format!("\u{feff}{}", [TOP, SOURCE, FEED].concat().replace('\n', "\r\n"));
    assert_eq!(Desk::new(&[("feeds.toml", &text)]).plan().sources.len(), 1);
}

#[test]
fn a_table_of_every_agency_of_every_province_is_read() {
    let mut table = "id,agency,province,url\n".to_owned();
    for number in 0..680 {
        table += &format!("s{number},Sở số {number},68,https://s{number}.example/tin/\n");
    }
    let top = [TOP, FEED, "[[source_table]]\npath = 'a.csv'\nselect = { item = 'li' }\n"].concat();
    let plan = Desk::new(&[("feeds.toml", &top), ("a.csv", &table)]).plan();
    assert_eq!(plan.sources.len(), 680);

    // A mistake that all rows share is reported once; a mistake in each row is reported for each.
    let wrong = Desk::new(&[("feeds.toml", &format!("{top}delay = 'x'\n")), ("a.csv", &table)]);
    assert_eq!(wrong.read().unwrap_err().count(), 1);
    let wrong = Desk::new(&[("feeds.toml", &top), ("a.csv", &table.replace(",68,", ",0,"))]);
    assert_eq!(wrong.read().unwrap_err().count(), 680);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(96))]

    /// Any text that an editor leaves behind is either read or its mistakes are reported.
    #[test]
    fn a_damaged_configuration_is_told_and_never_a_panic(
        from in 0..2000_usize,
        cut in 0..60_usize,
        put in "[\\[\\]{}=,.\"'#\n a-zđ0-9|]{0,6}",
    ) {
        let damaged = |text: &str| -> String {
            text.chars().take(from).chain(put.chars()).chain(text.chars().skip(from + cut)).collect()
        };
        let table = "id,agency,url\na,\"Sở Y tế\",https://a.example/\nb,Sở Nội vụ,https://b.example/\n";
        let feeds = format!("{}\n[[source_table]]\npath = 'a.csv'\n", include_str!("../../feeds.toml"));
        let desk = Desk::new(&[("feeds.toml", &damaged(&feeds)), ("a.csv", &damaged(table))]);
        if let Err(errors) = desk.read() {
            proptest::prop_assert!(errors.count() > 0);
            proptest::prop_assert!(!errors.render(true).is_empty());
        }
    }
}

const RULES: &str = "name = 'cong-xa'\nmarks = ['[id$=_pnTin]']\n[article]\nbody = ['.noi-dung']\n";

#[test]
fn an_operator_adds_families_of_his_own() {
    let top = format!("{TOP}platforms = ['rules/*.toml']\n");
    let source = SOURCE.replace("select =", "platform = 'nukeviet'\nselect =");
    let other = SOURCE
        .replace("'ban-dan-toc'", "'khac'")
        .replace("select =", "platform = 'none'\nselect =");
    let third = SOURCE
        .replace("'ban-dan-toc'", "'ba'")
        .replace("select =", "platform = 'cong-xa'\nselect =");
    let files = [
        ("feeds.toml", format!("{top}{source}{other}{third}{FEED}")),
        ("rules/b.toml", RULES.to_owned()),
        (
            "rules/a.toml",
            "name = 'nukeviet'\ngenerator = ['NukeViet']\n[article]\ntitle = ['h1', 'h2']"
                .to_owned(),
        ),
    ];
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let desk = Desk::new(&files);
    let plan = desk.plan();
    let names: Vec<_> = plan.platforms.iter().map(|platform| platform.name.as_str()).collect();
    assert_eq!(names, ["nukeviet", "cong-xa"]);
    let named = |number: usize| plan.sources[number].article.platforms.setting.clone();
    assert_eq!(named(0), PlatformSetting::Family("nukeviet".into()));
    assert_eq!(named(1), PlatformSetting::Disabled);
    assert_eq!(named(2), PlatformSetting::Family("cong-xa".into()));
    assert!(plan.sources.iter().all(|source| source.article.platforms.own == plan.platforms));
    assert_eq!(plan.files.len(), 3);
    assert_eq!(plan.warnings, [""; 0]);
    // The command line names such files one by one.
    let file = desk.0.path().join("rules/b.toml");
    assert_eq!(platforms(std::slice::from_ref(&file)).unwrap()[0].name, "cong-xa");
    let errors = platforms(&[file.clone(), file]).unwrap_err().to_string();
    assert!(errors.contains("defined twice") && errors.contains("rules/b.toml"), "{errors}");
    let errors = platforms(&["khong-co.toml".into()]).unwrap_err().to_string();
    assert!(errors.contains("khong-co.toml cannot be read"), "{errors}");
}

#[test]
fn what_is_wrong_with_a_family_is_told_with_its_place() {
    #[track_caller]
    fn check(rules: &str, expected: &[&str]) {
        let top = format!("{TOP}platforms = ['a.toml']\n{SOURCE}{FEED}");
        let desk = Desk::new(&[("feeds.toml", &top), ("a.toml", rules)]);
        let errors = desk.read().unwrap_err();
        let said = errors.to_string();
        assert_eq!(errors.count(), 1, "{said}");
        for expected in expected {
            assert!(said.contains(expected), "{said}");
        }
    }
    check(
        &RULES.replace("body", "boddy"),
        &["unknown key `boddy`", "a.toml:4:1", "did you mean `body`?"],
    );
    check(
        &RULES.replace("marks", "mark"),
        &["unknown key `mark`", "a.toml:2:1", "did you mean `marks`?"],
    );
    check(&RULES.replace("'.noi-dung'", "'div['"), &["article.body", "a.toml:4:9"]);
    check(
        &RULES.replace("['.noi-dung']", "'.noi-dung'"),
        &["must be a list", "write [\".noi-dung\"]"],
    );
    check(&RULES.replace("body", "date"), &["needs `body` or `title` under [article]"]);
    check(&RULES.replace("'cong-xa'", "'Cổng xã'"), &["`name`", "a.toml:1:8", "cong-xa"]);
    check(
        &RULES.replace("'cong-xa'", "'none'"),
        &["`name` is reserved for sources without platform rules"],
    );
    check(&RULES.replace("name = 'cong-xa'\n", ""), &["needs a key `name`"]);
    check("name =", &["this is not TOML", "a.toml:1"]);
}
