//! What a request claims, and whether that holds.

use jiff::{SignedDuration, Timestamp};

use crate::{
    canonical::{canonical_request, string_to_sign},
    digest::signature_from_hex,
    fault::{Fault, Mismatch},
    fields::{Fields, PresignedFields},
    key::SigningKey,
    request::{Request, fold_spaces},
    scope::{Scope, parse_credential},
    time,
};

/// Where a request carries its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// In the `Authorization` header.
    Header,
    /// In the query; good for as long as it says.
    Presigned {
        /// How long after its date it is good, up to seven days.
        expires: SignedDuration,
    },
}

/// What a request says of who signed it and for what; to be believed only after [`Claim::verify`].
#[derive(Clone, Debug)]
pub struct Claim {
    access_key: String,
    scope: Scope,
    session_token: Option<String>,
    form: Form,
    signed_at: Timestamp,
    signature: [u8; 32],
    canonical_request: Vec<u8>,
    string_to_sign: String,
}

/// `x-amz-` headers that SDKs add to a presigned request after it was signed.
const UNSIGNED_WHEN_PRESIGNED: [&str; 2] = ["x-amz-user-agent", "x-amz-checksum-mode"];

impl Claim {
    /// Reads the signature of a request.
    ///
    /// # Errors
    ///
    /// A request without a signature, with one that lacks its form, or with one that leaves open what it must cover.
    pub fn read(request: &Request<'_>) -> Result<Self, Fault> {
        let fields = Fields::find(request)?;
        let (access_key, scope) = parse_credential(&fields.credential)?;
        let signed_headers = parse_signed_headers(&fields.signed_headers)?;
        let signature = signature_from_hex(&fields.signature)
            .ok_or_else(|| incomplete("the signature must be 64 hexadecimal digits in lower case"))?;
        let is_signed = |name: &str| signed_headers.binary_search(&name).is_ok();

        let (form, signed_at, session_token) = match fields.presigned {
            Some(presigned) => presigned_form(presigned)?,
            None => header_form(request, is_signed)?,
        };
        let date = time::day(signed_at);
        if date != scope.date {
            let scope = scope.date;
            return Err(Fault::InvalidSignature(Mismatch::Date { scope, date }));
        }
        check_covered(request, form, is_signed)?;
        check_stated_digest(request)?;
        let canonical_request = canonical_request(request, &signed_headers)?;
        Ok(Self {
            string_to_sign: string_to_sign(&time::format(signed_at), &scope, &canonical_request),
            canonical_request,
            access_key,
            scope,
            session_token,
            form,
            signed_at,
            signature,
        })
    }

    /// The access key id, by which the secret is found.
    pub fn access_key(&self) -> &str {
        &self.access_key
    }

    /// What the signature is good for; to be held against [`Scope::require`].
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The session token of temporary credentials, for the caller to check against the access key.
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_deref()
    }

    /// Where the signature was found.
    pub fn form(&self) -> Form {
        self.form
    }

    /// When the request says that it was signed.
    pub fn signed_at(&self) -> Timestamp {
        self.signed_at
    }

    /// The canonical request as it is understood here, to compare with the client's when they disagree.
    /// It holds the session token where that is a header.
    pub fn canonical_request(&self) -> &[u8] {
        &self.canonical_request
    }

    /// Holds the signature against the key that the secret gives for [`Claim::scope`].
    ///
    /// # Errors
    ///
    /// A signature of another time than `now` allows, or of another request, secret or scope.
    pub fn verify(&self, key: &SigningKey, now: Timestamp) -> Result<(), Fault> {
        let good_for = match self.form {
            Form::Header => time::ALLOWED_SKEW,
            Form::Presigned { expires } => expires,
        };
        time::check(self.signed_at, good_for, now)?;
        if key.accepts(&self.string_to_sign, &self.signature) {
            Ok(())
        } else {
            Err(Fault::InvalidSignature(Mismatch::Signature))
        }
    }
}

