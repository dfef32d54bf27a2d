package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"time"
)

// process is a function that runs against a Runtime API of its own and waits for its next
// invocation.
type process struct {
	function *function
	api      *runtimeAPI
	command  *exec.Cmd
	stderr   bytes.Buffer
	ended    chan struct{}
	stopped  sync.Once

	start   time.Duration // from before fork to the first GET /next
	initial usage         // at the first /next
}

// start starts a function as Lambda does and waits for its first GET /next.
func (f *function) start() (*process, error) {
	api, err := newRuntimeAPI()
	if err != nil {
		return nil, err
	}
	r := &process{function: f, api: api, ended: make(chan struct{})}
	r.command = exec.Command(f.command[0], f.command[1:]...)
	r.command.Env = f.variables(api.address())
	r.command.Dir = f.root
	r.command.Stderr = &r.stderr
	begin := time.Now()
	if err := r.command.Start(); err != nil {
		api.close()
		return nil, err
	}
	go r.watch()
	if err := r.waitIdle(); err != nil {
		r.stop()
		return nil, err
	}
	r.start = r.asked().Sub(begin)
	if r.initial, err = usageOf(r.command.Process.Pid); err != nil {
		r.stop()
		return nil, err
	}
	return r, nil
}

// variables returns the environment that Lambda gives a function of 128 MB, and the job's
// own variables. Nothing comes from this process.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
func (f *function) variables(api string) []string {
	variables := []string{
		"AWS_LAMBDA_RUNTIME_API=" + api,
		"_HANDLER=" + f.handler,
		"LAMBDA_TASK_ROOT=" + f.root,
		"LAMBDA_RUNTIME_DIR=/var/runtime",
		"AWS_LAMBDA_FUNCTION_NAME=bench",
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128",
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/bench",
		"AWS_LAMBDA_LOG_STREAM_NAME=2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef",
		"AWS_EXECUTION_ENV=AWS_Lambda_provided.al2023",
		"AWS_REGION=us-east-1",
		"AWS_DEFAULT_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=none",
		"AWS_SECRET_ACCESS_KEY=none",
		"AWS_SESSION_TOKEN=none",
		"PATH=/usr/local/bin:/usr/bin/:/bin:/opt/bin",
		"LD_LIBRARY_PATH=/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
		"LANG=en_US.UTF-8",
		"TZ=:UTC",
	}
	if f.contender.script != "" {
		variables = append(variables, "SQLAMBDA_SCRIPT="+f.contender.script)
	}
	if f.database != "" {
		variables = append(variables, "SQLAMBDA_DATABASE="+f.database, "DATABASE="+f.database)
	}
	return variables
}

// watch tells waitIdle when the process ends.
func (r *process) watch() {
	err := r.command.Wait()
	close(r.ended)
	r.api.idle <- fmt.Errorf("%s ended: %v\n%s", r.function.contender.name, err, bytes.TrimSpace(r.stderr.Bytes()))
}

// waitIdle waits until the process has answered all invocations and asks for another.
func (r *process) waitIdle() error {
	select {
	case err := <-r.api.idle:
		return err
	case <-time.After(10 * time.Minute):
		return fmt.Errorf("%s: no answer", r.function.contender.name)
	}
}

func (r *process) asked() time.Time {
	return r.api.asked // the server waits for a load
}

// invoke invokes the process with a load and returns the CPU time that took: its own, and
// that of processes that it has started.
func (r *process) invoke(l *load) (own, children time.Duration, err error) {
	before, err := r.usage()
	if err != nil {
		return 0, 0, err
	}
	r.api.loads <- l
	if err := r.waitIdle(); err != nil {
		return 0, 0, err
	}
	after, err := r.usage()
	return after.cpu - before.cpu, after.children - before.children, err
}

// usage returns what the process has used. It must be waiting in /next.
func (r *process) usage() (usage, error) {
	u, err := usageOf(r.command.Process.Pid)
	if err == nil && r.function.job.children {
		u.children, err = childrenOf(r.command.Process.Pid)
	}
	return u, err
}

// answers returns the answers of a fresh process to events.
func (f *function) answers(events [][]byte) ([][]byte, error) {
	r, err := f.start()
	if err != nil {
		return nil, err
	}
	defer r.stop()
	var answers [][]byte
	for _, event := range events {
		l := &load{events: [][]byte{event}, n: 1}
		if _, _, err := r.invoke(l); err != nil {
			return nil, err
		}
		answers = append(answers, l.response)
	}
	return answers, nil
}

// stop ends the process and its server. It may be called again.
func (r *process) stop() {
	r.stopped.Do(func() {
		r.command.Process.Signal(os.Kill)
		<-r.ended
		r.api.close()
	})
}
