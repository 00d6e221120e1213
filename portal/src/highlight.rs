//! Code with its comments, strings, numbers and words told apart: enough to read well, no grammar.

use askama::filters::{Escaper as _, Html};

use crate::html::SafeHtml;

/// Words that steer, in the languages of our samples.
const WORDS: [&str; 38] = [
    "as", "async", "await", "catch", "class", "const", "curl", "def", "do", "done", "else", "export", "false", "fi",
    "fn", "for", "from", "function", "if", "import", "in", "let", "match", "mut", "new", "None", "null", "of", "print",
    "pub", "return", "set", "then", "true", "True", "use", "while", "with",
];

/// Escaped code in which comments, strings, numbers and words stand in spans.
pub(crate) fn code(text: &str) -> SafeHtml {
    let mut out = String::with_capacity(text.len() * 2);
    let mut rest = text;
    let mut before = None;
    while let Some(first) = rest.chars().next() {
        let (class, length) = piece(rest, first, before);
        let (token, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        write(&mut out, class, token);
        before = token.chars().last();
        rest = after;
    }
    SafeHtml::from_sanitizer(out)
}

/// The class and the length in bytes of what stands at the front.
fn piece(rest: &str, first: char, before: Option<char>) -> (&'static str, usize) {
    let at_word = before.is_none_or(|before| !before.is_alphanumeric() && before != '_');
    let to_line_end = rest.find('\n').unwrap_or(rest.len());
    match first {
        '#' if before.is_none_or(char::is_whitespace) && !rest.starts_with("#[") => ("c", to_line_end),
        '/' if rest.starts_with("//") && before.is_none_or(char::is_whitespace) => ("c", to_line_end),
        '"' | '`' => quoted(rest, first),
        '\'' if at_word => quoted(rest, first),
        _ if first.is_ascii_digit() && at_word => {
            ("n", rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_').unwrap_or(rest.len()))
        }
        _ if first.is_alphabetic() || first == '_' => {
            let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let word = rest.get(..length).unwrap_or_default();
            (
                if at_word && WORDS.contains(&word) && before != Some('.') && before != Some('-') { "k" } else { "" },
                length,
            )
        }
        _ => ("", first.len_utf8()),
    }
}

/// To the closing quote on the same line; a quote that is never closed is only a character. Single quotes in a shell may hold
/// lines of JSON: then only the quote itself is taken, and what is inside is coloured for itself.
fn quoted(rest: &str, quote: char) -> (&'static str, usize) {
    let mut escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        match character {
            '\n' => break,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return ("s", at + quote.len_utf8()),
            _ => {}
        }
    }
    ("", quote.len_utf8())
}

fn write(out: &mut String, class: &str, token: &str) {
    if !class.is_empty() {
        out.push_str("<span class=\"");
        out.push_str(class);
        out.push_str("\">");
    }
    // Writing to a string cannot fail.
    let _ = Html.write_escaped_str(&mut *out, token);
    if !class.is_empty() {
        out.push_str("</span>");
    }
}

#[cfg(test)]
mod tests {
    use super::code;

    fn text(html: &str) -> String {
        let mut out = String::new();
        let mut inside = false;
        for character in html.chars() {
            match character {
                '<' => inside = true,
                '>' => inside = false,
                _ if !inside => out.push(character),
                _ => {}
            }
        }
        out.replace("&#60;", "<")
            .replace("&#62;", ">")
            .replace("&#38;", "&")
            .replace("&#34;", "\"")
            .replace("&#39;", "'")
    }

    #[test]
    fn nothing_is_lost_and_nothing_gets_through() {
        for sample in [
            "let x = \"a < b\"; // <script>",
            "curl 'x' # done",
            "it's",
            "\"open",
            "",
            "ä'ö\"ü`",
            "<img src=x onerror=1>",
            "{\n  \"a\": 1.5\n}",
        ] {
            let html = code(sample).to_string();
            assert_eq!(text(&html), sample);
            assert!(!html.contains("<script") && !html.contains("<img"));
        }
    }

    #[test]
    fn pieces_are_told_apart() {
        assert_eq!(code("let n = 5;").to_string(), "<span class=\"k\">let</span> n = <span class=\"n\">5</span>;");
        assert_eq!(code("# why").to_string(), "<span class=\"c\"># why</span>");
    }
}
