//! `kind = "files"`: saved article pages, in a folder or in a WARC file.

use super::{KindDefinition, KindReader};
use crate::discover::{DiscoverError, files};
use bantin_core::{Listing, ListingProfile, Source};
use bantin_page::Page;

pub(super) const DEFINITION: KindDefinition = KindDefinition {
    name: "files",
    doc: "Saved article pages in a folder, or in a WARC file.",
    what: "a folder of saved pages",
    build: |_, _| Some(Box::new(Files)),
    is_saved: true,
    // Removing a file from a folder does not withdraw its article.
    shows_withdrawals: false,
    no_next_page: Some(
        "is a folder of saved pages and has no further pages: a visit reads all of them",
    ),
    ..KindDefinition::DEFAULTS
};

pub(super) struct Files;

impl KindReader for Files {
    fn read(
        &self,
        page: &Page,
        source: &Source,
        _: &ListingProfile,
    ) -> Result<Listing, DiscoverError> {
        files::read(page, source)
    }
}
