package local

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
)

// apiError is an error as the Lambda API answers with it. The SDKs make an exception of
// its name.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
type apiError struct {
	status  int
	name    string
	message string
}

func (e *apiError) Error() string { return e.message }

// newError returns an error of the Lambda API.
func newError(status int, name, format string, arguments ...any) *apiError {
	return &apiError{status, name, fmt.Sprintf(format, arguments...)}
}

func invalid(format string, arguments ...any) *apiError {
	return newError(http.StatusBadRequest, "InvalidParameterValueException", format, arguments...)
}

// notFound is the error of a name that no function has, and why.
func notFound(arn, why string) *apiError {
	return newError(http.StatusNotFound, "ResourceNotFoundException", "Function not found: %s (%s)", arn, why)
}

// throttled is the error of an invocation while too many others run.
var throttled = newError(http.StatusTooManyRequests, "TooManyRequestsException", "Rate Exceeded.")

// writeError answers with an error of the Lambda API, or with what it has for all others.
func writeError(w http.ResponseWriter, err error) {
	e, ok := errors.AsType[*apiError](err)
	if !ok {
		e = newError(http.StatusInternalServerError, "ServiceException", "%v", err)
	}
	body := map[string]string{"Type": "User", "message": e.message}
	switch e.status {
	case http.StatusNotFound: // whose message has another name
		body["Message"] = e.message
	case http.StatusTooManyRequests:
		body["Reason"] = "ReservedFunctionConcurrentInvocationLimitExceeded"
	}
	w.Header().Set("X-Amzn-ErrorType", e.name)
	writeJSON(w, e.status, body)
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(bytes.TrimSpace(encode(value)))
}
