//! Who an account is elsewhere (promise 8): a wallet by its signature, the others by the word of a service that may say so.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::domain::ids::{IdentityId, UserId};
use crate::domain::time::Time;
use crate::domain::users::{UnknownName, named};
use crate::domain::wallets::Address;

/// As many identities as an account may have: a list of accounts shows them all.
pub const MOST: usize = 100;

/// Where somebody is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Platform {
    Discord,
    Evm,
    Lens,
    Farcaster,
    Telegram,
    Github,
}

named!(Platform:
    Discord = "discord", Evm = "evm", Lens = "lens", Farcaster = "farcaster", Telegram = "telegram", Github = "github"
);

/// One of an account's identities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Its id.
    pub id: IdentityId,
    /// Whose it is.
    pub owner: UserId,
    /// Where.
    pub platform: Platform,
    /// As the platform writes it, in its one form.
    pub identity: String,
    /// Whether it is the one that is shown of this platform.
    pub is_primary: bool,
    /// Since when.
    pub created_at: Time,
}

/// What an identity cannot be, or who may not touch it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum IdentityError {
    /// There is none of that id in that account.
    #[error("there is no such identity")]
    NotFound,
    /// The platform has nobody who is written so.
    #[error("{0}")]
    Unfit(&'static str),
    /// Somebody else has it.
    #[error("the identity belongs to another account")]
    Taken,
    /// The account has it already.
    #[error("the identity is linked to the account already")]
    Linked,
    /// The account has as many as it may have.
    #[error("the account has {MOST} identities, which is as many as it may have")]
    TooMany,
    /// A wallet without a message and its signature.
    #[error("a wallet takes a message and its signature")]
    NeedsSignature,
    /// A wallet on somebody's word.
    #[error("is a wallet without an account; a wallet's account is opened by its own signature (verifySiwe)")]
    OnlyByItself,
    /// A wallet for another's account.
    #[error("a wallet is linked by the account's owner")]
    NotForOthers,
    /// Another platform than a wallet, without a service that vouches.
    #[error("only a service vouches for this platform")]
    NeedsService,
    /// Which one it is was not said.
    #[error("is required for this platform")]
    NeedsName,
    /// A wallet that is named as well as signed with.
    #[error("is said by the message, where it is a wallet")]
    NamedTwice,
    /// A signature where none counts.
    #[error("is for wallets alone")]
    SignedForNothing,
    /// The only wallet of an account without a password.
    #[error("the identity is the account's only way in")]
    LastWayIn,
}

/// How an identity is to be proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// By this message and its signature.
    Signed(String, String),
    /// By the word of the service, for whoever is written so.
    Vouched(String),
}

/// What somebody sends to have an identity linked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in Proof")]
pub struct Claim {
    pub platform: Platform,
    pub identity: Option<String>,
    pub message: Option<String>,
    pub signature: Option<String>,
}

impl Claim {
    /// How this claim is proved, for an account that is the caller's `own` or not, by a service that may vouch or not.
    ///
    /// # Errors
    /// Why it cannot be.
    pub fn proof(self, own: bool, vouches: bool) -> Result<Proof, IdentityError> {
        let signed = self.message.zip(self.signature);
        match (self.platform, signed, self.identity) {
            (Platform::Evm, _, Some(_)) => Err(IdentityError::NamedTwice),
            (Platform::Evm, None, None) => Err(IdentityError::NeedsSignature),
            (Platform::Evm, Some(_), None) if !own => Err(IdentityError::NotForOthers),
            (Platform::Evm, Some((message, signature)), None) => Ok(Proof::Signed(message, signature)),
            (_, Some(_), _) => Err(IdentityError::SignedForNothing),
            _ if !vouches => Err(IdentityError::NeedsService),
            (_, None, None) => Err(IdentityError::NeedsName),
            (platform, None, Some(identity)) => Ok(Proof::Vouched(platform.spell(&identity)?)),
        }
    }
}

