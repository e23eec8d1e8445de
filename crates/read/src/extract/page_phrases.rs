//! Phrases that pages in many languages put between and below their texts: headings of comments,
//! invitations to subscribe and to follow, notes of syndication. `line_wording` uses them.

/// Whether a line is the heading of the comments of readers: `Commentaires (3)`, `12 Comments`.
pub(super) fn is_comments_heading(text: &str, is_heading: bool) -> bool {
    const HEADINGS: [&str; 40] = [
        "comment",
        "comments",
        "reader comments",
        "readers comments",
        "leave a comment",
        "leave a reply",
        "webmention",
        "webmentions",
        "kommentare",
        "leserkommentare",
        "commentaire",
        "commentaires",
        "vos commentaires",
        "comentarios",
        "comentario",
        "comentários",
        "comentário",
        "commenti",
        "i commenti dei lettori",
        "commenti dei lettori",
        "reacties",
        "kommentarer",
        "kommentar",
        "komentarze",
        "opinie",
        "komentáře",
        "komentar",
        "komentari",
        "yorumlar",
        "комментарии",
        "комментариев",
        "коментарі",
        "коментари",
        "σχόλια",
        "评论",
        "网友评论",
        "コメント",
        "댓글",
        "ความคิดเห็น",
        "التعليقات",
    ];
    /// The longest heading with its number, in bytes.
    const MAX_LENGTH: usize = 80;
    // Without a number in brackets or at the start it may be a part of the text.
    let is_digit = |c: char| c.is_ascii_digit();
    let has_count = text.starts_with(is_digit)
        || text.split_once('(').is_some_and(|(_, n)| n.starts_with(is_digit));
    if text.len() > MAX_LENGTH || !is_heading || !has_count {
        return false;
    }
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| c.is_whitespace() || "():[]–-•·".contains(c));
    let is_word = |word: &&str| !word.is_empty() && !word.bytes().all(|b| b.is_ascii_digit());
    let bare: Vec<&str> = words.filter(is_word).collect();
    HEADINGS.contains(&bare.join(" ").as_str())
}

/// Whether a short line in lower case invites to subscribe, to follow a channel or to pay.
pub(super) fn invites(lower: &str, is_linked: bool) -> bool {
    /// Beginnings of invitations with a link.
    const BEGINS: [&str; 16] = [
        "clique aqui para seguir",
        "clique aqui e siga",
        "siga o canal",
        "siga nosso canal",
        "entre no canal",
        "únete a nuestro canal",
        "sigue nuestro canal",
        "rejoignez notre chaîne",
        "folgen sie uns",
        "folge uns",
        "obserwuj nas",
        "подпишитесь на",
        "подписывайтесь на",
        "читайте нас в",
        "ikuti kami di",
        "ติดตามข่าวสารได้ที่",
    ];
    /// Phrases of invitations with or without one.
    const HOLDS: [&str; 16] = [
        "para seguir leyendo",
        "para continuar leyendo",
        "para continuar lendo",
        "para seguir lendo",
        "pour lire la suite",
        "pour continuer la lecture",
        "per continuare a leggere",
        "weiterlesen mit",
        "um weiterzulesen",
        "jetzt weiterlesen",
        "om verder te lezen",
        "aby czytać dalej",
        "чтобы читать дальше",
        "untuk melanjutkan membaca",
        "scroll to continue",
        "有料会員",
    ];
    is_linked && BEGINS.iter().any(|begin| lower.starts_with(begin))
        || HOLDS.iter().any(|piece| lower.contains(piece))
        || is_linked && lower.contains("subscri") && lower.contains("consider ")
}

