//! What each subcommand does: load, make, write, tell.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use sdk_gen::files::{self, Drift};
use sdk_gen::names::{Case, Names};
use sdk_gen::targets::samples::Language;
use sdk_gen::targets::{self, Emitted};
use sdk_gen::{Diagnostic, LoadError, Loaded, Severity, rules};

use crate::{Folder, Format, Spec};

/// How findings are told, and when they fail the command.
pub(crate) struct Report {
    pub format: Format,
    pub strict: bool,
}

impl Report {
    /// Tells the findings. A failure when `fatal` finds one, or under `--strict` any.
    fn tell(&self, found: &[Diagnostic], fatal: impl Fn(&Diagnostic) -> bool) -> ExitCode {
        match self.format {
            Format::Text => found.iter().for_each(|diagnostic| eprintln!("{diagnostic}")),
            Format::Json => eprintln!("{}", serde_json::to_string_pretty(found).unwrap_or_default()),
        }
        let failed = found.iter().any(fatal) || (self.strict && !found.is_empty());
        if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }

    /// Tells why nothing was done.
    pub(crate) fn refusal(&self, error: &anyhow::Error) {
        let code = error.downcast_ref::<LoadError>().map_or("failed", LoadError::code);
        match self.format {
            Format::Text => eprintln!("error: {error:#}."),
            Format::Json => eprintln!(
                "{}",
                serde_json::json!([{ "severity": "error", "code": code, "message": format!("{error:#}") }])
            ),
        }
    }
}

fn load(spec: &Path, command: &str) -> Result<Loaded> {
    let mut loaded = sdk_gen::load(spec)?;
    loaded.api.origin.command = command.to_owned();
    Ok(loaded)
}

/// `sdk-gen typescript SPEC --out DIR` and its like.
pub(crate) fn folder(report: &Report, name: &str, arguments: &Folder) -> Result<ExitCode> {
    let target = targets::folder(name).with_context(|| {
        format!("this sdk-gen was built without the target `{name}`; build it with `--features progenitor`")
    })?;
    let loaded = load(&arguments.spec, &format!("sdk-gen {name}"))?;
    let mut emitted = (target.package)(&loaded.api);
    loaded.document.locate(&mut emitted.diagnostics);
    let mut found = loaded.diagnostics;
    found.append(&mut emitted.diagnostics);
    let told = report.tell(&found, |_| false);
    if arguments.check {
        let drift = files::compare(&arguments.out, &emitted.files)?;
        return Ok(if tell_drift(&drift, &format!("run `sdk-gen {name}` again")) { told } else { ExitCode::FAILURE });
    }
    let drift =
        files::write(&arguments.out, &emitted.files).with_context(|| format!("writing {}", arguments.out.display()))?;
    eprintln!(
        "{name}: {} files, {} written, {} removed",
        emitted.files.len(),
        drift.missing.len() + drift.different.len(),
        drift.stale.len()
    );
    Ok(told)
}

/// `cargo gen [--check]`.
pub(crate) fn generate(report: &Report, check: bool) -> Result<ExitCode> {
    let root = workspace()?;
    let loaded = load(&root.join("openapi.yaml"), "cargo gen")?;
    let mut found = loaded.diagnostics.clone();
    found.extend(rules::check(&loaded));
    if report.tell(&found, |diagnostic| diagnostic.severity == Severity::Error) == ExitCode::FAILURE {
        bail!("openapi.yaml breaks the contract rules; nothing is generated");
    }
    let mut whole = Drift::default();
    let mut notes = Vec::new();
    for target in targets::FOLDERS {
        let home = root.join(target.home);
        let Emitted { files, mut diagnostics } = (target.emit)(&loaded.api);
        let drift = if check { files::compare(&home, &files) } else { files::write(&home, &files) };
        let drift = drift.with_context(|| format!("the folder {}", target.home))?;
        if !check {
            eprintln!(
                "{}: {} files, {} written, {} removed",
                target.home,
                files.len(),
                drift.missing.len() + drift.different.len(),
                drift.stale.len()
            );
        }
        whole.missing.extend(drift.missing);
        whole.different.extend(drift.different);
        whole.stale.extend(drift.stale);
        notes.append(&mut diagnostics);
    }
    loaded.document.locate(&mut notes);
    let told = report.tell(&notes, |diagnostic| diagnostic.severity == Severity::Error);
    if check && !tell_drift(&whole, "run `cargo gen`") {
        return Ok(ExitCode::FAILURE);
    }
    Ok(told)
}

