package runtimeapi

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Environment holds the environment variables by which Lambda configures a runtime.
type Environment struct {
	// API is the host and port of the Runtime API: AWS_LAMBDA_RUNTIME_API.
	API string
	// MaxConcurrency is how many invocations may run at the same time:
	// AWS_LAMBDA_MAX_CONCURRENCY, or 0 if it is not set. If it is set, even to 1, the trace
	// id is not written to the process's environment.
	MaxConcurrency int
	// JSONLogs is true if AWS_LAMBDA_LOG_FORMAT is JSON.
	JSONLogs bool
	// LogLevel is the lowest level that is logged: AWS_LAMBDA_LOG_LEVEL, or [LevelTrace].
	LogLevel Level
	// TelemetryFD is the file descriptor for framed log messages:
	// _LAMBDA_TELEMETRY_LOG_FD, or 0 if it is not set.
	TelemetryFD int
}

// EnvironmentFrom reads the environment with getenv, which is os.Getenv outside tests. Its error
// names every variable that is not valid; the Environment returned with it can still log.
func EnvironmentFrom(getenv func(string) string) (Environment, error) {
	environment := Environment{
		API:      getenv("AWS_LAMBDA_RUNTIME_API"),
		JSONLogs: strings.EqualFold(getenv("AWS_LAMBDA_LOG_FORMAT"), "JSON"),
	}
	environment.LogLevel, _ = ParseLevel(getenv("AWS_LAMBDA_LOG_LEVEL"))
	var errs []error
	if environment.API == "" {
		errs = append(errs, errors.New("AWS_LAMBDA_RUNTIME_API is not set: "+
			"this program is started by Lambda, or by something that acts as Lambda does"))
	}
	number := func(name string) int {
		n, err := strconv.Atoi(getenv(name))
		if err == nil && n > 0 {
			return n
		}
		if text := getenv(name); text != "" {
			errs = append(errs, fmt.Errorf("%s is %q: want a number from 1", name, text))
		}
		return 0
	}
	environment.MaxConcurrency = number("AWS_LAMBDA_MAX_CONCURRENCY")
	environment.TelemetryFD = number("_LAMBDA_TELEMETRY_LOG_FD")
	return environment, errors.Join(errs...)
}

// Workers returns the number of handlers that [Runtime.Serve] needs: MaxConcurrency, or 1.
func (e Environment) Workers() int { return max(1, e.MaxConcurrency) }

// Logger returns the logger that is asked for: of lines to w, or of frames to TelemetryFD.
func (e Environment) Logger(w io.Writer) *Logger {
	logger := &Logger{writer: w, json: e.JSONLogs, least: e.LogLevel, now: time.Now}
	if e.TelemetryFD > 0 {
		file := os.NewFile(uintptr(e.TelemetryFD), "telemetry")
		telemetry.Store(file, true)
		logger.writer, logger.framed = file, true
	}
	return logger
}

// telemetry keeps every file of a TelemetryFD, also when its Logger is gone: a file that is
// collected closes its descriptor, whose number may by then be that of a connection.
var telemetry sync.Map
