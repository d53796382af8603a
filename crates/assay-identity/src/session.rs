//! Temporary credentials, which nobody stores: their token holds them.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use thiserror::Error;

use crate::{
    access_key::{AccessKeyId, KeyKind, SecretKey},
    account::AccountId,
    master::MasterKey,
    random::NoRandomness,
    seal::{Purpose, Sealed},
    user::{Role, UserName},
};

/// Characters of a token that are looked at; ours have some 400.
const LONGEST_TOKEN: usize = 4096;

/// Who temporary credentials belong to, and for how long.
#[derive(Clone, Debug)]
pub struct Session {
    /// The account of the user.
    pub account: AccountId,
    /// The user, whose role is looked up when the credentials are used.
    pub user: UserName,
    /// The role that the user acts under in another account; whether they may is looked up likewise.
    pub assumed: Option<AssumedRole>,
    /// The access key.
    pub access_key: AccessKeyId,
    /// Its secret.
    pub secret: SecretKey,
    /// When the user gave the password or code that all of this began with, whatever was renewed since; who revokes sessions
    /// compares with it. Exact to the microsecond.
    pub signed_in_at: Timestamp,
    /// When the credentials were given out. Exact to the microsecond.
    pub issued_at: Timestamp,
    /// From when on they are no longer good. Whole seconds.
    pub expires_at: Timestamp,
}

/// Temporary credentials to be given out.
#[derive(Clone, Debug)]
pub struct NewSession<'a> {
    /// The account of the user.
    pub account: AccountId,
    /// The user.
    pub user: &'a UserName,
    /// The role that they act under in another account; none in their own.
    pub assumed: Option<AssumedRole>,
    /// When they gave their password or code. Whatever ends their sessions of before ends this one.
    pub signed_in_at: Timestamp,
    /// The time.
    pub now: Timestamp,
    /// How long the credentials are good.
    pub good_for: SignedDuration,
}

/// A role in another account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssumedRole {
    /// The account.
    #[serde(rename = "t")]
    pub account: AccountId,
    /// The role.
    #[serde(rename = "r")]
    pub role: Role,
    /// What the user calls what they do there.
    #[serde(rename = "n")]
    pub session: UserName,
}

/// A session token: a session, sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

/// What a user is given who signs in.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The session.
    pub session: Session,
    /// Its token.
    pub token: SessionToken,
}

/// Why a session token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SessionError {
    /// It is none of ours, or goes with another access key.
    #[error("the session token is not known here")]
    Unknown,
    /// Its time is over.
    #[error("the session token has expired; get new temporary credentials")]
    Expired,
}

/// What is sealed. The names are short, as the token travels with every request.
#[derive(Serialize, Deserialize)]
struct Content {
    a: AccountId,
    u: UserName,
    k: AccessKeyId,
    s: String,
    /// Left out where it is `i`, as in all tokens of before there were renewals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    b: Option<i64>,
    i: i64,
    e: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    x: Option<AssumedRole>,
}

impl Session {
    /// Makes temporary credentials. The end is cut to whole seconds; the beginning is exact, so that it can be told from a
    /// change of the password in the same second.
    ///
    /// # Errors
    ///
    /// When the operating system has no randomness.
    pub fn issue(key: &MasterKey, new: NewSession<'_>) -> Result<Issued, NoRandomness> {
        let NewSession {
            account,
            user,
            assumed,
            signed_in_at,
            now,
            good_for,
        } = new;
        let exact = |time: Timestamp| Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time);
        let seconds = |time: Timestamp| Timestamp::from_second(time.as_second()).unwrap_or(time);
        let session = Self {
            account,
            user: user.clone(),
            assumed,
            access_key: AccessKeyId::generate(KeyKind::Temporary)?,
            secret: SecretKey::generate()?,
            signed_in_at: exact(signed_in_at),
            issued_at: exact(now),
            expires_at: seconds(now.saturating_add(good_for).unwrap_or(Timestamp::MAX)),
        };
        let content = Content {
            a: account,
            u: user.clone(),
            k: session.access_key.clone(),
            s: session.secret.expose().to_owned(),
            b: (session.signed_in_at != session.issued_at).then(|| session.signed_in_at.as_microsecond()),
            i: session.issued_at.as_microsecond(),
            e: session.expires_at.as_second(),
            x: session.assumed.clone(),
        };
        // A structure of texts and numbers always becomes JSON.
        let bytes = serde_json::to_vec(&content).unwrap_or_default();
        let sealed = key.seal(Purpose::Session, &bytes)?;
        Ok(Issued {
            session,
            token: SessionToken(STANDARD.encode(sealed.as_bytes())),
        })
    }

    /// Opens a token that came with an access key.
    ///
    /// # Errors
    ///
    /// A token that is none of ours, goes with another access key, or has expired.
    pub fn open(
        key: &MasterKey,
        access_key: &AccessKeyId,
        token: &str,
        now: Timestamp,
    ) -> Result<Self, SessionError> {
        if token.len() > LONGEST_TOKEN {
            return Err(SessionError::Unknown);
        }
        let bytes = STANDARD.decode(token).map_err(|_| SessionError::Unknown)?;
        let content = Sealed::from_bytes(bytes)
            .open(key, Purpose::Session)
            .map_err(|_| SessionError::Unknown)?;
        let content: Content = serde_json::from_slice(&content).map_err(|_| SessionError::Unknown)?;
        let is_of_key: bool = content
            .k
            .as_str()
            .as_bytes()
            .ct_eq(access_key.as_str().as_bytes())
            .into();
        if !is_of_key {
            return Err(SessionError::Unknown);
        }
        let time = |seconds| Timestamp::from_second(seconds).map_err(|_| SessionError::Unknown);
        let exact = |time| Timestamp::from_microsecond(time).map_err(|_| SessionError::Unknown);
        let session = Self {
            account: content.a,
            user: content.u,
            assumed: content.x,
            access_key: content.k,
            secret: content.s.parse().map_err(|_| SessionError::Unknown)?,
            signed_in_at: exact(content.b.unwrap_or(content.i))?,
            issued_at: exact(content.i)?,
            expires_at: time(content.e)?,
        };
        if now < session.expires_at {
            Ok(session)
        } else {
            Err(SessionError::Expired)
        }
    }
}

