"""A line between the engine and its server that can be cut: TCP on loopback, handed on byte by byte."""

import socket
import threading
from contextlib import suppress

LOOPBACK = "127.0.0.1"


class Proxy:
    """Accepts connections at `port` and hands them on to a server's port, until it is cut."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._lines: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._open = True
        self._door = socket.create_server((LOOPBACK, 0))
        self.port = int(self._door.getsockname()[1])
        _thread(self._accept)

    def cut(self) -> None:
        """Drop all connections, and refuse new ones."""
        self._open = False
        _close(self._door)
        self.drop()

    def drop(self) -> None:
        """Drop all connections at once, like a cable that is pulled and put back."""
        with self._lock:
            lines, self._lines = self._lines, set()
        for line in lines:
            _close(line)

    def _accept(self) -> None:
        while self._open:
            with suppress(OSError):  # the door was closed, or the server does not answer
                near, _ = self._door.accept()
                try:
                    far = socket.create_connection((LOOPBACK, self._server_port), timeout=10)
                except OSError:
                    _close(near)
                    continue
                far.settimeout(None)
                with self._lock:
                    self._lines |= {near, far}
                _thread(_hand_on, near, far)
                _thread(_hand_on, far, near)


def _thread(work: object, *args: object) -> None:
    threading.Thread(target=work, args=args, daemon=True, name="proxy").start()  # type: ignore[arg-type]


def _close(line: socket.socket) -> None:
    """Close a socket, and wake up threads that wait for it."""
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()


def _hand_on(source: socket.socket, target: socket.socket) -> None:
    """Copy bytes until either end closes; then close both."""
    with suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
    _close(source)
    _close(target)
