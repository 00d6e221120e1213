//! Words of the document as doc comments.

use proc_macro2::TokenStream;
use quote::quote;

/// `#[doc]` lines of a text; nothing for nothing.
pub(super) fn docs(text: &str) -> TokenStream {
    let mut fenced = false;
    let lines = text.trim().lines().map(|line| {
        let mut line = line.trim_end().to_owned();
        if line.trim_start().starts_with("```") {
            // An example of the API is no Rust: it must not run as a test.
            if !fenced && line.trim() == "```" {
                line.push_str("text");
            }
            fenced = !fenced;
        } else if line.starts_with("    ") && !fenced {
            // Four spaces would be code, too.
            line = line.trim_start().to_owned();
        }
        let line = if line.is_empty() { line } else { format!(" {line}") };
        quote! { #[doc = #line] }
    });
    let lines: Vec<_> = lines.collect();
    quote! { #(#lines)* }
}

/// One line and the longer text below it.
pub(super) fn summary_and_text(summary: Option<&str>, text: Option<&str>) -> String {
    let parts = [summary, text].into_iter().flatten().map(str::trim).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("\n\n")
}
