//! Times, in the two forms that they travel in.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// A time that travels as seconds since 1970, with a fraction where it has one; kept to the microsecond.
///
/// Source: Smithy 2.0 specification, timestamp format `epoch-seconds`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EpochSeconds(pub Timestamp);

/// A time that travels as a text by RFC 3339; kept to the microsecond.
///
/// Source: Smithy 2.0 specification, timestamp format `date-time`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DateTime(pub Timestamp);

/// Microseconds in a second. Times around now have room for them in a double: 2⁵³ µs are 285 years.
const MICROSECONDS: f64 = 1e6;

/// The time of a number of seconds; none beyond the years -9999 and 9999.
pub(crate) fn of_seconds(seconds: f64) -> Option<Timestamp> {
    if !seconds.is_finite() {
        return None;
    }
    let whole = seconds.floor();
    let microseconds = ((seconds - whole) * MICROSECONDS).round();
    // What is beyond 64 bits becomes the last number within, which no time is.
    let time = Timestamp::from_second(whole as i64).ok()?;
    time.checked_add(SignedDuration::from_micros(microseconds as i64))
        .ok()
}

/// The time of a text by RFC 3339.
pub(crate) fn of_text(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

impl Serialize for EpochSeconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let microseconds = self.0.as_microsecond();
        if microseconds % 1_000_000 == 0 {
            return serializer.serialize_i64(microseconds / 1_000_000);
        }
        serializer.serialize_f64(microseconds as f64 / MICROSECONDS)
    }
}

impl<'de> Deserialize<'de> for EpochSeconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        let time = of_seconds(seconds).ok_or_else(|| D::Error::custom("not a time within range"))?;
        Ok(Self(time))
    }
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'_, str>::deserialize(deserializer)?;
        let time = of_text(&text).ok_or_else(|| D::Error::custom("not a time by RFC 3339"))?;
        Ok(Self(time))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn seconds() {
        for (json, expected) in [
            ("0", Some("1970-01-01T00:00:00Z")),
            ("1440938160", Some("2015-08-30T12:36:00Z")),
            ("1440938160.5", Some("2015-08-30T12:36:00.5Z")),
            ("1.4409381605E9", Some("2015-08-30T12:36:00.5Z")),
            ("1440938160.123456", Some("2015-08-30T12:36:00.123456Z")),
            ("-0.25", Some("1969-12-31T23:59:59.75Z")),
            ("253402207200", Some("9999-12-30T22:00:00Z")),
            ("1e300", None),
            ("-1e15", None),
            ("\"2015-08-30\"", None),
            ("null", None),
        ] {
            let found: Option<EpochSeconds> = serde_json::from_str(json).ok();
            assert_eq!(
                found.map(|time| time.0.to_string()).as_deref(),
                expected,
                "{json}"
            );
        }
    }

    proptest! {
        #[test]
        fn both_ways(microseconds in 0..4_102_444_800_000_000_i64) {
            let time = Timestamp::from_microsecond(microseconds).unwrap();
            let json = serde_json::to_string(&EpochSeconds(time)).unwrap();
            prop_assert_eq!(serde_json::from_str::<EpochSeconds>(&json).unwrap().0, time);
            let json = serde_json::to_string(&DateTime(time)).unwrap();
            prop_assert_eq!(serde_json::from_str::<DateTime>(&json).unwrap().0, time);
        }

        #[test]
        fn no_number_panics(seconds in any::<f64>()) {
            let _ = of_seconds(seconds);
        }
    }
}
