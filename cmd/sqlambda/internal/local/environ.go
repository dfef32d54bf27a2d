package local

import (
	"slices"
	"strings"
	"time"

	"sqlambda/handlers"
)

// absent are variables that a function must not see; secrets are others. They configure
// another runtime's process: its log, its concurrency, its collector.
var absent = []string{
	"AWS_LAMBDA_RUNTIME_API", "AWS_LAMBDA_MAX_CONCURRENCY",
	"GODEBUG", "GOGC", "GOMEMLIMIT", "GOMAXPROCS", "GOTRACEBACK",
}

// environ is the environment of a new process. Later entries override earlier ones:
// defaults, the template's variables, the developer's, and those that Lambda alone sets.
// The developer's credentials are left out: SQL reads them as NULL.
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
		if name, _, _ := strings.Cut(variable, "="); !handlers.Secret(name) && !slices.Contains(absent, name) {
			list = append(list, variable)
		}
	}
	list = append(list,
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand", "LAMBDA_RUNTIME_DIR=/var/runtime",
		"TZ=:UTC", "LANG=en_US.UTF-8", "PATH=/usr/local/bin:/usr/bin/:/bin:/opt/bin")
	for name, value := range f.Reserved(id, time.Now()) {
		list = append(list, name+"="+value)
	}
	return list
}

// region is the region in the developer's environment, or us-east-1.
func (l *Lambda) region() string {
	for _, name := range [...]string{"AWS_REGION", "AWS_DEFAULT_REGION"} {
		if region, _ := lookup(l.Environ, name); region != "" {
			return region
		}
	}
	return "us-east-1"
}

// lookup returns a variable of an environment.
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
