//! Lists and dictionaries of structured fields (RFC 9651), as far as headers about limits need them: no inner lists.

/// `"minute";q=60;w=60` or `limit=60`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    /// In a dictionary, what stands before `=`.
    pub key: Option<String>,
    pub item: Item,
    parameters: Vec<(String, Item)>,
}

/// A bare item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    /// A string or a token.
    Name(String),
    Integer(i64),
    /// Of another kind.
    Other,
}

impl Member {
    pub(crate) fn name(&self) -> Option<&str> {
        if let Item::Name(name) = &self.item { Some(name) } else { None }
    }

    /// The last of that name counts, as the RFC says.
    pub(crate) fn parameter(&self, name: &str) -> Option<&Item> {
        self.parameters.iter().rev().find(|(found, _)| found == name).map(|(_, item)| item)
    }
}

impl Item {
    /// A count or a number of seconds.
    pub(crate) fn count(&self) -> Option<u64> {
        if let Self::Integer(value) = self { u64::try_from(*value).ok() } else { None }
    }
}

/// The members of a field; none at all where one of them is wrong, as the RFC says.
pub(crate) fn members(field: &str) -> Vec<Member> {
    Scanner { rest: field }.all().unwrap_or_default()
}

struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    fn all(mut self) -> Option<Vec<Member>> {
        let mut found = Vec::new();
        loop {
            self.skip(&[' ', '\t']);
            if self.rest.is_empty() {
                return Some(found);
            }
            found.push(self.member()?);
            self.skip(&[' ', '\t']);
            if !self.rest.is_empty() && !self.take(',') {
                return None;
            }
        }
    }

    fn member(&mut self) -> Option<Member> {
        let before = self.rest;
        let key = self.key().filter(|_| self.take('='));
        if key.is_none() {
            self.rest = before;
        }
        let (item, mut parameters) = (self.item()?, Vec::new());
        while self.take(';') {
            self.skip(&[' ']);
            let name = self.key()?;
            let value = if self.take('=') { self.item()? } else { Item::Other };
            parameters.push((name.to_owned(), value));
        }
        Some(Member { key: key.map(str::to_owned), item, parameters })
    }

    fn key(&mut self) -> Option<&'a str> {
        self.rest.starts_with(|first: char| first.is_ascii_lowercase() || first == '*').then_some(())?;
        Some(self.while_true(|letter| {
            letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, '_' | '-' | '.' | '*')
        }))
    }

    fn item(&mut self) -> Option<Item> {
        match self.rest.chars().next()? {
            '"' => self.string().map(Item::Name),
            '%' => {
                self.take('%');
                self.string().map(|_| Item::Other)
            }
            ':' => {
                self.take(':');
                self.while_true(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '/' | '='));
                self.take(':').then_some(Item::Other)
            }
            '?' => {
                self.take('?');
                (self.take('0') || self.take('1')).then_some(Item::Other)
            }
            '@' => {
                self.take('@');
                self.number().map(|_| Item::Other)
            }
            '-' | '0'..='9' => self.number(),
            'A'..='Z' | 'a'..='z' | '*' => Some(Item::Name(self.while_true(is_of_token).to_owned())),
            _ => None,
        }
    }

    fn string(&mut self) -> Option<String> {
        self.take('"').then_some(())?;
        let mut text = String::new();
        let mut letters = self.rest.chars();
        loop {
            match letters.next()? {
                '"' => break,
                '\\' => text.push(letters.next().filter(|next| matches!(next, '"' | '\\'))?),
                letter @ ' '..='~' => text.push(letter),
                _ => return None,
            }
        }
        self.rest = letters.as_str();
        Some(text)
    }

    /// An integer of at most 15 digits, or a decimal.
    fn number(&mut self) -> Option<Item> {
        let sign = if self.take('-') { -1 } else { 1 };
        let digits = self.while_true(|letter| letter.is_ascii_digit());
        if digits.len() > 15 {
            return None;
        }
        let value: i64 = digits.parse().ok()?;
        if !self.take('.') {
            return Some(Item::Integer(sign * value));
        }
        let fraction = self.while_true(|letter| letter.is_ascii_digit());
        (1..=3).contains(&fraction.len()).then_some(Item::Other)
    }

    fn while_true(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|letter| !fits(letter)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn skip(&mut self, letters: &[char]) {
        self.rest = self.rest.trim_start_matches(letters);
    }

    fn take(&mut self, letter: char) -> bool {
        let rest = self.rest.strip_prefix(letter);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }
}

fn is_of_token(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "!#$%&'*+-.^_|~:/`".contains(letter)
}
