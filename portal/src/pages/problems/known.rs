//! Every kind of error that the API answers, and what to do about it. Where the contract shows an example of a kind, its
//! page takes title and meaning from there; what to do always stands here.

/// One kind.
pub(super) struct Known {
    pub slug: &'static str,
    pub status: u16,
    pub title: &'static str,
    pub meaning: &'static str,
    pub remedy: &'static str,
}

const fn kind(
    slug: &'static str,
    status: u16,
    title: &'static str,
    meaning: &'static str,
    remedy: &'static str,
) -> Known {
    Known { slug, status, title, meaning, remedy }
}

const NEW_KEY: &str = "Make another under [your keys](/dashboard/keys), and give it to the program.";
const WAIT: &str = "Wait for the seconds in `Retry-After`, then send it again. The SDKs do that by themselves.";
const SIGN_IN: &str = "Sign in again.";

/// In the order of their status.
pub(super) const KNOWN: &[Known] = &[
    kind(
        "malformed",
        400,
        "Malformed request",
        "The request cannot be parsed.",
        "Check that the body is valid JSON and the query is well formed. `detail` says where reading stopped.",
    ),
    kind(
        "malformed-credentials",
        400,
        "Malformed credentials",
        "A header with a credential cannot be read, or came twice.",
        "Send one `X-API-Key` and one `Authorization` header at most, each with one credential.",
    ),
    kind(
        "credentials-conflict",
        400,
        "Credentials do not go together",
        "The key and the token belong to different accounts.",
        "Send a key and a token of one account, or only one of them.",
    ),
    kind(
        "unauthenticated",
        401,
        "Not signed in",
        "No credential was sent.",
        "Send a key as `X-API-Key: …` or `Authorization: Bearer …`; [authentication](/docs/authentication) tells how.",
    ),
    kind(
        "invalid-credentials",
        401,
        "Address or password wrong",
        "The e-mail address is unknown, or the password is not its. The two are not told apart.",
        "Check the address and the password.",
    ),
    kind(
        "invalid-key",
        401,
        "No such key",
        "What was sent is no key of ours.",
        "Check that all of it was copied, and that it is a key of this server.",
    ),
    kind(
        "invalid-token",
        401,
        "Token not valid",
        "The access token is not one of ours, was changed, or its session has ended.",
        SIGN_IN,
    ),
    kind(
        "revoked",
        401,
        "Credential revoked",
        "The key was revoked, or the session was ended. That is final.",
        NEW_KEY,
    ),
    kind(
        "expired",
        401,
        "Credential expired",
        "The key or the token has come to its end. Use does not extend it.",
        "Renew a token with its refresh token; make another key under [your keys](/dashboard/keys).",
    ),
    kind(
        "disabled",
        401,
        "Credential disabled",
        "The owner of the key has stopped it.",
        "Enable it under [your keys](/dashboard/keys).",
    ),
    kind(
        "idle-timeout",
        401,
        "Credential unused for too long",
        "The key ends when it is not used for a while, and it was not.",
        NEW_KEY,
    ),
    kind(
        "invalid-refresh-token",
        401,
        "Refresh token not valid",
        "The refresh token is none of ours, or has ended.",
        SIGN_IN,
    ),
    kind(
        "refresh-token-reused",
        401,
        "Refresh token used twice",
        "The refresh token had been used already, so somebody else may have it. The session was ended, with every token of it.",
        "Sign in again, and look for who else holds your tokens. Let one client renew them; the SDKs do it once for all callers.",
    ),
    kind(
        "insufficient-scope",
        403,
        "Scope missing",
        "The credential is good and lacks a scope.",
        "`requiredScopes` names what the operation needs, `grantedScopes` what your credential has. Add the missing one under [your keys](/dashboard/keys); it holds from the next request on.",
    ),
    kind(
        "forbidden",
        403,
        "Not allowed",
        "The credential is good, and whoever holds it may not do this.",
        "`detail` says who may.",
    ),
    kind(
        "origin-denied",
        403,
        "Origin not allowed",
        "The API key is bound to certain pages, and the request comes from none of them (or says no `Origin`).",
        "Add the page's origin to the key's `allowedOrigins`, or use a key that is not bound.",
    ),
    kind(
        "ip-denied",
        403,
        "Address not allowed",
        "The API key is bound to certain addresses, and the request comes from another one.",
        "Add the address to the key's `allowedIps`, or call from one that is there.",
    ),
    kind(
        "not-found",
        404,
        "Not found",
        "There is no such thing, or it is not yours to see.",
        "Check the id and the address. What belongs to another account looks like what does not exist.",
    ),
    kind(
        "method-not-allowed",
        405,
        "Method not allowed",
        "The address is right and takes other methods.",
        "`Allow` names the methods that it takes.",
    ),
    kind(
        "request-timeout",
        408,
        "Request too slow",
        "The request did not arrive in time.",
        "Send it again; a slow connection may need smaller bodies.",
    ),
    kind(
        "conflict",
        409,
        "Conflict",
        "The state of the thing does not allow this.",
        "Read it again and decide anew. Repeating the same request will not help.",
    ),
    kind(
        "idempotency-in-flight",
        409,
        "Still under way",
        "A request with this `Idempotency-Key` is still under way.",
        "Wait for its answer, then send again with the same key: you get the same answer.",
    ),
    kind("too-large", 413, "Body too large", "The body is over 1 MiB.", "Send less at once."),
    kind(
        "uri-too-long",
        414,
        "Address too long",
        "The address is longer than the server reads.",
        "Send fewer or shorter query parameters.",
    ),
    kind(
        "unsupported-media-type",
        415,
        "Unsupported media type",
        "The body is not JSON.",
        "Send `Content-Type: application/json`.",
    ),
    kind(
        "invalid",
        422,
        "Invalid request",
        "The request breaks the schema or a rule.",
        "`errors` names each fault with a JSON pointer to it. Correct them and send again.",
    ),
    kind(
        "idempotency-key-reused",
        422,
        "Idempotency key used before",
        "The `Idempotency-Key` was sent before, with another body.",
        "Use a new [idempotency key](/docs/idempotency) for each different request.",
    ),
    kind(
        "rate-limited",
        429,
        "Too many requests",
        "A limit is used up.",
        "Wait for the seconds in `Retry-After`, then go on. The SDKs do that by themselves. [Limits](/docs/limits) tells how they are counted.",
    ),
    kind(
        "headers-too-large",
        431,
        "Headers too large",
        "The headers are longer than the server reads.",
        "Send fewer or shorter headers; often a cookie of something else is the cause.",
    ),
    kind(
        "internal",
        500,
        "Internal error",
        "It is our fault, and in our log.",
        "Try again; if it stays, tell us the `requestId`.",
    ),
    kind("unavailable", 503, "Unavailable", "A store is away, or the server is stopping.", WAIT),
    kind("overloaded", 503, "Too busy", "The server has more requests than it can take.", WAIT),
    kind("deadline", 503, "Took too long", "The server gave up, so that others need not wait.", WAIT),
];
