package runtimehost

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
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
	s.mu.Lock()
	s.running++
	if s.life.Err() != nil { // another life begins where the last one has ended
		s.life, s.endLife = context.WithCancelCause(s.open)
	}
	s.mu.Unlock()
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

func (s *Server) processEnded() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running--; s.running == 0 {
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

// PeakBytes reads the most memory that the running process has had in RAM, from /proc: on other
// systems than Linux it fails.
func (p *Process) PeakBytes() (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Pid()))
	if err != nil {
		return 0, err
	}
	_, peak, _ := strings.Cut(string(status), "\nVmHWM:")
	kilobytes := int64(0)
	if _, err := fmt.Sscan(peak, &kilobytes); err != nil { // it has ended
		return 0, os.ErrProcessDone
	}
	return kilobytes << 10, nil
}
