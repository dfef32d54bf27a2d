// Package runtimes has the runtime that functions run on, the bootstrap of each
// architecture: build.sh puts both into the command, and elsewhere Go builds one from the
// source.
package runtimes

import (
	"archive/zip"
	"bytes"
	"debug/elf"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// architectures are those of Lambda:
// https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html.
var architectures = [...]string{"x86_64", "arm64"}

// ErrNone says that the program holds no runtime.
var ErrNone = errors.New("this sqlambda was built without the runtime")

//go:embed layers
var layers embed.FS

// Held returns the architectures whose bootstrap the program holds.
func Held() []string {
	held := []string{}
	for _, architecture := range architectures {
		if _, err := fs.Stat(layers, layerName(architecture)); err == nil {
			held = append(held, architecture)
		}
	}
	return held
}

func layerName(architecture string) string { return "layers/sqlambda-layer-" + architecture + ".zip" }

// Bootstrap returns the bootstrap of an architecture. The error is [ErrNone] if the
// program holds none.
func Bootstrap(architecture string) ([]byte, error) {
	layer, err := layers.ReadFile(layerName(architecture))
	if err != nil {
		return nil, ErrNone
	}
	return inLayer(layer)
}

// BootstrapIn returns the bootstrap in a file: a layer's zip, or the bootstrap itself.
func BootstrapIn(name string) ([]byte, error) {
	data, err := os.ReadFile(name)
	switch {
	case err != nil:
		return nil, err
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		program, err := inLayer(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return program, nil
	case bytes.HasPrefix(data, []byte("\x7fELF")):
		return data, nil
	}
	return nil, fmt.Errorf("%s is neither a layer's zip nor a program for Linux", name)
}

func inLayer(data []byte) ([]byte, error) {
	layer, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	program, err := fs.ReadFile(layer, "bootstrap")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("it holds no bootstrap")
	}
	return program, err
}

// ArchitectureOf returns the architecture of a program for Linux, as Lambda calls it; empty
// for one that Lambda does not have.
func ArchitectureOf(program []byte) string {
	file, err := elf.NewFile(bytes.NewReader(program))
	if err != nil {
		return ""
	}
	return map[elf.Machine]string{elf.EM_X86_64: "x86_64", elf.EM_AARCH64: "arm64"}[file.Machine]
}
