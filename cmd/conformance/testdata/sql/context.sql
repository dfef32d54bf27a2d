-- name: main :one
SELECT $context(awsRequestId) AS "requestId", $context(deadlineMs) AS "deadlineMs",
       $context(invokedFunctionArn) AS "functionArn", $context(traceId) AS "traceId";
