package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	shellfunctions "github.com/stellarlang/stellar/functions/shell"
	"github.com/stellarlang/stellar/repl"
	"github.com/stellarlang/stellar/repl/library"
	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/rules/explain"
	"github.com/stellarlang/stellar/stellar/rules/metron/management"
	"github.com/stellarlang/stellar/stellar/rules/sigma"
	"github.com/stellarlang/stellar/stellar/value"
)

// shellSession returns the session of the shell.
func (h *host) shellSession(s *streams, settings repl.Settings, globals *repl.Globals, keep func(repl.Settings) error) (session *repl.Session, err error) {
	edit := func(ctx context.Context, text string) (string, error) {
		if !s.toTerminal || !terminal.Is(s.in) {
			return "", errors.New("an editor needs a terminal")
		}
		resume := s.interrupts.pause() // what an editor makes of Ctrl-C is its business
		defer resume()
		return edit(ctx, editorOf(globals), text)
	}
	ofShell := shellFunctions(shellfunctions.Host{
		Variables: func() []shellfunctions.Variable {
			var all []shellfunctions.Variable
			for _, v := range session.Variables() {
				all = append(all, shellfunctions.Variable{Name: v.Name, Value: v.Value, Expression: v.Expression})
			}
			return all
		},
		Edit: edit,
	})
	asked := h.asked
	asked.Configurations = globalsStore{h.configurations, globals}
	asked.Globals = func(ctx context.Context) (value.Value, error) {
		stored, err := h.globals(ctx)
		if err != nil {
			return value.Null, err
		}
		return globals.Over(stored), nil
	}
	session, err = repl.New(repl.Options{
		Environment: stellar.Options{Functions: slices.Concat(library.Functions(library.Families(asked)), ofShell)},
		RuleLength:  sigma.SourceLength,
		Variables:   h.variables, Settings: &settings, Globals: globals,
		Host: repl.Host{ReadRules: h.readRules, Models: h.models, Globals: h.storedGlobals, Edit: edit, KeepSettings: keep},
	})
	return session, err
}

// shellFunctions are those that the shell alone has.
func shellFunctions(h shellfunctions.Host) []fn.Func {
	return fn.Join("shell", "what the shell adds to the language", shellfunctions.Library(h)).Functions
}

// readRules reads the rules of a file or folder.
func (h *host) readRules(ctx context.Context, name string) ([]explain.Text, error) {
	files, err := (&ruleFlags{}).readTogether(ctx, name)
	if err != nil {
		return nil, errors.New(missingFile(err))
	}
	if err := h.tables.use(ctx, h, files, true); err != nil {
		return nil, err
	}
	h.report.warningsOf(files)
	return files.texts(), nil
}

// models lists what the registry knows.
func (h *host) models() []repl.Model {
	var models []repl.Model
	for _, v := range versionsIn(h.registry.Snapshot()) {
		models = append(models, repl.Model{
			Name: v.Model, Version: v.Version, Stage: v.stage(), Weight: v.weight(), Protocol: v.protocol(), Instances: len(v.Instances),
		})
	}
	return models
}

// storedGlobals returns the global configuration of the store.
func (h *host) storedGlobals(ctx context.Context) (stellar.Resolver, error) {
	if h.configurations == nil {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	text, found, err := h.configurations.Read(ctx, globalPath)
	if err != nil || !found {
		return nil, err
	}
	return stellar.JSON(text)
}

// storeTime bounds a call of a store.
const storeTime = 10 * time.Second

// editorOf returns the person's editor: that of the global EDITOR, as in Metron, or else
// the usual one.
func editorOf(globals *repl.Globals) string {
	for _, g := range globals.All() {
		if g.Name == "EDITOR" {
			return terminal.EditorOf(g.Value.Str())
		}
	}
	return terminal.EditorOf()
}

// notStarted is the exit code of a shell of the system that does not find a program.
const notStarted = 127

// edit has a text edited.
func edit(ctx context.Context, editor, text string) (string, error) {
	f, err := os.CreateTemp("", "*.stellar") // which only its owner reads
	if err != nil {
		return "", err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	if _, err = f.WriteString(text + "\n"); err == nil {
		err = f.Close()
	}
	if err != nil {
		return "", err
	}
	command := terminal.EditorCommand(ctx, editor, f.Name())
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = command.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() != notStarted { // as in Metron, its exit code says nothing else
		err = nil
	}
	if err != nil {
		return "", fmt.Errorf("the editor %s: %w; $VISUAL or $EDITOR names another", editor, err)
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	edited, err := readBounded(ctx, f.Name(), maxExpression)
	return string(edited), err
}

// settingsFile returns the file of the settings.
func settingsFile() (string, error) {
	folder, err := os.UserConfigDir()
	return filepath.Join(folder, "stellar", "shell.json"), err
}

// readSettings returns the settings that were kept, or else those by default, with the
// error of a file that cannot be read.
func readSettings(ctx context.Context) (repl.Settings, error) {
	settings := repl.DefaultSettings()
	name, err := settingsFile()
	if err != nil {
		return settings, nil // of a person without a home
	}
	const most = 1 << 20
	text, err := readBounded(ctx, name, most)
	if errors.Is(err, os.ErrNotExist) {
		return settings, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &settings)
	}
	if err != nil {
		err = fmt.Errorf("the settings of %s cannot be read: %w", name, err)
	}
	return settings.Valid(), err
}

// keepSettings keeps settings for the shells to come.
func keepSettings(settings repl.Settings) error {
	name, err := settingsFile()
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(settings, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	written, err := os.CreateTemp(filepath.Dir(name), "*") // so that no other shell reads a part
	if err != nil {
		return err
	}
	_, err = written.Write(append(text, '\n'))
	if closed := written.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(written.Name(), name)
	}
	if err != nil {
		_ = os.Remove(written.Name())
	}
	return err
}

// globalsStore is a store of configurations in which the globals of a session lie over
// the global configuration.
type globalsStore struct {
	below   management.Store // nil for none
	globals *repl.Globals
}

// globalPath is where the global configuration is.
const globalPath = "global"

var errNoConfigurations = errors.New("no configurations are known: name ZooKeeper (-z) or a folder (--config) for them")

// Read implements management.Store.
func (s globalsStore) Read(ctx context.Context, path string) (text []byte, found bool, err error) {
	defined := s.globals.All()
	switch {
	case s.below != nil:
		text, found, err = s.below.Read(ctx, path)
	case path != globalPath:
		return nil, false, errNoConfigurations
	}
	if path != globalPath || len(defined) == 0 || err != nil {
		return text, found, err
	}
	all := map[string]json.RawMessage{}
	if found {
		if err := json.Unmarshal(text, &all); err != nil {
			return nil, false, errors.New("it is no JSON object")
		}
	}
	for _, g := range defined {
		all[g.Name] = g.Value.AppendJSON(nil)
	}
	text, err = json.Marshal(all)
	return text, true, err
}

// Write implements management.Store.
func (s globalsStore) Write(ctx context.Context, path string, text []byte) error {
	if s.below == nil {
		return errNoConfigurations
	}
	return s.below.Write(ctx, path, text)
}
