//! The command line: what to read, what to make of it, where to put it.

mod commands;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Reads an OpenAPI 3.0 or 3.1 document, writes servers, SDKs and docs.
///
/// Nothing is asked of the network, and no file outside the document's folder is read. What a document gets wrong is
/// repaired where its meaning is clear, and told on standard error; one bad operation costs that operation alone.
#[derive(Debug, Parser)]
#[command(name = "sdk-gen", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    /// How to write what is found: text for people, or one JSON array on standard error.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    diagnostics: Format,

    /// Fail when anything at all had to be repaired or left out.
    #[arg(long, global = true)]
    strict: bool,
}

/// How diagnostics are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// `file:line: what is wrong. What to do.`
    Text,
    /// A JSON array.
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everything that follows from ./openapi.yaml, in its place in this workspace (`cargo gen`).
    Generate {
        /// Write nothing; name each file that is missing, different or stale, and fail.
        #[arg(long)]
        check: bool,
    },
    /// A TypeScript SDK: a whole package without run-time dependencies.
    Typescript(Folder),
    /// A Python SDK: a whole package, sync and async.
    Python(Folder),
    /// A Rust SDK: a whole crate.
    Rust(Folder),
    /// The generated part of a poem server: types, traits, routes.
    Server(Folder),
    /// The document as OpenAPI 3.0.3 in JSON.
    Lower {
        #[command(flatten)]
        spec: Spec,
        /// File to write instead of standard output.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// llms.txt, or with --full llms-full.txt.
    Llms {
        #[command(flatten)]
        spec: Spec,
        /// The long form: every operation in full.
        #[arg(long)]
        full: bool,
    },
    /// Code samples in curl, Rust, TypeScript and Python.
    Samples {
        #[command(flatten)]
        spec: Spec,
        /// One operation alone.
        #[arg(long)]
        operation: Option<String>,
        /// Folder to write a program a file into (`curl/createKey.sh`, …) instead of standard output.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Checks a document, and the contract rules of this house with it.
    Check(Spec),
}

#[derive(Debug, Args)]
pub(crate) struct Spec {
    /// The document: JSON or YAML.
    spec: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Folder {
    /// The document: JSON or YAML.
    spec: PathBuf,
    /// Folder to write. Files there that this tool has not written, and a `lib/` folder, are left alone.
    #[arg(long)]
    out: PathBuf,
    /// Write nothing; name each file that is missing, different or stale, and fail.
    #[arg(long)]
    check: bool,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let report = commands::Report { format: cli.diagnostics, strict: cli.strict };
    let done = match &cli.command {
        Command::Generate { check } => commands::generate(&report, *check),
        Command::Typescript(folder) => commands::folder(&report, "typescript", folder),
        Command::Python(folder) => commands::folder(&report, "python", folder),
        Command::Rust(folder) => commands::folder(&report, "rust", folder),
        Command::Server(folder) => commands::folder(&report, "server", folder),
        Command::Lower { spec, out } => commands::lower(&report, spec, out.as_deref()),
        Command::Llms { spec, full } => commands::llms(&report, spec, *full),
        Command::Samples { spec, operation, out } => {
            commands::samples(&report, spec, operation.as_deref(), out.as_deref())
        }
        Command::Check(spec) => commands::check(&report, spec),
    };
    done.unwrap_or_else(|error| {
        report.refusal(&error);
        ExitCode::FAILURE
    })
}
