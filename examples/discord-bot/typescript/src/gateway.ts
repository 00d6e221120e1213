// What the bot needs of Discord, and a Discord of its own for tests and trials.

/** Somebody typed a command. */
export interface Command {
  name: string;
  guildId: string;
  channelId: string;
  /** Who typed it. */
  userId: string;
  /** The message that the command is about, where it is about one. */
  messageId?: string;
  options: Record<string, string>;
}

export interface Gateway {
  /** Who answers commands from now on: what it answers is shown to whoever typed the command. */
  onCommand(answer: (command: Command) => Promise<string>): void;
  /** Posts a message and tells its id. */
  post(channelId: string, text: string): Promise<string>;
  /** Deletes what was posted in a channel before a moment, and tells how many messages that were. */
  deleteBefore(channelId: string, moment: Date): Promise<number>;
}

interface Message {
  id: string;
  text: string;
  at: Date;
}

/** A Discord in memory. */
export class MemoryGateway implements Gateway {
  readonly channels = new Map<string, Message[]>();
  #answer: (command: Command) => Promise<string> = async () => 'Nobody listens.';
  #last = 1_100_000_000_000_000_000n + BigInt(Date.now()) * 1000n;

  onCommand(answer: (command: Command) => Promise<string>): void {
    this.#answer = answer;
  }

  async post(channelId: string, text: string, at = new Date()): Promise<string> {
    const id = this.newId();
    this.channels.set(channelId, [...(this.channels.get(channelId) ?? []), { id, text, at }]);
    return id;
  }

  async deleteBefore(channelId: string, moment: Date): Promise<number> {
    const all = this.channels.get(channelId) ?? [];
    const left = all.filter((message) => message.at >= moment);
    this.channels.set(channelId, left);
    return all.length - left.length;
  }

  /** Types a command, and reads the answer. */
  type(command: Command): Promise<string> {
    return this.#answer(command);
  }

  /** An id that nothing else has. */
  newId(): string {
    return String(this.#last++);
  }
}
