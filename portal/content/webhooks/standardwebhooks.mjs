// npm install standardwebhooks
import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.GATEPOST_WEBHOOK_SECRET);

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    // The bytes as they came: parsed and written again, they have another signature.
    const event = webhook.verify(Buffer.concat(chunks).toString(), request.headers);
    // The same event may come twice, with the same webhook-id. Answer first, work later.
    console.log(event.type, request.headers['webhook-id']);
    response.writeHead(204).end();
  } catch (error) {
    response.writeHead(400).end(error.message);
  }
});
server.listen(Number(process.env.PORT ?? 8000));
