package project

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"

	"go.yaml.in/yaml/v3"
)

// dockerfile is the file in a function's folder that makes it a container image.
const dockerfile = "Dockerfile"

// IsImage reports whether the folder is that of a container image, which has programs and
// libraries of its own.
func (f *Folder) IsImage() bool {
	_, err := os.Stat(filepath.Join(f.Root, dockerfile))
	return err == nil
}

// image is what a template says of a function that is a container image.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html#sam-function-metadata
type image struct {
	Context    yaml.Node `yaml:"DockerContext"`
	Dockerfile string    `yaml:"Dockerfile"`
}

// command is what a Dockerfile starts: for Lambda's base images, the handler.
var command = regexp.MustCompile(`(?mi)^CMD\s+(\[.*\])\s*$`)

// imageCode returns the folder of a container image, and its handler: the template's, or the
// Dockerfile's.
func (t *template) imageCode(of *image, p *properties) (code, handler yaml.Node) {
	if code = of.Context; code.IsZero() {
		code = yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: "."}
	}
	if len(p.ImageConfig.Command) > 0 {
		return code, p.ImageConfig.Command[0]
	}
	name := dockerfile
	if of.Dockerfile != "" {
		name = of.Dockerfile
	}
	text, _ := os.ReadFile(filepath.Join(filepath.Dir(t.file), filepath.FromSlash(t.text(code)), filepath.FromSlash(name)))
	var words []string
	if found := command.FindSubmatch(text); found != nil && json.Unmarshal(found[1], &words) == nil && len(words) > 0 {
		handler = yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: words[0], Line: p.PackageType.Line, Column: p.PackageType.Column}
	}
	return code, handler
}
