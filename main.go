// Command bootstrap is the runtime of a Lambda layer: functions are handlers
// written in SQL. What it does is in package internal/bootstrap, which "sqlambda dev"
// runs as well.
package main

import (
	"os"

	"sqlambda/internal/bootstrap"
)

func main() {
	if err := bootstrap.Run(); err != nil {
		os.Exit(1)
	}
}
