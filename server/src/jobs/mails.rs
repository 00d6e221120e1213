//! Sends the mails that wait, oldest first. A mail that does not go waits longer each time, and is given up after a while.

use std::time::Duration;

use crate::app::App;
use crate::mail::{Mail, MailError};
use crate::store::mails::{self, Waiting};
use crate::store::{StoreError, Tx};

/// Mails that one round sends.
const MOST: usize = 100;
/// How long a mail is one process's: longer than the mail server may take.
const LEASE: Duration = Duration::from_secs(120);
const FIRST_WAIT: Duration = Duration::from_secs(30);
const LONGEST_WAIT: Duration = Duration::from_secs(3600);
const ATTEMPTS: i64 = 10;

/// One round.
pub async fn send(app: &App) {
    for _ in 0..MOST {
        match send_one(app).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(%error, "mails wait: the queue cannot be read");
                return;
            }
        }
    }
}

/// Sends the mail that is due longest, if there is one.
async fn send_one(app: &App) -> Result<bool, StoreError> {
    let now = app.clock.now();
    if !mails::is_due(&mut *app.db.read().await?, now).await? {
        return Ok(false);
    }
    let mut tx = app.db.write().await?;
    let taken = mails::take(&mut tx, now, now.plus(LEASE)).await?;
    tx.commit().await?;
    let Some(mail) = taken else { return Ok(false) };
    let sent = attempt(app, &mail).await;
    let mut tx = app.db.write().await?;
    settle(app, &mut tx, &mail, sent).await?;
    tx.commit().await?;
    Ok(true)
}

async fn attempt(app: &App, mail: &Waiting) -> Result<(), MailError> {
    let Some(to) = &mail.recipient else { return Ok(()) };
    let letter = app.auth.open_mail(mail).map_err(|error| MailError::Never(error.to_string()))?;
    app.mailer.send(&Mail { id: mail.id, to, letter: &letter, written_at: mail.created_at }).await
}

async fn settle(app: &App, tx: &mut Tx, mail: &Waiting, sent: Result<(), MailError>) -> Result<(), StoreError> {
    match sent {
        Ok(()) => mails::remove(tx, &mail.id).await,
        Err(error @ MailError::Later(_)) if mail.attempts < ATTEMPTS => {
            tracing::warn!(%error, mail = %mail.id, attempts = mail.attempts, "a mail waits for its next try");
            mails::try_again(tx, &mail.id, app.clock.now().plus(wait(mail.attempts))).await
        }
        Err(error) => {
            tracing::error!(%error, mail = %mail.id, attempts = mail.attempts, "a mail is given up");
            mails::remove(tx, &mail.id).await
        }
    }
}

fn wait(attempts: i64) -> Duration {
    let doubled = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0);
    FIRST_WAIT.saturating_mul(2_u32.saturating_pow(doubled)).min(LONGEST_WAIT)
}
