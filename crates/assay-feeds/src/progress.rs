//! What a long piece of work tells about its advance; showing it is up to the caller.

/// Told about the advance of one file after the other.
pub trait Progress {
    /// A file begins.
    fn begin(&self, name: &str);
    /// How many bytes the file has, once known.
    fn length(&self, bytes: Option<u64>);
    /// So many more bytes are done.
    fn advance(&self, bytes: u64);
    /// The file is done.
    fn end(&self);
}

/// Says nothing.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _name: &str) {}
    fn length(&self, _bytes: Option<u64>) {}
    fn advance(&self, _bytes: u64) {}
    fn end(&self) {}
}
