//! Bodies of requests: whole, in time, and within what may be in memory.

use std::sync::Arc;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};
use http_body_util::BodyExt;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Duration, Instant, timeout, timeout_at},
};

use crate::{fault::Fault, limits::Limits};

/// A body of up to so many bytes takes no place from others.
const SMALL: usize = 64 << 10;

/// What a permit stands for.
const KIBIBYTE: usize = 1 << 10;

/// Whether an operation takes much by nature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodySize {
    /// It takes bills of materials or inventories.
    Large,
    /// It takes parameters.
    Small,
}

/// The room that bodies have.
pub(crate) struct Bodies {
    room: Arc<Semaphore>,
    /// Permits that there are.
    most: u32,
}

/// A body with the room that it takes.
pub(crate) struct Held {
    pub(crate) bytes: Bytes,
    pub(crate) _room: Option<OwnedSemaphorePermit>,
}

impl Bodies {
    pub(crate) fn new(limits: &Limits) -> Self {
        let room = limits
            .bodies_at_once
            .max(limits.large_body)
            .max(limits.small_body);
        let most = u32::try_from(room.div_ceil(KIBIBYTE)).unwrap_or(u32::MAX);
        // A semaphore has at least 2^29 permits on any platform, which are half a tebibyte.
        let most = most.min(1 << 28);
        Self {
            room: Arc::new(Semaphore::new(most as usize)),
            most,
        }
    }

    /// Reads a body.
    ///
    /// # Errors
    ///
    /// One that is too large, too slow, not whole, or for which there is no room in time.
    pub(crate) async fn read(
        &self,
        headers: &HeaderMap,
        body: Body,
        size: BodySize,
        limits: &Limits,
    ) -> Result<Held, Fault> {
        let limit = match size {
            BodySize::Large => limits.large_body,
            BodySize::Small => limits.small_body,
        };
        let stated = headers
            .get(header::CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
        let has_none = stated.is_none() && !headers.contains_key(header::TRANSFER_ENCODING);
        let expected = if has_none { 0 } else { stated.unwrap_or(limit) };
        if expected > limit {
            drain(body, limits).await;
            return Err(Fault::TooLarge { limit });
        }
        let room = match expected {
            0..=SMALL => None,
            _ => Some(self.reserve(expected, limits).await?),
        };
        let bytes = collect(body, expected, limit, limits).await?;
        Ok(Held { bytes, _room: room })
    }

    async fn reserve(&self, bytes: usize, limits: &Limits) -> Result<OwnedSemaphorePermit, Fault> {
        let permits = u32::try_from(bytes.div_ceil(KIBIBYTE))
            .unwrap_or(u32::MAX)
            .min(self.most);
        match timeout(limits.turn_timeout, self.room.clone().acquire_many_owned(permits)).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(Fault::Unavailable {
                message: "too many large requests at once; try again".to_owned(),
                retry_after: limits.turn_timeout,
            }),
        }
    }
}

/// Reads the frames of a body, each in the time that what came before has earned.
async fn collect(mut body: Body, expected: usize, limit: usize, limits: &Limits) -> Result<Bytes, Fault> {
    let started = Instant::now();
    let rate = f64::from(limits.body_rate.max(1));
    let mut first = None;
    let mut whole = BytesMut::new();
    loop {
        let received = whole.len() + first.as_ref().map_or(0, Bytes::len);
        #[allow(
            clippy::cast_precision_loss,
            reason = "bodies are far smaller than 2^52 bytes"
        )]
        let earned = Duration::from_secs_f64(received as f64 / rate);
        let deadline = started + limits.body_grace + earned;
        let frame = match timeout_at(deadline, body.frame()).await {
            Err(_) | Ok(Some(Err(_))) => return Err(Fault::Incomplete),
            Ok(None) => break,
            Ok(Some(Ok(frame))) => frame,
        };
        let Ok(data) = frame.into_data() else { continue };
        if received + data.len() > limit {
            drain(body, limits).await;
            return Err(Fault::TooLarge { limit });
        }
        // Most bodies come in one piece, which needs no copy.
        if first.is_none() && whole.is_empty() {
            first = Some(data);
            continue;
        }
        if let Some(piece) = first.take() {
            whole.reserve(expected.max(piece.len() + data.len()).min(limit));
            whole.extend_from_slice(&piece);
        }
        whole.extend_from_slice(&data);
    }
    Ok(first.unwrap_or_else(|| whole.freeze()))
}

/// Throws away what a client goes on sending for a while: many read the answer only after they have sent everything, and
/// see a broken connection in its place if nobody takes it.
async fn drain(mut body: Body, limits: &Limits) {
    let mut left = limits.large_body;
    let _ = timeout(limits.body_grace, async {
        while let Some(Ok(frame)) = body.frame().await {
            let length = frame.data_ref().map_or(0, Bytes::len);
            match left.checked_sub(length) {
                Some(rest) => left = rest,
                None => break,
            }
        }
    })
    .await;
}
