package local

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/handlers"
)

// absent are variables that a function must not see; secrets are others. They configure
// another runtime's process: its log, its concurrency, its collector.
var absent = []string{
	"AWS_LAMBDA_RUNTIME_API", "AWS_LAMBDA_MAX_CONCURRENCY",
	"GODEBUG", "GOGC", "GOMEMLIMIT", "GOMAXPROCS", "GOTRACEBACK",
}

// visible is the developer's environment as functions see it. The developer's credentials
// are left out: SQL reads them as NULL.
func visible(environ []string) map[string]string {
	variables := map[string]string{}
	for _, variable := range environ {
		if name, value, _ := strings.Cut(variable, "="); !handlers.Secret(name) && !slices.Contains(absent, name) {
			variables[name] = value
		}
	}
	return variables
}

// environ is the environment of a new process: defaults, which the template's variables
// override, which the developer's override, and above all those that Lambda alone sets.
func (f *function) environ(id string) map[string]string {
	region := f.lambda.region()
	variables := map[string]string{"AWS_REGION": region, "AWS_DEFAULT_REGION": region, "AWS_LAMBDA_LOG_FORMAT": "Text"}
	maps.Copy(variables, f.Variables)
	maps.Copy(variables, f.lambda.variables)
	maps.Copy(variables, project.Fixed())
	maps.Copy(variables, f.Reserved(id, time.Now()))
	return variables
}

// region is the region in the developer's environment, or us-east-1.
func (l *Lambda) region() string {
	return cmp.Or(l.variables["AWS_REGION"], l.variables["AWS_DEFAULT_REGION"], "us-east-1")
}
