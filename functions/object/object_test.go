package object_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions/object"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/binary"
	"github.com/stellarlang/stellar/stellar/value"
)

// setting is a folder of objects and functions that read them.
type setting struct {
	t       *testing.T
	folder  string
	host    object.Host
	globals string
	env     *stellar.Env
}

func newSetting(t *testing.T, limits stellar.Limits) *setting {
	s := &setting{t: t, folder: t.TempDir(), globals: "null"}
	files, err := object.Open(s.folder)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, files.Close()) })
	s.host = object.Host{Files: files, Globals: func(context.Context) (value.Value, error) { return value.ParseJSON([]byte(s.globals)) }}
	s.env, err = stellar.NewEnv(stellar.Options{Functions: object.Library(s.host).Functions, Limits: limits})
	require.NoError(t, err)
	return s
}

func (s *setting) write(name, content string) {
	require.NoError(s.t, os.WriteFile(filepath.Join(s.folder, name), []byte(content), 0o600))
}

func (s *setting) evaluate(expression string) (string, error) {
	program, err := s.env.Compile(expression)
	if err != nil {
		return "", err
	}
	v, err := program.Value(s.t.Context(), nil)
	return string(v.AppendJSON(nil)), err
}

func (s *setting) wants(expression, want string) {
	s.t.Helper()
	got, err := s.evaluate(expression)
	require.NoError(s.t, err, expression)
	require.Equal(s.t, want, got, expression)
}

func (s *setting) fails(expression, want string) {
	s.t.Helper()
	_, err := s.evaluate(expression)
	require.ErrorContains(s.t, err, want, expression)
}

func TestObjects(t *testing.T) {
	s := newSetting(t, stellar.Limits{})
	s.write("map.json", `{"10.0.0.1": {"owner": "jo"}, "n": null, "big": 12345678901234567890}`)
	s.write("list.json", " [1, 2]\n")
	s.write("empty", "")
	s.write("bad.json", "{x")
	s.write("large.json", `"`+string(make([]byte, 1<<20))+`"`)
	form, err := binary.Append(nil, value.FromMap(value.NewMap(1).Put(value.Int(5), value.ListOf(value.Long(7)))))
	require.NoError(t, err)
	s.write("form", string(form))
	s.write("broken", string(form[:5]))
	require.NoError(t, os.Symlink("/etc/passwd", filepath.Join(s.folder, "link")))

	s.wants("OBJECT_GET('list.json')", "[1,2]")
	s.wants("OBJECT_GET('"+s.folder+"/list.json')", "[1,2]")
	s.wants("OBJECT_GET('empty')", "null")
	s.wants("[OBJECT_GET(), OBJECT_GET(null)]", "[null,null]")
	s.wants("OBJECT_GET('form')", `{"5":[7]}`)
	s.wants("ENRICHMENT_OBJECT_GET('form', 5)", `[7]`)
	s.wants("MAP_GET('owner', ENRICHMENT_OBJECT_GET('map.json', '10.0.0.1'))", `"jo"`)
	s.wants("ENRICHMENT_OBJECT_GET('map.json', 'n')", "null")
	s.wants("ENRICHMENT_OBJECT_GET('map.json', 'missing')", "null")
	s.wants("ENRICHMENT_OBJECT_GET('map.json', null)", "null")
	s.wants("ENRICHMENT_OBJECT_GET(null, 'x')", "null")
	// What is kept does not change with what an expression does to it.
	s.wants("LIST_ADD(OBJECT_GET('list.json'), 3)", "[1,2,3]")
	s.wants("OBJECT_GET('list.json')", "[1,2]")

	s.fails("OBJECT_GET('')", "the path is empty")
	s.fails("OBJECT_GET(5)", "string")
	s.fails("OBJECT_GET('missing')", "no such file")
	s.fails("OBJECT_GET('large.json')", "too large")
	s.fails("OBJECT_GET('link')", "outside of the folder")
	s.fails("OBJECT_GET('../x')", "outside of the folder")
	s.fails("OBJECT_GET('.')", "it is no file")
	s.fails("OBJECT_GET('bad.json')", `the file "bad.json" does not hold JSON`)
	s.fails("OBJECT_GET('broken')", "neither JSON nor")
	s.fails("ENRICHMENT_OBJECT_GET('list.json', 1)", "not a JSON object")
	s.fails("ENRICHMENT_OBJECT_GET('map.json')", "ENRICHMENT_OBJECT_GET")
	s.host.Files = nil
	env, err := stellar.NewEnv(stellar.Options{Functions: object.Library(s.host).Functions})
	require.NoError(t, err)
	s.env = env
	s.fails("OBJECT_GET('list.json')", "--objects")
}

// TestChanges: an object is read again when its file has changed, and when it is old.
func TestChanges(t *testing.T) {
	s := newSetting(t, stellar.Limits{})
	s.write("x", "1")
	s.wants("OBJECT_GET('x')", "1")
	s.write("x", "22")
	s.wants("OBJECT_GET('x')", "1") // it is not looked at each time
	becomes := func(want string) {
		require.Eventually(t, func() bool {
			got, err := s.evaluate("OBJECT_GET('x')")
			return err == nil && got == want
		}, 5*time.Second, 20*time.Millisecond)
	}
	becomes("22")
	require.NoError(t, os.Remove(filepath.Join(s.folder, "x")))
	require.Eventually(t, func() bool {
		_, err := s.evaluate("OBJECT_GET('x')")
		return err != nil
	}, 5*time.Second, 20*time.Millisecond)

	s.write("x", "3")
	s.wants("OBJECT_GET('x')", "3")
	s.globals = `{"object.cache.expiration": 1, "object.cache.time.unit": "MILLISECONDS"}`
	s.write("x", "4")
	becomes("4")
}

// TestSettings: those of ENRICHMENT_OBJECT_GET are its own.
func TestSettings(t *testing.T) {
	s := newSetting(t, stellar.Limits{})
	s.write("map", `{"a": "0123456789"}`)
	s.globals = `{"object.cache.max.file.size": 10, "enrichment.object.get.settings": {"object.cache.max.file.size": "100", "object.cache.size": 0}}`
	s.fails("OBJECT_GET('map')", "too large")
	s.wants("ENRICHMENT_OBJECT_GET('map', 'a')", `"0123456789"`)
	s.write("map", `{"a": 1}`)
	s.wants("ENRICHMENT_OBJECT_GET('map', 'a')", "1") // none is kept
	s.globals = `{"object.cache.time.unit": "WEEKS"}`
	s.fails("OBJECT_GET('map')", "object.cache.time.unit")
	s.globals = `{"object.cache.size": 2}`
	for i := range 5 {
		s.write(fmt.Sprint("f", i), fmt.Sprint(i))
		s.wants(fmt.Sprintf("OBJECT_GET('f%d')", i), fmt.Sprint(i))
	}
	s.write("f0", "10")
	s.write("f4", "14")
	s.wants("[OBJECT_GET('f4'), OBJECT_GET('f0')]", "[4,10]") // f0 was dropped for others
	s.globals = "null"

	poor := newSetting(t, stellar.Limits{Memory: 1000})
	poor.write("long", `"`+fmt.Sprintf("%02000d", 0)+`"`)
	_, err := poor.evaluate("OBJECT_GET('long')")
	require.ErrorIs(t, err, stellar.ErrLimit)
}
