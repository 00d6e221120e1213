// The bot against a live server and a Discord in memory: what people read, and what came of it in the API.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client } from 'gatepost';
import { Bot } from '../dist/bot.js';
import { MemoryGateway } from '../dist/gateway.js';

const { GATEPOST_BASE_URL: baseUrl, GATEPOST_API_KEY: apiKey } = process.env;
const root = new Client({ baseUrl, apiKey });
const discord = new MemoryGateway();
const guildId = discord.newId();
const [hall, office] = [discord.newId(), discord.newId()];
const [ada, bob] = [discord.newId(), discord.newId()];

// An administrator gives the bot an account and a key with what it needs, once.
const { user } = await root.users.resolve({ platform: 'discord', identity: discord.newId() });
const scopes = ['discord:read', 'discord:write', 'identities:write', 'practice:read', 'practice:write', 'applications:read', 'applications:write'];
const key = await root.admin.createKeyFor({ userId: user.id, name: 'Discord bot', scopes });
const bot = new Bot(new Client({ baseUrl, apiKey: key.secret }), discord);

const type = (name, options = {}, more = {}) => discord.type({ name, guildId, channelId: hall, userId: ada, options, ...more });

test('messages vanish where they shall, and are counted', async () => {
  assert.equal(await type('vanish', { hours: '1' }), 'Messages vanish here after 1 h; 0 have so far.');
  const now = Date.now();
  for (const minutes of [130, 61, 59, 1]) await discord.post(hall, `${minutes} min ago`, new Date(now - minutes * 60_000));
  await discord.post(office, 'a day ago', new Date(now - 86_400_000));
  await bot.sweep(new Date(now));
  await bot.sweep(new Date(now));
  assert.deepEqual(discord.channels.get(hall).map((message) => message.text), ['59 min ago', '1 min ago']);
  assert.equal(discord.channels.get(office).length, 1);
  const channel = await root.vanish.getVanishingChannel(hall);
  assert.deepEqual([channel.guildId, channel.durationSeconds, channel.messagesDeleted], [guildId, 3600, 2]);
  assert.equal(await type('vanish'), 'Messages stay here from now on.');
  assert.equal(await type('vanish'), 'The channel is no vanishing one.');
});

test('practice begins once, ends once, and is shown', async () => {
  assert.match(await type('practice-start', { notes: 'Scales' }), /^You practise/);
  assert.match(await type('practice-start'), /^prc_\w+ is under way since /);
  assert.equal(await type('practice-stop'), 'You practised 0 h 0 min.');
  assert.equal(await type('practice-stop'), 'No practice is under way.');
  assert.match(await type('practice-stats', { period: 'daily', timeZone: 'Europe/Berlin' }), /^daily: 0 h 0 min in 1\n\d{4}-\d\d-\d\d: 0 h 0 min$/);
  assert.equal(await type('practice-stats', { timeZone: 'Mars/Olympus' }), '1 fault in the request.');
  assert.match(await type('practice-leaders'), /^1\. /);
  const stats = await root.practice.getStats('monthly', { discordId: ada });
  assert.equal(stats.sessions, 1);
});

test('an application is handed in, voted on and decided', async () => {
  assert.equal(await type('apply', { name: 'Bob', statement: 'I play the viola.' }), 'There is no such channel setting.');
  assert.equal(await type('use-channel', { for: 'applications' }, { channelId: office }), 'This channel is for applications.');
  assert.match(await type('apply', { name: 'Bob', statement: 'I play the viola.' }, { userId: bob }), /^Your application has the number \d+\.$/);
  const message = discord.channels.get(office).at(-1);
  assert.equal(message.text, 'Bob asks to join: I play the viola.');
  const about = { messageId: message.id };
  assert.match(await type('vote', { vote: 'reject' }, about), /: 0 for it, 1 against\.$/);
  assert.match(await type('vote', { vote: 'approve' }, about), /: 1 for it, 0 against\.$/);
  assert.match(await type('decide', { decision: 'approved', reason: 'We need a viola.' }, about), / is approved\.$/);
  assert.equal(await type('decide', { decision: 'rejected' }, about), 'The application was decided and stays so.');
  const application = await root.applications.getByMessage(message.id);
  assert.deepEqual([application.status, application.discordId, application.reason], ['approved', bob, 'We need a viola.']);
  assert.equal((await root.applications.listVotes(application.id)).data.length, 1);
});

test('what nobody knows is said so', async () => {
  assert.equal(await type('dance'), 'I do not know /dance.');
});
