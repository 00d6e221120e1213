//! The numbers of the limits table, each a setting. A limit is a number of requests; none stands for no limit.

/// One of these settings, for `check-config` and the documentation.
#[derive(Debug, Clone, Copy)]
pub struct LimitSetting {
    /// The environment variable.
    pub name: &'static str,
    /// What holds when nobody sets it; `none` is no limit.
    pub default: &'static str,
    /// What it limits.
    pub help: &'static str,
}

macro_rules! limit_settings {
    ($($field:ident = $name:literal, $default:tt, $help:literal;)*) => {
        /// The limits table. `None` is no limit.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct LimitSettings {
            $(#[doc = $help] pub $field: Option<u32>,)*
        }

        impl LimitSettings {
            /// Each setting with its default and meaning.
            pub const TABLE: &'static [LimitSetting] =
                &[$(LimitSetting { name: $name, default: stringify!($default), help: $help },)*];

            /// Reads each setting through `read`, which gets its name and its default.
            pub fn read(mut read: impl FnMut(&'static str, Option<u32>) -> Option<u32>) -> Self {
                Self { $($field: read($name, limit_settings!(@limit $default)),)* }
            }
        }

        impl Default for LimitSettings {
            fn default() -> Self {
                Self { $($field: limit_settings!(@limit $default),)* }
            }
        }
    };
    (@limit none) => { None };
    (@limit $number:literal) => { Some($number) };
}

limit_settings! {
    free_per_minute = "LIMITS_FREE_PER_MINUTE", 60, "Requests a minute of a free account, its keys and sessions together";
    free_per_day = "LIMITS_FREE_PER_DAY", 1000, "Requests a UTC day of a free account";
    free_writes_per_minute = "LIMITS_WRITES_PER_MINUTE", 20, "Writes a minute of a free account";
    basic_per_minute = "LIMITS_BASIC_PER_MINUTE", 300, "Requests a minute of a basic account";
    basic_per_day = "LIMITS_BASIC_PER_DAY", 10000, "Requests a UTC day of a basic account";
    basic_writes_per_minute = "LIMITS_BASIC_WRITES_PER_MINUTE", 100, "Writes a minute of a basic account";
    pro_per_minute = "LIMITS_PRO_PER_MINUTE", 1000, "Requests a minute of a pro account";
    pro_per_day = "LIMITS_PRO_PER_DAY", 100000, "Requests a UTC day of a pro account";
    pro_writes_per_minute = "LIMITS_PRO_WRITES_PER_MINUTE", 300, "Writes a minute of a pro account";
    service_per_minute = "LIMITS_SERVICE_PER_MINUTE", 100, "Requests a minute of the tier service";
    service_per_day = "LIMITS_SERVICE_PER_DAY", none, "Requests a UTC day of the tier service";
    service_writes_per_minute = "LIMITS_SERVICE_WRITES_PER_MINUTE", none, "Writes a minute of the tier service, within its requests";
    admin_per_minute = "LIMITS_ADMIN_PER_MINUTE", 1000, "Requests a minute of an administrator and of the root key";
    admin_per_day = "LIMITS_ADMIN_PER_DAY", none, "Requests a UTC day of an administrator and of the root key";
    admin_writes_per_minute = "LIMITS_ADMIN_WRITES_PER_MINUTE", none, "Writes a minute of an administrator and of the root key, within their requests";
    sessions_per_minute = "LIMITS_SESSIONS_PER_MINUTE", 60, "Requests a minute of an account's sessions, within those of its tier";
    portal_per_minute = "LIMITS_PORTAL_PER_MINUTE", 300, "Requests a minute that the portal may make for one account";
    anonymous_per_minute = "LIMITS_ANONYMOUS_PER_MINUTE", 20, "Requests a minute without a credential, by address (an IPv6 address by its /64)";
    auth_per_15_minutes = "LIMITS_AUTH_PER_15_MINUTES", 5, "Calls of each sign-in operation in 15 minutes, by address, and by account and address";
    refresh_per_minute = "LIMITS_REFRESH_PER_MINUTE", 60, "Token refreshes a minute, by session, and by address";
    redis_ms = "LIMITS_REDIS_MS", 50, "Milliseconds that Redis gets for a decision; then this instance decides alone for a second";
    instances = "LIMITS_INSTANCES", 1, "Instances that share Redis: while it is away, each allows its part of a limit";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_those_of_the_table() {
        let defaults = LimitSettings::default();
        assert_eq!((defaults.free_per_minute, defaults.free_per_day), (Some(60), Some(1_000)));
        assert_eq!((defaults.service_per_minute, defaults.service_per_day), (Some(100), None));
        for setting in LimitSettings::TABLE {
            assert!(setting.default == "none" || setting.default.parse::<u32>().is_ok(), "{}", setting.name);
            assert!(setting.name.starts_with("LIMITS_"));
        }
    }

    #[test]
    fn each_setting_is_read_by_its_name() {
        let read = LimitSettings::read(|name, limit| if name == "LIMITS_FREE_PER_DAY" { None } else { limit });
        assert_eq!(read, LimitSettings { free_per_day: None, ..LimitSettings::default() });
    }
}
