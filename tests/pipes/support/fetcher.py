"""Asks sl-fetch as a stage does (libcore/bytes/remote.h)."""

import os
import socket
import struct
import subprocess

REQUEST, REPLY, MAGIC = "<IIQIIQ", "<IIQQQQQII", 0x30465253


class Failure(Exception):
    pass


class Fetcher:
    def __init__(self, url, *options, **popen):
        self.socket, other = socket.socketpair()
        path = os.environ["SL_BUILD"] + "/libexec/streamlib/sl-fetch"
        arguments = [path, "--parent", str(os.getpid()), *options, "--", url]
        self.process = subprocess.Popen(arguments, stdin=other, stdout=other, **popen)
        other.close()
        self.ask(0, 0)

    def take(self, count):
        data = bytearray()
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                raise EOFError("sl-fetch has closed the socket")
            data += more
        return bytes(data)

    def ask(self, offset, length, until=0, resource=0):
        self.socket.sendall(struct.pack(REQUEST, MAGIC, length, offset, resource, 0, until))
        return self.answer(length)

    def open(self, resource, reference):
        """Something that the resources before it refer to."""
        text = reference.encode()
        self.socket.sendall(struct.pack(REQUEST, MAGIC, len(text), 0, resource, 1, 0) + text)
        return self.answer(0)

    def answer(self, length):
        reply = struct.unpack(REPLY, self.take(struct.calcsize(REPLY)))
        _, count, _, self.size, self.ready, self.requests, self.fetched, status, self.ranges = reply
        data = self.take(count)
        if status:
            raise Failure(status, data.decode())
        assert count <= length
        return data

    def read(self, offset, length, piece=64 << 10, until=0):
        """All of it, in pieces as a stage asks for them; less only at the end."""
        data = bytearray()
        while len(data) < length:
            more = self.ask(offset + len(data), min(piece, length - len(data)), until)
            if not more:
                break
            data += more
        return data

    def close(self):
        self.socket.close()
        return self.process.wait(timeout=10)
