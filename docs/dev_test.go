package docs_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestDevPage runs the sessions of dev.md against "sqlambda dev", one after the other in one
// folder, with real clients. Blocks of SQL are saved where they stand.
func TestDevPage(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"aws", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(tool + " is not installed")
		}
	}
	root := folder(t, "/var/tmp")
	command := built(t)
	text, err := os.ReadFile("dev.md")
	if err != nil {
		t.Fatal(err)
	}
	d := &devPage{t: t, root: root, command: command}
	got := blocks.ReplaceAllStringFunc(string(text), func(block string) string {
		m := blocks.FindStringSubmatch(block)
		switch m[1] {
		case "sql":
			first, _, _ := strings.Cut(m[2], "\n")
			if err := os.WriteFile(filepath.Join(root, strings.TrimPrefix(first, "-- ")), []byte(m[2]), 0o644); err != nil {
				t.Fatal(err)
			}
		case "console":
			return "```console\n" + d.session(m[2]) + "```"
		}
		return block
	})
	if got == string(text) {
		return
	}
	if !*update {
		t.Fatalf("the page would be\n%s", got)
	}
	if err := os.WriteFile("dev.md", []byte(got), 0o644); err != nil {
		t.Fatal(err)
	}
}

// devPage is dev.md and the server that it is run against.
type devPage struct {
	t                      *testing.T
	root, command, address string
}

// session runs the commands of a session and returns it with what they print.
func (d *devPage) session(body string) string {
	var out strings.Builder
	for _, c := range commands(body) {
		out.WriteString(c.line + "\n")
		if c.line == "$ sqlambda dev" {
			out.WriteString(d.start(strings.Count(c.output, "\n")))
			continue
		}
		shell := exec.Command("sh", "-c", strings.ReplaceAll(strings.TrimPrefix(c.line, "$ "), shownPort, d.port()))
		shell.Dir = d.root
		shell.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test",
			"AWS_DEFAULT_REGION=us-east-1", "AWS_CONFIG_FILE=/dev/null", "AWS_PAGER=")
		printed, err := shell.CombinedOutput()
		if err != nil {
			d.t.Errorf("%s: %v", c.line, err)
		}
		out.WriteString(strings.ReplaceAll(string(printed), "\r", ""))
		if !strings.HasSuffix(string(printed), "\n") {
			out.WriteString("\n")
		}
	}
	return out.String()
}

// shownPort is the port that the page shows. The test takes a free one.
const shownPort = "9001"

func (d *devPage) port() string { return d.address[strings.LastIndexByte(d.address, ':')+1:] }

// start starts the server and returns the first lines that it prints.
func (d *devPage) start(lines int) string {
	dev := exec.Command(d.command, "dev", "--port", "0")
	dev.Dir = d.root
	stdout, err := dev.StdoutPipe()
	if err != nil {
		d.t.Fatal(err)
	}
	if err := dev.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() {
		dev.Process.Signal(os.Interrupt)
		if err := dev.Wait(); err != nil {
			d.t.Error(err)
		}
	})
	printed := bufio.NewReader(stdout)
	var out strings.Builder
	for i := range lines {
		line, err := printed.ReadString('\n')
		if err != nil {
			d.t.Fatal(err)
		}
		if i == 0 {
			d.address = strings.TrimSpace(line)
		}
		out.WriteString(strings.ReplaceAll(line, d.port(), shownPort))
	}
	return out.String()
}
