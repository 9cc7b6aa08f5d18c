package main

import (
	"fmt"
	"slices"
	"strings"
)

// workload is an expression that every engine evaluates on the same messages.
type workload struct {
	name string

	// The expression in Stellar and in the language of each peer. Empty means
	// that the peer's language cannot say it.
	stellar, expr, cel, govaluate string

	// handWritten does the same in Go; its zero value means that there is nothing
	// to compare.
	handWritten evaluator

	result   resultForm
	messages []map[string]any // to agree on; the first is the one timed
	goal     goal
}

// resultForm says by which of its evaluations Stellar does a workload.
type resultForm int

const (
	asBool  resultForm = iota // Program.Test: a rule's yes or no
	asValue                   // Program.Value: a scalar, not boxed
	asGo                      // Program.Eval: a Go value, as expr gives it
)

// goal is what Stellar should reach: at most so many times the time of expr, in
// its faster form, and of the hand-written code. 0 means no goal.
type goal struct {
	ofExpr, ofHandWritten float64
	noAllocations         bool
}

// workloads are those of the goals. Each first message takes the longest way
// through its expression that gives an answer of interest.
var workloads = []workload{
	{
		// The message is the one of expr's own benchmark: the first comparison of
		// either pair decides it.
		name:        "rule",
		stellar:     `(Origin == 'MOW' or Country == 'RU') and (Value >= 100 or Adults == 1)`,
		expr:        `(Origin == 'MOW' or Country == 'RU') and (Value >= 100 or Adults == 1)`,
		cel:         `(Origin == 'MOW' || Country == 'RU') && (Value >= 100 || Adults == 1)`,
		govaluate:   `(Origin == 'MOW' || Country == 'RU') && (Value >= 100 || Adults == 1)`,
		handWritten: evaluatorOf(unchanged, ruleByHand, boxed),
		result:      asBool,
		messages: []map[string]any{
			{"Origin": "MOW", "Country": "RU", "Adults": 1, "Value": 100},
			{"Origin": "LED", "Country": "RU", "Adults": 1, "Value": 99},
			{"Origin": "LED", "Country": "RU", "Adults": 2, "Value": 99},
			{"Origin": "LED", "Country": "DE", "Adults": 1, "Value": 100},
		},
		goal: goal{ofExpr: 0.5, ofHandWritten: 2, noAllocations: true},
	},
	{
		// CEL does not mix integers and doubles.
		name:        "arith",
		stellar:     `1 + 2*(3 + int_num) / 10.0`,
		expr:        `1 + 2*(3 + int_num) / 10.0`,
		cel:         `1.0 + double(2*(3 + int_num)) / 10.0`,
		govaluate:   `1 + 2*(3 + int_num) / 10.0`,
		handWritten: evaluatorOf(unchanged, arithByHand, boxed),
		result:      asValue,
		messages:    []map[string]any{{"int_num": 7}, {"int_num": -3}, {"int_num": 1_000_000}},
		goal:        goal{ofExpr: 0.5, noAllocations: true},
	},
	{
		// Neither the subnet nor the list decides, so all three parts are looked at.
		name:        "triage",
		stellar:     `IN_SUBNET(ip_src_addr, '192.168.0.0/24') or ip_src_addr in ['10.0.0.1','10.0.0.2'] or exists(is_local)`,
		expr:        `IN_SUBNET(ip_src_addr, '192.168.0.0/24') or ip_src_addr in ['10.0.0.1','10.0.0.2'] or is_local != nil`,
		cel:         `IN_SUBNET(ip_src_addr, '192.168.0.0/24') || ip_src_addr in ['10.0.0.1','10.0.0.2'] || has(message.is_local)`,
		govaluate:   `IN_SUBNET(ip_src_addr, '192.168.0.0/24') || ip_src_addr in ('10.0.0.1','10.0.0.2') || EXISTS(is_local)`,
		handWritten: evaluatorOf(unchanged, triageByHand, boxed),
		result:      asBool,
		messages: []map[string]any{
			{"ip_src_addr": "10.0.0.9", "is_local": true},
			{"ip_src_addr": "10.0.0.9"},
			{"ip_src_addr": "10.0.0.2"},
			{"ip_src_addr": "192.168.0.77"},
			{"ip_src_addr": "192.168.1.77"},
			{"ip_src_addr": "no address"},
		},
		goal: goal{ofExpr: 0.5, noAllocations: true},
	},
	{
		// Both conditions are false.
		name:        "conditional",
		stellar:     `if int_num < 0 then 'neg' else if int_num == 0 then 'zero' else 'pos'`,
		expr:        `int_num < 0 ? 'neg' : int_num == 0 ? 'zero' : 'pos'`,
		cel:         `int_num < 0 ? 'neg' : int_num == 0 ? 'zero' : 'pos'`,
		govaluate:   `int_num < 0 ? 'neg' : (int_num == 0 ? 'zero' : 'pos')`,
		handWritten: evaluatorOf(unchanged, conditionalByHand, boxed),
		result:      asValue,
		messages:    []map[string]any{{"int_num": 5}, {"int_num": 0}, {"int_num": -5}},
		goal:        goal{ofExpr: 0.6, noAllocations: true},
	},
	{
		name:        "upper",
		stellar:     `TO_UPPER(name)`,
		expr:        `upper(name)`,
		cel:         `TO_UPPER(name)`,
		govaluate:   `TO_UPPER(name)`,
		handWritten: evaluatorOf(unchanged, upperByHand, boxed),
		result:      asGo,
		messages:    []map[string]any{{"name": "metron"}, {"name": "METRON"}, {"name": "Zürich"}, {"name": ""}},
		goal:        goal{ofExpr: 1},
	},
	{
		name:        "map",
		stellar:     `MAP([1,2,3], x -> x + 1)`,
		expr:        `map([1,2,3], # + 1)`,
		cel:         `[1,2,3].map(x, x + 1)`,
		handWritten: evaluatorOf(unchanged, mapByHand, boxed),
		result:      asGo,
		messages:    []map[string]any{{}},
		goal:        goal{ofExpr: 1},
	},
	{
		// Stellar computes the workload above when it compiles it; this one it
		// cannot.
		name:        "map field",
		stellar:     `MAP(numbers, x -> x + 1)`,
		expr:        `map(numbers, # + 1)`,
		cel:         `numbers.map(x, x + 1)`,
		handWritten: evaluatorOf(unchanged, mapFieldByHand, boxed),
		result:      asGo,
		messages:    []map[string]any{{"numbers": []any{1, 2, 3}}, {"numbers": []any{}}},
		goal:        goal{ofExpr: 1},
	},
	{
		name:        "filter",
		stellar:     `FILTER(numbers, x -> x > 1)`,
		expr:        `filter(numbers, # > 1)`,
		cel:         `numbers.filter(x, x > 1)`,
		handWritten: evaluatorOf(unchanged, filterByHand, boxed),
		result:      asGo,
		messages:    []map[string]any{{"numbers": []any{1, 2, 3}}, {"numbers": []any{}}, {"numbers": []any{1, 0}}},
	},
	{
		// CEL cannot reduce.
		name:        "reduce",
		stellar:     `REDUCE(numbers, (sum, x) -> sum + x, 0)`,
		expr:        `reduce(numbers, #acc + #, 0)`,
		handWritten: evaluatorOf(unchanged, reduceByHand, boxed),
		result:      asValue,
		messages:    []map[string]any{{"numbers": []any{1, 2, 3}}, {"numbers": []any{}}},
	},
	{
		name:        "join",
		stellar:     `JOIN(words, ', ')`,
		expr:        `join(words, ', ')`,
		cel:         `words.join(', ')`,
		handWritten: evaluatorOf(unchanged, joinByHand, boxed),
		result:      asGo,
		messages:    []map[string]any{{"words": []any{"hosts", "users", "urls"}}, {"words": []any{}}, {"words": []any{"one"}}},
	},
	{
		// Java's matches is about the whole text, which ^ and $ say to the others.
		name:        "regexp",
		stellar:     `REGEXP_MATCH(name, '^[a-z]+-[0-9]+$')`,
		expr:        `name matches '^[a-z]+-[0-9]+$'`,
		cel:         `name.matches('^[a-z]+-[0-9]+$')`,
		govaluate:   `name =~ '^[a-z]+-[0-9]+$'`,
		handWritten: evaluatorOf(unchanged, regexpByHand, boxed),
		result:      asBool,
		messages:    []map[string]any{{"name": "metron-17"}, {"name": "metron"}, {"name": "the metron-17"}, {"name": ""}},
		goal:        goal{noAllocations: true},
	},
}

// The depths of parentheses between which the growth of the time to compile is
// looked at.
const (
	shallowDepth = 20
	deepDepth    = 200
)

// compiledWorkloads are the workloads whose compilation is timed: all of them and
// two that are nothing but deep.
func compiledWorkloads() []workload {
	return append(slices.Clone(workloads), parentheses(shallowDepth), parentheses(deepDepth))
}

// parentheses is a variable in so many parentheses, the same in every language.
func parentheses(depth int) workload {
	source := strings.Repeat("(", depth) + "int_num" + strings.Repeat(")", depth)
	return workload{
		name:      parenthesesName(depth),
		stellar:   source,
		expr:      source,
		cel:       source,
		govaluate: source,
		result:    asValue,
		messages:  []map[string]any{{"int_num": 7}},
	}
}

func parenthesesName(depth int) string { return fmt.Sprintf("%d parentheses", depth) }
