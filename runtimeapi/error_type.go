package runtimeapi

import "strings"

// The error types of this package. A handler's own errors have types that it defines.
const (
	// FunctionPanic is a panic of a handler. It is reported, then [Runtime.Serve] ends.
	FunctionPanic = "Function.Panic"
	// FunctionResponseSizeTooLarge is a response over [MaxPayload]. It is not sent.
	FunctionResponseSizeTooLarge = "Function.ResponseSizeTooLarge"
	// FunctionUnknown is an error of a handler that is not an [*Error].
	FunctionUnknown = "Function.Unknown"
	// RuntimeInitFailed is an error given to [Runtime.ReportInitError] that is not an
	// [*Error].
	RuntimeInitFailed = "Runtime.InitFailed"
)

// headerType returns the value of Lambda-Runtime-Function-Error-Type for an error type.
// Lambda records only Runtime.Name and Function.Name, where Name consists of letters and begins
// with a capital, and replaces anything else by Runtime.Unknown. So the type not_found is sent
// as Function.NotFound; the error's JSON keeps it as it is.
func headerType(errorType string) string {
	prefix, name, found := strings.Cut(errorType, ".")
	if !found || prefix != "Runtime" && prefix != "Function" {
		prefix, name = "Function", errorType
	}
	header := prefix + "."
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return r|0x20 < 'a' || r|0x20 > 'z' }) {
		if header += strings.ToUpper(word[:1]) + word[1:]; len(header) >= maxHeaderType {
			return header[:maxHeaderType]
		}
	}
	if len(header) < len(prefix)+3 {
		return prefix + ".Unknown"
	}
	return header
}

const maxHeaderType = 128
