//! Operations, services and faults, as the tables of the model have them.

use std::fmt;

use crate::shape::{Shape, Shaped};

/// A service of the API.
#[derive(Debug)]
pub struct Service {
    /// The name that signatures are scoped to, as `inspector2`.
    pub signing_name: &'static str,
    /// The version of the API, as `2020-06-08`.
    pub api_version: &'static str,
    /// Every operation, in order of name.
    pub operations: &'static [&'static Operation],
    /// Every fault, in order of name.
    pub faults: &'static [&'static Fault],
}

/// An operation of a service.
#[derive(Debug)]
pub struct Operation {
    /// The name, as `ListFindings`.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path, with labels in braces, as `/tags/{resourceArn}`.
    pub uri: &'static str,
    /// The HTTP status of success.
    pub status: u16,
    /// What doing it twice does.
    pub repetition: Repetition,
    /// The structure of requests.
    pub input: &'static Shape,
    /// The structure of answers.
    pub output: &'static Shape,
    /// The faults that it may answer with.
    pub faults: &'static [&'static Fault],
    /// How it is listed page by page, where it is.
    pub pagination: Option<Pagination>,
}

/// Ties an operation to the Rust types of its request and its answer.
pub trait Call {
    /// The request.
    type Input: Shaped + serde::Serialize + serde::de::DeserializeOwned;
    /// The answer.
    type Output: Shaped + serde::Serialize + serde::de::DeserializeOwned;

    /// The service that has the operation.
    fn service() -> &'static Service;

    /// The operation.
    fn operation() -> &'static Operation;
}

/// HTTP methods that operations use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// `DELETE`.
    Delete,
    /// `GET`.
    Get,
    /// `PATCH`.
    Patch,
    /// `POST`.
    Post,
    /// `PUT`.
    Put,
}

impl Method {
    /// The method as HTTP has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "DELETE",
            Self::Get => "GET",
            Self::Patch => "PATCH",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// What doing an operation twice does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repetition {
    /// It changes nothing in the first place.
    ReadOnly,
    /// As doing it once.
    Idempotent,
    /// The model does not say.
    Unstated,
}

/// How an operation is listed page by page.
///
/// Source: botocore's `paginators-1.json`.
#[derive(Debug)]
pub struct Pagination {
    /// The member of the request that takes the token of the page before.
    pub input_token: &'static str,
    /// The member of the answer that has the token of the page after.
    pub output_token: &'static str,
    /// The member of the request that bounds a page.
    pub limit: Option<&'static str>,
    /// The member of the answer that holds the items.
    pub results: &'static str,
}

/// An error of the API.
#[derive(Debug)]
pub struct Fault {
    /// The name, as `ValidationException`; the value of the header `x-amzn-errortype`.
    pub name: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// Who is to blame.
    pub side: Side,
    /// Whether trying again may help.
    pub retry: Retry,
    /// The structure of the body.
    pub shape: &'static Shape,
}

/// Who is to blame for a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Whoever asked.
    Client,
    /// Whoever answers.
    Server,
}

/// Whether trying again may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// It does not.
    Never,
    /// It may.
    Later,
    /// It may, less often.
    Slower,
}

/// Declares the types of operations: the service, then each name with its table, its request and its answer.
macro_rules! calls {
    ($service:ident; $($name:ident = $operation:ident: $input:ident => $output:ident),* $(,)?) => {
        $(
            #[doc = concat!("Operation `", stringify!($name), "`.")]
            #[derive(Clone, Copy, Debug)]
            pub struct $name;

            impl $crate::Call for $name {
                type Input = $input;
                type Output = $output;

                fn service() -> &'static $crate::Service {
                    &$service
                }

                fn operation() -> &'static $crate::Operation {
                    &$operation
                }
            }
        )*
    };
}
pub(crate) use calls;
