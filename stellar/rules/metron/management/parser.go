package management

import (
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/fn/table"
	"github.com/stellarlang/stellar/stellar/value"
)

// parserProperties are those of the configuration of a parser, in their order, with
// the values that Metron writes if they are left out; Null for none.
var parserProperties = []struct {
	name      string
	otherwise value.Value
}{
	{"parserClassName", value.Null}, {"filterClassName", value.Null}, {"sensorTopic", value.Null}, {"outputTopic", value.Null},
	{"errorTopic", value.Null}, {"writerClassName", value.Null}, {"errorWriterClassName", value.Null}, {"invalidWriterClassName", value.Null},
	{"readMetadata", value.Bool(false)}, {"mergeMetadata", value.Bool(false)}, {"numWorkers", value.Null}, {"numAckers", value.Null},
	{"spoutParallelism", value.Int(1)}, {"spoutNumTasks", value.Int(1)}, {"parserParallelism", value.Int(1)},
	{"parserNumTasks", value.Int(1)}, {"errorWriterParallelism", value.Int(1)}, {"errorWriterNumTasks", value.Int(1)},
	{"spoutConfig", value.FromMap(value.NewMap(0)).Freeze()}, {"securityProtocol", value.Null},
	{"stormConfig", value.FromMap(value.NewMap(0)).Freeze()}, {"parserConfig", value.FromMap(value.NewMap(0)).Freeze()},
	{"fieldTransformations", value.ListOf().Freeze()}, {"cacheConfig", value.FromMap(value.NewMap(0)).Freeze()},
	{"rawMessageStrategy", value.String("DEFAULT")}, {"rawMessageStrategyConfig", value.FromMap(value.NewMap(0)).Freeze()},
}

// parserConfig reads the configuration of a parser. What is left out has its default, as
// Metron writes it.
func parserConfig(c fn.Budget, text string) (*value.Map, error) {
	m, err := document(c, text)
	if err != nil {
		return nil, err
	}
	var known []string
	for _, p := range parserProperties {
		known = append(known, p.name)
	}
	if err := onlyKnown(m, "the configuration", known...); err != nil {
		return nil, err
	}
	whole := value.NewMap(len(known))
	for _, p := range parserProperties {
		v := get(m, p.name)
		if v.IsNull() {
			v = p.otherwise
		}
		if !v.IsNull() {
			whole = whole.Put(key(p.name), v)
		}
	}
	list := get(whole, "fieldTransformations")
	if list.Kind() != value.KindList {
		return nil, fn.Argumentf(0, "fieldTransformations must be a list, not a %s", list.Kind())
	}
	var transformations []value.Value
	for t := range list.List().All() {
		if t.Kind() != value.KindMap {
			return nil, fn.Argumentf(0, "a transformation must be an object, not a %s", t.Kind())
		}
		written, err := transformation(t.Map())
		if err != nil {
			return nil, err
		}
		transformations = append(transformations, value.FromMap(written))
	}
	return whole.Put(key("fieldTransformations"), value.ListOf(transformations...)), nil
}

// transformation returns a field transformation as Metron writes it.
func transformation(t *value.Map) (*value.Map, error) {
	if err := onlyKnown(t, "a transformation", "input", "output", "transformation", "config"); err != nil {
		return nil, err
	}
	written := value.NewMap(4)
	for _, name := range []string{"input", "output"} {
		switch v := get(t, name); {
		case v.Kind() == value.KindString:
			written = written.Put(key(name), value.ListOf(v))
		case v.Kind() == value.KindList:
			written = written.Put(key(name), v)
		case name == "input":
			written = written.Put(key(name), value.ListOf())
		}
	}
	if name := get(t, "transformation"); !name.IsNull() {
		written = written.Put(key("transformation"), name)
	}
	config, err := object(t, "config", "config")
	if err != nil {
		return nil, err
	}
	return written.Put(key("config"), value.FromMap(config)), nil
}

