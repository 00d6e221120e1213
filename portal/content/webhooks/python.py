import os
from http.server import BaseHTTPRequestHandler, HTTPServer

from gatepost import Webhook, WebhookVerificationError

webhook = Webhook(os.environ["GATEPOST_WEBHOOK_SECRET"])


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        try:
            # The bytes as they came: parsed and written again, they have another signature.
            event = webhook.unwrap(body, dict(self.headers))
        except WebhookVerificationError as error:
            self.send_error(400, error.cause)
            return
        # The same event may come twice, with the same webhook-id. Answer first, work later.
        print(event.type, self.headers["webhook-id"], flush=True)
        self.send_response(204)
        self.end_headers()


HTTPServer(("", int(os.environ.get("PORT", "8000"))), Receiver).serve_forever()
