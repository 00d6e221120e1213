//! Lists that come in pages, read lazily: the next page is fetched when the stream is asked for more than is there.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt as _, Stream, StreamExt as _, TryStreamExt as _, stream};

use crate::error::Error;

/// A page's items and where the next begins; `None` or empty is the end.
pub(crate) type Page<T> = (Vec<T>, Option<String>);

/// The items of all pages, in order. After an error the stream ends.
#[must_use = "a stream does nothing until it is read"]
pub struct Pages<'a, T>(BoxStream<'a, Result<T, Error>>);

impl<'a, T: Send + 'a> Pages<'a, T> {
    /// `fetch` gets the page at a cursor, the first at `None`.
    pub(crate) fn new<F, P>(fetch: F) -> Self
    where
        F: Fn(Option<String>) -> P + Send + 'a,
        P: Future<Output = Result<Page<T>, Error>> + Send + 'a,
    {
        let fetch = move |cursor| -> BoxFuture<'a, _> { fetch(cursor).boxed() };
        let pages = stream::try_unfold((fetch, Some(None)), |(fetch, cursor)| async move {
            let Some(cursor) = cursor else { return Ok::<_, Error>(None) };
            let (items, next) = fetch(cursor.clone()).await?;
            // A server that hands out the same cursor again would have us turn for ever.
            let next = next.filter(|next| !next.is_empty() && cursor.as_ref() != Some(next));
            Ok(Some((stream::iter(items.into_iter().map(Ok)), (fetch, next.map(Some)))))
        });
        Self(pages.try_flatten().boxed())
    }

    /// Reads everything. Mind the size: prefer to read the stream.
    ///
    /// # Errors
    /// The first error of a page.
    pub async fn collect_all(self) -> Result<Vec<T>, Error> {
        self.0.try_collect().await
    }

    /// The next item; `None` at the end. The same as `TryStreamExt::try_next`, without the import.
    ///
    /// # Errors
    /// When the next page cannot be fetched.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        self.0.next().await.transpose()
    }
}

impl<T> Stream for Pages<'_, T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(context)
    }
}

impl<T> std::fmt::Debug for Pages<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pages").finish_non_exhaustive()
    }
}
