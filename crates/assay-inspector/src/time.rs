//! Times as the API writes them.

use assay_api_model::EpochSeconds;
use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// A time of so many Unix seconds.
pub(crate) fn of_seconds(seconds: u32) -> Option<EpochSeconds> {
    Timestamp::from_second(i64::from(seconds)).ok().map(EpochSeconds)
}

/// The beginning of a day that is written `YYYY-MM-DD`, in UTC.
pub(crate) fn of_day(day: &str) -> Option<Timestamp> {
    let day: Date = day.parse().ok()?;
    TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()
}

/// A time of so many Unix seconds by RFC 3339.
pub(crate) fn rfc3339(seconds: u32) -> Option<String> {
    Timestamp::from_second(i64::from(seconds))
        .ok()
        .map(|time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        assert_eq!(rfc3339(1_440_938_160).as_deref(), Some("2015-08-30T12:36:00Z"));
        let day = of_day("2021-12-10").map(|day| day.to_string());
        assert_eq!(day.as_deref(), Some("2021-12-10T00:00:00Z"));
        assert_eq!(of_day("soon"), None);
    }
}
