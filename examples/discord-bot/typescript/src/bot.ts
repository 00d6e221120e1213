// The bot of a collective: messages that vanish, practice, and applications to join. The API keeps everything; the bot
// keeps nothing, so it may be restarted at any time and run several times over.
import { ApiError, type ApplicationVoteKind, type ApplicationDecision, type Client, type PracticePeriod } from 'gatepost';
import type { Command, Gateway } from './gateway.js';

type Answer = (command: Command) => Promise<string>;

export class Bot {
  readonly #commands: Record<string, Answer> = {
    vanish: (command) => this.#vanish(command),
    'use-channel': (command) => this.#useChannel(command),
    'practice-start': (command) => this.#startPractice(command),
    'practice-stop': (command) => this.#stopPractice(command),
    'practice-stats': (command) => this.#showPractice(command),
    'practice-leaders': () => this.#showLeaders(),
    apply: (command) => this.#apply(command),
    vote: (command) => this.#vote(command),
    decide: (command) => this.#decide(command),
  };

  constructor(
    private readonly client: Client,
    private readonly gateway: Gateway,
  ) {
    gateway.onCommand((command) => this.#answer(command));
  }

  /** Deletes what is due in every vanishing channel, and counts it. Call it every minute or so. */
  async sweep(now = new Date()): Promise<void> {
    for await (const { channelId, durationSeconds } of this.client.vanish.listVanishingChannels()) {
      const due = new Date(now.getTime() - durationSeconds * 1000);
      const messagesDeleted = await this.gateway.deleteBefore(channelId, due);
      if (messagesDeleted > 0) await this.client.vanish.addStats(channelId, { messagesDeleted });
    }
  }

  async #answer(command: Command): Promise<string> {
    try {
      return (await this.#commands[command.name]?.(command)) ?? `I do not know /${command.name}.`;
    } catch (error) {
      // What the API refuses it explains in a sentence that people can read.
      if (error instanceof ApiError && error.status < 500) return error.detail ?? error.message;
      throw error;
    }
  }

  async #vanish({ channelId, guildId, options }: Command): Promise<string> {
    const hours = Number(options.hours ?? 0);
    if (hours === 0) {
      await this.client.vanish.deleteVanishingChannel(channelId);
      return 'Messages stay here from now on.';
    }
    const channel = await this.client.vanish.putVanishingChannel(channelId, { guildId, durationSeconds: hours * 3600 });
    return `Messages vanish here after ${hours} h; ${channel.messagesDeleted} have so far.`;
  }

  async #useChannel({ channelId, guildId, options }: Command): Promise<string> {
    const { key } = await this.client.channels.putSetting(guildId, options.for ?? 'log', { channelId });
    return `This channel is for ${key}.`;
  }

  async #startPractice({ userId, options }: Command): Promise<string> {
    // Whoever practises for the first time gets an account; it is found by the Discord id from then on.
    await this.client.users.resolve({ platform: 'discord', identity: userId });
    await this.client.practice.start({ discordId: userId, ...(options.notes ? { notes: options.notes } : {}) });
    return 'You practise. /practice-stop when you are done.';
  }

  async #stopPractice({ userId }: Command): Promise<string> {
    const { seconds } = await this.client.practice.stop({ discordId: userId });
    return `You practised ${duration(seconds)}.`;
  }

  async #showPractice({ userId, options }: Command): Promise<string> {
    const period: PracticePeriod = options.period ?? 'weekly';
    const stats = await this.client.practice.getStats(period, { discordId: userId, timeZone: options.timeZone ?? 'UTC' });
    const days = stats.days.filter((day) => day.sessions > 0).map((day) => `${day.date}: ${duration(day.seconds)}`);
    return [`${stats.period}: ${duration(stats.seconds)} in ${stats.sessions}`, ...days].join('\n');
  }

  async #showLeaders(): Promise<string> {
    const { leaders } = await this.client.practice.getLeaderboard({ range: 'week', limit: 10 });
    return leaders.map((one) => `${one.rank}. ${one.name ?? one.userId}: ${duration(one.seconds)}`).join('\n') || 'Nobody yet.';
  }

  async #apply({ guildId, userId, options }: Command): Promise<string> {
    const { channelId } = await this.client.channels.getSetting(guildId, 'applications');
    const name = options.name ?? 'Somebody';
    const statement = options.statement ?? '';
    const messageId = await this.gateway.post(channelId, `${name} asks to join: ${statement}`);
    const { number } = await this.client.applications.create({ name, statement, discordId: userId, messageId });
    return `Your application has the number ${number}.`;
  }

  async #vote({ messageId = '', userId, options }: Command): Promise<string> {
    const application = await this.client.applications.getByMessage(messageId);
    const { user } = await this.client.users.resolve({ platform: 'discord', identity: userId });
    const vote: ApplicationVoteKind = options.vote ?? 'abstain';
    await this.client.applications.voteOn(application.id, { vote, userId: user.id });
    const { votes } = await this.client.applications.get(application.id);
    return `Number ${application.number}: ${votes.approve} for it, ${votes.reject} against.`;
  }

  async #decide({ messageId = '', options }: Command): Promise<string> {
    const application = await this.client.applications.getByMessage(messageId);
    const decision: ApplicationDecision = options.decision ?? 'rejected';
    const decided = await this.client.applications.decide(application.id, { decision, ...(options.reason ? { reason: options.reason } : {}) });
    return `Number ${decided.number} is ${decided.status}.`;
  }
}

function duration(seconds: number): string {
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
