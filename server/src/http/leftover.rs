//! What becomes of a body that nobody read: a refusal often needs none of it. A little of it is read away, so that the
//! connection may be used again; before more than that, the connection is said to end (RFC 9112, 9.3 and 9.6). An unread
//! body would have hyper close the connection unannounced, and the client's next request would be lost with it.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use http_body_util::combinators::BoxBody;
use hyper::body::{Body, Frame, SizeHint};
use poem::Request;
use poem::http::header;

/// As much of a body is read away, and for so long.
const MOST_BYTES: u64 = 64 * 1024;
const WITHIN: Duration = Duration::from_millis(500);

type Place = Arc<Mutex<Option<BoxBody<Bytes, io::Error>>>>;

/// Gets the body of a request back when whoever was to read it has not.
#[derive(Debug)]
pub(super) struct Leftover {
    place: Place,
    /// The client sends its body only when it is asked to (RFC 9110, 10.1.1).
    waits_to_be_asked: bool,
}

impl Leftover {
    /// Watches the body of `request`; `None` where it has none.
    pub fn watch(request: &mut Request) -> Option<Self> {
        let headers = request.headers();
        if !headers.contains_key(header::CONTENT_LENGTH) && !headers.contains_key(header::TRANSFER_ENCODING) {
            return None;
        }
        let waits_to_be_asked = headers.contains_key(header::EXPECT);
        let place = Place::default();
        let body = BoxBody::from(request.take_body());
        request.set_body(BoxBody::new(Lent { body: Some(body), place: Arc::clone(&place) }));
        Some(Self { place, waits_to_be_asked })
    }

    /// Reads away what is left. Whether the connection may be used again.
    pub async fn read_away(self) -> bool {
        let left = self.place.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(body) = left.filter(|body| !body.is_end_stream()) else { return true };
        if self.waits_to_be_asked || body.size_hint().lower() > MOST_BYTES {
            return false;
        }
        tokio::time::timeout(WITHIN, ends(body)).await.unwrap_or(false)
    }
}

/// Whether the body ends within the bound.
async fn ends(mut body: BoxBody<Bytes, io::Error>) -> bool {
    let mut read = 0;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return false };
        read += frame.data_ref().map_or(0, |data| u64::try_from(data.len()).unwrap_or(u64::MAX));
        if read > MOST_BYTES {
            return false;
        }
    }
    true
}

/// A body that goes back to its place when it is dropped before its end.
struct Lent {
    body: Option<BoxBody<Bytes, io::Error>>,
    place: Place,
}

impl Body for Lent {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let frame = ready!(Pin::new(body).poll_frame(context));
        if !matches!(frame, Some(Ok(_))) {
            self.body = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        *self.place.lock().unwrap_or_else(PoisonError::into_inner) = self.body.take();
    }
}
