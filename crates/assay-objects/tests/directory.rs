//! Buckets that are directories.

#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

use assay_objects::{Bucket, ObjectError, ObjectStorage, Place};
use futures_util::TryStreamExt;
use tempfile::TempDir;

const PLACE: Place<'_> = Place {
    bucket: "reports",
    region: "eu-west-1",
    kms_key: "arn:aws:kms:eu-west-1:111122223333:key/a",
    owner: None,
};

async fn bucket() -> (TempDir, Bucket) {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("reports")).unwrap();
    let storage = ObjectStorage::Directory(directory.path().to_owned());
    let bucket = storage.bucket(&PLACE).await.unwrap();
    (directory, bucket)
}

async fn read(bucket: &Bucket, key: &str) -> Result<Vec<u8>, ObjectError> {
    let contents = bucket.read(key).await?;
    let pieces: Vec<bytes::Bytes> = contents.pieces.try_collect().await?;
    let whole = pieces.concat();
    assert_eq!(contents.size, whole.len() as u64);
    Ok(whole)
}

/// All files of a bucket.
fn files(directory: &TempDir) -> Vec<String> {
    fn walk(folder: &std::path::Path, into: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => walk(&path, into),
                false => into.push(path.file_name().unwrap().to_string_lossy().into_owned()),
            }
        }
    }
    let mut all = Vec::new();
    walk(&directory.path().join("reports"), &mut all);
    all.sort();
    all
}

#[tokio::test]
async fn what_lies_below_a_prefix_is_listed() {
    let (_directory, bucket) = bucket().await;
    for key in ["f/a.zip", "f/layers/b-1.zip", "fun/c.zip", "d"] {
        let mut upload = bucket.upload(key).unwrap();
        upload.write(key.into()).await.unwrap();
        upload.finish().await.unwrap();
    }
    let mut listed = bucket.list("f/", 2).await.unwrap();
    listed.sort_by(|one, other| one.name.cmp(&other.name));
    let names: Vec<(&str, u64)> = listed
        .iter()
        .map(|object| (object.name.as_str(), object.size))
        .collect();
    assert_eq!(names, [("a.zip", 7), ("layers/b-1.zip", 16)]);
    let mut contents = bucket.fetch(&listed[1]).await.unwrap();
    assert_eq!(contents.next().await.unwrap().unwrap(), "f/layers/b-1.zip");
    assert!(contents.next().await.is_none());
    assert_eq!(bucket.list("", 9).await.unwrap().len(), 4);
    assert!(bucket.list("none", 9).await.unwrap().is_empty());
    let message = bucket.list("f", 1).await.unwrap_err().to_string();
    assert!(message.contains("more than 1 objects"), "{message}");
}

#[tokio::test]
async fn what_is_written_is_read() {
    let (directory, bucket) = bucket().await;
    // Below a part's size, and several of these.
    for (key, pieces) in [("small.csv", 3), ("a/b c/large.csv", 40_000)] {
        let mut upload = bucket.upload(key).unwrap();
        let mut expected = Vec::new();
        for number in 0..pieces {
            let piece = format!("piece {number} ").repeat(50);
            expected.extend_from_slice(piece.as_bytes());
            upload.write(piece.into()).await.unwrap();
        }
        assert_eq!(upload.finish().await.unwrap(), expected.len() as u64);
        assert!(read(&bucket, key).await.unwrap() == expected, "{key}");
    }
    assert_eq!(files(&directory), ["large.csv", "small.csv"]);
    bucket.remove("a/b c/large.csv").await.unwrap();
    bucket.remove("a/b c/large.csv").await.unwrap();
    assert_eq!(
        read(&bucket, "a/b c/large.csv").await,
        Err(ObjectError::NoObject("a/b c/large.csv".into()))
    );
    assert!(!directory.path().join("reports/a").exists(), "empty folders go");
    bucket.remove("small.csv").await.unwrap();
    assert!(directory.path().join("reports").exists(), "the bucket stays");
}

#[tokio::test]
async fn what_is_broken_off_never_was() {
    let (directory, bucket) = bucket().await;
    let mut upload = bucket.upload("x.csv").unwrap();
    upload.write(vec![0; 20 << 20].into()).await.unwrap();
    assert!(matches!(
        read(&bucket, "x.csv").await,
        Err(ObjectError::NoObject(_))
    ));
    upload.abort().await.unwrap();
    assert_eq!(files(&directory), Vec::<String>::new());
    // What a killed program leaves.
    let reports = directory.path().join("reports");
    for name in ["x.csv#1", "x.csv#22", "x.csv#a", "x.csv"] {
        std::fs::write(reports.join(name), "x").unwrap();
    }
    bucket.sweep("x.csv").await.unwrap();
    bucket.sweep("nowhere/x.csv").await.unwrap();
    assert_eq!(files(&directory), ["x.csv", "x.csv#a"]);
}

#[tokio::test]
async fn buckets_that_are_none() {
    let (directory, _) = bucket().await;
    std::fs::write(directory.path().join("file"), "").unwrap();
    let storage = ObjectStorage::Directory(directory.path().to_owned());
    for name in ["unknown", "file", "../reports", "..", "reports/..", "", "/etc"] {
        let place = Place {
            bucket: name,
            ..PLACE
        };
        let found = storage.bucket(&place).await;
        assert!(
            matches!(found, Err(ObjectError::NoBucket { .. })),
            "{name}: {found:?}"
        );
    }
    let place = Place {
        kms_key: "none",
        ..PLACE
    };
    assert!(matches!(
        storage.bucket(&place).await,
        Err(ObjectError::KmsKey(_))
    ));
}
