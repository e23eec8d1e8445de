//! Faults of the machine that bantin runs on: a full disk and no free file handles. They are never
//! booked on a source.

use crate::agency::{Agency, Answer};
use crate::desk::{self, Desk, NOW, Said, publish, source};
use serde_json::Value;

/// Runs a command with limits of the shell (`ulimit`). Writes beyond the limit fail, as on a full
/// disk, and do not end the process.
fn run_limited(desk: &Desk, limits: &str, arguments: &str) -> Said {
    let program = env!("CARGO_BIN_EXE_bantin");
    let script = format!("trap '' XFSZ; {limits}; exec '{program}' {arguments}");
    let mut command = std::process::Command::new("sh");
    command.args(["-c", &script]).current_dir(desk.path(""));
    command.env_remove("STATE_DIRECTORY").env_remove("BANTIN_CONFIG").env_remove("BANTIN_LOG");
    command.output().unwrap().into()
}

/// The state of each source, as `status` prints it.
fn sources(desk: &Desk) -> Vec<Value> {
    let said = desk.run(&["status", "--json"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
#[cfg(unix)]
fn with_a_full_disk_reading_works_checking_fails_and_no_source_is_blamed() {
    let agency = Agency::open();
    publish(&agency, &[2, 1]);
    let desk = Desk::with(&(desk::head() + &source("a", &agency)));
    assert_eq!(desk.once().code, Some(0));
    let (before, exported) = (sources(&desk), desk.run(&["export"]).out);
    // 4 KiB, in blocks of 512 bytes: less than any file of the store.
    let full = "ulimit -f 8";
    let said = run_limited(&desk, full, "status");
    assert_eq!(said.code, Some(0), "{}", said.err);
    let said = run_limited(&desk, full, "export");
    assert_eq!((said.code, said.out.len()), (Some(0), exported.len()), "{}", said.err);
    let said = run_limited(&desk, full, "try a");
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("Tin số 2") && said.err.contains("without the store"), "{said:?}");
    let said = run_limited(&desk, full, "check");
    assert_eq!(said.code, Some(1), "{}", said.out);
    assert!(said.err.contains("state") && said.err.contains("disk is full"), "{}", said.err);
    publish(&agency, &[3, 2, 1]);
    let said = run_limited(&desk, full, &format!("once --now {NOW}"));
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert_eq!(sources(&desk), before);
    assert_eq!(desk.run(&["check"]).code, Some(0));
    assert_eq!(desk.once().code, Some(0), "it goes on by itself");
    assert_eq!(desk.titles("tat-ca").len(), 3);
}

#[test]
#[cfg(target_os = "linux")]
fn without_free_file_handles_no_source_is_blamed() {
    let mut feeds = format!("workers = 24\n{}", desk::head());
    let agencies: Vec<Agency> =
        (0..24).map(|number| Agency::open_at([127, 0, 1, 1 + number])).collect();
    for (number, agency) in agencies.iter().enumerate() {
        agency.on("/robots.txt", Answer::Silence);
        feeds += &source(&format!("a-{number}"), agency);
    }
    let desk = Desk::with(&feeds);
    let said = run_limited(&desk, "ulimit -n 26", &format!("once --now {NOW}"));
    assert_eq!(said.code, Some(1), "{}", said.err);
    let has_fault = |line: &&str| line.contains("no free file handles") || line.contains("unable");
    let blameless: Vec<&str> = said.out.lines().filter(has_fault).collect();
    assert!(!blameless.is_empty(), "{}{}", said.out, said.err);
    let after = sources(&desk);
    for line in blameless {
        let id = line.split_whitespace().next().unwrap();
        let source = after.iter().find(|source| source["source"] == id).unwrap();
        assert_eq!((&source["failures"], &source["last"]), (&0.into(), &Value::Null), "{line}");
    }
}
