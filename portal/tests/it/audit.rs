//! The audit log: for administrators, by filters and pages, with what was before and after.

use std::sync::atomic::Ordering;

use poem::http::StatusCode;

use crate::fake_api::ADMIN;
use crate::support::Site;

#[tokio::test]
async fn only_administrators_know_of_the_audit_log() {
    let site = Site::start().await;
    assert_eq!(site.get("/dashboard/audit").await.header("location"), "/login?next=/dashboard/audit");
    let visitor = site.signed_in().await;
    assert!(!visitor.get("/dashboard").await.body.contains("/dashboard/audit"), "no link");
    let refused = visitor.get("/dashboard/audit").await;
    let missing = visitor.get("/dashboard/nowhere").await;
    assert_eq!((refused.status, missing.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    assert_eq!(refused.body, missing.body, "as if it were not there");
    assert!(!site.api.calls.lock().unwrap().iter().any(|call| call.line == "GET /v1/admin/audit"), "nobody was asked");
    assert!(site.signed_in_as(ADMIN).await.get("/dashboard").await.body.contains("href=\"/dashboard/audit\""));
}

#[tokio::test]
async fn an_administrator_who_is_one_no_more_sees_nothing() {
    let site = Site::start().await;
    let admin = site.signed_in_as(ADMIN).await;
    site.api.demoted.store(true, Ordering::SeqCst);
    assert_eq!(admin.get("/dashboard/audit").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_entry_tells_who_did_what_and_what_was_before_and_after() {
    let site = Site::start().await;
    let page = site.signed_in_as(ADMIN).await.get("/dashboard/audit").await;
    assert_eq!(page.status, StatusCode::OK);
    let (first, second) = page.body.split_once("key.updated</h2>").unwrap().1.split_once("key.updated</h2>").unwrap();
    for words in
        ["usr_1", "203.0.113.9", "ses_1", "req_7", "30 minutes ago", "a6c8e0", "Before", "After", "Shop &#60;b&#62;"]
    {
        assert!(first.contains(words), "{words}");
    }
    assert!(second.contains("a visitor, or the server itself"));
    assert!(!second.contains("aria-label=\"Before\""), "nothing was there before");
}

#[tokio::test]
async fn filters_are_asked_for_and_stay_on_every_page() {
    let site = Site::start().await;
    let admin = site.signed_in_as(ADMIN).await;
    let page = admin.get("/dashboard/audit?action=key.*&actor=+usr_1+&target=").await.body;
    let asked = page.split_once("key_2?").unwrap().1.split('<').next().unwrap();
    assert!(asked.contains("action=key.*") && asked.contains("actor=usr_1") && !asked.contains("target"), "{asked}");
    assert!(page.contains("value=\"key.*\"") && page.contains("Show all"));
    let older = "/dashboard/audit?action=key.*&#38;actor=usr_1&#38;cursor=older%2F%26%3D";
    assert!(page.contains(older) && !page.contains("Newest"), "{page}");
    let last = admin.get(&older.replace("&#38;", "&")).await.body;
    assert!(last.contains("cursor=older%2F%26%3D"), "the cursor goes on as it came: {last}");
    assert!(
        !last.contains(">Older<") && last.contains("href=\"/dashboard/audit?action=key.*&#38;actor=usr_1\">Newest")
    );
    assert!(admin.get("/dashboard/audit?action=none").await.body.contains("No entry is like that."));
}

#[tokio::test]
async fn a_filter_that_cannot_be_is_told_at_its_field() {
    let site = Site::start().await;
    let page = site.signed_in_as(ADMIN).await.get("/dashboard/audit?action=Bad&actor=usr_1").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("id=\"action-fault\">is like key.revoked, or key.* for all of a kind<"));
    assert!(!page.body.contains("No entry is like that."), "nothing was looked for");
    assert!(page.body.contains("value=\"Bad\"") && page.body.contains("value=\"usr_1\""), "what was typed stays");
}
