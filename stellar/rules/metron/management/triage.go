package management

import (
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/fn/table"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/value"
)

// triage is a configuration of threat triage.
type triage struct {
	rules      []triageRule
	aggregator rules.Aggregator
	options    *value.Map // nil for null
}

// triageRule is a rule of it. The texts are strings, or null if they are left out.
type triageRule struct{ name, comment, rule, score, reason value.Value }

// triageConfig reads the triage of a section. What is left out has its default.
func triageConfig(section *value.Map) (*triage, error) {
	const path = "threatIntel.triageConfig"
	m, err := object(section, "triageConfig", path)
	if err != nil {
		return nil, err
	}
	if err := onlyKnown(m, path, "riskLevelRules", "aggregator", "aggregationConfig"); err != nil {
		return nil, err
	}
	t := &triage{}
	if t.options, err = object(m, "aggregationConfig", path+".aggregationConfig"); err != nil {
		return nil, err
	}
	if name := get(m, "aggregator"); !name.IsNull() {
		if err := t.setAggregator(name.String(), 0); err != nil {
			return nil, err
		}
	}
	switch list := get(m, "riskLevelRules"); list.Kind() {
	case value.KindNull:
	case value.KindList:
		for v := range list.List().All() {
			if v.Kind() != value.KindMap {
				return nil, fn.Argumentf(0, "a rule must be an object, not a %s", v.Kind())
			}
			if err := onlyKnown(v.Map(), "a rule", "name", "comment", "rule", "score", "reason"); err != nil {
				return nil, err
			}
			r, err := ruleOf(v.Map(), 0)
			if err != nil {
				return nil, err
			}
			t.add(r)
		}
	default:
		return nil, fn.Argumentf(0, "%s.riskLevelRules must be a list, not a %s", path, list.Kind())
	}
	return t, nil
}

// setAggregator sets the aggregator of a name, which stands in an argument.
func (t *triage) setAggregator(name string, arg int) error {
	for _, a := range rules.Aggregators() {
		if a.String() == name {
			t.aggregator = a
			return nil
		}
	}
	return fn.Argumentf(arg, "aggregator must be one of %v", rules.Aggregators())
}

// add adds a rule, unless there is one with the same condition.
func (t *triage) add(r triageRule) {
	for _, other := range t.rules {
		if other.rule.Str() == r.rule.Str() {
			return
		}
	}
	t.rules = append(t.rules, r)
}

// ruleOf reads a rule, which stands in an argument.
func ruleOf(m *value.Map, arg int) (triageRule, error) {
	var r triageRule
	for _, text := range []struct {
		name string
		to   *value.Value
	}{{"name", &r.name}, {"comment", &r.comment}, {"rule", &r.rule}, {"reason", &r.reason}} {
		v := get(m, text.name)
		if !v.IsNull() && v.Kind() != value.KindString {
			if arg == 0 && !v.IsContainer() {
				v = value.String(v.String()) // as in JSON that is read for Java
			} else {
				return r, fn.Typef(arg, "the %s of a rule must be a string, not a %s", text.name, v.Kind())
			}
		}
		*text.to = v
	}
	switch score := get(m, "score"); {
	case score.Kind() == value.KindString:
		r.score = score
	case score.IsNumber():
		r.score = value.String(score.String())
	case !score.IsNull():
		return r, fn.Argumentf(arg, "the score of a rule must be a number or an expression, not a %s", score.Kind())
	}
	if r.rule.IsNull() || r.score.IsNull() {
		return r, fn.Argumentf(arg, "a rule must have a rule and a score")
	}
	return r, nil
}

// write returns the configuration as Metron writes it.
func (t *triage) write() *value.Map {
	var all []value.Value
	for _, r := range t.rules {
		all = append(all, value.FromMap(r.write(r.reason)))
	}
	m := value.NewMap(3)
	m = m.Put(key("riskLevelRules"), value.ListOf(all...)).Put(key("aggregator"), key(t.aggregator.String()))
	if t.options == nil {
		return m
	}
	return m.Put(key("aggregationConfig"), value.FromMap(t.options))
}

// write returns the rule with a reason, without what is null.
func (r *triageRule) write(reason value.Value) *value.Map {
	m := value.NewMap(5)
	for _, text := range []struct {
		name string
		v    value.Value
	}{{"name", r.name}, {"comment", r.comment}, {"rule", r.rule}, {"score", r.score}, {"reason", reason}} {
		if !text.v.IsNull() {
			m = m.Put(key(text.name), text.v)
		}
	}
	return m
}

// engineType is the type of what THREAT_TRIAGE_INIT makes.
var engineType = &fn.Type{Name: "TRIAGE", Doc: "rules of threat triage"}

// triageParam is the parameter of a configuration, or of an engine.
var triageParam = fn.Param{
	Name: "config", Kinds: fn.String | fn.Object, Type: engineType, Doc: "a configuration of enrichments, in JSON, or what THREAT_TRIAGE_INIT has made",
}

