//! Recognizes lines that are a price.

/// Signs of currencies, before or after the amount.
const SIGNS: [char; 9] = ['$', '€', '£', '¥', '₫', '₹', '₩', '₽', '฿'];
/// Codes and words of currencies.
const CODES: [&str; 14] =
    ["usd", "eur", "gbp", "vnd", "vnđ", "đ", "kr", "zł", "chf", "sek", "nok", "dkk", "pln", "jpy"];

/// Whether a line contains an amount next to the sign or the code of a currency.
pub(super) fn is_price(text: &str) -> bool {
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let by_sign = text.char_indices().filter(|(_, c)| SIGNS.contains(c)).any(|(at, sign)| {
        let before = text.get(..at).unwrap_or_default().trim_end();
        let behind = text.get(at + sign.len_utf8()..).unwrap_or_default().trim_start();
        is_digit(before.chars().next_back()) || is_digit(behind.chars().next())
    });
    by_sign || names_code(text)
}

/// Whether the code of a currency stands beside an amount: `1.250.000 VNĐ`, `99đ`, `EUR 12,50`.
fn names_code(text: &str) -> bool {
    let is_amount = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_digit())
            && word.ends_with(|c: char| c.is_ascii_digit())
            && word.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '\''))
    };
    let is_code = |word: &str| CODES.contains(&word.to_lowercase().as_str());
    let mut before = "";
    text.split_whitespace().any(|word| {
        let word = word.trim_matches(['(', ')', ':', ';', '*']);
        let digits = word.find(|c: char| !matches!(c, '0'..='9' | '.' | ',' | '\''));
        let joined = digits.and_then(|end| word.split_at_checked(end));
        let is_joined = joined.is_some_and(|(amount, code)| is_amount(amount) && is_code(code));
        let is_apart = (is_amount(before) && is_code(word)) || (is_code(before) && is_amount(word));
        before = word;
        is_joined || is_apart
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_beside_a_currency_is_a_price() {
        #[track_caller]
        fn check(text: &str, expected: bool) {
            assert_eq!(is_price(text), expected, "{text}");
        }
        for text in [
            "$ 59.00",
            "from US$1,299",
            "1.250.000 ₫",
            "99.000đ",
            "1.250.000 VNĐ",
            "EUR 12,50",
            "12,50 €",
            "399 kr",
            "Sale £5",
        ] {
            check(text, true);
        }
        for text in
            ["50 triệu đồng", "12/QĐ-UBND", "5 đoàn viên", "Euro 2024", "$", "đ", "24 items"]
        {
            check(text, false);
        }
    }
}
