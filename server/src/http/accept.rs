//! Connections: as many as there is room for, none slower than it may be, all ended in peace when the server stops.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{HttpService, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Endpoint, Response};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::patience::{Patient, Phase};
use crate::config::HttpSettings;

/// The most bytes of a request's line and headers.
const MOST_HEAD_BYTES: usize = 64 * 1024;
/// How long a connection may rest between two requests: longer than the minute that load balancers keep theirs.
const IDLE: Duration = Duration::from_secs(75);
/// How long to wait when the system has no descriptor left for another connection.
const BREATH: Duration = Duration::from_millis(50);

/// Serves until `stop`, then gives what is under way its time (`settings.shutdown`), and returns.
///
/// Connections over the cap wait in the listener's queue. A client that is slower with its headers than
/// `settings.header_timeout` is cut off.
pub async fn serve<E>(listener: TcpListener, endpoint: Arc<E>, settings: &HttpSettings, stop: impl Future<Output = ()>)
where
    E: Endpoint<Output = Response> + 'static,
{
    let mut builder = http1::Builder::new();
    // Answers are small: copied into one buffer they cost less than a system call that gathers two.
    builder.writev(false);
    builder.timer(TokioTimer::new()).header_read_timeout(IDLE).max_buf_size(MOST_HEAD_BYTES);
    let local = listener.local_addr().map_or_else(|_| LocalAddr::default(), |address| LocalAddr(address.into()));
    let places = Arc::new(Semaphore::new(settings.max_connections));
    let connections = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            () = &mut stop => break,
            next = next => next,
        };
        let Some((socket, remote)) = taken(accepted).await else { continue };
        let phase = Phase::default();
        let socket = Patient::new(socket, phase.clone(), settings.header_timeout);
        let service = service_of(Arc::clone(&endpoint), local.clone(), remote, phase);
        let connection = connections.watch(builder.serve_connection(TokioIo::new(socket), service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection broke off");
            }
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(settings.shutdown, connections.shutdown()).await.is_err() {
        tracing::warn!("requests were still under way when their time was over");
    }
}

async fn taken(accepted: std::io::Result<(TcpStream, SocketAddr)>) -> Option<(TcpStream, SocketAddr)> {
    match accepted {
        Ok((socket, remote)) => {
            // Answers are written whole; waiting for more to send would only delay them.
            if let Err(error) = socket.set_nodelay(true) {
                tracing::debug!(%error, "a connection was gone at once");
            }
            Some((socket, remote))
        }
        Err(error) => {
            tracing::warn!(%error, "a connection could not be taken");
            tokio::time::sleep(BREATH).await;
            None
        }
    }
}

/// A connection's requests, as poem knows them.
fn service_of<E>(
    endpoint: Arc<E>,
    local: LocalAddr,
    remote: SocketAddr,
    phase: Phase,
) -> impl HttpService<Incoming, ResBody = BoxBody<Bytes, std::io::Error>, Future: Send, Error = Infallible>
where
    E: Endpoint<Output = Response> + 'static,
{
    service_fn(move |request: hyper::Request<Incoming>| {
        let (endpoint, local, phase) = (Arc::clone(&endpoint), local.clone(), phase.clone());
        phase.next();
        async move {
            let request = (request, local, RemoteAddr(remote.into()), Scheme::HTTP);
            let response = endpoint.get_response(request.into()).await;
            phase.next();
            Ok::<_, Infallible>(hyper::Response::from(response))
        }
    })
}
