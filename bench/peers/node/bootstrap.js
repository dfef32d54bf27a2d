// A loop over the Runtime API on a socket: one kept-alive connection, and no more for an
// invocation than reading the answer, its request id and its length.
"use strict";

const net = require("net");
const handle = require("./handler.js")[process.env._HANDLER.split(".")[1]];

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const runtime = "/2018-06-01/runtime/invocation/";
const ask = `GET ${runtime}next HTTP/1.1\r\nHost: ${host}\r\n\r\n`;

let chunks = []; // of the answer, as far as it has come
let received = 0;
let whole = 0; // its length, 0: the head has not come yet
let body = 0; // where its body begins
let id = ""; // of the invocation in progress

const connection = net.connect({ host, port, noDelay: true }, () => connection.write(ask));

connection.on("data", (chunk) => {
  chunks.push(chunk);
  received += chunk.length;
  if (whole === 0 && !readHead()) return;
  if (received < whole) return;
  const answer = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
  chunks = [];
  received = whole = 0;
  if (id !== "") {
    respond(answer.utf8Slice(body));
  } else {
    connection.write(ask);
  }
});

// readHead reads the head of an answer, of which only that to next has a request id.
function readHead() {
  if (chunks.length > 1) chunks = [Buffer.concat(chunks)];
  const end = chunks[0].indexOf("\r\n\r\n");
  if (end < 0) return false;
  const head = chunks[0].latin1Slice(0, end);
  body = end + 4;
  whole = body + Number(/\r\ncontent-length: *(\d+)/i.exec(head)[1]);
  id = /\r\nlambda-runtime-aws-request-id: *([^\r]+)/i.exec(head)?.[1] ?? "";
  return true;
}

function respond(event) {
  const response = JSON.stringify(handle(JSON.parse(event)));
  connection.write(
    `POST ${runtime}${id}/response HTTP/1.1\r\nHost: ${host}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(response)}\r\n\r\n${response}`,
  );
}
