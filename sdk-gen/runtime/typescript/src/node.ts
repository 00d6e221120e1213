/** What needs Node: import it from the package's `/node` entry. */
import { parseTokens, type Tokens, type TokenStore } from './token-store.js';

/** The parts of `node:fs/promises` and `node:path` that are used; written out so that no type package is needed. */
interface FileSystem {
  readFile(path: string, encoding: 'utf8'): Promise<string>;
  writeFile(path: string, text: string, options: { mode: number }): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { force: boolean }): Promise<void>;
  mkdir(path: string, options: { recursive: boolean; mode: number }): Promise<unknown>;
}
interface Paths {
  dirname(path: string): string;
}

/** Keeps tokens in a file that only its owner can read. */
export class FileTokenStore implements TokenStore {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async load(): Promise<Tokens | undefined> {
    const fs = await fileSystem();
    try {
      return parseTokens(await fs.readFile(this.#path, 'utf8'));
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Written beside and renamed: a reader sees the old tokens or the new ones, never half of them. */
  async save(tokens: Tokens): Promise<void> {
    const fs = await fileSystem();
    const { dirname } = (await import('node:path' as string)) as Paths;
    await fs.mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const beside = `${this.#path}.${globalThis.crypto.randomUUID()}`;
    await fs.writeFile(beside, JSON.stringify(tokens), { mode: 0o600 });
    await fs.rename(beside, this.#path);
  }

  async clear(): Promise<void> {
    await (await fileSystem()).rm(this.#path, { force: true });
  }
}

async function fileSystem(): Promise<FileSystem> {
  return (await import('node:fs/promises' as string)) as FileSystem;
}
