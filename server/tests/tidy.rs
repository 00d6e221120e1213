//! The house's rules that a machine can check, each with its remedy in the failure message.

use std::fs;
use std::path::{Path, PathBuf};

/// What each room of `server/src` may import of ours. `random` is a type at the very bottom: it comes in as an argument. A room that is not here may import anything below `routes`.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("domain", &["domain", "random"]),
    ("store", &["store", "domain", "random"]),
    ("limits", &["limits", "domain", "clock", "random", "config"]),
    ("auth", &["auth", "domain", "store", "limits", "seal", "app", "clock", "random", "config"]),
    ("mail", &["mail", "domain", "config"]),
    ("usage", &["usage", "domain", "store", "clock", "random", "app"]),
    (
        "http",
        &[
            "http", "auth", "limits", "usage", "metrics", "problem", "store", "domain", "app", "seal", "clock",
            "random", "config",
        ],
    ),
    ("metrics", &["metrics", "app"]),
    ("vault", &["vault", "domain", "store", "seal", "random"]),
    ("webhooks", &["webhooks", "domain", "store", "auth", "seal", "app", "clock", "random", "config"]),
    (
        "problem",
        &["problem", "vault", "webhooks", "domain", "store", "auth", "limits", "usage", "http", "random", "seal"],
    ),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_path_buf()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()) {
        let name = entry.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned();
        if entry.is_dir() {
            if !matches!(name.as_str(), "target" | "node_modules" | ".git" | ".work" | "dist" | "__pycache__" | ".venv")
            {
                walk(&entry, found);
            }
        } else {
            found.push(entry);
        }
    }
}

/// Every hand-written file with one of these endings.
fn hand_written(endings: &[&str]) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    walk(&root(), &mut found);
    found
        .into_iter()
        .filter(|path| endings.contains(&path.extension().and_then(|e| e.to_str()).unwrap_or_default()))
        .filter(|path| !path.components().any(|c| matches!(c.as_os_str().to_str(), Some("generated" | "golden"))))
        .filter_map(|path| fs::read_to_string(&path).ok().map(|text| (path, text)))
        .filter(|(_, text)| !text.lines().take(3).any(|line| line.contains("@generated")))
        .collect()
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

#[test]
fn no_file_is_too_long_to_hold_in_mind() {
    let long: Vec<_> = hand_written(&["rs", "ts", "py", "html", "sh", "sql"])
        .into_iter()
        .filter_map(|(path, text)| {
            let lines = text.lines().count();
            let tests = path.components().any(|c| matches!(c.as_os_str().to_str(), Some("tests" | "test")));
            (lines > if tests { 600 } else { 400 }).then(|| format!("{} has {lines} lines", shown(&path)))
        })
        .collect();
    assert!(long.is_empty(), "split these by purpose (400 lines at most, 600 for tests):\n{}", long.join("\n"));
}

#[test]
fn no_arrow_runs_up() {
    let mut wrong = Vec::new();
    for (room, allowed) in MAY_IMPORT {
        for (path, text) in hand_written(&["rs"]) {
            let inside = shown(&path).starts_with(&format!("server/src/{room}/"))
                || shown(&path) == format!("server/src/{room}.rs");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (number, line) in
                code.lines().enumerate().filter(|(_, line)| inside && !line.trim_start().starts_with("//"))
            {
                for import in line.split("crate::").skip(1) {
                    let other: String = import.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                    if !other.is_empty() && !allowed.contains(&other.as_str()) {
                        wrong.push(format!("{}:{}: `{room}` imports `{other}`", shown(&path), number + 1));
                    }
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "move the code to where both may see it, or turn the arrow round (server/src/lib.rs has the rule):\n{}",
        wrong.join("\n")
    );
}

#[test]
fn every_room_says_what_it_is_for() {
    let silent: Vec<_> = hand_written(&["rs"])
        .into_iter()
        .filter(|(path, text)| {
            let room = path.file_name().is_some_and(|n| n == "mod.rs" || n == "lib.rs" || n == "main.rs");
            room && !text.trim_start().starts_with("//!")
        })
        .map(|(path, _)| shown(&path))
        .collect();
    assert!(
        silent.is_empty(),
        "begin these with `//!`: what the room is for, what it must not know, how to add to it:\n{}",
        silent.join("\n")
    );
}

#[test]
fn no_promises_in_the_code() {
    let words = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("todo", "!("), concat!("unimpl", "emented!(")];
    let found: Vec<_> = hand_written(&["rs", "ts", "py", "html", "sh", "sql", "mjs"])
        .into_iter()
        .flat_map(|(path, text)| {
            let lines: Vec<_> = text
                .lines()
                .enumerate()
                .filter(|(_, l)| words.iter().any(|w| l.contains(w)))
                .map(|(n, _)| format!("{}:{}", shown(&path), n + 1))
                .collect();
            lines
        })
        .collect();
    assert!(found.is_empty(), "finish these, or file an issue and delete the words:\n{}", found.join("\n"));
}

#[test]
fn no_engine_is_matched_outside_of_the_store() {
    let found: Vec<_> = hand_written(&["rs"])
        .into_iter()
        .filter(|(path, _)| shown(path).starts_with("server/src/") && !shown(path).starts_with("server/src/store/db"))
        .filter(|(_, text)| {
            [
                "Pools::Sqlite",
                "Pools::Postgres",
                "Tx::Sqlite",
                "Tx::Postgres",
                "SqliteQueryBuilder",
                "PostgresQueryBuilder",
            ]
            .iter()
            .any(|w| text.contains(w))
        })
        .map(|(path, _)| shown(&path))
        .collect();
    assert!(
        found.is_empty(),
        "ask store/db for what differs; these match the engine themselves:\n{}",
        found.join("\n")
    );
}
