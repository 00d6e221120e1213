//! What makes the sources a package: `package.json`, `tsconfig.json`, the entry points.

use serde_json::json;

use super::client::version;
use super::text::quote;
use crate::files::{Comment, GeneratedFile};
use crate::model::Api;

/// Writes these files.
pub fn files(api: &Api) -> Vec<GeneratedFile> {
    let source = |path: &str, body: &str| GeneratedFile::new(&api.origin, Comment::Slashes, path, body);
    let plain = |path: &str, contents: String| GeneratedFile { path: path.to_owned(), contents };
    let name = &api.config.typescript_package;
    vec![
        plain("package.json", pretty(&manifest(api))),
        plain("tsconfig.json", pretty(&compiler_options())),
        source(
            "src/version.ts",
            &format!("export const NAME = {};\nexport const VERSION = {};\n", quote(name), quote(&version(api))),
        ),
        source("src/index.ts", &index(api)),
        source("src/node.ts", "export { FileTokenStore } from './runtime/node.js';\n"),
    ]
}

fn index(api: &Api) -> String {
    let webhooks = if api.webhooks.is_empty() { "" } else { "export { unwrapWebhook } from './webhooks.js';\n" };
    format!(
        "export {{ Client, type ClientOptions }} from './client.js';\nexport * from './resources/index.js';\nexport * from './runtime/index.js';\nexport type * from './types/index.js';\nexport {{ VERSION }} from './version.js';\n{webhooks}"
    )
}

fn pretty(value: &serde_json::Value) -> String {
    serde_json::to_string_pretty(value).map(|text| format!("{text}\n")).unwrap_or_default()
}

fn manifest(api: &Api) -> serde_json::Value {
    let entry = |name: &str| json!({ "types": format!("./dist/{name}.d.ts"), "default": format!("./dist/{name}.js") });
    let mut manifest = serde_json::Map::new();
    manifest.insert("name".to_owned(), json!(api.config.typescript_package));
    manifest.insert("version".to_owned(), json!(version(api)));
    manifest.insert("description".to_owned(), json!(format!("Client of {}", one_line(&api.info.title))));
    if let Some(license) = &api.info.license_identifier {
        manifest.insert("license".to_owned(), json!(license));
    }
    let rest = json!({
        "type": "module",
        "sideEffects": false,
        "engines": { "node": ">=20" },
        "main": "./dist/index.js",
        "types": "./dist/index.d.ts",
        // `src/lib` is written by hand, in packages that have it; generation never looks in there.
        "exports": { ".": entry("index"), "./node": entry("node"), "./lib/*": entry("lib/*"), "./package.json": "./package.json" },
        "files": ["dist", "README.md"],
        "scripts": { "build": "tsc", "prepack": "tsc" },
        "devDependencies": { "typescript": "^5.9.0 || ^7.0.0" },
    });
    if let serde_json::Value::Object(rest) = rest {
        manifest.extend(rest);
    }
    serde_json::Value::Object(manifest)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn compiler_options() -> serde_json::Value {
    json!({
        "compilerOptions": {
            "target": "ES2022",
            "module": "NodeNext",
            "moduleResolution": "NodeNext",
            "lib": ["ES2022", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
            "types": [],
            "strict": true,
            "noUncheckedIndexedAccess": true,
            "exactOptionalPropertyTypes": true,
            "noImplicitOverride": true,
            "noImplicitReturns": true,
            "noFallthroughCasesInSwitch": true,
            "noPropertyAccessFromIndexSignature": true,
            "noUnusedLocals": true,
            "noUnusedParameters": true,
            "verbatimModuleSyntax": true,
            "isolatedModules": true,
            "declaration": true,
            "rootDir": "src",
            "outDir": "dist"
        },
        "include": ["src"]
    })
}
