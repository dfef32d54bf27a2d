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
	if out, err := exec.Command("cfn-lint", "template.yaml", "mail/template.yaml").CombinedOutput(); err != nil {
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
		if _, err := os.Stat(filepath.Join(f[1], "main.go")); err == nil && f[1] == f[2] { // build.sh makes it
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

// TestDockerfile asks dockerfile-utils, the linter of editors, of which .ci/run installs a copy:
// https://github.com/rcjsuen/dockerfile-utils. The page shows this Dockerfile.
func TestDockerfile(t *testing.T) {
	const file = "mail/Dockerfile"
	block := regexp.MustCompile("(?ms)^```dockerfile\n(.*?)^```$").FindSubmatch(read(t, "../docs/scripts.md"))
	if text := string(read(t, file)); block == nil || text != string(block[1]) {
		t.Errorf("docs/scripts.md does not show %s, which is\n%s", file, text)
	}
	linter, err := exec.LookPath("dockerfile-utils")
	if err != nil {
		linter = "../.ci/bin/node_modules/.bin/dockerfile-utils"
		if _, err := os.Stat(linter); err != nil {
			t.Skip("dockerfile-utils is not installed (npm install -g dockerfile-utils)")
		}
	}
	// It exits with 0 where it only warns.
	if out, err := exec.Command(linter, "lint", file).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v\n%s", err, out)
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
