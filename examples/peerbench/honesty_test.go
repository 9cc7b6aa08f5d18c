package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"
)

// variant is an expression and a message like those of a workload.
type variant struct {
	expression string
	message    map[string]any
	operands   int // of those that the workload has too, how many are worked on
}

// variants make variants of the workload of their name: of other names, in
// another order, with other constants and texts of the same length, and with one
// operand more, each by chance.
var variants = map[string]func(*chooser) variant{
	"rule": func(c *chooser) variant {
		message := map[string]any{}
		pair := func() string {
			word, number := c.word(3), c.number()
			return c.choose(
				func() string { return c.joined(" or ", c.text(message, word), c.text(message, word)) },
				func() string { return c.joined(" or ", c.least(message, number), c.least(message, number)) },
			)
		}
		return c.withMore(" and ", message, 2, pair)
	},
	"arith": func(c *chooser) variant {
		message := map[string]any{}
		sum := c.joined(" + ", strconv.Itoa(c.number()), c.field(message, 7, c.number()))
		product := c.joined("*", strconv.Itoa(c.number()), "("+sum+")")
		result := c.joined(" + ", strconv.Itoa(c.number()), product+" / "+strconv.Itoa(c.number())+".0")
		operands := 4
		if c.more() {
			result += " - " + strconv.Itoa(c.number())
			operands++
		}
		return variant{result, message, operands}
	},
	"triage": func(c *chooser) variant {
		message := map[string]any{}
		address := c.field(message, 11, "10.0.0.9")
		list := []string{"'10.0.0.1'", "'10.0.0.2'"}
		operands := 3
		if c.more() {
			list = append(list, "'10.0.0.3'")
		}
		c.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		parts := []string{
			fmt.Sprintf("IN_SUBNET(%s, '192.168.%d.0/24')", address, c.IntN(10)),
			address + " in [" + strings.Join(list, ",") + "]",
			"exists(" + c.word(8) + ")",
		}
		if c.more() {
			parts = append(parts, "exists("+c.word(8)+")")
			operands++
		}
		return variant{c.joined(" or ", parts...), message, operands}
	},
	"conditional": func(c *chooser) variant {
		message := map[string]any{}
		number := c.number()
		name := c.field(message, 7, number)
		tests := []func() string{
			func() string { return name + " < " + strconv.Itoa(number-1) },
			func() string { return name + " == " + strconv.Itoa(number+1) },
			func() string { return strconv.Itoa(number+1) + " <= " + name },
		}
		operands := 2
		if c.more() {
			operands++
		}
		var b strings.Builder
		for range operands {
			fmt.Fprintf(&b, "if %s then '%s' else ", c.choose(tests...), c.word(4))
		}
		return variant{b.String() + "'" + c.word(3) + "'", message, operands}
	},
	"upper": func(c *chooser) variant {
		message := map[string]any{}
		return variant{"TO_UPPER(" + c.field(message, 4, c.word(6)) + ")", message, 1}
	},
	"map": func(c *chooser) variant {
		list, operands := c.numbers(3)
		lambda, additions := c.increment()
		items := strings.Trim(strings.ReplaceAll(fmt.Sprint(list), " ", ","), "[]")
		return variant{"MAP([" + items + "], " + lambda + ")", nil, operands * additions}
	},
	"map field": func(c *chooser) variant {
		message := map[string]any{}
		list, operands := c.numbers(3)
		lambda, additions := c.increment()
		return variant{"MAP(" + c.field(message, 7, list) + ", " + lambda + ")", message, operands * additions}
	},
	"filter": func(c *chooser) variant {
		message := map[string]any{}
		list, operands := c.numbers(3)
		least, x := list[0].(int), c.word(1)
		test := c.choose(
			func() string { return fmt.Sprint(x, " > ", least) },
			func() string { return fmt.Sprint(least, " < ", x) },
			func() string { return fmt.Sprint(x, " != ", least) },
		)
		if c.more() {
			test = c.joined(" and ", test, fmt.Sprint(x, " < ", 100+c.number()))
			operands *= 2
		}
		return variant{"FILTER(" + c.field(message, 7, list) + ", " + x + " -> " + test + ")", message, operands}
	},
	"reduce": func(c *chooser) variant {
		message := map[string]any{}
		list, operands := c.numbers(3)
		sum, x := c.word(3), c.word(1)
		parts := []string{sum, x}
		if c.more() {
			parts = append(parts, strconv.Itoa(c.number()))
			operands *= 2
		}
		body := c.joined(" + ", parts...)
		return variant{fmt.Sprintf("REDUCE(%s, (%s, %s) -> %s, %d)", c.field(message, 7, list), sum, x, body, c.number()), message, operands}
	},
	"join": func(c *chooser) variant {
		message := map[string]any{}
		words := []any{c.word(5), c.word(5), c.word(4)}
		if c.more() {
			words = append(words, c.word(4))
		}
		return variant{fmt.Sprintf("JOIN(%s, '%s ')", c.field(message, 5, words), c.choose(text(","), text(";"), text("/"))), message, len(words)}
	},
	"regexp": func(c *chooser) variant {
		message := map[string]any{}
		pattern, word := "^[a-z]+-[0-9]+$", c.word(6)+"-17"
		if c.IntN(2) == 0 {
			pattern, word = "^[0-9]+:[a-z]+$", "17:"+c.word(6)
		}
		return variant{"REGEXP_MATCH(" + c.field(message, 4, word) + ", '" + pattern + "')", message, 1}
	},
}

