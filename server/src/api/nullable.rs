//! Fields that null clears and that stay where they are left out.

use poem_openapi::types::MaybeUndefined;

/// What is asked of such a field: nothing, or to clear it (`Some(None)`), or a value.
pub fn nullable<T>(value: MaybeUndefined<T>) -> Option<Option<T>> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}
