//! An agency whose pages are empty until their scripts have run, read with and without a real
//! browser.

use crate::agency::{Agency, Answer, html};
use crate::desk::{self, Desk};
use crate::judges::is_here;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A WebDriver server, killed on drop.
struct Server(Child, String);

impl Server {
    /// Starts on a free port. The server takes one for IPv4 and ends if another process has the
    /// same one for IPv6, so it is started again.
    fn start() -> Self {
        const ATTEMPTS: usize = 10;
        (0..ATTEMPTS).find_map(|_| Self::attempt()).expect("chromedriver does not start")
    }

    fn attempt() -> Option<Self> {
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("successfully on port ")?;
            Some(port.trim_end_matches('.').to_owned())
        });
        let Some(port) = port else {
            process.wait().unwrap();
            return None;
        };
        // The rest of its output must not fill the pipe.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Some(Self(process, port))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn json(text: &str) -> Answer {
    Answer::Page(200, vec![("Content-Type", "application/json".to_owned())], text.into())
}

/// A page with nothing but a script, which fetches `data` and inserts what `build` makes of it.
fn shell(data: &str, build: &str) -> Answer {
    html(format!(
        "<!DOCTYPE html><html lang=vi><head><meta charset=utf-8><title>Cổng thông tin</title></head><body><div id=app></div>
<script>fetch('{data}').then(a => a.json()).then(data => {{ document.getElementById('app').innerHTML = {build}; }});</script>
</body></html>"
    ))
}

/// An agency with three articles, all built by scripts.
fn agency() -> Agency {
    let agency = Agency::open();
    agency.on("/api/list", json("[3, 2, 1]"));
    let list = "'<ul>' + data.map(n => `<li class=tin><a href=\"/tin/${n}\">Tin số ${n} của cơ quan</a></li>`).join('') + '</ul>'";
    agency.on("/tin-tuc", shell("/api/list", list));
    for n in 1..=3 {
        let body = desk::article(n);
        let (_, body) = body.split_once("<body>").unwrap();
        let body = body.replace("</body></html>", "");
        agency.on(&format!("/api/{n}"), json(&serde_json::json!({ "html": body }).to_string()));
        agency.on(&format!("/tin/{n}"), shell(&format!("/api/{n}"), "data.html"));
    }
    agency
}

/// The feeds.toml for this agency, with additional keys of the source.
fn feeds(agency: &Agency, port: &str, keys: &str) -> String {
    let head = desk::head().replace("timeout = \"2s\"", "timeout = \"30s\"");
    let head = head.replacen(
        "[defaults]",
        &format!("[render]\nwebdriver = \"http://localhost:{port}\"\nsandbox = false\n[defaults]"),
        1,
    );
    head + &desk::source("a", agency) + keys
}

#[test]
fn a_site_that_is_built_by_script_gives_its_articles_to_a_browser_alone() {
    if !is_here("chromedriver") || !is_here("chromium") {
        return;
    }
    let server = Server::start();
    let agency = agency();
    let desk = Desk::with(&feeds(&agency, &server.1, ""));
    let said = desk.once();
    assert!(said.out.contains("render = true"), "{}\n{}", said.out, said.err);

    desk.write(&feeds(&agency, &server.1, "render = true\n"));
    let said = desk.once();
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    let mut titles = desk.titles("tat-ca");
    titles.sort();
    assert_eq!(titles, ["Tin số 1 của cơ quan", "Tin số 2 của cơ quan", "Tin số 3 của cơ quan"]);
    let article = desk.export().into_iter().find(|a| a["title"] == "Tin số 2 của cơ quan").unwrap();
    assert!(article.to_string().contains("hội nghị lần thứ 2"), "{article}");
    let said = desk.once();
    assert_eq!(said.code, Some(0), "{}\n{}", said.out, said.err);
    assert_eq!(desk.titles("tat-ca").len(), 3);

    // Without a server the source fails with a hint on what to start, and the feed keeps its
    // articles.
    drop(server);
    desk.write(&feeds(&agency, "1", "render = true\n"));
    let said = desk.run(&["try", "a"]);
    let told = said.out + &said.err;
    assert!(told.contains("chromedriver --port=1"), "{told}");
    assert_eq!(desk.titles("tat-ca").len(), 3);
}
