//! Work that takes time by the size of its input.

use crate::fault::Fault;

/// Bytes up to which hashing and parsing take less time than going elsewhere is worth: some hundred microseconds.
const WORTH_LEAVING: usize = 128 << 10;

/// Does work on `size` bytes: here if they are few, else on a thread where it keeps nobody waiting.
///
/// # Errors
///
/// Work that panicked elsewhere.
pub(crate) async fn off_the_runtime<T: Send + 'static>(
    size: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Fault> {
    if size <= WORTH_LEAVING {
        return Ok(work());
    }
    tokio::task::spawn_blocking(work).await.map_err(Fault::internal)
}
