package local

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"sqlambda/cmd/sqlambda/internal/pack"
	"sqlambda/cmd/sqlambda/internal/project"
)

// configuration is a function as the Lambda API describes it.
// https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
type configuration struct {
	FunctionName, FunctionArn, Runtime, Role, Handler string

	CodeSize                 int64
	CodeSha256, LastModified string
	Timeout, MemorySize      int
	Version, PackageType     string
	Architectures            []string
	State, LastUpdateStatus  string
	Environment              struct{ Variables map[string]string }
}

func (f *function) configuration() configuration {
	code := f.code()
	c := configuration{
		FunctionName: f.Name, FunctionArn: f.lambda.arn(f.Name, ""), Runtime: "provided.al2023",
		Role: cmp.Or(f.Role, "arn:aws:iam::"+account+":role/sqlambda-dev"), Handler: f.Handler,
		CodeSize: code.Size, CodeSha256: code.CodeSHA256, LastModified: code.modified.UTC().Format("2006-01-02T15:04:05.000+0000"),
		Timeout: int(f.Timeout.Seconds()), MemorySize: f.MemoryMB, Version: latest, PackageType: "Zip",
		Architectures: []string{cmp.Or(f.Architecture, project.DefaultArchitecture)}, State: "Active", LastUpdateStatus: "Successful",
	}
	c.Environment.Variables = f.Variables
	return c
}

// code is the zip of a folder, as "sqlambda package" makes it; zero if the folder cannot be
// packed.
type code struct {
	pack.Zip
	modified time.Time
}

func codeOf(folder *project.Folder) (c code) {
	names, _ := folder.Packed()
	for _, name := range names {
		if info, err := os.Stat(filepath.Join(folder.Root, filepath.FromSlash(name))); err == nil && info.ModTime().After(c.modified) {
			c.modified = info.ModTime()
		}
	}
	if plan, err := pack.NewPlan(folder, "", nil); err == nil && len(plan.Problems) == 0 {
		if zip, err := plan.Write(context.Background(), io.Discard, nil); err == nil {
			c.Zip = *zip
		}
	}
	return c
}

// mostListed is the most functions that one answer lists.
const mostListed = 50

// listFunctions is https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html.
// A marker is the number of functions on the pages before.
func (l *Lambda) listFunctions(w http.ResponseWriter, r *http.Request) error {
	c := l.catalog()
	if c.err != nil {
		return c.err
	}
	asked := r.URL.Query()
	items, marker := cmp.Or(asked.Get("MaxItems"), strconv.Itoa(mostListed)), cmp.Or(asked.Get("Marker"), "0")
	most, err := strconv.Atoi(items)
	if err != nil || most < 1 || most > 10000 {
		return invalid("MaxItems is %q: it is a number from 1 to 10000", items)
	}
	begin, err := strconv.Atoi(marker)
	if err != nil || begin < 0 || begin > len(c.functions) {
		return invalid("the marker %q is not the NextMarker of an answer", marker)
	}
	end := min(begin+min(most, mostListed), len(c.functions))
	page := struct {
		Functions  []configuration
		NextMarker string `json:",omitempty"`
	}{Functions: []configuration{}}
	for _, f := range c.functions[begin:end] {
		page.Functions = append(page.Functions, f.configuration())
	}
	if end < len(c.functions) {
		page.NextMarker = strconv.Itoa(end)
	}
	writeJSON(w, http.StatusOK, page)
	return nil
}

// described answers with what describes the function that a request names.
func (l *Lambda) described(description func(*function, *http.Request) any) operation {
	return func(w http.ResponseWriter, r *http.Request) error {
		f, _, err := l.named(r)
		if err == nil {
			writeJSON(w, http.StatusOK, description(f, r))
		}
		return err
	}
}

// getFunction is https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html.
func getFunction(f *function, _ *http.Request) any {
	code := map[string]string{"RepositoryType": "Local", "Location": "file://" + f.Root}
	return map[string]any{"Configuration": f.configuration(), "Code": code}
}

// getFunctionConfiguration is
// https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html.
func getFunctionConfiguration(f *function, _ *http.Request) any { return f.configuration() }

// getFunctionURL is https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionUrlConfig.html.
func getFunctionURL(f *function, r *http.Request) any {
	c := f.configuration()
	return struct {
		FunctionUrl, FunctionArn, AuthType, InvokeMode, CreationTime, LastModifiedTime string
		Cors                                                                           *project.Cors `json:",omitempty"`
	}{functionURL("http://"+r.Host, f.Name), c.FunctionArn, "NONE", "BUFFERED", c.LastModified, c.LastModified, f.Cors}
}

// functionURL is where a function is called by HTTP, below the address of a Lambda.
func functionURL(address, name string) string {
	return strings.TrimSuffix(address, "/") + urlPrefix + url.PathEscape(name) + "/"
}
