//! What is measured: one path on both servers, with a credential on ours.

/// A pair to measure.
pub struct Case {
    /// What it shows.
    pub name: &'static str,
    /// The ratio that we aim at.
    pub aim: f64,
    /// The path on both servers.
    pub path: String,
    /// The header line that ours gets.
    pub header: Option<String>,
}

/// Every case, for an item and a key that exist.
pub fn cases(item: &str, key: &str) -> Vec<Case> {
    vec![
        Case {
            name: "authenticated, limited, metered request / bare handler, same body",
            aim: 0.8,
            path: "/v1/me".to_owned(),
            header: Some(format!("X-API-Key: {key}")),
        },
        Case {
            name: "item read with a key / bare handler, same query",
            aim: 0.9,
            path: format!("/v1/items/{item}"),
            header: Some(format!("X-API-Key: {key}")),
        },
    ]
}
