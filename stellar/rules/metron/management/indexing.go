package management

import (
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// The parameters that all functions of what is written where have.
var indexingParams = []fn.Param{
	configParam("a configuration of indexing, in JSON", fn.NullRefused),
	{Name: "writer", Kinds: fn.Any, Doc: "what writes, such as 'hdfs' or 'elasticsearch'; it is added if it is not there"},
}

const configResult = "the changed configuration, in JSON"

var indexingFunctions = []fn.Func{
	{
		Name: "INDEXING_SET_BATCH",
		Params: append(indexingParams[:2:2],
			fn.Param{Name: "size", Kinds: fn.Any, Optional: true, Doc: "how many messages are written at a time, 1 if left out"},
			fn.Param{Name: "timeout", Kinds: fn.Any, Optional: true, Doc: "the most seconds to wait for them, 0 if left out"},
		),
		Result: fn.String, ResultDoc: configResult,
		Doc:      "Sets how many messages a writer takes at a time, in a configuration of indexing.",
		Examples: []fn.Example{{Expr: `INDEXING_SET_BATCH('{"hdfs":{"index":"squid"}}', 'hdfs', 5, 1)`, Want: `'{\n  "hdfs" : {\n    "index" : "squid",\n    "batchSize" : 5,\n    "batchTimeout" : 1\n  }\n}'`}},
		Cost:     fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			size, err := integer(c, 2, "size", 1)
			if err != nil {
				return value.Null, err
			}
			timeout, err := integer(c, 3, "timeout", 0)
			if err != nil {
				return value.Null, err
			}
			if size < 1 {
				return value.Null, fn.Argumentf(2, "size must be at least 1, and is %d", size)
			}
			return setOfWriter(c, "batchSize", value.Int(size), "batchTimeout", value.Int(timeout))
		},
	},
	{
		Name: "INDEXING_SET_ENABLED",
		Params: append(indexingParams[:2:2],
			fn.Param{Name: "enabled", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true, Doc: "whether it writes, true if left out"},
		),
		Result: fn.String, ResultDoc: configResult,
		Doc:      "Sets whether a writer writes, in a configuration of indexing.",
		Examples: []fn.Example{{Expr: `INDEXING_SET_ENABLED('{}', 'hdfs', false)`, Want: `'{\n  "hdfs" : {\n    "enabled" : false\n  }\n}'`}},
		Cost:     fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			enabled := true
			if v := c.Arg(2); !v.IsNull() {
				var ok bool
				if enabled, ok = value.ToBool(v); !ok {
					return value.Null, fn.Argumentf(2, "enabled must be true or false")
				}
			}
			return setOfWriter(c, "enabled", value.Bool(enabled))
		},
	},
	{
		Name: "INDEXING_SET_INDEX",
		Params: append(indexingParams[:2:2],
			fn.Param{Name: "index", Kinds: fn.Any, Doc: "the name of the index to write to"},
		),
		Result: fn.String, ResultDoc: configResult,
		Doc:      "Sets where a writer writes to, in a configuration of indexing.",
		Examples: []fn.Example{{Expr: `INDEXING_SET_INDEX('{}', 'hdfs', 'squid')`, Want: `'{\n  "hdfs" : {\n    "index" : "squid"\n  }\n}'`}},
		Cost:     fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			index, ok := value.ToText(c.Arg(2))
			if !ok {
				return value.Null, fn.Argumentf(2, "index must be a name")
			}
			return setOfWriter(c, "index", value.String(index))
		},
	},
}

// integer returns an argument as a whole number, or what it is if left out.
func integer(c *fn.Call, arg int, name string, otherwise int32) (int32, error) {
	v := c.Arg(arg)
	if v.IsNull() {
		return otherwise, nil
	}
	i, ok := value.ToInt(v)
	if !ok {
		return 0, fn.Argumentf(arg, "%s must be a whole number", name)
	}
	return i, nil
}

// setOfWriter sets properties of the writer that argument 1 names, which are pairs of
// names and values.
func setOfWriter(c *fn.Call, properties ...any) (value.Value, error) {
	m, err := document(c, c.Arg(0).Str())
	if err != nil {
		return value.Null, err
	}
	name, ok := value.ToText(c.Arg(1))
	if !ok {
		return value.Null, fn.Argumentf(1, "writer must be a name")
	}
	writer, err := object(m, name, name)
	if err != nil {
		return value.Null, err
	}
	for i := 0; i < len(properties); i += 2 {
		writer = writer.Put(key(properties[i].(string)), properties[i+1].(value.Value))
	}
	return result(c, m.Put(key(name), value.FromMap(writer)))
}
