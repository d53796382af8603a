//! Tokens that lead to the next page: opaque, signed, and good for the list that gave them out alone.

use std::fmt;

use assay_identity::{AccountId, MasterKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac, digest::common::Block};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::fault::{Fault, Field, ValidationReason};

/// The version of the format: this byte, 16 bytes of an HMAC-SHA256, then the position in JSON.
const VERSION: u8 = 1;

/// Bytes of the code; nobody can try enough of them.
const CODE: usize = 16;

/// Characters of a token that are looked at.
const LONGEST: usize = 16 << 10;

/// Members of requests that do not make it another list.
const BESIDE_THE_LIST: [&str; 2] = ["nextToken", "maxResults"];

/// Signs and reads the tokens of a service.
#[derive(Clone)]
pub struct Cursors([u8; 32]);

impl Cursors {
    /// Tokens that hang on a master key.
    pub fn new(key: &MasterKey) -> Self {
        Self(key.derive("cursors"))
    }

    /// The pages of one list: what an operation answers an account for a request, whatever its page.
    pub fn pages(&self, operation: &str, account: AccountId, region: &str, request: &Value) -> Pages {
        let mut list = Sha256::new();
        for part in [operation, &account.to_string(), region] {
            list.update((part.len() as u64).to_be_bytes());
            list.update(part);
        }
        match request {
            // The members of a map come in the order of their names, whatever the client's.
            Value::Object(members) => {
                for (name, value) in members {
                    if !BESIDE_THE_LIST.contains(&name.as_str()) && !value.is_null() {
                        list.update(Value::from(name.as_str()).to_string());
                        list.update(value.to_string());
                    }
                }
            }
            other => list.update(other.to_string()),
        }
        Pages {
            key: self.0,
            list: list.finalize().into(),
        }
    }
}

impl fmt::Debug for Cursors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Cursors(…)")
    }
}

/// The pages of one list.
#[derive(Clone)]
pub struct Pages {
    key: [u8; 32],
    list: [u8; 32],
}

