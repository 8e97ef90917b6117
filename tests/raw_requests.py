"""Requests as no client would send them: heads and bodies by the byte, for both servers."""

import socket

from hypothesis import strategies as st

NUMBERS = st.sampled_from(
    [
        b"-1",
        b"-5",
        b"+5",
        b"0",
        b"00",
        b"5",
        b"5 ",
        b"0x5",
        b"5,5",
        b"1e3",
        b"",
        b" ",
        b"9" * 30,
        b"\xd9\xa5",
        b"5\r\n 5",
    ]
) | st.integers(-(10**6), 10**9).map(lambda number: str(number).encode())
CODINGS = st.sampled_from([b"chunked", b"Chunked", b"gzip", b"gzip, chunked", b"chunked, chunked", b"identity", b""])
HEADERS = st.one_of(
    st.tuples(st.sampled_from([b"Content-Length", b"content-length", b"Content-Length "]), NUMBERS),
    st.tuples(st.just(b"Transfer-Encoding"), CODINGS),
    st.tuples(st.just(b"Expect"), st.sampled_from([b"100-continue", b"200-ok"])),
    st.tuples(st.just(b"Connection"), st.sampled_from([b"keep-alive", b"close", b"upgrade"])),
    st.tuples(st.just(b"Upgrade"), st.sampled_from([b"websocket", b"h2c"])),
    st.tuples(st.binary(max_size=12), st.binary(max_size=30)),
)
LINES = st.one_of(
    st.tuples(
        st.sampled_from([b"GET", b"POST", b"DELETE", b"HEAD", b"OPTIONS", b"TRACE", b"get", b"\xff"]),
        st.sampled_from(
            [b"/", b"/webhook", b"/webhooks/web/webhook", b"/webhooks/web/health", b"/model", b"/\xe5", b"http://["]
        )
        | st.binary(max_size=20),
        st.sampled_from([b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2", b"HTTP/", b""]),
    ).map(b" ".join),
    st.binary(max_size=60),
)
CHUNKS = st.sampled_from([b"5\r\nabcde\r\n", b"-5\r\nabcde\r\n", b"zz\r\n", b"0\r\n\r\n", b"5;x=y\r\nabc", b"\r\n"])
BODIES = st.sampled_from([b"", b"{}", b'{"message": "hej"}']) | st.binary(max_size=200) | st.lists(CHUNKS).map(b"".join)


@st.composite
def raw_requests(draw):
    """One or two requests in one piece, whole or broken off."""
    raw = b""
    for _ in range(draw(st.integers(1, 2))):
        head = [draw(LINES), *(name + b": " + value for name, value in draw(st.lists(HEADERS, max_size=4)))]
        raw += b"\r\n".join(head) + b"\r\n\r\n" + draw(BODIES)
    return raw[: draw(st.integers(1, len(raw)))] if draw(st.booleans()) else raw


def send(port, raw, seconds=2.0):
    """What comes back until the server closes, or within so many seconds."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        try:
            connection.sendall(raw)
            while received := connection.recv(65536):
                answer += received
        except (TimeoutError, ConnectionError):
            pass
    return answer
