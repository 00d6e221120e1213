//! Who practised: some every day, some now and then.

use std::time::Duration;

use serde::Deserialize;

use super::{Stage, rows};
use crate::domain::ids::PracticeId;
use crate::domain::practice::Practice;
use crate::domain::time::Time;
use crate::problem::Problem;
use crate::store::{Tx, practice};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Habit {
    who: String,
    notes: Option<String>,
    minutes: u64,
    every_days: u64,
    times: u64,
}

pub(super) async fn fill(stage: &Stage<'_>, tx: &mut Tx) -> Result<(), Problem> {
    for one in rows::<Habit>(include_str!("practice.json"))? {
        let owner = stage.who(&one.who)?;
        for time in 0..one.times {
            // Hours before the next, however long it takes; practice is in whole seconds.
            let at = stage.hours_ago(time * one.every_days * 24 + 3);
            let started_at = Time::from_ms(at.ms() - at.ms().rem_euclid(1_000));
            let lasting = Duration::from_secs(60 * (one.minutes + time % 4 * 5));
            let practised = Practice {
                id: PracticeId::new(started_at, &stage.app.random)?,
                owner,
                notes: one.notes.clone(),
                started_at,
                ended_at: Some(started_at.plus(lasting)),
            };
            practice::insert(tx, &practised).await?;
        }
    }
    Ok(())
}
