"""crowd.py <tracker> <its port> <a classic peer's port>

Opens connections that say nothing, or half of something, and prints what each said, what it was answered and after how
many seconds it was closed, as JSON.
"""

import json
import socket
import sys
import threading
import time

from peer import dial

host, *ports = sys.argv[1:]
halves = ["", "PROTO_VER", "PROTO_VERSION 1.0\nREGISTER", "REGISTER half", "PUBLISH", "REGISTER\0", "CONNECT\x0001/05"]
asked = ["", "get", "get ", "DOWNLOAD", "GET_FILE\0half"]
patience = 15
ends = []


def wait(text, tcp):
    began = time.monotonic()
    said = b""
    try:
        while (left := began + patience - time.monotonic()) > 0:
            tcp.settimeout(left)
            part = tcp.recv(4096)
            said += part
            if not part:
                break
    except ConnectionResetError:
        pass
    except TimeoutError:
        ends.append([text, said.decode(), None])
        return
    ends.append([text, said.decode(), time.monotonic() - began])


threads = []
for port, texts in zip(ports, (halves, asked)):
    for count in range(24):
        tcp = dial(host, port)
        tcp.sendall(texts[count % len(texts)].encode())
        threads.append(threading.Thread(target=wait, args=(texts[count % len(texts)], tcp)))
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for text in ("register", "register half", "announce", "query", "get resource_info", "hello", "\0" * 40):
    udp.sendto(text.encode(), (host, int(ports[0])))
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps(ends))
