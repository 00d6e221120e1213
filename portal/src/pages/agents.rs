//! What crawlers and programs look for: robots.txt, the site map, the API catalogue (RFC 9727).

use std::fmt::Write as _;
use std::sync::Arc;

use poem::handler;
use poem::http::header;
use poem::web::Data;
use serde_json::json;

use crate::http::Answer;
use crate::site::Site;

#[handler]
pub(crate) fn robots(site: Data<&Arc<Site>>) -> Answer {
    let text = format!(
        "User-agent: *\nDisallow: /dashboard\nDisallow: /verify-email/\nDisallow: /reset-password/\n\nSitemap: {}/sitemap.xml\n",
        site.public_url
    );
    Answer::text("text/plain; charset=utf-8", text)
}

/// Every public page.
#[handler]
pub(crate) fn sitemap(site: Data<&Arc<Site>>) -> Answer {
    let mut addresses =
        vec!["/".to_owned(), "/docs".to_owned(), "/docs/quickstart".to_owned(), "/reference".to_owned()];
    addresses.extend(site.guides.addresses());
    addresses.extend(super::events::addresses(&site));
    addresses.extend(super::problems::addresses());
    addresses.extend(site.reference.addresses.all().into_iter().map(str::to_owned));
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for address in addresses {
        // Writing to a string cannot fail; addresses hold letters, digits, `-`, `_`, `.` and `/` alone.
        let _ = writeln!(xml, "  <url><loc>{}{address}</loc></url>", site.public_url.replace('&', "&amp;"));
    }
    xml.push_str("</urlset>\n");
    Answer::text("application/xml", xml)
}

/// A linkset (RFC 9264) with the relations of RFC 8631.
#[handler]
pub(crate) fn catalog(site: Data<&Arc<Site>>) -> Answer {
    let at = |path: &str| format!("{}{path}", site.public_url);
    let link = |path: &str, kind: &str| json!({ "href": at(path), "type": kind });
    let linkset = json!({ "linkset": [{
        "anchor": at("/"),
        "service-desc": [link("/openapi.json", "application/json"), link("/openapi.yaml", "application/yaml"), link("/openapi-3.0.json", "application/json")],
        "service-doc": [link("/reference", "text/html"), link("/reference.md", "text/markdown"), link("/llms.txt", "text/markdown")],
        "service-meta": [link("/docs", "text/html")],
        "status": status(&site, &at("/health")),
    }] });
    Answer::text("application/linkset+json; profile=\"https://www.rfc-editor.org/info/rfc9727\"", linkset.to_string())
        .for_any_origin()
        .header(header::LINK, "</.well-known/api-catalog>; rel=\"api-catalog\"")
}

/// Only where the contract has such an operation.
fn status(site: &Site, href: &str) -> serde_json::Value {
    let known = site.reference.api.operations.iter().any(|operation| operation.path == "/health");
    if known { json!([{ "href": href, "type": "application/json" }]) } else { json!([]) }
}
