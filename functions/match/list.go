package match

import (
	"strings"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// test looks for wanted texts in a text. If they are folded, so is that.
type test interface {
	// holds reports whether one of the wanted texts is there.
	holds(text string, budget fn.Budget) (bool, error)
}

// equality is a test for a text that equals one of some.
type equality map[string]struct{}

func (e equality) holds(text string, budget fn.Budget) (bool, error) {
	_, found := e[text]
	return found, budget.Spend(int64(len(text)) / bytesPerStep)
}

// affixes is a test for a text that has one of some as a part, by a function such as
// strings.Contains.
type affixes struct {
	wanted []string
	has    func(text, wanted string) bool
	whole  bool // the function looks at the whole of the text
}

// atOnce is how many wanted texts are looked for between two looks at the budget.
const atOnce = 64

func (a affixes) holds(text string, budget fn.Budget) (bool, error) {
	for rest := a.wanted; len(rest) > 0; {
		some := rest[:min(len(rest), atOnce)]
		rest = rest[len(some):]
		pieces := 1
		if a.whole {
			pieces += len(text) / bytesPerStep
		}
		if err := budget.Spend(int64(len(some)*pieces+3) / 4); err != nil {
			return false, err
		}
		for _, wanted := range some {
			if a.has(text, wanted) {
				return true, nil
			}
		}
	}
	return false, nil
}

// testOf makes a test of the wanted texts. It fails if they are not of its form.
type testOf func(wanted []string) (test, error)

func equalityOf(wanted []string) (test, error) {
	e := make(equality, len(wanted))
	for _, w := range wanted {
		e[w] = struct{}{}
	}
	return e, nil
}

func affixesOf(has func(text, wanted string) bool, whole bool) testOf {
	return func(wanted []string) (test, error) { return affixes{wanted, has, whole}, nil }
}

// matcher is a call with its wanted texts and options worked in.
type matcher struct {
	tests []test // all must hold
	cased bool
}

// matches reports whether all tests hold for a value, each for some text in it.
func (m *matcher) matches(v value.Value, budget fn.Budget) (value.Value, error) {
	for _, t := range m.tests {
		found, err := anyLeaf(v, budget, func(leaf value.Value) (bool, error) {
			text, ok := textOf(leaf)
			if !ok {
				return false, nil
			}
			if m.cased {
				return t.holds(text, budget)
			}
			return withFolded(text, budget, func(folded string) (bool, error) { return t.holds(folded, budget) })
		})
		if !found || err != nil {
			return value.Bool(false), err
		}
	}
	return value.Bool(len(m.tests) > 0), nil
}

const (
	wantedArg  = 1
	optionsArg = 2
)

// matcherOf makes a matcher of arguments. With all, each wanted text has a test of its own.
func matcherOf(wanted, options value.Value, make testOf, all bool, budget fn.Budget) (*matcher, error) {
	m := &matcher{}
	if err := m.readOptions(options); err != nil {
		return nil, err
	}
	var texts []string
	_, err := anyLeaf(wanted, budget, func(leaf value.Value) (bool, error) {
		if text, ok := textOf(leaf); ok {
			if !m.cased {
				text = fold(text)
			}
			texts = append(texts, text)
			return false, budget.Spend(int64(len(text)) / bytesPerStep * 4)
		}
		return false, nil
	})
	if err != nil || len(texts) == 0 {
		return m, err
	}
	groups := [][]string{texts}
	if all {
		groups = nil
		for i := range texts {
			groups = append(groups, texts[i:i+1])
		}
	}
	for _, group := range groups {
		t, err := make(group)
		if err != nil {
			return nil, fn.Argumentf(wantedArg, "%v", err)
		}
		m.tests = append(m.tests, t)
	}
	return m, nil
}

func (m *matcher) readOptions(options value.Value) error {
	if options.IsNull() {
		return nil
	}
	for key, v := range options.Map().All() {
		switch {
		case key.Kind() != value.KindString || key.Str() != "cased":
			return fn.Argumentf(optionsArg, "there is no option but 'cased'")
		case v.IsNull():
		case v.Kind() != value.KindBool:
			return fn.Argumentf(optionsArg, "the option 'cased' must be true or false, not %s", fn.Of(v.Kind()).Indefinite())
		default:
			m.cased = v.Bool()
		}
	}
	return nil
}

// unmetered is the budget of what is done once, when an expression is compiled.
type unmetered struct{ limits fn.Limits }

func (u *unmetered) Limits() *fn.Limits { return &u.limits }
func (*unmetered) Spend(int64) error    { return nil }
func (*unmetered) Allocate(int64) error { return nil }

// matching completes the declaration of a function of value, wanted texts and options.
func matching(f fn.Func, wanted fn.Param, make testOf, all bool) fn.Func {
	f.Params = []fn.Param{valueParam, wanted, {
		Name: "options", Kinds: fn.Map, Null: fn.NullAccepted, Optional: true,
		Doc: "options by their names: 'cased' (true compares with regard to case; false by default)",
	}}
	f.Result, f.Exact, f.Cost = fn.Bool, true, fn.OwnCost
	f.Body = func(c *fn.Call) (value.Value, error) {
		m, err := matcherOf(c.Args[wantedArg], c.Arg(optionsArg), make, all, c)
		if err != nil {
			return value.Null, err
		}
		return m.matches(c.Args[0], c)
	}
	f.Prepare = func(constants fn.Constants) (fn.Prepared, error) {
		texts, known := constants.Get(wantedArg)
		options, optionsKnown := constants.Get(optionsArg)
		if !known || !optionsKnown && len(constants) > optionsArg {
			return fn.Prepared{}, nil
		}
		m, err := matcherOf(texts, options, make, all, &unmetered{})
		if err != nil {
			return fn.Prepared{}, err
		}
		return fn.Prepared{Unary: m.matches}, nil
	}
	return f
}

var textsParam = fn.Param{Name: "texts", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "a text or number, or a list of them; null is none"}

var equalsAny = matching(fn.Func{
	Witness: witnessOf(equalTests, maxTested),
	Name:    "EQUALS_ANY", ResultDoc: "whether the field equals one of the texts",
	Doc: "Reports whether a field equals one of several texts, without regard to case. Numbers, true and false are compared as texts. " + anyMember + "Not in Metron.",
	Examples: []fn.Example{
		{Expr: "EQUALS_ANY('C:\\\\Windows\\\\CMD.EXE', ['c:\\\\windows\\\\cmd.exe', 'pwsh'])", Want: "true"},
		{Expr: "EQUALS_ANY('4688', 4688)", Want: "true"},
		{Expr: "EQUALS_ANY(['a', 'b'], 'B')", Want: "true"},
		{Expr: "EQUALS_ANY('A', 'a', {'cased' : true})", Want: "false"},
		{Expr: "EQUALS_ANY(null, '')", Want: "false"},
	},
}, textsParam, equalityOf, false)

var containsAny = matching(fn.Func{
	Witness: witnessOf(testsOfKind(fn.HasPart), maxTested),
	Name:    "CONTAINS_ANY", ResultDoc: "whether one of the texts is a part of the field",
	Doc: "Reports whether a field has one of several texts in it, without regard to case. " + anyMember + "Not in Metron.",
	Examples: []fn.Example{
		{Expr: "CONTAINS_ANY('powershell -EncodedCommand SQBF', [' -enc', ' /enc'])", Want: "true"},
		{Expr: "CONTAINS_ANY({'a' : {'b' : ['x', 'mimikatz.exe']}}, 'Mimikatz')", Want: "true"},
		{Expr: "CONTAINS_ANY(null, 'a')", Want: "false"},
	},
}, textsParam, affixesOf(strings.Contains, true), false)

var containsAll = matching(fn.Func{
	Witness: witnessOf(longestTest, maxTested),
	Name:    "CONTAINS_ALL", ResultDoc: "whether all of the texts are parts of the field",
	Doc: "Reports whether a field has all of several texts in it, without regard to case. They need not be in the same value of a collection. " + anyMember + "Not in Metron.",
	Examples: []fn.Example{
		{Expr: "CONTAINS_ALL('reg add HKLM /v Debugger', ['REG', 'debugger'])", Want: "true"},
		{Expr: "CONTAINS_ALL('reg query', ['reg', 'debugger'])", Want: "false"},
		{Expr: "CONTAINS_ALL('reg', [])", Want: "false"},
	},
}, textsParam, affixesOf(strings.Contains, true), true)

var startsWithAny = matching(fn.Func{
	Witness: witnessOf(testsOfKind(fn.HasPrefix), maxTested),
	Name:    "STARTS_WITH_ANY", ResultDoc: "whether the field begins with one of the texts",
	Doc: "Reports whether a field begins with one of several texts, without regard to case. " + anyMember + "Not in Metron.",
	Examples: []fn.Example{
		{Expr: "STARTS_WITH_ANY('C:\\\\Temp\\\\a.exe', ['c:\\\\temp', 'c:\\\\users'])", Want: "true"},
		{Expr: "STARTS_WITH_ANY('a', 'b')", Want: "false"},
	},
}, textsParam, affixesOf(strings.HasPrefix, false), false)

var endsWithAny = matching(fn.Func{
	Witness: witnessOf(testsOfKind(fn.HasSuffix), maxTested),
	Name:    "ENDS_WITH_ANY", ResultDoc: "whether the field ends with one of the texts",
	Doc: "Reports whether a field ends with one of several texts, without regard to case. " + anyMember + "Not in Metron.",
	Examples: []fn.Example{
		{Expr: "ENDS_WITH_ANY('C:\\\\Windows\\\\WhoAmI.exe', '\\\\whoami.exe')", Want: "true"},
		{Expr: "ENDS_WITH_ANY(5, ['6', '7'])", Want: "false"},
	},
}, textsParam, affixesOf(strings.HasSuffix, false), false)

var likeAny = matching(fn.Func{
	Witness: witnessOf(patternTests, maxTestedPatterns),
	Name:    "LIKE_ANY", ResultDoc: "whether the field is like one of the patterns",
	Doc: "Reports whether the whole of a field is like one of several patterns, without regard to case. In a pattern, * stands for any characters or none, " +
		"? for one character; after a backslash, these and a backslash stand for themselves. Any other backslash stands for itself. " + anyMember + "Not in Metron.",
	Examples: []fn.Example{
		{Expr: "LIKE_ANY('/home/jo/Run.sh', '/home/*/run.*')", Want: "true"},
		{Expr: "LIKE_ANY('cmd1', ['pwsh?', 'cmd?'])", Want: "true"},
		{Expr: "LIKE_ANY('cmd1', 'cmd\\\\?')", Want: "false"},
	},
}, fn.Param{Name: "patterns", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "a pattern, or a list of them; null is none"}, patternsOf, false)
