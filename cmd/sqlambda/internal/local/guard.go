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
func (l *Lambda) refuse(r *http.Request, isURL bool) error {
	denied := func(format string, arguments ...any) error {
		return newError(http.StatusForbidden, "AccessDeniedException", format, arguments...)
	}
	host := hostname(r.Host)
	own := net.ParseIP(host) != nil || strings.HasSuffix("."+host, ".localhost") || slices.Contains(l.hosts, host)
	if !own {
		return denied("the host %q is not this machine: use 127.0.0.1 or localhost, or start sqlambda dev with --host %s", host, host)
	}
	var protection http.CrossOriginProtection
	if err := protection.Check(r); err != nil && !isURL {
		return denied("a page of %s may not invoke functions: %v", r.Header.Get("Origin"), err)
	}
	return nil
}

// hostname is a host without its port.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}

// hosts are the names, besides addresses, that requests may be sent to where a port is
// open to other machines: the one asked for, the machine's own, and the one that
// containers know it by.
func hosts(host string) []string {
	names := []string{hostname(host), "host.docker.internal"}
	if own, err := os.Hostname(); err == nil {
		names = append(names, strings.ToLower(own))
	}
	return names
}
