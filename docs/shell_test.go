package docs_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// shells are the pages whose blocks of shell run.
var shells = []string{"../README.md", "deploy.md"}

// stubs stand in for commands that would run the tests again, or need what no test has.
const stubs = `
go() { :; }
sam() { :; }
`

// build makes what stands for the layers.
const build = `#!/bin/sh
mkdir -p dist
for architecture in x86_64 arm64; do zip -q dist/sqlambda-layer-$architecture.zip build.sh; done
`

// TestShell runs the blocks marked "sh", those of a page one after the other in a folder
// that stands for the repository, so that they find what they name. The AWS CLI checks
// the names and the types of what it is given before it calls AWS, which is a server of
// the test.
func TestShell(t *testing.T) {
	if testing.Short() {
		t.Skip("the AWS CLI takes a second for each command")
	}
	for _, tool := range []string{"aws", "zip"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(tool + " is not installed")
		}
	}
	for _, page := range shells {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		script := strings.Join(shellBlocks(string(text)), "\n")
		if script == "" {
			t.Errorf("%s has no blocks of shell", page)
			continue
		}
		t.Run(filepath.Base(filepath.Dir(page))+"/"+filepath.Base(page), func(t *testing.T) {
			t.Parallel()
			aws := newAWS(t)
			shell := exec.Command("sh", "-euxc", stubs+script)
			shell.Dir = repository(t)
			shell.Env = append(os.Environ(), "AWS_ENDPOINT_URL="+aws.URL, "AWS_DEFAULT_REGION=eu-central-1",
				"AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret", "AWS_PAGER=", "AWS_CONFIG_FILE=/dev/null")
			if out, err := shell.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
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

// newAWS starts a server that answers as Lambda and IAM do, and fails the test where it
// is asked for anything else.
func newAWS(t *testing.T) *httptest.Server {
	const (
		role   = `<Role><Arn>arn:aws:iam::123456789012:role/sqlambda</Arn></Role>`
		layer  = `arn:aws:lambda:eu-central-1:123456789012:layer:sqlambda:1`
		active = `{"State":"Active","LastUpdateStatus":"Successful"}`
	)
	lambda := regexp.MustCompile(`^(GET|POST|PUT) /20\d\d-\d\d-\d\d/(functions|layers|event-source-mappings)\b`)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		switch path := r.Method + " " + r.URL.Path; {
		case strings.Contains(string(body), "Action=CreateRole&"):
			io.WriteString(w, `<CreateRoleResponse><CreateRoleResult>`+role+`</CreateRoleResult></CreateRoleResponse>`)
		case strings.Contains(string(body), "Action=AttachRolePolicy&"):
			io.WriteString(w, `<AttachRolePolicyResponse/>`)
		case lambda.MatchString(path):
			io.WriteString(w, `{"LayerVersionArn":"`+layer+`","Configuration":`+active+`}`)
		default:
			t.Errorf("the AWS CLI asked for %s %s", path, body)
		}
	}))
	t.Cleanup(server.Close)
	return server
}
