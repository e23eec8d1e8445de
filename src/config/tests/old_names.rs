//! Tests for keys with old names: they work like the current ones, cause a warning, and are renamed
//! by `bantin check --fix`.

use super::*;
use std::os::unix::fs::PermissionsExt;

/// A source and a feed to which keys are added.
fn text(top: &str, defaults: &str, source: &str, feed: &str) -> String {
    [TOP, top, "[defaults]\n", defaults, SOURCE, source, FEED, feed].concat()
}

/// The plan of a text and its warnings, without the folder in them.
#[track_caller]
fn plan_of(text: &str) -> (Plan, Vec<String>) {
    let desk = Desk::new(&[("feeds.toml", text)]);
    let plan = desk.plan();
    let folder = format!("{}/", desk.0.path().display());
    let warnings = plan.warnings.iter().map(|warning| warning.replace(&folder, "")).collect();
    (plan, warnings)
}

#[test]
fn an_old_name_means_what_the_new_one_means_and_is_told_with_its_place() {
    #[track_caller]
    fn check(old: [&str; 4], new: [&str; 4], names: (&str, &str)) {
        let [top, defaults, source, feed] = old;
        let written = text(top, defaults, source, feed);
        let (by_old, warnings) = plan_of(&written);
        let [top, defaults, source, feed] = new;
        let (by_new, none) = plan_of(&text(top, defaults, source, feed));
        assert_eq!(none, Vec::<String>::new());
        assert!(by_old == by_new, "{names:?}");
        assert!(by_old != plan_of(&text("", "", "", "")).0, "{names:?} changes nothing");
        let is_named = |line: &str| {
            line.trim_start().starts_with(names.0) || line.contains(&format!("{{ {}", names.0))
        };
        let line = written.lines().position(is_named).unwrap() + 1;
        let [warning] = &warnings[..] else { panic!("{warnings:?}") };
        assert!(warning.starts_with(&format!("feeds.toml:{line}:")), "{warning}");
        let told = format!(
            "`{}` is the old name of `{}`; `bantin check --fix` renames it",
            names.0, names.1
        );
        assert!(warning.ends_with(&told), "{warning}");
    }
    for (old, new, value) in [
        ("gap", "delay", "'7s'"),
        ("most_pages", "max_pages", "7"),
        ("most_requests", "max_requests", "7"),
        ("quiet", "quiet_hours", "'07:30-09:00'"),
        ("least_change", "min_edit", "7"),
    ] {
        let pair = [format!("{old} = {value}\n"), format!("{new} = {value}\n")];
        check(["", "", &pair[0], ""], ["", "", &pair[1], ""], (old, new));
        check(["", &pair[0], "", ""], ["", &pair[1], "", ""], (old, new));
    }
    for (old, new, value) in
        [("most_bytes", "max_bytes", "77_777"), ("most_per_source", "max_per_source", "7")]
    {
        let pair = [format!("{old} = {value}\n"), format!("{new} = {value}\n")];
        check(["", "", "", &pair[0]], ["", "", "", &pair[1]], (old, new));
        check(["", &pair[0], "", ""], ["", &pair[1], "", ""], (old, new));
    }
    let pair = ["formerly = ['cu']\n", "aliases = ['cu']\n"];
    check(["", "", pair[0], ""], ["", "", pair[1], ""], ("formerly", "aliases"));
    check(["", "", "", pair[0]], ["", "", "", pair[1]], ("formerly", "aliases"));
    for (old, new, value) in [
        ("longest_lease", "max_lease", "'12d'"),
        ("most_subscriptions", "max_subscriptions", "7"),
        ("most_per_host", "max_per_host", "7"),
    ] {
        let base = "base_url = 'https://bantin.example/'\n";
        let inline = |key: &str| format!("{base}websub = {{ {key} = {value}, hub = true }}\n");
        check([&inline(old), "", "", ""], [&inline(new), "", "", ""], (old, new));
    }
}

#[test]
fn an_old_name_and_a_new_one_are_one_key_where_tables_are_filled_from_each_other() {
    #[track_caller]
    fn check(defaults: &str, source: &str, delay: u64) {
        let (plan, _) = plan_of(&text("", defaults, source, ""));
        assert_eq!(plan.sources[0].access.delay, Duration::from_secs(delay), "{defaults}{source}");
    }
    check("gap = '5s'\n", "delay = '1s'\n", 1);
    check("delay = '5s'\n", "gap = '1s'\n", 1);
    check("gap = '5s'\n", "", 5);

    let table = "[[source_table]]\npath = 'a.csv'\ngap = '5s'\nmax_pages = 5\n";
    let rows = "id,url,delay,most_pages\na,https://a.example/,1s,\nb,https://b.example/,,1\n";
    let desk = Desk::new(&[("feeds.toml", &[TOP, table, FEED].concat()), ("a.csv", rows)]);
    let plan = desk.plan();
    let seen: Vec<_> = plan
        .sources
        .iter()
        .map(|source| (source.access.delay.as_secs(), source.max_pages))
        .collect();
    assert_eq!(seen, [(1, 5), (5, 1)]);
    let [first, second] = &plan.warnings[..] else { panic!("{:?}", plan.warnings) };
    assert!(first.contains("feeds.toml:5:1: `gap`"), "{first}");
    assert!(second.contains("a.csv:1:14: `most_pages` is the old name of `max_pages`"), "{second}");
}