impl Platform {
    /// The one form in which this platform's people are kept and compared, so that nobody is there twice.
    ///
    /// # Errors
    /// [`IdentityError::Unfit`] for what the platform has nobody of.
    pub fn spell(self, text: &str) -> Result<String, IdentityError> {
        let within = |most: usize, fits: fn(char) -> bool| {
            !text.is_empty() && text.chars().count() <= most && text.chars().all(fits)
        };
        match self {
            Self::Discord | Self::Farcaster | Self::Telegram => {
                let number = within(20, |letter| letter.is_ascii_digit()) && !text.starts_with('0');
                if number { Ok(text.to_owned()) } else { Err(IdentityError::Unfit("is not a numeric id")) }
            }
            Self::Github => {
                let login = within(39, |letter| letter.is_ascii_alphanumeric() || letter == '-');
                if login { Ok(text.to_ascii_lowercase()) } else { Err(IdentityError::Unfit("is not a GitHub login")) }
            }
            Self::Lens => {
                let handle = within(64, |letter| letter.is_ascii_alphanumeric() || "_-./".contains(letter));
                if handle { Ok(text.to_ascii_lowercase()) } else { Err(IdentityError::Unfit("is not a Lens handle")) }
            }
            Self::Evm => {
                let address = Address::of_any_case(text);
                let unfit = IdentityError::Unfit("is not an Ethereum address");
                address.map(|address| address.to_string()).map_err(|_| unfit)
            }
        }
    }

    /// The identity as lists of accounts show it: a wallet without its middle.
    #[must_use]
    pub fn masked(self, identity: &str) -> String {
        match (self, identity.get(..6), identity.len().checked_sub(4).and_then(|end| identity.get(end..))) {
            (Self::Evm, Some(first), Some(last)) => format!("{first}…{last}"),
            _ => identity.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WALLET: &str = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

    #[test]
    fn s112_an_identity_has_one_form_however_it_is_typed() {
        assert_eq!(Platform::Evm.spell(&WALLET.to_lowercase()).as_deref(), Ok(WALLET));
        assert_eq!(Platform::Evm.spell(WALLET).as_deref(), Ok(WALLET));
        assert_eq!(Platform::Github.spell("Octo-Cat").as_deref(), Ok("octo-cat"));
        assert_eq!(Platform::Lens.spell("Lens/Ada").as_deref(), Ok("lens/ada"));
        assert_eq!(Platform::Discord.spell("80351110224678912").as_deref(), Ok("80351110224678912"));
    }

    #[test]
    fn what_a_platform_has_nobody_of_is_refused() {
        for (platform, bad) in [
            (Platform::Discord, "007"),
            (Platform::Discord, "ada#1234"),
            (Platform::Telegram, "-1"),
            (Platform::Farcaster, "123456789012345678901"),
            (Platform::Github, "a b"),
            (Platform::Github, "\u{e9}"),
            (Platform::Lens, ""),
            (Platform::Evm, "0xf39fd6e51aad88F6F4ce6aB8827279cffFb92266"),
            (Platform::Evm, "f39Fd6e51aad88F6F4ce6aB8827279cffFb92266"),
        ] {
            assert!(matches!(platform.spell(bad), Err(IdentityError::Unfit(_))), "{platform} {bad}");
        }
    }

    #[test]
    fn a_list_shows_no_whole_wallet() {
        assert_eq!(Platform::Evm.masked(WALLET), "0xf39F…2266");
        assert_eq!(Platform::Github.masked("octocat"), "octocat");
    }

    #[test]
    fn s50_a_wallet_is_linked_by_its_signature_and_the_account_and_the_rest_by_a_service() {
        let claim = |platform, identity: Option<&str>, signed: bool| Claim {
            platform,
            identity: identity.map(str::to_owned),
            message: signed.then(|| "message".to_owned()),
            signature: signed.then(|| "0x00".to_owned()),
        };
        let proved = Ok(Proof::Signed("message".to_owned(), "0x00".to_owned()));
        assert_eq!(claim(Platform::Evm, None, true).proof(true, false), proved);
        assert_eq!(claim(Platform::Evm, None, true).proof(false, true), Err(IdentityError::NotForOthers));
        assert_eq!(claim(Platform::Evm, None, false).proof(true, true), Err(IdentityError::NeedsSignature));
        assert_eq!(claim(Platform::Evm, Some(WALLET), false).proof(true, true), Err(IdentityError::NamedTwice));
        assert_eq!(claim(Platform::Github, Some("ada"), false).proof(true, false), Err(IdentityError::NeedsService));
        assert_eq!(claim(Platform::Github, Some("ada"), true).proof(true, true), Err(IdentityError::SignedForNothing));
        assert_eq!(claim(Platform::Github, None, false).proof(false, true), Err(IdentityError::NeedsName));
        let vouched = Ok(Proof::Vouched("ada".to_owned()));
        assert_eq!(claim(Platform::Github, Some("Ada"), false).proof(false, true), vouched);
    }
}
