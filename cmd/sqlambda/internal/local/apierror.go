package local

import (
	"encoding/json"
	"errors"
	"net/http"
)

// apiError is an error as the Lambda API answers with it. The SDKs make of its name an
// exception of theirs.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
type apiError struct {
	status  int
	name    string
	message string
	reason  string // of being throttled
}

func (e *apiError) Error() string { return e.message }

// apiErrorOf returns an error as the Lambda API has it.
func apiErrorOf(err error) *apiError {
	var own *apiError
	var unknown *unknownFunction
	var broken *brokenFolder
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &unknown):
		return &apiError{status: http.StatusNotFound, name: "ResourceNotFoundException", message: err.Error()}
	case errors.As(err, &broken):
		return &apiError{status: http.StatusConflict, name: "ResourceConflictException", message: err.Error()}
	case errors.Is(err, errThrottled):
		return &apiError{
			status: http.StatusTooManyRequests, name: "TooManyRequestsException", message: "Rate Exceeded.",
			reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
		}
	}
	return &apiError{status: http.StatusInternalServerError, name: "ServiceException", message: err.Error()}
}

// write answers with the error.
func (e *apiError) write(w http.ResponseWriter) {
	body := map[string]string{"Type": "User", "message": e.message}
	switch {
	case e.name == "ResourceNotFoundException": // whose message has another name
		body["Message"] = e.message
	case e.reason != "":
		body["Reason"] = e.reason
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
