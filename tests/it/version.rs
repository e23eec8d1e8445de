//! The version of the program is the same in `--version`, the generators of feeds and the
//! User-Agent.

use crate::agency::Agency;
use crate::desk::{self, Desk, publish, source};

#[test]
fn generators_and_the_user_agent_name_the_version_of_the_program() {
    let agency = Agency::open();
    publish(&agency, &[1]);
    let desk = Desk::with(&(desk::head() + &source("a", &agency)));
    let version = desk.run(&["--version"]).out;
    let version = version.trim().strip_prefix("bantin ").unwrap();
    assert_eq!(desk.once().code, Some(0));
    let agents: Vec<String> =
        agency.seen().into_iter().map(|seen| seen.fields["user-agent"].clone()).collect();
    assert!(!agents.is_empty());
    for agent in agents {
        assert!(agent.starts_with(&format!("bantin/{version} ")), "{agent}");
    }
    let documents = desk.output();
    let text = |name: &str| String::from_utf8(documents[name].clone()).unwrap();
    assert!(text("tat-ca.atom").contains(&format!("version=\"{version}\">bantin<")));
    assert!(text("tat-ca.rss").contains(&format!("<generator>bantin {version} ")));
}
