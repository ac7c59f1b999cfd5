"""hostname_peer.py <tracker> <its port> <host name> <shared folder> <download folder> [lines]

`lines` ends the two lines before a file with line ends, which others of these programs do not.
list, clients, discover <host>, get <name> <host>, fetch <address> <port> <name>, say <words>, quit
"""

import os
import sys

from peer import content_of, dial, obey, rest_of, save, serve

host, port, user, folder, downloads, *lines = sys.argv[1:]
tracker = dial(host, port)
end = "\n" if lines else ""


def ask(text):
    """One read is the whole reply."""
    tracker.sendall(text.encode())
    return tracker.recv(4096).decode()


def answer(peer):
    verb, _, name = peer.recv(1024).decode().partition(" ")
    content = content_of(os.path.join(folder, name)) if verb == "DOWNLOAD" else None
    if content is None:
        peer.sendall(b"ERROR File not found")
        return
    peer.sendall(f"FILESIZE {len(content)}{end}".encode())
    peer.sendall(f"BEGIN_DOWNLOAD{end}".encode())
    peer.sendall(content)


def fetch(address, port, name, owner="somebody"):
    with dial(address, port) as tcp:
        tcp.sendall(f"DOWNLOAD {name}".encode())
        head = tcp.recv(1024)
        if head.startswith(b"ERROR"):
            return save(downloads, owner, name, None)
        while b"BEGIN_DOWNLOAD" not in head:
            part = tcp.recv(1024)
            if not part:
                raise ValueError("it ended before its file began")
            head += part
        before, after = head.split(b"BEGIN_DOWNLOAD", 1)
        size = int(before.split()[1])
        # It ends as the line before it does.
        if before.endswith(b"\n") and after == b"":
            after = tcp.recv(1)
        content = (after[1:] if before.endswith(b"\n") else after) + rest_of(tcp)
    if len(content) != size:
        return f"{len(content)} bytes of {size}"
    return save(downloads, owner, name, content)


def get(name, owner):
    verdict, *owners = ask(f"FETCH {name}").split(" ")
    for address, port, user in [entry.split(":") for entry in owners]:
        if user == owner:
            return fetch(address, port, name, owner)
    return verdict if verdict == "FETCH_NOT_FOUND" else "no such owner"


print(ask(f"REGISTER {user} {serve(answer)}"))
for entry in sorted(os.listdir(folder)):
    print(ask(f"PUBLISH {entry} {user}"))
obey(
    {
        "list": lambda: "\n".join(
            f"{name} {user}"
            for user in ask("LIST_CLIENTS").split(" ")[1:]
            for name in ask(f"DISCOVER_CLIENT {user}").split(" ")[1:]
        ),
        "clients": lambda: ask("LIST_CLIENTS"),
        "discover": lambda host: ask(f"DISCOVER_CLIENT {host}"),
        "get": get,
        "fetch": fetch,
        "say": lambda *words: ask(" ".join(words)),
    }
)
