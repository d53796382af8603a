//! Lists that come page by page.

use serde_json::Value;

use super::{
    AwsError, AwsService, Place,
    service::{Json, Query, Rest},
};

impl Place {
    /// Asks for all pages of a list.
    ///
    /// # Errors
    ///
    /// [`AwsError`].
    pub(crate) fn query_pages(
        &self,
        service: &'static AwsService<Query>,
        operation: &str,
        parameters: &[(&str, &str)],
        list: &str,
    ) -> Result<Vec<Value>, AwsError> {
        let (asked, told) = service.protocol.tokens;
        pages(list, told, |token| {
            let mut parameters = parameters.to_vec();
            if let Some(token) = token {
                parameters.push((asked, token));
            }
            self.query(service, operation, &parameters)
        })
    }

    /// Asks for all pages of a list of the JSON protocol.
    ///
    /// # Errors
    ///
    /// [`AwsError`].
    pub(crate) fn json_pages(
        &self,
        service: &'static AwsService<Json>,
        operation: &str,
        mut input: Value,
        list: &str,
    ) -> Result<Vec<Value>, AwsError> {
        let token_name = service.protocol.token;
        pages(list, token_name, |token| {
            if let Some(token) = token {
                input[token_name] = Value::from(token);
            }
            self.json(service, operation, &input)
        })
    }

    /// Asks for all pages of a list of the REST protocol.
    ///
    /// # Errors
    ///
    /// [`AwsError`].
    pub(crate) fn rest_pages(
        &self,
        service: &'static AwsService<Rest>,
        operation: &str,
        path: &[&str],
        parameters: &[(&str, &str)],
        list: &str,
    ) -> Result<Vec<Value>, AwsError> {
        let (asked, told) = service.protocol.tokens;
        pages(list, told, |token| {
            let mut parameters = parameters.to_vec();
            if let Some(token) = token {
                parameters.push((asked, token));
            }
            self.rest(service, operation, path, &parameters)
        })
    }
}

/// All that a list has, page by page. A token that comes twice in a row leads nowhere.
fn pages(
    list: &str,
    token_name: &str,
    mut ask: impl FnMut(Option<&str>) -> Result<Value, AwsError>,
) -> Result<Vec<Value>, AwsError> {
    let mut all = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let mut answer = ask(token.as_deref())?;
        if let Some(Value::Array(listed)) = answer.get_mut(list).map(Value::take) {
            all.extend(listed);
        }
        let next = answer[token_name].as_str().filter(|next| !next.is_empty());
        if next.is_none() || next == token.as_deref() {
            return Ok(all);
        }
        token = next.map(str::to_owned);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pages_are_asked_for_until_the_last() {
        for (tokens, expected) in [
            (vec![None], 1),
            (vec![Some("a"), Some("b"), None], 3),
            (vec![Some("a"), Some("")], 2),
            // It leads nowhere.
            (vec![Some("a"), Some("a"), Some("a")], 2),
        ] {
            let mut answers = tokens.iter();
            let all = pages("List", "Next", |_| {
                let next = answers.next().unwrap();
                Ok(json!({"List": [1], "Next": next}))
            });
            assert_eq!(all.unwrap().len(), expected, "{tokens:?}");
        }
    }
}
