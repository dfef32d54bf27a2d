package docs_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// checkReadme looks at what the README's commands have made.
func checkReadme(t *testing.T, d *deployment) {
	layer := d.checkLayer(t, "arm64")
	zipped := checksum(d.read(t, "hello.zip"))
	var fn configuration
	d.aws(t, &fn, "lambda", "get-function-configuration", "--function-name", "hello")
	want := configuration{
		Handler: "hello", Runtime: "provided.al2023", Role: "arn:aws:iam::123456789012:role/sqlambda", CodeSha256: zipped,
		Timeout: 3, MemorySize: 128, Architectures: []string{"arm64"}, Layers: []layerOf{{layer}},
	}
	if !reflect.DeepEqual(fn, want) {
		t.Errorf("the function is\n%+v\nwant\n%+v", fn, want)
	}
	var first configuration
	d.readJSON(t, "first.json", &first)
	if sum := checksum(d.read(t, "first.zip")); first.CodeSha256 != sum || sum == zipped {
		t.Errorf("the function was created from %s, want %s, and then changed to %s", first.CodeSha256, sum, zipped)
	}
	d.checkPackage(t, zipped)
	d.checkResponse(t)
}

// checkDeploy looks at what the commands of deploy.md have made. What moto takes and does
// not keep cannot be seen here, only that the AWS CLI knows it: the logging
// configuration of ingest.
func checkDeploy(t *testing.T, d *deployment) {
	d.checkLayer(t, "x86_64")
	layer := d.checkLayer(t, "arm64")
	var fn configuration
	d.aws(t, &fn, "lambda", "get-function-configuration", "--function-name", "hello")
	if fn.Timeout != 10 || fn.Environment.Variables["STAGE"] != "prod" || !reflect.DeepEqual(fn.Layers, []layerOf{{layer}}) {
		t.Errorf("the function is\n%+v\nwant 10 seconds, the stage prod and the layer %s", fn, layer)
	}
	d.checkResponse(t)
	d.checkAlone(t)
	d.checkRole(t, fn.Role)
	d.checkSources(t)
}

// checkLayer compares a layer's first version with what build.sh made, and returns its ARN.
func (d *deployment) checkLayer(t *testing.T, architecture string) string {
	t.Helper()
	var layer layerVersion
	d.aws(t, &layer, "lambda", "get-layer-version", "--layer-name", "sqlambda-"+architecture, "--version-number", "1")
	want := layerVersion{
		LayerVersionArn:    "arn:aws:lambda:eu-central-1:123456789012:layer:sqlambda-" + architecture + ":1",
		CompatibleRuntimes: []string{"provided.al2023"}, CompatibleArchitectures: []string{architecture},
	}
	want.Content.CodeSha256 = checksum(d.read(t, "dist/sqlambda-layer-"+architecture+".zip"))
	if !reflect.DeepEqual(layer, want) {
		t.Errorf("the layer is\n%+v\nwant\n%+v", layer, want)
	}
	return layer.LayerVersionArn
}

// checkResponse compares what the page's invocation wrote with the response of the
// example.
func (d *deployment) checkResponse(t *testing.T) {
	t.Helper()
	var got, want any
	d.readJSON(t, "response.json", &got)
	d.readJSON(t, "examples/hello/events/hello.response.json", &want)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the function answered %v, want %v", got, want)
	}
}

