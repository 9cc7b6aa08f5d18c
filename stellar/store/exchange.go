package store

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/stellarlang/stellar/functions/enrich"
	"github.com/stellarlang/stellar/functions/profile"
	"github.com/stellarlang/stellar/stellar"
	form "github.com/stellarlang/stellar/stellar/binary"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// exported is an entry as it is written: a measurement, an enrichment, or one that only
// profilers read.
type exported struct {
	Kind string `json:"kind"`

	Profile  string          `json:"profile,omitempty"`
	Entity   *string         `json:"entity,omitempty"`
	Groups   json.RawMessage `json:"groups,omitempty"`
	Period   *int64          `json:"period,omitempty"`
	Duration int64           `json:"duration,omitempty"` // in milliseconds
	Value    json.RawMessage `json:"value,omitempty"`

	Type      string          `json:"type,omitempty"`
	Indicator *string         `json:"indicator,omitempty"`
	Table     string          `json:"table,omitempty"`
	Family    string          `json:"family,omitempty"`
	Metadata  json.RawMessage `json:"metadata,omitempty"`

	Key []byte `json:"key,omitempty"`
	// Binary is the binary form, in base64, of what JSON does not hold: of an enrichment
	// the metadata, of a measurement a list of the groups and the value, of others
	// what is under the key.
	Binary string `json:"binary,omitempty"`

	Expires *time.Time `json:"expires,omitempty"`
}

// The kinds of what is exported.
const (
	kindMeasurement = "measurement"
	kindEnrichment  = "enrichment"
	kindEntry       = "entry"
)

