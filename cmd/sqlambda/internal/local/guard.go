package local

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
)

// refuse returns why a request is not answered. Who can reach the port may invoke, so
// what a web site makes a browser send is told apart from what a developer sends:
//
//   - A name of the web site's own that leads to this machine (DNS rebinding) stands in
//     Host. Addresses, localhost, and what the developer asked for do not come of that.
//   - A page of another site that posts to the Lambda API is told by Sec-Fetch-Site or
//     Origin. Function URLs are there for pages: their CORS is the function's business.
func (l *Lambda) refuse(r *http.Request) error {
	if host := hostname(r.Host); !l.own(host) {
		return fmt.Errorf("the host %q is none of this machine: use 127.0.0.1 or localhost, or start sqlambda dev with --host %s", host, host)
	}
	var protection http.CrossOriginProtection
	if _, _, isURL := urlTarget(r); isURL {
		return nil
	}
	if err := protection.Check(r); err != nil {
		return fmt.Errorf("a page of %s may not invoke functions: %w", r.Header.Get("Origin"), err)
	}
	return nil
}

// own reports whether a host name stands for this machine, whoever resolves it.
func (l *Lambda) own(host string) bool {
	return net.ParseIP(host) != nil || host == "localhost" || strings.HasSuffix(host, ".localhost") ||
		slices.Contains(l.Hosts, host)
}

// hostname is a host without its port.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}

// Loopback reports whether only this machine can reach a host.
func Loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Hosts are the names that requests may be sent to where a port is open to other
// machines, besides addresses: the one asked for, the machine's own, and the one that
// containers know it by.
func Hosts(host string) []string {
	names := []string{hostname(host), "host.docker.internal"}
	if own, err := os.Hostname(); err == nil {
		names = append(names, strings.ToLower(own))
	}
	return names
}
