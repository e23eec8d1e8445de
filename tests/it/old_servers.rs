//! An agency whose server supports no TLS newer than 1.1: the error, and the settings that fix it.

use crate::desk::Desk;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// An `openssl s_server` that serves files, killed on drop.
struct Server(Child, u16);

impl Server {
    fn open(desk: &Desk) -> Self {
        let key =
            "req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out own.pem -days 30 -subj /CN=a";
        let mut command = Command::new("openssl");
        let made = command.args(key.split(' ')).current_dir(desk.path("")).output();
        let made = made.expect("openssl is not there; install the package openssl");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let serve = "s_server -accept 127.0.0.1:0 -cert own.pem -key key.pem -WWW -tls1_1 -cipher DEFAULT@SECLEVEL=0";
        let mut server = Command::new("openssl")
            .args(serve.split(' '))
            .current_dir(desk.path(""))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(server.stdout.take().unwrap());
        let mut line = String::new();
        while !line.starts_with("ACCEPT") {
            line.clear();
            assert_ne!(out.read_line(&mut line).unwrap(), 0, "s_server has ended");
        }
        let port = line.trim().rsplit(':').next().unwrap().parse().unwrap();
        // Discard the rest of its output, so that it never blocks.
        std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
        Self(server, port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_server_of_the_last_century_is_read_where_the_operator_insists_and_never_silently() {
    let desk = Desk::with("");
    let server = Server::open(&desk);
    fs::write(desk.path("tin.rss"), "<rss version=\"2.0\"><channel><title>Tin</title><link>https://a.example/</link><item><title>Hội nghị tổng kết năm</title><link>https://a.example/tin/1</link><pubDate>Mon, 09 Nov 2026 08:00:00 +0700</pubDate></item></channel></rss>").unwrap();
    desk.write(&format!(
        "id_authority = 'bantin.example,2026'\n[[feed]]\nid = 'tat-ca'\ntitle = 'Tất cả'\n[[source]]\nid = 'cu'\nkind = 'feed'\nurl = 'https://127.0.0.1:{}/tin.rss'\nallow_private = ['127.0.0.1/32']\ngap = '0s'\ntls = 'legacy'\ntls_verify = 'off'\n",
        server.1
    ));
    let refused = desk.run(&["try", "cu"]);
    assert_eq!(refused.code, Some(1), "{}\n{}", refused.out, refused.err);
    assert!(refused.err.contains("no TLS newer than 1.1"), "{}", refused.err);

    // As docs/sources.md describes.
    let settings = "openssl_conf = bantin\n[bantin]\nssl_conf = ssl\n[ssl]\nsystem_default = old\n[old]\nCipherString = DEFAULT@SECLEVEL=0\n";
    fs::write(desk.path("openssl-old.cnf"), settings).unwrap();
    let old = |arguments: &[&str]| {
        let mut command = desk.command(arguments);
        command.env("OPENSSL_CONF", desk.path("openssl-old.cnf")).output().unwrap()
    };
    let seen = old(&["try", "cu"]);
    let (out, err) = (String::from_utf8_lossy(&seen.stdout), String::from_utf8_lossy(&seen.stderr));
    assert!(out.contains("Hội nghị tổng kết năm"), "{out}\n{err}");
    assert!(err.contains("anyone on the network path"), "{err}");

    old(&["once"]);
    let status = desk.run(&["status"]);
    assert!(status.out.contains("UNSAFE (tls_verify = \"off\")"), "{}", status.out);
    assert!(status.err.contains("anyone on the network path"), "{}", status.err);
    let status = desk.run(&["status", "--json"]);
    assert!(status.out.contains("\"tls_verify\":\"off\""), "{}", status.out);
}
