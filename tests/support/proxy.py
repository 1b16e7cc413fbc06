"""A TCP proxy on 127.0.0.1 that misbehaves on demand, for what stands between kaiku and Redis or Kafka."""
import collections
import re
import socket
import struct
import threading
import time

from servers import free_port

RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends RST
ERROR = re.compile(rb"(?:^|\r\n)-([A-Z]+)[ \r]")


class Connection:
    def __init__(self, client, server):
        self.ends = {"up": (client, server), "down": (server, client)}  # (read from, write to)
        self.drops = False                                              # its next reply is dropped

    def reset(self):
        for end in self.ends["up"]:
            try:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                end.shutdown(socket.SHUT_RD)        # wakes the thread that reads from it
            except OSError: pass
            end.close()


class Proxy:
    """Forwards to the port `target`. "up" is from the client to the server, "down" the way back. A cut or a dropped reply
    happens once, to the first connection that meets it; `fired` counts them. `errors` counts Redis' error replies."""

    def __init__(self, target):
        self.target, self.port = target, free_port()
        self.lock, self.connections = threading.Lock(), []
        self.fired, self.errors = 0, collections.Counter()
        self.delay_s, self.swallows = {"up": 0, "down": 0}, False
        self.limits, self.marker, self.fall_over = {"up": None, "down": None}, None, None
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self.accept, daemon=True).start()

    # -- what goes wrong

    def cut(self, direction, after):
        """Resets the connection once so many bytes, counted from now, have gone this way."""
        with self.lock: self.limits[direction] = after

    def drop_reply(self, marker):
        """The next request that holds these bytes reaches the server; instead of the reply there is a reset."""
        with self.lock: self.marker = marker

    def move_before(self, marker, target):
        """The next request that holds these bytes gets lost, and another server stands there from then on."""
        with self.lock: self.fall_over = (marker, target)

    def delay(self, direction, seconds):
        """Every piece takes so long."""
        self.delay_s[direction] = seconds

    def swallow(self, does=True):
        """Half-open: connections stand, and nothing arrives anywhere."""
        self.swallows = does

    def move(self, target):
        """Another server stands there from now on."""
        self.target = target
        self.reset()

    def reset(self):
        """Resets all connections."""
        with self.lock: connections, self.connections = self.connections, []
        for connection in connections: connection.reset()

    # -- the machinery

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            try: server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            connection = Connection(client, server)
            with self.lock: self.connections.append(connection)
            for direction in ("up", "down"):
                threading.Thread(target=self.pump, args=(connection, direction), daemon=True).start()

    def pump(self, connection, direction):
        source, sink = connection.ends[direction]
        ended = False
        try:
            while not ended:
                data = source.recv(1 << 16)
                if not data: break
                if self.delay_s[direction]: time.sleep(self.delay_s[direction])
                if self.swallows: continue
                data, ended = self.judge(connection, direction, data)
                sink.sendall(data)
        except OSError: pass
        connection.reset()

    def judge(self, connection, direction, data):
        """What of it is forwarded, and whether that was all."""
        with self.lock:
            if direction == "down":
                self.errors.update(code.decode() for code in ERROR.findall(data))
                if connection.drops:
                    self.fired += 1
                    return b"", True
            elif self.fall_over and self.fall_over[0] in data:
                self.target, self.fall_over = self.fall_over[1], None
                self.fired += 1
                return b"", True
            elif self.marker and self.marker in data:
                connection.drops, self.marker = True, None
            limit = self.limits[direction]
            if limit is None: return data, False
            if len(data) < limit:
                self.limits[direction] = limit - len(data)
                return data, False
            self.limits[direction] = None
            self.fired += 1
            return data[:limit], True
