"""fields_peer.py <tracker> <its port> <user> <shared folder> <download folder> <date> [paths]

`paths` publishes absolute paths, as one variant of these programs does; the other publishes base names.
list, users, content <user>, get <user> <name>, fetch <address> <port> <name>, say <VERB> <words>, quit
"""

import os
import sys

from peer import content_of, dial, obey, rest_of, save, serve

host, port, user, folder, downloads, date, *paths = sys.argv[1:]


def ask(verb, *strings):
    """The code, and the strings of a list."""
    with dial(host, port) as tcp:
        tcp.sendall(b"".join(f"{string}\0".encode() for string in (verb, date, *strings)))
        reply = rest_of(tcp)
    return [str(reply[0]), *reply[1:].decode().split("\0")[:-1]]


def answer(peer):
    request = b""
    while request.count(b"\0") < 2:
        part = peer.recv(1024)
        if not part:
            return  # The tracker only looks whether somebody listens.
        request += part
    path = request.split(b"\0")[1].decode()
    content = content_of(path if paths else os.path.join(folder, path))
    peer.sendall(b"\1" if content is None else b"\0" + f"{len(content)}\0".encode() + content)


def fetch(address, port, name, owner="somebody"):
    with dial(address, port) as tcp:
        tcp.sendall(b"GET_FILE\0" + name.encode() + b"\0")
        reply = rest_of(tcp)
    if reply[:1] != b"\0":
        return {b"\1": "missing", b"\2": "refused"}.get(reply[:1], "failed: no answer")
    size, content = reply[1:].split(b"\0", 1)
    if int(size) != len(content):
        return f"{len(content)} bytes of {int(size)}"
    return save(downloads, owner, name, content)


def users():
    _, _, *strings = ask("LIST_USERS", user)
    return [strings[at : at + 3] for at in range(0, len(strings), 3)]


def get(owner, *words):
    for who, address, port in users():
        if who == owner:
            return fetch(address, port, " ".join(words), owner)
    return "no such owner"


print(*ask("REGISTER", user))
print(*ask("CONNECT", user, str(serve(answer))))
for entry in sorted(os.listdir(folder)):
    print(*ask("PUBLISH", user, os.path.join(folder, entry) if paths else entry, f"what {user} says"))
obey(
    {
        "list": lambda: "\n".join(
            f"{name} {who}" for who, _, _ in users() for name in ask("LIST_CONTENT", user, who)[2:]
        ),
        "users": lambda: "\n".join(" ".join(row) for row in users()),
        "content": lambda owner: "\n".join(ask("LIST_CONTENT", user, owner)),
        "get": get,
        "fetch": fetch,
        "say": lambda verb, *words: " ".join(ask(verb, *words)),
    }
)
