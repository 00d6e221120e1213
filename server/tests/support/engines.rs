//! One test body, both engines: `both_engines! { async fn name(app) { … } }` makes a test on SQLite and one on PostgreSQL.

/// Makes `name::sqlite` and `name::postgres` of one body.
macro_rules! both_engines {
    ($($(#[doc = $doc:expr])* async fn $name:ident($app:ident) $body:block)+) => { $(
        $(#[doc = $doc])*
        mod $name {
            #[allow(unused_imports, clippy::wildcard_imports, reason = "the body stands as if outside of this module")]
            use super::*;

            async fn body($app: $crate::support::TestApp) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                body($crate::support::TestApp::start($crate::support::Engine::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                body($crate::support::TestApp::start($crate::support::Engine::Postgres).await).await;
            }
        }
    )+ };
}
