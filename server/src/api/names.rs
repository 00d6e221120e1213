//! The same names on both sides: `domain`'s enums and the contract's.

use crate::domain::{
    applications, deliveries, events, identities, items, keys, money, orders, practice, projects, users, webhooks,
};
use crate::generated::{
    applications as joining, items as market, practice as practising, projects as making, types, webhooks as endpoints,
};

macro_rules! same {
    ($($from:path => $to:path: $($variant:ident),+;)*) => {$(
        impl From<$from> for $to {
            fn from(value: $from) -> Self {
                match value { $(<$from>::$variant => Self::$variant),+ }
            }
        }
    )*};
}

same! {
    users::Role => types::Role: Authenticated, Member, Admin;
    types::Role => users::Role: Authenticated, Member, Admin;
    identities::Platform => types::Platform: Discord, Evm, Lens, Farcaster, Telegram, Github;
    types::Platform => identities::Platform: Discord, Evm, Lens, Farcaster, Telegram, Github;
    users::Tier => types::Tier: Free, Basic, Pro, Service, Admin;
    types::Tier => users::Tier: Free, Basic, Pro, Service, Admin;
    keys::Environment => types::Environment: Live, Test;
    types::Environment => keys::Environment: Live, Test;
    keys::KeyKind => types::KeyKind: Secret, Publishable, Signed;
    types::KeyKind => keys::KeyKind: Secret, Publishable, Signed;
    keys::Algorithm => types::SigningAlgorithm: Es256, Rs256;
    types::SigningAlgorithm => keys::Algorithm: Es256, Rs256;
    keys::KeyStatus => types::KeyStatus: Active, Disabled, Idle, Expired, Revoked;
    types::KeyStatus => keys::KeyStatus: Active, Disabled, Idle, Expired, Revoked;
    items::Condition => types::ItemCondition: New, LikeNew, Good, Fair, Poor;
    types::ItemCondition => items::Condition: New, LikeNew, Good, Fair, Poor;
    market::ItemSort => items::Sort: Newest, PriceAscending, PriceDescending;
    items::Status => types::ItemStatus: Active, Withdrawn, Reserved, Sold;
    types::ItemStatus => items::Status: Active, Withdrawn, Reserved, Sold;
    market::ItemStatusChange => items::Status: Active, Withdrawn;
    projects::Visibility => making::ProjectVisibility: Public, Private;
    making::ProjectVisibility => projects::Visibility: Public, Private;
    orders::Status => types::OrderStatus: Pending, Completed, Cancelled;
    types::OrderStatus => orders::Status: Pending, Completed, Cancelled;
    orders::Party => types::OrderRole: Buyer, Seller;
    types::OrderRole => orders::Party: Buyer, Seller;
    orders::Party => events::OrderRole: Buyer, Seller;
    applications::Status => joining::ApplicationStatus: Pending, Approved, Rejected;
    joining::ApplicationStatus => applications::Status: Pending, Approved, Rejected;
    joining::ApplicationDecision => applications::Status: Approved, Rejected;
    deliveries::Status => types::DeliveryStatus: Pending, Delivered, Failed;
    types::DeliveryStatus => deliveries::Status: Pending, Delivered, Failed;
    deliveries::Failure => types::DeliveryFailure: Address, Connection, Timeout;
    webhooks::Cause => endpoints::WebhookDisabledCause: Owner, Gone, Failing;
    practising::PracticePeriod => practice::Period: Daily, Weekly, Monthly;
    practising::PracticeRange => practice::Range: Day, Week, Month, Year, All;
    applications::Vote => joining::ApplicationVoteKind: Approve, Reject, Abstain;
    joining::ApplicationVoteKind => applications::Vote: Approve, Reject, Abstain;
}

macro_rules! money {
    ($($to:path),+) => {$(
        impl From<money::Money> for $to {
            fn from(money: money::Money) -> Self {
                Self { amount: money.amount, currency: money.currency.code().to_owned() }
            }
        }
    )+};
}

money!(types::Money, events::Money);
