"""A loop over the Runtime API on a socket: one kept-alive connection, and no more for an
invocation than reading the answer, its request id and its length."""

import json
import os
import socket

import handler

RUNTIME = b"/2018-06-01/runtime/invocation/"
encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def receive(connection):
    """Returns the head and the body of an answer."""
    received = connection.recv(65536)
    while (end := received.find(b"\r\n\r\n")) < 0:
        received += connection.recv(65536)
    head = received[:end].lower()
    length = int(head[head.index(b"\r\ncontent-length:") + 17 :].split(b"\r\n", 1)[0])
    body = received[end + 4 :]
    if len(body) == length:
        return head, body
    whole = bytearray(length)
    whole[: len(body)] = body
    rest = memoryview(whole)[len(body) :]
    while rest:
        rest = rest[connection.recv_into(rest) :]
    return head, whole


def main():
    handle = getattr(handler, os.environ["_HANDLER"].partition(".")[2])
    host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
    connection = socket.create_connection((host, int(port)))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    host = host.encode()
    ask = b"GET %bnext HTTP/1.1\r\nHost: %b\r\n\r\n" % (RUNTIME, host)
    while True:
        connection.sendall(ask)
        head, event = receive(connection)
        at = head.index(b"\r\nlambda-runtime-aws-request-id:") + 32
        request_id = head[at : head.index(b"\r\n", at)].strip()
        response = encode(handle(json.loads(event), None)).encode()
        connection.sendall(
            b"POST %b%b/response HTTP/1.1\r\nHost: %b\r\n"
            b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
            % (RUNTIME, request_id, host, len(response), response)
        )
        receive(connection)


if __name__ == "__main__":
    main()
