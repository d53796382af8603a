//! Connections: accepting them, bounding them, and letting them end in peace.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use thiserror::Error;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use tokio_io_timeout::TimeoutStream;
use tower_service::Service;

use crate::{arrive::Counted, limits::Limits, shell::Surface, tls::Tls, trace::Peer};

/// Bytes of a connection's buffers; the head of a request must fit, with a session token and a presigned query.
const BUFFER: usize = 64 << 10;

/// How connections are carried.
#[derive(Clone, Debug)]
pub enum Transport {
    /// Encrypted.
    Tls(Tls),
    /// In the clear, on this machine alone: another address than one of loopback is refused.
    Loopback,
    /// In the clear, wherever the address leads, because something in front of the service encrypts.
    BehindProxy,
}

/// A listening socket.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    transport: Transport,
    address: SocketAddr,
}

/// Why nothing is served.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What was wrong.
        source: io::Error,
    },
    /// Secrets and findings would go over the network in the clear.
    #[error(
        "{address} can be reached from other machines, and connections would not be encrypted; use TLS, an address of \
         loopback, or say that a proxy in front encrypts"
    )]
    InTheClear {
        /// The address.
        address: SocketAddr,
    },
}

/// How serving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drained {
    /// Every request was answered.
    Whole,
    /// So many connections had to be cut.
    Cut(usize),
}

impl Server {
    /// Listens on an address.
    ///
    /// # Errors
    ///
    /// An address that is taken, or that would be served in the clear to other machines.
    pub async fn bind(address: SocketAddr, transport: Transport) -> Result<Self, ServeError> {
        if matches!(transport, Transport::Loopback) && !address.ip().to_canonical().is_loopback() {
            return Err(ServeError::InTheClear { address });
        }
        let at = |source| ServeError::Bind { address, source };
        let listener = TcpListener::bind(address).await.map_err(at)?;
        let address = listener.local_addr().map_err(at)?;
        Ok(Self {
            listener,
            transport,
            address,
        })
    }

    /// The address, with the port that the system chose where 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` comes, then answers what is under way, for as long as the limits allow.
    pub async fn serve(self, surface: Surface, stop: impl Future<Output = ()>) -> Drained {
        let limits = surface.limits.clone();
        let room = Arc::new(Semaphore::new(limits.connections.max(1)));
        let graceful = GracefulShutdown::new();
        let mut stop = std::pin::pin!(stop);
        loop {
            let accepted = async {
                // Those beyond the limit wait in the system's queue.
                let permit = room.clone().acquire_owned().await;
                (permit, self.listener.accept().await)
            };
            let (permit, accepted) = tokio::select! {
                accepted = accepted => accepted,
                () = &mut stop => break,
            };
            match (permit, accepted) {
                (Ok(permit), Ok((stream, peer))) => {
                    let connection = Connection {
                        surface: surface.clone(),
                        limits: limits.clone(),
                        watcher: graceful.watcher(),
                        peer,
                        _permit: permit,
                    };
                    tokio::spawn(connection.serve(stream, self.transport.clone()));
                }
                (_, Err(error)) => {
                    // Mostly no file descriptor is left, or the client is gone; the former takes a while to change.
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                (Err(_), Ok(_)) => break,
            }
        }
        surface.is_stopping.store(true, Ordering::Relaxed);
        drop(self.listener);
        let open = graceful.count();
        tracing::info!(connections = open, "stopping; waiting for requests under way");
        // Those that are still setting up TLS are not counted, and have asked for nothing yet.
        let watching = graceful.shutdown();
        match timeout(limits.drain_timeout, watching).await {
            Ok(()) => Drained::Whole,
            Err(_) => Drained::Cut(usize::try_from(surface.metrics.connections.get()).unwrap_or(open)),
        }
    }
}

/// An accepted connection.
struct Connection {
    surface: Surface,
    limits: Arc<Limits>,
    watcher: Watcher,
    peer: SocketAddr,
    _permit: OwnedSemaphorePermit,
}

impl Connection {
    async fn serve(self, stream: TcpStream, transport: Transport) {
        let _one = Counted::new(&self.surface.metrics.connections);
        // Answers are written whole: waiting for more to send along only costs time.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, peer = %self.peer, "a connection ended at once");
            return;
        }
        match transport {
            Transport::Loopback | Transport::BehindProxy => self.converse(stream).await,
            Transport::Tls(tls) => {
                match timeout(self.limits.handshake_timeout, tls.acceptor.accept(stream)).await {
                    Ok(Ok(stream)) => self.converse(stream).await,
                    Ok(Err(error)) => tracing::debug!(%error, peer = %self.peer, "no TLS came about"),
                    Err(_) => tracing::debug!(peer = %self.peer, "setting up TLS took too long"),
                }
            }
        }
    }

    async fn converse(self, stream: impl AsyncRead + AsyncWrite + 'static) {
        let mut stream = Box::pin(TimeoutStream::new(stream));
        stream
            .as_mut()
            .set_write_timeout_pinned(Some(self.limits.write_timeout));
        let (peer, router) = (Peer(self.peer), self.surface.router);
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(peer);
            // Cloning a router counts a reference; it is ready at any time.
            router.clone().call(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.head_timeout)
            .max_buf_size(BUFFER)
            .half_close(false)
            .serve_connection(TokioIo::new(stream), service);
        if let Err(error) = self.watcher.watch(connection).await {
            tracing::debug!(%error, peer = %self.peer, "a connection ended badly");
        }
    }
}
