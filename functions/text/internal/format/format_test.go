package format

import (
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

const limit = 1000

func TestAppend(t *testing.T) {
	huge := value.BigInt(new(big.Int).Lsh(big.NewInt(1), 64))
	negative := value.BigInt(new(big.Int).Neg(huge.BigInt()))
	for _, c := range []struct {
		format string
		arg    value.Value
		want   string
	}{
		{"100%%|%n|%s|%3%|%-3%|", value.Null, "100%|\n|null|  %|%  |"},
		{"%5s|%<-5s|%<.2s|%<S", value.String("añ😀"), " añ😀|añ😀 |añ|AÑ😀"},
		{"%b %<B %<.1b", value.Int(0), "true TRUE t"},
		{"%b %<B %<6b", value.Null, "false FALSE  false"},
		{"%h %<H", value.String("😀"), "1b0d63 1B0D63"},
		{"%h", value.Double(math.NaN()), "7ff80000"},
		{"%h", value.Float(1.5), "3fc00000"},
		{"%h", value.ListOf(value.String("abc")), "52fef16"},
		{"%c%<C", value.Int(0xDF), "ßSS"},
		{"%3c|%<-3c|", value.String("😀"), " 😀|😀 |"},

		{"%d|%<+d|%< d|%<(d|%<,d", value.Int(math.MinInt32), "-2147483648|-2147483648|-2147483648|(2147483648)|-2,147,483,648"},
		{"%d|%<+,d|%<(20d|%<-,12d|", value.Long(1234567), "1234567|+1,234,567|             1234567|1,234,567   |"},
		{"%(09d|%<,09d|%<+09d", value.Int(-1234), "(0001234)|-0001,234|-00001234"},
		{"%x %<X %<#x %<o %<#o %<#X", value.Int(-255), "ffffff01 FFFFFF01 0xffffff01 37777777401 037777777401 0XFFFFFF01"},
		{"%x %<#020X", value.Long(-255), "ffffffffffffff01 0X00FFFFFFFFFFFFFF01"},
		{"%x %<+x %< #x %<025o", huge, "10000000000000000 +10000000000000000  0x10000000000000000 0002" + zeros(21)},
		{"%x %<(#X %<(,d", negative, "-10000000000000000 (0X10000000000000000) (18,446,744,073,709,551,616)"},

		{"%f %<.0f %<#.0f %<.1f %<,.3f", value.Double(1234.25), "1234.250000 1234 1234. 1234.3 1,234.250"},
		{"%.2f %<.1f %<.0f %<.4f", value.Double(0.005), "0.01 0.0 0 0.0050"},
		{"%.2f %<.0f", value.Double(999.995), "1000.00 1000"},
		{"%.2f", value.Double(-0.0001), "-0.00"},
		{"%f", value.Double(1e22), "10000000000000000000000.000000"},
		{"%.325f", value.Double(math.SmallestNonzeroFloat64), "0." + zeros(323) + "49"},
		{"%012.3f|%<-12.3f|%<+12.3f|%<(12.3f", value.Double(-3.14159), "-0000003.142|-3.142      |      -3.142|     (3.142)"},
		{"%e %<.0E %<#.0e %<.10e", value.Double(9.5e-7), "9.500000e-07 1E-06 1.e-06 9.5000000000e-07"},
		{"%e", value.Double(1e-200), "1.000000e-200"},
		{"%g %<.3G %<.0g %<.12g", value.Double(1234567.5), "1.23457e+06 1.23E+06 1e+06 1234567.50000"},
		{"%g %<.1g", value.Double(0.00009999999), "0.000100000 0.0001"},
		{"%g|%<,.8g", value.Double(99999.95), "100000|99,999.950"},
		{"%a %<A %<.3a %<.15a %<020a", value.Double(-0.1), "-0x1.999999999999ap-4 -0X1.999999999999AP-4 -0x1.99ap-4 -0x1.999999999999a00p-4 -0x1.999999999999ap-4"},
		{"%a %<.1a %<.13a", value.Double(math.SmallestNonzeroFloat64), "0x0.0000000000001p-1022 0x1.0p-1074 0x0.0000000000001p-1022"},
		{"%.1a %<a", value.Double(math.MaxFloat64), "0x1.0p1024 0x1.fffffffffffffp1023"},
		{"%a %<.2a %<+012a", value.Double(0), "0x0.0p0 0x0.00p0 +0x00000.0p0"},
		{"%f %<E %<010g %<(f %<+a", value.Double(math.Inf(-1)), "-Infinity -INFINITY  -Infinity (Infinity) -Infinity"},
		{"%.10f %<s", value.Float(0.1), "0.1000000015 0.1"},

		{"%f %<.0f %<,.1f %<(.2f", value.Int(-1234), "-1234.000000 -1234 -1,234.0 (1234.00)"},
		{"%e %<.0e %<g %<.2g", value.Int(0), "0.000000e+00 0e+00 0.00000 0.0"},
		{"%.1f|%<.18e", value.Long(math.MaxInt64), "9223372036854775807.0|9.223372036854775807e+18"},
		{"%g %<.20g", huge, "1.84467e+19 18446744073709551616"},
		{"%.1f", negative, "-18446744073709551616.0"},
		{"%d %<5d|%<+d", value.Double(12), "12    12|+12"},
		{"%d|%<,d", value.Double(-1e22), "-10000000000000000000000|-10,000,000,000,000,000,000,000"},
		{"%d", value.Double(1<<53 + 2), "9007199254740994"},
		{"%d", value.Double(math.Copysign(0, -1)), "0"},
		{"%d", value.Float(3), "3"},
	} {
		f, err := Parse(c.format)
		require.NoError(t, err, c.format)
		got, err := f.Append(boundless{}, []byte("before "), []value.Value{value.Null, c.arg}, time.UTC, limit)
		require.NoError(t, err, c.format)
		require.Equal(t, "before "+c.want, string(got), c.format)
	}
}

func zeros(n int) string { return strings.Repeat("0", n) }

// TestFixedRoundsDecimals compares the rounding with exact arithmetic on the
// shortest decimal of each number.
func TestFixedRoundsDecimals(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		f := random.Float64() * math.Pow10(random.IntN(12)-6)
		digits := random.IntN(10)
		exact, ok := new(big.Rat).SetString(strconv.FormatFloat(f, 'e', -1, 64))
		require.True(t, ok)
		// FloatString rounds half away from zero.
		require.Equal(t, exact.FloatString(digits), newDecimal(f).fixed(digits, false), "%v with %d digits", f, digits)
	}
}

