//! Randomness of the operating system.

use thiserror::Error;

/// The operating system gives no randomness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the operating system gives no randomness, without which no key can be made")]
pub struct NoRandomness;

/// Bytes that nobody can foretell.
///
/// # Errors
///
/// When the operating system has none, which a healthy one never says.
pub fn random_bytes<const COUNT: usize>() -> Result<[u8; COUNT], NoRandomness> {
    let mut bytes = [0; COUNT];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// A text of `COUNT` characters, each drawn evenly from an alphabet of a power of two of ASCII characters.
///
/// # Errors
///
/// As [`random_bytes`].
pub(crate) fn random_text<const COUNT: usize>(alphabet: &[u8]) -> Result<String, NoRandomness> {
    debug_assert!(
        alphabet.len().is_power_of_two(),
        "a remainder favours the first characters"
    );
    let bytes = random_bytes::<COUNT>()?;
    let letter = |byte: u8| char::from(alphabet[usize::from(byte) % alphabet.len()]);
    Ok(bytes.into_iter().map(letter).collect())
}
