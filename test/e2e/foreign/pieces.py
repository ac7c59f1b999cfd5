"""pieces.py <tracker> <its port> <a classic peer's port> <a name there>

Sends every message of each dialect over TCP in two pieces, cut at every byte, and prints what differs from what the whole
message is answered, as JSON: nothing, where pieces are understood.
"""

import json
import socket
import sys
import time

from peer import dial, rest_of

host, port, serving, name = sys.argv[1:]
date = "01/05/2026 14:03:00"
# Without framing, a silence of 50 ms says that a message is whole: a machine that was busy for longer has said another.
apart = 0.03
differ = []
tried = 0


def talk(port, texts, cut, until_end=False):
    """The replies, each text cut there; nothing where the pieces were too far apart."""
    with dial(host, port) as tcp:
        tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        replies = []
        for text in texts:
            began = time.monotonic()
            tcp.sendall(text[:cut])
            time.sleep(0.001)
            if time.monotonic() - began > apart:
                return None
            tcp.sendall(text[cut:])
            replies.append(rest_of(tcp) if until_end else tcp.recv(4096))
        return replies


def every_cut(port, make, until_end=False, settle=0.0):
    """`make` gives the texts of one conversation, told apart by the number that it is given."""
    global tried
    whole = None
    for cut in range(max(len(text) for text in make(0)) + 1):
        for _ in range(20):
            replies = talk(port, make(cut), cut, until_end)
            time.sleep(settle)
            if replies is not None:
                break
        whole = whole or replies
        tried += 1
        if replies != whole:
            differ.append([cut, *map(repr, make(cut)), *map(repr, replies or ["too slow"])])


def encoded(*texts):
    return [text.encode() for text in texts]


def field(*strings):
    return ["".join(f"{string}\0" for string in strings).encode()]


for end in ("\n", "\r\n"):
    every_cut(
        port,
        lambda cut: encoded(
            f"PROTO_VERSION 1.0{end}",
            f"REGISTER cut-{cut:02}{end}",
            f"ANNOUNCE cut.txt 5001{end}",
            f"REQUEST cut.txt{end}",
            f"LIST_FILES{end}",
            f"REQUEST none.txt{end}",
        ),
        settle=0.01,
    )
every_cut(
    port,
    lambda cut: encoded(
        f"REGISTER cut-{cut:02} 5001\n",
        f"PUBLISH cut.txt cut-{cut:02}\n",
        f"DISCOVER_CLIENT cut-{cut:02}\n",
        "FETCH none.txt\n",
        f"PUBLISH cut.txt {'x' * 20}\n",
    ),
    settle=0.01,
)
for strings in (
    ("REGISTER", date, "cutter"),
    ("CONNECT", date, "cutter", "5001"),
    ("PUBLISH", date, "cutter", "/a/cut.txt", "what it is"),
    ("LIST_CONTENT", date, "cutter", "cutter"),
    ("LIST_USERS", date, "cutter"),
    ("DELETE", date, "cutter", "/a/cut.txt"),
    ("DISCONNECT", date, "cutter"),
    ("UNREGISTER", date, "cutter"),
):
    code = talk(port, field(*strings), 0, True)
    assert code is None or code[0][:1] == b"\0", (strings, code)
    every_cut(port, lambda cut: field(*strings), True)
for request in (f"get {name}\n", f"DOWNLOAD {name}\n", f"{name}\n", f"GET_FILE\0{name}\0", "get none.txt\n"):
    every_cut(serving, lambda cut: encoded(request), True)
print(json.dumps({"differ": differ, "tried": tried}))
