//! Files beside the document: read only from its own folder, each once.

use std::path::{Component, Path, PathBuf};

use indexmap::IndexMap;
use serde_json::Value;

use super::{External, decode, parse};

/// More files than any public document has; a bound for hostile ones.
const MAX_FILES: usize = 1000;

/// Loads every file that the document refers to, and those that they refer to. References in the files are rewritten so
/// that they read from the document's folder. What cannot be read stays a dangling reference.
pub(super) fn load(folder: &Path, root: &mut Value) -> IndexMap<String, External> {
    let mut loaded = IndexMap::new();
    let Ok(folder) = folder.canonicalize() else { return loaded };
    let mut wanted = Vec::new();
    rewrite(root, "", &mut wanted);
    while let Some(file) = wanted.pop() {
        if loaded.len() < MAX_FILES
            && !loaded.contains_key(&file)
            && let Some(mut external) = read(&folder, &file)
        {
            rewrite(&mut external.value, &file, &mut wanted);
            loaded.insert(file, external);
        }
    }
    loaded
}

fn read(folder: &Path, file: &str) -> Option<External> {
    let path = folder.join(file).canonicalize().ok()?;
    if !path.starts_with(folder) || !path.is_file() {
        return None;
    }
    let text = decode(file, std::fs::read(path).ok()?).ok()?;
    let value = parse(file, &text).ok()?.value;
    Some(External { value, text })
}

/// Makes each file reference relative to the document's folder and notes the file.
fn rewrite(value: &mut Value, base: &str, wanted: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members.iter_mut() {
                if key == "$ref" {
                    rewrite_reference(member, base, wanted);
                } else {
                    rewrite(member, base, wanted);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rewrite(item, base, wanted)),
        _ => {}
    }
}

fn rewrite_reference(member: &mut Value, base: &str, wanted: &mut Vec<String>) {
    let Some(reference) = member.as_str().filter(|reference| !reference.contains("://")) else { return };
    let (file, pointer) = reference.split_once('#').unwrap_or((reference, ""));
    let file = if file.is_empty() { base.to_owned() } else { relative(base, file) };
    if file.is_empty() {
        return;
    }
    let absolute = format!("{file}#{pointer}");
    if !wanted.contains(&file) {
        wanted.push(file);
    }
    *member = Value::String(absolute);
}

/// `file` as seen from the document's folder, when it is named in `base`. A path that leaves the folder keeps its `..`,
/// so that reading it is refused.
fn relative(base: &str, file: &str) -> String {
    let mut path = PathBuf::from(base);
    path.pop();
    for part in Path::new(file).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if path.file_name().is_some() => {
                path.pop();
            }
            other => path.push(other),
        }
    }
    path.to_string_lossy().replace('\\', "/")
}
