package input

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/stream"
)

// readings are ways in which a file arrives.
var readings = map[string]func(io.Reader) io.Reader{
	"at once":      func(r io.Reader) io.Reader { return r },
	"byte by byte": iotest.OneByteReader,
	"with the end": iotest.DataErrReader,
}

// located is the lines of a file with their places.
func located(t *testing.T, file io.Reader, options Options) (lines []string, err error) {
	r := NewReader("f", file, options)
	defer func() { require.NoError(t, r.Close()) }()
	buffered := bufio.NewReader(r)
	for n := int64(1); ; n++ {
		line, err := buffered.ReadString('\n')
		if line != "" {
			lines = append(lines, strings.TrimPrefix(r.Locate(n).String(), "f")+" "+strings.TrimSuffix(line, "\n"))
		}
		if err == io.EOF {
			return lines, nil
		}
		if err != nil {
			return lines, err
		}
	}
}

func TestForms(t *testing.T) {
	for _, test := range []struct {
		name, records, file string
		want                []string
		err                 string
	}{
		{name: "nothing"},
		{name: "blank lines", file: "\n \n", want: []string{":1 ", ":2  "}},
		{name: "lines", file: "{\"a\" : 1}\n\n{\"a\":\t2} \n", want: []string{`:1 {"a" : 1}`, `:2 `, ":3 {\"a\":\t2} "}},
		{name: "no last line feed", file: "{}\n{}", want: []string{":1 {}", ":2 {}"}},
		{name: "a short line", file: "{}", want: []string{":1 {}"}},
		{name: "a byte order mark", file: "\ufeff{}\n{}", want: []string{":1 \ufeff{}", ":2 {}"}},
		{name: "lines that are no JSON", file: "hello\n{\n}", want: []string{":1 hello", ":2 {", ":3 }"}},
		{name: "a first line with a mistake", file: "{\"a\":1,}\n{}", want: []string{`:1 {"a":1,}`, ":2 {}"}},
		{name: "a first line that is cut off", file: "{\"a\":\"b\n{}", want: []string{`:1 {"a":"b`, ":2 {}"}},
		{name: "a first line without its end", file: "{\"a\":1, \"b\":\n{\"c\":2}\n{}", want: []string{`:1 {"a":1, "b":`, `:2 {"c":2}`, ":3 {}"}},
		{name: "texts in brackets", file: "[info] started\n{}", want: []string{":1 [info] started", ":2 {}"}},
		{name: "arrays that are no messages", file: "[1,2]\n[3]", want: []string{":1 [1,2]", ":2 [3]"}},
		{name: "numbers", file: "1\n2\n", want: []string{":1 1", ":2 2"}},

		{name: "an array", file: `[{"a": 1}, {"b" : [2, "x y"]}]`, want: []string{`:1 (message 1) {"a":1}`, `:1 (message 2) {"b":[2,"x y"]}`}},
		{name: "an array of lines", file: "\ufeff\n[\n{\"a\":\n1},\n\n{}\n]\n", want: []string{`:3 (message 1) {"a":1}`, `:6 (message 2) {}`}},
		{name: "an empty array", file: "[ ]\n"},
		{name: "arrays one after another", file: "[{}]\n[{},{}]", want: []string{":1 (message 1) {}", ":2 (message 2) {}", ":2 (message 3) {}"}},
		{name: "an array with odd items", file: "[{},\n1.50,null,\"a ] \\\" b\",[ ],}\n,tru]\n", want: []string{
			":1 (message 1) {}", ":2 (message 2) 1.50", ":2 (message 3) null", `:2 (message 4) "a ] \" b"`, ":2 (message 5) []",
			":2 (message 6) }", ":3 (message 7) tru",
		}},
		{name: "an array that is cut off", file: "\n[{},\n{\"a\":1", want: []string{":2 (message 1) {}", `:3 (message 2) {"a":1`}, err: "the '[' of line 2 has no ']': the file may have been cut off"},

		{name: "several lines", file: "{\n  \"a\": \"x\\\"\\\\\",\n\t\"b\": {\"c\" : [1 , 2]}\r\n}\n{\n}\n", want: []string{
			`:1 (message 1) {"a":"x\"\\","b":{"c":[1,2]}}`, ":5 (message 2) {}",
		}},
		{name: "several in a line", file: "{} {\"a\":1}{}\n{}", want: []string{":1 (message 1) {}", `:1 (message 2) {"a":1}`, ":1 (message 3) {}", ":2 (message 4) {}"}},
		{name: "something else after several lines", file: "{\n}\nhello world\n{}\n}\n", want: []string{
			":1 (message 1) {}", ":3 (message 2) hello world", ":4 (message 3) {}", ":5 (message 4) }",
		}},
		{name: "a mistake in the middle", file: "{\n}\n{\"a\":1]\n{}", want: []string{":1 (message 1) {}", `:3 (message 2) {"a":1]`, ":4 (message 3) {}"}},
		{name: "a line feed in a text", file: "{\n}\n{\"a\":\"b\nc\"}\n{}", want: []string{":1 (message 1) {}", ":3 (message 2) {\"a\":\"b\rc\"}", ":5 (message 3) {}"}},
		{name: "cut off", file: "{\n\"a\":", want: []string{`:1 (message 1) {"a":`}},

		{name: "records", records: "Records", file: `{"n":[{"Records":[{}]}], "Records":[{"a":1},{"b":2}], "x":"Records"}`, want: []string{
			`:1 (message 1) {"a":1}`, `:1 (message 2) {"b":2}`,
		}},
		{name: "records of lines", records: "m", file: "{\"m\":{\"a\":1}}\n{\"m\":null}\n{}\n{\"m\":[{\"b\":2},null]}", want: []string{
			`:1 (message 1) {"a":1}`, `:4 (message 2) {"b":2}`, `:4 (message 3) null`,
		}},
		{name: "records through arrays", records: `hits.hits._sou\.rce`, file: `[{"hits":{"hits":[{"_sou.rce":{"a":1},"hits":0},{"_id":7},{"_sou\u002erce":{"b":[[2]]}}]}}]`, want: []string{
			`:1 (message 1) {"a":1}`, `:1 (message 2) {"b":[[2]]}`,
		}},
		{name: "no records", records: "a.b", file: `{"a":{"c":[{"b":1}],"b\"":2},"b":3}`, err: "no object of it has the records: nothing is at a.b"},
		{name: "records that are cut off", records: "a", file: "{\"a\":[{\"b\":\n", want: []string{`:1 (message 1) {"b":`}, err: "the '{' of line 1 has no '}': the file may have been cut off"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var options Options
			if test.records != "" {
				var err error
				options.Records, err = ParsePath(test.records)
				require.NoError(t, err)
			}
			for name, reading := range readings {
				got, err := located(t, reading(strings.NewReader(test.file)), options)
				require.Equal(t, test.want, got, name)
				if test.err == "" {
					require.NoError(t, err, name)
				} else {
					require.EqualError(t, err, test.err, name)
				}
			}
		})
	}
}

