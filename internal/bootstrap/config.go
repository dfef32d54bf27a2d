package bootstrap

import (
	"fmt"
	"strconv"

	"sqlambda/engine/sqlite"
	"sqlambda/event"
	"sqlambda/handlers"
)

// Config returns the configuration of a handler that lookup finds in the environment of its
// function. The caller sets Log and Overrun. If the size of the memory is not a number, Config
// returns an error beside the rest.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
func Config(lookup func(name string) (value string, ok bool)) (handlers.Config, error) {
	get := func(name string) string {
		value, _ := lookup(name)
		return value
	}
	memory, err := engineMemory(get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"))
	return handlers.Config{
		Root:      get("LAMBDA_TASK_ROOT"),
		Handler:   get("_HANDLER"),
		Database:  get("SQLAMBDA_DATABASE"),
		Memory:    memory,
		Decoding:  event.NewPool(memory * 2 / 3),
		Open:      sqlite.Open,
		LookupEnv: lookup,
	}, err
}

// engineMemory returns the number of bytes that the engine may use: half of the function's
// memory, which is given in MB, or 0 for no limit if it is not given.
func engineMemory(size string) (int64, error) {
	if size == "" {
		return 0, nil
	}
	mb, err := strconv.ParseInt(size, 10, 32)
	if err != nil || mb < 1 {
		return 0, fmt.Errorf("AWS_LAMBDA_FUNCTION_MEMORY_SIZE is %q: it is a number of megabytes, such as 128", size)
	}
	return mb << 20 / 2, nil
}
