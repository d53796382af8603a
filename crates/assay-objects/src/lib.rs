//! Object storage: buckets that are directories, and S3.
//!
//! What to know first:
//!
//! * *Whole or not at all.* An object is there once it was written to its end, and on the disk then. What was broken off is
//!   removed, in a directory by [`Bucket::sweep`] where the program was killed at it; of S3 it is an upload that nobody sees.
//! * *A bucket is found before it is written to*, so that errors name what is wrong with it and not with an object.
//! * *Keys cannot leave their bucket*: they are paths without dots, empty parts and control characters.
//! * *Memory is bounded*: an upload holds a few parts, a download one.

mod bucket;
mod directory;
mod error;
mod key;
mod kms;
mod s3;
mod upload;

use std::path::PathBuf;

pub use bucket::{Bucket, Contents, Object};
pub use error::ObjectError;
pub use key::{MOST_OF_A_NAME, check_prefix};
pub use kms::check_kms_key;
pub use upload::Upload;

/// Where buckets are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ObjectStorage {
    /// Each is a directory in this one. Whoever runs the service makes them.
    Directory(PathBuf),
    /// They are S3's, or of something that speaks like it. Endpoint and credentials are those of the environment, by the
    /// names that AWS's tools have for them.
    S3,
}

/// A bucket to write to.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Its name.
    pub bucket: &'a str,
    /// The region that it must be in.
    pub region: &'a str,
    /// The name of the key that S3 encrypts objects with. In a directory nothing is encrypted.
    pub kms_key: &'a str,
    /// Whose it must be; whosever it is where there is none.
    pub owner: Option<&'a str>,
}

/// A bucket of S3, or of something that speaks like it, with objects that others wrote.
#[derive(Clone, Copy, Debug)]
pub struct Shelf<'a> {
    /// Its name.
    pub bucket: &'a str,
    /// The region that it is in.
    pub region: &'a str,
    /// Where S3 is, as `https://HOST`; that of the environment, else Amazon's, where there is none.
    pub endpoint: Option<&'a str>,
    /// An access key and its secret; the credentials of the environment where there is none.
    pub key: Option<(&'a str, &'a str)>,
}

impl Shelf<'_> {
    /// Opens it, without looking whether it is there.
    ///
    /// # Errors
    ///
    /// A name that no bucket has; an environment that cannot be used.
    pub fn open(&self) -> Result<Bucket, ObjectError> {
        key::check_bucket(self.bucket)?;
        s3::open_shelf(self)
    }
}

impl ObjectStorage {
    /// Finds a bucket to write to.
    ///
    /// # Errors
    ///
    /// A bucket that is not there, that is in another region or somebody else's, or a name that no key has.
    pub async fn bucket(&self, place: &Place<'_>) -> Result<Bucket, ObjectError> {
        check_kms_key(place.kms_key, place.region)?;
        let bucket = self.open(place)?;
        if *self == ObjectStorage::S3 {
            s3::look(place).await?;
        }
        Ok(bucket)
    }

    /// Opens a bucket that was written to, without looking whether it is there still.
    ///
    /// # Errors
    ///
    /// A name that no bucket has; an environment that cannot be used.
    pub fn open(&self, place: &Place<'_>) -> Result<Bucket, ObjectError> {
        key::check_bucket(place.bucket)?;
        match self {
            ObjectStorage::Directory(root) => directory::open(root, place.bucket),
            ObjectStorage::S3 => s3::open(place),
        }
    }
}
