// Package useragent has the function that takes apart what browsers and tools say of
// themselves. It needs a library of others, so hosts that want it join it: the library
// of the language does not have this family. It keeps to the rule of package parse.
package useragent

import (
	"errors"
	"fmt"
	"strings"

	"github.com/mileusna/useragent"

	"github.com/stellarlang/stellar/functions/internal/ascii"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// Library returns the family.
func Library() fn.Library {
	return fn.Library{Name: "useragent", Doc: "what browsers and tools say of themselves", Functions: []fn.Func{parseUserAgent}}
}

const (
	name       = "PARSE_USER_AGENT"
	optionsArg = 1
)

// maxLength is how long a text may be, in bytes. Web servers refuse longer ones, and
// nothing can interrupt what looks at it.
const maxLength = 8 << 10

// What looking at a byte takes, and the parts of the result.
const (
	stepsPerByte  = 4
	memoryPerByte = 16
	memoryOfParts = 2000
	bytesPerStep  = 64 // of blanks that are skipped
)

var parseUserAgent = fn.Func{
	Name: name,
	Params: []fn.Param{
		{Name: "text", Kinds: fn.String, Null: fn.NullYieldsNull, Doc: "the User-Agent field of a request"},
		{Name: "options", Kinds: fn.Map, Null: fn.NullAccepted, Optional: true,
			Doc: "options by their names: 'strict' (true refuses text that is not of the form of RFC 9110, which has products such as curl/8.5 and comments in parentheses; false by default)"},
	},
	Result: fn.Map,
	ResultDoc: "a map with name, version, os, os_version, device, type ('desktop', 'mobile' or 'tablet'), bot (true or false) and url; " +
		"null if the text is not of the form",
	Doc: "Tells from the User-Agent field of a request what sent it: a browser, a tool or a bot, on which system and device. " +
		"What is not known is null. The field says whatever its sender likes. A text of more than 8192 bytes is not of the form. Not in Metron.",
	Examples: []fn.Example{
		{
			Expr: "PARSE_USER_AGENT('Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0')",
			Want: "{'name' : 'Firefox', 'version' : '120.0', 'os' : 'Linux', 'os_version' : 'x86_64', 'device' : null, 'type' : 'desktop', 'bot' : false, 'url' : null}",
		},
		{Expr: "MAP_GET('name', PARSE_USER_AGENT('sqlmap/1.8 (https://sqlmap.org)'))", Want: "'sqlmap'"},
		{Expr: "PARSE_USER_AGENT('-')", Want: "null"},
		{Expr: "PARSE_USER_AGENT('() { :;}; /bin/true', {'strict' : true})", Want: "null"},
	},
	Exact: true,
	Cost:  fn.OwnCost,
	Body: func(c *fn.Call) (value.Value, error) {
		strict, err := readStrict(c.Arg(optionsArg))
		if err != nil {
			return value.Null, err
		}
		return parse(c, strict)
	},
	Prepare: func(constants fn.Constants) (fn.Prepared, error) {
		options, known := constants.Get(optionsArg)
		if !known && len(constants) > optionsArg {
			return fn.Prepared{}, nil
		}
		strict, err := readStrict(options)
		if err != nil {
			return fn.Prepared{}, err
		}
		return fn.Prepared{Body: func(c *fn.Call) (value.Value, error) { return parse(c, strict) }}, nil
	},
}

// readStrict reads the options, of which there is one.
func readStrict(options value.Value) (bool, error) {
	strict := false
	if options.IsNull() {
		return strict, nil
	}
	for key, v := range options.Map().All() {
		switch {
		case key.Kind() != value.KindString || key.Str() != "strict":
			return false, fn.Argumentf(optionsArg, "there is no option but 'strict'")
		case v.IsNull():
		case v.Kind() != value.KindBool:
			return false, fn.Argumentf(optionsArg, "the option 'strict' must be true or false, not %s", fn.Of(v.Kind()).Indefinite())
		default:
			strict = v.Bool()
		}
	}
	return strict, nil
}

func parse(c *fn.Call, strict bool) (value.Value, error) {
	given := c.Args[0].Str()
	if err := c.Spend(int64(1 + len(given)/bytesPerStep)); err != nil {
		return value.Null, err
	}
	text := strings.Trim(given, " \t\r\n")
	if err := refusal(text, strict); err != nil {
		c.Observe(fn.Event{Function: name, Err: err})
		return value.Null, nil
	}
	if err := c.Spend(int64(stepsPerByte * len(text))); err != nil {
		return value.Null, err
	}
	if err := c.Allocate(int64(memoryPerByte*len(text)) + memoryOfParts); err != nil {
		return value.Null, err
	}
	agent := useragent.Parse(text)
	m := value.NewMap(8)
	for _, part := range []struct{ name, text string }{
		{"name", agent.Name}, {"version", agent.Version}, {"os", agent.OS}, {"os_version", agent.OSVersion}, {"device", agent.Device}, {"type", deviceType(&agent)},
	} {
		m = m.Put(value.String(part.name), orNull(part.text))
	}
	return value.FromMap(m.Put(value.String("bot"), value.Bool(agent.Bot)).Put(value.String("url"), orNull(agent.URL))), nil
}

func deviceType(agent *useragent.UserAgent) string {
	switch {
	case agent.Tablet:
		return "tablet"
	case agent.Mobile:
		return "mobile"
	case agent.Desktop:
		return "desktop"
	}
	return ""
}

func orNull(text string) value.Value {
	if text == "" {
		return value.Null
	}
	return value.String(text)
}

// refusal returns the reason why a text is not of the form.
func refusal(text string, strict bool) error {
	switch {
	case text == "" || text == "-":
		return errors.New("there is no user agent")
	case len(text) > maxLength:
		return fmt.Errorf("the text has more than %d bytes", maxLength)
	case strict && !wellFormed(text):
		return errors.New("the text is not of the form of RFC 9110: products, and comments in parentheses")
	}
	return nil
}

// wellFormed reports whether a text has a product, and then products and comments with
// blanks between them.
func wellFormed(text string) bool {
	for first := true; text != ""; first = false {
		length := productLength(text)
		if length == 0 && !first {
			length = commentLength(text)
		}
		rest := strings.TrimLeft(text[length:], " \t")
		if length == 0 || rest != "" && len(rest) == len(text)-length {
			return false
		}
		text = rest
	}
	return true
}

// productLength returns the length of token or token/token, 0 if there is none.
func productLength(text string) int {
	length := tokenLength(text)
	if length == 0 || !strings.HasPrefix(text[length:], "/") {
		return length
	}
	version := tokenLength(text[length+1:])
	if version == 0 {
		return 0
	}
	return length + 1 + version
}

func tokenLength(text string) int {
	length := 0
	for length < len(text) && (ascii.IsLetter(text[length]) || ascii.IsDigit(text[length]) || strings.IndexByte("!#$%&'*+-.^_`|~", text[length]) >= 0) {
		length++
	}
	return length
}

// commentLength returns the length of a text in parentheses, which may be nested, 0 if
// there is none. A backslash makes a parenthesis ordinary.
func commentLength(text string) int {
	if !strings.HasPrefix(text, "(") {
		return 0
	}
	depth := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c < ' ' && c != '\t':
			return 0
		}
		if depth == 0 {
			return i + 1
		}
	}
	return 0
}
