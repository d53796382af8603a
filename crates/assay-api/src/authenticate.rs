//! From a signed request to whoever signed it.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use assay_identity::{
    AccessKeyId, Action, Assumed, AssumedRole, Identities, KeyKind, MasterKey, Principal, Sealed, SecretKey,
    Session, SessionError, Status, UserRecord,
};
use assay_sigv4::{BodyDigest, Claim, Fault as SignatureFault, Request, Scope, SigningKey};
use http::request::Parts;
use jiff::Timestamp;
use lru::LruCache;

use crate::{clock::Clock, fault::Fault, neighbour::Regions};

/// Derived keys that are remembered.
const REMEMBERED_KEYS: NonZeroUsize = NonZeroUsize::new(4096).expect("a number that is not zero");

/// Finds out who signed a request.
pub(crate) struct Authenticator {
    pub(crate) identities: Arc<dyn Identities>,
    pub(crate) master: MasterKey,
    pub(crate) clock: Clock,
    regions: Vec<Arc<str>>,
    keys: Mutex<LruCache<(AccessKeyId, Scope), Derived>>,
}

struct Derived {
    /// What the key was derived from: an id that came to have another secret must not go on with the old one.
    from: Sealed,
    key: SigningKey,
}

/// Whoever a request says that it is from; proved by [`Authenticator::verify`].
pub(crate) struct Suspect {
    pub(crate) principal: Principal,
    pub(crate) access_key: AccessKeyId,
    pub(crate) region: Arc<str>,
    /// When temporary credentials were given out; none for others.
    pub(crate) issued_at: Option<Timestamp>,
    /// When their user gave a password or code; none for others.
    pub(crate) signed_in_at: Option<Timestamp>,
    key: SigningKey,
}

/// What an access key leads to.
struct Found {
    user: UserRecord,
    key: SigningKey,
    issued_at: Option<Timestamp>,
    signed_in_at: Option<Timestamp>,
}

impl Authenticator {
    pub(crate) fn new(
        identities: Arc<dyn Identities>,
        master: MasterKey,
        clock: Clock,
        regions: Vec<Arc<str>>,
    ) -> Self {
        Self {
            identities,
            master,
            clock,
            regions,
            keys: Mutex::new(LruCache::new(REMEMBERED_KEYS)),
        }
    }

    pub(crate) fn regions(&self) -> &[Arc<str>] {
        &self.regions
    }

    /// Reads what the head of a request claims, the digest that it states of its body taken for true.
    ///
    /// # Errors
    ///
    /// A request without a signature that could hold.
    pub(crate) fn claim(parts: &Parts) -> Result<Claim, Fault> {
        Ok(read(parts, stated_digest(parts).unwrap_or(BodyDigest::of(b"")))?)
    }

    /// Finds whoever a request says that it is from. Nothing is proved yet, but what nobody can have signed is refused
    /// before its body is read.
    ///
    /// # Errors
    ///
    /// A request for another region or service, or of nobody who is let in.
    pub(crate) async fn suspect(
        &self,
        claim: &Claim,
        services: &[&str],
        regions: Regions,
    ) -> Result<Suspect, Fault> {
        let region = self.region(claim.scope(), services, regions)?;
        let unknown = || Fault::Signature(SignatureFault::UnrecognizedClient);
        let access_key: AccessKeyId = claim.access_key().parse().map_err(|_| unknown())?;
        let found = match (access_key.kind(), claim.session_token()) {
            (KeyKind::LongLived, None) => self.long_lived(&access_key, claim.scope()).await?,
            (KeyKind::Temporary, Some(token)) => self.temporary(&access_key, claim.scope(), token).await?,
            _ => None,
        }
        .ok_or_else(unknown)?;
        Ok(Suspect {
            principal: found.user.principal,
            access_key,
            region,
            issued_at: found.issued_at,
            signed_in_at: found.signed_in_at,
            key: found.key,
        })
    }

    /// Proves that a suspect signed a request, now that its body is there. Takes time by the size of the body.
    ///
    /// # Errors
    ///
    /// A signature that does not hold.
    pub(crate) fn verify(&self, suspect: &Suspect, parts: &Parts, body: &[u8]) -> Result<(), Fault> {
        let claim = read(parts, BodyDigest::of(body))?;
        Ok(claim.verify(&suspect.key, self.clock.now())?)
    }

