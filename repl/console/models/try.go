package models

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/control"
	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/repl/display"
	"github.com/stellarlang/stellar/stellar/value"
)

// trial is what the page shows on which a model is asked.
type trial struct {
	Model     string
	Versions  []string // that run, the newest first
	Functions []string
	Inputs    []field // of the schema; empty if there is none
	Text      string  // of the arguments, without a schema
	Version   string
	Other     string // to compare with; noOther for none
	Function  string
	Outcome   *outcome    // of a call
	Compared  *comparison // of several, or of one to two versions
}

// field is an input of the schema in a form.
type field struct {
	protocol.Tensor
	Value   string
	Kind    string // bool, number, text or json
	Problem string
	Shown   string // the shape, for people
}

// outcome is what came of a call.
type outcome struct {
	Answer     string // JSON
	Problem    string
	Took       time.Duration
	Attempts   []attempt
	Arguments  string // JSON
	Expression string
	Curl       string
}

// attempt is a request to an instance.
type attempt struct {
	Version, Instance, Outcome string
	Took                       time.Duration
}

// maxArguments bounds the text of arguments.
const maxArguments = 256 << 10

// newTrial returns the empty form of a model. It fails with ErrUnknown.
func (c *console) newTrial(r *http.Request) (*trial, error) {
	m, err := c.view(r.PathValue("model"))
	if err != nil {
		return nil, err
	}
	t := &trial{Model: m.Model, Version: r.FormValue("version"), Other: noOther, Function: r.FormValue("function"), Functions: []string{maas.DefaultFunction}}
	if other, ok := r.Form["other"]; ok {
		t.Other = other[0]
	}
	for _, i := range c.Controller.Registry().Snapshot().Instances(m.Model) {
		for name := range i.Functions {
			t.Functions = add(t.Functions, name)
		}
	}
	slices.Sort(t.Functions)
	schema := m.Schema()
	for _, v := range m.Versions {
		if v.Running > 0 {
			t.Versions = append(t.Versions, v.Version)
		}
		if v.Version == t.Version {
			schema = v
		}
	}
	for _, of := range schema.Inputs {
		f := field{Tensor: of, Kind: "number", Shown: shapeText(of.Shape)}
		switch {
		case !isScalar(of.Shape):
			f.Kind = "json"
		case of.Datatype == "BOOL":
			f.Kind = "bool"
		case of.Datatype == "BYTES":
			f.Kind = "text"
		}
		t.Inputs = append(t.Inputs, f)
	}
	return t, nil
}

// isScalar reports whether an input is one value in each call: all its dimensions, but
// that of the batch, are 1.
func isScalar(shape []int64) bool {
	for n, size := range shape {
		if size != 1 && (n > 0 || size != -1) {
			return false
		}
	}
	return true
}

func shapeText(shape []int64) string {
	if isScalar(shape) {
		return "one value"
	}
	text, _ := json.Marshal(shape)
	return "shape " + string(text)
}

func (c *console) showTry(w http.ResponseWriter, r *http.Request, v visit) {
	t, err := c.newTrial(r)
	if err != nil {
		c.fail(w, r, v, status(err), err)
		return
	}
	c.render(w, r, http.StatusOK, "try", v, t)
}

// try asks the model. It changes nothing, and answers with the page itself.
func (c *console) try(w http.ResponseWriter, r *http.Request, v visit) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		c.fail(w, r, v, http.StatusBadRequest, fmt.Errorf("%w: the form cannot be read: %w", control.ErrInvalid, err))
		return
	}
	t, err := c.newTrial(r)
	if err != nil {
		c.fail(w, r, v, status(err), err)
		return
	}
	rows, err := t.arguments(r.PostForm)
	if err != nil {
		v.Problem = problem(err)
		c.render(w, r, http.StatusBadRequest, "try", v, t)
		return
	}
	if len(rows) == 1 && t.Other == noOther {
		t.Outcome = c.ask(r, maas.Request{Model: t.Model, Version: t.Version, Function: t.Function, Args: rows[0]})
	} else {
		t.Compared = c.compareCalls(r.Context(), t, rows)
	}
	c.render(w, r, http.StatusOK, "try", v, t)
}

// arguments reads those of a form, which keeps what was typed: of one call or of several.
func (t *trial) arguments(form url.Values) ([]*value.Map, error) {
	if len(t.Inputs) == 0 {
		t.Text = form.Get("arguments")
		return parseArguments(t.Text)
	}
	args := value.NewMap(len(t.Inputs))
	var failed error
	for n := range t.Inputs {
		f := &t.Inputs[n]
		f.Value = form.Get("input." + f.Name)
		v, err := f.parse()
		if err != nil {
			f.Problem = err.Error()
			failed = errors.Join(failed, fmt.Errorf("%s: %w", f.Name, err))
			continue
		}
		args.Put(value.String(f.Name), v)
	}
	return []*value.Map{args}, failed
}

