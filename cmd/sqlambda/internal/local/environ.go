package local

import (
	"slices"
	"strings"
	"time"
)

// own are the variables that Lambda sets itself, and that nobody can give a function:
// those of the developer's machine mean something else, and a template that has them is
// refused.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
var own = []string{
	"_HANDLER", "LAMBDA_TASK_ROOT",
	"AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
	"AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
}

// absent are variables that a function must not see. Credentials are the developer's:
// SQL cannot use them, and reads them as NULL. The others say how a process of several
// invocations, or one with another log, is to run.
var absent = []string{
	"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN",
	"AWS_LAMBDA_RUNTIME_API", "AWS_LAMBDA_MAX_CONCURRENCY", "_LAMBDA_TELEMETRY_LOG_FD", "_X_AMZN_TRACE_ID",
	"GODEBUG", "GOGC", "GOMEMLIMIT", "GOMAXPROCS", "GOTRACEBACK",
}

// environ is the environment of a new process: what Lambda sets but a developer may set
// otherwise, the template's variables, the developer's, and what Lambda alone sets. Where
// a name stands twice, the last counts.
func (f *function) environ(id string) []string {
	region := f.lambda.region()
	list := []string{
		"AWS_REGION=" + region, "AWS_DEFAULT_REGION=" + region,
		"AWS_LAMBDA_LOG_FORMAT=Text",
	}
	for name, value := range f.Variables {
		list = append(list, name+"="+value)
	}
	for _, variable := range f.lambda.Environ {
		if name, _, _ := strings.Cut(variable, "="); !slices.Contains(absent, name) {
			list = append(list, variable)
		}
	}
	list = append(list,
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand", "LAMBDA_RUNTIME_DIR=/var/runtime",
		"TZ=:UTC", "LANG=en_US.UTF-8", "PATH=/usr/local/bin:/usr/bin/:/bin:/opt/bin")
	bare := f.Function
	bare.Variables = nil
	none := func(string) (string, bool) { return "", false }
	variables := bare.Environment(none, id, time.Now())
	for _, name := range own {
		list = append(list, name+"="+variables.Get(name))
	}
	return list
}

// region is the one that the developer's environment names, or else AWS's first.
func (l *Lambda) region() string {
	for _, name := range [...]string{"AWS_REGION", "AWS_DEFAULT_REGION"} {
		if region, _ := lookup(l.Environ, name); region != "" {
			return region
		}
	}
	return "us-east-1"
}

// lookup returns a variable of a list of them.
func lookup(environ []string, name string) (value string, ok bool) {
	for _, variable := range environ {
		if given, found := strings.CutPrefix(variable, name+"="); found {
			value, ok = given, true
		}
	}
	return value, ok
}

// jsonLogs reports whether a function with that environment logs JSON.
func jsonLogs(environ []string) bool {
	format, _ := lookup(environ, "AWS_LAMBDA_LOG_FORMAT")
	return strings.EqualFold(format, "JSON")
}
