"""hello_peer.py <tracker> <its UDP port> <user> <shared folder> <download folder>

list, users, get <name> <owner>, fetch <address> <port> <name>, say <words>, quit
"""

import os
import queue
import socket
import sys
import threading

from peer import content_of, dial, obey, rest_of, save, serve

host, port, user, folder, downloads = sys.argv[1:]
tracker = (host, int(port))
missing = b"Error: File not found.\n"
replies = queue.Queue()
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("", 0))


def listen():
    """Anything but `hello` is the reply to the last request."""
    while True:
        text = udp.recvfrom(4096)[0].decode()
        if text == "hello":
            udp.sendto(b"hello response", tracker)
        else:
            replies.put(text)


def ask(text):
    udp.sendto(text.encode(), tracker)
    try:
        return replies.get(timeout=10)
    except queue.Empty:
        raise TimeoutError("no reply") from None


def answer(peer):
    name = peer.recv(1024).decode().partition(" ")[2]
    content = content_of(os.path.join(folder, name))
    peer.sendall(missing if content is None else content)


def fetch(address, port, name, owner="somebody"):
    with dial(address, port) as tcp:
        tcp.sendall(f"get {name}".encode())
        content = rest_of(tcp)
    return save(downloads, owner, name, None if content == missing else content)


def get(name, owner):
    for line in ask(f"get resource_info {name}").splitlines():
        if line.split(" ")[0] == owner:
            return fetch(*line.split(" ")[1:], name, owner)
    return "no such owner"


threading.Thread(target=listen, daemon=True).start()
print(ask(f"register {user} {serve(answer)}"))
for entry in sorted(os.listdir(folder)):
    print(ask(f"announce {entry} {user}"))
obey(
    {
        "list": lambda: ask("query resources"),
        "users": lambda: ask("query users"),
        "get": get,
        "fetch": fetch,
        "say": lambda *words: ask(" ".join(words)),
    }
)
