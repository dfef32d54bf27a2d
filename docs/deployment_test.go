package docs_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"sqlambda/internal/lambdatest"
)

// deployment is an account that a page's commands deploy to. Moto answers them, and keeps
// what it is told. To run a function it would need Docker and an image of Lambda's; here
// an invocation runs what was uploaded: the function's zip, with the layer's bootstrap.
type deployment struct {
	root, built string // the repository's folder, and what is built of it
	moto        *url.URL
	aws         *httptest.Server // moto, but for invocations

	mu    sync.Mutex
	code  map[string][]byte // a function's zip, by its name
	layer []byte            // the zip that was published last
}

// deploy makes an account.
func deploy(t *testing.T, built string) *deployment {
	t.Helper()
	d := &deployment{root: repository(t), built: built, moto: startMoto(t), code: map[string][]byte{}}
	proxy := httputil.NewSingleHostReverseProxy(d.moto)
	d.aws = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if m := invocations.FindStringSubmatch(r.URL.Path); m != nil {
			d.invoke(t, w, m[1], body)
			return
		}
		d.keep(r, body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(d.aws.Close)
	return d
}

var (
	invocations = regexp.MustCompile(`^/2015-03-31/functions/([^/]+)/invocations$`)
	functions   = regexp.MustCompile(`^/2015-03-31/functions(?:/([^/]+)/code)?/?$`)
	layers      = regexp.MustCompile(`^/2018-10-31/layers/[^/]+/versions$`)
)

// startMoto starts moto's server on a free port, and waits until it answers.
func startMoto(t *testing.T) *url.URL {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().(*net.TCPAddr)
	free.Close()
	command := exec.Command("moto_server", "-H", "127.0.0.1", "-p", fmt.Sprint(address.Port))
	var log bytes.Buffer
	command.Env = append(os.Environ(), "MOTO_IAM_LOAD_MANAGED_POLICIES=true")
	command.Stdout, command.Stderr = &log, &log
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	t.Cleanup(func() {
		command.Process.Kill()
		<-ended
	})
	moto := &url.URL{Scheme: "http", Host: address.String()}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for start := time.Now(); time.Since(start) < time.Minute; {
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("moto_server ended: %v\n%s", err, &log)
		case <-tick.C:
			if response, err := http.Get(moto.String() + "/moto-api/data.json"); err == nil {
				response.Body.Close()
				return moto
			}
		}
	}
	t.Fatal("moto_server does not answer")
	return nil
}

// keep keeps the zips that a request uploads.
func (d *deployment) keep(r *http.Request, body []byte) {
	var request struct {
		FunctionName string
		ZipFile      []byte
		Code         struct{ ZipFile []byte }
		Content      struct{ ZipFile []byte }
	}
	if r.Method == http.MethodGet || json.Unmarshal(body, &request) != nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if layers.MatchString(r.URL.Path) {
		d.layer = request.Content.ZipFile
	} else if m := functions.FindStringSubmatch(r.URL.Path); m != nil && m[1] != "" {
		d.code[m[1]] = request.ZipFile
	} else if m != nil {
		d.code[request.FunctionName] = request.Code.ZipFile
	}
}

// run runs a script of shell.
func (d *deployment) run(t *testing.T, script string) {
	t.Helper()
	shell := exec.Command("sh", "-euxc", script)
	shell.Dir = d.root
	shell.Env = append(os.Environ(), "BUILT="+d.built, "PACKAGE="+filepath.Join(d.built, "sqlambda")+" package",
		"AWS_ENDPOINT_URL="+d.aws.URL, "AWS_DEFAULT_REGION=eu-central-1", "AWS_ACCESS_KEY_ID=key",
		"AWS_SECRET_ACCESS_KEY=secret", "AWS_PAGER=", "AWS_CONFIG_FILE=/dev/null")
	if out, err := shell.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// invoke answers an invocation as Lambda does, with what was uploaded.
func (d *deployment) invoke(t *testing.T, w http.ResponseWriter, name string, event []byte) {
	d.mu.Lock()
	code, layer := d.code[name], d.layer
	d.mu.Unlock()
	task, opt := folder(t, "/var/tmp"), folder(t, "/var/tmp")
	unzip(t, task, code)
	unzip(t, opt, layer)
	server, err := lambdatest.NewServer()
	if err != nil {
		t.Error(err)
		return
	}
	defer server.Close()
	command := exec.Command(filepath.Join(opt, "bootstrap"))
	command.Env = []string{"_HANDLER=" + d.configuration(t, name).Handler, "LAMBDA_TASK_ROOT=" + task}
	process, err := server.Start(command)
	if err != nil {
		t.Error(err)
		return
	}
	defer process.Kill()
	outcome, err := server.Invoke(t.Context(), lambdatest.Invocation{Payload: event})
	if err != nil {
		t.Error(err)
	}
	w.Write(outcome.Payload)
}

// unzip unpacks a zip as Lambda does.
func unzip(t *testing.T, root string, data []byte) {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Error(err)
		return
	}
	if err := os.CopyFS(root, archive); err != nil {
		t.Error(err)
	}
}

// configuration is what moto has of a function.
type configuration struct {
	Handler, Runtime, CodeSha256 string
	Architectures                []string
	Timeout                      int
	Layers                       []struct{ Arn string }
}

func (d *deployment) configuration(t *testing.T, name string) configuration {
	var c configuration
	d.get(t, "/2015-03-31/functions/"+name+"/configuration", &c)
	return c
}

// get asks moto, whose region is that of the signature.
func (d *deployment) get(t *testing.T, path string, into any) {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, d.moto.String()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=key/20260101/eu-central-1/lambda/aws4_request, SignedHeaders=host, Signature=0")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Error(err)
		return
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("moto has no %s: %s", path, response.Status)
	}
	if err := json.NewDecoder(response.Body).Decode(into); err != nil {
		t.Error(err)
	}
}

// check compares what was deployed with what the pages say of it.
func (d *deployment) check(t *testing.T) {
	c := d.configuration(t, "hello")
	if c.Handler != "hello" || c.Runtime != "provided.al2023" || strings.Join(c.Architectures, " ") != "arm64" ||
		len(c.Layers) != 1 || !strings.Contains(c.Layers[0].Arn, ":layer:sqlambda-arm64:1") {
		t.Errorf("the function is %+v", c)
	}
	if want := digest(t, filepath.Join(d.root, "hello.zip")); c.CodeSha256 != want {
		t.Errorf("the function's code is %s, and the zip %s", c.CodeSha256, want)
	}
	var layer struct{ Content struct{ CodeSha256 string } }
	d.get(t, "/2018-10-31/layers/sqlambda-arm64/versions/1", &layer)
	if want := digest(t, filepath.Join(d.root, "dist/sqlambda-layer-arm64.zip")); layer.Content.CodeSha256 != want {
		t.Errorf("the layer's content is %s, and the zip %s", layer.Content.CodeSha256, want)
	}
	response, err := os.ReadFile(filepath.Join(d.root, "response.json"))
	if want := `{"statusCode":200,"body":"Hello Ada"}`; err != nil || string(response) != want {
		t.Errorf("the function answers %s, %v, want %s", response, err, want)
	}
}

// digest is the SHA-256 of a file, as Lambda tells it.
func digest(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	return base64.StdEncoding.EncodeToString(sum[:])
}
