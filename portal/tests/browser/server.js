// A server of a test's own, and a mailbox that its mails go to.
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CHECKOUT = path.resolve(fileURLToPath(import.meta.url), '../../../..');
/** Far longer than a mail waits in the server's queue. */
const PATIENCE_MS = 60_000;

/** Starts a server with these settings, beside whatever server the tests run against. It ends with this process at the latest. */
export async function startServer(settings) {
  const child = spawn('scripts/with-server.sh', ['bash', '-c', 'echo "$GATEPOST_BASE_URL"; cat > /dev/null'], {
    cwd: CHECKOUT, env: { ...process.env, ...settings }, stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const said = once(createInterface({ input: child.stdout }), 'line').then(([line]) => line);
  const base = await Promise.race([said, ended.then(([code]) => assert.fail(`the server ended with ${code}`))]);
  return { base, stop: async () => { child.stdin.end(); await ended; } };
}

/** Listens for mails on a free port. */
export async function openMailbox() {
  const mails = [];
  const waiting = new Set();
  const server = net.createServer((socket) => converse(socket, (mail) => { mails.push(mail); waiting.forEach((look) => look()); }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  /** The next mail to that address, and the link in it. */
  function next(to) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => { waiting.delete(look); reject(new Error(`no mail to ${to}; there are ${mails.length} others`)); }, PATIENCE_MS);
      function look() {
        const at = mails.findIndex((mail) => mail.to === to);
        if (at < 0) return;
        clearTimeout(late);
        waiting.delete(look);
        resolve(mails.splice(at, 1)[0]);
      }
      waiting.add(look);
      look();
    });
  }
  return { url: `smtp://127.0.0.1:${server.address().port}`, next, close: () => server.close() };
}

/** One conversation, by RFC 5321, as far as a client of ours needs it. */
function converse(socket, arrived) {
  let to = '';
  let text = null;
  const answer = (line) => {
    if (text !== null && line !== '.') { text.push(line.replace(/^\./, '')); return null; }
    switch (line.split(/[ :]/)[0].toUpperCase()) {
      case 'RCPT': to = line.match(/<(.*)>/)[1]; return '250 ok';
      case 'DATA': text = []; return '354 go on';
      case '.': arrived(read(to, text.join('\n'))); text = null; return '250 ok';
      case 'QUIT': return '221 bye';
      default: return '250 ok';
    }
  };
  socket.on('error', () => {});
  socket.write('220 test\r\n');
  createInterface({ input: socket }).on('line', (line) => {
    const words = answer(line);
    if (words) socket.write(`${words}\r\n`);
  });
}

/** Long lines come quoted-printable: put together again. */
function read(to, raw) {
  const text = raw.replaceAll('=\n', '').replaceAll('=3D', '=');
  return { to, subject: text.match(/^Subject: (.*)$/m)?.[1], link: text.match(/^https?:\/\/\S+$/m)?.[0] };
}
