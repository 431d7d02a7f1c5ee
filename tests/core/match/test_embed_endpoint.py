import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from terrace.errors import EmbedderError
from terrace.match.embed import load_embedder
from terrace.match.embedders.endpoint import KEY_VARIABLE, EndpointEmbedder, load_endpoint
from terrace.match.vectors.cache import checked_vectors

Reply = tuple[int, dict[str, str], bytes]


def embed_all(request: dict[str, Any]) -> Reply:
    entries = [
        {"index": row, "embedding": [3.0, float(len(text))]}
        for row, text in enumerate(request["input"])
    ]
    return 200, {}, json.dumps({"data": entries[::-1]}).encode()


class Server:
    """A local endpoint that gives the queued replies first, then embeds."""

    def __init__(self) -> None:
        self.queued: list[Reply] = []
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.paths: list[str] = []
        self.waits: list[float] = []
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def embedder(self, **settings: Any) -> EndpointEmbedder:
        return EndpointEmbedder("tiny", self.url, sleep=self.waits.append, **settings)

    def _handler(self) -> Callable[..., BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                server.requests.append(json.loads(body))
                server.keys.append(self.headers["Authorization"])
                server.paths.append(self.path)
                queued = server.queued.pop(0) if server.queued else None
                status, headers, answer = queued or embed_all(server.requests[-1])
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    running = Server()
    yield running
    running.http.shutdown()
    running.http.server_close()


def test_it_works(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "open sesame")
    embedder = load_embedder(f"openai:tiny@{server.url}")
    vectors = embedder.encode_documents(["abcd", "", "a" * 30])
    assert np.allclose(vectors[:2], [[0.6, 0.8], [0, 0]])
    assert checked_vectors(embedder, vectors, 3).dtype == np.float32
    assert server.requests[-1]["model"] == "tiny"
    assert set(server.paths) == {"/v1/embeddings"}
    assert set(server.keys) == {"Bearer open sesame"}


def test_nothing_is_sent_until_a_text_comes(server: Server) -> None:
    embedder = server.embedder()
    assert embedder.id == f"tiny@{server.url.removeprefix('http://')}-6000c"
    assert server.requests == []


def test_texts_go_in_batches_and_come_back_in_order(server: Server) -> None:
    texts = ["a" * n for n in (5, 1, 4, 2, 3)]
    vectors = server.embedder(batch_size=2).encode_queries(texts)
    assert [len(request["input"]) for request in server.requests] == [1, 2, 2, 1]
    assert np.allclose(vectors[:, 1] / vectors[:, 0] * 3, [5, 1, 4, 2, 3], atol=1e-4)


def test_a_long_text_is_clipped(server: Server) -> None:
    server.embedder(max_characters=7).encode_documents(["long " * 1000])
    assert server.requests[-1]["input"] == ["long lo"]


def test_without_a_key_none_is_sent(server: Server) -> None:
    server.embedder().encode_documents(["a"])
    assert set(server.keys) == {None}


def test_a_busy_endpoint_is_asked_again(server: Server) -> None:
    server.queued = [(429, {"Retry-After": "7"}, b""), (503, {}, b""), (500, {}, b"")]
    assert server.embedder().encode_documents(["abcd"]).any()
    assert server.waits == [7, 2, 4]


def test_it_gives_up_after_the_last_attempt(server: Server) -> None:
    server.queued = [(429, {"Retry-After": "9000"}, b"slow down")] * 3
    with pytest.raises(EmbedderError, match=r"answered 429 \(slow down\); the quota"):
        server.embedder(attempts=3).encode_documents(["abcd"])
    assert server.waits == [60, 60]


@pytest.mark.parametrize(
    ("status", "remedy"),
    [(401, KEY_VARIABLE), (403, KEY_VARIABLE), (404, "often ends in /v1"), (400, "too long")],
)
def test_a_refusal_is_told_at_once(server: Server, status: int, remedy: str) -> None:
    server.queued = [(status, {}, b"text too long")]
    with pytest.raises(EmbedderError, match=remedy) as caught:
        server.embedder(key="open sesame").encode_documents(["abcd"])
    assert server.waits == []
    assert "sesame" not in str(caught.value)


def test_a_redirect_is_not_followed_with_the_key(server: Server) -> None:
    server.queued = [(307, {"Location": f"{server.url}/elsewhere"}, b"")]
    with pytest.raises(EmbedderError, match="answered 307"):
        server.embedder(key="open sesame").encode_documents(["abcd"])
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (b"<html>", "no list of embeddings"),
        (b"[]", "no list of embeddings"),
        (b'{"data": [{"index": 0}]}', "no list of embeddings"),
        (b'{"data": [{"index": 0, "embedding": ["x"]}]}', "no list of embeddings"),
        (b'{"data": []}', "gave 0 embeddings for 1 texts"),
        (b'{"data": [{"index": 0, "embedding": 1.0}]}', "gave 1 embeddings"),
    ],
)
def test_a_wrong_answer_names_the_model(server: Server, answer: bytes, complaint: str) -> None:
    server.queued = [(200, {}, answer)]
    with pytest.raises(EmbedderError, match=f"'tiny@.*{complaint}"):
        server.embedder().encode_documents(["abcd"])


def test_a_dimension_that_changes_is_refused(server: Server) -> None:
    embedder = server.embedder()
    assert embedder.dimension == 2
    server.queued = [(200, {}, b'{"data": [{"index": 0, "embedding": [1, 0, 0]}]}')]
    with pytest.raises(EmbedderError, match="3 numbers instead of 2"):
        embedder.encode_documents(["abcd"])


def test_an_endpoint_that_is_not_there_is_named(server: Server) -> None:
    server.http.shutdown()
    server.http.server_close()
    with pytest.raises(EmbedderError, match=r"cannot be reached.*check the address"):
        server.embedder(attempts=2, timeout_s=1).encode_documents(["abcd"])
    assert server.waits == [1]


@pytest.mark.parametrize(
    "spec",
    ["tiny", "@http://host/v1", "tiny@", "tiny@host/v1", "tiny@file:///etc/passwd", "m@ftp://h/v1"],
)
def test_only_a_model_at_a_web_address_is_taken(spec: str) -> None:
    with pytest.raises(EmbedderError, match="openai:MODEL@https://host/v1"):
        load_endpoint(spec, {})


def test_a_password_in_the_address_is_refused() -> None:
    with pytest.raises(EmbedderError, match="without a password") as caught:
        load_endpoint("tiny@https://me:secret@host/v1", {})
    assert "secret" not in str(caught.value)
