//! The registry of names of sources or of feeds. Each name, current or former, belongs to one of
//! them only.

use super::deserialize::Spanned;
use super::diagnostics::Diagnostics;
use super::errors::ConfigProblem;
use super::files::TextSpan;
use super::suggestion::nearest;
use bantin_core::Slug;
use std::collections::BTreeMap;

/// Names with the span of their first use and the current name of their owner.
#[derive(Debug, Default)]
pub(super) struct NameRegistry {
    seen: BTreeMap<Slug, (TextSpan, Slug)>,
}

impl NameRegistry {
    /// Registers a name and its owner's former names; reports those that are taken already.
    pub(super) fn take(
        &mut self,
        id: &Spanned<Slug>,
        aliases: &[Spanned<Slug>],
        diagnostics: &mut Diagnostics,
    ) {
        for name in [id].into_iter().chain(aliases) {
            let Some((before, _)) = self.seen.get(&name.value) else {
                self.seen.insert(name.value.clone(), (name.span.clone(), id.value.clone()));
                continue;
            };
            let problem =
                ConfigProblem::new(format!("the name {:?} is taken", name.value.as_str()))
                    .and_at(&name.span, "taken a second time")
                    .and_at(before, "taken first");
            diagnostics.problem(problem);
        }
    }

    /// The current name of the owner of a name.
    pub(super) fn current(&self, name: &Slug) -> Option<&Slug> {
        self.seen.get(name).map(|(_, current)| current)
    }

    /// The registered name that is most similar to a mistyped one.
    pub(super) fn nearest(&self, name: &str) -> Option<&str> {
        nearest(name, self.seen.keys().map(Slug::as_str))
    }
}
