//! Sending mail: over SMTP where `SMTP_URL` says how, else into the log, for development.
//!
//! It must not know why a mail is written: whoever causes one puts it into the queue (`store::mails`) in the transaction
//! that causes it, sealed, and the job (`jobs/mails.rs`) takes it from there. To add a mail: a text in `domain/mails.rs`.

use std::time::{Duration, SystemTime};

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use secrecy::ExposeSecret as _;
use thiserror::Error;

use crate::config::MailSettings;
use crate::domain::ids::MailId;
use crate::domain::mails::Letter;
use crate::domain::time::Time;

const PATIENCE: Duration = Duration::from_secs(20);

/// What sends mails.
#[derive(Debug)]
pub struct Mailer {
    smtp: Option<AsyncSmtpTransport<Tokio1Executor>>,
    from: Mailbox,
}

/// A mail, ready to go.
#[derive(Debug)]
pub struct Mail<'a> {
    /// Its id.
    pub id: MailId,
    /// To whom.
    pub to: &'a str,
    /// What it says.
    pub letter: &'a Letter,
    /// When it was written.
    pub written_at: Time,
}

/// Why a mail was not sent.
#[derive(Debug, Error)]
pub enum MailError {
    /// It may go another time.
    #[error("the mail server did not take it: {0}")]
    Later(lettre::transport::smtp::Error),
    /// It never will.
    #[error("the mail cannot be sent: {0}")]
    Never(String),
}

/// The settings cannot be used.
#[derive(Debug, Error)]
pub enum MailSettingsError {
    /// The address of the mail server.
    #[error("SMTP_URL: {0}")]
    Server(lettre::transport::smtp::Error),
    /// Whom mails are from.
    #[error("MAIL_FROM: {0}")]
    From(#[from] lettre::address::AddressError),
}

impl Mailer {
    /// As the settings say.
    ///
    /// # Errors
    /// [`MailSettingsError`].
    pub fn new(settings: &MailSettings) -> Result<Self, MailSettingsError> {
        let open = |url: &secrecy::SecretString| {
            AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret()).map_err(MailSettingsError::Server)
        };
        let smtp = settings.smtp_url.as_ref().map(open).transpose()?;
        Ok(Self { smtp: smtp.map(|smtp| smtp.timeout(Some(PATIENCE)).build()), from: settings.from.parse()? })
    }

    /// Sends a mail. Without a mail server it goes to the log, link and all: that is for development.
    ///
    /// # Errors
    /// [`MailError`].
    pub async fn send(&self, mail: &Mail<'_>) -> Result<(), MailError> {
        let Some(smtp) = &self.smtp else {
            let Letter { subject, text } = mail.letter;
            tracing::info!(to = mail.to, subject, text, "no SMTP_URL is set: the mail goes to this log");
            return Ok(());
        };
        let message = self.compose(mail).map_err(MailError::Never)?;
        match smtp.send(message).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(MailError::Never(error.to_string())),
            Err(error) => Err(MailError::Later(error)),
        }
    }

    fn compose(&self, mail: &Mail<'_>) -> Result<Message, String> {
        let to = mail.to.parse().map_err(|_| "the address cannot be written to".to_owned())?;
        let written = u64::try_from(mail.written_at.ms()).unwrap_or(0);
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&mail.letter.subject)
            .date(SystemTime::UNIX_EPOCH + Duration::from_millis(written))
            // The same for each try, so that a mail that went out twice is seen once.
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.letter.text.clone())
            .map_err(|error| error.to_string())
    }
}