#[test]
fn a_list_of_somebody_else_may_use_old_names() {
    let rows = list::rows("url,most_pages,formerly\nhttps://a.example/,7,a|b\n").unwrap();
    let [(2, Ok(keys))] = &rows[..] else { panic!("{rows:?}") };
    let names: Vec<_> = keys.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(names, ["url", "max_pages", "aliases"]);
    for both in ["url,gap,delay\n", "url,delay,gap\n"] {
        let error = list::rows(both).unwrap_err();
        assert!(error.contains("line 1") && error.contains("delay"), "{error}");
    }
    // A row of a followed list cannot contain renamed keys, but the keys for all its rows can.
    let copy: bantin_core::ListCopy = {
        let url = "https://tinh.example/a.csv".parse().unwrap();
        let keys = vec![("url".to_owned(), "https://a.example/".to_owned())];
        let row = bantin_core::ListedSource { line: 2, id: "a".parse().unwrap(), keys };
        bantin_core::ListCopy {
            url,
            rows: vec![row],
            rejected_rows: Vec::new(),
            ids: BTreeMap::new(),
            fetched: None,
            tried: chrono::DateTime::UNIX_EPOCH,
            last_error: None,
            shrunk: None,
        }
    };
    let text = [TOP, "[[source_list]]\nurl = 'https://tinh.example/a.csv'\ngap = '9s'\n", FEED];
    let desk = Desk::new(&[("feeds.toml", &text.concat())]);
    let plan = read_listed(&desk.0.path().join("feeds.toml"), None, &place(), &[copy]).unwrap();
    assert_eq!(plan.sources[0].access.delay, Duration::from_secs(9));
    assert_eq!(plan.warnings.len(), 1, "{:?}", plan.warnings);
}

const OLD: &str = "# gap = \"1s\" trong chú thích ở lại\r
id_authority = 'bantin.example,2026'   # gap\r
contact = 'mailto:an@bantin.example'\r
include = ['tinh/*.toml']\r
\r
[ defaults ]\r
  gap   =   '5s'   # nghỉ\r
\"most_pages\" = 3\r
[[feed]]\r
id = 'tong-hop'; \r
";

/// The files of a configuration with old names in all possible places.
fn old_files() -> Vec<(&'static str, String)> {
    vec![
        ("feeds.toml", format!("\u{feff}{}", OLD.replace("; ", "\r\ntitle = 'gap'\r\nformerly = [ 'gap' ]"))),
        (
            "tinh/a.toml",
            "source = [ { id = 'a', url = 'https://a.example/', gap = '1s', quiet='07:30-09:00' } ]\n[[source_table]]\npath = '../b.csv'\nleast_change = 4"
                .to_owned(),
        ),
        ("b.csv", "id;\" gap \";url; most_pages ;title\r\nb;2s;https://b.example/;;gap\r\n".to_owned()),
    ]
}

fn desk_of(files: &[(&str, String)]) -> Desk {
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    Desk::new(&files)
}

fn fix_of(desk: &Desk) -> Result<ConfigFix, FixError> {
    fix(&desk.0.path().join("feeds.toml"), &place(), &[])
}

