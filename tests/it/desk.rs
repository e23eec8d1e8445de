//! An operator's desk: a folder with a feeds.toml, and the program to run in it.

use crate::agency::{Agency, html};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The instant that tests use as the current time.
pub(crate) const NOW: &str = "2026-11-20T05:00:00Z";

/// A temporary folder for one test.
pub(crate) struct Desk {
    folder: tempfile::TempDir,
}

/// The result of a command.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Desk {
    /// Creates a desk with this feeds.toml.
    pub(crate) fn with(feeds: &str) -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        desk.write(feeds);
        desk
    }

    /// Creates a desk like a fresh clone: the project's own feeds.toml and samples.
    pub(crate) fn fresh() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        fs::copy(root.join("feeds.toml"), desk.path("feeds.toml")).unwrap();
        copy(&root.join("samples"), &desk.path("samples"));
        desk
    }

    /// Writes feeds.toml.
    pub(crate) fn write(&self, feeds: &str) {
        fs::write(self.path("feeds.toml"), feeds).unwrap();
    }

    /// A path below the desk.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program as a command in this folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bantin"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command
            .env_remove("STATE_DIRECTORY")
            .env_remove("JOURNAL_STREAM")
            .env_remove("NOTIFY_SOCKET");
        command.env_remove("BANTIN_CONFIG").env_remove("BANTIN_LOG");
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        self.command(arguments).output().unwrap().into()
    }

    /// Runs `once` with the clock of the tests.
    pub(crate) fn once(&self) -> Said {
        self.run(&["once", "--now", NOW])
    }

    /// All documents in output/, by name, without packed copies and hidden files.
    pub(crate) fn output(&self) -> BTreeMap<String, Vec<u8>> {
        let Ok(files) = fs::read_dir(self.path("output")) else { return BTreeMap::new() };
        files
            .map(|file| file.unwrap())
            .map(|file| (file.file_name().into_string().unwrap(), file.path()))
            .filter(|(name, _)| !name.starts_with('.') || name.ends_with(".new"))
            .filter(|(name, _)| !name.ends_with(".gz") && !name.ends_with(".br"))
            .map(|(name, path)| (name, fs::read(path).unwrap()))
            .collect()
    }

    /// Parses a published JSON feed.
    pub(crate) fn feed(&self, id: &str) -> Value {
        let path = self.path(&format!("output/{id}.json"));
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        serde_json::from_str(&text).unwrap()
    }

    /// The titles of a published feed, in its order.
    pub(crate) fn titles(&self, id: &str) -> Vec<String> {
        let feed = self.feed(id);
        let items = feed["items"].as_array().unwrap();
        items.iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect()
    }

    /// All articles that are not withdrawn, as `export` prints them.
    pub(crate) fn export(&self) -> Vec<Value> {
        let said = self.run(&["export", "--without-tombstones"]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The head of a feeds.toml, with the feed `tat-ca` of all articles.
pub(crate) fn head() -> String {
    r#"
id_authority = "bantin.example,2026"
listen = "127.0.0.1:0"
[defaults]
delay = "0s"
timeout = "2s"
[[feed]]
id = "tat-ca"
title = "Tất cả"
"#
    .to_owned()
}

/// A listing source at an agency.
pub(crate) fn source(id: &str, agency: &Agency) -> String {
    format!(
        r#"
[[source]]
id = "{id}"
agency = "Cơ quan {id}"
kind = "listing"
url = "{}"
allow_private = ["127.0.0.0/8"]
select = {{ item = "li.tin" }}
"#,
        agency.url("/tin-tuc")
    )
}

/// Sets the agency's listing to articles with these numbers, newest first, and sets their pages.
pub(crate) fn publish(agency: &Agency, numbers: &[u32]) {
    let items: Vec<String> = numbers
        .iter()
        .map(|n| format!(r#"<li class="tin"><a href="/tin/{n}">Tin số {n} của cơ quan</a></li>"#))
        .collect();
    agency.on("/tin-tuc", html(format!("<html><body><ul>{}</ul></body></html>", items.join("\n"))));
    for n in numbers {
        agency.on(&format!("/tin/{n}"), html(article(*n)));
    }
}

/// The page of an article.
pub(crate) fn article(n: u32) -> String {
    let day = n % 28 + 1;
    format!(
        r#"<html><head><title>Cổng thông tin</title></head><body><h1>Tin số {n} của cơ quan</h1>
<p>Ngày đăng: {day:02}/10/2026 08:15</p><div class="noi-dung">
<p>Sáng nay, cơ quan đã tổ chức hội nghị lần thứ {n} với sự tham dự của đông đảo đại biểu các sở, ban, ngành và địa phương
trong tỉnh để đánh giá kết quả thực hiện nhiệm vụ.</p>
<p>Hội nghị đã thảo luận nhiều nội dung quan trọng, thống nhất các giải pháp trọng tâm và phân công trách nhiệm cụ thể cho từng
đơn vị trong thời gian tới, bảo đảm hoàn thành kế hoạch đề ra.</p></div></body></html>"#
    )
}
