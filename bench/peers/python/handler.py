"""Groups the records of an event by customer, by hand."""

import json


def handle(event, context):
    groups = {}
    for record in event["Records"]:
        body = json.loads(record["body"])
        customer = body["customer"]
        group = groups.get(customer)
        if group is None:
            groups[customer] = group = {"customer": customer, "count": 0, "sum": 0.0}
        group["count"] += 1
        group["sum"] += body["total"]
    return list(groups.values())