// triageFunctions are the functions of threat triage.
func triageFunctions(env func() *stellar.Env) []fn.Func {
	return append([]fn.Func{
		{
			Name: "THREAT_TRIAGE_INIT",
			Params: []fn.Param{{
				Name: "config", Kinds: fn.String, Optional: true, Doc: "a configuration of enrichments, in JSON; one without rules if left out",
			}},
			Result: fn.Object, ResultType: engineType, ResultDoc: "the rules of the configuration, for the other functions",
			Doc:      "Reads the rules of threat triage of a configuration.",
			Examples: []fn.Example{{Expr: `MAP_GET('score', THREAT_TRIAGE_SCORE('{"port":443}', THREAT_TRIAGE_INIT('{"threatIntel":{"triageConfig":{"riskLevelRules":[{"rule":"port == 443","score":10}]}}}')))`, Want: "10.0"}},
			Cost:     fn.OwnCost,
			Body: func(c *fn.Call) (value.Value, error) {
				text := "{}"
				if len(c.Args) > 0 {
					text = c.Args[0].Str()
				}
				e, err := newEngine(c, text, env)
				if err != nil {
					return value.Null, err
				}
				return value.Object(e), nil
			},
		},
		{
			Name: "THREAT_TRIAGE_SCORE",
			Params: []fn.Param{
				{Name: "message", Kinds: fn.String | fn.List, Doc: "a message, in JSON; of a list the first item"},
				{Name: "triage", Kinds: fn.Object, Type: engineType, Doc: "what THREAT_TRIAGE_INIT has made"},
			},
			Result: fn.Map, ResultDoc: "a map with score, a double; rules, those that are true; and aggregator",
			Doc:      "Scores a message by the rules of threat triage. It fails if a rule does.",
			Examples: []fn.Example{{Expr: `THREAT_TRIAGE_SCORE('{}', THREAT_TRIAGE_INIT())`, Want: "{'score' : 0.0, 'rules' : [], 'aggregator' : 'MAX'}"}},
			Cost:     fn.OwnCost,
			Body: func(c *fn.Call) (value.Value, error) {
				e, ok := c.Arg(1).Object().(*engine)
				if !ok {
					return value.Null, fn.Typef(1, "triage must be what THREAT_TRIAGE_INIT has made")
				}
				message, _ := value.ToText(c.Arg(0))
				return e.score(c, message)
			},
		},
		{
			Name:   "THREAT_TRIAGE_CONFIG",
			Params: []fn.Param{{Name: "triage", Kinds: fn.Object, Type: engineType, Doc: "what THREAT_TRIAGE_INIT has made"}},
			Result: fn.String, ResultDoc: "the configuration, in JSON",
			Doc:      "Returns the configuration of rules of threat triage.",
			Examples: []fn.Example{{Expr: `MAP_GET('configuration', TO_JSON_MAP(THREAT_TRIAGE_CONFIG(THREAT_TRIAGE_INIT())))`, Want: "{}"}},
			Cost:     fn.OwnCost,
			Body: func(c *fn.Call) (value.Value, error) {
				whole, _, err := configOf(c)
				if err != nil {
					return value.Null, err
				}
				return result(c, whole)
			},
		},
	}, triageEditors...)
}

