//! Practice: whoever is signed in starts and stops for himself, services for others; and how much that is.

use std::collections::HashMap;

use crate::app::App;
use crate::auth::Caller;
use crate::domain::events::{PracticeCompletedData, PracticeStartedData};
use crate::domain::identities::Platform;
use crate::domain::ids::{PracticeId, UserId};
use crate::domain::practice::{self as domain, Practice, PracticeError, Zone};
use crate::domain::scopes::Scope;
use crate::domain::time::Time;
use crate::domain::users::UserError;
use crate::generated::practice::{
    Leader, Leaderboard, PracticeApi, PracticeDay, PracticePeriod, PracticeRange, PracticeSession, PracticeStats,
    PracticeTotals, StartPractice, StopPractice,
};
use crate::problem::Problem;
use crate::store::{Connection, StoreError, Tx, events, idempotency, identities, practice, users};

impl PracticeApi for App {
    async fn start_practice(&self, caller: Caller, body: StartPractice) -> Result<PracticeSession, Problem> {
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        let owner = acted_for(&mut tx, &caller, body.user_id.as_deref(), body.discord_id.as_deref()).await?;
        if let Some(Practice { id, started_at: since, .. }) = practice::lock_under_way(&mut tx, &owner).await? {
            return Err(PracticeError::UnderWay { id, since }.into());
        }
        let new = Practice::started(PracticeId::new(now, &self.random)?, owner, body.notes, now);
        practice::insert(&mut tx, &new).await?;
        let (practice_id, user_id) = (new.id.to_string(), owner.to_string());
        let what = PracticeStartedData { practice_id, user_id, started_at: new.started_at };
        events::tell(&mut tx, (now, &self.random), &owner, &what).await?;
        let answer = shown(new, now);
        idempotency::keep(&mut tx, caller.idempotency.as_deref(), &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }

    async fn stop_practice(&self, caller: Caller, body: StopPractice) -> Result<PracticeSession, Problem> {
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        let owner = acted_for(&mut tx, &caller, body.user_id.as_deref(), body.discord_id.as_deref()).await?;
        let under_way = practice::lock_under_way(&mut tx, &owner).await?.ok_or(PracticeError::NotUnderWay)?;
        let ended = under_way.completed(body.notes, now);
        practice::update_completed(&mut tx, &ended).await?;
        let what = PracticeCompletedData {
            practice_id: ended.id.to_string(),
            user_id: owner.to_string(),
            started_at: ended.started_at,
            ended_at: ended.ended_at.unwrap_or(now),
            seconds: ended.seconds(now),
        };
        events::tell(&mut tx, (now, &self.random), &owner, &what).await?;
        tx.commit().await?;
        Ok(shown(ended, now))
    }

    async fn get_practice_stats(
        &self,
        caller: Caller,
        period: PracticePeriod,
        time_zone: Option<String>,
        date: Option<String>,
        user_id: Option<String>,
        discord_id: Option<String>,
    ) -> Result<PracticeStats, Problem> {
        let (zone, now) = (Zone::named(time_zone.as_deref())?, domain::second(self.clock.now()));
        let days = zone.days(period.into(), date.as_deref(), now)?;
        let (from, to) = days.first().zip(days.last()).map_or((now, now), |(first, last)| (first.from, last.to));
        let mut connection = self.db.read().await?;
        let owner = seen(&mut connection, &caller, user_id.as_deref(), discord_id.as_deref()).await?;
        let (stretches, goes_on) = practice::stretches(&mut connection, &owner, (from, to), now).await?;
        let (each, whole) = domain::tally(&days, &stretches);
        let day = |(day, tally): (domain::Day, domain::Tally)| PracticeDay {
            date: day.date,
            seconds: tally.seconds,
            sessions: tally.sessions,
        };
        Ok(PracticeStats {
            user_id: owner.to_string(),
            period,
            time_zone: zone.name().to_owned(),
            from,
            to,
            seconds: whole.seconds,
            sessions: whole.sessions,
            under_way: goes_on && from <= now && now < to,
            days: days.into_iter().zip(each).map(day).collect(),
        })
    }

    async fn get_leaderboard(
        &self,
        _caller: Caller,
        range: PracticeRange,
        time_zone: Option<String>,
        limit: i32,
    ) -> Result<Leaderboard, Problem> {
        let (zone, now) = (Zone::named(time_zone.as_deref())?, domain::second(self.clock.now()));
        let from = zone.range(range.into(), now)?;
        let mut connection = self.db.read().await?;
        let leaders = practice::leaders(&mut connection, from, now, u64::try_from(limit).unwrap_or(1)).await?;
        let people = users::of_ids(&mut connection, leaders.iter().map(|(owner, _)| *owner)).await?;
        let mut names: HashMap<_, _> = people.into_iter().map(|user| (user.id, user.name)).collect();
        let ranks = domain::ranks(&leaders.iter().map(|(_, tally)| tally.seconds).collect::<Vec<_>>());
        let leader = |((owner, tally), rank): ((UserId, domain::Tally), i64)| Leader {
            rank,
            name: names.remove(&owner).flatten(),
            user_id: owner.to_string(),
            seconds: tally.seconds,
            sessions: tally.sessions,
        };
        let leaders = leaders.into_iter().zip(ranks).map(leader).collect();
        Ok(Leaderboard { range, time_zone: zone.name().to_owned(), from, to: now, leaders })
    }

    async fn get_total_hours(
        &self,
        _caller: Caller,
        range: PracticeRange,
        time_zone: Option<String>,
    ) -> Result<PracticeTotals, Problem> {
        let (zone, now) = (Zone::named(time_zone.as_deref())?, domain::second(self.clock.now()));
        let from = zone.range(range.into(), now)?;
        let (whole, users) = practice::totals(&mut *self.db.read().await?, from, now).await?;
        let domain::Tally { seconds, sessions } = whole;
        Ok(PracticeTotals {
            range,
            time_zone: zone.name().to_owned(),
            from,
            to: now,
            hours: domain::hours(seconds),
            seconds,
            sessions,
            users,
        })
    }
}

/// Whether the caller acts for everybody: an administrator or a service with the scope does, who is signed in does not.
fn vouches(caller: &Caller) -> bool {
    let signed_in = caller.credential.session().is_some();
    caller.is_admin() || (!signed_in && caller.scopes.covers(Scope::PracticeWrite.into()))
}

/// The account that is named in one of two ways, if any is; it opens none.
async fn named(
    connection: &mut Connection,
    user_id: Option<&str>,
    discord_id: Option<&str>,
) -> Result<Option<Result<UserId, PracticeError>>, StoreError> {
    Ok(match (user_id, discord_id) {
        (None, None) => None,
        (Some(_), Some(_)) => Some(Err(PracticeError::NamedTwice)),
        (Some(text), None) => {
            let known = match text.parse() {
                Ok(id) => users::find(connection, &id).await?,
                Err(_) => None,
            };
            Some(known.map(|user| user.id).ok_or(PracticeError::UnknownUser))
        }
        (None, Some(discord)) => {
            let owner = match Platform::Discord.spell(discord) {
                Ok(name) => identities::owner_of(connection, Platform::Discord, &name).await?,
                Err(_) => None,
            };
            Some(owner.ok_or(PracticeError::UnknownDiscord))
        }
    })
}

/// Whose practice the caller starts and stops. The account stays, and nobody else's start comes between, until this
/// transaction ends.
async fn acted_for(
    tx: &mut Tx,
    caller: &Caller,
    user_id: Option<&str>,
    discord_id: Option<&str>,
) -> Result<UserId, Problem> {
    if !vouches(caller) && caller.credential.session().is_none() {
        return Err(Problem::insufficient_scope(Scope::PracticeWrite.into(), caller.scopes));
    }
    let own = *caller.owner();
    let owner = match named(tx, user_id, discord_id).await? {
        None => own,
        Some(Err(PracticeError::NamedTwice)) => return Err(PracticeError::NamedTwice.into()),
        // Who is not there and who is somebody else are refused alike.
        Some(found) if !vouches(caller) => found.ok().filter(|found| *found == own).ok_or(PracticeError::Another)?,
        Some(found) => found?,
    };
    if users::hold(tx, &owner, true).await? { Ok(owner) } else { Err(PracticeError::UnknownUser.into()) }
}

/// Whose practice the caller sees: the own one, and everybody's where it acts for everybody.
async fn seen(
    connection: &mut Connection,
    caller: &Caller,
    user_id: Option<&str>,
    discord_id: Option<&str>,
) -> Result<UserId, Problem> {
    let own = *caller.owner();
    let found = match named(connection, user_id, discord_id).await? {
        None => return Ok(own),
        Some(Err(PracticeError::NamedTwice)) => {
            return Err(Problem::invalid_query("discordId", PracticeError::NamedTwice.to_string()));
        }
        Some(found) => found.ok(),
    };
    let may_see = |found: &UserId| *found == own || vouches(caller);
    Ok(found.filter(may_see).ok_or(UserError::NotFound)?)
}

fn shown(practice: Practice, now: Time) -> PracticeSession {
    PracticeSession {
        id: practice.id.to_string(),
        user_id: practice.owner.to_string(),
        seconds: practice.seconds(now),
        notes: practice.notes,
        started_at: practice.started_at,
        ended_at: practice.ended_at,
    }
}
