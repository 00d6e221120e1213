//! Python text: literals, docstrings, and lines that fit.

use serde_json::Value;

/// No line is longer where it can be helped.
pub(super) const WIDTH: usize = 120;

/// A string literal. JSON's escapes are Python's.
pub(super) fn string(text: &str) -> String {
    Value::String(text.to_owned()).to_string().replace('\u{7f}', "\\u007f")
}

/// Any JSON value as a Python expression.
pub(super) fn literal(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => string(text),
        Value::Array(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let pairs = members.iter().map(|(name, value)| format!("{}: {}", string(name), literal(value)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A statement on one line, or broken at its longest brackets as Python's formatters do.
pub(super) fn fit(indent: usize, code: &str) -> String {
    let pad = " ".repeat(indent);
    if indent + code.chars().count() <= WIDTH {
        return format!("{pad}{code}\n");
    }
    let Some((open, close)) = longest_brackets(code) else { return format!("{pad}{code}\n") };
    let (Some(head), Some(inner), Some(tail)) = (code.get(..=open), code.get(open + 1..close), code.get(close..))
    else {
        return format!("{pad}{code}\n");
    };
    let parts = elements(inner);
    if parts.is_empty() || (parts.len() == 1 && longest_brackets(inner).is_none()) {
        return format!("{pad}{code}\n");
    }
    let subscript = head.ends_with('[') && head.trim_end_matches('[').ends_with(|last: char| last.is_alphanumeric());
    let comma = parts.len() > 1 || !subscript;
    let mut out = format!("{pad}{head}\n");
    for part in &parts {
        let mark = if comma || part == "*" { "," } else { "" };
        out.push_str(&fit(indent + 4, &format!("{part}{mark}")));
    }
    out.push_str(&format!("{pad}{tail}\n"));
    out
}

/// The outermost pair of brackets with most between them.
fn longest_brackets(code: &str) -> Option<(usize, usize)> {
    let mut open = None;
    let mut best: Option<(usize, usize)> = None;
    for (index, letter, depth) in structure(code) {
        match letter {
            '(' | '[' | '{' if depth == 1 => open = Some(index),
            ')' | ']' | '}' if depth == 0 => {
                let start = open.take()?;
                if index - start > best.map_or(1, |(from, to)| to - from) {
                    best = Some((start, index));
                }
            }
            _ => {}
        }
    }
    best
}

/// What stands between commas that are in no brackets.
fn elements(code: &str) -> Vec<String> {
    let cuts =
        structure(code).into_iter().filter(|(_, letter, depth)| *letter == ',' && *depth == 0).map(|(at, _, _)| at);
    let mut parts = Vec::new();
    let mut from = 0;
    for cut in cuts.chain(std::iter::once(code.len())) {
        parts.extend(code.get(from..cut).map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()));
        from = cut + 1;
    }
    parts
}

/// Brackets and commas outside strings: where, which, and how deep it is after them.
fn structure(code: &str) -> Vec<(usize, char, usize)> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    for (index, letter) in code.char_indices() {
        if in_string {
            in_string = escaped || letter != '"';
            escaped = !escaped && letter == '\\';
            continue;
        }
        match letter {
            '"' => in_string = true,
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' => {}
            _ => continue,
        }
        found.push((index, letter, depth));
    }
    found
}

/// A docstring from Markdown; nothing for nothing.
pub(super) fn docstring(indent: usize, text: &str) -> String {
    let pad = " ".repeat(indent);
    let clean = clean(text);
    let lines: Vec<String> = clean.lines().flat_map(|line| wrap(line, WIDTH - indent)).collect();
    let Some(first) = lines.first().filter(|first| !first.is_empty()) else { return String::new() };
    if lines.len() == 1 && first.chars().count() + indent + 6 <= WIDTH && !first.ends_with(['"', '\\']) {
        return format!("{pad}\"\"\"{first}\"\"\"\n");
    }
    let space = if first.starts_with('"') { " " } else { "" };
    let mut out = format!("{pad}\"\"\"{space}{first}\n");
    for line in lines.iter().skip(1) {
        out.push_str(if line.is_empty() { "" } else { &pad });
        out.push_str(line);
        out.push('\n');
    }
    out.push_str(&format!("{pad}\"\"\"\n"));
    out
}

/// Nothing that ends the docstring, escapes, or cannot stand in a source file.
fn clean(text: &str) -> String {
    let plain: String =
        text.replace("\r\n", "\n").chars().filter(|letter| !letter.is_control() || *letter == '\n').collect();
    let lines: Vec<&str> = plain.trim().lines().map(str::trim_end).collect();
    lines.join("\n").replace('\\', "\\\\").replace("\"\"\"", "'''")
}

/// A line of prose in lines of at most `width`; its indentation goes on.
fn wrap(line: &str, width: usize) -> Vec<String> {
    if line.chars().count() <= width || line.trim_start().starts_with('|') {
        return vec![line.to_owned()];
    }
    let lead: String = line.chars().take_while(|letter| *letter == ' ').collect();
    let is_entry = !lead.is_empty() && line.split_whitespace().next().is_some_and(|word| word.ends_with(':'));
    let deeper = if is_entry {
        "    "
    } else if line.trim_start().starts_with(['-', '*']) {
        "  "
    } else {
        ""
    };
    let mut lines = Vec::new();
    let mut current = lead.clone();
    for word in line.split_whitespace() {
        if current.trim().is_empty() {
            current.push_str(word);
        } else if current.chars().count() + 1 + word.chars().count() <= width {
            current.push(' ');
            current.push_str(word);
        } else {
            lines.push(std::mem::replace(&mut current, format!("{lead}{deeper}{word}")));
        }
    }
    lines.push(current);
    lines
}

/// A text in one line, for a list of arguments.
pub(super) fn one_line(text: &str) -> String {
    let paragraph = text.trim().split("\n\n").next().unwrap_or_default();
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_statement_breaks_at_its_longest_brackets() {
        let names: Vec<String> = (0..20).map(|n| format!("argument_{n}: int")).collect();
        let broken = fit(4, &format!("def create(self, *, {}) -> Item:", names.join(", ")));
        assert!(broken.starts_with("    def create(\n        self,\n        *,\n        argument_0: int,\n"));
        assert!(broken.ends_with("        argument_19: int,\n    ) -> Item:\n"));
    }

    #[test]
    fn a_lone_subscript_gets_no_comma() {
        let long = format!("List[Union[{}]]", vec!["Something"; 20].join(", "));
        assert!(fit(0, &long).starts_with("List[\n    Union[\n        Something,\n"));
        assert!(fit(0, &long).ends_with("    ]\n]\n"));
    }

    #[test]
    fn brackets_in_strings_count_for_nothing() {
        assert_eq!(elements(r#""a,(b", c("],", d), e"#), [r#""a,(b""#, r#"c("],", d)"#, "e"]);
    }

    #[test]
    fn a_docstring_cannot_end_itself() {
        assert_eq!(docstring(0, r#"say """x""" \d"#), "\"\"\"say '''x''' \\\\d\"\"\"\n");
        assert_eq!(docstring(0, "ends with \"quote\""), "\"\"\"ends with \"quote\"\n\"\"\"\n");
        assert_eq!(docstring(0, "  \n "), "");
    }
}
