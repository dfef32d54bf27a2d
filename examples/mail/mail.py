#!/usr/bin/env python3
"""Reads mail that SES has received and sent to an SNS topic: who wrote what, and what is attached."""
import base64
import json
import sys
from email import message_from_bytes, policy
from email.utils import parseaddr, parsedate_to_datetime


def mail(notification):
    content = notification["content"]
    if notification["receipt"]["action"].get("encoding") == "BASE64":
        content = base64.b64decode(content)
    else:
        content = content.encode()
    message = message_from_bytes(content, policy=policy.default)
    text = message.get_body(("plain", "html"))
    return {
        "messageId": notification["mail"]["messageId"],
        "from": parseaddr(str(message["from"]))[1],
        "subject": str(message["subject"] or ""),
        "date": parsedate_to_datetime(message["date"]).isoformat() if message["date"] else None,
        "text": text.get_content().strip() if text else "",
        "attachments": [
            {"name": a.get_filename(), "type": a.get_content_type(), "bytes": len(a.get_payload(decode=True) or b"")}
            for a in message.iter_attachments()
        ],
    }


def handler(event):
    return [mail(json.loads(record["Sns"]["Message"])) for record in event["Records"]]


# One process for all invocations: a line in, a line out.
for line in sys.stdin:
    try:
        answer = handler(json.loads(line)["event"])
    except Exception as e:
        answer = {"error": {"type": f"Mail.{type(e).__name__}", "message": str(e)}}
    print(json.dumps(answer), flush=True)
