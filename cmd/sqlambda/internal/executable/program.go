package executable

import (
	"debug/elf"
	"io"
	"slices"
	"strconv"
	"strings"

	"sqlambda/handlers"
	"sqlambda/handlers/syntax"
)

// architectures are Lambda's names of ELF's machines, and linkers are their dynamic linkers.
var (
	architectures = map[elf.Machine]string{elf.EM_X86_64: "x86_64", elf.EM_AARCH64: "arm64"}
	linkers       = []string{"/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"}
)

// static is the hint for what a program needs and the runtime does not have.
const static = "link it statically, build it on Amazon Linux 2023, or use a container image"

// examineProgram looks at a program in Linux's format.
func (f *File) examineProgram(file io.ReaderAt) {
	if !f.runBit {
		f.fail(handlers.InvalidHandler, "it is a program without a run bit", "chmod +x")
	}
	program, err := elf.NewFile(file)
	if err != nil {
		f.fail(handlers.InvalidHandler, "it is no whole program: "+err.Error(), "build it again")
		return
	}
	f.Architecture = architectures[program.Machine]
	wanted := f.machine.Architecture
	switch {
	case f.Architecture == "":
		f.fail(handlers.InvalidHandler, "it is a program for "+strings.TrimPrefix(program.Machine.String(), "EM_")+", and Lambda has x86_64 and arm64", "")
		return
	case wanted != "" && f.Architecture != wanted:
		f.fail(handlers.InvalidHandler, "it is a program for "+f.Architecture+", and the function is for "+wanted, "build it for "+wanted+", or change the function's Architectures")
	}
	if !f.machine.Image {
		f.examineLinking(program)
	}
}

// examineLinking looks for what a program is linked with.
func (f *File) examineLinking(program *elf.File) {
	linker := linkerOf(program)
	if linker == "" {
		return
	}
	if !slices.Contains(linkers, linker) {
		name := linker
		if strings.Contains(linker, "musl") {
			name = "musl's " + linker
		}
		f.fail(handlers.InvalidHandler, "its dynamic linker, "+name+", is not in provided.al2023", static)
		return
	}
	f.examineVersions(program)
	needed, _ := program.ImportedLibraries()
	for _, library := range needed {
		if !slices.Contains(libraries, library) && !f.packs(library) {
			f.fail(MissingLibrary, "its library "+library+" is not in provided.al2023", "put it into the folder lib of the zip or of a layer; or "+static)
			f.Problems[len(f.Problems)-1].Severity = syntax.Warning
		}
	}
}

// linkerOf is the program that links the program when it is started; empty if it is static.
func linkerOf(program *elf.File) string {
	for _, segment := range program.Progs {
		if segment.Type == elf.PT_INTERP {
			name, _ := io.ReadAll(segment.Open())
			return strings.TrimRight(string(name), "\x00")
		}
	}
	return ""
}

// examineVersions finds symbols that are newer than the runtime's C and C++ libraries. One
// library's newest tells enough.
func (f *File) examineVersions(program *elf.File) {
	needs, _ := program.DynamicVersionNeeds()
	for _, need := range needs {
		if f.packs(need.Name) {
			continue
		}
		name, highest, limit := "", version{}, version{}
		for _, dep := range need.Needs {
			for prefix, has := range newest {
				if v := versionOf(dep.Dep, prefix); slices.Compare(v, has) > 0 && slices.Compare(v, highest) > 0 {
					name, highest, limit = prefix, v, has
				}
			}
		}
		if name != "" {
			f.fail(handlers.InvalidHandler, "it needs "+name+highest.String()+" of "+need.Name+", and provided.al2023 has "+name+limit.String(), static)
		}
	}
}

// version is the number of a version.
type version []int

// versionOf returns the version in the name of a symbol's version, such as GLIBC_2.34; nil for
// one with another prefix.
func versionOf(name, prefix string) (v version) {
	text, ok := strings.CutPrefix(name, prefix)
	if !ok {
		return nil
	}
	for part := range strings.SplitSeq(text, ".") {
		n, err := strconv.Atoi(part)
		if err != nil { // GLIBC_PRIVATE
			return nil
		}
		v = append(v, n)
	}
	return v
}

func (v version) String() string {
	var parts []string
	for _, n := range v {
		parts = append(parts, strconv.Itoa(n))
	}
	return strings.Join(parts, ".")
}