// checkAlone looks at the function without a layer: its runtime is that of the layer.
func (d *deployment) checkAlone(t *testing.T) {
	t.Helper()
	var fn configuration
	d.aws(t, &fn, "lambda", "get-function-configuration", "--function-name", "hello-alone")
	if len(fn.Layers) > 0 || fn.CodeSha256 != checksum(d.read(t, "alone.zip")) {
		t.Errorf("the function is %+v, want alone.zip and no layer", fn)
	}
	root := t.TempDir()
	for name, zipped := range map[string][]byte{"alone": d.uploaded(fn.CodeSha256), "layer": d.read(t, "dist/sqlambda-layer-arm64.zip")} {
		if err := unzip(filepath.Join(root, name), zipped); err != nil {
			t.Fatal(err)
		}
	}
	program, err := os.ReadFile(filepath.Join(root, "alone/bootstrap"))
	if err != nil {
		t.Fatal(err)
	}
	layer, err := os.ReadFile(filepath.Join(root, "layer/bootstrap"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(program, layer) {
		t.Errorf("the bootstrap of the function has %d bytes and is not that of the layer, %d bytes", len(program), len(layer))
	}
	if info, err := os.Stat(filepath.Join(root, "alone/bootstrap")); err != nil || info.Mode()&0o111 == 0 {
		t.Errorf("the bootstrap of the function is no program: %v, %v", info, err)
	}
}

// checkRole looks at who may take the role, and what it may do.
func (d *deployment) checkRole(t *testing.T, arn string) {
	t.Helper()
	var role struct {
		Role struct {
			Arn                      string
			AssumeRolePolicyDocument struct {
				Statement []struct {
					Principal struct{ Service string }
					Action    string
				}
			}
		}
	}
	d.aws(t, &role, "iam", "get-role", "--role-name", "sqlambda")
	if s := role.Role.AssumeRolePolicyDocument.Statement; role.Role.Arn != arn ||
		len(s) != 1 || s[0].Principal.Service != "lambda.amazonaws.com" || s[0].Action != "sts:AssumeRole" {
		t.Errorf("the role is %+v, and that of the function %s", role, arn)
	}
	var attached struct{ AttachedPolicies []struct{ PolicyName string } }
	d.aws(t, &attached, "iam", "list-attached-role-policies", "--role-name", "sqlambda")
	if p := attached.AttachedPolicies; len(p) != 1 || p[0].PolicyName != "AWSLambdaBasicExecutionRole" {
		t.Errorf("the role has the policies %v", p)
	}
}

// checkSources looks at the queue that calls a function, and at the one that takes the
// responses of another.
func (d *deployment) checkSources(t *testing.T) {
	t.Helper()
	type source struct {
		EventSourceArn        string
		BatchSize             int
		FunctionResponseTypes []string
		ScalingConfig         struct{ MaximumConcurrency int }
	}
	var sources struct{ EventSourceMappings []source }
	d.aws(t, &sources, "lambda", "list-event-source-mappings", "--function-name", "ingest")
	want := source{EventSourceArn: "arn:aws:sqs:eu-central-1:123456789012:orders", BatchSize: 100, FunctionResponseTypes: []string{"ReportBatchItemFailures"}}
	want.ScalingConfig.MaximumConcurrency = 2
	if !reflect.DeepEqual(sources.EventSourceMappings, []source{want}) {
		t.Errorf("the event sources are %+v, want %+v", sources.EventSourceMappings, want)
	}
	var config struct {
		MaximumRetryAttempts int
		DestinationConfig    struct{ OnSuccess struct{ Destination string } }
	}
	d.aws(t, &config, "lambda", "get-function-event-invoke-config", "--function-name", "uploads")
	if config.MaximumRetryAttempts != 1 || config.DestinationConfig.OnSuccess.Destination != "arn:aws:sqs:eu-central-1:123456789012:uploads" {
		t.Errorf("asynchronous invocations are configured as %+v", config)
	}
}

// checkPackage packages the example again, elsewhere: what "sqlambda package" tells is what
// Lambda has, and does not depend on the time or the place.
func (d *deployment) checkPackage(t *testing.T, want string) {
	t.Helper()
	out, err := d.command("dist/sqlambda", "package", "examples/hello", "-o", filepath.Join(t.TempDir(), "again.zip"), "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var made struct{ Zips []struct{ CodeSha256 string } }
	if err := json.Unmarshal(out, &made); err != nil {
		t.Fatal(err)
	}
	if len(made.Zips) != 1 || made.Zips[0].CodeSha256 != want {
		t.Errorf("sqlambda package tells %s, and Lambda has %s", out, want)
	}
}

// read reads a file of the repository.
func (d *deployment) read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(d.root, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func (d *deployment) readJSON(t *testing.T, name string, into any) {
	t.Helper()
	data := d.read(t, name)
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, data)
	}
}
