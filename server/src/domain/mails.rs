//! The mails that we write: plain text, a link at most, nothing that would be of use to whoever reads over a shoulder but
//! the link itself.

use serde::{Deserialize, Serialize};

use crate::domain::webhooks::Cause;

/// What a mail says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
}

impl Letter {
    /// To an address that wants an account: the link that opens it.
    #[must_use]
    pub fn verify_email(site: &str, secret: &str) -> Self {
        let link = format!("{site}/verify-email/{secret}");
        Self::of(
            "Confirm your e-mail address",
            &format!(
                "Somebody, you we hope, wants to open an account at {site} with this address. To open it, follow this link within 24 hours:\n\n{link}\n\nIf it was not you, do nothing, and there will be no account."
            ),
        )
    }

    /// To an address that has an account already.
    #[must_use]
    pub fn already_registered(site: &str) -> Self {
        Self::of(
            "You have an account already",
            &format!(
                "Somebody, perhaps you, wanted to open an account at {site} with this address, and there is one. Sign in with it:\n\n{site}/login\n\nIf you have forgotten the password, you can set a new one there. If it was not you, do nothing."
            ),
        )
    }

    /// The link that sets a new password.
    #[must_use]
    pub fn reset_password(site: &str, secret: &str) -> Self {
        let link = format!("{site}/reset-password/{secret}");
        Self::of(
            "Set a new password",
            &format!(
                "Somebody, you we hope, has forgotten the password of your account at {site}. To set a new one, follow this link within 30 minutes:\n\n{link}\n\nIf it was not you, do nothing: the password stays as it is."
            ),
        )
    }

    /// After the password was changed.
    #[must_use]
    pub fn password_changed(site: &str) -> Self {
        Self::of(
            "Your password was changed",
            &format!(
                "The password of your account at {site} was changed a moment ago, and other sessions were signed out. If it was not you, set a new one at once:\n\n{site}/login"
            ),
        )
    }

    /// An endpoint for webhooks was given up.
    #[must_use]
    pub fn webhook_disabled(site: &str, url: &str, cause: Cause) -> Self {
        let why = match cause {
            Cause::Gone => "it answered that it is gone for good (410)",
            Cause::Failing | Cause::Owner => "every delivery to it failed for five days",
        };
        Self::of(
            "A webhook was disabled",
            &format!(
                "Your webhook to {url} is told nothing more, because {why}. When the receiver works again, enable the webhook and send what failed once more:\n\n{site}"
            ),
        )
    }

    /// To nobody: written where another case writes a mail, so that the two cost the same (S68).
    #[must_use]
    pub fn to_nobody(site: &str) -> Self {
        Self::already_registered(site)
    }

    fn of(subject: &str, text: &str) -> Self {
        Self { subject: subject.to_owned(), text: format!("{text}\n") }
    }
}
