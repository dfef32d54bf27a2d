"""The loop of bootstrap.py, for a program that is a process for each event: what people
write to run a program on Lambda."""

import os
import subprocess
import sys

import bootstrap


class Handler:
    def script(self, event, context):
        program = os.path.join(os.environ["LAMBDA_TASK_ROOT"], "answer")
        done = subprocess.run([program], input=event, capture_output=True, check=True)
        sys.stderr.buffer.write(done.stderr)
        return done.stdout


# The program reads the event and writes the response as they are.
bootstrap.handler = Handler()
bootstrap.json.loads = bytes
bootstrap.encode = bytes.decode

if __name__ == "__main__":
    bootstrap.main()
