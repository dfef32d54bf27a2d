// The jobs of the benchmark in JavaScript.
"use strict";

exports.hello = ({ name = "world" }) => ({ statusCode: 200, body: "Hello " + name });

exports.group = (event) => {
  const groups = new Map();
  for (const record of event.Records) {
    const { customer, total } = JSON.parse(record.body);
    const group = groups.get(customer);
    if (group === undefined) {
      groups.set(customer, { customer, count: 1, sum: total });
    } else {
      group.count++;
      group.sum += total;
    }
  }
  return [...groups.values()];
};

exports.reshape = (event) =>
  event.Records.map((record) => {
    const { customer, total } = JSON.parse(record.body);
    return { id: record.messageId, customer, total, cents: Math.trunc(total * 100) };
  });

exports.echo = (event) => event;
