// Command layerzip builds the runtime for an architecture from the module in the current
// folder, and writes the zip of a Lambda layer: the runtime, as bootstrap, and the texts
// that go with it, in share/doc/sqlambda.
//
//	go run ./internal/layerzip ARCHITECTURE BOOTSTRAP LAYER.zip LICENSE THIRD_PARTY_NOTICES
package main

import (
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
		err = write(os.Args[2], os.Args[3], os.Args[4:])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "layerzip:", err)
		os.Exit(1)
	}
}

func write(bootstrap, layer string, texts []string) error {
	out, err := os.Create(layer)
	if err != nil {
		return err
	}
	archive := zipfile.NewWriter(out)
	err = add(archive, "bootstrap", true, bootstrap)
	for _, text := range texts {
		err = errors.Join(err, add(archive, "share/doc/sqlambda/"+filepath.Base(text), false, text))
	}
	return errors.Join(err, archive.Close(), out.Close())
}

func add(archive *zipfile.Writer, name string, executable bool, file string) error {
	content, err := os.Open(file)
	if err != nil {
		return err
	}
	defer content.Close()
	return archive.Add(name, executable, content)
}
