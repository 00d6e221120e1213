import { createServer } from 'node:http';
import { verifyWebhook, WebhookVerificationError, type WebhookEvent } from 'gatepost';

const secret = process.env.GATEPOST_WEBHOOK_SECRET ?? '';

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    // The bytes as they came: parsed and written again, they have another signature.
    const body = Buffer.concat(chunks);
    const event = await verifyWebhook<WebhookEvent>({ body, headers: request.headers, secret });
    // The same event may come twice, with the same webhook-id. Answer first, work later.
    console.log(event.type, request.headers['webhook-id']);
    response.writeHead(204).end();
  } catch (error) {
    const fault = error instanceof WebhookVerificationError ? error.fault : 'unreadable';
    response.writeHead(400).end(fault);
  }
});
server.listen(Number(process.env.PORT ?? 8000));
