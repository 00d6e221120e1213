//! One test body, both engines: `both_engines! { async fn name(app) { … } }` makes a test on SQLite and one on PostgreSQL.

/// Makes `name::sqlite` and `name::postgres` of one body; `with SETTINGS;` before them says what is set besides.
macro_rules! both_engines {
    (with $settings:expr; $($(#[doc = $doc:expr])* async fn $name:ident($app:ident) $body:block)+) => { $(
        $(#[doc = $doc])*
        mod $name {
            #[allow(unused_imports, clippy::wildcard_imports, reason = "the body stands as if outside of this module")]
            use super::*;

            async fn body($app: $crate::support::TestApp) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                body($crate::support::TestApp::with_settings($crate::support::Engine::Sqlite, $settings).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                body($crate::support::TestApp::with_settings($crate::support::Engine::Postgres, $settings).await).await;
            }
        }
    )+ };
    ($($(#[doc = $doc:expr])* async fn $name:ident($app:ident) $body:block)+) => {
        both_engines! { with &[]; $($(#[doc = $doc])* async fn $name($app) $body)+ }
    };
}