// Export calls write with all entries of a store as JSON, until it fails. Damaged
// is called for each entry that cannot be read; if it is nil, the first one ends the export.
func Export(ctx context.Context, s Store, types []*fn.Type, damaged func(err error), write func(line []byte) error) error {
	put := func(e exported, expires time.Time) error {
		if !expires.IsZero() {
			utc := expires.UTC()
			e.Expires = &utc
		}
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		return write(line)
	}
	err := Enrichments{s, types, damaged}.Scan(ctx, func(e Enrichment) error {
		out := exported{Kind: kindEnrichment, Type: e.Type, Indicator: &e.Indicator, Table: e.Table, Family: e.Family}
		var err error
		if out.Metadata, out.Binary, err = written(e.Metadata); err != nil {
			return err
		}
		return put(out, e.Expires)
	})
	if err != nil {
		return err
	}
	err = Profiles{s, types, damaged}.Scan(ctx, func(r Record) error {
		out := exported{Kind: kindMeasurement, Profile: r.Profile, Entity: &r.Entity, Period: &r.Period.ID, Duration: r.Period.Length}
		both, binary, err := written(value.ListOf(value.ListOf(r.Groups...), r.Value))
		if err != nil {
			return err
		}
		var parts []json.RawMessage
		if err := json.Unmarshal(both, &parts); err != nil {
			return err
		}
		out.Groups, out.Value, out.Binary = parts[0], parts[1], binary
		return put(out, r.Expires)
	})
	if err != nil {
		return err
	}
	for _, prefix := range []byte{positionKey, stateKey} {
		err := s.Scan(ctx, []byte{prefix}, func(e Entry) error {
			return put(exported{Kind: kindEntry, Key: e.Key, Binary: base64.StdEncoding.EncodeToString(e.Value)}, e.Expires)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// written returns a value as JSON and, if that loses something, in its binary form.
func written(v value.Value) (text json.RawMessage, binary string, err error) {
	text = v.AppendJSON(nil)
	if read, err := value.ParseJSON(text); err == nil && sameKinds(read, v) {
		return text, "", nil
	}
	kept, err := form.Append(nil, v)
	return text, base64.StdEncoding.EncodeToString(kept), err
}

// sameKinds reports whether two values are the same, and so are their kinds.
func sameKinds(a, b value.Value) bool {
	first, err := form.Append(nil, a)
	if err != nil {
		return false
	}
	second, err := form.Append(nil, b)
	return err == nil && string(first) == string(second)
}

// LineError says that a line is no entry.
type LineError struct{ Err error }

// Error implements error.
func (e *LineError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *LineError) Unwrap() error { return e.Err }

func lineErrorf(format string, values ...any) error { return &LineError{fmt.Errorf(format, values...)} }

// Import reads entries into a store. It is for one goroutine.
type Import struct {
	store Store
	types []*fn.Type
	batch batch
	count int64
}

// NewImport returns an import that has read nothing.
func NewImport(s Store, types []*fn.Type) *Import { return &Import{store: s, types: types} }

// Count returns how many entries were read.
func (i *Import) Count() int64 { return i.count }

// Line reads a line that Export has written. A wrong one is a *LineError.
func (i *Import) Line(ctx context.Context, line []byte) error {
	var in exported
	var wrongKind *json.UnmarshalTypeError
	switch err := json.Unmarshal(line, &in); {
	case errors.As(err, &wrongKind) && wrongKind.Field != "":
		return lineErrorf("%s is a %s, which it cannot be", wrongKind.Field, wrongKind.Value)
	case err != nil:
		return lineErrorf("the line is no JSON object, as an export writes it")
	}
	var expires time.Time
	if in.Expires != nil {
		expires = *in.Expires
	}
	binary, err := base64.StdEncoding.DecodeString(in.Binary)
	if err != nil {
		return lineErrorf("binary is no base64: %w", err)
	}
	switch in.Kind {
	case kindEnrichment:
		return i.enrichment(ctx, &in, binary, expires)
	case kindMeasurement:
		return i.measurement(ctx, &in, binary, expires)
	case kindEntry:
		if err := checkProfilerEntry(in.Key, binary, i.types); err != nil {
			return &LineError{err}
		}
		return i.add(ctx, Entry{in.Key, binary, expires}, nil)
	case "":
		return lineErrorf("the line has no kind, as an export writes it; --type makes enrichments of messages")
	}
	return lineErrorf("there is no kind %.40q", in.Kind)
}

func (i *Import) enrichment(ctx context.Context, in *exported, binary []byte, expires time.Time) error {
	if in.Indicator == nil {
		return lineErrorf("an enrichment has an indicator")
	}
	metadata, err := i.value(in.Metadata, binary)
	if err == nil && metadata.Kind() != value.KindMap {
		err = fmt.Errorf("not an object, but of the kind %s", metadata.Kind())
	}
	if err != nil {
		return lineErrorf("the metadata: %w", err)
	}
	key := enrich.Key{Type: in.Type, Indicator: *in.Indicator, Table: in.Table, Family: in.Family}
	e, err := (&Enrichment{key, metadata, expires}).entry()
	return i.add(ctx, e, err)
}

func (i *Import) measurement(ctx context.Context, in *exported, binary []byte, expires time.Time) error {
	if in.Entity == nil || in.Period == nil || *in.Period < 0 || in.Duration <= 0 || *in.Period > maxTime/in.Duration {
		return lineErrorf("a measurement has profile, entity, period and duration")
	}
	both, err := i.value(fmt.Appendf(nil, "[%s,%s]", orElse(in.Groups, "[]"), orElse(in.Value, "null")), binary)
	if err != nil {
		return lineErrorf("the value: %w", err)
	}
	if both.Kind() != value.KindList || both.Len() != 2 || both.Item(0).Kind() != value.KindList {
		return lineErrorf("the groups are no list")
	}
	r := Record{Expires: expires}
	r.Series = profile.Series{Profile: in.Profile, Entity: *in.Entity}
	for group := range both.Item(0).List().All() {
		r.Groups = append(r.Groups, group)
	}
	r.Measurement = profile.Measurement{Period: profile.Period{ID: *in.Period, Length: in.Duration}, Value: both.Item(1)}
	e, err := r.Entry()
	return i.add(ctx, e, err)
}

// maxTime bounds when periods start, in milliseconds since 1970.
const maxTime = 1 << 60

func orElse(text json.RawMessage, otherwise string) string {
	if len(text) == 0 {
		return otherwise
	}
	return string(text)
}

// value returns the value of a binary form or, if that is empty, of JSON.
func (i *Import) value(text, binary []byte) (value.Value, error) {
	if len(binary) > 0 {
		return form.Decode(binary, fn.Decoding{Types: i.types})
	}
	if len(text) == 0 {
		return value.Null, errors.New("there is none")
	}
	return value.ParseJSON(text)
}

// Message makes an enrichment of a message, a field of which has the indicator. One
// without it is a *LineError.
func (i *Import) Message(ctx context.Context, key enrich.Key, field string, m stellar.Resolver) error {
	indicator, ok := value.ToText(m.Lookup(field))
	if !ok {
		return lineErrorf("the message has no field %.60q", field)
	}
	key.Indicator = indicator
	metadata := value.NewMap(0)
	for _, name := range m.Names() {
		if name != field {
			metadata.Put(value.String(name), m.Lookup(name))
		}
	}
	e, err := (&Enrichment{Key: key, Metadata: value.FromMap(metadata)}).entry()
	return i.add(ctx, e, err)
}

// add takes the entry of a line, which no store can hold if err is one.
func (i *Import) add(ctx context.Context, e Entry, err error) error {
	if err != nil {
		return &LineError{err}
	}
	i.count++
	if !i.batch.add(e) {
		return nil
	}
	return i.Flush(ctx)
}

// Flush puts what was read into the store. It must be called at the end.
func (i *Import) Flush(ctx context.Context) error {
	return i.batch.put(ctx, i.store)
}
