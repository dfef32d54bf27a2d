package scaffold

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// TestList finds templates that have no project, and projects that no template has.
func TestList(t *testing.T) {
	entries, err := fs.ReadDir(files, "templates")
	if err != nil {
		t.Fatal(err)
	}
	var folders, names []string
	for _, entry := range entries {
		folders = append(folders, entry.Name())
	}
	for _, template := range Templates() {
		names = append(names, template.Name)
	}
	slices.Sort(names)
	if !slices.Equal(names, folders) {
		t.Errorf("the templates are %q, the folders in templates/ %q", names, folders)
	}
	if _, ok := Find("hello"); !ok {
		t.Error("the default of sqlambda new is no template")
	}
}

// TestNames looks for the names of a template in a project that has its own.
func TestNames(t *testing.T) {
	for _, template := range Templates() {
		folder := filepath.Join(t.TempDir(), "Mein Laden")
		names, err := template.Create(folder)
		if err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		for _, name := range names {
			text, err := os.ReadFile(filepath.Join(folder, name))
			if err != nil {
				t.Fatal(err)
			}
			all.Write(text)
		}
		text := all.String()
		if strings.Contains(text, templateName) || strings.Contains(text, templateStack) {
			t.Errorf("a project of %s keeps the template's name", template.Name)
		}
		for _, want := range []string{"# Mein Laden\n", `stack_name = "Mein-Laden"`} {
			if !strings.Contains(text, want) {
				t.Errorf("a project of %s has no %s", template.Name, want)
			}
		}
	}
}

// TestRunBits looks for the run bit of a template's script.
func TestRunBits(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files have no run bits")
	}
	template, _ := Find("script")
	folder := filepath.Join(t.TempDir(), "new")
	names, err := template.Create(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		info, err := os.Stat(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		if runs := info.Mode()&0o100 != 0; runs != (filepath.Ext(name) == ".sh") {
			t.Errorf("the mode of %s is %s", name, info.Mode())
		}
	}
}

func TestStackName(t *testing.T) {
	for project, want := range map[string]string{
		"shop":                          "shop",
		"my_shop.v2":                    "my-shop-v2",
		"2024":                          "function-2024",
		"-x-":                           "x",
		"лавка":                         "function",
		strings.Repeat("a", 200):        strings.Repeat("a", 128),
		strings.Repeat("a", 127) + " b": strings.Repeat("a", 127),
	} {
		if got := stackName(project); got != want {
			t.Errorf("the stack of %q is %q, want %q", project, got, want)
		}
	}
}

// TestCreateAll makes no file where one cannot be made, and leaves .git.
func TestCreateAll(t *testing.T) {
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	project := fstest.MapFS{"a/one": {}, "two": {}, "zero": {Mode: fs.ModeSymlink, Data: []byte("nowhere")}} // the last cannot be read
	for _, folder := range []string{root, filepath.Join(root, "new")} {
		if names, err := write(folder, project, strings.NewReplacer()); err == nil {
			t.Errorf("%q were made", names)
		}
		if left, err := os.ReadDir(root); err != nil || len(left) != 1 {
			t.Errorf("%v is left, %v", left, err)
		}
	}
}

// TestLint asks what CloudFormation and SAM accept of the projects' templates:
// https://github.com/aws-cloudformation/cfn-lint.
func TestLint(t *testing.T) {
	if _, err := exec.LookPath("cfn-lint"); err != nil {
		t.Skip("cfn-lint is not installed (pip install cfn-lint)")
	}
	names, err := filepath.Glob("templates/*/template.yaml")
	if err != nil || len(names) != len(templates) {
		t.Fatalf("%d templates have a template.yaml, want %d; %v", len(names), len(templates), err)
	}
	if out, err := exec.Command("cfn-lint", names...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