impl Pages {
    /// The token that leads to a position.
    ///
    /// # Errors
    ///
    /// A position that cannot become JSON.
    pub fn token<P: Serialize>(&self, position: &P) -> Result<String, Fault> {
        let position = serde_json::to_vec(position).map_err(Fault::internal)?;
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(&self.code(&position));
        bytes.extend_from_slice(&position);
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The position that a token leads to; none without one. An empty token counts as none.
    ///
    /// # Errors
    ///
    /// A token that was not given out for this list.
    pub fn position<P: DeserializeOwned>(&self, token: Option<&str>) -> Result<Option<P>, Fault> {
        match token {
            None | Some("") => Ok(None),
            Some(token) => self.read(token).map(Some).ok_or_else(refused),
        }
    }

    /// Cuts a list, of which one more was read than a page has, to the page; gives the token that leads on, if there is more.
    ///
    /// # Errors
    ///
    /// As for [`Pages::token`].
    pub fn cut<T, P: Serialize>(
        &self,
        found: &mut Vec<T>,
        size: usize,
        position: impl FnOnce(&T) -> P,
    ) -> Result<Option<String>, Fault> {
        let is_more = found.len() > size;
        found.truncate(size);
        let last = found.last().filter(|_| is_more);
        last.map(|last| self.token(&position(last))).transpose()
    }

    fn read<P: DeserializeOwned>(&self, token: &str) -> Option<P> {
        if token.len() > LONGEST {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (version, rest) = bytes.split_first()?;
        let (code, position) = rest.split_first_chunk::<CODE>()?;
        let is_ours: bool = self.code(position).ct_eq(code).into();
        if *version != VERSION || !is_ours {
            return None;
        }
        serde_json::from_slice(position).ok()
    }

    fn code(&self, position: &[u8]) -> [u8; CODE] {
        // RFC 2104: a key shorter than a block is filled up with zeros. A whole block has no length to be refused.
        let mut block = Block::<Sha256>::default();
        block.iter_mut().zip(self.key).for_each(|(to, from)| *to = from);
        let mut mac = Hmac::<Sha256>::new(&block);
        mac.update(&[VERSION]);
        mac.update(&self.list);
        mac.update(position);
        let whole: [u8; 32] = mac.finalize().into_bytes().into();
        std::array::from_fn(|index| whole[index])
    }
}

fn refused() -> Fault {
    let message = "is not a token that this list gave out; start again without one";
    Fault::Validation {
        message: format!("nextToken {message}"),
        reason: ValidationReason::FieldValidationFailed,
        fields: vec![Field {
            name: "nextToken".to_owned(),
            message: message.to_owned(),
        }],
    }
}

impl fmt::Debug for Pages {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Pages(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn cursors() -> Cursors {
        Cursors::new(&MasterKey::from_bytes([7; 32]))
    }

    fn pages(operation: &str, account: u64, region: &str, request: &Value) -> Pages {
        cursors().pages(
            operation,
            AccountId::from_number(account).unwrap(),
            region,
            request,
        )
    }

    #[test]
    fn a_token_is_good_for_its_list_alone() {
        let request = json!({"sortCriteria": {"field": "SEVERITY"}, "maxResults": 10});
        let ours = pages("ListFindings", 1, "eu-west-1", &request);
        let token = ours.token(&("CRITICAL", 7)).unwrap();
        for (operation, account, region, request, is_same) in [
            ("ListFindings", 1, "eu-west-1", request.clone(), true),
            (
                "ListFindings",
                1,
                "eu-west-1",
                json!({"nextToken": token, "sortCriteria": {"field": "SEVERITY"}, "filterCriteria": null}),
                true,
            ),
            (
                "ListFindings",
                1,
                "eu-west-1",
                json!({"sortCriteria": {"field": "TITLE"}}),
                false,
            ),
            ("ListFindings", 1, "eu-west-1", json!({}), false),
            ("ListFindings", 2, "eu-west-1", request.clone(), false),
            ("ListFindings", 1, "eu-west-2", request.clone(), false),
            ("ListFilters", 1, "eu-west-1", request.clone(), false),
        ] {
            let position =
                pages(operation, account, region, &request).position::<(String, u32)>(Some(&token));
            match position {
                Ok(position) => {
                    assert!(is_same, "{operation} {account} {region} {request}");
                    assert_eq!(position, Some(("CRITICAL".to_owned(), 7)));
                }
                Err(fault) => {
                    assert!(!is_same, "{operation} {account} {region} {request}");
                    assert_eq!(fault.code(), "ValidationException");
                    assert!(fault.message().starts_with("nextToken "), "{fault}");
                }
            }
        }
        let foreign = Cursors::new(&MasterKey::from_bytes([8; 32]));
        let foreign = foreign.pages(
            "ListFindings",
            AccountId::from_number(1).unwrap(),
            "eu-west-1",
            &request,
        );
        assert!(foreign.position::<(String, u32)>(Some(&token)).is_err());
        assert_eq!(ours.position::<(String, u32)>(None).unwrap(), None);
        assert_eq!(ours.position::<(String, u32)>(Some("")).unwrap(), None);
    }

    /// A token as format 1 has it.
    #[test]
    fn the_released_format() {
        let pages = pages("ListFindings", 1, "eu-west-1", &json!({}));
        assert_eq!(pages.token(&7).unwrap(), "AeqsJ8vdgVYVJZwnu_RFpoU3");
    }

    proptest! {
        #[test]
        fn foreign_tokens_are_refused(token in "[A-Za-z0-9_-]{1,80}|\\PC{1,20}") {
            let pages = pages("ListFindings", 1, "eu-west-1", &json!({}));
            prop_assert!(pages.position::<Value>(Some(&token)).is_err());
        }
    }
}
