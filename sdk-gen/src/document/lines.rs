//! From a JSON pointer to a line of the text, only when a diagnostic asks for it.

use std::collections::HashMap;

use crate::diagnostics::Diagnostic;

use super::pointer::escape;
use super::{Document, is_json, json_lines, yaml};

pub(super) fn locate(document: &Document, diagnostics: &mut [Diagnostic]) {
    let mut by_file: HashMap<String, Vec<&mut Diagnostic>> = HashMap::new();
    for diagnostic in diagnostics.iter_mut().filter(|diagnostic| diagnostic.line.is_none()) {
        let file = diagnostic.pointer.split_once('#').map_or("", |(file, _)| file).to_owned();
        diagnostic.file = if file.is_empty() { document.name().to_owned() } else { file.clone() };
        by_file.entry(file).or_default().push(diagnostic);
    }
    for (file, found) in by_file {
        let Some(text) = document.text_of(&file) else { continue };
        let mut tracker = Tracker::new(&file, found.iter().map(|diagnostic| diagnostic.pointer.as_str()));
        if is_json(&file, text) && (!file.is_empty() || is_json(document.name(), text)) {
            json_lines::walk(text, &mut tracker);
        } else {
            yaml::walk(text, &mut tracker);
        }
        for diagnostic in found {
            diagnostic.line = Some(tracker.line(&diagnostic.pointer));
        }
    }
}

/// Follows a walk through the text and notes the line of each place that is asked for.
pub(super) struct Tracker {
    wanted: HashMap<String, Option<usize>>,
    at: String,
    lengths: Vec<usize>,
}

impl Tracker {
    fn new<'a>(file: &str, pointers: impl Iterator<Item = &'a str>) -> Self {
        let mut wanted = HashMap::new();
        for pointer in pointers {
            // Its ancestors as well: what is missing stands at the line of where it should be.
            let mut at = pointer;
            while wanted.insert(at.to_owned(), None).is_none() {
                let Some((parent, _)) = at.rsplit_once('/') else { break };
                at = parent;
            }
        }
        Self { wanted, at: format!("{file}#"), lengths: Vec::new() }
    }

    /// A member or element begins.
    pub(super) fn enter(&mut self, token: &str, line: usize) {
        self.lengths.push(self.at.len());
        self.at.push('/');
        if token.contains(['~', '/']) {
            self.at.push_str(&escape(token));
        } else {
            self.at.push_str(token);
        }
        if let Some(found) = self.wanted.get_mut(&self.at) {
            found.get_or_insert(line);
        }
    }

    /// It ends.
    pub(super) fn leave(&mut self) {
        if let Some(length) = self.lengths.pop() {
            self.at.truncate(length);
        }
    }

    fn line(&self, pointer: &str) -> usize {
        let mut at = pointer;
        loop {
            if let Some(Some(line)) = self.wanted.get(at) {
                return *line;
            }
            let Some((parent, _)) = at.rsplit_once('/') else { return 1 };
            at = parent;
        }
    }
}
