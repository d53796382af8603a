//! How much of anything there may be.

use std::time::Duration;

/// The bounds of a service. Memory hangs on these and on nothing that clients do.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of the body of a bill of materials, an inventory, or whatever else is large by nature.
    pub large_body: usize,
    /// Bytes of any other body.
    pub small_body: usize,
    /// Bytes of all bodies of more than 64 KiB that are in memory at once; never less than one large body.
    pub bodies_at_once: usize,
    /// How long a body may take before its rate counts.
    pub body_grace: Duration,
    /// Bytes a second that a body must come in by after that.
    pub body_rate: u32,
    /// How long the head of a request may take, and how long a connection may be idle.
    pub head_timeout: Duration,
    /// How long a client may take to accept any byte of an answer.
    pub write_timeout: Duration,
    /// How long setting up TLS may take.
    pub handshake_timeout: Duration,
    /// Connections that are open at once; further ones wait.
    pub connections: usize,
    /// Requests that are worked at at once.
    pub requests_at_once: usize,
    /// How long a request waits for its turn before it is refused.
    pub turn_timeout: Duration,
    /// Requests that one user may make.
    pub per_user: Rate,
    /// Tries to sign in as one user.
    pub sign_in_per_user: Rate,
    /// Tries to sign in from one address, or one network of IPv6.
    pub sign_in_per_address: Rate,
    /// Records of calls from one address whose signature did not hold; further ones are only counted, so that strangers
    /// cannot fill the log.
    pub records_of_strangers: Rate,
    /// Passwords that are verified at once; each takes 19 MiB and a processor.
    pub passwords_at_once: usize,
    /// Users and addresses whose rates are remembered, each.
    pub remembered: usize,
    /// How long requests may go on after the service was told to stop.
    pub drain_timeout: Duration,
}

/// How often something may be done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Times a second in the long run.
    pub per_second: f64,
    /// Times at once, after a rest.
    pub burst: u32,
}

impl Default for Limits {
    fn default() -> Self {
        let rate = |per_second, burst| Rate { per_second, burst };
        Self {
            large_body: 64 << 20,
            small_body: 1 << 20,
            bodies_at_once: 96 << 20,
            body_grace: Duration::from_secs(10),
            body_rate: 16 << 10,
            head_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
            handshake_timeout: Duration::from_secs(10),
            connections: 20_000,
            requests_at_once: 256,
            turn_timeout: Duration::from_secs(5),
            per_user: rate(100.0, 200),
            sign_in_per_user: rate(0.1, 10),
            sign_in_per_address: rate(0.5, 20),
            records_of_strangers: rate(1.0, 100),
            passwords_at_once: 2,
            remembered: 10_000,
            drain_timeout: Duration::from_secs(30),
        }
    }
}
