//! How long a connection may keep us waiting: for the rest of a request's head, and for taking an answer. (An idle
//! connection is ended by hyper's own timer, which knows no difference between an idle one and a slow head.)

use std::io::{Error, ErrorKind, Result};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// A client that takes nothing of an answer for so long is gone.
const STALLED: Duration = Duration::from_secs(30);
/// How long a closed connection is still read from. Closing with bytes unread would reset it, and the reset may overtake
/// the answer (RFC 9112, 9.6).
const LINGER: Duration = Duration::from_secs(5);

/// Where a connection is: it counts up at the end of each request's head and of its work. Its service counts; an odd
/// number means that a request is under way.
#[derive(Debug, Clone, Default)]
pub(super) struct Phase(Arc<AtomicUsize>);

impl Phase {
    /// The next phase begins.
    pub fn next(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// A socket that waits only so long.
#[derive(Debug)]
pub(super) struct Patient<S> {
    socket: S,
    phase: Phase,
    /// The phase in which it was last read from.
    seen: usize,
    head: Duration,
    /// Whether a head has begun. It has on a new connection, so that nobody holds one in silence.
    begun: bool,
    /// Whether we said that no more of us will come.
    closed: bool,
    reading: Wait,
    writing: Wait,
    lingering: Wait,
}

/// A wait that begins when it is first asked for, and anew after each end.
#[derive(Debug, Default)]
struct Wait {
    sleep: Option<Pin<Box<Sleep>>>,
    until: Option<Instant>,
}

impl Wait {
    /// Ready when it has gone on for `limit`.
    fn poll(&mut self, context: &mut Context<'_>, limit: Duration) -> Poll<()> {
        let until = *self.until.get_or_insert_with(|| Instant::now() + limit);
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(until)));
        if sleep.deadline() != until {
            sleep.as_mut().reset(until);
        }
        sleep.as_mut().poll(context)
    }

    const fn end(&mut self) {
        self.until = None;
    }
}

impl<S> Patient<S> {
    /// Waits at most `head` for a request's head to be complete, which `phase` tells.
    pub fn new(socket: S, phase: Phase, head: Duration) -> Self {
        let (reading, writing, lingering) = Default::default();
        Self { socket, phase, seen: 0, head, begun: true, closed: false, reading, writing, lingering }
    }
}

fn too_slow() -> Error {
    Error::new(ErrorKind::TimedOut, "the client is too slow")
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let this = &mut *self;
        let read = Pin::new(&mut this.socket).poll_read(context, buffer);
        let phase = this.phase.0.load(Ordering::Relaxed);
        if phase != this.seen {
            (this.seen, this.begun) = (phase, false);
            this.reading.end();
        }
        if phase % 2 == 1 {
            // A body has the whole request's time.
            return read;
        }
        if read.is_ready() {
            this.begun = true;
            return read;
        }
        if this.begun {
            ready!(this.reading.poll(context, this.head));
            return Poll::Ready(Err(too_slow()));
        }
        Poll::Pending
    }
}

impl<S: AsyncWrite + Unpin> Patient<S> {
    fn written<T>(&mut self, context: &mut Context<'_>, written: Poll<Result<T>>) -> Poll<Result<T>> {
        if written.is_ready() {
            self.writing.end();
            return written;
        }
        ready!(self.writing.poll(context, STALLED));
        Poll::Ready(Err(too_slow()))
    }
}

impl<S: AsyncRead + Unpin> Patient<S> {
    /// Ready when the client has closed its side too, or has had its time.
    fn linger(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut scrap = [0; 4096];
        while self.lingering.poll(context, LINGER).is_pending() {
            let mut scrap = ReadBuf::new(&mut scrap);
            let read = ready!(Pin::new(&mut self.socket).poll_read(context, &mut scrap));
            if read.is_err() || scrap.filled().is_empty() {
                break;
            }
        }
        Poll::Ready(())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write(context, bytes);
        self.written(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[std::io::IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write_vectored(context, bytes);
        self.written(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let flushed = Pin::new(&mut self.socket).poll_flush(context);
        self.written(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        if !self.closed {
            ready!(Pin::new(&mut self.socket).poll_shutdown(context))?;
            self.closed = true;
        }
        self.linger(context).map(Ok)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    const HEAD: Duration = Duration::from_secs(10);

    #[tokio::test(start_paused = true)]
    async fn a_head_that_dribbles_is_cut_off_at_its_end_of_time() {
        let (mut client, server) = duplex(64);
        let mut server = Patient::new(server, Phase::default(), HEAD);
        let dribble = tokio::spawn(async move {
            while client.write_all(b"x").await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
        let mut buffer = [0; 64];
        let error = loop {
            // As hyper does: flush, then read.
            server.flush().await.unwrap();
            match server.read(&mut buffer).await {
                Ok(_) => {}
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        dribble.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn between_requests_a_connection_may_rest_and_a_body_has_its_own_time() {
        let (mut client, server) = duplex(64);
        let phase = Phase::default();
        let mut server = Patient::new(server, phase.clone(), HEAD);
        let mut buffer = [0; 64];
        client.write_all(b"head").await.unwrap();
        server.read_exact(&mut [0; 4]).await.unwrap();
        phase.next();
        let body = tokio::time::timeout(HEAD * 3, server.read(&mut buffer)).await;
        assert!(body.is_err(), "a body is waited for");
        phase.next();
        let rest = tokio::time::timeout(HEAD * 3, server.read(&mut buffer)).await;
        assert!(rest.is_err(), "an idle connection is left alone");
        client.write_all(b"GET").await.unwrap();
        server.read_exact(&mut [0; 3]).await.unwrap();
        assert_eq!(server.read(&mut buffer).await.unwrap_err().kind(), ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn a_quick_answer_leaves_the_connection_at_rest_too() {
        let (mut client, server) = duplex(64);
        let phase = Phase::default();
        let mut server = Patient::new(server, phase.clone(), HEAD);
        client.write_all(b"head").await.unwrap();
        server.read_exact(&mut [0; 4]).await.unwrap();
        phase.next();
        phase.next();
        assert!(tokio::time::timeout(HEAD * 3, server.read(&mut [0; 64])).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_closed_connection_is_read_from_until_the_client_closes_too() {
        let (mut client, server) = duplex(64);
        let mut server = Patient::new(server, Phase::default(), HEAD);
        let still_sending = tokio::spawn(async move {
            for _ in 0..100 {
                client.write_all(&[0; 64]).await.unwrap();
            }
            assert_eq!(client.read(&mut [0; 64]).await.unwrap(), 0);
        });
        server.shutdown().await.unwrap();
        still_sending.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_holds_a_closed_connection_for_long() {
        let (mut client, server) = duplex(64);
        let mut server = Patient::new(server, Phase::default(), HEAD);
        let begun = Instant::now();
        let endless = tokio::spawn(async move {
            while client.write_all(&[0; 64]).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        });
        server.shutdown().await.unwrap();
        assert_eq!(begun.elapsed().as_secs(), LINGER.as_secs());
        drop(server);
        endless.await.unwrap();
    }
}