/// Whether a closing line requests a rating, or announces a video that is not in the text.
pub(super) fn is_closing(text: &str) -> bool {
    const CLOSING: [&str; 16] = [
        "oceń artykuł",
        "oceń ten artykuł",
        "оцените статью",
        "оцените материал",
        "noter cet article",
        "valora este artículo",
        "vota questo articolo",
        "avalie este artigo",
        "artikel bewerten",
        "simak video",
        "simak juga video",
        "saksikan video",
        "tonton video",
        "vídeos: assista",
        "assista aos vídeos",
        "assista a mais vídeos",
    ];
    /// Longer lines are sentences about these things.
    const MAX_LENGTH: usize = 100;
    let lower = text.to_lowercase();
    text.chars().count() <= MAX_LENGTH && CLOSING.iter().any(|piece| lower.starts_with(piece))
}

/// Whether a line is the note that a text is an unedited one of a press agency.
pub(super) fn is_syndication_note(text: &str) -> bool {
    const SAYS: [&str; 6] = [
        "syndicated feed",
        "has not been edited by",
        "not been created or edited by",
        "nicht redaktionell bearbeitet",
        "redaktionell nicht bearbeitet",
        "von der redaktion nicht bearbeitet",
    ];
    /// Longer lines are about such texts.
    const MAX_LENGTH: usize = 200;
    if text.chars().count() > MAX_LENGTH {
        return false;
    }
    let lower = text.to_lowercase();
    SAYS.iter().any(|says| lower.contains(says))
}

/// Whether the first line of a small box marks it as an advertisement.
pub(super) fn is_promotion_mark(text: &str) -> bool {
    const MARKS: [&str; 16] = [
        "promoted",
        "promotion",
        "sponsored",
        "sponsored content",
        "paid content",
        "advertisement",
        "anzeige",
        "gesponsert",
        "publicidad",
        "patrocinado",
        "contenido patrocinado",
        "sponsorisé",
        "contenu sponsorisé",
        "sponsorizzato",
        "artykuł sponsorowany",
        "реклама",
    ];
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
    bare.len() <= 40 && MARKS.contains(&bare.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_comments_are_told_from_others() {
        for (text, is_heading) in [
            ("Opinie (12)", true),
            ("2 webmentions", true),
            ("5 комментариев", true),
            ("Commentaires (3)", true),
        ] {
            assert!(is_comments_heading(text, is_heading), "{text}");
        }
        for (text, is_heading) in [
            ("12 Comments", false),
            ("Commentaires", true),
            ("Comment 1", true),
            ("I commenti dei lettori", true),
            ("Comments on the new law", true),
            ("Opinie ekspertów", true),
            ("12", true),
        ] {
            assert!(!is_comments_heading(text, is_heading), "{text}");
        }
    }

    #[test]
    fn invitations_are_told_from_text() {
        for (text, is_linked) in [
            ("clique aqui para seguir o canal no whatsapp", true),
            ("suscríbete para seguir leyendo", false),
            ("この記事は有料記事です。有料会員になると続きをお読みいただけます。", false),
            ("if you enjoy them, consider a print subscription", true),
        ] {
            assert!(invites(text, is_linked), "{text}");
        }
        for (text, is_linked) in [
            ("inscrivez-vous en mairie avant le 12 juin.", true),
            ("hier klicken die kameras", false),
            ("haz clic aquí para ver el mapa de la obra", true),
            ("это наш канал, мы его построили сами.", false),
            ("consider the lilies", true),
        ] {
            assert!(!invites(text, is_linked), "{text}");
        }
    }

    #[test]
    fn requests_for_a_rating_close_a_text() {
        for text in ["Oceń artykuł: ★★★★☆ (4.6)", "VÍDEOS: assista aos destaques da semana"]
        {
            assert!(is_closing(text), "{text}");
        }
        assert!(!is_closing("Os vídeos: assista quem quiser"));
    }

    #[test]
    fn notes_of_syndication_and_marks_of_promotion_are_short() {
        let note = "(This story has not been edited by our staff and is published from a syndicated feed.)";
        assert!(is_syndication_note(note));
        assert!(!is_syndication_note("The report was edited by the committee."));
        assert!(is_promotion_mark("Promoted") && is_promotion_mark("- ANZEIGE -"));
        assert!(!is_promotion_mark("Promoted to the first league"));
    }
}