// encodings are what files are in, besides UTF-8.
var encodings = map[string]func(t testing.TB, text string) []byte{
	"gzip": func(t testing.TB, text string) []byte {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, err := io.WriteString(w, text)
		require.NoError(t, err)
		require.NoError(t, w.Close())
		return b.Bytes()
	},
	"zstd": func(t testing.TB, text string) []byte {
		w, err := zstd.NewWriter(nil)
		require.NoError(t, err)
		return w.EncodeAll([]byte(text), nil)
	},
	"UTF-16LE":                        func(_ testing.TB, text string) []byte { return utf16Bytes(text, 0) },
	"UTF-16BE":                        func(_ testing.TB, text string) []byte { return utf16Bytes(text, 1) },
	"UTF-16LE with a byte order mark": func(_ testing.TB, text string) []byte { return utf16Bytes("\ufeff"+text, 0) },
	"UTF-16BE with a byte order mark": func(_ testing.TB, text string) []byte { return utf16Bytes("\ufeff"+text, 1) },
}

// utf16Bytes is a text in UTF-16; low is where the lower byte of a character is not.
func utf16Bytes(text string, low int) []byte {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		pair := [2]byte{}
		pair[low], pair[1-low] = byte(unit), byte(unit>>8)
		b = append(b, pair[:]...)
	}
	return b
}

func TestEncodings(t *testing.T) {
	encodings := encodings
	for name, encode := range encodings {
		t.Run(name, func(t *testing.T) {
			for text, want := range map[string][]string{
				"{\"a\":\"ä€😀\"}\n{}\n":  {`:1 {"a":"ä€😀"}`, ":2 {}"},
				"[{\"a\":\"ä€😀\"},\n{}]": {`:1 (message 1) {"a":"ä€😀"}`, ":2 (message 2) {}"},
			} {
				for _, reading := range readings {
					got, err := located(t, reading(bytes.NewReader(encode(t, text))), Options{})
					require.NoError(t, err)
					require.Equal(t, want, got)
				}
			}
		})
	}
	gzipOfUTF16 := encodings["gzip"](t, string(utf16Bytes("\ufeff{}\n", 1)))
	got, err := located(t, bytes.NewReader(gzipOfUTF16), Options{})
	require.NoError(t, err)
	require.Equal(t, []string{":1 {}"}, got)
	two := append(encodings["gzip"](t, "{}\n"), encodings["gzip"](t, "{\"a\":1}\n")...)
	got, err = located(t, bytes.NewReader(two), Options{})
	require.NoError(t, err)
	require.Equal(t, []string{":1 {}", `:2 {"a":1}`}, got, "parts one after the other")
}