/// Names each file that is not as it would be generated; true when there is none.
fn tell_drift(drift: &Drift, remedy: &str) -> bool {
    for (what, paths) in [("missing", &drift.missing), ("different", &drift.different), ("stale", &drift.stale)] {
        for path in paths {
            eprintln!("{}: {what}", path.display());
        }
    }
    if !drift.is_empty() {
        eprintln!("what is committed does not follow from the contract: {remedy}");
    }
    drift.is_empty()
}

/// The nearest folder upwards that holds the contract.
fn workspace() -> Result<PathBuf> {
    let here = std::env::current_dir()?;
    let found = here.ancestors().find(|folder| folder.join("openapi.yaml").is_file());
    found.map(Path::to_path_buf).context("there is no openapi.yaml here or above; run this inside the workspace")
}

/// `sdk-gen check SPEC`.
pub(crate) fn check(report: &Report, arguments: &Spec) -> Result<ExitCode> {
    let loaded = load(&arguments.spec, "sdk-gen")?;
    let mut found = loaded.diagnostics.clone();
    found.extend(rules::check(&loaded));
    let told = report.tell(&found, |diagnostic| diagnostic.severity == Severity::Error);
    eprintln!(
        "{}: {} operations, {} types, {} findings",
        loaded.document.name(),
        loaded.api.operations.len(),
        loaded.api.types.len(),
        found.len()
    );
    Ok(told)
}

/// `sdk-gen lower SPEC [--out FILE]`.
pub(crate) fn lower(report: &Report, arguments: &Spec, out: Option<&Path>) -> Result<ExitCode> {
    let loaded = load(&arguments.spec, "sdk-gen lower")?;
    let (lowered, mut notes) = targets::lower::lower(&loaded.document);
    loaded.document.locate(&mut notes);
    let mut text = serde_json::to_string_pretty(&lowered)?;
    text.push('\n');
    match out {
        Some(path) => write_file(path, &text)?,
        None => print(&text)?,
    }
    Ok(report.tell(&notes, |_| false))
}

/// `sdk-gen llms SPEC [--full]`.
pub(crate) fn llms(report: &Report, arguments: &Spec, full: bool) -> Result<ExitCode> {
    let loaded = load(&arguments.spec, "sdk-gen llms")?;
    print(&if full {
        targets::llms::full(&loaded.api)
    } else {
        targets::llms::index(&loaded.api, &targets::llms::Links::default())
    })?;
    Ok(report.tell(&loaded.diagnostics, |_| false))
}

/// `sdk-gen samples SPEC [--operation ID] [--out DIR]`.
pub(crate) fn samples(
    report: &Report,
    arguments: &Spec,
    operation: Option<&str>,
    out: Option<&Path>,
) -> Result<ExitCode> {
    let loaded = load(&arguments.spec, "sdk-gen samples")?;
    if let Some(id) = operation.filter(|id| loaded.api.operation(id).is_none()) {
        bail!("there is no operation `{id}` in {}", loaded.document.name());
    }
    let mut names = Names::new(Case::Camel, &[]).folding_case();
    for one in loaded.api.operations.iter().filter(|one| operation.is_none_or(|id| one.id == id)) {
        let name = names.take(&one.id);
        for language in Language::ALL {
            let sample = targets::samples::sample(&loaded.api, one, language);
            match out {
                Some(folder) => {
                    let file = folder.join(language.id()).join(format!("{name}.{}", language.extension()));
                    write_file(&file, &format!("{sample}\n"))?;
                }
                None => print(&format!("## {} ({})\n\n{sample}\n\n", one.id, language.title()))?,
            }
        }
    }
    Ok(report.tell(&loaded.diagnostics, |_| false))
}

fn write_file(path: &Path, text: &str) -> Result<()> {
    let parent = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    parent.and_then(|()| std::fs::write(path, text)).with_context(|| format!("writing {}", path.display()))
}

/// To standard output; a reader that has gone (`| head`) is no error.
fn print(text: &str) -> Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
