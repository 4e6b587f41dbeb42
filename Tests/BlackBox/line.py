# SPDX-License-Identifier: Apache-2.0
"""A connection that is kept open and says exactly the bytes it is told: what a well-behaved client would never send, and many a second."""
import socket


def octets(text):
    return text if isinstance(text, bytes) else text.encode()


class Line:
    def __init__(self, port, seconds=30):
        self.port, self.seconds = port, seconds
        self.raw = self.answers = None

    def ask(self, method, path, headers=(), body=None):
        """Status, headers (names in small letters) and body; status 0 when the hub hung up without an answer. `headers` may repeat a name."""
        parts = [octets(method), b" ", octets(path), b" HTTP/1.1\r\nHost: hub\r\n"]
        for name, value in headers.items() if isinstance(headers, dict) else headers:
            parts += [octets(name), b": ", octets(value), b"\r\n"]
        if body is not None:
            parts += [b"Content-Length: %d\r\n" % len(body)]
        parts += [b"\r\n", body or b""]
        request = b"".join(parts)
        # A kept connection may have been closed at the other end since: asked again, once, on a fresh one.
        for is_fresh in (self.raw is None, True):
            if self.raw is None:
                self._open()
            try:
                self.raw.sendall(request)
            except OSError:
                # Refused before all was said: the answer is there all the same.
                pass
            answer = self._read(method)
            if answer[0] or is_fresh:
                return answer
        return answer

    def _open(self):
        self.raw = socket.create_connection(("127.0.0.1", self.port), timeout=self.seconds)
        self.raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answers = self.raw.makefile("rb")

    def _read(self, method):
        try:
            first = self.answers.readline()
            if not first.startswith(b"HTTP/1.1 "):
                raise ConnectionError
            headers = {}
            while (field := self.answers.readline()) not in (b"\r\n", b""):
                name, _, value = field.partition(b":")
                headers[name.decode("latin-1").lower()] = value.strip().decode("latin-1")
            # A stream of news has no end; that it began is all we want.
            if headers.get("content-type", "").startswith("text/event-stream"):
                self.end()
                return int(first[9:12]), headers, b""
            body = self._body(headers) if method != "HEAD" else b""
        except OSError:
            self.end()
            return 0, {}, b""
        if headers.get("connection", "").lower() == "close":
            self.end()
        return int(first[9:12]), headers, body

    def _body(self, headers):
        if headers.get("transfer-encoding", "").lower() != "chunked":
            return self.answers.read(int(headers.get("content-length", 0)))
        parts = []
        while size := int(self.answers.readline().split(b";")[0] or b"0", 16):
            parts.append(self.answers.read(size))
            self.answers.readline()
        self.answers.readline()
        return b"".join(parts)

    def end(self):
        for one in (self.answers, self.raw):
            if one:
                one.close()
        self.raw = self.answers = None


def say(port, request, seconds=5, quiet=None):
    """What the hub answers to these bytes: up to the end of the first answer's headers, or, with `quiet`, until it hangs up or is silent so long
    after an answer. Nothing when it hangs up or is silent for `seconds`."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as raw:
        heard = b""
        try:
            raw.sendall(request)
        except OSError:
            # Refused before all was said: the answer is there all the same.
            pass
        try:
            while part := raw.recv(65536):
                heard += part
                if b"\r\n\r\n" in heard:
                    if quiet is None:
                        break
                    raw.settimeout(quiet)
        except OSError:
            pass
        return heard
