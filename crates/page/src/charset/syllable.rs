//! The structure of Vietnamese syllables: an onset, a rime and one tone. Meaning is not considered.

use std::collections::HashSet;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// The onsets, with which a syllable can begin.
const ONSETS: &str = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x";

/// The rimes, with which it can end, without tones.
const RIMES: &str = "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây \
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu \
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot \
    ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông \
    uôt uơ up ut uy uya uych uyên uyêt uynh uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu \
    y ych yêm yên yêng yêt yêu ynh yt";

/// The combining marks of the tones: acute, grave, hook, tilde, dot below.
const TONES: [char; 5] = ['\u{301}', '\u{300}', '\u{309}', '\u{303}', '\u{323}'];

static RIME: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| RIMES.split_ascii_whitespace().collect());

/// Whether a lowercase word has the structure of a Vietnamese syllable.
pub(super) fn is_plausible(word: &str) -> bool {
    let parts: Vec<char> = word.nfd().collect();
    let tones: Vec<char> = parts.iter().copied().filter(|c| TONES.contains(c)).collect();
    if tones.len() > 1 {
        return false;
    }
    let toneless: String = parts.iter().copied().filter(|c| !TONES.contains(c)).nfc().collect();
    // A stopped syllable always has one of two tones.
    let is_stopped = ["c", "ch", "p", "t"].iter().any(|stop| toneless.ends_with(stop));
    if is_stopped && !matches!(tones.first(), Some('\u{301}' | '\u{323}')) {
        return false;
    }
    RIME.contains(toneless.as_str())
        || ONSETS
            .split_ascii_whitespace()
            .filter_map(|onset| toneless.strip_prefix(onset))
            .any(|rime| RIME.contains(rime))
}

#[cfg(test)]
mod tests {
    use super::is_plausible;

    #[test]
    fn syllables_are_told_from_other_words() {
        let vietnamese = "ủy ban nhân dân tỉnh đã được những người giữ gìn giết giá quốc quyết quý nghĩa nghiệp khuỷu \
            việt thuở tuyến khuya yếu ở ý ấy uống oái xoè hoà hòa nguyễn huỳnh trương phước mường";
        for word in vietnamese.split_whitespace() {
            assert!(is_plausible(word), "{word}");
        }
        // Words of other languages, words in a wrong encoding, non-words, and a stopped syllable
        // without tone.
        let others = "été déjà über für köln straße française caùc nöôùc hộc̀ đắk đôc hôp";
        for word in others.split_whitespace() {
            assert!(!is_plausible(word), "{word}");
        }
    }
}
