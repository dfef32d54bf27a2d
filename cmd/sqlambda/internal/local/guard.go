package local

import (
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
)

// refuse returns why a request is not answered. Whoever can reach the port may invoke, so
// requests that a web site makes a browser send are told apart from a developer's:
//
//   - With DNS rebinding, Host holds a name of the web site that leads to this machine.
//     Addresses, localhost and names that the developer asked for are not of that kind.
//   - Sec-Fetch-Site or Origin tells that a page of another site calls the Lambda API.
//     Function URLs are made for pages: their CORS decides.
func (l *Lambda) refuse(r *http.Request) error {
	denied := func(format string, arguments ...any) error {
		return newError(http.StatusForbidden, "AccessDeniedException", format, arguments...)
	}
	if host := hostname(r.Host); !l.own(host) {
		return denied("the host %q is not this machine: use 127.0.0.1 or localhost, or start sqlambda dev with --host %s", host, host)
	}
	var protection http.CrossOriginProtection
	if _, _, isURL := urlTarget(r); isURL {
		return nil
	}
	if err := protection.Check(r); err != nil {
		return denied("a page of %s may not invoke functions: %v", r.Header.Get("Origin"), err)
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

// Hosts are the names, besides addresses, that requests may be sent to where a port is
// open to other machines: the one asked for, the machine's own, and the one that
// containers know it by.
func Hosts(host string) []string {
	names := []string{hostname(host), "host.docker.internal"}
	if own, err := os.Hostname(); err == nil {
		names = append(names, strings.ToLower(own))
	}
	return names
}
