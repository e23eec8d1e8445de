//! `bantin token`: creates a token for a private feed.

use anyhow::anyhow;
use bantin_core::TokenHash;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom, SystemRandom};
use std::process::ExitCode;

pub(super) fn run() -> anyhow::Result<ExitCode> {
    let mut random = [0; 32];
    SystemRandom::new().fill(&mut random).map_err(|_| {
        anyhow!("the system gives no random numbers; check that /dev/urandom exists")
    })?;
    let token = URL_SAFE_NO_PAD.encode(random);
    println!("token for the readers (?token=..., bearer token, or password):");
    println!("{token}");
    println!("line for the [[feed]] in feeds.toml:");
    println!("token_sha256 = [\"{}\"]", TokenHash::of(&token));
    Ok(ExitCode::SUCCESS)
}
