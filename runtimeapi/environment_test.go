package runtimeapi

import (
	"strings"
	"testing"
)

func TestEnvironment(t *testing.T) {
	const api = "AWS_LAMBDA_RUNTIME_API=127.0.0.1:9001 "
	for _, test := range []struct {
		variables string
		want      Environment
		err       string
	}{
		{api, Environment{API: "127.0.0.1:9001"}, ""},
		{api + "AWS_LAMBDA_LOG_FORMAT=JSON AWS_LAMBDA_LOG_LEVEL=WARN AWS_LAMBDA_MAX_CONCURRENCY=8 _LAMBDA_TELEMETRY_LOG_FD=62",
			Environment{API: "127.0.0.1:9001", JSONLogs: true, LogLevel: LevelWarn, MaxConcurrency: 8, TelemetryFD: 62}, ""},
		{api + "AWS_LAMBDA_LOG_FORMAT=json AWS_LAMBDA_LOG_LEVEL=error", Environment{API: "127.0.0.1:9001", JSONLogs: true, LogLevel: LevelError}, ""},
		{api + "AWS_LAMBDA_LOG_FORMAT=Text AWS_LAMBDA_LOG_LEVEL=loud", Environment{API: "127.0.0.1:9001"}, ""},
		{"", Environment{}, "AWS_LAMBDA_RUNTIME_API is not set"},
		{api + "AWS_LAMBDA_MAX_CONCURRENCY=many _LAMBDA_TELEMETRY_LOG_FD=0", Environment{API: "127.0.0.1:9001"},
			"AWS_LAMBDA_MAX_CONCURRENCY is \"many\": want a number from 1\n_LAMBDA_TELEMETRY_LOG_FD is \"0\": want a number from 1"},
	} {
		got, err := EnvironmentFrom(func(name string) string {
			for _, variable := range strings.Fields(test.variables) {
				if value, ok := strings.CutPrefix(variable, name+"="); ok {
					return value
				}
			}
			return ""
		})
		if got != test.want {
			t.Errorf("%s: %+v, want %+v", test.variables, got, test.want)
		}
		if (err != nil) != (test.err != "") || err != nil && !strings.Contains(err.Error(), test.err) {
			t.Errorf("%s: error %v, want %s", test.variables, err, test.err)
		}
	}
	if (Environment{}).Workers() != 1 || (Environment{MaxConcurrency: 3}).Workers() != 3 {
		t.Error("Workers")
	}
}