func TestDamagedCompression(t *testing.T) {
	text := strings.Repeat("{\"a\":\"a text of some length\"}\n", 100)
	for _, by := range []string{"gzip", "zstd"} {
		whole := encodings[by](t, text)
		_, err := located(t, bytes.NewReader(whole[:len(whole)-5]), Options{})
		require.ErrorContains(t, err, "the file, compressed by "+by+", is cut off")
		whole[len(whole)/2] ^= 0x55
		_, err = located(t, bytes.NewReader(whole), Options{})
		require.ErrorContains(t, err, "compressed by "+by)
	}
	_, err := located(t, strings.NewReader("\x1f\x8bno"), Options{})
	require.ErrorContains(t, err, "it begins like a file compressed by gzip")
	_, err = located(t, iotest.ErrReader(io.ErrClosedPipe), Options{})
	require.ErrorIs(t, err, io.ErrClosedPipe)
}

func TestParsePath(t *testing.T) {
	path, err := ParsePath(`a.b\.c.d\\`)
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b.c", `d\`}, path)
	for _, bad := range []string{"", ".", "a..b", "a."} {
		_, err := ParsePath(bad)
		require.ErrorContains(t, err, "has an empty name", bad)
	}
}

// TestArraysAreLikeLines: what encoding/json writes is found again in each form.
func TestArraysAreLikeLines(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var want []string
		var messages []any
		for n := range random.IntN(5) {
			m := map[string]any{"n": n, "[\"": value(random, 4)}
			line, err := json.Marshal(m)
			require.NoError(t, err)
			want, messages = append(want, string(line)), append(messages, m)
		}
		whole, err := json.MarshalIndent(map[string]any{"a": map[string]any{"r": messages}, "r": 1, "z": value(random, 3)}, "", " ")
		require.NoError(t, err)
		array, err := json.MarshalIndent(messages, " ", "\t")
		require.NoError(t, err)
		if messages == nil {
			array = []byte("[]")
		}
		for _, file := range []struct {
			text []byte
			path []string
		}{{array, nil}, {whole, []string{"a", "r"}}} {
			if messages == nil && file.path != nil {
				continue // null, so there are no records
			}
			r := NewReader("f", iotest.HalfReader(bytes.NewReader(file.text)), Options{file.path})
			text, err := io.ReadAll(r)
			require.NoError(t, err)
			var got []string
			for line := range strings.Lines(string(text)) {
				got = append(got, strings.TrimSuffix(line, "\n"))
			}
			require.Equal(t, want, got)
		}
	}
}

// value is a random value of so many levels.
func value(random *rand.Rand, levels int) any {
	switch random.IntN(5) {
	case 0:
		return random.Float64()
	case 1:
		return strings.Repeat("]}\"\\ \n,:{[", random.IntN(3))
	case 2:
		return nil
	case 3:
		var list []any
		for range random.IntN(levels + 1) {
			list = append(list, value(random, levels-1))
		}
		return list
	default:
		m := map[string]any{}
		for range random.IntN(levels + 1) {
			m[strings.Repeat("r", random.IntN(3))] = value(random, levels-1)
		}
		return m
	}
}

// FuzzReader: nothing panics, places go up, and lines are the bytes of lines.
func FuzzReader(f *testing.F) {
	f.Add([]byte("[{\"a\":1},\n{}]"), "")
	f.Add([]byte("{\n\"a\":[{\"b\":\"\\\"\"}]}"), "a")
	f.Add([]byte("{}\n{}"), "")
	f.Add([]byte("\xff\xfe{\x00}\x00"), "")
	f.Fuzz(func(t *testing.T, file []byte, path string) {
		var options Options
		if names, err := ParsePath(path); err == nil {
			options.Records = names
		}
		r := NewReader("f", iotest.HalfReader(bytes.NewReader(file)), options)
		text, err := io.ReadAll(r)
		lines := int64(bytes.Count(text, []byte("\n")))
		var last stream.Place
		for n := range lines {
			at := r.Locate(n + 1)
			require.GreaterOrEqual(t, at.Line, max(last.Line, 1))
			last = at
		}
		if err == nil && !r.framed.Load() && last.Message > 0 {
			t.Fatal("a message without a frame")
		}
		require.NoError(t, r.Close())
	})
}

// BenchmarkFrame compares reading an array with reading lines.
func BenchmarkFrame(b *testing.B) {
	message := `{"url":"http://www.example.com/a?b=1","ip_src_addr":"10.1.2.3","ip_protocol":6,"method":"GET","bytes":366,"nested":{"a":[1,2,3],"b":"text"}}`
	for name, file := range map[string]string{
		"lines": strings.Repeat(message+"\n", 10_000),
		"array": "[" + strings.Repeat(message+",\n", 9_999) + message + "]",
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(file)))
			for b.Loop() {
				_, err := io.Copy(io.Discard, NewReader("f", strings.NewReader(file), Options{}))
				require.NoError(b, err)
			}
		})
	}
}
