//! The filters of the request log, read. Their names are the contract's, so that the API's faults find them.

use crate::api::{Fault, RequestQuery};
use crate::dates::Moment;
use crate::http::FormFields;

/// Every field that a fault can belong to.
pub(super) const FIELDS: [&str; 9] =
    ["operationId", "status", "keyId", "method", "search", "from", "to", "userId", "address"];
pub(super) const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/// What to ask for, or what of it cannot be read.
pub(super) fn read(fields: &FormFields) -> Result<RequestQuery, Vec<Fault>> {
    let mut faults = Vec::new();
    let get = |name: &str| fields.get(name).map(str::to_owned);
    let query = RequestQuery {
        operation: get("operationId"),
        status: get("status").map(|status| status.to_ascii_lowercase()),
        key: get("keyId"),
        method: get("method"),
        search: get("search"),
        from: time(fields, "from", &mut faults),
        to: time(fields, "to", &mut faults),
        account: get("userId"),
        address: get("address"),
        cursor: get("cursor"),
    };
    if query.method.as_deref().is_some_and(|method| !METHODS.contains(&method)) {
        faults.push(fault("method", "is none of these"));
    }
    if let Some(status) = &query.status
        && !is_status(status)
    {
        faults.push(fault("status", "is a status such as 404, or a class such as 5xx"));
    }
    if let (Some(from), Some(to)) = (query.from, query.to)
        && from >= to
    {
        faults.push(fault("to", "is after the beginning"));
    }
    if faults.is_empty() { Ok(query) } else { Err(faults) }
}

/// The same filters, from another place on.
pub(super) fn address(list: &str, fields: &FormFields, cursor: Option<&str>) -> String {
    fields.address(list, &FIELDS, cursor)
}

fn is_status(status: &str) -> bool {
    match status.as_bytes() {
        [b'1'..=b'5', b'x', b'x'] => true,
        [b'1'..=b'5', rest @ ..] => rest.len() == 2 && rest.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

fn time(fields: &FormFields, name: &str, faults: &mut Vec<Fault>) -> Option<Moment> {
    let moment = Moment::typed(fields.get(name)?);
    if moment.is_none() {
        faults.push(fault(name, "is a time such as 2026-11-22T12:00"));
    }
    moment
}

fn fault(field: &str, message: &str) -> Fault {
    Fault { field: field.to_owned(), message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(query: &str) -> Result<RequestQuery, Vec<Fault>> {
        read(&FormFields::from_query(query))
    }

    #[test]
    fn a_browsers_time_is_utc() {
        for typed in ["2026-11-22T12:00", "2026-11-22T12:00:00", "2026-11-22T13:00:00%2B01:00"] {
            let from = form(&format!("from={typed}")).unwrap().from.unwrap();
            assert_eq!(from.rfc3339(), "2026-11-22T12:00:00Z", "{typed}");
        }
    }

    #[test]
    fn what_is_left_empty_filters_nothing() {
        let query = form("operationId=&status=&from=&search=+").unwrap();
        assert!(query.operation.is_none() && query.status.is_none() && query.from.is_none() && query.search.is_none());
    }

    #[test]
    fn every_filter_that_cannot_be_is_named() {
        let fields =
            |query: &str| -> Vec<String> { form(query).unwrap_err().into_iter().map(|one| one.field).collect() };
        assert_eq!(
            fields("from=yesterday&to=2026-13-01T00:00&method=BREW&status=600"),
            ["from", "to", "method", "status"]
        );
        assert_eq!(fields("from=2026-11-22T12:00&to=2026-11-22T12:00"), ["to"]);
        for status in ["4", "40", "4x", "4xxx", "6xx", "4%C3%BC"] {
            assert_eq!(fields(&format!("status={status}")), ["status"], "{status}");
        }
        assert_eq!(form("status=5XX").unwrap().status.as_deref(), Some("5xx"));
        assert!(form("status=404").is_ok());
    }

    #[test]
    fn an_address_keeps_the_filters_and_turns_the_page() {
        let fields = FormFields::from_query("operationId=getItem&status=&search=a%26b&cursor=old&other=x");
        assert_eq!(address("/x", &fields, Some("new/=")), "/x?operationId=getItem&search=a%26b&cursor=new%2F%3D");
        assert_eq!(address("/x", &FormFields::default(), None), "/x");
    }
}
