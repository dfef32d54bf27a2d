package runtimeapi

// header is one of the headers this package reads; all others are skipped.
type header int

const (
	headerRequestID header = iota
	headerDeadline
	headerARN
	headerTraceID
	headerClientContext
	headerCognitoIdentity
	headerTenantID
	headerAttempt
	headerExtensionID
	knownHeaders // those above are kept as values

	headerContentLength
	headerTransferEncoding
	headerConnection
	headerOther
)

// span is a header's value, buffer[from:to].
type span struct{ from, to int }

// knownHeader finds a header by its name, in any case.
func knownHeader(name []byte) header {
	switch len(name) {
	case 10:
		return match(name, "connection", headerConnection)
	case 14:
		return match(name, "content-length", headerContentLength)
	case 17:
		return match(name, "transfer-encoding", headerTransferEncoding)
	case 23:
		return match(name, "lambda-runtime-trace-id", headerTraceID)
	case 26:
		return match(name, "lambda-runtime-deadline-ms", headerDeadline)
	case 27:
		return match(name, "lambda-extension-identifier", headerExtensionID)
	case 28:
		if h := match(name, "lambda-runtime-invocation-id", headerAttempt); h != headerOther {
			return h
		}
		return match(name, "lambda-runtime-aws-tenant-id", headerTenantID)
	case 29:
		if h := match(name, "lambda-runtime-aws-request-id", headerRequestID); h != headerOther {
			return h
		}
		return match(name, "lambda-runtime-client-context", headerClientContext)
	case 31:
		return match(name, "lambda-runtime-cognito-identity", headerCognitoIdentity)
	case 35:
		return match(name, "lambda-runtime-invoked-function-arn", headerARN)
	}
	return headerOther
}

// match compares a name with one in lower case of the same length.
func match(name []byte, lower string, h header) header {
	for i := range lower {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != lower[i] {
			return headerOther
		}
	}
	return h
}

// listHas looks for a lower-case word in a list separated by commas.
func listHas(list []byte, word string) bool {
	start := 0
	for i := 0; i <= len(list); i++ {
		if i < len(list) && list[i] != ',' && !isBlank(list[i]) {
			continue
		}
		if i-start == len(word) && match(list[start:i], word, headerConnection) == headerConnection {
			return true
		}
		start = i + 1
	}
	return false
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// isToken tells whether a text is a token of RFC 9110, section 5.6.2.
func isToken(text []byte) bool {
	for _, c := range text {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case c == '-', c == '_', c == '.', c == '!', c == '#', c == '$', c == '%', c == '&',
			c == '\'', c == '*', c == '+', c == '^', c == '`', c == '|', c == '~':
		default:
			return false
		}
	}
	return len(text) > 0
}

// isValue tells whether a header's value is free of control characters, tabs aside: with
// them it could not be sent back as a header.
func isValue(text []byte) bool {
	for _, c := range text {
		if c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// parseNumber reads a decimal number of at most 18 digits and nothing else.
func parseNumber(text []byte) (n int64, ok bool) {
	if len(text) == 0 || len(text) > 18 {
		return 0, false
	}
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int64(c-'0')
	}
	return n, true
}
