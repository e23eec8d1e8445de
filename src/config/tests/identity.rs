//! Tests for a source's identity and proxy, and that messages show no secret.

use super::*;
use bantin_core::{FieldValue, Proxy, ProxyKind};
use std::os::unix::fs::PermissionsExt;

/// Makes a file readable only by its owner.
fn close(desk: &Desk, name: &str) {
    let path = desk.0.path().join(name);
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

fn desk(keys: &str, files: &[(&str, &str)]) -> Desk {
    let text = [TOP, SOURCE, keys, FEED].concat();
    let desk = Desk::new(&[&[("feeds.toml", text.as_str())], files].concat());
    files.iter().for_each(|(name, _)| close(&desk, name));
    desk
}

#[test]
fn secrets_come_from_files_beside_the_file_that_names_them() {
    let keys = "
        basic_auth = { user = 'an', password = { file = 'bi-mat/mk.txt' } }
        headers = { X-Api-Key = { file = 'bi-mat/khoa.txt' }, Accept-Language = 'vi' }
        cookie = { file = 'bi-mat/mk.txt' }
        cookies = true
        form = { q = 'tin', k = { file = 'bi-mat/khoa.txt' } }";
    let plan = desk(keys, &[("bi-mat/mk.txt", "mậtkhẩu\r\n"), ("bi-mat/khoa.txt", "kh oá")]).plan();
    assert_eq!(plan.warnings, Vec::<String>::new());
    let identity = plan.sources[0].access.identity.clone().unwrap();
    let login = identity.basic_auth.as_ref().unwrap();
    assert_eq!((login.user.as_str(), login.password.reveal()), ("an", "mậtkhẩu"));
    let fields = |fields: &[(String, FieldValue)]| -> Vec<(String, String, bool)> {
        let read = |(name, value): &(String, FieldValue)| {
            (name.clone(), value.reveal().to_owned(), value.is_secret())
        };
        fields.iter().map(read).collect()
    };
    let field = |name: &str, value: &str, secret| (name.to_owned(), value.to_owned(), secret);
    let expected = [field("accept-language", "vi", false), field("x-api-key", "kh oá", true)];
    assert_eq!(fields(&identity.headers), expected);
    let form = identity.form.as_deref().unwrap();
    assert_eq!(fields(form), [field("k", "kh oá", true), field("q", "tin", false)]);
    assert_eq!(identity.cookie.as_ref().unwrap().reveal(), "mậtkhẩu");
    assert!(identity.keeps_cookies);
    assert_eq!(identity.url, plan.sources[0].url);
    let shown = format!("{plan:?}");
    assert!(!shown.contains("mậtkhẩu") && !shown.contains("kh oá"), "{shown}");
}

#[test]
fn secrets_come_from_the_credentials_of_systemd() {
    let keys = "basic_auth = { user = 'an', password = { credential = 'mk' } }";
    let desk = desk(keys, &[("run/mk", "matkhau\n")]);
    let folder = Some(desk.0.path().join("run"));
    let place = BaseDirectories { credentials_directory: folder, ..place() };
    let plan = read(&desk.0.path().join("feeds.toml"), &place).unwrap();
    let identity = plan.sources[0].access.identity.clone().unwrap();
    assert_eq!(identity.basic_auth.unwrap().password.reveal(), "matkhau");
    assert!(desk.read().unwrap_err().to_string().contains("CREDENTIALS_DIRECTORY is not set"));
}

#[test]
fn no_message_shows_a_secret() {
    let errors = read(Path::new("tests/config/broken/identity.toml"), &place()).unwrap_err();
    let shown = format!("{errors} {errors:?} {}", errors.render(true));
    for secret in ["hunter2", "12345678", "matkhau", "hai\n"] {
        assert!(!shown.contains(secret), "{secret} is in {shown}");
    }
}

#[test]
fn a_secret_that_others_can_read_is_a_warning_as_is_one_in_the_open() {
    let keys = "cookie = { file = 'c.txt' }\nheaders = { X-Token = 'abc' }";
    let desk = desk(keys, &[("c.txt", "a=1")]);
    let open = desk.0.path().join("c.txt");
    fs::set_permissions(&open, fs::Permissions::from_mode(0o644)).unwrap();
    let text = fs::read_to_string(desk.0.path().join("feeds.toml")).unwrap();
    fs::write(desk.0.path().join("feeds.toml"), text.replace("https://", "http://")).unwrap();
    let warnings = desk.plan().warnings;
    let [token, readable, wire] = &warnings[..] else { panic!("{warnings:?}") };
    assert!(token.contains("`headers.X-Token` may be a secret"), "{token}");
    assert!(readable.contains("all users of this machine can read"), "{readable}");
    assert!(wire.contains("begins with http://"), "{wire}");
    assert!(!warnings.concat().contains("abc"), "{warnings:?}");
}

#[test]
fn a_proxy_is_an_address_or_a_table_and_is_not_mixed_with_the_default() {
    let check = |defaults: &str, keys: &str, expected: Option<&str>| -> Option<Proxy> {
        let text = [TOP, defaults, SOURCE, keys, FEED].concat();
        let desk = Desk::new(&[("feeds.toml", &text), ("mk.txt", "matkhau")]);
        close(&desk, "mk.txt");
        let proxy = desk.plan().sources[0].access.proxy.clone();
        assert_eq!(proxy.as_ref().map(ToString::to_string).as_deref(), expected, "{keys}");
        proxy
    };
    check("", "", None);
    check("", "proxy = 'http://10.0.0.1:3128'", Some("http://10.0.0.1:3128"));
    check("", "proxy = 'http://[fd00::1]/'", Some("http://[fd00::1]:80"));
    check("", "proxy = 'socks5://mang.noi-bo'", Some("socks5://mang.noi-bo:1080"));
    let defaults = "[defaults]\nproxy = { url = 'socks5://10.0.0.1', user = 'an', password = { file = 'mk.txt' }, resolves_names = true }\n";
    let taken = check(defaults, "", Some("socks5://10.0.0.1:1080")).unwrap();
    assert!(taken.resolves_names && taken.login.is_some());
    assert_eq!(taken.kind, ProxyKind::Socks5);
    check(defaults, "proxy = 'direct'", None);
    let own = "proxy = { url = 'http://10.0.0.2:8080' }";
    let own = check(defaults, own, Some("http://10.0.0.2:8080")).unwrap();
    assert_eq!((own.login, own.resolves_names), (None, false));
}

#[test]
fn header_fields_join_those_of_the_defaults() {
    let defaults = "[defaults]\nheaders = { Accept-Language = 'vi', X-A = '1' }\n";
    let text = [TOP, defaults, SOURCE, "headers = { X-A = '2' }", FEED].concat();
    let plan = Desk::new(&[("feeds.toml", &text)]).plan();
    let headers = plan.sources[0].access.identity.as_ref().unwrap().headers.clone();
    let plain = |text: &str| FieldValue::Plain(text.to_owned());
    assert_eq!(
        headers,
        [("accept-language".to_owned(), plain("vi")), ("x-a".to_owned(), plain("2"))]
    );
}

#[test]
fn rows_of_a_table_have_logins_of_their_own() {
    let table = "[[source_table]]\npath = 'a.csv'\nselect = { item = 'li' }\n";
    let text = [TOP, table, FEED].concat();
    let rows = "id,url,basic_auth.user,basic_auth.password.file,proxy,cookies\n\
                a,https://a.example/,an,a.txt,http://10.0.0.1:3128,true\n\
                b,https://b.example/,,,,\n";
    let desk = Desk::new(&[("feeds.toml", &text), ("a.csv", rows), ("a.txt", "matkhau")]);
    close(&desk, "a.txt");
    let plan = desk.plan();
    let [a, b] = &plan.sources[..] else { panic!("{}", plan.sources.len()) };
    let identity = a.access.identity.as_ref().unwrap();
    assert_eq!(identity.basic_auth.as_ref().unwrap().password.reveal(), "matkhau");
    assert!(identity.keeps_cookies && a.access.proxy.is_some());
    assert_eq!((&b.access.identity, &b.access.proxy), (&None, &None));
}
