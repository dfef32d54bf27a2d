package local

import (
	"encoding/json"
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

// throttled is the error of an invocation while too many others run.
var throttled = newError(http.StatusTooManyRequests, "TooManyRequestsException", "Rate Exceeded.")

// apiErrorOf returns an error as the Lambda API has it.
func apiErrorOf(err error) *apiError {
	if own, ok := errors.AsType[*apiError](err); ok {
		return own
	}
	return newError(http.StatusInternalServerError, "ServiceException", "%v", err)
}

// write answers with the error.
func (e *apiError) write(w http.ResponseWriter) {
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
	body, err := json.Marshal(value)
	if err != nil {
		status, body = http.StatusInternalServerError, nil
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(body)
}
