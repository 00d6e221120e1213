//! The settings of mail.

use lettre::message::Mailbox;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use secrecy::SecretString;

use super::read::Reader;

/// How mail is sent.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// The mail server; without one mails are logged.
    pub smtp_url: Option<SecretString>,
    /// Whom mails are from: `Name <address>`.
    pub from: String,
}

pub fn read(reader: &mut Reader<'_>) -> MailSettings {
    MailSettings {
        smtp_url: reader.optional("SMTP_URL", smtp_url),
        from: reader.required("MAIL_FROM", from, String::new()),
    }
}

/// What is wrong is said without the value: it holds a password.
fn smtp_url(text: &str) -> Result<SecretString, String> {
    AsyncSmtpTransport::<Tokio1Executor>::from_url(text).map(|_| text.into()).map_err(|_| {
        "it must be smtp://user:password@host:587?tls=required, or smtps://user:password@host:465".to_owned()
    })
}

fn from(text: &str) -> Result<String, String> {
    match text.parse::<Mailbox>() {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err(format!("`{text}` is not of the form `Name <name@example.com>`")),
    }
}
