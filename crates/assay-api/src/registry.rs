//! Which operations the service has, and what handles each.

use std::{collections::HashMap, fmt, sync::Arc};

use assay_api_model::{Answer, Call, Operation, Service, answer, decode};
use assay_identity::{Action, Pending};
use serde_json::Value;
use thiserror::Error;

use crate::{blocking::off_the_runtime, caller::Caller, fault::Fault};

/// Handles an operation: a document that is still to be checked becomes an answer.
type Run = Box<dyn Fn(Caller, Value, usize) -> Pending<'static, Result<Answer, Fault>> + Send + Sync>;

/// Collects the handlers of operations, all of which work on one state.
pub struct Registry<S> {
    state: Arc<S>,
    operations: Operations,
    twice: Option<&'static str>,
}

/// The operations that the service has.
#[derive(Default)]
pub struct Operations {
    handlers: HashMap<(&'static str, &'static str), Handler>,
}

/// What handles an operation, and what that is.
pub(crate) struct Handler {
    pub(crate) action: Action,
    pub(crate) run: Run,
}

/// An operation has two handlers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the operation {operation} has two handlers; leave one")]
pub struct RegisteredTwice {
    /// Its name.
    pub operation: &'static str,
}

impl<S: Send + Sync + 'static> Registry<S> {
    /// No operations yet, and the state that handlers work on.
    pub fn new(state: Arc<S>) -> Self {
        Self {
            state,
            operations: Operations::default(),
            twice: None,
        }
    }

    /// Takes up the handler of an operation. Callers who may not do the action never reach it; one that is several
    /// actions by its request requires the others itself ([`Caller::require`]). What reaches it satisfies the model.
    #[must_use]
    pub fn on<C, F, R>(self, call: C, action: Action, handler: F) -> Self
    where
        C: Call + Copy + 'static,
        C::Input: Send + 'static,
        C::Output: Send + 'static,
        F: Fn(Arc<S>, Caller, C::Input) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Result<C::Output, Fault>> + Send + 'static,
    {
        let nothing = |_: &mut Value| ();
        self.extended(call, action, nothing, move |state, caller, input, ()| {
            handler(state, caller, input)
        })
    }

    /// Takes up the handler of an operation that has something beyond the model: `take` takes that out of the document
    /// and leaves what satisfies the model.
    #[must_use]
    pub fn extended<C, X, F, R>(mut self, _: C, action: Action, take: fn(&mut Value) -> X, handler: F) -> Self
    where
        C: Call + Copy + 'static,
        C::Input: Send + 'static,
        C::Output: Send + 'static,
        X: Send + 'static,
        F: Fn(Arc<S>, Caller, C::Input, X) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Result<C::Output, Fault>> + Send + 'static,
    {
        let state = self.state.clone();
        let run: Run = Box::new(move |caller, mut document, size| {
            let (state, handler) = (state.clone(), handler.clone());
            Box::pin(async move {
                let extension = take(&mut document);
                let input = off_the_runtime(size, move || decode::<C::Input>(document)).await??;
                let output = handler(state, caller, input, extension).await?;
                off_the_runtime(size, move || answer::<C>(&output))
                    .await?
                    .map_err(Fault::internal)
            })
        });
        let operation = C::operation().name;
        let place = (C::service().signing_name, operation);
        let before = self.operations.handlers.insert(place, Handler { action, run });
        self.twice = self.twice.or(before.map(|_| operation));
        self
    }

    /// The operations, now that all are there.
    ///
    /// # Errors
    ///
    /// An operation that was taken up twice.
    pub fn finish(self) -> Result<Operations, RegisteredTwice> {
        match self.twice {
            None => Ok(self.operations),
            Some(operation) => Err(RegisteredTwice { operation }),
        }
    }
}

impl Operations {
    /// Whether an operation is there.
    pub fn has(&self, service: &Service, operation: &Operation) -> bool {
        self.handler(service, operation).is_some()
    }

    pub(crate) fn handler(&self, service: &Service, operation: &Operation) -> Option<&Handler> {
        self.handlers.get(&(service.signing_name, operation.name))
    }
}

impl fmt::Debug for Operations {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.handlers.keys()).finish()
    }
}

impl<S> fmt::Debug for Registry<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Registry({:?})", self.operations)
    }
}