func TestParseErrors(t *testing.T) {
	for format, message := range map[string]string{
		"ok %y":          `format "ok %y", at offset 3: unknown conversion "%y"`,
		"%é":             `unknown conversion "%é"`,
		"%D":             `unknown conversion "%D"`,
		"100%":           `at offset 3: "%" has no conversion`,
		"%0$s":           "arguments are counted from 1, not 0",
		"%99999999999$s": `index "99999999999" is not a number up to 2147483647`,
		"%3000000000s":   `width "3000000000" is not a number up to 2147483647`,
		"%.s":            `precision "" is not a number up to 2147483647`,
		"%--5d":          `flag "-" twice`,
		"%-d":            `%-d: the flag "-" needs a width`,
		"%-05d":          `%-05d: flags "-0" exclude each other`,
		"%+ d":           `%+ d: flags "+ " exclude each other`,
		"%#(s":           `%#(s: the conversion does not take the flag "(#"`,
		"%.2d":           "%.2d: the conversion does not take a precision",
		"%5n":            "%5n: the conversion does not take a width",
		"%<n":            `the conversion does not take the flag "<"`,
		"%<s":            "%<s has no specifier before it to share the argument of",
		"ok %1$tq":       `at offset 3: unknown conversion "%1$tq"`,
		"%té":            `unknown conversion "%té"`,
		"%t%":            `unknown conversion "%t%"`,
		"%T":             `"%T" lacks the letter that says what to show of a time`,
		"%.3tY":          "%.3tY: the conversion does not take a precision",
		"%08tY":          `%08tY: the conversion does not take the flag "0"`,
		"%-tY":           `%-tY: the flag "-" needs a width`,
		"%-1$s":          `unknown conversion "%-1$"`,
	} {
		_, err := Parse(format)
		require.ErrorContains(t, err, message, format)
	}
}

