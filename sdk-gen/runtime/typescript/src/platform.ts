/** What differs between Node, browsers and workers, found by looking and never by importing. */

interface Globals {
  readonly process?: { readonly env?: Readonly<Record<string, string | undefined>>; readonly versions?: { readonly node?: string } };
  readonly document?: unknown;
  readonly importScripts?: unknown;
}

const GLOBALS = globalThis as Globals;

/** Pages and browser workers, where `User-Agent` and `Cookie` are the browser's own. */
export function isBrowser(): boolean {
  return GLOBALS.process?.versions?.node === undefined && (GLOBALS.document !== undefined || typeof GLOBALS.importScripts === 'function');
}

/** An environment variable, where there is an environment; an empty one counts as absent. */
export function environment(name: string): string | undefined {
  const value = GLOBALS.process?.env?.[name]?.trim();
  return value === '' ? undefined : value;
}

/** A random UUID. Pages that are not served over https have no `randomUUID`, but they do have random bytes. */
export function randomId(): string {
  const { crypto } = globalThis;
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Waits, unless the signal ends it first; then it throws the signal's reason. */
export function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason as Error);
      return;
    }
    const end = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve();
    }, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}

/** A promise that the signal can leave behind: the work goes on for the others who wait for it. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const end = (): void => reject(signal.reason as Error);
    if (signal.aborted) {
      // The work is somebody else's to watch; without this its failure would have no listener.
      work.catch(() => undefined);
      end();
      return;
    }
    signal.addEventListener('abort', end, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
  });
}
