// Command layerzip writes the zip of a Lambda layer: the runtime, as bootstrap, and the
// texts that go with it, in share/doc/sqlambda.
//
//	go run ./internal/layerzip BOOTSTRAP LAYER.zip LICENSE THIRD_PARTY_NOTICES
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"sqlambda/internal/zipfile"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: layerzip BOOTSTRAP LAYER.zip TEXT...")
		os.Exit(2)
	}
	if err := write(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
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
