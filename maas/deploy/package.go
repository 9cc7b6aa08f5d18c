// Package deploy runs models from their packages: it starts their processes, waits until
// they answer, registers them, replaces those that die or hang, and stops them without a
// call lost.
//
// A package is a folder with one *.sh, which starts the model, or with a model.yaml that
// says how. The model says where it answers: in a file endpoint.dat of the folder in
// which it was started, as for Metron, or by listening on the port of the environment
// variable PORT.
package deploy

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/stellarlang/stellar/maas"
)

// Package says how a model is started.
type Package struct {
	Folder string `yaml:"-"` // absolute

	Name    string `yaml:"name"`    // of the model; "" if the package does not say
	Version string `yaml:"version"` // "" if the package does not say

	// Command is started in a folder that has what the package has.
	Command []string `yaml:"command"`
	// Environment is added to that of this process.
	Environment map[string]string `yaml:"environment"`
	// Functions maps the names that expressions use to paths; empty for apply alone.
	Functions map[string]string `yaml:"functions"`
	// Health is the path that answers with a status of 200 to 299 while the model is
	// well. Without one, the model is well if it takes connections.
	Health string `yaml:"health"`
	// Start is how long the model may take until it answers.
	Start Duration `yaml:"start"`
	// Drain is how long an instance still answers after it has left the registry, if that
	// is more than what is usual: as long as its calls may take.
	Drain Duration `yaml:"drain"`
	// Grace is how long its processes have to end before they are killed. 0 leaves that to
	// who runs it.
	Grace Duration `yaml:"grace"`
	// Samples are asked before an instance is registered.
	Samples []Sample `yaml:"samples"`
	// Card says for people what the model is; nil if the package does not say.
	Card *maas.Card `yaml:"card"`
}

// Sample is a call with what the answer must have.
type Sample struct {
	Function  string         `yaml:"function"` // "" for apply
	Arguments map[string]any `yaml:"arguments"`
	// Answer holds members that the answer must have; it may have others.
	Answer map[string]any `yaml:"answer"`
}

// Duration is a time.Duration that is written as "30s".
type Duration time.Duration

// UnmarshalYAML implements yaml.Unmarshaler.
func (d *Duration) UnmarshalYAML(n *yaml.Node) error {
	parsed, err := time.ParseDuration(n.Value)
	if err != nil || parsed <= 0 {
		return fmt.Errorf("line %d: %q is no time such as 30s", n.Line, n.Value)
	}
	*d = Duration(parsed)
	return nil
}

const (
	modelFile    = "model.yaml"
	maxModelFile = 1 << 20
	// usualStart is what Metron grants.
	usualStart = 10 * time.Minute
	// maxEnd bounds how long an instance may take to leave, and then to end.
	maxEnd = Duration(10 * time.Minute)
)

// ErrPackage is wrapped by what is wrong with a package.
var ErrPackage = errors.New("no package of a model")

// ReadPackage reads the package in a folder.
func ReadPackage(folder string) (*Package, error) {
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	p := &Package{Folder: absolute}
	text, err := readFile(filepath.Join(absolute, modelFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	default:
		decoder := yaml.NewDecoder(bytes.NewReader(text))
		decoder.KnownFields(true)
		if err := decoder.Decode(p); err != nil {
			return nil, fmt.Errorf("%s: %w: %w", filepath.Join(folder, modelFile), ErrPackage, worded(err))
		}
	}
	if longest := max(p.Drain, p.Grace); longest > maxEnd {
		return nil, fmt.Errorf("%s: %w: drain and grace are %v at most", filepath.Join(folder, modelFile), ErrPackage, time.Duration(maxEnd))
	}
	if p.Start == 0 {
		p.Start = Duration(usualStart)
	}
	if len(p.Command) == 0 {
		if p.Command, err = startScript(folder, absolute); err != nil {
			return nil, err
		}
	}
	if p.Health != "" && !strings.HasPrefix(p.Health, "/") {
		p.Health = "/" + p.Health
	}
	return p, nil
}

var unknownField = regexp.MustCompile(`field (\S+) not found in type \S+`)

// worded returns the first mistake that a YAML text has, for people who wrote it.
func worded(err error) error {
	var mistakes *yaml.TypeError
	if !errors.As(err, &mistakes) || len(mistakes.Errors) == 0 {
		return err
	}
	return errors.New(unknownField.ReplaceAllString(mistakes.Errors[0], "there is no $1, but name, version, command, environment, functions, health, start, drain, grace, samples and card"))
}

func readFile(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxModelFile {
		return nil, fmt.Errorf("%s is no file of at most %d bytes", name, maxModelFile)
	}
	return os.ReadFile(name)
}

// startScript returns the command of a package without one: its only script, by sh.
func startScript(folder, absolute string) ([]string, error) {
	entries, err := os.ReadDir(absolute)
	if err != nil {
		return nil, err
	}
	var scripts []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".sh") {
			scripts = append(scripts, e.Name())
		}
	}
	slices.Sort(scripts)
	switch len(scripts) {
	case 1:
		return []string{"sh", scripts[0]}, nil
	case 0:
		return nil, fmt.Errorf("%s: %w: it has neither a script *.sh that starts the model, nor a %s with its command", folder, ErrPackage, modelFile)
	}
	return nil, fmt.Errorf("%s: %w: %s all look like what starts the model; name one as command in a %s", folder, ErrPackage, strings.Join(scripts, ", "), modelFile)
}
