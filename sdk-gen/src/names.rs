//! The one allocator of identifiers: every scope of every target asks it, so that no two things get one name.
//!
//! ```
//! use sdk_gen::names::{Case, Names};
//! let mut members = Names::new(Case::Camel, &["class"]);
//! assert_eq!(members.take("date-created"), "dateCreated");
//! assert_eq!(members.take("DateCreated"), "dateCreated2");
//! assert_eq!(members.take("class"), "class_");
//! ```

use std::collections::HashSet;

/// How a language writes a kind of name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// `createKey`
    Camel,
    /// `CreateKey`
    Pascal,
    /// `create_key`
    Snake,
    /// `CREATE_KEY`
    Screaming,
    /// `create-key`
    Kebab,
}

/// Names already given in one scope.
#[derive(Debug, Clone)]
pub struct Names {
    case: Case,
    reserved: HashSet<String>,
    used: HashSet<String>,
    fold_case: bool,
}

impl Names {
    /// An empty scope. Reserved words and globals of the target get a `_` at their end.
    #[must_use]
    pub fn new(case: Case, reserved: &[&str]) -> Self {
        let reserved = reserved.iter().map(|word| (*word).to_owned()).collect();
        Self { case, reserved, used: HashSet::new(), fold_case: false }
    }

    /// Names that differ only in case count as one: for files, which some systems fold.
    #[must_use]
    pub fn folding_case(mut self) -> Self {
        self.fold_case = true;
        self
    }

    /// A free name nearest to what is wanted: cleaned, never empty, never reserved, `2`, `3`, … at its end if taken.
    pub fn take(&mut self, wanted: &str) -> String {
        let plain = convert(wanted, self.case);
        self.take_exact(&plain)
    }

    /// As [`Names::take`], for a name that is already in its final spelling.
    pub fn take_exact(&mut self, wanted: &str) -> String {
        let mut base = if wanted.is_empty() { convert("value", self.case) } else { wanted.to_owned() };
        if self.reserved.contains(&base) {
            base.push('_');
        }
        let mut name = base.clone();
        let mut count = 2_usize;
        while !self.used.insert(self.key(&name)) {
            let gap = match self.case {
                Case::Snake | Case::Screaming => "_",
                Case::Kebab => "-",
                Case::Camel | Case::Pascal => {
                    if base.ends_with(|last: char| last.is_ascii_digit()) {
                        "_"
                    } else {
                        ""
                    }
                }
            };
            name = format!("{base}{gap}{count}");
            count += 1;
        }
        name
    }

    /// Whether that exact name is given.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.used.contains(&self.key(name))
    }

    fn key(&self, name: &str) -> String {
        if self.fold_case { name.to_lowercase() } else { name.to_owned() }
    }
}

/// A name in that case: letters, digits and `_` only, never beginning with a digit. Names of nothing but signs are
/// spelled (`>=` is `greaterThanEqual`); an empty one stays empty.
#[must_use]
pub fn convert(text: &str, case: Case) -> String {
    let parts = words(&spell(text));
    let mut name = join(&parts, case);
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        let prefix = match case {
            Case::Pascal => "V",
            Case::Screaming => "V_",
            Case::Camel | Case::Snake | Case::Kebab => "_",
        };
        name = format!("{prefix}{name}");
    }
    name
}

/// Words in that case, put together.
#[must_use]
pub fn join(words: &[String], case: Case) -> String {
    match case {
        Case::Snake => words.join("_"),
        Case::Kebab => words.join("-"),
        Case::Screaming => words.join("_").to_uppercase(),
        Case::Pascal => words.iter().map(|word| capital(word)).collect(),
        Case::Camel => {
            let rest = words.iter().skip(1).map(|word| capital(word));
            words.first().cloned().into_iter().chain(rest).collect()
        }
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}

/// Lower-case words of a name: split at signs and where the case turns (`getHTTPCode2` is `get http code2`).
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (index, letter) in letters.iter().enumerate() {
        if !letter.is_alphanumeric() {
            words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()));
            continue;
        }
        let before = index.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(index + 1);
        let turns = letter.is_uppercase()
            && (before.is_some_and(|before| before.is_lowercase() || before.is_numeric())
                || (before.is_some_and(|before| before.is_uppercase())
                    && after.is_some_and(|after| after.is_lowercase())));
        if turns && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        word.extend(letter.to_lowercase());
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    // What some languages do not take in identifiers is written as its code.
    words.iter().map(|word| ascii(word)).collect()
}

