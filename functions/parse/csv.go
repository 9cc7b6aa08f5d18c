package parse

import (
	"strings"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var csvForm = form{
	name:      "CSV",
	text:      "a record of a file of comma-separated values",
	result:    fn.List | fn.Map,
	resultDoc: "a list of the values, or a map if there are columns",
	doc: "Reads a record of comma-separated values. A value may stand in quotes; within them a quote is written twice, and delimiters and line breaks are ordinary. " +
		"With columns the values have names; if there are fewer values than columns, the others are null, and more values are not of the form.",
	tolerated: "quotes within a value without quotes, text after closing quotes, and fewer values than columns",
	options: []option{
		{name: "columns", doc: "a list of the names of the values; null leaves a value out", read: readColumns},
		characterOption("delimiter", "the character between two values; ',' by default", func(o *options) *string { return &o.delimiter }),
	},
	examples: []fn.Example{
		{Expr: `PARSE_CSV('10.0.0.7,"Doe, John",,"say ""hi"""')`, Want: `['10.0.0.7', 'Doe, John', '', 'say "hi"']`},
		{Expr: "PARSE_CSV('10.0.0.7;443', {'columns' : ['src', 'port'], 'delimiter' : ';'})", Want: "{'src' : '10.0.0.7', 'port' : '443'}"},
		{Expr: "PARSE_CSV('a,b,c', {'columns' : ['x', 'y']})", Want: "null"},
		{Expr: `PARSE_CSV('"not closed')`, Want: "null"},
	},
	parse: parseCSV,
}

func readColumns(o *options, v value.Value) error {
	if v.Kind() != value.KindList {
		return errNoNames
	}
	for item := range v.List().All() {
		if !item.IsNull() && item.Kind() != value.KindString {
			return errNoNames
		}
		o.columns = append(o.columns, item.Str())
		o.unwanted = append(o.unwanted, item.IsNull())
	}
	return nil
}

func parseCSV(s *source) (value.Value, error) {
	delimiter := byte(',')
	if s.delimiter != "" {
		delimiter = s.delimiter[0]
	}
	record := strings.TrimSuffix(strings.TrimSuffix(s.text, "\n"), "\r")
	values := s.NewList(0)
	for n := 0; ; n++ {
		text, rest, more, err := s.csvValue(record, delimiter)
		if err != nil {
			return value.Null, err
		}
		if int64(n) >= s.Limits().Elements {
			return value.Null, fn.Limitf(0, "the record has more than the limit of %d values", s.Limits().Elements)
		}
		if err := s.Spend(stepsPerField); err != nil {
			return value.Null, err
		}
		if err := s.Allocate(memoryPerField); err != nil {
			return value.Null, err
		}
		values = values.Append(value.String(text))
		if record = rest; !more {
			break
		}
	}
	if s.columns == nil {
		return value.FromList(values), nil
	}
	return s.named(values)
}

// named gives the values of a record the names of the columns.
func (s *source) named(values *value.List) (value.Value, error) {
	switch {
	case values.Len() > len(s.columns):
		return value.Null, refuse("the record has %d values for %d columns", values.Len(), len(s.columns))
	case s.strict && values.Len() < len(s.columns):
		return value.Null, refuse("the record has only %d values for %d columns", values.Len(), len(s.columns))
	}
	f := s.newFields()
	for i, name := range s.columns {
		if s.unwanted[i] {
			continue
		}
		v := value.Null
		if i < values.Len() {
			v = values.At(i)
		}
		if err := f.add(name, v); err != nil {
			return value.Null, err
		}
	}
	return f.value(), nil
}

// csvValue reads the first value of a record. More reports that another one follows,
// in rest.
func (s *source) csvValue(record string, delimiter byte) (text, rest string, more bool, err error) {
	if !strings.HasPrefix(record, `"`) {
		text, rest, more = strings.Cut(record, string(delimiter))
		switch {
		case strings.ContainsAny(text, "\r\n"):
			return "", "", false, refuse("the text has more than one line, and the line break is not in quotes")
		case s.strict && strings.Contains(text, `"`):
			return "", "", false, refuse("a value has quotes within, and not around it")
		}
		return text, rest, more, nil
	}
	end, plain, err := s.csvQuoted(record)
	if err != nil {
		return "", "", false, err
	}
	text = plain
	after, rest, more := strings.Cut(record[end:], string(delimiter))
	switch {
	case after == "":
		return text, rest, more, nil
	case s.strict || strings.ContainsAny(after, "\r\n"):
		return "", "", false, refuse("after closing quotes there is something else than a delimiter")
	}
	if err := s.Allocate(int64(len(text) + len(after))); err != nil {
		return "", "", false, err
	}
	return text + after, rest, more, nil
}

// csvQuoted reads the quotes that a record begins with. End is the place after them,
// and text what they hold.
func (s *source) csvQuoted(record string) (end int, text string, err error) {
	var b strings.Builder // from the first doubled quotes on
	from, charged := 1, 1
	for end = 1; ; end++ {
		next := strings.IndexByte(record[end:], '"')
		if next < 0 {
			return 0, "", refuse("quotes are not closed")
		}
		end += next + 1
		if end-charged > bytesAtOnce {
			if err := s.spendOn(end - charged); err != nil {
				return 0, "", err
			}
			if err := s.Allocate(int64(2 * (end - charged))); err != nil {
				return 0, "", err
			}
			charged = end
		}
		if end == len(record) || record[end] != '"' {
			break
		}
		b.WriteString(record[from:end])
		from = end + 1
	}
	if from == 1 {
		return end, record[1 : end-1], nil
	}
	b.WriteString(record[from : end-1])
	return end, b.String(), nil
}
