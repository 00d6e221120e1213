//! A portal, and a visitor with a cookie jar.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use gatepost_portal::{MemorySessions, Portal, PortalConfig, SessionKey, VouchToken};
use poem::http::{Method, StatusCode, header};
use poem::{Endpoint, Request, Response};

use crate::fake_api::{self, PASSWORD, Seen};

pub const CONTRACT: &str = include_str!("../../../openapi.yaml");
/// What a visitor's browser calls itself.
pub const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
pub const PUBLIC_URL: &str = "http://127.0.0.1:3003";
/// 2026-11-22T12:30:00Z.
const NOW_MS: i64 = 1_795_350_600_000;

/// A portal over a fake API.
pub struct Site {
    portal: Portal,
    pub api: Arc<Seen>,
    pub clock: Arc<AtomicI64>,
}

/// What came back, read.
pub struct Answer {
    pub status: StatusCode,
    pub headers: poem::http::HeaderMap,
    pub body: String,
    pub bytes: Vec<u8>,
}

/// Somebody with a browser: keeps one cookie, says where forms come from.
pub struct Visitor<'a> {
    site: &'a Site,
    pub cookie: Option<String>,
}

impl Site {
    pub async fn start() -> Self {
        Self::with(CONTRACT, PUBLIC_URL, 900).await
    }

    /// A portal whose API does not listen.
    pub fn alone() -> Self {
        // Port 1 is nobody's on a machine of ours.
        Self::over("http://127.0.0.1:1".to_owned(), Arc::default(), CONTRACT, PUBLIC_URL)
    }

    pub async fn with(contract: &str, public_url: &str, token_seconds: i64) -> Self {
        let (api_url, api) = fake_api::start(token_seconds).await;
        Self::over(api_url, api, contract, public_url)
    }

    fn over(api_url: String, api: Arc<Seen>, contract: &str, public_url: &str) -> Self {
        let clock = Arc::new(AtomicI64::new(NOW_MS));
        let time = Arc::clone(&clock);
        let portal = Portal::new(PortalConfig {
            api_url,
            public_url: public_url.to_owned(),
            contract: contract.to_owned().into(),
            vouch: VouchToken::new("vouch-for-me"),
            sessions: Arc::new(MemorySessions::default()),
            session_keys: vec![SessionKey([7; 32])],
            secure_cookies: public_url.starts_with("https"),
            now_ms: Arc::new(move || time.load(Ordering::SeqCst)),
            visitor_address: Arc::new(|_| IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9))),
        });
        Self { portal: portal.unwrap(), api, clock }
    }

    pub async fn call(&self, request: Request) -> Answer {
        Answer::read(self.portal.endpoint().call(request).await.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Request::builder().uri_str(path).finish()).await
    }

    pub fn visitor(&self) -> Visitor<'_> {
        Visitor { site: self, cookie: None }
    }

    pub async fn signed_in(&self) -> Visitor<'_> {
        self.signed_in_as("ada@example.com").await
    }

    pub async fn signed_in_as(&self, email: &str) -> Visitor<'_> {
        let mut visitor = self.visitor();
        let answer = visitor.send("/login", &[("email", email), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        visitor
    }

    /// What the server does every minute.
    pub async fn end_idle(&self) {
        self.portal.end_idle_sessions().await;
    }

    pub fn advance_ms(&self, by: i64) {
        self.clock.fetch_add(by, Ordering::SeqCst);
    }
}

impl Visitor<'_> {
    pub async fn get(&self, path: &str) -> Answer {
        self.site.call(self.with_cookie(Request::builder().uri_str(path)).finish()).await
    }

    /// Sends a form as our own page would, with the session's token if there is one.
    pub async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf().await;
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend_from_slice(fields);
        self.send(path, &all).await
    }

    /// Sends a form with these fields alone.
    pub async fn send(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = Request::builder().method(Method::POST).uri_str(path).header("sec-fetch-site", "same-origin");
        let request = request.header("user-agent", BROWSER);
        let request = self.with_cookie(request).content_type("application/x-www-form-urlencoded");
        let answer = self.site.call(request.body(serde_urlencoded::to_string(fields).unwrap())).await;
        if let Some(set) = answer.headers.get(header::SET_COOKIE) {
            let pair = set.to_str().unwrap().split(';').next().unwrap().to_owned();
            self.cookie = (!pair.ends_with('=')).then_some(pair);
        }
        answer
    }

    /// The token that stands in this session's forms.
    pub async fn csrf(&self) -> String {
        let page = self.get("/dashboard/keys").await.body;
        let (_, rest) = page.split_once("name=\"csrf\" value=\"").unwrap_or_default();
        rest.split('"').next().unwrap_or_default().to_owned()
    }

    fn with_cookie(&self, request: poem::RequestBuilder) -> poem::RequestBuilder {
        match &self.cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        }
    }
}

impl Answer {
    async fn read(mut response: Response) -> Self {
        let bytes = response.take_body().into_vec().await.unwrap();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Self { status: response.status(), headers: response.headers().clone(), body, bytes }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}
