package docs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// shells are the pages whose blocks of shell run, each with what has to be there before
// its first: the pages tell of it elsewhere, or leave it to the reader.
var shells = []struct{ page, before string }{
	{"../README.md", makeRole},
	{"deploy.md", `
aws iam create-role --role-name functions --assume-role-policy-document '{}'
for queue in orders uploads; do aws sqs create-queue --endpoint-url "$AWS_ENDPOINT_URL" --queue-name $queue; done
$PACKAGE examples/hello -o other.zip
for name in ingest uploads; do
  aws lambda create-function --function-name $name --runtime provided.al2023 --handler hello \
    --role arn:aws:iam::123456789012:role/functions --zip-file fileb://other.zip
done
`},
}

const makeRole = `aws iam create-role --role-name sqlambda --assume-role-policy-document '{}'
`

// stubs stand in for commands that would run the tests again, or need what no test has.
const stubs = `
go() { :; }
sam() { :; }
`

// build stands for build.sh, which has a test of its own in .ci/run: it takes what was
// built for this machine, under both architectures' names.
const build = `#!/bin/sh
mkdir -p dist && cp "$BUILT"/* dist
`

// TestShell runs the blocks marked "sh", those of a page one after the other in a folder
// that stands for the repository, so that they find what they name. AWS is moto's server
// (https://docs.getmoto.org), but for the invocations of functions: see deployment. What
// the commands leave there is compared with what they were given.
func TestShell(t *testing.T) {
	if testing.Short() {
		t.Skip("the AWS CLI takes a second for each command")
	}
	for _, tool := range []string{"aws", "moto_server"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(tool + " is not installed: the pages' commands of the AWS CLI did not run")
		}
	}
	built := buildOnce(t)
	for _, s := range shells {
		text, err := os.ReadFile(s.page)
		if err != nil {
			t.Fatal(err)
		}
		script := strings.Join(shellBlocks(string(text)), "\n")
		if script == "" {
			t.Errorf("%s has no blocks of shell", s.page)
			continue
		}
		t.Run(filepath.Base(s.page), func(t *testing.T) {
			d := deploy(t, built)
			d.run(t, s.before)
			d.run(t, stubs+script)
			d.check(t)
		})
	}
}

// shellBlocks returns the blocks of a page that are marked "sh".
func shellBlocks(text string) []string {
	var blocks []string
	for _, m := range regexp.MustCompile("(?ms)^```sh\n(.*?)^```$").FindAllStringSubmatch(text, -1) {
		blocks = append(blocks, m[1])
	}
	return blocks
}

// buildOnce builds the command, and the bootstrap and layers for this machine.
func buildOnce(t *testing.T) string {
	t.Helper()
	built := folder(t, "/var/tmp")
	for _, args := range [][]string{
		{"build", "-o", filepath.Join(built, "sqlambda"), "../cmd/sqlambda"},
		{"build", "-o", filepath.Join(built, "bootstrap"), ".."},
		{"run", "../internal/layerzip", filepath.Join(built, "bootstrap"), filepath.Join(built, "sqlambda-layer-arm64.zip")},
		{"run", "../internal/layerzip", filepath.Join(built, "bootstrap"), filepath.Join(built, "sqlambda-layer-x86_64.zip")},
	} {
		if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	return built
}

// repository makes a folder that stands for the repository: the examples, and scripts
// in the place of those that build, which have tests of their own.
func repository(t *testing.T) string {
	t.Helper()
	root := folder(t, "/var/tmp")
	if err := os.CopyFS(filepath.Join(root, "examples"), os.DirFS("../examples")); err != nil {
		t.Fatal(err)
	}
	for name, script := range map[string]string{"build.sh": build, "examples/catalog/build.sh": "#!/bin/sh"} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return root
}
