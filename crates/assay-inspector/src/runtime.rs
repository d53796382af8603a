//! Runtimes of functions.

use assay_api_model::{Enumeration, inspector2::Runtime};

/// The API's word for a runtime as a function states it (`python3.11`, `nodejs18.x`, `java8.al2`); `UNSUPPORTED` for one
/// that it has no word for.
///
/// Both spellings have the same letters and digits in the same order.
pub fn runtime(identifier: &str) -> Runtime {
    let wanted = letters(identifier);
    let same = Runtime::VARIANTS
        .iter()
        .find(|known| letters(known.as_str()) == wanted);
    same.copied().unwrap_or(Runtime::Unsupported)
}

fn letters(text: &str) -> String {
    let kept = text.chars().filter(char::is_ascii_alphanumeric);
    kept.map(|c| c.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runtimes() {
        for (identifier, expected) in [
            ("python3.11", "PYTHON_3_11"),
            ("nodejs18.x", "NODEJS_18_X"),
            ("nodejs", "NODEJS"),
            ("java8.al2", "JAVA_8_AL2"),
            ("java21", "JAVA_21"),
            ("go1.x", "GO_1_X"),
            ("dotnetcore3.1", "DOTNETCORE_3_1"),
            ("dotnet8", "DOTNET_8"),
            ("ruby3.3", "RUBY_3_3"),
            ("provided.al2023", "UNSUPPORTED"),
            ("", "UNSUPPORTED"),
        ] {
            assert_eq!(runtime(identifier).as_str(), expected);
        }
    }
}
