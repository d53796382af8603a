//! Downloading a blob into a file: goes on where it broke off, and takes no byte more than was promised.

use std::{
    io::{Read, Seek, SeekFrom, Write},
    time::Instant,
};

use crate::{
    Connection, RegistryError,
    connection::{Part, Wish, header, patience},
};

/// How often a download that gets nowhere is taken up again.
const TRIES: u32 = 5;
/// Bytes that a piece must bring so that it counts as getting somewhere.
const LEAST_PIECE: u64 = 64 << 10;

/// Why a piece of a download ended.
enum Stopped {
    Final(RegistryError),
    /// The connection broke.
    Broke(String),
}

impl Connection {
    /// Writes a blob to `into`, from its start. `size` is what the manifest says; a blob of any other size is refused.
    /// `progress` is told of every stretch of bytes that arrives.
    ///
    /// The digest is for the reader to check, which passes over all bytes anyway.
    ///
    /// # Errors
    ///
    /// When the registry has none or refuses it, the connection keeps breaking, or `into` cannot be written.
    pub fn download<W: Write + Seek>(
        &self,
        digest: &str,
        size: u64,
        into: &mut W,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), RegistryError> {
        let what = format!("{}, blob {digest}", self.reference().repository());
        let broke_off = |reason: String| RegistryError::BrokeOff {
            registry: self.reference().registry().to_owned(),
            what: what.clone(),
            reason,
        };
        let started = Instant::now();
        let mut written = 0;
        let mut tries = 0;
        loop {
            let before = written;
            let reason = match self.piece(digest, &what, size, &mut written, into, progress) {
                Ok(()) if written == size => break,
                Ok(()) => format!("only {written} of {size} bytes came"),
                Err(Stopped::Broke(reason)) => reason,
                Err(Stopped::Final(error)) => return Err(error),
            };
            tries = match written.saturating_sub(before) >= LEAST_PIECE {
                true => 1,
                false => tries + 1,
            };
            if tries >= TRIES || started.elapsed() > patience(size) {
                return Err(broke_off(reason));
            }
        }
        into.flush().map_err(file_error)
    }

    /// Takes in what one answer brings.
    fn piece<W: Write + Seek>(
        &self,
        digest: &str,
        what: &str,
        size: u64,
        written: &mut u64,
        into: &mut W,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), Stopped> {
        let wish = Wish {
            path: self.within(&format!("blobs/{digest}")),
            part: Part::Whole,
            accept: "*/*",
            from: *written,
            most: size,
            what,
        };
        let response = self.get(&wish).map_err(Stopped::Final)?;
        if response.status().as_u16() != 206 {
            *written = 0;
        } else if !header(&response, "content-range")
            .is_some_and(|range| range.starts_with(&format!("bytes {}-", *written)))
        {
            let reason = "it is another part of it than was asked for".to_owned();
            return Err(Stopped::Final(self.malformed(what, reason)));
        }
        into.seek(SeekFrom::Start(*written))
            .map_err(|error| Stopped::Final(file_error(error)))?;
        let mut body = response.into_body().into_with_config().limit(u64::MAX).reader();
        let mut buffer = vec![0; 64 << 10];
        loop {
            let read = match body.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(read) => read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Stopped::Broke(error.to_string())),
            };
            *written += read as u64;
            if *written > size {
                let reason = format!("it has more than the {size} bytes that its manifest says");
                return Err(Stopped::Final(self.malformed(what, reason)));
            }
            let bytes = buffer.get(..read).unwrap_or_default();
            into.write_all(bytes)
                .map_err(|error| Stopped::Final(file_error(error)))?;
            progress(read as u64);
        }
    }
}

fn file_error(source: std::io::Error) -> RegistryError {
    RegistryError::File {
        file: "the temporary file for a layer".to_owned(),
        source,
    }
}