impl SessionToken {
    /// The token, as clients send it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SessionToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key() -> MasterKey {
        MasterKey::from_bytes([7; 32])
    }

    fn issued() -> Issued {
        issued_to_who_signed_in(now())
    }

    fn issued_to_who_signed_in(signed_in_at: Timestamp) -> Issued {
        let new = NewSession {
            account: "123456789012".parse().unwrap(),
            user: &"ada".parse().unwrap(),
            assumed: None,
            signed_in_at,
            now: now(),
            good_for: SignedDuration::from_hours(1),
        };
        Session::issue(&key(), new).unwrap()
    }

    fn now() -> Timestamp {
        "2026-11-24T20:00:00.5Z".parse().unwrap()
    }

    #[test]
    fn a_token_gives_its_session_back_until_it_expires() {
        let Issued { session, token } = issued();
        assert_eq!(session.access_key.kind(), KeyKind::Temporary);
        for (later, expected) in [
            ("2026-11-24T20:00:00.5Z", Ok(())),
            ("2026-11-24T20:59:59.999Z", Ok(())),
            ("2026-11-24T21:00:00Z", Err(SessionError::Expired)),
        ] {
            let opened = Session::open(
                &key(),
                &session.access_key,
                token.as_str(),
                later.parse().unwrap(),
            );
            let checked = opened.map(|opened| {
                assert_eq!(opened.account, session.account);
                assert_eq!(opened.user, session.user);
                assert_eq!(opened.secret, session.secret);
                assert_eq!(opened.issued_at, session.issued_at);
                assert_eq!(opened.expires_at, session.expires_at);
            });
            assert_eq!(checked, expected, "{later}");
        }
        assert_eq!(format!("{token:?}"), "SessionToken(…)");
        assert!(token.as_str().len() < 450, "{}", token.as_str().len());
    }

    #[test]
    fn a_token_tells_when_its_user_signed_in() {
        for signed_in_at in ["2026-11-24T20:00:00.5Z", "2026-11-24T09:30:00.000001Z"] {
            let signed_in_at: Timestamp = signed_in_at.parse().unwrap();
            let Issued { session, token } = issued_to_who_signed_in(signed_in_at);
            let opened = Session::open(&key(), &session.access_key, token.as_str(), now()).unwrap();
            assert_eq!(opened.signed_in_at, signed_in_at);
            assert_eq!(opened.issued_at, now());
        }
    }

    #[test]
    fn tokens_of_before_there_were_renewals_count_from_their_beginning() {
        let id = "ASIAIOSFODNN7EXAMPLE";
        let content = format!(
            r#"{{"a":"123456789012","u":"ada","k":"{id}","s":"{}","i":1795550400500000,"e":1795554000}}"#,
            "s".repeat(40)
        );
        let sealed = key().seal(Purpose::Session, content.as_bytes()).unwrap();
        let token = STANDARD.encode(sealed.as_bytes());
        let opened = Session::open(&key(), &id.parse().unwrap(), &token, now()).unwrap();
        assert_eq!(opened.signed_in_at, opened.issued_at);
        assert_eq!(opened.issued_at, now());
    }

    #[test]
    fn a_token_goes_with_its_access_key_and_master_key() {
        let Issued { session, token } = issued();
        let other = AccessKeyId::generate(KeyKind::Temporary).unwrap();
        let opened = Session::open(&key(), &other, token.as_str(), now());
        assert_eq!(opened.unwrap_err(), SessionError::Unknown);
        let foreign = MasterKey::from_bytes([8; 32]);
        let opened = Session::open(&foreign, &session.access_key, token.as_str(), now());
        assert_eq!(opened.unwrap_err(), SessionError::Unknown);
    }

    proptest! {
        #[test]
        fn foreign_tokens_are_refused(token in "[A-Za-z0-9+/=]{0,200}|\\PC{0,40}") {
            let id = "ASIAIOSFODNN7EXAMPLE".parse().unwrap();
            prop_assert_eq!(Session::open(&key(), &id, &token, now()).unwrap_err(), SessionError::Unknown);
        }
    }
}
