//! Names of findings: `arn:aws:inspector2:<region>:<account>:finding/<32 hexadecimal digits>`.
//!
//! The digits are the finding's number, disguised: eight bytes of a code of the number, then the number masked with bytes
//! that hang on the code. They read back without a look-up, tell nobody how many findings there are, and nobody can guess
//! one.

use std::fmt;

use assay_store::FindingId;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What follows the account in the name of a finding.
const KIND: &str = ":finding/";

/// Makes names of findings and reads them back.
#[derive(Clone)]
pub struct FindingArns([u8; 32]);

impl FindingArns {
    /// Names that hang on a key.
    pub const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// The key, 64 hexadecimal digits, to be stored.
    pub(crate) fn key_text(&self) -> String {
        hexadecimal(&self.0)
    }

    pub(crate) fn from_key_text(text: &str) -> Option<Self> {
        bytes_of::<32>(text).map(Self)
    }

    /// The name of a finding.
    pub fn arn(&self, region: &str, account: &str, id: FindingId) -> String {
        let number = id.number().to_be_bytes();
        let code = self.code(b"", &number);
        let masked = masked(number, self.code(b"pad", &code));
        format!(
            "{}{}{}",
            Self::stem(region, account),
            hexadecimal(&code),
            hexadecimal(&masked)
        )
    }

    /// What the names of an account's findings begin with.
    pub(crate) fn stem(region: &str, account: &str) -> String {
        format!("arn:aws:inspector2:{region}:{account}{KIND}")
    }

    /// The finding of a name that was given out, whoever's it is.
    pub fn read(&self, arn: &str) -> Option<FindingId> {
        let (_, digits) = arn.split_once(KIND)?;
        let bytes = bytes_of::<16>(digits)?;
        let (code, rest) = bytes.split_first_chunk::<8>()?;
        let number = masked(rest.try_into().ok()?, self.code(b"pad", code));
        // Whoever forges one is told what anybody is told of a finding that is not theirs: timing gains them nothing.
        (self.code(b"", &number) == *code).then(|| FindingId(i64::from_be_bytes(number)))
    }

    fn code(&self, domain: &[u8], content: &[u8; 8]) -> [u8; 8] {
        // RFC 2104: a key shorter than a block is filled up with zeros. A whole block has no length to be refused.
        let mut block = hmac::digest::common::Block::<Sha256>::default();
        block.iter_mut().zip(self.0).for_each(|(to, from)| *to = from);
        let mut mac = Hmac::<Sha256>::new(&block);
        mac.update(domain);
        mac.update(content);
        let whole: [u8; 32] = mac.finalize().into_bytes().into();
        std::array::from_fn(|index| whole[index])
    }
}

impl fmt::Debug for FindingArns {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("FindingArns(…)")
    }
}

fn masked(bytes: [u8; 8], mask: [u8; 8]) -> [u8; 8] {
    std::array::from_fn(|index| bytes[index] ^ mask[index])
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes_of<const COUNT: usize>(digits: &str) -> Option<[u8; COUNT]> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if digits.len() != 2 * COUNT || !digits.bytes().all(is_digit) {
        return None;
    }
    let mut bytes = [0; COUNT];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_are_kept_as_texts() {
        let arns = FindingArns::new([7; 32]);
        let same = FindingArns::from_key_text(&arns.key_text()).unwrap();
        let id = FindingId(42);
        assert_eq!(arns.arn("r", "a", id), same.arn("r", "a", id));
        assert!(FindingArns::from_key_text("07").is_none());
    }

    /// Names never change: clients keep them.
    #[test]
    fn a_name_stays_what_it_was() {
        let arn = FindingArns::new([1; 32]).arn("eu-west-1", "111122223333", FindingId(1));
        let expected = "arn:aws:inspector2:eu-west-1:111122223333:finding/1684b95211ac74a9bcef3377d187a33b";
        assert_eq!(arn, expected);
    }

    proptest! {
        #[test]
        fn names_read_back(key: [u8; 32], number: i64) {
            let arns = FindingArns::new(key);
            let arn = arns.arn("eu-west-1", "111122223333", FindingId(number));
            prop_assert_eq!(arns.read(&arn), Some(FindingId(number)));
        }

        #[test]
        fn others_are_none(key: [u8; 32], number: i64, at in 0_usize..32, text in ".*") {
            let arns = FindingArns::new(key);
            let mut arn = arns.arn("eu-west-1", "111122223333", FindingId(number)).into_bytes();
            let place = arn.len() - 32 + at;
            arn[place] = if arn[place] == b'0' { b'1' } else { b'0' };
            prop_assert_eq!(arns.read(&String::from_utf8(arn).unwrap()), None);
            prop_assert_eq!(arns.read(&text), None);
        }
    }
}
