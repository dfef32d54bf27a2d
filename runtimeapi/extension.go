package runtimeapi

import (
	"fmt"
	"strings"
)

// registerExtension registers an internal extension without events: Lambda then sends
// SIGTERM before it ends the execution environment. The connection has to stay open, as the
// request for an event never gets an answer.
func (c *client) registerExtension() error {
	const path = "/2020-01-01/extension/"
	name, _, _ := strings.Cut(c.agent, "/")
	c.begin("POST", path, "register")
	c.header("Lambda-Extension-Name", name)
	if err := c.post([]byte(`{"events":[]}`)); err != nil {
		return fmt.Errorf("%s: %w", &c.request, err)
	}
	id := string(c.value("Lambda-Extension-Identifier"))
	if c.status != 200 || id == "" {
		return c.unexpected()
	}
	// This request tells Lambda that the extension is initialized.
	c.begin("GET", path, "event/next")
	c.header("Lambda-Extension-Identifier", id)
	c.end()
	conn, err := c.open()
	if err == nil {
		_, err = conn.Write(c.head)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", &c.request, err)
	}
	return nil
}
