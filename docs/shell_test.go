package docs_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// shells are the pages whose blocks of shell run.
var shells = []struct {
	page string
	// before has what is done before the block that holds its key: what the page takes
	// for granted, and what the test wants to look at.
	before map[string]string
	check  func(*testing.T, *deployment)
}{
	{"../README.md", map[string]string{
		"create-function": `
			aws iam create-role --role-name sqlambda --assume-role-policy-document '{"Version":"2012-10-17",
				"Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}'`,
		"update-function-code": `
			aws lambda get-function-configuration --function-name hello > first.json
			mv hello.zip first.zip
			echo '-- It has changed.' >> examples/hello/hello.sql`,
	}, checkReadme},
	{"deploy.md", map[string]string{
		"--function-name ingest": `
			aws sqs create-queue --queue-name orders --endpoint-url "$AWS_ENDPOINT_URL"
			for function in ingest uploads; do
				aws lambda create-function --function-name $function --runtime provided.al2023 \
					--handler $function --role "$role" --zip-file fileb://hello.zip
			done`,
	}, checkDeploy},
}

// stubs stand in for commands that would run the tests again, or need what no test has:
// sam deploy needs CloudFormation to take its transforms apart, and a bucket.
const stubs = `
go() { if [ "$1" = install ]; then command go "$@"; fi; }
sam() { :; }
`

// alreadyBuilt stands in for build.sh in the copies of a repository that it has built.
const alreadyBuilt = `#!/bin/sh
exec ls dist/sqlambda dist/sqlambda-layer-x86_64.zip dist/sqlambda-layer-arm64.zip
`

// TestShell runs the blocks marked "sh", those of a page one after the other, in a copy
// of the repository. The layers and the command are built once for all pages. The blocks deploy to moto's Lambda
// (https://docs.getmoto.org/en/latest/docs/server_mode.html) with the AWS CLI, and
// invoke. Then it looks at what has been made there.
func TestShell(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("-short: it builds the layers, and each command of the AWS CLI takes a second")
	}
	if runtime.GOOS != "linux" || architectures[runtime.GOARCH] == "" {
		t.Skip("the layers run on Linux, on x86_64 and arm64")
	}
	for _, tool := range []struct{ name, source string }{
		{"aws", "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"},
		{"moto_server", "pip install 'moto[server]'"},
	} {
		if _, err := exec.LookPath(tool.name); err != nil {
			t.Skipf("%s is not installed (%s): the pages' commands of the AWS CLI did not run", tool.name, tool.source)
		}
	}
	original := repository(t, "..")
	making := (&deployment{root: original}).command("./build.sh")
	if out, err := making.CombinedOutput(); err != nil {
		t.Fatalf("./build.sh: %v\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(original, "build.sh"), []byte(alreadyBuilt), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, shell := range shells {
		text, err := os.ReadFile(shell.page)
		if err != nil {
			t.Fatal(err)
		}
		blocks := shellBlocks(string(text))
		for key, more := range shell.before {
			i := slices.IndexFunc(blocks, func(block string) bool { return strings.Contains(block, key) })
			if i < 0 {
				t.Fatalf("%s has no block of shell with %s", shell.page, key)
			}
			blocks[i] = more + "\n" + blocks[i]
		}
		t.Run(filepath.Base(shell.page), func(t *testing.T) {
			t.Parallel()
			d := deploy(t, repository(t, original))
			if out, err := d.command("sh", "-euxc", stubs+strings.Join(blocks, "\n")).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			shell.check(t, d)
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

// repository copies a repository, without the history and the tools, and without what
// has been built in this one, into a folder that handlers may not write to.
func repository(t *testing.T, from string) string {
	t.Helper()
	root := folder(t, "/var/tmp")
	err := filepath.WalkDir(from, func(name string, entry fs.DirEntry, err error) error {
		copied := filepath.Join(root, strings.TrimPrefix(name, from))
		switch {
		case err != nil:
			return err
		case name == "../.git" && !entry.IsDir(): // of a work tree
			return nil
		case name == "../.git" || name == "../.ci" || name == "../dist":
			return filepath.SkipDir
		case entry.IsDir():
			return os.MkdirAll(copied, 0o755)
		}
		return copyFile(name, copied)
	})
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// copyFile copies a file with its mode.
func copyFile(from, to string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, info.Mode())
}
