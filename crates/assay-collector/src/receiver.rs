//! Receiving notifications.

use std::{
    sync::{
        Arc,
        mpsc::{SyncSender, TrySendError},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::State,
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    routing::{get, post},
};
use jiff::Timestamp;
use subtle::ConstantTimeEq;

use crate::{
    configuration::Registry,
    notification::{self, Event},
};

/// Bytes of a notification.
const LARGEST: usize = 4 << 20;
/// How long one may take to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where the events of a registry go.
#[derive(Clone)]
pub(crate) struct Letterbox {
    settings: Arc<Registry>,
    sender: SyncSender<Event>,
}

impl Letterbox {
    pub(crate) fn new(settings: &Registry, sender: SyncSender<Event>) -> Letterbox {
        Letterbox {
            settings: Arc::new(settings.clone()),
            sender,
        }
    }
}

/// Where notifications go.
#[derive(Clone, Default)]
pub struct Inbox {
    letterboxes: Vec<Letterbox>,
}

/// Why a notification was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Refusal {
    /// It is none.
    Malformed(String),
    /// It is about a registry that is not watched.
    Unknown(String),
    /// Too many wait.
    Full,
}

impl Inbox {
    pub(crate) fn add(&mut self, letterbox: Letterbox) {
        self.letterboxes.push(letterbox);
    }

    /// Takes a notification; gives how many events it had.
    fn take(&self, body: &[u8]) -> Result<usize, Refusal> {
        let malformed = |error: notification::NotificationError| Refusal::Malformed(error.to_string());
        let events = notification::read(body, Timestamp::now()).map_err(malformed)?;
        let mut taken = 0;
        for event in events {
            let letterbox = self.of(&event)?;
            match letterbox.sender.try_send(event) {
                Ok(()) => taken += 1,
                Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => return Err(Refusal::Full),
            }
        }
        Ok(taken)
    }

    /// Of one registry that is watched, names do not matter: it may be known by others than ours.
    fn of(&self, event: &Event) -> Result<&Letterbox, Refusal> {
        if let [only] = self.letterboxes.as_slice() {
            return Ok(only);
        }
        let name = event.registry.as_deref().unwrap_or_default();
        let mut letterboxes = self.letterboxes.iter();
        letterboxes
            .find(|letterbox| letterbox.settings.is(name))
            .ok_or_else(|| Refusal::Unknown(name.to_owned()))
    }
}

#[derive(Clone)]
struct Shared {
    inbox: Inbox,
    authorization: Option<Arc<str>>,
}

/// The routes that notifications come by: `POST /notifications`, with an `Authorization` header where one is demanded.
pub fn routes(inbox: Inbox, authorization: Option<String>) -> Router {
    Router::new()
        .route("/notifications", post(receive))
        .route("/healthz", get(|| async { "ok" }))
        .with_state(Shared {
            inbox,
            authorization: authorization.map(Into::into),
        })
}

async fn receive(State(shared): State<Shared>, headers: HeaderMap, body: Body) -> (StatusCode, String) {
    let given = headers
        .get(AUTHORIZATION)
        .map(|value| value.as_bytes())
        .unwrap_or_default();
    if let Some(demanded) = &shared.authorization
        && !bool::from(demanded.as_bytes().ct_eq(given))
    {
        let message = "the Authorization header is not what this collector's authorization-file has";
        return (StatusCode::UNAUTHORIZED, message.to_owned());
    }
    let body = match tokio::time::timeout(PATIENCE, to_bytes(body, LARGEST)).await {
        Ok(Ok(body)) => body,
        Ok(Err(error)) => return (StatusCode::PAYLOAD_TOO_LARGE, error.to_string()),
        Err(_) => {
            return (
                StatusCode::REQUEST_TIMEOUT,
                "the notification took too long".to_owned(),
            );
        }
    };
    // A large one takes a while to read.
    let taken = tokio::task::spawn_blocking(move || shared.inbox.take(&body)).await;
    match taken {
        Ok(Ok(events)) => (StatusCode::OK, format!("{events} events\n")),
        Ok(Err(Refusal::Malformed(message))) => (StatusCode::BAD_REQUEST, message),
        Ok(Err(Refusal::Unknown(name))) => (
            StatusCode::NOT_FOUND,
            format!("the registry \"{name}\" is not watched; name it as address or in also-known-as"),
        ),
        Ok(Err(Refusal::Full)) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "too many events wait; send it again later".to_owned(),
        ),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    }
}
