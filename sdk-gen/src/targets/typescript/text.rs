//! Small pieces of TypeScript text: quotes, keys, literals, doc comments.

use serde_json::Value;

/// A string literal in single quotes.
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('\'');
    for letter in text.chars() {
        match letter {
            '\\' => quoted.push_str("\\\\"),
            '\'' => quoted.push_str("\\'"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            // Line separators end a line in older engines.
            other if other.is_control() || matches!(other, '\u{2028}' | '\u{2029}') => {
                quoted.push_str(&format!("\\u{{{:x}}}", u32::from(other)));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('\'');
    quoted
}

/// Whether a text can stand as an identifier (reserved words aside).
pub fn is_identifier(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || matches!(first, '_' | '$'))
        && letters.all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '$'))
}

/// A property key: as it is where that is allowed, quoted otherwise.
pub fn key(name: &str) -> String {
    if is_identifier(name) { name.to_owned() } else { quote(name) }
}

/// A JSON value as a literal type.
pub fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => quote(text),
        Value::Array(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let members: Vec<String> =
                members.iter().map(|(name, value)| format!("{}: {}", key(name), literal(value))).collect();
            format!("{{ {} }}", members.join("; "))
        }
        other => other.to_string(),
    }
}

/// A list of string literals, `['a', 'b']`.
pub fn list<S: AsRef<str>>(items: &[S]) -> String {
    format!("[{}]", items.iter().map(|item| quote(item.as_ref())).collect::<Vec<_>>().join(", "))
}

/// A doc comment of some paragraphs, or nothing when all are empty. Ends with a line break.
pub fn doc(indent: usize, paragraphs: &[&str]) -> String {
    let pad = " ".repeat(indent);
    let texts: Vec<String> = paragraphs.iter().map(|text| clean(text)).filter(|text| !text.is_empty()).collect();
    let whole = texts.join("\n\n");
    if whole.is_empty() {
        return String::new();
    }
    if !whole.contains('\n') {
        return format!("{pad}/** {whole} */\n");
    }
    let lines: Vec<String> = whole.lines().map(|line| format!("{pad} * {line}").trim_end().to_owned()).collect();
    format!("{pad}/**\n{}\n{pad} */\n", lines.join("\n"))
}

/// What would end the comment, or be read as a tag of its own, is defused.
fn clean(text: &str) -> String {
    let text = text.replace("*/", "*\\/");
    let lines: Vec<&str> = text.trim().lines().map(str::trim_end).collect();
    let mut kept: Vec<&str> = Vec::with_capacity(lines.len());
    for line in lines {
        if !(line.is_empty() && kept.last().is_some_and(|last| last.is_empty())) {
            kept.push(line);
        }
    }
    kept.join("\n")
}

/// Moves every line but the first in by so many spaces.
pub fn indent(text: &str, by: usize) -> String {
    text.replace('\n', &format!("\n{}", " ".repeat(by)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn quotes_hold_whatever_a_document_writes() {
        assert_eq!(quote("it's \\ \n\u{2028}"), r"'it\'s \\ \n\u{2028}'");
        assert_eq!(key("created_at"), "created_at");
        assert_eq!(key("date<"), "'date<'");
    }

    #[test]
    fn literals_are_types() {
        assert_eq!(literal(&json!({"a": [1, "x", null, true]})), "{ a: [1, 'x', null, true] }");
    }

    #[test]
    fn a_doc_comment_cannot_be_left_early() {
        assert_eq!(doc(2, &["One line."]), "  /** One line. */\n");
        assert_eq!(doc(0, &["a */ b", "", "c"]), "/**\n * a *\\/ b\n *\n * c\n */\n");
        assert_eq!(doc(0, &["", " "]), "");
    }
}