func TestArgumentErrors(t *testing.T) {
	for _, c := range []struct {
		format  string
		arg     value.Value
		kind    diag.Kind
		message string
	}{
		{"%s %s", value.Int(1), fn.ErrArgument, "%s wants argument 2, but there are only 1 after the format"},
		{"%5d", value.Double(1.5), fn.ErrType, "%5d wants a whole number, not the double 1.5"},
		{"%d", value.Double(math.Inf(1)), fn.ErrType, "%d wants a whole number, not the double Infinity"},
		{"%d", value.Double(math.NaN()), fn.ErrType, "%d wants a whole number, not the double NaN"},
		{"%x", value.Double(2), fn.ErrType, "%x wants an integer, not the double 2.0"},
		{"%.1f", value.String("1"), fn.ErrType, "%.1f wants a number, not the string 1"},
		{"%a", value.Int(1), fn.ErrType, "%a wants a float or double, not the int 1"},
		{"%c", value.Long(65), fn.ErrType, "%c wants an int or a string of one character, not the long 65"},
		{"%d", value.String(strings.Repeat("long ", 20)), fn.ErrType, "not the string long long long long long long long long …"},
		{"%c", value.Int(0x110000), fn.ErrArgument, "1114112 is none"},
		{"%+x", value.Int(1), fn.ErrArgument, `%+x: the flag "+" is for integers beyond 64 bits`},
		{"%tY", value.Int(1700000000), fn.ErrType, "%tY wants a time, a long of milliseconds since 1970 (TO_LONG makes longs), not the int 1700000000"},
		{"%tY", value.Double(1), fn.ErrType, "not the double 1.0"},
		{"%tY", value.String("2023"), fn.ErrType, "not the string 2023"},
		{"%999s%<tF", value.Long(1), fn.ErrLimit, "longer than the limit of 1000 bytes"},
		{"%1001tF", value.Long(1), fn.ErrLimit, "longer than the limit of 1000 bytes"},
		{"%1000d ", value.Int(1), fn.ErrLimit, "longer than the limit of 1000 bytes"},
	} {
		f, err := Parse(c.format)
		require.NoError(t, err, c.format)
		_, err = f.Append(boundless{}, nil, []value.Value{value.Null, c.arg}, time.UTC, limit)
		require.ErrorIs(t, err, c.kind, c.format)
		require.ErrorContains(t, err, c.message, c.format)
	}
}

// boundless is a budget without end.
type boundless struct{ fn.Budget }

func (boundless) Spend(int64) error { return nil }

func (boundless) Allocate(int64) error { return nil }

// purse is a budget of so many steps.
type purse struct {
	fn.Budget
	steps int64
}

var errSpent = errors.New("all is spent")

func (p *purse) Spend(steps int64) error {
	if p.steps -= steps; p.steps < 0 {
		return errSpent
	}
	return nil
}

func (*purse) Allocate(int64) error { return nil }

// TestAppendSpends: each specifier is charged for its argument and what it fills in,
// before anything is made.
func TestAppendSpends(t *testing.T) {
	long := value.String(strings.Repeat("x", 100_000))
	for _, text := range []string{"%s", "%S", "%h", "%.1s", "%100000d", "%.100000f", "%-100000%", "%100000tY"} {
		f, err := Parse(strings.Repeat(text, 100))
		require.NoError(t, err)
		args := make([]value.Value, 101)
		for i := range args {
			args[i] = long
		}
		budget := purse{steps: 10_000}
		_, err = f.Append(&budget, nil, args, time.UTC, 1<<30)
		require.ErrorIs(t, err, errSpent, text)
	}
}

// FuzzFormat checks that nothing panics and that the limit holds.
func FuzzFormat(f *testing.F) {
	f.Add("%2$-5s|%<08.3f|%,d%%%n", 3, "añ😀", 1.5)
	f.Add("%tc%<-30Tr%1$tZ", -1<<40, "", 0.0)
	f.Add("%(+#x%.2147483647f", -3, "", math.Inf(1))
	f.Fuzz(func(t *testing.T, text string, i int, s string, d float64) {
		format, err := Parse(text)
		if err != nil {
			return
		}
		for _, arg := range []value.Value{value.Integer(int64(i)), value.Long(int64(i)), value.String(s), value.Double(d), value.Null, value.ListOf(value.String(s))} {
			got, err := format.Append(boundless{}, nil, []value.Value{value.Null, arg, arg, arg}, time.UTC, limit)
			require.True(t, err != nil || len(got) <= limit)
		}
	})
}
