"""A BitTorrent swarm with libtorrent, for the flash-crowd bench.

    torrent.py tracker
    torrent.py make FILE TORRENT ADDRESS-OF-TRACKER
    torrent.py join TORRENT FOLDER shipped|tcp [seed]

libtorrent as it ships, but for what would reach beyond the LAN: no DHT, no local discovery, no port mapping. "tcp" leaves out
its transport over UDP, too. The tracker is the least that BEP 3 and BEP 23 ask for; it tells everybody of everybody, at once.
What happens is said as a line of JSON.
"""

import json
import signal
import socketserver
import sys
import urllib.parse

import libtorrent

TRACKER_PORT = 6969
PEER_PORT = 6881
INTERVAL_S = 30
ALERT_WAIT_MS = 1000


def say(event, **more):
    print(json.dumps({"event": event, **more}), flush=True)


def tracker():
    peers = []

    class Announce(socketserver.StreamRequestHandler):
        def handle(self):
            _, target, _ = self.rfile.readline().decode("latin-1").split(" ", 2)
            while self.rfile.readline().strip():
                pass
            query = urllib.parse.parse_qs(urllib.parse.urlsplit(target).query, encoding="latin-1")
            address = bytes(int(part) for part in self.client_address[0].split("."))
            peer = address + int(query["port"][0]).to_bytes(2, "big")
            others = b"".join(other for other in peers if other != peer)
            if peer not in peers:
                peers.append(peer)
            body = libtorrent.bencode({"interval": INTERVAL_S, "peers": others})
            head = f"HTTP/1.0 200 OK\r\nContent-Length: {len(body)}\r\n\r\n"
            self.wfile.write(head.encode() + body)

    class Listener(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Listener(("", TRACKER_PORT), Announce) as listener:
        say("ready")
        listener.serve_forever()


def make(file, torrent, address):
    storage = libtorrent.file_storage()
    libtorrent.add_files(storage, file)
    creator = libtorrent.create_torrent(storage)
    creator.add_tracker(f"http://{address}:{TRACKER_PORT}/announce")
    folder = file.rsplit("/", 1)[0]
    libtorrent.set_piece_hashes(creator, folder)
    with open(torrent, "wb") as out:
        out.write(libtorrent.bencode(creator.generate()))


def join(torrent, folder, kind, seeding):
    session = libtorrent.session(
        {
            "listen_interfaces": f"0.0.0.0:{PEER_PORT}",
            "enable_dht": False,
            "enable_lsd": False,
            "enable_upnp": False,
            "enable_natpmp": False,
            "enable_outgoing_utp": kind == "shipped",
            "enable_incoming_utp": kind == "shipped",
            "alert_mask": libtorrent.alert.category_t.status_notification
            | libtorrent.alert.category_t.tracker_notification,
        }
    )
    wanted = libtorrent.add_torrent_params()
    wanted.ti = libtorrent.torrent_info(torrent)
    wanted.save_path = folder
    if seeding:
        wanted.flags |= libtorrent.torrent_flags.seed_mode
    session.add_torrent(wanted)
    while True:
        session.wait_for_alert(ALERT_WAIT_MS)
        for alert in session.pop_alerts():
            if isinstance(alert, libtorrent.tracker_reply_alert):
                say("ready")
            if isinstance(alert, libtorrent.torrent_finished_alert) and not seeding:
                say("saved")
            if isinstance(alert, libtorrent.torrent_error_alert | libtorrent.file_error_alert):
                say("error", message=alert.message())


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
match sys.argv[1:]:
    case ["tracker"]:
        tracker()
    case ["make", file, torrent, address]:
        make(file, torrent, address)
    case ["join", torrent, folder, ("shipped" | "tcp") as kind, *seed]:
        join(torrent, folder, kind, seed == ["seed"])
    case _:
        sys.exit(__doc__)
