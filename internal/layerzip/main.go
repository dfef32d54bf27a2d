// Command layerzip writes the zip of a Lambda layer that holds one file, the
// runtime, as bootstrap.
//
//	go run ./internal/layerzip BOOTSTRAP LAYER.zip
package main

import (
	"errors"
	"fmt"
	"os"

	"sqlambda/internal/zipfile"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: layerzip BOOTSTRAP LAYER.zip")
		os.Exit(2)
	}
	if err := write(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "layerzip:", err)
		os.Exit(1)
	}
}

func write(bootstrap, layer string) error {
	program, err := os.Open(bootstrap)
	if err != nil {
		return err
	}
	defer program.Close()
	out, err := os.Create(layer)
	if err != nil {
		return err
	}
	archive := zipfile.NewWriter(out)
	err = archive.Add("bootstrap", true, program)
	return errors.Join(err, archive.Close(), out.Close())
}