/// The names of the signed headers, which must be in the one order that everybody computes.
fn parse_signed_headers(text: &str) -> Result<Vec<&str>, Fault> {
    let names: Vec<&str> = text.split(';').collect();
    let is_name = |name: &&str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9') || b"!#$%&'*+-.^_`|~".contains(&byte))
    };
    if !names.iter().all(is_name) || !names.is_sorted_by(|left, right| left < right) {
        return Err(incomplete(
            "the signed headers must be named in lower case, in alphabetical order, each once, parted by semicolons",
        ));
    }
    Ok(names)
}

type Dated = (Form, Timestamp, Option<String>);

fn presigned_form(fields: PresignedFields) -> Result<Dated, Fault> {
    let signed_at = time::parse(&fields.date)
        .ok_or_else(|| incomplete("`X-Amz-Date` must be a time as 20150830T123600Z"))?;
    let seconds = fields
        .expires
        .parse::<u32>()
        .ok()
        .filter(|seconds| (1..=time::LONGEST_EXPIRY).contains(seconds))
        .ok_or_else(|| incomplete("`X-Amz-Expires` must be 1 to 604800 seconds"))?;
    let expires = SignedDuration::from_secs(i64::from(seconds));
    Ok((Form::Presigned { expires }, signed_at, fields.session_token))
}

fn header_form(request: &Request<'_>, is_signed: impl Fn(&str) -> bool) -> Result<Dated, Fault> {
    let (name, date) = match single(request, "x-amz-date")? {
        Some(date) => ("x-amz-date", date),
        None => match single(request, "date")? {
            Some(date) => ("date", date),
            None => return Err(incomplete("the request has no `x-amz-date` header")),
        },
    };
    let signed_at = match name {
        "date" => time::parse_date_header(date),
        _ => time::parse(date),
    };
    let signed_at =
        signed_at.ok_or_else(|| incomplete(&format!("`{name}` must be a time as 20150830T123600Z")))?;
    require_signed(name, is_signed)?;
    let token = single(request, "x-amz-security-token")?;
    Ok((Form::Header, signed_at, token.map(str::to_owned)))
}

/// The one value of a header that may not stand twice.
fn single<'a>(request: &Request<'a>, name: &str) -> Result<Option<&'a str>, Fault> {
    let mut values = request.header(name);
    let (first, second) = (values.next(), values.next());
    if second.is_some() {
        return Err(incomplete(&format!("there is more than one `{name}` header")));
    }
    first
        .map(|value| str::from_utf8(value).map(str::trim))
        .transpose()
        .map_err(|_| incomplete(&format!("the header `{name}` is not text in UTF-8")))
}

/// Refuses a signature that leaves open the host or an `x-amz-` header.
fn check_covered(request: &Request<'_>, form: Form, is_signed: impl Fn(&str) -> bool) -> Result<(), Fault> {
    require_signed("host", &is_signed)?;
    for (name, _) in request.headers {
        let name = name.to_ascii_lowercase();
        let is_exempt = form != Form::Header && UNSIGNED_WHEN_PRESIGNED.contains(&name.as_str());
        if name.starts_with("x-amz-") && !is_exempt {
            require_signed(&name, &is_signed)?;
        }
    }
    Ok(())
}

fn require_signed(name: &str, is_signed: impl Fn(&str) -> bool) -> Result<(), Fault> {
    if is_signed(name) {
        return Ok(());
    }
    let reason = format!("the header `{name}` must be signed");
    Err(Fault::AccessDenied(reason))
}

/// Refuses a request whose headers say another digest of the body than the body has, or that it has none.
fn check_stated_digest(request: &Request<'_>) -> Result<(), Fault> {
    for value in request.header("x-amz-content-sha256") {
        let stated = fold_spaces(value);
        if *stated == *request.body.to_string().as_bytes() {
            continue;
        }
        let mismatch = match str::from_utf8(&stated) {
            Ok("UNSIGNED-PAYLOAD") => Mismatch::UnsignedBody("UNSIGNED-PAYLOAD".to_owned()),
            Ok(text) if text.starts_with("STREAMING-") => {
                Mismatch::UnsignedBody(text.chars().take(64).collect())
            }
            _ => Mismatch::Body,
        };
        return Err(Fault::InvalidSignature(mismatch));
    }
    Ok(())
}

fn incomplete(reason: &str) -> Fault {
    Fault::IncompleteSignature(reason.to_owned())
}

#[cfg(test)]
mod tests;
