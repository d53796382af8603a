//! What is to be read, by a name of one text: `ACCOUNT/REGION/REST`.

use std::sync::Arc;

use assay_collector::{Item, ReadError, Unreadable, UnreadableReason, WatchError};

use crate::{
    call::AwsError,
    estate::{Estate, Site},
};

/// The name of something of a site.
pub(crate) fn item(site: &Site, rest: &str) -> Item {
    format!("{}/{rest}", site.name())
}

/// The site of something, and what of it; `None` where that site is not watched any more.
pub(crate) fn parts<'i>(estate: &Estate, item: &'i Item) -> Option<(Arc<Site>, &'i str)> {
    let mut slashes = item.match_indices('/').map(|(at, _)| at);
    let end = slashes.nth(1)?;
    let site = estate.site(&item[..end])?;
    Some((site, &item[end + 1..]))
}

impl From<AwsError> for WatchError {
    fn from(error: AwsError) -> Self {
        WatchError::Other(Box::new(error))
    }
}

impl From<&AwsError> for ReadError {
    fn from(error: &AwsError) -> Self {
        let message = error.to_string();
        let reason = match (error.is_denied_key(), error.is_denied()) {
            (true, _) => UnreadableReason::AccessDeniedToEncryptionKey,
            (_, true) => UnreadableReason::AccessDenied,
            _ if error.is_missing() => return ReadError::Gone(message),
            _ => return ReadError::Passing(message),
        };
        ReadError::Lasting(Unreadable { reason, message })
    }
}
