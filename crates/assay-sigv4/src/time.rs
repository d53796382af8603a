//! The dates of signatures.

use jiff::{SignedDuration, Timestamp, civil::DateTime, fmt::rfc2822, tz::TimeZone};

use crate::fault::{Fault, Mismatch};

/// How far the clocks of client and service may be apart.
pub const ALLOWED_SKEW: SignedDuration = SignedDuration::from_mins(15);

/// The longest that a presigned request may be good for: seven days.
pub(crate) const LONGEST_EXPIRY: u32 = 7 * 24 * 60 * 60;

/// A time as `20150830T123600Z`.
pub(crate) fn format(time: Timestamp) -> String {
    time.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// The day of a time, as `20150830`.
pub(crate) fn day(time: Timestamp) -> String {
    format(time).chars().take(8).collect()
}

/// A time from `20150830T123600Z`, that form exactly.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    let is_shaped = bytes.len() == 16
        && bytes.iter().enumerate().all(|(index, byte)| match index {
            8 => *byte == b'T',
            15 => *byte == b'Z',
            _ => byte.is_ascii_digit(),
        });
    if !is_shaped {
        return None;
    }
    let civil = DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
    TimeZone::UTC.to_timestamp(civil).ok()
}

/// A time from a `Date` header: the basic form above, or that of mails (RFC 9110, IMF-fixdate).
pub(crate) fn parse_date_header(text: &str) -> Option<Timestamp> {
    parse(text).or_else(|| rfc2822::DateTimeParser::new().parse_timestamp(text).ok())
}

/// Refuses what was signed too long before now, or after it.
///
/// `good_for` is how long the signature is good: the allowed skew for a header, its own expiry for a presigned request.
pub(crate) fn check(signed: Timestamp, good_for: SignedDuration, now: Timestamp) -> Result<(), Fault> {
    let age = now.duration_since(signed);
    if age > good_for {
        return Err(Fault::InvalidSignature(Mismatch::Expired { signed, now }));
    }
    if age < -ALLOWED_SKEW {
        return Err(Fault::InvalidSignature(Mismatch::NotYetValid { signed, now }));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        let time: Timestamp = "2015-08-30T12:36:00Z".parse().unwrap();
        assert_eq!(format(time), "20150830T123600Z");
        assert_eq!(day(time), "20150830");
        assert_eq!(parse("20150830T123600Z"), Some(time));
        assert_eq!(parse_date_header("Sun, 30 Aug 2015 12:36:00 GMT"), Some(time));
        for text in [
            "",
            "20150830T123600",
            "2015-8-30T12360Z",
            "20151330T123600Z",
            "+0150830T123600Z",
            "20150830T1236 0Z",
            "20150830T12360éZ",
            "tomorrow",
        ] {
            assert_eq!(parse(text), None, "{text}");
            assert_eq!(parse_date_header(text), None, "{text}");
        }
    }

    #[test]
    fn skew() {
        let signed: Timestamp = "2015-08-30T12:36:00Z".parse().unwrap();
        for (seconds, is_good) in [(0, true), (900, true), (901, false), (-900, true), (-901, false)] {
            let now = signed + SignedDuration::from_secs(seconds);
            assert_eq!(
                check(signed, ALLOWED_SKEW, now).is_ok(),
                is_good,
                "{seconds} seconds"
            );
        }
        // Nothing overflows at the ends of time.
        assert!(check(Timestamp::MIN, ALLOWED_SKEW, Timestamp::MAX).is_err());
        assert!(check(Timestamp::MAX, ALLOWED_SKEW, Timestamp::MIN).is_err());
    }
}