#[test]
fn fix_renames_keys_and_leaves_every_other_byte() {
    let desk = desk_of(&old_files());
    let before = desk.plan();
    let fixed = fix_of(&desk).unwrap();
    let folder = format!("{}/", desk.0.path().display());
    let told: Vec<_> =
        fixed.changes.iter().map(|change| change.to_string().replace(&folder, "")).collect();
    assert_eq!(
        told,
        [
            "feeds.toml:7: gap -> delay",
            "feeds.toml:8: most_pages -> max_pages",
            "feeds.toml:12: formerly -> aliases",
            "tinh/a.toml:1: gap -> delay",
            "tinh/a.toml:1: quiet -> quiet_hours",
            "tinh/a.toml:4: least_change -> min_edit",
            "tinh/../b.csv:1: gap -> delay",
            "tinh/../b.csv:1: most_pages -> max_pages",
        ]
    );
    fs::set_permissions(desk.0.path().join("b.csv"), fs::Permissions::from_mode(0o640)).unwrap();
    fixed.write().unwrap();
    for (name, old) in old_files() {
        let expected = match name {
            "feeds.toml" => old
                .replace("  gap   =", "  delay   =")
                .replace("\"most_pages\"", "\"max_pages\"")
                .replace("formerly =", "aliases ="),
            "b.csv" => old.replace("\" gap \"", "\" delay \"").replace("most_pages", "max_pages"),
            _ => old
                .replace("gap =", "delay =")
                .replace("quiet=", "quiet_hours=")
                .replace("least_change", "min_edit"),
        };
        assert_eq!(fs::read_to_string(desk.0.path().join(name)).unwrap(), expected);
    }
    let mode = fs::metadata(desk.0.path().join("b.csv")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    let after = desk.plan();
    assert!(before == after);
    assert_eq!(after.warnings, Vec::<String>::new());
    // A second run has nothing to do.
    assert_eq!(fix_of(&desk).unwrap().changes, []);
}

#[test]
fn fix_renames_dotted_and_escaped_keys_and_a_table_that_is_named_twice() {
    let table = |path: &str| format!("[[source_table]]\npath = '{path}'\n");
    let text = |lease: &str, delay: &str| {
        let top = format!(
            "base_url = 'https://bantin.example/'\nwebsub.hub = true\nwebsub . {lease} = '9d'\n"
        );
        [TOP, &top, &format!("defaults.{delay} = '1s'\n"), &table("a.csv"), &table("khac/../a.csv")]
            .concat()
    };
    let old = text("\"longest_lease\"", "\"g\\u0061p\"");
    // The table may be empty, so that no name occurs twice.
    let desk = Desk::new(&[("feeds.toml", &old), ("a.csv", "id,formerly\n"), ("khac/x", "")]);
    let fixed = fix_of(&desk).unwrap();
    let told: Vec<_> =
        fixed.changes.iter().map(|change| (change.line, change.new.as_str())).collect();
    assert_eq!(told, [(5, "max_lease"), (6, "delay"), (1, "aliases")]);
    fixed.write().unwrap();
    let read = |name: &str| fs::read_to_string(desk.0.path().join(name)).unwrap();
    assert_eq!(read("feeds.toml"), text("\"max_lease\"", "delay"));
    assert_eq!(read("a.csv"), "id,aliases\n");
}

#[test]
fn fix_writes_nothing_where_one_file_may_not_be_written() {
    let desk = desk_of(&old_files());
    let path = |name: &str| desk.0.path().join(name);
    for name in ["b.csv", "tinh/a.toml"] {
        fs::set_permissions(path(name), fs::Permissions::from_mode(0o444)).unwrap();
    }
    let unwritten = fix_of(&desk).unwrap().write().unwrap_err();
    let told: Vec<String> = unwritten.errors.iter().map(ToString::to_string).collect();
    assert!(
        told[0].ends_with(
            "tinh/a.toml is read-only; make it writable (chmod u+w), or change it by hand"
        ),
        "{told:?}"
    );
    assert!(told[1].contains("b.csv is read-only"), "{told:?}");
    assert_eq!((told.len(), unwritten.written.len()), (2, 0));
    for (name, old) in old_files() {
        assert_eq!(fs::read_to_string(path(name)).unwrap(), old);
    }
    let left: Vec<_> = fs::read_dir(desk.0.path()).unwrap().collect();
    assert_eq!(left.len(), 3, "no temporary file is left: {left:?}");
}

#[test]
fn fix_follows_a_link_and_refuses_a_file_that_changed_meanwhile() {
    let desk = desk_of(&old_files());
    let (link, target) = (desk.0.path().join("b.csv"), desk.0.path().join("that.csv"));
    fs::rename(&link, &target).unwrap();
    std::os::unix::fs::symlink("that.csv", &link).unwrap();
    let fixed = fix_of(&desk).unwrap();
    fs::write(&target, "khác").unwrap();
    let unwritten = fixed.write().unwrap_err();
    assert!(unwritten.errors[0].to_string().contains("was changed in the meantime"));
    let feeds = fs::read_to_string(desk.0.path().join("feeds.toml")).unwrap();
    assert_eq!(feeds, old_files()[0].1);
    fs::write(&target, &old_files()[2].1).unwrap();
    fix_of(&desk).unwrap().write().unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read_to_string(&target).unwrap().contains("delay"));
}

#[test]
fn fix_takes_warnings_and_refuses_errors() {
    let desk = Desk::new(&[("feeds.toml", &[TOP, "[defaults]\ngap = '1s'\n"].concat())]);
    assert!(desk.plan().warnings.len() > 2);
    assert_eq!(fix_of(&desk).unwrap().changes.len(), 1);
    let wrong = Desk::new(&[("feeds.toml", &[TOP, "[defaults]\ngap = '1'\n"].concat())]);
    let Err(FixError::Config(errors)) = fix_of(&wrong) else { panic!("it has errors") };
    assert!(errors.to_string().contains("`delay`"), "{errors}");
}
