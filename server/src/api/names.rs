//! The same names on both sides: `domain`'s enums and the contract's.

use crate::domain::{keys, users};
use crate::generated::{keys as wire, types};

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
    keys::KeyStatus => wire::KeyStatus: Active, Disabled, Expired, Revoked;
    wire::KeyStatus => keys::KeyStatus: Active, Disabled, Expired, Revoked;
}
