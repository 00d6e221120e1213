import type { BaseClient } from './client.js';

/** A group of operations, `client.items` for example. */
export class Resource {
  protected readonly client: BaseClient;

  constructor(client: BaseClient) {
    this.client = client;
  }
}
