//! Suggestions for mistyped words, for hints.

/// The candidate most similar to a mistyped word, if it is similar enough for a suggestion.
pub(super) fn nearest<'a>(
    word: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let word = word.to_lowercase();
    // Up to a third of the letters wrong is a typing error; more is another word.
    let limit = (word.chars().count() / 3).max(1);
    candidates
        .map(|candidate| (strsim::damerau_levenshtein(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_recognized_and_another_word_is_not() {
        let keys = || ["title", "timezone", "timeout", "max_pages"].into_iter();
        for (word, expected) in [
            ("titel", Some("title")),
            ("Title", Some("title")),
            ("time_zone", Some("timezone")),
            ("most_pages", Some("max_pages")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, keys()), expected, "{word}");
        }
    }
}
