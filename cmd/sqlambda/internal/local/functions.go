package local

import (
	"net/http"
	"net/url"
	"strings"
)

// configuration is a function as the Lambda API describes it, as far as that is known.
// https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
type configuration struct {
	FunctionName     string
	FunctionArn      string
	Runtime          string
	Handler          string
	Timeout          int
	MemorySize       int
	Version          string
	PackageType      string
	State            string
	LastUpdateStatus string
	Environment      struct{ Variables map[string]string }
}

func (f *function) configuration() configuration {
	l := f.lambda
	c := configuration{
		FunctionName: f.Name, FunctionArn: l.arn(f.Name, ""), Runtime: "provided.al2023", Handler: f.Handler,
		Timeout: int(f.Timeout.Seconds()), MemorySize: f.MemoryMB, Version: latest, PackageType: "Zip",
		State: "Active", LastUpdateStatus: "Successful",
	}
	c.Environment.Variables = f.Variables
	return c
}

// listFunctions is https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html.
func (l *Lambda) listFunctions(w http.ResponseWriter, _ *http.Request) error {
	c := l.catalog()
	if c.err != nil {
		return c.err
	}
	list := make([]configuration, len(c.functions))
	for i, f := range c.functions {
		list[i] = f.configuration()
	}
	writeJSON(w, http.StatusOK, struct{ Functions []configuration }{list})
	return nil
}

// getFunction is https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html.
func (l *Lambda) getFunction(w http.ResponseWriter, r *http.Request) error {
	f, _, err := l.named(r)
	if err != nil {
		return err
	}
	type code struct{ RepositoryType, Location string }
	writeJSON(w, http.StatusOK, struct {
		Configuration configuration
		Code          code
	}{f.configuration(), code{"Local", "file://" + f.Root}})
	return nil
}

// getFunctionConfiguration is
// https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html.
func (l *Lambda) getFunctionConfiguration(w http.ResponseWriter, r *http.Request) error {
	f, _, err := l.named(r)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, f.configuration())
	return nil
}

// getFunctionURL is https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionUrlConfig.html.
func (l *Lambda) getFunctionURL(w http.ResponseWriter, r *http.Request) error {
	f, _, err := l.named(r)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, struct{ FunctionUrl, FunctionArn, AuthType, InvokeMode string }{
		functionURL("http://"+r.Host, f.Name), l.arn(f.Name, ""), "NONE", "BUFFERED",
	})
	return nil
}

// functionURL is where a function is called by HTTP, below the address of a Lambda.
func functionURL(address, name string) string {
	return strings.TrimSuffix(address, "/") + urlPrefix + url.PathEscape(name) + "/"
}
