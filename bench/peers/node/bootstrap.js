// A loop over the Runtime API: one kept-alive connection.
"use strict";

const http = require("http");
const { handle } = require("./handler.js");

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const runtime = "/2018-06-01/runtime/invocation/";

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : {
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(body),
    };
    const request = http.request({ host, port, agent, method, path, headers }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
      response.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}

async function main() {
  for (;;) {
    const invocation = await call("GET", runtime + "next");
    const response = JSON.stringify(handle(JSON.parse(invocation.body)));
    const id = invocation.headers["lambda-runtime-aws-request-id"];
    await call("POST", runtime + id + "/response", response);
  }
}

main();
