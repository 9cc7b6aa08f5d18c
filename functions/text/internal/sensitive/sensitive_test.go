package sensitive

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/fn"
)

// The numbers are those that card schemes and the register of IBANs publish for tests.
func TestDetectors(t *testing.T) {
	for _, c := range []struct {
		detector, text string
		want           []string
	}{
		{"card", "4111111111111111", []string{"4111111111111111"}},
		{"card", "paid with 4111 1111 1111 1111, thanks", []string{"4111 1111 1111 1111"}},
		{"card", "3782-822463-10005.", []string{"3782-822463-10005"}},
		{"card", "order 17 4111 1111 1111 1111 and 5555555555554444", []string{"4111 1111 1111 1111", "5555555555554444"}},
		{"card", "4111111111111112", nil},
		{"card", "4111  1111  1111  1111", nil},
		{"card", "41111111111111114111111111111111", nil},
		{"card", "1234 - 0000 -", nil},
		{"email", "from jane.doe+x@mail.example.com, to <bob@example.org>.", []string{"jane.doe+x@mail.example.com", "bob@example.org"}},
		{"email", "a@b @c.de x@y.1 @ d@e..fr g@h.co", []string{"g@h.co"}},
		{"email", "a@b.de@c.fr", []string{"a@b.de"}},
		{"email", "jörg@müller.example", []string{"jörg@müller.example"}},
		{"ip", "10.0.0.1 -> [2001:db8::1]:443 via 192.168.0.1:8080.", []string{"10.0.0.1", "2001:db8::1", "192.168.0.1"}},
		{"ip", "::1 and fe80:: and ::ffff:1.2.3.4", []string{"::1", "fe80::", "::ffff:1.2.3.4"}},
		{"ip", "version 1.2.3 1.2.3.4.5 12:30:00 999.1.1.1 face x1.2.3.4", nil},
		{"iban", "DE89370400440532013000", []string{"DE89370400440532013000"}},
		{"iban", "to GB29 NWBK 6016 1331 9268 19 today", []string{"GB29 NWBK 6016 1331 9268 19"}},
		{"iban", "DE89370400440532013001 XDE89370400440532013000 de89370400440532013000", nil},
		{"iban", "NO9386011117947", []string{"NO9386011117947"}},
	} {
		var got []string
		Detectors[c.detector](c.text, func(start, end int) bool {
			got = append(got, c.text[start:end])
			return true
		})
		require.Equal(t, c.want, got, "%s in %q", c.detector, c.text)
	}
}

// The time that detectors take grows with the text, whatever that is.
func TestDetectorsAreLinear(t *testing.T) {
	for _, detect := range Detectors {
		for _, unit := range []string{"@", "a@", "a.b@", "1 ", "4111 ", "1", "1.1.1.1 ", ":", "DE89", "DE89 ", "A1", " ", "é@"} {
			detect(strings.Repeat(unit, 1<<20/len(unit)), func(int, int) bool { return true })
		}
	}
}

func FuzzDetectors(f *testing.F) {
	f.Add("4111 1111 1111 1111 a@b.de 10.0.0.1 DE89370400440532013000")
	f.Fuzz(func(t *testing.T, text string) {
		for name, detect := range Detectors {
			last := 0
			detect(text, func(start, end int) bool {
				require.LessOrEqual(t, last, start, name)
				require.Less(t, start, end, name)
				require.LessOrEqual(t, end, len(text), name)
				last = end
				return true
			})
		}
	})
}

// endless is a budget without an end.
type endless struct{ fn.Budget }

func (endless) Spend(int64) error { return nil }

// What lies on the border of two windows is found once, and whole.
func TestDetectOnBorders(t *testing.T) {
	for name, data := range map[string]string{
		"card": "4111 1111 1111 1111", "email": "jane.doe@mail.example.com", "ip": "2001:db8::1", "iban": "GB29 NWBK 6016 1331 9268 19",
	} {
		for offset := -40; offset < 10; offset++ {
			text := strings.Repeat("~ ", (window+offset)/2) + strings.Repeat(" ", (window+offset)%2) + data + strings.Repeat(" ~", window)
			var got []string
			err := Detect(endless{}, Detectors[name], text, func(start, end int) bool {
				got = append(got, text[start:end])
				return true
			})
			require.NoError(t, err)
			require.Equal(t, []string{data}, got, "%s at %d", name, offset)
		}
	}
}