// chooser makes parts of variants by chance.
type chooser struct{ *rand.Rand }

func (c *chooser) more() bool { return c.IntN(3) == 0 }

func (c *chooser) choose(from ...func() string) string { return from[c.IntN(len(from))]() }

func text(s string) func() string { return func() string { return s } }

// joined joins the parts in any order.
func (c *chooser) joined(by string, parts ...string) string {
	c.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	return strings.Join(parts, by)
}

// withMore joins so many parts, or one more.
func (c *chooser) withMore(by string, message map[string]any, operands int, part func() string) variant {
	if c.more() {
		operands++
	}
	var parts []string
	for range operands {
		parts = append(parts, "("+part()+")")
	}
	return variant{strings.Join(parts, by), message, operands}
}

// word returns a word that means nothing in the language.
func (c *chooser) word(length int) string {
	letters := make([]byte, length)
	for i := range letters {
		letters[i] = "bcdghjklmpqrsuvwxyz"[c.IntN(19)]
	}
	return string(letters)
}

func (c *chooser) number() int { return 10 + c.IntN(90) }

// numbers returns so many numbers, or one more; the first is the least.
func (c *chooser) numbers(n int) (list []any, operands int) {
	if c.more() {
		n++
	}
	list = []any{1 + c.IntN(9)}
	for len(list) < n {
		list = append(list, c.number())
	}
	return list, n
}

// field adds a field to the message and returns its name.
func (c *chooser) field(message map[string]any, length int, v any) string {
	name := c.word(length)
	message[name] = v
	return name
}

// text is a comparison of a field with a text, which is true.
func (c *chooser) text(message map[string]any, word string) string {
	return c.joined(" == ", c.field(message, 6, word), "'"+word+"'")
}

// least is a comparison of a field with a number, which is true.
func (c *chooser) least(message map[string]any, number int) string {
	name, constant := c.field(message, 6, number), strconv.Itoa(number)
	return c.choose(text(name+" >= "+constant), text(constant+" <= "+name), text(name+" == "+constant))
}

// increment returns a lambda that adds to its parameter, and how often it does.
func (c *chooser) increment() (lambda string, additions int) {
	x := c.word(1)
	parts := []string{x, strconv.Itoa(c.number())}
	if c.more() {
		parts = append(parts, strconv.Itoa(c.number()))
	}
	return x + " -> " + c.joined(" + ", parts...), len(parts) - 1
}

// What a variant may take, in times of the workload, for each operand, and how
// often both are measured, as the machine may be busy.
const (
	mostOfWorkload = 1.3
	variantsOfEach = 8
	roundsOfEach   = 40
	mostRounds     = 4000
)

var variantSeed = flag.Uint64("seed", 0, "what TestVariants makes its variants of; 0 is something random")

// TestVariants: random variants of a workload take hardly longer than it, so no
// workload is a special case of the engine.
func TestVariants(t *testing.T) {
	seed := *variantSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	c := &chooser{rand.New(rand.NewPCG(seed, 0))}
	for _, w := range workloads {
		t.Run(w.name, func(t *testing.T) {
			makeVariant := variants[w.name]
			if makeVariant == nil {
				t.Fatal("the workload has no variants")
			}
			own := newContender(t, w, w.stellar, w.messages[0], operandsOf(w))
			var others []*contender
			for range variantsOfEach {
				v := makeVariant(c)
				others = append(others, newContender(t, w, v.expression, v.message, v.operands))
			}
			for round := 1; ; round++ {
				own.measure(t)
				slow := 0
				for _, other := range others {
					other.measure(t)
					if other.ratioTo(own) > mostOfWorkload {
						slow++
					}
				}
				if round >= roundsOfEach && slow == 0 || round == mostRounds {
					break
				}
			}
			for _, other := range others {
				ratio := other.ratioTo(own)
				t.Logf("%.2f %s", ratio, other.expression)
				if ratio > mostOfWorkload {
					t.Errorf("%s takes %.2f times as long as %s (-seed %d)", other.expression, ratio, w.stellar, seed)
				}
			}
		})
	}
}

// operandsOf returns the operands of a workload, as the variants count them.
func operandsOf(w workload) int {
	switch w.name {
	case "rule", "conditional":
		return 2
	case "arith":
		return 4
	case "upper", "regexp":
		return 1
	}
	return 3
}

// contender is an expression that is measured.
type contender struct {
	expression string
	evaluator  evaluator
	message    map[string]any
	operands   int
	times      int
	best       time.Duration
}

func newContender(t *testing.T, w workload, expression string, message map[string]any, operands int) *contender {
	w.stellar = expression
	evaluator, err := compileStellar(w)
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	c := &contender{expression: expression, evaluator: evaluator, message: message, operands: operands, times: 1}
	for c.best < 50*time.Microsecond { // calibrate
		c.times *= 2
		c.best = time.Hour
		c.measure(t)
	}
	c.best = time.Hour
	return c
}

func (c *contender) measure(t *testing.T) {
	start := time.Now()
	if err := c.evaluator.repeat(c.times, c.message); err != nil {
		t.Fatalf("%s: %v", c.expression, err)
	}
	c.best = min(c.best, time.Since(start))
}

// ratioTo compares what both take for an operand.
func (c *contender) ratioTo(other *contender) float64 {
	each := func(c *contender) float64 { return float64(c.best) / float64(c.times*c.operands) }
	return each(c) / each(other)
}
