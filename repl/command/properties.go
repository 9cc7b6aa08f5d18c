package command

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/stellarlang/stellar/repl"
	"github.com/stellarlang/stellar/stellar/value"
)

// maxProperties bounds a file of properties, in bytes.
const maxProperties = 1 << 20

// readProperties makes globals of a file of properties, as Java has them.
func readProperties(ctx context.Context, name string, globals *repl.Globals) error {
	err := eachProperty(ctx, name, func(key, text string) { globals.Define(key, value.String(text)) })
	if err != nil {
		return fmt.Errorf("properties: %w", err)
	}
	return nil
}

// eachProperty calls do with the properties of a file. Its errors name the file and line.
func eachProperty(ctx context.Context, name string, do func(key, text string)) error {
	text, err := readBounded(ctx, name, maxProperties)
	if err != nil {
		return err
	}
	return parseProperties(string(text), func(line int, key, text string) error {
		if key, err = unescaped(key); err == nil {
			text, err = unescaped(text)
		}
		if err != nil {
			return fmt.Errorf("%s:%d: %w", name, line, err)
		}
		do(key, text)
		return nil
	})
}

const propertyBlanks = " \t\f"

// parseProperties calls do with the properties of a text, in which escapes stand as they
// are, and the line of each.
func parseProperties(text string, do func(line int, key, value string) error) error {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(text, "\ufeff"))
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		begun, line := i+1, strings.TrimLeft(lines[i], propertyBlanks)
		if line == "" || line[0] == '#' || line[0] == '!' {
			continue
		}
		for endsInBackslash(line) {
			line = line[:len(line)-1]
			if i++; i == len(lines) {
				break
			}
			line += strings.TrimLeft(lines[i], propertyBlanks)
		}
		end := 0
		for end < len(line) && !strings.ContainsRune("=:"+propertyBlanks, rune(line[end])) {
			if line[end] == '\\' {
				end++
			}
			end++
		}
		end = min(end, len(line))
		rest := strings.TrimLeft(line[end:], propertyBlanks)
		if rest != "" && (rest[0] == '=' || rest[0] == ':') {
			rest = strings.TrimLeft(rest[1:], propertyBlanks)
		}
		if err := do(begun, line[:end], rest); err != nil {
			return err
		}
	}
	return nil
}

// endsInBackslash reports whether a line ends in a backslash before which none stands that
// makes it a character.
func endsInBackslash(line string) bool {
	return (len(line)-len(strings.TrimRight(line, `\`)))%2 == 1
}

// unescaped returns a key or value of a property without its escapes.
func unescaped(text string) (string, error) {
	var b strings.Builder
	for {
		at := strings.IndexByte(text, '\\')
		if at < 0 || at == len(text)-1 {
			b.WriteString(strings.TrimSuffix(text, `\`))
			return b.String(), nil
		}
		b.WriteString(text[:at])
		escape, rest := text[at+1], text[at+2:]
		switch escape {
		case 't':
			b.WriteByte('\t')
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		case 'f':
			b.WriteByte('\f')
		case 'u':
			r, ok := codeOf(rest)
			if !ok {
				return "", errors.New(`after \u four hexadecimal digits are wanted`)
			}
			rest = rest[4:]
			if second, isPair := strings.CutPrefix(rest, `\u`); isPair && utf16.IsSurrogate(r) {
				if low, ok := codeOf(second); ok {
					r, rest = utf16.DecodeRune(r, low), second[4:]
				}
			}
			b.WriteRune(r)
		default:
			b.WriteByte(escape)
		}
		text = rest
	}
}

// codeOf returns the code that a text begins with, in four hexadecimal digits.
func codeOf(text string) (r rune, ok bool) {
	if len(text) < 4 {
		return 0, false
	}
	code, err := strconv.ParseUint(text[:4], 16, 16)
	return rune(code), err == nil
}
