//! Is it up, and is traffic welcome?

use std::time::Duration;

use crate::app::App;
use crate::auth::Visitor;
use crate::generated::system::{
    Health, HealthStatus, Readiness, ReadinessCheck, ReadinessCheckStatus, ReadinessStatus, SystemApi,
};
use crate::limits::Limits;
use crate::problem::Problem;

/// For the database to answer.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(1);

impl SystemApi for App {
    async fn get_health(&self, _visitor: Visitor) -> Result<Health, Problem> {
        Ok(Health { status: HealthStatus::Ok, version: env!("CARGO_PKG_VERSION").to_owned() })
    }

    async fn get_readiness(&self, _visitor: Visitor) -> Result<Readiness, Problem> {
        if self.is_draining() {
            return Err(Problem::unavailable("The server is stopping. Ask another one."));
        }
        let answered = tokio::time::timeout(ANSWER_WITHIN, self.db.ping()).await;
        if !matches!(answered, Ok(Ok(()))) {
            return Err(Problem::unavailable("The database is away. Try again."));
        }
        let mut checks = vec![check("database", true)];
        if matches!(self.limits, Limits::Redis(_)) {
            checks.push(check("redis", self.limits.is_whole().await));
        }
        Ok(Readiness { status: ReadinessStatus::Ready, checks })
    }
}

fn check(name: &str, whole: bool) -> ReadinessCheck {
    let status = if whole { ReadinessCheckStatus::Ok } else { ReadinessCheckStatus::Degraded };
    ReadinessCheck { name: name.to_owned(), status }
}
