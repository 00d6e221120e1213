//! The style sheet, the script and the icon: in the binary, under names that carry their content's hash.

use std::collections::HashMap;

use rust_embed::RustEmbed;

use super::answer::Answer;
use super::representation::Representation;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

/// What is served below `/assets/`.
pub(crate) struct Assets {
    by_address: HashMap<String, (&'static str, Representation)>,
    addresses: HashMap<String, String>,
}

impl Assets {
    /// Hashes and compresses everything, once.
    pub fn load() -> Self {
        let mut assets = Self { by_address: HashMap::new(), addresses: HashMap::new() };
        for name in Files::iter() {
            let Some(file) = Files::get(&name) else { continue };
            let body = Representation::once(file.data.into_owned());
            let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, "bin"));
            let hashed = format!("{stem}.{}.{extension}", body.tag);
            assets.addresses.insert(name.to_string(), format!("/assets/{hashed}"));
            assets.by_address.insert(hashed, (content_type(extension), body));
        }
        assets
    }

    /// The address of an asset, for templates.
    pub fn address(&self, name: &str) -> &str {
        self.addresses.get(name).map_or("", String::as_str)
    }

    /// The asset of a hashed name.
    pub fn get(&self, hashed: &str) -> Option<Answer> {
        self.by_address.get(hashed).map(|(content_type, body)| Answer::forever(content_type, body))
    }
}

fn content_type(extension: &str) -> &'static str {
    match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
