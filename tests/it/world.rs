//! All hosts of `tests/stores/feeds.toml` behind one proxy: it serves pages by host and path, and
//! records requests.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// An answer: a status, additional header fields, and a body.
type Answer = (u16, Vec<(&'static str, String)>, String);

/// A received request.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Method, host and path, for example `GET rss.example/rss`; for a postback also its argument.
    pub(crate) name: String,
    /// The header fields, names in lower case.
    pub(crate) fields: HashMap<String, String>,
}

/// A proxy that acts as every host. It runs until the test process ends.
#[derive(Clone)]
pub(crate) struct World {
    address: SocketAddr,
    answers: Arc<Mutex<HashMap<String, Answer>>>,
    requests: Arc<Mutex<Vec<Request>>>,
}

/// The page of an article dated the `n`th day of October 2026.
pub(crate) fn article(n: u32) -> String {
    format!(
        "<html><head><title>Cổng thông tin</title></head><body><h1>Tin y tế số {n} của cơ quan</h1>
<p>Ngày đăng: {n:02}/10/2026 08:15</p><div class=\"noi-dung\">
<p>Sáng nay, cơ quan đã tổ chức hội nghị lần thứ {n} với sự tham dự của đông đảo đại biểu các sở, ban, ngành và địa phương
trong tỉnh để đánh giá kết quả thực hiện nhiệm vụ khám chữa bệnh tại bệnh viện.</p>
<p>Hội nghị đã thảo luận nhiều nội dung quan trọng, thống nhất các giải pháp trọng tâm và phân công trách nhiệm cụ thể cho từng
đơn vị trong thời gian tới, bảo đảm hoàn thành kế hoạch đề ra.</p><p><img src=\"/anh/{n}.jpg\" alt=\"Hội nghị\"></p>
<p><a href=\"/vb/{n}.pdf\">Công văn số {n}</a></p></div></body></html>"
    )
}

/// The items of a listing.
pub(crate) fn items(numbers: &[u32]) -> String {
    let item = |n: &u32| {
        format!(
            "<li class=\"tin\"><a href=\"/tin/{n}\">Tin y tế số {n} của cơ quan</a> <i>{n:02}/10/2026</i></li>"
        )
    };
    format!("<ul>{}</ul>", numbers.iter().map(item).collect::<String>())
}

impl World {
    /// Opens with nothing but 404.
    pub(crate) fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let world = Self {
            address: listener.local_addr().unwrap(),
            answers: Arc::default(),
            requests: Arc::default(),
        };
        let serving = world.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let world = serving.clone();
                std::thread::spawn(move || world.talk(stream));
            }
        });
        world
    }

    /// The feeds.toml of the old store, with this proxy.
    pub(crate) fn feeds(&self) -> String {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stores/feeds.toml");
        let text = std::fs::read_to_string(path).unwrap();
        text.replace("127.0.0.1:9", &self.address.to_string())
    }

    /// Sets the page of a name; its ETag is a hash of the page.
    pub(crate) fn on(&self, name: &str, page: impl Into<String>) {
        let page = page.into();
        let etag = format!("\"{}\"", &blake3::hash(page.as_bytes()).to_hex()[..8]);
        let media = "text/html; charset=utf-8".to_owned();
        let fields = vec![("Content-Type", media), ("ETag", etag)];
        self.answers.lock().unwrap().insert(name.to_owned(), (200, fields, page));
    }

    /// Sets the answer of a name to a status without a page.
    pub(crate) fn status(&self, name: &str, code: u16) {
        self.answers.lock().unwrap().insert(name.to_owned(), (code, Vec::new(), String::new()));
    }

    /// All requests so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    fn talk(&self, stream: TcpStream) -> Option<()> {
        let mut out = stream.try_clone().ok()?;
        let mut reader = BufReader::new(stream);
        loop {
            let (first, fields) = head(&mut reader)?;
            let mut words = first.split(' ');
            let (method, target) = (words.next()?, words.next()?);
            if method == "CONNECT" {
                out.write_all(b"HTTP/1.1 200 OK\r\n\r\n").ok()?;
                continue;
            }
            let length = fields.get("content-length").map_or(0, |text| text.parse().unwrap());
            let mut body = vec![0; length];
            reader.read_exact(&mut body).ok()?;
            let form: HashMap<_, _> = url::form_urlencoded::parse(&body).into_owned().collect();
            let mut name = format!("{method} {}{target}", fields.get("host")?);
            if let Some(argument) = form.get("__EVENTARGUMENT") {
                name += &format!(" {argument}");
            }
            let answer = self.answers.lock().unwrap().get(&name).cloned();
            let (mut code, more, mut page) =
                answer.unwrap_or_else(|| (404, Vec::new(), String::new()));
            let etag = more.iter().find(|(name, _)| *name == "ETag").map(|(_, value)| value);
            if etag.is_some() && etag == fields.get("if-none-match") {
                (code, page) = (304, String::new());
            }
            self.requests.lock().unwrap().push(Request { name, fields });
            let mut head = format!("HTTP/1.1 {code} X\r\nContent-Length: {}\r\n", page.len());
            more.iter().for_each(|(name, value)| head += &format!("{name}: {value}\r\n"));
            out.write_all(format!("{head}\r\n{page}").as_bytes()).ok()?;
        }
    }
}

/// Reads the first line of a request, and its header fields.
fn head(reader: &mut impl BufRead) -> Option<(String, HashMap<String, String>)> {
    let mut lines = reader.lines().map_while(Result::ok);
    let first = lines.next()?;
    let fields = lines.take_while(|line| !line.is_empty()).filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_ascii_lowercase(), value.trim().to_owned()))
    });
    Some((first, fields.collect()))
}
