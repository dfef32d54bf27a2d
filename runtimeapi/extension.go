package runtimeapi

import (
	"fmt"
	"strings"
)

// registerExtension registers an internal extension without events: Lambda then sends
// SIGTERM before it ends the execution environment. It returns the client whose request for an
// event never gets an answer: its connection has to stay open.
func (r *Runtime) registerExtension() (*client, error) {
	const path = "/2020-01-01/extension/"
	c := r.newClient()
	name, _, _ := strings.Cut(c.agent, "/")
	c.begin("POST", path, "register")
	c.header("Lambda-Extension-Name", name)
	if err := c.post([]byte(`{"events":[]}`)); err != nil {
		c.closeConn()
		return nil, fmt.Errorf("%s: %w", &c.request, err)
	}
	id := string(c.value("Lambda-Extension-Identifier"))
	if c.status != 200 || id == "" {
		c.closeConn()
		return nil, c.unexpected()
	}
	// This request tells Lambda that the extension is initialized.
	c.begin("GET", path, "event/next")
	c.header("Lambda-Extension-Identifier", id)
	c.end()
	if err := c.open(); err != nil {
		return nil, err
	}
	if _, err := c.conn.Load().Write(c.head); err != nil {
		c.closeConn()
		return nil, fmt.Errorf("%s: %w", &c.request, err)
	}
	return c, nil
}
