package local

import "regexp"

// account is the one that AWS's documentation has for examples.
const account = "123456789012"

// latest is the only version of a function here.
const latest = "$LATEST"

// functionName takes apart what callers name a function by: its name, with a qualifier
// or not, a partial ARN or an ARN.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestSyntax
var functionName = regexp.MustCompile(
	`^(?:arn:aws[a-zA-Z-]*:lambda:[a-z0-9-]+:)?(?:\d{12}:)?(?:function:)?([^:]+)(?::([^:]+))?$`)

// arn returns the ARN of a function, with the qualifier if it is not empty.
func (l *Lambda) arn(name, qualifier string) string {
	arn := "arn:aws:lambda:" + l.region() + ":" + account + ":function:" + name
	if qualifier != "" {
		arn += ":" + qualifier
	}
	return arn
}