func (f *field) parse() (value.Value, error) {
	text := f.Value
	if f.Kind == "text" {
		return value.String(text), nil
	}
	if strings.TrimSpace(text) == "" {
		return value.Null, errors.New("a value is wanted")
	}
	v, err := parseJSON(text)
	switch {
	case err != nil && f.Kind == "json":
		return v, errors.New("JSON is wanted, such as [1, 2]")
	case f.Kind == "number" && (err != nil || !v.IsNumber()):
		return v, errors.New("a number is wanted")
	case f.Kind == "bool" && (err != nil || v.Kind() != value.KindBool):
		return v, errors.New("true or false is wanted")
	}
	return v, nil
}

func parseJSON(text string) (value.Value, error) {
	return value.ParseJSONWith([]byte(text), value.JSONOptions{MaxSize: 64 * maxForm})
}

// parseArguments reads an object in JSON, such objects on lines of their own, or lines such
// as host=example.com. What follows = is a number, true, false or null if it looks so, a
// string in quotes, or else a text.
func parseArguments(text string) ([]*value.Map, error) {
	if len(text) > maxArguments {
		return nil, fmt.Errorf("the arguments have more than %d bytes", maxArguments)
	}
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "{") {
		v, err := parseJSON(text)
		if err == nil {
			return []*value.Map{v.Map()}, nil
		}
		if rows, ok := parseRows(text); ok {
			if len(rows) > maxRows {
				return nil, fmt.Errorf("there are %d calls, %d are the most", len(rows), maxRows)
			}
			return rows, nil
		}
		return nil, fmt.Errorf("the arguments are no JSON: %w", err)
	}
	args := value.NewMap(4)
	n := 0
	for line := range strings.Lines(text) {
		n++
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, of, ok := strings.Cut(line, "=")
		if name = strings.TrimSpace(name); !ok || name == "" {
			return nil, fmt.Errorf("line %d of the arguments is neither name=value, nor the beginning of a JSON object", n)
		}
		of = strings.TrimSpace(of)
		v, err := parseJSON(of)
		if err != nil || v.IsContainer() {
			v = value.String(of)
		}
		args.Put(value.String(name), v)
	}
	return []*value.Map{args}, nil
}

// parseRows reads objects in JSON, each on a line. ok is false if that is something else.
func parseRows(text string) (rows []*value.Map, ok bool) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		v, err := parseJSON(line)
		if err != nil || v.Kind() != value.KindMap {
			return nil, false
		}
		rows = append(rows, v.Map())
	}
	return rows, len(rows) > 0
}

// ask asks a model once.
func (c *console) ask(r *http.Request, request maas.Request) *outcome {
	o := &outcome{Arguments: indented(value.FromMap(request.Args)), Expression: expression(r.Context(), request), Curl: curl(r, request)}
	var mu sync.Mutex
	client := c.NewClient(func(e maas.Event) {
		if e.Kind == maas.AttemptDone {
			mu.Lock()
			o.Attempts = append(o.Attempts, attempt{e.Version, e.Instance, e.Outcome.String(), e.Duration})
			mu.Unlock()
		}
	})
	defer func() { _ = client.Close() }()
	ctx, cancel := context.WithTimeout(r.Context(), lookTime)
	defer cancel()
	start := time.Now()
	answer, err := client.Call(ctx, request)
	mu.Lock() // an attempt that lost may still end
	defer mu.Unlock()
	o.Took = time.Since(start)
	o.Attempts = slices.Clone(o.Attempts)
	if err != nil {
		o.Problem = err.Error()
		return o
	}
	o.Answer = indented(answer)
	return o
}

// indented returns a value as JSON for people.
func indented(v value.Value) string {
	var out bytes.Buffer
	if err := json.Indent(&out, v.AppendJSON(nil), "", "  "); err != nil {
		return string(v.AppendJSON(nil))
	}
	return out.String()
}

// expression returns the call as an expression.
func expression(ctx context.Context, r maas.Request) string {
	endpoint := "MAAS_GET_ENDPOINT(" + literal(ctx, value.String(r.Model))
	if r.Version != "" {
		endpoint += ", " + literal(ctx, value.String(r.Version))
	}
	text := "MAAS_MODEL_APPLY(" + endpoint + ")"
	if r.Function != "" && r.Function != maas.DefaultFunction {
		text += ", " + literal(ctx, value.String(r.Function))
	}
	return text + ", " + literal(ctx, value.FromMap(r.Args)) + ")"
}

// literal returns a value as the language writes it.
func literal(ctx context.Context, v value.Value) string {
	var out bytes.Buffer
	_, _ = display.Write(ctx, &out, v, display.Options{Format: display.Line, NoLineEnd: true}) // to memory
	return out.String()
}

// curl returns the call as a command that asks the gateway.
func curl(r *http.Request, of maas.Request) string {
	function := of.Function
	if function == "" {
		function = maas.DefaultFunction
	}
	address := "http://" + r.Host + "/models/" + url.PathEscape(of.Model) + "/" + url.PathEscape(function)
	if of.Version != "" {
		address += "?version=" + url.QueryEscape(of.Version)
	}
	return "curl -d " + quoted(string(value.FromMap(of.Args).AppendJSON(nil))) + " " + quoted(address)
}

// quoted returns a text as a word of a POSIX shell.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
