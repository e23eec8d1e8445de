//! Prints the article on a saved page.
//!
//!     cargo run --package bantin-read --example article -- page.html https://agency.example/1.html

use bantin_core::PlatformChoice;
use bantin_read::{saved_page, single_page};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(address)) = (arguments.next(), arguments.next()) else {
        return Err("usage: article FILE ADDRESS".into());
    };
    let page =
        saved_page(std::fs::read(file)?, address.parse()?, bantin_core::clock::Clock::System.now());
    let article = single_page(&page, &PlatformChoice::default())?;
    let published = article.published.with_timezone(&article.zone).format("%Y-%m-%d");
    let text = format!("{}\n{published}\n\n{}\n", article.title, article.text);
    std::io::Write::write_all(&mut std::io::stdout(), text.as_bytes())?;
    Ok(())
}
