//! Names of keys of AWS KMS.

use crate::error::ObjectError;

/// Checks that a text is the name of a key of a region: `arn:aws:kms:<region>:<account>:key/<id>`, or `alias/<name>`.
///
/// # Errors
///
/// [`ObjectError::KmsKey`], which says what is wrong with it.
pub fn check_kms_key(arn: &str, region: &str) -> Result<(), ObjectError> {
    let wrong = |reason: &str| Err(ObjectError::KmsKey(format!("`{arn}` {reason}")));
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let &["arn", partition, "kms", of, account, name] = parts.as_slice() else {
        return wrong("is not of the form `arn:aws:kms:<region>:<account>:key/<id>`");
    };
    if partition != "aws" && !partition.starts_with("aws-") {
        return wrong("is of no partition of AWS");
    }
    if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
        return wrong("names no account of 12 digits");
    }
    let is_name = |text: &str| {
        (1..=256).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_/".contains(&byte))
    };
    let id = name.strip_prefix("key/").or_else(|| name.strip_prefix("alias/"));
    if !id.is_some_and(is_name) {
        return wrong("names neither a key nor an alias");
    }
    if of != region {
        return wrong(&format!("is of another region than {region}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_keys() {
        for arn in [
            "arn:aws:kms:eu-west-1:111122223333:key/6a1cd6f7-9c0f-4f0e-a8a3-8ca0ce5d5e1f",
            "arn:aws:kms:eu-west-1:111122223333:alias/reports",
            "arn:aws-cn:kms:eu-west-1:111122223333:key/mrk-1899eeb57e6045d1a85310e1edda47c9",
        ] {
            assert_eq!(check_kms_key(arn, "eu-west-1"), Ok(()), "{arn}");
            assert!(check_kms_key(arn, "us-east-1").is_err(), "{arn}");
        }
        for arn in [
            "",
            "x",
            "6a1cd6f7-9c0f-4f0e-a8a3-8ca0ce5d5e1f",
            "arn:aws:s3:eu-west-1:111122223333:key/a",
            "arn:aws:kms:eu-west-1:1111:key/a",
            "arn:aws:kms:eu-west-1:111122223333:key/",
            "arn:aws:kms:eu-west-1:111122223333:grant/a",
            "arn:aws:kms:eu-west-1:111122223333:key/a b",
        ] {
            assert!(check_kms_key(arn, "eu-west-1").is_err(), "{arn}");
        }
    }
}
