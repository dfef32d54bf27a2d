package runtimehost

import (
	"context"
	"os"
	"os/exec"
)

// Process is a runtime started against a server.
type Process struct {
	command *exec.Cmd
	done    chan struct{}
	err     error
}

// Start starts a command with AWS_LAMBDA_RUNTIME_API set to this server, beside
// command.Env, or the caller's environment if that is nil.
func (s *Server) Start(command *exec.Cmd) (*Process, error) {
	if command.Env == nil {
		command.Env = os.Environ()
	}
	command.Env = append(command.Env, "AWS_LAMBDA_RUNTIME_API="+s.Address())
	s.processStarted()
	if err := command.Start(); err != nil {
		s.processEnded()
		return nil, err
	}
	p := &Process{command: command, done: make(chan struct{})}
	go func() {
		p.err = command.Wait()
		close(p.done)
		s.processEnded()
	}()
	return p, nil
}

// processStarted begins another life of the server where the last one has ended.
func (s *Server) processStarted() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running++
	if s.life.Err() != nil {
		s.life, s.endLife = context.WithCancelCause(s.open)
	}
}

func (s *Server) processEnded() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running--
	if s.running == 0 {
		s.endLife(ErrExited)
	}
}

// Pid is the process id.
func (p *Process) Pid() int { return p.command.Process.Pid }

// Signal sends a signal, such as SIGTERM.
func (p *Process) Signal(signal os.Signal) error { return p.command.Process.Signal(signal) }

// Wait blocks until the process ends. An exit status other than 0 is an
// [*exec.ExitError].
func (p *Process) Wait(ctx context.Context) error {
	select {
	case <-p.done:
		return p.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Kill ends the process and waits for its end.
func (p *Process) Kill() {
	p.command.Process.Kill()
	<-p.done
}

// State is what the operating system says of a process that has ended: exit status and
// resource usage. It is nil before.
func (p *Process) State() *os.ProcessState {
	select {
	case <-p.done:
		return p.command.ProcessState
	default:
		return nil
	}
}
