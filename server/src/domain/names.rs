//! Dotted names, and what lists are filtered by: one name, or all that begin alike.

/// Names that a filter lets through: `key.revoked` is that one, `key.*` all that begin with `key.`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Names {
    /// This one.
    One(String),
    /// All that begin so.
    Begin(String),
}

impl Names {
    /// Reads what the contract's pattern has let through.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text.strip_suffix('*') {
            Some(start) => Self::Begin(start.to_owned()),
            None => Self::One(text.to_owned()),
        }
    }

    /// Whether it lets that name through.
    #[must_use]
    pub fn allow(&self, name: &str) -> bool {
        match self {
            Self::One(one) => one == name,
            Self::Begin(start) => name.starts_with(start.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_what_follows_its_dot_and_for_nothing_else() {
        let keys = Names::parse("key.*");

        assert!(keys.allow("key.created") && keys.allow("key.revoked"));
        assert!(!keys.allow("key") && !keys.allow("keys.created") && !keys.allow("user.registered"));
        assert!(Names::parse("key.created").allow("key.created"));
        assert!(!Names::parse("key.created").allow("key.created.twice"));
    }
}
