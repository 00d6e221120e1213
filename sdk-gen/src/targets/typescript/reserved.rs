//! Names that generated code must not take.

/// Words that cannot name an argument or a constant.
pub const WORDS: [&str; 53] = [
    "abstract", "any", "arguments", "as", "async", "await", "boolean", "break", "case", "catch", "class", "const", "continue",
    "debugger", "default", "delete", "do", "else", "enum", "eval", "export", "extends", "false", "finally", "for", "function",
    "if", "implements", "import", "in", "instanceof", "interface", "let", "new", "null", "package", "private", "protected",
    "public", "return", "static", "super", "switch", "this", "throw", "true", "try", "typeof", "undefined", "var", "void",
    "while", "with",
];

/// Names of a method's own arguments, which a path parameter must not take.
pub const ARGUMENTS: [&str; 4] = ["body", "params", "options", "yield"];

/// Members that a method of a resource would hide; with `then`, a resource would be taken for a promise.
pub const RESOURCE_MEMBERS: [&str; 3] = ["constructor", "client", "then"];

/// Members of the client that a resource would hide.
pub const CLIENT_MEMBERS: [&str; 7] = ["constructor", "baseUrl", "rateLimit", "call", "page", "request", "then"];

/// Options that every client has.
pub const CLIENT_OPTIONS: [&str; 8] =
    ["baseUrl", "timeoutMs", "maxRetries", "maxRetryAfterMs", "fetch", "headers", "tokenStore", "refreshToken"];

/// What the package exports of its runtime; a test compares it with `runtime/typescript/src/index.ts`.
pub const RUNTIME_EXPORTS: [&str; 48] = [
    "ApiError", "ApiPromise", "BadRequestError", "BaseClient", "BaseOptions", "BytesInput", "ConflictError",
    "ConnectionError", "ApiFault", "Fetch", "FileInput", "HeaderOptions", "LocalStorageTokenStore", "MemoryTokenStore",
    "NamedFile", "NotFoundError", "Page", "PageMethods", "PagePromise", "PermissionDeniedError", "Profile", "RateLimitState",
    "RateLimitError", "RawRequest", "RequestOptions", "SdkError", "Secret", "ServerError", "ServerSentEvent",
    "SessionOptions", "TimeoutError", "TokenStore", "Tokens", "UnauthenticatedError", "UnprocessableError",
    "WebStorage", "WebhookFault", "WebhookInput", "WebhookVerificationError", "WithResponse", "jsonLines",
    "serverSentEvents", "verifyWebhook", "Client", "ClientOptions", "Operation", "Resource", "WebhookEvent",
];

/// Globals that generated or users' code beside it relies on, and names that TypeScript keeps for itself.
pub const GLOBALS: [&str; 84] = [
    "AbortController", "AbortSignal", "Any", "Array", "ArrayBuffer", "ArrayBufferView", "AsyncGenerator", "AsyncIterable",
    "AsyncIterator", "Awaited", "BigInt", "Blob", "Boolean", "Buffer", "Capitalize", "Crypto", "Date", "DataView",
    "Document", "Element", "Error", "Event", "EventTarget", "Exclude", "Extract", "File", "FormData", "Function",
    "Generator", "Headers", "Infinity", "InstanceType", "Intl", "Iterable", "Iterator", "JSON", "Json", "Lowercase", "Map", "Math",
    "MessageEvent", "NaN", "Never", "Node", "NonNullable", "Null", "Number", "Object", "Omit", "Parameters", "Partial", "Performance",
    "Pick", "Promise", "PromiseLike", "Proxy", "ReadableStream", "Readonly", "ReadonlyArray", "Record", "Reflect", "RegExp",
    "Request", "Required", "Response", "ReturnType", "Set", "Storage", "String", "Symbol", "Text", "TypeError",
    "Uint8Array", "URL", "URLSearchParams", "Undefined", "Unknown", "Uppercase", "Void", "WeakMap", "WeakSet", "WebSocket", "Window",
    "Worker",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_that_the_runtime_exports_is_reserved() {
        let index = super::super::runtime::source("index.ts").unwrap();
        let exported = regex::Regex::new(r"(?s)export \{(.*?)\}").unwrap();
        for list in exported.captures_iter(index) {
            for name in list[1].split(',').map(|part| part.trim().trim_start_matches("type ")).filter(|name| !name.is_empty()) {
                assert!(RUNTIME_EXPORTS.contains(&name), "{name}");
            }
        }
    }
}
