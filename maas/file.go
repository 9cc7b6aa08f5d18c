package maas

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// FromFile returns a registry of the instances that a JSON file lists:
//
//	{"models": [
//	  {"name": "dga", "version": "1.0", "url": "http://localhost:1234",
//	   "id": "1", "functions": {"apply": "apply"}}
//	 ],
//	 "releases": [
//	  {"model": "dga", "version": "1.0", "protocol": "v2", "stage": "production"}
//	 ]}
//
// Releases say how versions are asked, see Release; they may be left out.
// A model may have several instances. Without an id, the place in the list is
// the id; functions may be left out as in Instance. Unknown names and repeated
// ones are errors; an error says in which line and column it was found. The
// file is read once; FollowFile sees changes.
func FromFile(path string) (*Memory, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, fmt.Errorf("models: %w", err)
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // a byte order mark
	m, offset, err := fromJSON(data)
	if err != nil {
		line, column := position(data, offset)
		return nil, fmt.Errorf("models: %s:%d:%d: %w", path, line, column, err)
	}
	return m, nil
}

type fileContent struct {
	Models   []fileModel   `json:"models"`
	Releases []fileRelease `json:"releases"`
}

// fileRelease is a release that names its version.
type fileRelease struct {
	Model   string `json:"model"`
	Version string `json:"version"`
	Release
	Unknown map[string]unknownMember `json:",embed"` // instead of Release.Others
	offset  int64                    // where the release stands
}

// unknownMember is a member that a release must not have here: in a file that people
// write it is a slip of the pen.
type unknownMember struct{}

// UnmarshalJSONFrom refuses the member.
func (*unknownMember) UnmarshalJSONFrom(*jsontext.Decoder) error { return json.ErrUnknownName }

// UnmarshalJSONFrom reads a release as it would be without it, and notes the offset.
func (r *fileRelease) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	type plain fileRelease
	r.offset = d.InputOffset()
	return json.UnmarshalDecode(d, (*plain)(r))
}

type fileModel struct {
	Name      string            `json:"name"`
	Version   string            `json:"version"`
	ID        string            `json:"id"`
	URL       string            `json:"url"`
	Functions map[string]string `json:"functions"`
	offset    int64             // where the model stands
}

// UnmarshalJSONFrom reads a model as it would be without it, and notes the offset.
func (m *fileModel) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	type plain fileModel
	m.offset = d.InputOffset()
	return json.UnmarshalDecode(d, (*plain)(m))
}

// fromJSON returns the registry that a JSON text lists, or an error and its offset.
func fromJSON(data []byte) (*Memory, int64, error) {
	var content fileContent
	if err := json.Unmarshal(data, &content, json.RejectUnknownMembers(true)); err != nil {
		offset, err := explain(err)
		return nil, offset, err
	}
	if content.Models == nil {
		return nil, 0, errors.New(`"models" is missing, the list of instances`)
	}
	instances := make([]*instance, len(content.Models))
	seen := make(map[[2]string]bool, len(content.Models))
	for n, m := range content.Models {
		if m.ID == "" {
			m.ID = strconv.Itoa(n + 1)
		}
		if seen[[2]string{m.Name, m.ID}] {
			return nil, m.offset, fmt.Errorf("model %q has a second instance with the id %q", m.Name, m.ID)
		}
		seen[[2]string{m.Name, m.ID}] = true
		var err error
		instances[n], err = newInstance(Instance{
			Model: m.Name, Version: m.Version, ID: m.ID, URL: m.URL, Functions: m.Functions, Static: true,
		})
		if err != nil {
			return nil, m.offset, err
		}
	}
	var releases []Release
	said := make(map[[2]string]bool, len(content.Releases))
	for _, r := range content.Releases {
		r.Release.Model, r.Release.Version = r.Model, r.Version
		if err := r.Release.Check(); err != nil {
			return nil, r.offset, err
		}
		if said[[2]string{r.Model, r.Version}] {
			return nil, r.offset, fmt.Errorf("version %q of the model %q has a second release", r.Version, r.Model)
		}
		said[[2]string{r.Model, r.Version}] = true
		releases = append(releases, r.Release)
	}
	return newMemory(instances, releases), 0, nil
}

// explain words the decoder's errors for people who wrote the JSON.
func explain(err error) (offset int64, explained error) {
	if syntactic, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		if errors.Is(err, jsontext.ErrDuplicateName) {
			return syntactic.ByteOffset, fmt.Errorf("duplicate object member name %q", syntactic.JSONPointer.LastToken())
		}
		return syntactic.ByteOffset, syntactic.Err
	}
	semantic, ok := errors.AsType[*json.SemanticError](err)
	switch {
	case !ok:
		return 0, err
	case errors.Is(err, json.ErrUnknownName):
		return semantic.ByteOffset, fmt.Errorf("unknown object member name %q", semantic.JSONPointer.LastToken())
	case semantic.Err != nil && !isWrongNumber(semantic.Err):
		return semantic.ByteOffset, semantic.Err
	}
	wanted, of := "object", semantic.GoType
	if of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	switch of.Kind() {
	case reflect.String:
		wanted = "string"
	case reflect.Slice:
		wanted = "array"
	case reflect.Int, reflect.Int64:
		wanted = "integer"
	case reflect.Bool:
		wanted = "boolean"
	}
	place := "the JSON"
	if semantic.JSONPointer != "" {
		place = string(semantic.JSONPointer)
	}
	given := semantic.JSONKind.String()
	if semantic.Err != nil {
		given = string(semantic.JSONValue)
	}
	switch semantic.JSONKind {
	case jsontext.KindBeginObject:
		given = "object"
	case jsontext.KindBeginArray:
		given = "array"
	}
	return semantic.ByteOffset, fmt.Errorf("%s must be of the type %s, not %s", place, wanted, given)
}

// isWrongNumber reports whether a number was found that is no integer, or too large.
func isWrongNumber(err error) bool {
	return errors.Is(err, strconv.ErrSyntax) || errors.Is(err, strconv.ErrRange)
}

// position returns the line and column, in bytes, of what stands at or after the
// offset. Both count from 1.
func position(data []byte, offset int64) (line, column int) {
	for offset < int64(len(data)) && bytes.IndexByte([]byte(" \t\r\n,:"), data[offset]) >= 0 {
		offset++
	}
	before := data[:offset]
	return 1 + bytes.Count(before, []byte("\n")), len(before) - bytes.LastIndexByte(before, '\n')
}
