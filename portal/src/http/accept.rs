//! Which of two forms of a page a client asks for.

use poem::Request;
use poem::http::header;

/// Whether the client would rather have Markdown than HTML: only when it says so by name.
pub(crate) fn prefers_markdown(request: &Request) -> bool {
    let Some(accept) = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let markdown = quality(accept, "text/markdown");
    markdown > 0.0 && markdown >= quality(accept, "text/html")
}

/// Whether the client takes that content coding; `q=0` is a no.
pub(crate) fn takes_gzip(request: &Request) -> bool {
    let lines = request.headers().get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    lines.map(|line| quality(line, "gzip")).any(|quality| quality > 0.0)
}

fn quality(list: &str, wanted: &str) -> f32 {
    let entry = list
        .split(',')
        .map(str::trim)
        .find(|entry| entry.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case(wanted)));
    let Some(entry) = entry else { return 0.0 };
    let q = entry.split(';').skip(1).find_map(|parameter| parameter.trim().strip_prefix("q="));
    q.map_or(1.0, |q| q.parse().unwrap_or(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_is_for_those_who_ask_by_name() {
        let asks = |accept: &str| prefers_markdown(&Request::builder().header("accept", accept).finish());
        assert!(asks("text/markdown"));
        assert!(asks("text/markdown, text/html;q=0.9"));
        assert!(!asks("text/html,application/xhtml+xml,*/*;q=0.8"));
        assert!(!asks("*/*"));
        assert!(!asks("text/html, text/markdown;q=0.5"));
    }

    #[test]
    fn a_quality_of_zero_refuses_gzip() {
        let takes = |accept: &str| takes_gzip(&Request::builder().header("accept-encoding", accept).finish());
        assert!(takes("br, gzip"));
        assert!(takes("gzip;q=0.5"));
        assert!(!takes("gzip;q=0, br"));
        assert!(!takes("identity"));
    }
}