    /// The region of a scope for one of some services: one that is served, or of what has no regions the first.
    fn region(&self, scope: &Scope, services: &[&str], regions: Regions) -> Result<Arc<str>, Fault> {
        let served = self.regions.iter().find(|region| ***region == scope.region);
        match served {
            None if regions == Regions::Any => {
                scope.require(&scope.region, services)?;
                Ok(self.regions[0].clone())
            }
            Some(region) => {
                scope.require(region, services)?;
                Ok(region.clone())
            }
            None => {
                let served: Vec<&str> = self.regions.iter().map(|region| &**region).collect();
                Err(SignatureFault::InvalidSignature(assay_sigv4::Mismatch::Region {
                    signed: scope.region.clone(),
                    served: served.join(", "),
                })
                .into())
            }
        }
    }

    async fn long_lived(&self, id: &AccessKeyId, scope: &Scope) -> Result<Option<Found>, Fault> {
        let record = self
            .identities
            .access_key(id)
            .await
            .map_err(Fault::of_identities)?;
        let Some(record) = record else { return Ok(None) };
        if (record.status, record.user.status) != (Status::Active, Status::Active) {
            return Ok(None);
        }
        if record.ends_at.is_some_and(|end| self.clock.now() >= end) {
            return Err(SignatureFault::ExpiredToken.into());
        }
        let place = (id.clone(), scope.clone());
        let keys = || self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let known = keys()
            .get(&place)
            .filter(|derived| derived.from == record.sealed_secret)
            .map(|derived| derived.key.clone());
        let key = match known {
            Some(key) => key,
            None => {
                let secret: SecretKey = self
                    .master
                    .open_secret(id, &record.sealed_secret)
                    .map_err(Fault::internal)?;
                SigningKey::derive(secret.expose(), scope)
            }
        };
        let derived = Derived {
            from: record.sealed_secret,
            key: key.clone(),
        };
        keys().put(place, derived);
        Ok(Some(Found {
            user: record.user,
            key,
            issued_at: None,
            signed_in_at: None,
        }))
    }

    async fn temporary(&self, id: &AccessKeyId, scope: &Scope, token: &str) -> Result<Option<Found>, Fault> {
        let session = match Session::open(&self.master, id, token, self.clock.now()) {
            Ok(session) => session,
            Err(SessionError::Unknown) => return Ok(None),
            Err(SessionError::Expired) => return Err(SignatureFault::ExpiredToken.into()),
        };
        let user = self
            .identities
            .user(session.account, &session.user)
            .await
            .map_err(Fault::of_identities)?;
        let Some(user) = user.filter(|user| user.status == Status::Active) else {
            return Ok(None);
        };
        if user
            .sessions_not_before
            .is_some_and(|earliest| session.signed_in_at < earliest)
        {
            return Err(SignatureFault::ExpiredToken.into());
        }
        let user = match session.assumed {
            None => user,
            // Whoever may no more is out at once.
            Some(assumed) => match self.elsewhere(&user.principal, assumed).await? {
                Some(principal) => UserRecord { principal, ..user },
                None => return Err(SignatureFault::ExpiredToken.into()),
            },
        };
        Ok(Some(Found {
            user,
            key: SigningKey::derive(session.secret.expose(), scope),
            issued_at: Some(session.issued_at),
            signed_in_at: Some(session.signed_in_at),
        }))
    }
}

impl Authenticator {
    /// A user who acts under a role in another account; none where they may not.
    async fn elsewhere(
        &self,
        principal: &Principal,
        assumed: AssumedRole,
    ) -> Result<Option<Principal>, Fault> {
        let may = principal.require(Action::AssumeRole).is_ok();
        if !may || !principal.role.assumes().contains(&assumed.role) {
            return Ok(None);
        }
        let standing = self.identities.standing_below(principal, assumed.account).await;
        let standing = standing.map_err(Fault::of_identities)?;
        Ok(standing.map(|standing| Principal {
            account: assumed.account,
            standing,
            user: principal.user.clone(),
            role: assumed.role,
            assumed: Some(Assumed {
                home: principal.account,
                session: assumed.session,
            }),
        }))
    }
}

fn read(parts: &Parts, body: BodyDigest) -> Result<Claim, SignatureFault> {
    let headers: Vec<(&str, &[u8])> = parts
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect();
    Claim::read(&Request {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or_default(),
        headers: &headers,
        body,
    })
}

/// The digest that the headers state of the body, which is taken for true until the body is there.
fn stated_digest(parts: &Parts) -> Option<BodyDigest> {
    let text = parts.headers.get("x-amz-content-sha256")?.to_str().ok()?;
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let digit = |digit: u8| char::from(digit).to_digit(16);
    let bytes: Option<Vec<u8>> = pairs
        .iter()
        .map(|[high, low]| u8::try_from(digit(*high)? << 4 | digit(*low)?).ok())
        .collect();
    Some(BodyDigest::from_bytes(bytes?.try_into().ok()?))
}
