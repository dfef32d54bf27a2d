"""A loop over the Runtime API for where awslambdaric is not installed: one kept-alive
connection, nothing per invocation that awslambdaric does not do too."""

import http.client
import json
import os

from handler import handle

RUNTIME = "/2018-06-01/runtime/invocation/"


def main():
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    while True:
        connection.request("GET", RUNTIME + "next")
        invocation = connection.getresponse()
        request_id = invocation.headers["Lambda-Runtime-Aws-Request-Id"]
        response = json.dumps(handle(json.loads(invocation.read()), None))
        connection.request(
            "POST",
            RUNTIME + request_id + "/response",
            response.encode(),
            {"Content-Type": "application/json"},
        )
        connection.getresponse().read()


if __name__ == "__main__":
    main()
