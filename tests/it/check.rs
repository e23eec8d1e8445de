//! `bantin check --fix`: its messages, the files that it writes, and its exit codes.

use crate::desk::Desk;
use std::fs;
use std::os::unix::fs::PermissionsExt;

const OLD: &str = "id_authority = 'bantin.example,2026'\ncontact = 'mailto:an@bantin.example'\n[defaults]\ngap = '5s' # nghỉ\n[[source]]\nid = 'a'\nurl = 'https://a.example/'\n[[feed]]\nid = 'f'\ntitle = 'F'\n";

#[test]
fn keys_are_renamed_once_and_what_is_left_is_checked() {
    let desk = Desk::with(OLD);
    let said = desk.run(&["check"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("1 sources"), "{}", said.out);
    let said = desk.run(&["check", "--fix"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.starts_with("feeds.toml:4: gap -> delay\n"), "{}", said.out);
    assert!(said.out.contains("1 sources"), "{}", said.out);
    let new = OLD.replace("gap =", "delay =");
    assert_eq!(fs::read_to_string(desk.path("feeds.toml")).unwrap(), new);
    let said = desk.run(&["check", "--fix"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.starts_with("no key has an old name"), "{}", said.out);
    assert_eq!(fs::read_to_string(desk.path("feeds.toml")).unwrap(), new);
}

#[test]
fn a_read_only_file_is_named_and_a_wrong_one_is_refused() {
    let desk = Desk::with(OLD);
    fs::set_permissions(desk.path("feeds.toml"), fs::Permissions::from_mode(0o444)).unwrap();
    let said = desk.run(&["check", "--fix"]);
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{}", said.err);
    assert!(said.err.contains("feeds.toml is read-only; make it writable"), "{}", said.err);
    assert!(said.err.contains("not renamed: feeds.toml:4: gap -> delay"), "{}", said.err);
    assert_eq!(fs::read_to_string(desk.path("feeds.toml")).unwrap(), OLD);

    let wrong = OLD.replace("'5s'", "'5'");
    let desk = Desk::with(&wrong);
    let said = desk.run(&["check", "--fix"]);
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(said.err.contains("`delay`") && said.err.contains("feeds.toml:4"), "{}", said.err);
    assert_eq!(fs::read_to_string(desk.path("feeds.toml")).unwrap(), wrong);
}