fn ascii(word: &str) -> String {
    if word.is_ascii() {
        return word.to_owned();
    }
    word.chars()
        .map(|letter| if letter.is_ascii() { letter.to_string() } else { format!("u{:x}", u32::from(letter)) })
        .collect()
}

/// Signs that would be lost and carry the meaning, as words.
fn spell(text: &str) -> String {
    let has_words = text.chars().any(char::is_alphanumeric);
    let spelled = |letter: char| SIGNS.iter().find(|(sign, _)| *sign == letter).map(|(_, word)| *word);
    if !has_words {
        return text.chars().filter_map(spelled).collect::<Vec<_>>().join(" ");
    }
    // `-1` and `+1`, `-created` and `created` mean different things; so do `1.5` and `15`.
    match text.chars().next() {
        Some('-') => format!("minus {}", text.trim_start_matches('-')),
        Some('+') => format!("plus {}", text.trim_start_matches('+')),
        _ => text.to_owned(),
    }
}

const SIGNS: [(char, &str); 26] = [
    ('>', "greater than"),
    ('<', "less than"),
    ('=', "equal"),
    ('!', "not"),
    ('+', "plus"),
    ('-', "minus"),
    ('*', "star"),
    ('/', "slash"),
    ('%', "percent"),
    ('&', "and"),
    ('|', "or"),
    ('^', "caret"),
    ('~', "tilde"),
    ('?', "question"),
    ('.', "dot"),
    (',', "comma"),
    (':', "colon"),
    (';', "semicolon"),
    ('#', "hash"),
    ('@', "at"),
    ('$', "dollar"),
    ('(', "open"),
    (')', "close"),
    ('_', "underscore"),
    (' ', "space"),
    ('"', "quote"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whatever_the_spelling() {
        let of = |text: &str| words(text).join(" ");
        assert_eq!(of("getHTTPCode2"), "get http code2");
        assert_eq!(of("repos/list-for_user"), "repos list for user");
        assert_eq!(of("GPGKey"), "gpg key");
        assert_eq!(of("  "), "");
    }

    #[test]
    fn names_that_would_be_one_stay_apart() {
        let mut members = Names::new(Case::Screaming, &[]);
        let given: Vec<String> = ["ASC", "asc", "GMT+0", "GMT-0", ">", ">=", "-1", "1", "+1", ""]
            .iter()
            .map(|name| members.take(name))
            .collect();
        let distinct: HashSet<&String> = given.iter().collect();
        assert_eq!(distinct.len(), given.len(), "{given:?}");
        assert_eq!(given.first().map(String::as_str), Some("ASC"));
        assert_eq!(given.get(5).map(String::as_str), Some("GREATER_THAN_EQUAL"));
    }

    #[test]
    fn every_name_is_an_identifier() {
        for text in ["2fa", "é", "a b", "", "日本", "$", "class", "a.b-c"] {
            for case in [Case::Camel, Case::Pascal, Case::Snake, Case::Screaming] {
                let name = Names::new(case, &["class"]).take(text);
                let start = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
                let rest = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
                assert!(start && rest && name != "class", "{text:?} became {name:?}");
            }
        }
    }

    #[test]
    fn files_that_differ_in_case_alone_get_two_names() {
        let mut files = Names::new(Case::Pascal, &[]).folding_case();
        assert_ne!(files.take_exact("Key").to_lowercase(), files.take_exact("KEY").to_lowercase());
    }
}