// triageEditors are those of the functions that evaluate nothing.
var triageEditors = []fn.Func{
	{
		Name: "THREAT_TRIAGE_ADD",
		Params: []fn.Param{
			triageParam,
			{Name: "rules", Kinds: fn.Map | fn.List, Doc: "a rule, which is a map with rule and score, and perhaps name, comment and reason; or a list of rules"},
		},
		Result: fn.String, ResultDoc: configResult,
		Doc:      "Adds rules of threat triage to a configuration. A rule without rule or score is left out, and so is one whose rule is there.",
		Examples: []fn.Example{{Expr: `THREAT_TRIAGE_PRINT(THREAT_TRIAGE_ADD('{}', {'rule' : 'port == 22', 'score' : 10}))`, Want: `'╔══════╤═════════╤═════════════╤═══════╤════════╗\n║ Name │ Comment │ Triage Rule │ Score │ Reason ║\n╠══════╪═════════╪═════════════╪═══════╪════════╣\n║      │         │ port == 22  │ 10    │        ║\n╚══════╧═════════╧═════════════╧═══════╧════════╝\nAggregation: MAX'`}},
		Cost:     fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			return editTriage(c, func(t *triage) error {
				added := []value.Value{c.Arg(1)}
				if c.Arg(1).Kind() == value.KindList {
					added = added[:0]
					for v := range c.Arg(1).List().All() {
						added = append(added, v)
					}
				}
				for _, v := range added {
					if v.IsNull() {
						continue
					}
					if v.Kind() != value.KindMap {
						return fn.Typef(1, "a rule must be a map, not a %s", v.Kind())
					}
					if !has(v.Map(), "rule") || !has(v.Map(), "score") {
						continue
					}
					r, err := ruleOf(v.Map(), 1)
					if err != nil {
						return err
					}
					t.add(r)
				}
				return nil
			})
		},
	},
	{
		Name: "THREAT_TRIAGE_REMOVE",
		Params: []fn.Param{
			triageParam,
			{Name: "names", Kinds: fn.List, Null: fn.NullAccepted, Doc: "the names of rules that go, or what stands as their rule"},
		},
		Result: fn.String, ResultDoc: configResult,
		Doc:      "Removes rules of threat triage from a configuration.",
		Examples: []fn.Example{{Expr: `THREAT_TRIAGE_REMOVE(THREAT_TRIAGE_ADD('{}', {'name' : 'ssh', 'rule' : 'port == 22', 'score' : 10}), ['ssh']) == THREAT_TRIAGE_CONFIG(THREAT_TRIAGE_INIT())`, Want: "true"}},
		Cost:     fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			return editTriage(c, func(t *triage) error {
				if c.Arg(1).IsNull() {
					return nil
				}
				gone := map[string]bool{}
				for v := range c.Arg(1).List().All() {
					if v.Kind() == value.KindString {
						gone[v.Str()] = true
					}
				}
				var left []triageRule
				for _, r := range t.rules {
					if !gone[r.rule.Str()] && (r.name.IsNull() || !gone[r.name.Str()]) {
						left = append(left, r)
					}
				}
				t.rules = left
				return nil
			})
		},
	},
	{
		Name: "THREAT_TRIAGE_SET_AGGREGATOR",
		Params: []fn.Param{
			triageParam,
			{Name: "aggregator", Kinds: fn.String, Doc: "its name: MAX, MIN, MEAN, SUM or POSITIVE_MEAN"},
			{Name: "options", Kinds: fn.Map, Null: fn.NullAccepted, Optional: true, Doc: "options of the aggregator, such as {'negativeValuesTrump' : false}; they stay as they are if left out, and null is none"},
		},
		Result: fn.String, ResultDoc: configResult,
		Doc:      "Sets how one score is made of those of the rules that are true, in a configuration.",
		Examples: []fn.Example{{Expr: `MAP_GET('aggregator', MAP_GET('triageConfig', MAP_GET('threatIntel', TO_JSON_MAP(THREAT_TRIAGE_SET_AGGREGATOR('{}', 'SUM')))))`, Want: "'SUM'"}},
		Cost:     fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			return editTriage(c, func(t *triage) error {
				if len(c.Args) > 2 {
					t.options = c.Args[2].Map()
				}
				return t.setAggregator(c.Arg(1).Str(), 1)
			})
		},
	},
	{
		Name:   "THREAT_TRIAGE_PRINT",
		Params: []fn.Param{triageParam},
		Result: fn.String, ResultDoc: "a table for people",
		Doc:      "Shows the rules of threat triage of a configuration, and their aggregator.",
		Examples: []fn.Example{{Expr: `THREAT_TRIAGE_PRINT('{}')`, Want: `'╔══════╤═════════╤═════════════╤═══════╤════════╗\n║ Name │ Comment │ Triage Rule │ Score │ Reason ║\n╠══════╧═════════╧═════════════╧═══════╧════════╣\n║ (empty)                                       ║\n╚═══════════════════════════════════════════════╝\n'`}},
		Cost:     fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			_, triage, err := configOf(c)
			if err != nil {
				return value.Null, err
			}
			t := &table.Table{Headers: []string{"Name", "Comment", "Triage Rule", "Score", "Reason"}}
			for _, r := range triage.rules {
				t.Rows = append(t.Rows, []string{r.name.Str(), r.comment.Str(), r.rule.Str(), r.score.Str(), r.reason.Str()})
			}
			below := ""
			if len(t.Rows) > 0 {
				below = "Aggregation: " + triage.aggregator.String()
			}
			return drawn(c, t, below)
		},
	},
}

// has reports whether a map has a key, though its value may be null.
func has(m *value.Map, name string) bool {
	_, ok := m.Get(key(name))
	return ok
}

// configOf returns the configuration that argument 0 is or holds, for nobody else to
// change, and its triage.
func configOf(c *fn.Call) (*value.Map, *triage, error) {
	text := c.Arg(0).Str()
	if c.Arg(0).Kind() == value.KindObject {
		e, ok := c.Arg(0).Object().(*engine)
		if !ok {
			return nil, nil, fn.Typef(0, "config must be JSON, or what THREAT_TRIAGE_INIT has made")
		}
		text = e.config
	}
	whole, err := enrichmentConfig(c, text)
	if err != nil {
		return nil, nil, err
	}
	t, err := triageConfig(get(whole, "threatIntel").Map())
	return whole, t, err
}

// editTriage returns a configuration with an edited triage.
func editTriage(c *fn.Call, edit func(t *triage) error) (value.Value, error) {
	whole, t, err := configOf(c)
	if err != nil {
		return value.Null, err
	}
	if err := edit(t); err != nil {
		return value.Null, err
	}
	threatIntel := get(whole, "threatIntel").Map().Put(key("triageConfig"), value.FromMap(t.write()))
	return result(c, whole.Put(key("threatIntel"), value.FromMap(threatIntel)))
}
