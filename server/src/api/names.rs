//! The same names on both sides: `domain`'s enums and the contract's.

use crate::domain::{items, keys, users};
use crate::generated::{items as market, keys as wire, types};

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
    users::Tier => types::Tier: Free, Basic, Pro, Service, Admin;
    keys::Environment => wire::Environment: Live, Test;
    wire::Environment => keys::Environment: Live, Test;
    keys::KeyKind => wire::KeyKind: Secret, Publishable, Signed;
    wire::KeyKind => keys::KeyKind: Secret, Publishable, Signed;
    keys::Algorithm => wire::SigningAlgorithm: Es256, Rs256;
    wire::SigningAlgorithm => keys::Algorithm: Es256, Rs256;
    keys::KeyStatus => wire::KeyStatus: Active, Disabled, Expired, Revoked;
    wire::KeyStatus => keys::KeyStatus: Active, Disabled, Expired, Revoked;
    items::Condition => market::ItemCondition: New, LikeNew, Good, Fair, Poor;
    market::ItemCondition => items::Condition: New, LikeNew, Good, Fair, Poor;
    items::Status => market::ItemStatus: Active, Withdrawn, Sold;
    market::ItemStatus => items::Status: Active, Withdrawn, Sold;
    market::ItemStatusChange => items::Status: Active, Withdrawn;
}