var parserFunctions = []fn.Func{
	{
		Name: "PARSER_STELLAR_TRANSFORM_ADD",
		Params: []fn.Param{
			configParam("the configuration of a parser, in JSON", fn.NullYieldsNull),
			{Name: "expressions", Kinds: fn.Map, Null: fn.NullAccepted, Optional: true, Doc: "expressions by the names of fields; without any, the configuration stays as it is"},
		},
		Result: fn.String, ResultDoc: configResult,
		Doc:      "Adds expressions to the last STELLAR transformation of a parser, or to a new one. One with the name of another takes its place.",
		Examples: []fn.Example{{Expr: `MAP_GET('fieldTransformations', TO_JSON_MAP(PARSER_STELLAR_TRANSFORM_ADD('{}', {'host' : 'URL_TO_HOST(url)'})))`, Want: `[{'input' : [], 'output' : ['host'], 'transformation' : 'STELLAR', 'config' : {'host' : 'URL_TO_HOST(url)'}}]`}},
		Cost:     fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			edits := c.Arg(1)
			return editTransformation(c, edits.IsNull() || edits.Map().Len() == 0, true, func(config *value.Map) *value.Map {
				for name, expression := range edits.Map().All() {
					if !expression.IsNull() {
						expression = value.String(expression.String())
					}
					config = config.Put(key(name.String()), expression)
				}
				return config
			})
		},
	},
	{
		Name: "PARSER_STELLAR_TRANSFORM_REMOVE",
		Params: []fn.Param{
			configParam("the configuration of a parser, in JSON", fn.NullYieldsNull),
			{Name: "names", Kinds: fn.List, Null: fn.NullAccepted, Doc: "the names of fields whose expressions go; without any, the configuration stays as it is"},
		},
		Result: fn.String, ResultDoc: configResult,
		Doc:      "Removes expressions from the last STELLAR transformation of a parser. One without expressions goes too.",
		Examples: []fn.Example{{Expr: `MAP_GET('fieldTransformations', TO_JSON_MAP(PARSER_STELLAR_TRANSFORM_REMOVE('{"fieldTransformations":[{"transformation":"STELLAR","output":["a"],"config":{"a":"1"}}]}', ['a'])))`, Want: `[]`}},
		Cost:     fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			names := c.Arg(1)
			return editTransformation(c, names.IsNull() || names.List().Len() == 0, false, func(config *value.Map) *value.Map {
				for name := range names.List().All() {
					config = config.Delete(key(name.String()))
				}
				return config
			})
		},
	},
	{
		Name:   "PARSER_STELLAR_TRANSFORM_PRINT",
		Params: []fn.Param{configParam("the configuration of a parser, in JSON", fn.NullYieldsNull)},
		Result: fn.String, ResultDoc: "a table for people",
		Doc:      "Shows the expressions of the last STELLAR transformation of a parser.",
		Examples: []fn.Example{{Expr: `PARSER_STELLAR_TRANSFORM_PRINT('{}')`, Want: `'╔═══════╤════════════════╗\n║ Field │ Transformation ║\n╠═══════╧════════════════╣\n║ (empty)                ║\n╚════════════════════════╝\n'`}},
		Cost:     fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			whole, err := parserConfig(c, c.Arg(0).Str())
			if err != nil {
				return value.Null, err
			}
			t := &table.Table{Headers: []string{"Field", "Transformation"}}
			if i, all := lastStellar(whole); i >= 0 {
				for field, expression := range get(all[i].Map(), "config").Map().All() {
					t.Rows = append(t.Rows, []string{field.String(), expression.String()})
				}
			}
			return drawn(c, t, "")
		},
	},
}

// lastStellar returns all transformations and the index of the last STELLAR one, -1 if
// there is none.
func lastStellar(whole *value.Map) (at int, all []value.Value) {
	at = -1
	for t := range get(whole, "fieldTransformations").List().All() {
		if get(t.Map(), "transformation").Str() == "STELLAR" {
			at = len(all)
		}
		all = append(all, t)
	}
	return at, all
}

// editTransformation edits the expressions of the last STELLAR transformation. If there
// is nothing to edit, the configuration stays as it is, byte for byte.
func editTransformation(c *fn.Call, nothing, add bool, edit func(config *value.Map) *value.Map) (value.Value, error) {
	whole, err := parserConfig(c, c.Arg(0).Str())
	if err != nil {
		return value.Null, err
	}
	if nothing {
		return c.Arg(0), nil
	}
	at, all := lastStellar(whole)
	if at < 0 && !add {
		return result(c, whole)
	}
	if at < 0 {
		fresh, err := transformation(value.NewMap(1).Put(key("transformation"), key("STELLAR")))
		if err != nil {
			return value.Null, err
		}
		at, all = len(all), append(all, value.FromMap(fresh))
	}
	t := all[at].Map()
	config := edit(get(t, "config").Map())
	var output []value.Value
	for name := range config.All() {
		output = append(output, name)
	}
	if len(output) == 0 {
		all = append(all[:at], all[at+1:]...)
	} else {
		ordered := value.NewMap(4)
		ordered = ordered.Put(key("input"), get(t, "input")).Put(key("output"), value.ListOf(output...))
		all[at] = value.FromMap(ordered.Put(key("transformation"), key("STELLAR")).Put(key("config"), value.FromMap(config)))
	}
	return result(c, whole.Put(key("fieldTransformations"), value.ListOf(all...)))
}
