// Command layerzip builds the runtime for an architecture from the module in the current
// folder, and writes the zip of a Lambda layer: the runtime, as bootstrap, and the texts
// that go with it, in share/doc/sqlambda.
//
//	go run ./internal/layerzip ARCHITECTURE BOOTSTRAP LAYER.zip LICENSE THIRD_PARTY_NOTICES
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"sqlambda/internal/runtimes"
	"sqlambda/internal/zipfile"
)

func main() {
	if len(os.Args) < 4 {
		fmt.Fprintln(os.Stderr, "usage: layerzip ARCHITECTURE BOOTSTRAP LAYER.zip TEXT...")
		os.Exit(2)
	}
	err := runtimes.Build(".", os.Args[1], os.Args[2])
	if err == nil {
		err = write(os.Args[3], os.Args[2], os.Args[4:])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "layerzip:", err)
		os.Exit(1)
	}
}

func write(layer, bootstrap string, texts []string) error {
	out, err := os.Create(layer)
	if err != nil {
		return err
	}
	archive := zipfile.NewWriter(out)
	for i, file := range append([]string{bootstrap}, texts...) {
		name := "bootstrap"
		if i > 0 {
			name = "share/doc/sqlambda/" + filepath.Base(file)
		}
		content, failed := os.ReadFile(file)
		err = errors.Join(err, failed, archive.Add(name, i == 0, bytes.NewReader(content)))
	}
	return errors.Join(err, archive.Close(), out.Close())
}
