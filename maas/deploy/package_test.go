package deploy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/deploy"
)

func TestReadPackage(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  string // an error, after the folder
		then  func(*deploy.Package)
	}{
		"a script": {files: map[string]string{"run.sh": "", "model.bin": ""}, then: func(p *deploy.Package) {
			require.Equal(t, []string{"sh", "run.sh"}, p.Command)
			require.Equal(t, 10*time.Minute, time.Duration(p.Start))
		}},
		"all that can be said": {files: map[string]string{"model.yaml": "name: dga\nversion: '1.0'\ncommand: [python3, serve.py]\nhealth: health\nstart: 30s\ndrain: 20s\ngrace: 1m\nenvironment: {A: b}\nfunctions: {apply: v1/apply}\nsamples: [{arguments: {host: a}, answer: {x: 1}}]\ncard: {description: finds, owner: soc, tags: [dns], trainingData: names, metrics: {accuracy: 0.9}}"},
			then: func(p *deploy.Package) {
				require.Equal(t, "dga 1.0 /health 30s", strings.Join([]string{p.Name, p.Version, p.Health, time.Duration(p.Start).String()}, " "))
				require.Equal(t, []time.Duration{20 * time.Second, time.Minute}, []time.Duration{time.Duration(p.Drain), time.Duration(p.Grace)})
				require.Equal(t, map[string]any{"host": "a"}, p.Samples[0].Arguments)
				require.Equal(t, &maas.Card{Description: "finds", Owner: "soc", Tags: []string{"dns"}, TrainingData: "names", Metrics: map[string]float64{"accuracy": 0.9}}, p.Card)
			}},
		"a description beside a script": {files: map[string]string{"model.yaml": "name: dga", "run.sh": ""}, then: func(p *deploy.Package) {
			require.Equal(t, []string{"sh", "run.sh"}, p.Command)
		}},
		"nothing":       {want: ": no package of a model: it has neither a script *.sh that starts the model, nor a model.yaml with its command"},
		"two scripts":   {files: map[string]string{"a.sh": "", "b.sh": ""}, want: ": no package of a model: a.sh, b.sh all look like what starts the model; name one as command in a model.yaml"},
		"a misspelling": {files: map[string]string{"model.yaml": "naem: dga"}, want: "/model.yaml: no package of a model: line 1: there is no naem, but name, version, command, environment, functions, health, start, drain, grace, samples and card"},
		"a bad time":    {files: map[string]string{"model.yaml": "start: soon"}, want: `/model.yaml: no package of a model: line 1: "soon" is no time such as 30s`},
		"a long end":    {files: map[string]string{"model.yaml": "grace: 1h"}, want: "/model.yaml: no package of a model: drain and grace are 10m0s at most"},
		"no YAML":       {files: map[string]string{"model.yaml": "name: [a"}, want: "/model.yaml: no package of a model: yaml: line 1: did not find expected ',' or ']'"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			for file, text := range c.files {
				require.NoError(t, os.WriteFile(filepath.Join(folder, file), []byte(text), 0o600))
			}
			p, err := deploy.ReadPackage(folder)
			if c.want != "" {
				require.ErrorIs(t, err, deploy.ErrPackage)
				require.EqualError(t, err, folder+c.want)
				return
			}
			require.NoError(t, err)
			c.then(p)
		})
	}
	_, err := deploy.ReadPackage(filepath.Join(t.TempDir(), "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestLogFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "log")
	l, err := deploy.OpenLogFile(name, 100, 2)
	require.NoError(t, err)
	for _, line := range []string{"a", "b", "c", "d"} {
		_, err := l.Write([]byte(strings.Repeat(line, 59) + "\n"))
		require.NoError(t, err)
	}
	require.NoError(t, l.Close())
	l, err = deploy.OpenLogFile(name, 100, 2) // goes on
	require.NoError(t, err)
	_, err = l.Write([]byte("e\n"))
	require.NoError(t, err)
	require.NoError(t, l.Close())
	for file, want := range map[string]string{"log": "d", "log.1": "c", "log.2": "b"} {
		text, err := os.ReadFile(filepath.Join(filepath.Dir(name), file))
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(string(text), want), "%s: %s", file, text)
	}
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Len(t, text, 62)
	require.NoFileExists(t, name+".3")
}

// The digest is that of names and contents.
func TestDigest(t *testing.T) {
	of := func(files map[string]string) string {
		folder := t.TempDir()
		for name, text := range files {
			require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o700))
			require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
		}
		p, err := deploy.ReadPackage(folder)
		require.NoError(t, err)
		digest, err := p.Digest(t.Context())
		require.NoError(t, err)
		return digest
	}
	files := map[string]string{"run.sh": "", "data/weights": "123"}
	require.Regexp(t, `^sha256:[0-9a-f]{64}$`, of(files))
	require.Equal(t, of(files), of(map[string]string{"run.sh": "", "data/weights": "123", "endpoint.dat": "{}"}))
	for _, other := range []map[string]string{
		{"run.sh": "", "data/weights": "124"}, {"run.sh": "", "data/other": "123"}, {"run.sh": "", "data/weights": "123", "more": ""},
	} {
		require.NotEqual(t, of(files), of(other))
	}
}

// A log that could not be opened for a while goes on when it can be.
func TestLogFileGone(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "logs")
	require.NoError(t, os.Mkdir(folder, 0o700))
	l, err := deploy.OpenLogFile(filepath.Join(folder, "1.log"), 4, 1)
	require.NoError(t, err)
	_, err = l.Write([]byte("1234"))
	require.NoError(t, err)
	require.NoError(t, os.RemoveAll(folder))
	for range 2 {
		_, err = l.Write([]byte("5678"))
		require.Error(t, err)
	}
	require.NoError(t, os.Mkdir(folder, 0o700))
	_, err = l.Write([]byte("9abc"))
	require.NoError(t, err)
	require.NoError(t, l.Close())
	text, err := os.ReadFile(filepath.Join(folder, "1.log"))
	require.NoError(t, err)
	require.Equal(t, "9abc", string(text))
}
