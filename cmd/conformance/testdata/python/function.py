import os


def echo(event, context):
    return event


def fail(event, context):
    raise ValueError("it fails, as it should")


def context(event, context):
    return {
        "requestId": context["Lambda-Runtime-Aws-Request-Id"],
        "deadlineMs": int(context["Lambda-Runtime-Deadline-Ms"]),
        "functionArn": context["Lambda-Runtime-Invoked-Function-Arn"],
        "traceId": os.environ["_X_AMZN_TRACE_ID"],
    }
