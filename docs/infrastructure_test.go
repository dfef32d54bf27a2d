package docs_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestInfrastructure asks the tools what they think of deploy.md's snippets for them.
func TestInfrastructure(t *testing.T) {
	text, err := os.ReadFile("deploy.md")
	if err != nil {
		t.Fatal(err)
	}
	for language, check := range map[string]func(t *testing.T, root, snippet string){
		"yaml": lintTemplate, "hcl": validateTerraform, "ts": synthesize,
	} {
		m := regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllStringSubmatch(string(text), -1)
		if len(m) != 1 {
			t.Fatalf("deploy.md has %d blocks of %s", len(m), language)
		}
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			if err := os.WriteFile(filepath.Join(root, "function.zip"), nil, 0o644); err != nil {
				t.Fatal(err)
			}
			check(t, root, m[0][1])
		})
	}
}

// runIn runs a program in a folder, and returns what it prints.
func runIn(root, program string, args ...string) (string, error) {
	command := exec.Command(program, args...)
	command.Dir = root
	out, err := command.CombinedOutput()
	return string(out), err
}

func save(t *testing.T, root, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func lintTemplate(t *testing.T, root, snippet string) {
	if _, err := exec.LookPath("cfn-lint"); err != nil {
		t.Skip("cfn-lint is not installed (pip install cfn-lint): the template for SAM was not looked at")
	}
	save(t, root, "template.yaml", snippet)
	if out, err := runIn(root, "cfn-lint", "template.yaml"); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// validateTerraform needs the provider for AWS, from the network or from a folder of plugins
// that $TF_PLUGINS names.
func validateTerraform(t *testing.T, root, snippet string) {
	if _, err := exec.LookPath("terraform"); err != nil {
		t.Skip("terraform is not installed: the snippet for it was not looked at")
	}
	save(t, root, "main.tf", snippet)
	init := []string{"init", "-backend=false", "-no-color"}
	for _, folder := range []string{os.Getenv("TF_PLUGINS"), "/opt/tf-plugins"} {
		if _, err := os.Stat(folder); err == nil && len(init) == 3 {
			init = append(init, "-plugin-dir="+folder)
		}
	}
	if out, err := runIn(root, "terraform", init...); err != nil {
		t.Skipf("terraform has no provider for AWS: the snippet for it was not looked at\n%s", out)
	}
	if out, err := runIn(root, "terraform", "validate", "-no-color"); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err := runIn(root, "terraform", "fmt", "-check", "-diff"); err != nil {
		t.Errorf("terraform fmt would change\n%s", out)
	}
}

// synthesize runs the snippet, which has no types, as JavaScript.
func synthesize(t *testing.T, root, snippet string) {
	out, err := exec.Command("node", "-p", "require.resolve('aws-cdk-lib')").Output()
	if err != nil {
		t.Skip("aws-cdk-lib is not installed (npm install aws-cdk-lib constructs, and NODE_PATH): the snippet for the CDK was not run")
	}
	imports := regexp.MustCompile(`import (\{.*\}) from '(.*)';`)
	script := imports.ReplaceAllStringFunc(snippet, func(line string) string {
		m := imports.FindStringSubmatch(line)
		return "const " + strings.ReplaceAll(m[1], " as ", ": ") + " = require('" + m[2] + "');"
	})
	save(t, root, "orders.cjs", strings.Replace(script, "new App()", "new App({outdir: 'out'})", 1)+"\nstack.node.root.synth();\n")
	command := exec.Command("node", "orders.cjs")
	command.Dir = root
	command.Env = append(os.Environ(), "NODE_PATH="+strings.SplitAfter(string(out), "node_modules")[0])
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	made, err := os.ReadFile(filepath.Join(root, "out/Orders.template.json"))
	if err != nil {
		t.Fatal(err)
	}
	var template struct {
		Resources map[string]struct {
			Type       string
			Properties struct {
				Handler, Runtime      string
				Architectures, Layers []string
			}
		}
	}
	if err := json.Unmarshal(made, &template); err != nil {
		t.Fatal(err)
	}
	for _, r := range template.Resources {
		if p := r.Properties; r.Type == "AWS::Lambda::Function" && p.Handler == "orders.list" && p.Runtime == "provided.al2023" &&
			len(p.Architectures) == 1 && p.Architectures[0] == "arm64" && len(p.Layers) == 1 {
			return
		}
	}
	t.Errorf("the stack has no such function: %s", made)
}
