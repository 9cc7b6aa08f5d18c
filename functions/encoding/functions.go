package encoding

import (
	"strings"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var encodingFunctions = []fn.Func{
	{
		Name:      "GET_SUPPORTED_ENCODINGS",
		Result:    fn.List,
		ResultDoc: "the names of all encodings",
		Doc:       "Lists the encodings that ENCODE, DECODE and IS_ENCODING know.",
		Examples: []fn.Example{
			{Expr: "GET_SUPPORTED_ENCODINGS()", Want: "['BASE32', 'BASE32HEX', 'BASE64', 'BINARY', 'HEX']"},
			{Expr: "'BASE64URL' in GET_SUPPORTED_ENCODINGS()", Want: "false"},
		},
		Body: func(*fn.Call) (value.Value, error) { return value.ListOf(names()...), nil },
	},
	{
		Name: "IS_ENCODING",
		Params: []fn.Param{
			{Name: "string", Kinds: fn.String, Null: fn.NullAccepted, Doc: "the string to test"},
			encodingParam,
		},
		Result:    fn.Bool,
		ResultDoc: "whether the string is written in the encoding; false if either is null or empty",
		Doc: "Tests whether a string consists of nothing but what an encoding writes. BASE64 may be of the standard alphabet " +
			"or the one for URLs, BASE32 in either case; padding may be missing, and blanks, tabs and line ends are allowed in both.",
		Examples: []fn.Example{
			{Expr: "IS_ENCODING('cG93ZXJzaGVsbA==', 'BASE64')", Want: "true"},
			{Expr: "IS_ENCODING('6g', 'HEX')", Want: "false"},
			{Expr: "IS_ENCODING(null, 'HEX')", Want: "false"},
		},
		Cost: decodingCost,
		Body: isEncoding,
	},
	{
		Name: "ENCODE",
		Params: []fn.Param{
			{Name: "string", Kinds: fn.String, Null: fn.NullAccepted, Doc: "the string, of which the bytes in UTF-8 are encoded"},
			encodingParam,
			{Name: "unused", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true, Doc: "ignored; calls written for Metron may have it"},
		},
		Result:    fn.String,
		ResultDoc: "the encoded string; null if either argument is null or empty",
		Doc: "Encodes a string. BASE64 and BASE32 are padded, HEX is in lower case. BINARY writes eight digits a byte, the last " +
			"byte first.",
		Examples: []fn.Example{
			{Expr: "ENCODE('powershell', 'BASE64')", Want: "'cG93ZXJzaGVsbA=='"},
			{Expr: "ENCODE('abc', 'HEX')", Want: "'616263'"},
			{Expr: "ENCODE('', 'HEX')", Want: "null"},
		},
		Exact: true,
		Cost:  encodingCost,
		Body:  encode,
	},
	{
		Name: "DECODE",
		Params: []fn.Param{
			{Name: "string", Kinds: fn.String, Null: fn.NullAccepted, Doc: "the string to decode"},
			encodingParam,
			{Name: "verify", Kinds: fn.Bool, Null: fn.NullAccepted, Optional: true,
				Doc: "true returns a string that IS_ENCODING refuses as it is; must not be null"},
		},
		Result:    fn.String,
		ResultDoc: "the decoded string; null if the string or the encoding is null or empty",
		Doc: "Decodes a string. BASE64 and BASE32 skip what is not of their alphabet and end at the first =; a text that is not " +
			"HEX or BINARY at all is returned as it is. Bytes that are no UTF-8 become U+FFFD.",
		Examples: []fn.Example{
			{Expr: "DECODE('cG93ZXJzaGVsbA==', 'BASE64')", Want: "'powershell'"},
			{Expr: "DECODE('not encoded!', 'BASE64', true)", Want: "'not encoded!'"},
			{Expr: "DECODE(null, 'BASE64')", Want: "null"},
		},
		Exact: true,
		Cost:  decodingCost,
		Body:  decode,
	},
}

var encodingParam = fn.Param{
	Name: "encoding", Kinds: fn.String, Null: fn.NullAccepted,
	Doc: "the name of the encoding, in any case: BASE32, BASE32HEX, BASE64, BINARY or HEX",
}

// Decoding goes character by character; encoding makes up to eight characters of
// one.
const (
	decodingCost fn.Cost = 8
	encodingCost fn.Cost = 8
)

// An encoding is a way to write bytes as text.
type encoding struct {
	name   string
	growth int // at most so many bytes of text for one

	encode func(string) string
	// decode returns the bytes; ok is false if s is not of the encoding at all. It
	// fails of the budget.
	decode func(budget fn.Budget, s string) (decoded []byte, ok bool, err error)
	// is reports whether s has nothing but what the encoding writes.
	is func(budget fn.Budget, s string) (bool, error)
}

var encodings = [...]encoding{
	newBase("BASE32", base32Alphabet),
	newBase("BASE32HEX", base32HexAlphabet),
	newBase("BASE64", base64Alphabet),
	{"BINARY", 8, encodeBinary, decodeBinary, isBinary},
	{"HEX", 2, encodeHex, decodeHex, isHex},
}

func names() []value.Value {
	listed := make([]value.Value, len(encodings))
	for i := range encodings {
		listed[i] = value.String(encodings[i].name)
	}
	return listed
}

// given returns the string of a call and the encoding that it names. ok is false if
// either is null or empty.
func given(c *fn.Call) (s string, e *encoding, ok bool, err error) {
	s, name := c.Args[0].Str(), c.Args[1].Str()
	if s == "" || name == "" {
		return "", nil, false, nil
	}
	for i := range encodings {
		if e := &encodings[i]; strings.EqualFold(name, e.name) {
			return s, e, true, nil
		}
	}
	return "", nil, false, fn.Argumentf(1, "there is no encoding '%.40s', only BASE32, BASE32HEX, BASE64, BINARY and HEX", name)
}

func isEncoding(c *fn.Call) (value.Value, error) {
	s, e, ok, err := given(c)
	if ok {
		ok, err = e.is(c, s)
	}
	return value.Bool(ok), err
}

func encode(c *fn.Call) (value.Value, error) {
	s, e, ok, err := given(c)
	if !ok {
		return value.Null, err
	}
	if limit := c.Limits().StringLength; len(s) > limit/e.growth {
		return value.Null, fn.Limitf(0, "the text in %s would be longer than the limit of %d bytes", e.name, limit)
	}
	return value.String(e.encode(s)), nil
}

func decode(c *fn.Call) (value.Value, error) {
	s, e, ok, err := given(c)
	switch {
	case !ok:
		return value.Null, err
	case len(c.Args) == 3 && c.Args[2].IsNull():
		return value.Null, fn.Argumentf(2, "verify must be true or false, not null")
	case c.Arg(2).Bool():
		if is, err := e.is(c, s); !is {
			return c.Args[0], err
		}
	}
	decoded, ok, err := e.decode(c, s)
	if !ok || err != nil {
		return c.Args[0], err
	}
	text, err := validText(c, decoded)
	return value.String(text), err
}
