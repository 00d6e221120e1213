import { SdkError } from '../runtime/errors.js';

/** Why a signed key is not good. */
export type SignedKeyFault =
  /** No signed key at all: too long, not three parts of base64url, a member missing, twice, or of another type. */
  | 'malformed'
  /** `typ` is not `apikey+jwt`: another kind of token. */
  | 'wrong_type'
  /** Neither ES256 nor RS256, or not the one that the key is published for. */
  | 'wrong_algorithm'
  /** `iss` is not one of the allowed addresses followed by `/jwks/` and a key's id. */
  | 'untrusted_issuer'
  /** Made for somebody else. */
  | 'wrong_audience'
  | 'expired'
  | 'not_yet_valid'
  /** The issuer publishes no such key. */
  | 'unknown_key'
  /** The issuer published the key, and does so no longer. */
  | 'revoked'
  | 'bad_signature'
  /** It could not be checked: the issuer did not answer. Nobody is to be let in, and trying again may help. */
  | 'unavailable';

/** A signed key was not accepted; `code` names the cause. The message is fit for a log: nothing of the key is in it. */
export class SignedKeyError extends SdkError {
  override readonly name: string = 'SignedKeyError';
  readonly code: SignedKeyFault;

  constructor(code: SignedKeyFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
