package docs_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"sqlambda/internal/lambdatest"
)

// architectures are Lambda's names for Go's.
var architectures = map[string]string{"amd64": "x86_64", "arm64": "arm64"}

// deployment is AWS for a page: moto's server, which keeps functions, layers and roles as
// AWS does but needs Docker to invoke, and in front of it a server that passes on
// everything but invocations. Those it handles as Lambda does: it unpacks the zips that
// were uploaded and runs the layer's bootstrap.
type deployment struct {
	root string // the copy of the repository
	url  string
	moto string

	mu      sync.Mutex
	uploads map[string][]byte // the zips, by the checksum with which moto tells of them
}

// deploy starts AWS for a page, which ends with the test.
func deploy(t *testing.T, root string) *deployment {
	t.Helper()
	d := &deployment{root: root, moto: startMoto(t), uploads: map[string][]byte{}}
	moto, err := url.Parse(d.moto)
	if err != nil {
		t.Fatal(err)
	}
	invocations := regexp.MustCompile(`^/2015-03-31/functions/([^/]+)/invocations$`)
	others := httputil.NewSingleHostReverseProxy(moto)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if invocation := invocations.FindStringSubmatch(r.URL.Path); err == nil && invocation != nil {
			err = d.invoke(w, r, invocation[1], body)
		} else if err == nil {
			d.keep(body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			others.ServeHTTP(w, r)
		}
		if err != nil {
			t.Error(err)
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}))
	t.Cleanup(server.Close)
	d.url = server.URL
	return d
}

// startMoto starts moto's server on a free port and returns its address. It never calls
// Docker.
func startMoto(t *testing.T) string {
	t.Helper()
	server := exec.Command("moto_server", "-p", "0")
	server.Env = append(os.Environ(), "MOTO_IAM_LOAD_MANAGED_POLICIES=true", "DOCKER_HOST=unix:///var/empty/docker.sock")
	log, err := server.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Process.Kill()
		server.Wait() // reports the signal
	})
	var text strings.Builder
	running := regexp.MustCompile(`Running on (http://\S+)`)
	for lines := bufio.NewScanner(log); lines.Scan(); {
		if m := running.FindStringSubmatch(lines.Text()); m != nil {
			go io.Copy(io.Discard, log) // until the server ends, so that it never waits for a reader
			return m[1]
		}
		fmt.Fprintln(&text, lines.Text())
	}
	t.Fatalf("moto_server does not start:\n%s", &text)
	return ""
}

// command is a command in the repository, with what it needs to find AWS. The
// command sqlambda is the one that the page has installed.
func (d *deployment) command(name string, args ...string) *exec.Cmd {
	bin := filepath.Join(d.root, ".bin")
	command := exec.Command(name, args...)
	command.Dir = d.root
	command.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "AWS_") })
	command.Env = append(command.Env, "GOFLAGS=-trimpath", "CGO_ENABLED=0", // as build.sh builds: what is the same is cached
		"GOBIN="+bin, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"),
		"AWS_ENDPOINT_URL="+d.url, "AWS_DEFAULT_REGION=eu-central-1",
		"AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret",
		"AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_EC2_METADATA_DISABLED=true", "AWS_PAGER=")
	return command
}

