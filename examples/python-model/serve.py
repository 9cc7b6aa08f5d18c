"""Serves the classifier with Python's own HTTP server: GET /apply?host=example.com.

    python3 serve.py PORT

With port 0 it takes a free one. The first line that it writes is its URL.
"""

import http.server
import json
import sys
import urllib.parse

from classifier import Classifier, verdict


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # so that connections are used again
    wbufsize = -1  # an answer in one piece; in two, the second one waits for 40 ms
    classifier = None

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        hosts = urllib.parse.parse_qs(url.query).get("host")
        if url.path != "/apply":
            self.answer(404, {"error": "there is nothing but /apply"})
        elif not hosts:
            self.answer(400, {"error": "the argument host is missing"})
        else:
            [score] = self.classifier.scores(hosts[:1])
            self.answer(200, {"is_malicious": verdict(score), "score": score})

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
        self.wfile.flush()

    def log_message(self, *_):
        pass  # requests hold what people do


def main(port):
    Handler.classifier = Classifier()
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        print(f"http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
