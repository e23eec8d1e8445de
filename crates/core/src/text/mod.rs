//! Texts as people write them: [`plain`] lines, and the [`date`]s in them. Knows no markup.

pub mod date;
pub mod plain;
