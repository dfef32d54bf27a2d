// Groups the records of an event by customer, by hand.
"use strict";

exports.handle = function (event) {
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
