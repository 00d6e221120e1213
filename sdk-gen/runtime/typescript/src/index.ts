/** What every generated package has in common, and what users may import. */
export { type BytesInput, type FileInput, type NamedFile } from './body.js';
export { BaseClient, type Profile, type RawRequest } from './client.js';
export { type Secret } from './credentials.js';
export {
  ApiError,
  BadRequestError,
  ConflictError,
  ConnectionError,
  type ApiFault,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  SdkError,
  ServerError,
  TimeoutError,
  UnauthenticatedError,
  UnprocessableError,
} from './errors.js';
export { jsonLines, serverSentEvents, type ServerSentEvent } from './events.js';
export { type BaseOptions, type Fetch, type HeaderOptions, type RequestOptions, type SessionOptions } from './options.js';
export { type Page, type PageMethods, PagePromise } from './pages.js';
export { ApiPromise, type WithResponse } from './promise.js';
export { type RateLimitState, type RateLimitWindowState } from './rate-limit.js';
export { LocalStorageTokenStore, MemoryTokenStore, type Tokens, type TokenStore, type WebStorage } from './token-store.js';
export { signWebhook, verifyWebhook, type WebhookFault, type WebhookInput, type WebhookToSign, WebhookVerificationError } from './webhooks.js';
