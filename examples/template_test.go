// Package examples_test tests the template of the examples. Their handlers are tested by
// cmd/sqlambda, whose command runs their cases.
package examples_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTemplate asks cfn-lint, which knows what CloudFormation and SAM accept:
// https://github.com/aws-cloudformation/cfn-lint.
func TestTemplate(t *testing.T) {
	if _, err := exec.LookPath("cfn-lint"); err != nil {
		t.Skip("cfn-lint is not installed (pip install cfn-lint)")
	}
	if out, err := exec.Command("cfn-lint", "template.yaml").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestTemplateFunctions finds the files and queries that the template names.
func TestTemplateFunctions(t *testing.T) {
	template := string(read(t, "template.yaml"))
	functions := regexp.MustCompile(`CodeUri: (\S+)/\n +Handler: (\S+)`).FindAllStringSubmatch(template, -1)
	if n := strings.Count(template, "Type: AWS::Serverless::Function"); len(functions) != n || n == 0 {
		t.Fatalf("%d of %d functions are found", len(functions), n)
	}
	for _, f := range functions {
		if _, err := os.Stat(filepath.Join(f[1], f[2])); err == nil { // an executable
			continue
		}
		file, query, named := strings.Cut(f[2], ".")
		text := string(read(t, filepath.Join(f[1], file+".sql")))
		if text == "" || named && !strings.Contains(text, "-- name: "+query+" ") {
			t.Errorf("there is no %s in %s", f[2], f[1])
		}
	}
	for _, script := range regexp.MustCompile(`examples/(\S+\.sh)`).FindAllStringSubmatch(template, -1) {
		if _, err := os.Stat(script[1]); err != nil {
			t.Error(err)
		}
	}
}

// read reads a file; one that does not exist is empty.
func read(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return text
}
