"""What peers of the older systems have in common: a folder, a port that answers other peers, commands on stdin."""

import os
import socket
import sys
import threading


def serve(answer):
    """Answers each connection by itself; returns the port."""
    listener = socket.socket()
    listener.bind(("", 0))
    listener.listen()

    def converse(peer):
        with peer:
            answer(peer)

    def accept():
        while True:
            threading.Thread(target=converse, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


def dial(address, port):
    return socket.create_connection((address, int(port)), timeout=10)


def rest_of(tcp):
    """Everything until the other side ends."""
    parts = []
    while part := tcp.recv(65536):
        parts.append(part)
    return b"".join(parts)


def content_of(path):
    """None where there is no such file. Whatever is asked for is opened: that is how these programs are."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def save(folder, owner, name, content):
    """`folder` is beside the shared one."""
    if content is None:
        return "missing"
    path = os.path.join(folder, f"downloaded_{owner}_{os.path.basename(name)}")
    with open(path, "wb") as file:
        file.write(content)
    return f"saved {path}"


def obey(verbs):
    """Does what stdin says, a line at a time; a dot on a line of its own ends what each prints."""
    print(".", flush=True)
    for line in sys.stdin:
        verb, *words = line.split()
        if verb == "quit":
            break
        try:
            print(verbs[verb](*words))
        except (OSError, ValueError, TimeoutError) as error:
            print(f"failed: {error}")
        print(".", flush=True)
