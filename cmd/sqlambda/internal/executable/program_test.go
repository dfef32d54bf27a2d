package executable

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// program is a program for Linux as far as its header tells, with a dynamic linker or without.
func program(machine elf.Machine, linker string) []byte {
	const headerSize, segmentSize = 64, 56
	header := elf.Header64{
		Ident: [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)},
		Type:  uint16(elf.ET_EXEC), Machine: uint16(machine), Version: uint32(elf.EV_CURRENT),
		Ehsize: headerSize, Phoff: headerSize, Phentsize: segmentSize,
	}
	var b bytes.Buffer
	if linker != "" {
		header.Phnum = 1
	}
	binary.Write(&b, binary.LittleEndian, header)
	if linker != "" {
		binary.Write(&b, binary.LittleEndian, elf.Prog64{
			Type: uint32(elf.PT_INTERP), Off: headerSize + segmentSize, Filesz: uint64(len(linker) + 1),
		})
		b.WriteString(linker + "\x00")
	}
	return b.Bytes()
}

// examined are what is wrong with a file for x86_64, a line for each.
func examined(t *testing.T, content []byte, mode os.FileMode, machine Machine) string {
	t.Helper()
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "handler"), content, mode); err != nil {
		t.Fatal(err)
	}
	file, err := Examine(root, "handler", machine)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, p := range file.Problems {
		lines = append(lines, string(p.Severity)+": "+p.Message)
	}
	return strings.Join(lines, "\n")
}

func TestProgram(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files have no run bits")
	}
	x86 := program(elf.EM_X86_64, "")
	for name, test := range map[string]struct {
		content []byte
		mode    os.FileMode
		want    string
	}{
		"static":               {x86, 0o755, ""},
		"no run bit":           {x86, 0o644, "error: it is a program without a run bit"},
		"another architecture": {program(elf.EM_AARCH64, ""), 0o755, "error: it is a program for arm64, and the function is for x86_64"},
		"no architecture":      {program(elf.EM_RISCV, ""), 0o755, "error: it is a program for RISCV, and Lambda has x86_64 and arm64"},
		"glibc":                {program(elf.EM_X86_64, "/lib64/ld-linux-x86-64.so.2"), 0o755, ""},
		"musl":                 {program(elf.EM_X86_64, "/lib/ld-musl-x86_64.so.1"), 0o755, "error: its dynamic linker, musl's /lib/ld-musl-x86_64.so.1, is not in provided.al2023"},
		"half":                 {x86[:30], 0o755, "error: it is no whole program: EOF"},
		"macOS":                {[]byte("\xcf\xfa\xed\xfe"), 0o755, "error: it is a program for macOS"},
		"Windows":              {[]byte("MZ"), 0o755, "error: it is a program for Windows"},
		"text":                 {[]byte("echo 1\n"), 0o755, "error: it is neither a program for Linux nor a text with a #! line"},
		"empty":                {nil, 0o644, "error: it has no run bit and no #! line"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := examined(t, test.content, test.mode, Machine{Architecture: "x86_64"}); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// TestLinking examines a program that a compiler has linked, against a runtime that is older
// than any.
func TestLinking(t *testing.T) {
	if _, err := exec.LookPath("gcc"); err != nil || runtime.GOOS != "linux" {
		t.Skip("gcc is not installed")
	}
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{"mine.c": "int mine(void) { return 1; }", "main.c": "int mine(void); int main(void) { return mine(); }"} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range []string{"-shared -o libmine.so mine.c", "-o main main.c -L. -lmine"} {
		if out, err := exec.Command("gcc", strings.Fields(args)...).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	linked, err := os.ReadFile("main")
	if err != nil {
		t.Fatal(err)
	}
	const missing = "warning: its library libmine.so is not in provided.al2023"
	if got := examined(t, linked, 0o755, Machine{}); !strings.Contains(got, missing) {
		t.Errorf("got %s", got)
	}
	if got := examined(t, linked, 0o755, Machine{Packed: []string{"lib/libmine.so"}}); strings.Contains(got, missing) {
		t.Errorf("with the library in the zip, got %s", got)
	}
	if got := examined(t, linked, 0o755, Machine{Image: true}); got != "" {
		t.Errorf("in an image, got %s", got)
	}
	defer func(has version) { newest["GLIBC_"] = has }(newest["GLIBC_"])
	newest["GLIBC_"] = version{2, 1}
	if got := examined(t, linked, 0o755, Machine{}); !strings.Contains(got, "error: it needs GLIBC_2.") || !strings.Contains(got, " of libc.so.6, and provided.al2023 has GLIBC_2.1\n") {
		t.Errorf("with an old glibc, got %s", got)
	}
}

// FuzzCommands reads any text as a script: each command is a word of it, at its place.
func FuzzCommands(f *testing.F) {
	for _, text := range []string{"a | b $(c) `d`", "case x in a|b) c;; esac", "cat <<E\nx\nE\n", "f() { \"$(g", "a=(b", "${x:-", "$'\\", "<(a"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		last := -1
		for _, c := range readCommands(text).commands {
			if c.offset <= last || !strings.HasPrefix(text[c.offset:], c.name) || c.name == "" {
				t.Errorf("%q at %d of %q", c.name, c.offset, text)
			}
			last = c.offset
		}
	})
}
