"""versioned_peer.py <tracker> <its port> <user> <shared folder> <download folder> [bare]

`bare` sends its messages without line ends.
list, get <name>, fetch <address> <port> <name>, say <words>, quit
"""

import os
import sys

from peer import content_of, dial, obey, rest_of, save, serve

host, port, user, folder, downloads, *bare = sys.argv[1:]
tracker = dial(host, port)
lines = tracker.makefile("r", encoding="utf-8", newline="\n")
end = "" if bare else "\n"


def ask(text):
    tracker.sendall((text + end).encode())
    return lines.readline().rstrip("\n")


def answer(peer):
    content = content_of(os.path.join(folder, peer.recv(1024).decode()))
    if content is not None:
        peer.sendall(content)


def fetch(address, port, name, owner="somebody"):
    with dial(address, port) as tcp:
        tcp.sendall(name.encode())
        return save(downloads, owner, name, rest_of(tcp) or None)


def get(name):
    found, *at = ask(f"REQUEST {name}").split(" ")
    return fetch(*at, name, "-".join(at)) if found == "FOUND" else found


def files():
    line, listed = ask("LIST_FILES"), []
    while line != "END":
        listed.append(line)
        line = lines.readline().rstrip("\n")
    return "\n".join(listed)


serving = serve(answer)
print(ask("PROTO_VERSION 1.0"))
print(ask(f"REGISTER {user}"))
for entry in sorted(os.listdir(folder)):
    print(ask(f"ANNOUNCE {entry} {serving}"))
obey({"list": files, "get": get, "fetch": fetch, "say": lambda *words: ask(" ".join(words))})
