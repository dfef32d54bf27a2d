"""The jobs of the benchmark in Python."""

import json
import os

ITEM = "SELECT id, sku, price, stock, description FROM items WHERE sku = ?"
ITEMS = "SELECT id, sku, price, stock FROM items WHERE id <= ? ORDER BY id"
ORDERS = """CREATE TABLE IF NOT EXISTS orders
    (id TEXT PRIMARY KEY, customer TEXT NOT NULL, total REAL NOT NULL) WITHOUT ROWID"""
INSERT = """INSERT INTO orders (id, customer, total) VALUES (?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET customer = excluded.customer, total = excluded.total"""

database = None
if "DATABASE" in os.environ:
    import sqlite3

    if os.environ["_HANDLER"] == "handler.inserts":
        database = sqlite3.connect(os.environ["DATABASE"], isolation_level=None)
        database.execute("PRAGMA journal_mode = memory")
        database.execute("PRAGMA synchronous = off")
        database.execute(ORDERS)
    else:
        uri = "file:" + os.environ["DATABASE"] + "?mode=ro&immutable=1"
        database = sqlite3.connect(uri, uri=True)


def hello(event, context):
    return {"statusCode": 200, "body": "Hello " + event.get("name", "world")}


def group(event, context):
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


def reshape(event, context):
    rows = []
    for record in event["Records"]:
        body = json.loads(record["body"])
        total = body["total"]
        rows.append(
            {
                "id": record["messageId"],
                "customer": body["customer"],
                "total": total,
                "cents": int(total * 100),
            }
        )
    return rows


def lookup(event, context):
    row = database.execute(ITEM, (event["sku"],)).fetchone()
    if row is None:
        return None
    number, sku, price, stock, description = row
    return {"id": number, "sku": sku, "price": price, "stock": stock, "description": description}


def rows(event, context):
    return [
        {"id": number, "sku": sku, "price": price, "stock": stock}
        for number, sku, price, stock in database.execute(ITEMS, (event["rows"],))
    ]


def echo(event, context):
    return event


def inserts(event, context):
    failures = []
    database.execute("BEGIN")
    for record in event["Records"]:
        try:
            body = json.loads(record["body"])
            database.execute(INSERT, (record["messageId"], body["customer"], body["total"]))
        except (ValueError, KeyError, sqlite3.Error):
            failures.append({"itemIdentifier": record["messageId"]})
    database.execute("COMMIT")
    return {"batchItemFailures": failures}
