//! Receivers that verify what comes: whole programs, which the tests run.

use rust_embed::RustEmbed;

use crate::site::Site;

#[derive(RustEmbed)]
#[folder = "content/webhooks/"]
struct Programs;

/// By the value of their tab, their name, and their file.
const LANGUAGES: [(&str, &str, &str); 4] = [
    ("typescript", "TypeScript", "typescript.ts"),
    ("python", "Python", "python.py"),
    ("rust", "Rust", "rust.rs"),
    ("plain", "standardwebhooks", "standardwebhooks.mjs"),
];

/// A program in one language.
pub(crate) struct Snippet {
    pub language: &'static str,
    pub label: &'static str,
    pub code: String,
}

/// All of them.
pub(crate) fn snippets(site: &Site) -> Vec<Snippet> {
    let programs = LANGUAGES.iter().filter_map(|(language, label, file)| {
        let file = Programs::get(file)?;
        let text = String::from_utf8_lossy(&file.data);
        let code = text.replace("GATEPOST_", &format!("{}_", site.reference.api.config.environment));
        Some(Snippet { language, label, code: code.trim_end().to_owned() })
    });
    programs.collect()
}