// aws runs the AWS CLI and decodes what it answers.
func (d *deployment) aws(t *testing.T, into any, args ...string) {
	t.Helper()
	command := d.command("aws", append(args, "--output", "json")...)
	var failure strings.Builder
	command.Stderr = &failure
	out, err := command.Output()
	if err != nil {
		t.Fatalf("aws %s: %v\n%s", strings.Join(args, " "), err, &failure)
	}
	if err := json.Unmarshal(out, into); err != nil {
		t.Fatalf("aws %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// configuration is a function as Lambda has it.
type configuration struct {
	Handler, Runtime, Role, CodeSha256 string
	Timeout, MemorySize                int
	Architectures                      []string
	Environment                        struct{ Variables map[string]string }
	Layers                             []layerOf
}

// layerOf is a layer as a function names it.
type layerOf struct{ Arn string }

// layerVersion is a version of a layer as Lambda has it.
type layerVersion struct {
	LayerVersionArn                             string
	Content                                     struct{ CodeSha256 string }
	CompatibleArchitectures, CompatibleRuntimes []string
}

// keep keeps the zip that a request uploads, if it does: of a layer, of a new function, of
// an update.
func (d *deployment) keep(body []byte) {
	type upload struct{ ZipFile []byte }
	var request struct {
		upload
		Content, Code upload
	}
	if json.Unmarshal(body, &request) != nil {
		return // a call of IAM or SQS
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, u := range []upload{request.upload, request.Content, request.Code} {
		d.uploads[checksum(u.ZipFile)] = u.ZipFile
	}
}

// uploaded returns the zip with a checksum.
func (d *deployment) uploaded(sum string) []byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.uploads[sum]
}

// invoke answers an invocation as Lambda does.
func (d *deployment) invoke(w http.ResponseWriter, r *http.Request, function string, event []byte) error {
	var fn configuration
	if err := d.get(r, "/2015-03-31/functions/"+function+"/configuration", &fn); err != nil {
		return err
	}
	root, err := os.MkdirTemp("/var/tmp", "sqlambda")
	if err != nil {
		return err
	}
	defer os.RemoveAll(root)
	if err := d.unpack(r, fn, root); err != nil {
		return fmt.Errorf("the function %s: %w", function, err)
	}
	outcome, err := run(r.Context(), root, fn, event)
	if err != nil {
		return fmt.Errorf("the function %s: %w", function, err)
	}
	if outcome.FunctionError {
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
	}
	_, err = w.Write(outcome.Payload)
	return err
}

// unpack makes what a function finds: itself in var/task, and its layers in opt. The
// layer that was built for this machine stands in for one for another architecture.
func (d *deployment) unpack(r *http.Request, fn configuration, root string) error {
	if err := unzip(filepath.Join(root, "var/task"), d.uploaded(fn.CodeSha256)); err != nil {
		return err
	}
	for _, of := range fn.Layers {
		arn := strings.Split(of.Arn, ":") // arn:aws:lambda:region:account:layer:name:version
		var layer layerVersion
		if err := d.get(r, "/2018-10-31/layers/"+arn[6]+"/versions/"+arn[7], &layer); err != nil {
			return err
		}
		zipped := d.uploaded(layer.Content.CodeSha256)
		if here := architectures[runtime.GOARCH]; here != fn.Architectures[0] {
			var err error
			if zipped, err = os.ReadFile(filepath.Join(d.root, "dist/sqlambda-layer-"+here+".zip")); err != nil {
				return err
			}
		}
		if err := unzip(filepath.Join(root, "opt"), zipped); err != nil {
			return err
		}
	}
	return nil
}

// get asks moto, in the region of a request.
func (d *deployment) get(r *http.Request, path string, into any) error {
	request, err := http.NewRequestWithContext(r.Context(), http.MethodGet, d.moto+path, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", r.Header.Get("Authorization"))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", path, response.Status)
	}
	return json.NewDecoder(response.Body).Decode(into)
}

// unzip unpacks a zip.
func unzip(root string, zipped []byte) error {
	archive, err := zip.NewReader(bytes.NewReader(zipped), int64(len(zipped)))
	if err != nil {
		return err
	}
	return os.CopyFS(root, archive)
}

// checksum is what Lambda tells of a zip as CodeSha256.
func checksum(zipped []byte) string {
	sum := sha256.Sum256(zipped)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// run starts the layer's bootstrap for one invocation.
func run(ctx context.Context, root string, fn configuration, event []byte) (lambdatest.Outcome, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	server, err := lambdatest.NewServer()
	if err != nil {
		return lambdatest.Outcome{}, err
	}
	defer server.Close()
	command := exec.Command(filepath.Join(root, "opt/bootstrap"))
	command.Dir = filepath.Join(root, "var/task")
	command.Env = []string{"_HANDLER=" + fn.Handler, "LAMBDA_TASK_ROOT=" + command.Dir,
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=" + strconv.Itoa(fn.MemorySize)}
	for name, value := range fn.Environment.Variables {
		command.Env = append(command.Env, name+"="+value)
	}
	process, err := server.Start(command)
	if err != nil {
		return lambdatest.Outcome{}, err
	}
	defer process.Kill()
	outcome, err := server.Invoke(ctx, lambdatest.Invocation{Payload: event})
	if failure, ok := errors.AsType[*lambdatest.InitError](err); ok {
		return failure.Outcome, nil
	}
	return outcome, err
}
