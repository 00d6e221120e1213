//! How generated setters take values: anything that converts, and the reason when it does not.

use std::fmt::Display;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Error;

/// A value that was given, or why it cannot be used.
pub(crate) type Given<T> = Result<T, String>;

/// Takes a value that must be there.
pub(crate) fn value<T>(name: &str, value: impl TryInto<T, Error: Display>) -> Given<T> {
    value.try_into().map_err(|error| format!("{name}: {error}"))
}

/// Takes a value that may be there.
pub(crate) fn some<T>(name: &str, given: impl TryInto<T, Error: Display>) -> Given<Option<T>> {
    value(name, given).map(Some)
}

/// Takes a value that null clears.
pub(crate) fn set<T>(name: &str, given: impl TryInto<T, Error: Display>) -> Given<Option<Option<T>>> {
    value(name, given).map(|value| Some(Some(value)))
}

/// Takes a list of anything that converts.
pub(crate) fn list<T, I>(name: &str, given: I) -> Given<Vec<T>>
where
    I: IntoIterator<Item: TryInto<T, Error: Display>>,
{
    given.into_iter().map(|each| value(name, each)).collect()
}

/// A value that was not given.
pub(crate) fn missing<T>(name: &str) -> Given<T> {
    Err(format!("{name} is missing"))
}

/// Takes a value of the caller's own type for a free object.
pub(crate) fn of_own<T: DeserializeOwned>(name: &str, given: &impl Serialize) -> Given<T> {
    read_as(given).map_err(|error| format!("{name}: {error}"))
}

/// A free object as the caller's own type, or the other way round.
pub(crate) fn read_as<T: DeserializeOwned>(found: &impl Serialize) -> Result<T, serde_json::Error> {
    serde_json::from_value(serde_json::to_value(found)?)
}

/// A path parameter. Empty and dot segments would reach another path than the one meant.
pub(crate) fn segment<T: Display>(name: &str, given: Given<T>) -> Result<String, Error> {
    let text = given.map_err(Error::InvalidRequest)?.to_string();
    if matches!(text.as_str(), "" | "." | "..") {
        return Err(Error::InvalidRequest(format!("{name} cannot be {text:?}")));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_parameter_cannot_leave_its_segment() {
        for bad in ["", ".", ".."] {
            assert!(segment::<String>("item_id", Ok(bad.to_owned())).is_err(), "{bad:?}");
        }
        assert_eq!(segment("item_id", Ok("itm_1")).ok().as_deref(), Some("itm_1"));
    }

    #[test]
    fn a_free_object_is_read_as_what_the_caller_keeps_in_it() {
        #[derive(Debug, PartialEq, Serialize, serde::Deserialize)]
        struct Plan {
            plan: String,
        }
        type Free = serde_json::Map<String, serde_json::Value>;
        let pro = || Plan { plan: "pro".to_owned() };
        let free: Option<Free> = of_own("metadata", &pro()).expect("an object");
        assert_eq!(read_as::<Plan>(&free).expect("a plan"), pro());
        assert_eq!(read_as::<Option<Plan>>(&None::<Free>).expect("no plan"), None);
        assert!(read_as::<Plan>(&None::<Free>).is_err(), "nothing is no plan");
        assert_eq!(
            of_own::<Free>("metadata", &1).expect_err("no object"),
            "metadata: invalid type: integer `1`, expected a map"
        );
    }

    #[test]
    fn a_list_takes_borrowed_words() {
        assert_eq!(list::<String, _>("scopes", ["a", "b"]), Ok(vec!["a".to_owned(), "b".to_owned()]));
    }
}
