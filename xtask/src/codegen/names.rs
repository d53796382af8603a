//! Names of Rust from names of the model.

/// `filterCriteria` as `filter_criteria`, `ListCISScans` as `list_cis_scans`.
pub(crate) fn snake(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    let mut output = String::new();
    for (index, &character) in characters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| characters.get(index));
        let after = characters.get(index + 1);
        let begins_word = character.is_uppercase()
            && before.is_some_and(|before| {
                *before != '_' && (!before.is_uppercase() || after.is_some_and(|after| after.is_lowercase()))
            });
        if begins_word {
            output.push('_');
        }
        output.extend(character.to_lowercase());
    }
    output
}

/// The name of a shape's static.
pub(crate) fn constant(name: &str) -> String {
    snake(name).to_uppercase()
}

/// A member's field; a keyword is written raw.
pub(crate) fn field(name: &str) -> String {
    let name = snake(name);
    match name.as_str() {
        "type" | "match" | "ref" | "use" | "where" | "in" | "for" | "mod" | "move" | "enum" | "struct"
        | "impl" | "loop" | "static" | "const" | "async" | "await" | "final" | "abstract" | "override"
        | "virtual" => {
            format!("r#{name}")
        }
        _ => name,
    }
}

/// What serde makes of a field by `rename_all = "camelCase"`.
pub(crate) fn serde_camel(field: &str) -> String {
    let mut output = String::new();
    let mut begins_word = false;
    for character in field.trim_start_matches("r#").chars() {
        match character {
            '_' => begins_word = true,
            _ if begins_word => {
                output.extend(character.to_uppercase());
                begins_word = false;
            }
            _ => output.push(character),
        }
    }
    output
}

/// A variant for a value or a member: `AWS_EC2_INSTANCE` as `AwsEc2Instance`, `Microsoft.Web/sites` as
/// `MicrosoftWebSites`, `awsLambdaFunction` as `AwsLambdaFunction`.
pub(crate) fn variant(value: &str) -> String {
    let is_shouted = !value.chars().any(char::is_lowercase);
    let mut output = String::new();
    for word in value.split(|character: char| !character.is_ascii_alphanumeric()) {
        // Without it versions would run together: 1_5 and 15.
        let is_between_digits = output.ends_with(|last: char| last.is_ascii_digit())
            && word.starts_with(|first: char| first.is_ascii_digit());
        if is_between_digits {
            output.push('_');
        }
        let mut characters = word.chars();
        output.extend(characters.next().iter().flat_map(|first| first.to_uppercase()));
        let rest = characters.as_str();
        output.push_str(&if is_shouted {
            rest.to_lowercase()
        } else {
            rest.to_owned()
        });
    }
    output
}
