"""rogue.py <tracker> <its port> <JSON: name bound to a key, and who is here in each dialect>

Tries to go by others' names and to announce as others, and prints what it is answered, as JSON.
"""

import json
import socket
import sys

from peer import dial, rest_of

host, port, names = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
bound, date = names["bound"], "01/05/2026 14:03:00"


def hello(*texts):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(10)
        replies = []
        for text in texts:
            udp.sendto(text.encode(), (host, port))
            replies.append(udp.recvfrom(4096)[0].decode())
    return replies


def lasting(*texts):
    with dial(host, port) as tcp:
        replies = []
        for text in texts:
            tcp.sendall(text.encode())
            replies.append(tcp.recv(4096).decode())
    return replies


def fields(*strings, source=""):
    with socket.create_connection((host, port), timeout=10, source_address=(source, 0)) as tcp:
        tcp.sendall(b"".join(f"{string}\0".encode() for string in strings))
        return rest_of(tcp)[0]


def elsewhere(*strings):
    try:
        return fields(*strings, source="127.0.0.2")
    except OSError:
        return "no other address here"


out = {
    "hello": {
        "bound": hello(f"register {bound} 5000"),
        "taken": hello(f"register {names['hello']} 5000"),
        "forged": hello(f"announce forged.txt {names['hello']}", "register Rogue 5000", f"announce forged.txt {names['hello']}"),
    },
    "versioned": {
        "bound": lasting("PROTO_VERSION 1.0\n", f"REGISTER {bound}\n"),
        "taken": lasting("PROTO_VERSION 1.0\n", f"REGISTER {names['versioned']}\n", "ANNOUNCE forged.txt 5000\n"),
    },
    "hostname": {
        "bound": lasting(f"REGISTER {bound} 5000", f"PUBLISH forged.txt {bound}"),
        "taken": lasting(f"REGISTER {names['hostname']} 5000"),
        "forged": lasting("REGISTER Rogue2 5000", f"PUBLISH forged.txt {names['hostname']}"),
    },
    "fields": {
        "bound": [
            fields("REGISTER", date, bound),
            fields("CONNECT", date, bound, "5000"),
            fields("PUBLISH", date, bound, "forged.txt", "x"),
            fields("LIST_USERS", date, bound),
            fields("DISCONNECT", date, bound),
            fields("UNREGISTER", date, bound),
        ],
        "taken": [fields("REGISTER", date, names["fields"]), fields("CONNECT", date, names["fields"], "5000")],
        "forged": [
            elsewhere("PUBLISH", date, names["fields"], "forged.txt", "x"),
            elsewhere("DELETE", date, names["fields"], "same.txt"),
            elsewhere("DISCONNECT", date, names["fields"]),
            elsewhere("UNREGISTER", date, names["fields"]),
        ],
    },
}
print(json.dumps(out))
