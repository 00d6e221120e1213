//! Where settings come from: defaults, then `gatepost.toml`, then the environment, then flags; the later one wins.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::ConfigError;
use super::settings::{OUR_PREFIXES, Setting, all};

/// The text of each setting that somebody set, and where.
#[derive(Debug, Default)]
pub struct Values(BTreeMap<&'static str, (String, String)>);

impl Values {
    /// The text of a setting and where it comes from; its default where nobody set it; nothing where that is empty.
    #[must_use]
    pub fn get(&self, name: &'static str) -> Option<(&str, &str)> {
        let default = || find(name).map(|s| (s.default, "default")).filter(|(text, _)| !text.is_empty());
        self.0.get(name).map(|(text, origin)| (text.as_str(), origin.as_str())).or_else(default)
    }

    fn set(&mut self, name: &str, text: &str, origin: &str) -> Result<(), ConfigError> {
        let Some(setting) = find(name) else {
            return Err(ConfigError::Unknown { origin: origin.to_owned(), name: name.to_owned(), hint: near(name) });
        };
        if !text.trim().is_empty() {
            self.0.insert(setting.name, (text.trim().to_owned(), origin.to_owned()));
        }
        Ok(())
    }

    /// Takes in a settings file: `port = 3003`, or grouped by prefix as `[limits]` with `free_per_minute = 60`.
    ///
    /// # Errors
    /// Every fault of the file: not TOML, unknown keys.
    pub fn add_file(&mut self, path: &Path) -> Result<(), Vec<ConfigError>> {
        let fault = |reason: String| vec![ConfigError::File { path: path.display().to_string(), reason }];
        let text = std::fs::read_to_string(path).map_err(|e| fault(e.to_string()))?;
        let table: toml::Table =
            text.parse().map_err(|e: toml::de::Error| fault(e.to_string().trim().replace('\n', " ")))?;
        let mut faults = Vec::new();
        for (key, value) in flatten("", table) {
            faults.extend(self.set(&key.to_uppercase(), &value, &path.display().to_string()).err());
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// Takes in environment variables: those in the table, and none under our prefixes that is not.
    ///
    /// # Errors
    /// Every unknown name under one of our prefixes.
    pub fn add_environment(
        &mut self,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(), Vec<ConfigError>> {
        let mut faults = Vec::new();
        for (name, value) in variables {
            if find(&name).is_some() || OUR_PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
                faults.extend(self.set(&name, &value, "environment").err());
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// Takes in flags that clap has recognised, by setting name.
    pub fn add_flags(&mut self, flags: impl IntoIterator<Item = (&'static str, String)>) {
        for (name, value) in flags {
            self.0.insert(name, (value, "flag".to_owned()));
        }
    }
}

/// The setting of that name.
#[must_use]
pub fn find(name: &str) -> Option<Setting> {
    all().find(|setting| setting.name == name)
}

fn flatten(prefix: &str, table: toml::Table) -> Vec<(String, String)> {
    let mut flat = Vec::new();
    for (key, value) in table {
        let name = if prefix.is_empty() { key } else { format!("{prefix}_{key}") };
        match value {
            toml::Value::Table(inner) => flat.extend(flatten(&name, inner)),
            toml::Value::Array(values) => flat.push((name, values.iter().map(text_of).collect::<Vec<_>>().join(","))),
            other => flat.push((name, text_of(&other))),
        }
    }
    flat
}

fn text_of(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Boolean(flag) => flag.to_string(),
        // No setting is a fraction, a time or a table: its reader says what is wrong with this.
        other => format!("{other:?}"),
    }
}

/// " Did you mean X?" where a setting shares most of its words with `name`.
fn near(name: &str) -> String {
    let words = |text: &str| text.split('_').map(ToOwned::to_owned).collect::<Vec<_>>();
    let shared = |setting: &Setting| words(setting.name).iter().filter(|word| words(name).contains(word)).count();
    all()
        .max_by_key(|setting| shared(setting))
        .filter(|setting| shared(setting) >= 2)
        .map(|setting| format!(" Did you mean {}?", setting.name))
        .unwrap_or_default()
}
