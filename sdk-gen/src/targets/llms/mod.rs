//! The API for language models and other programs that read text: `llms.txt` (what there is), `llms-full.txt` (all of
//! it), and one operation as Markdown. Pure functions of the model; addresses of pages are the caller's to give.

mod fields;
mod operation;

pub use fields::{type_text, write_fields};
pub use operation::operation_markdown;

use crate::model::{Api, Operation};

/// Beyond this many operations the index names tags alone: it is read whole, into a context that costs.
const MAX_LISTED: usize = 300;

/// Where pages are, and what else the index should name.
#[derive(Debug, Clone)]
pub struct Links {
    /// Put before every address; empty for addresses of the same host.
    pub base: String,
    /// Folder of the reference, below the base.
    pub reference: String,
    /// More sections, before those of the API.
    pub sections: Vec<Section>,
    /// Lines between the summary and the sections.
    pub notes: Vec<String>,
}

/// A section of links.
#[derive(Debug, Clone, Default)]
pub struct Section {
    /// Heading.
    pub title: String,
    /// Links in order.
    pub links: Vec<Link>,
}

/// A link and what it leads to.
#[derive(Debug, Clone, Default)]
pub struct Link {
    /// What is linked.
    pub name: String,
    /// Where, below the base.
    pub path: String,
    /// What one finds there.
    pub note: String,
}

impl Default for Links {
    fn default() -> Self {
        Self { base: String::new(), reference: "/reference".to_owned(), sections: Vec::new(), notes: Vec::new() }
    }
}

/// `llms.txt`: title, summary, notes, then sections of links, as llmstxt.org orders them.
#[must_use]
pub fn index(api: &Api, links: &Links) -> String {
    let mut text = head(api);
    for note in links.notes.iter().cloned().chain(credentials(api)) {
        text.push_str(&format!("- {note}\n"));
    }
    text.push('\n');
    for section in &links.sections {
        text.push_str(&format!("## {}\n\n", section.title));
        for Link { name, path, note } in &section.links {
            text.push_str(&line(name, &format!("{}{path}", links.base), note));
        }
        text.push('\n');
    }
    let listed = api.operations.len() <= MAX_LISTED;
    let place = format!("{}{}", links.base, links.reference);
    if !listed {
        text.push_str("## Reference\n\n");
    }
    for tag in &api.tags {
        let about = tag.description.as_deref().map(one_line).unwrap_or_default();
        if !listed {
            text.push_str(&line(&tag.name, &format!("{place}/{}.md", tag.name), &about));
            continue;
        }
        text.push_str(&format!("## {}\n\n", tag.name));
        for operation in api.operations_of(&tag.name) {
            let note = summary(operation);
            let name = format!("{} {}", operation.method.upper(), operation.path);
            text.push_str(&line(&name, &format!("{place}/{}.md", operation.id), &note));
        }
        text.push('\n');
    }
    text.trim_end().to_owned() + "\n"
}

/// `llms-full.txt`: what the index says, then every operation in full.
#[must_use]
pub fn full(api: &Api) -> String {
    let mut text = head(api);
    if let Some(description) = &api.info.description {
        text.push_str(&format!("{}\n\n", description.trim()));
    }
    for note in credentials(api) {
        text.push_str(&format!("- {note}\n"));
    }
    for tag in &api.tags {
        text.push_str(&format!("\n# {}\n\n", tag.name));
        if let Some(description) = &tag.description {
            text.push_str(&format!("{}\n\n", description.trim()));
        }
        for operation in api.operations_of(&tag.name) {
            text.push_str(&operation_markdown(api, operation));
            text.push('\n');
        }
    }
    text.trim_end().to_owned() + "\n"
}

fn head(api: &Api) -> String {
    let described = || api.info.description.as_deref().map(first_paragraph);
    let summary = api
        .info
        .summary
        .as_deref()
        .map(one_line)
        .or_else(described)
        .unwrap_or_else(|| format!("Version {} of the API.", api.info.version));
    format!("# {}\n\n> {summary}\n\n", api.info.title)
}

/// What a reader must know before any call.
fn credentials(api: &Api) -> Vec<String> {
    let mut notes = Vec::new();
    notes.extend(api.default_server().map(|url| format!("Base address: `{url}`")));
    for scheme in api.security_schemes.values() {
        let about =
            scheme.description.as_deref().map(|text| format!(": {}", first_paragraph(text))).unwrap_or_default();
        notes.push(format!("Credential `{}`, {}{about}", scheme.name, operation::how_sent(scheme)));
    }
    notes
}

fn line(name: &str, url: &str, note: &str) -> String {
    let note = if note.is_empty() { String::new() } else { format!(": {note}") };
    format!("- [{name}]({url}){note}\n")
}

fn summary(operation: &Operation) -> String {
    let text =
        operation.summary.as_deref().map(one_line).or_else(|| operation.description.as_deref().map(first_paragraph));
    let old = if operation.deprecated { " (deprecated)" } else { "" };
    format!("{}{old}", text.unwrap_or_default())
}

/// Text on one line.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn first_paragraph(text: &str) -> String {
    one_line(text.trim().split("\n\n").next().unwrap_or_default())
}
