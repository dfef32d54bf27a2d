package handlers

import (
	"errors"

	"sqlambda/engine"
	"sqlambda/handlers/syntax"
)

// initialize opens the database and runs init.sql and the prologue.
func (h *Handler) initialize() error {
	if err := h.open(); err != nil {
		return err
	}
	if h.source.init != nil {
		if err := h.runOnce(h.source.init, h.source.init.Prologue); err != nil {
			return err
		}
		h.source.init = nil // it may be long
	}
	if err := h.runOnce(h.source.file, h.source.file.Prologue); err != nil {
		return err
	}
	return h.seal()
}

// open opens the database.
func (h *Handler) open() error {
	conn, err := h.config.Open(engine.Config{
		Root:     h.config.Root,
		Database: h.config.Database,
		Memory:   h.config.Memory,
		Now:      h.config.Now,
		Host:     h.host,
	})
	if err != nil {
		return newError(InitFailed, "%v", err)
	}
	h.conn = conn
	return nil
}

// seal ends the init phase.
func (h *Handler) seal() error {
	if err := h.conn.Seal(); err != nil {
		return newError(InitFailed, "init.sql and the prologue: %v", err)
	}
	return nil
}

// runOnce runs statements at init, one after the other; it stops at the first
// that fails.
func (h *Handler) runOnce(file *syntax.File, statements []*syntax.Statement) error {
	for _, s := range statements {
		if err := h.runStatement(s); err != nil {
			failure := asFailure(err)
			if failure.Raised != "" {
				return errorAt(failure.Raised, h.diagnose(file, "", s, failure))
			}
			return errorOf(InitFailed, []syntax.Problem{h.diagnose(file, "", s, failure)})
		}
	}
	return nil
}

func (h *Handler) runStatement(s *syntax.Statement) error {
	stmt, err := h.conn.Prepare(s.Text)
	if err != nil || stmt == nil {
		return err
	}
	defer stmt.Close()
	for _, p := range s.Parameters {
		stmt.Bind(p.Index, environmentValue(h.config.LookupEnv, p.Path))
	}
	for {
		if row, err := stmt.Step(); err != nil || !row {
			return err
		}
	}
}

// asFailure returns an engine's error as a Failure.
func asFailure(err error) *engine.Failure {
	var failure *engine.Failure
	if errors.As(err, &failure) {
		return failure
	}
	return &engine.Failure{Message: err.Error(), Offset: -1}
}
