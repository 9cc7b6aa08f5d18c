package management

import (
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// parserParam is the parameter of a parser.
var parserParam = fn.Param{Name: "parser", Kinds: fn.Object, Type: parserType, Doc: "what PARSER_INIT has made"}

// csvExample is a configuration for examples.
const csvExample = `{"parserClassName":"org.apache.metron.parsers.csv.CSVParser","parserConfig":{"columns":{"timestamp":0,"user":1}}}`

// sensorFunctions are the functions that run parsers.
func sensorFunctions(env func() *stellar.Env, store Store) []fn.Func {
	return []fn.Func{
		{
			Name: "PARSER_INIT",
			Params: []fn.Param{
				{Name: "sensor", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "the name of the sensor, which messages have in source.type; that of the configuration if it is null"},
				{Name: "config", Kinds: fn.String | fn.Map, Optional: true, Doc: "the configuration of the parser, in JSON or as a map; that of the sensor in the store if left out"},
			},
			Result: fn.Object, ResultType: parserType, ResultDoc: "the parser, for PARSER_PARSE and PARSER_CONFIG",
			Doc:      "Makes a parser of a configuration of Metron.",
			Examples: []fn.Example{{Expr: `MAP_GET('user', GET_FIRST(PARSER_PARSE(PARSER_INIT('logins', '` + csvExample + `'), '1461576382642,jdoe')))`, Want: "'jdoe'"}},
			Purity:   purityWith(store),
			Cost:     fn.OwnCost,
			Body: func(c *fn.Call) (value.Value, error) {
				sensor := ""
				if v := c.Arg(0); !v.IsNull() {
					if v.IsContainer() || v.Kind() == value.KindObject {
						return value.Null, fn.Typef(0, "the name of a sensor must be a text, not a %s", v.Kind())
					}
					sensor = v.String()
				}
				text, arg := "", 1
				switch {
				case len(c.Args) < 2:
					stored, found, err := stored(c, store, "PARSER", sensor)
					if err != nil {
						return value.Null, err
					}
					if !found {
						return value.Null, fn.Externalf(0, "there is no configuration of a parser %.60s", sensor)
					}
					text, arg = stored, 0
				case c.Args[1].Kind() == value.KindString:
					text = c.Args[1].Str()
				default:
					json := c.Args[1].AppendJSON(nil)
					if err := c.Allocate(int64(len(json))); err != nil {
						return value.Null, err
					}
					text = string(json)
				}
				p, err := newParser(c, sensor, text, env)
				if err != nil {
					return value.Null, aboutArgument(err, arg)
				}
				return value.Object(p), c.Allocate(int64(2 * len(text)))
			},
		},
		{
			Name: "PARSER_PARSE",
			Params: []fn.Param{
				parserParam,
				{Name: "texts", Kinds: fn.String | fn.List, Doc: "a text of the sensor, or a list of texts"},
			},
			Result: fn.List, ResultDoc: "the messages, which are maps, and after all of them the errors, which have 'error' in source.type",
			Doc: "Parses texts as a parser of Metron does, and applies its field transformations and its filter. " +
				"An error has what is wrong in message, and the text in raw_message; Metron's guid, stack and hostname are left out. " +
				"The classes of parsers there are: CSV, Snort, JSON maps, Bro, CEF, LEEF, syslog of RFC 5424 and RFC 3164, regular expressions, " +
				"and grok, for which grokStatement in parserConfig has the lines of the file that grokPath names.",
			Examples: []fn.Example{
				{
					Expr: `PARSER_PARSE(PARSER_INIT('logins', '` + csvExample + `'), '1461576382642,jdoe')`,
					Want: "[{'timestamp' : 1461576382642L, 'user' : 'jdoe', 'original_string' : '1461576382642,jdoe', 'source.type' : 'logins'}]",
				},
				{
					Expr: `MAP_GET('message', GET_FIRST(PARSER_PARSE(PARSER_INIT('logins', '` + csvExample + `'), '1461576382642')))`,
					Want: "'the record has 1 values, and user is number 1, counted from 0'",
				},
			},
			Purity: fn.Impure, // a message without a time has the present one
			Cost:   fn.OwnCost,
			Body: func(c *fn.Call) (value.Value, error) {
				p, ok := c.Arg(0).Object().(*parser)
				if !ok {
					return value.Null, fn.Typef(0, "parser must be what PARSER_INIT has made")
				}
				var texts []string
				if v := c.Arg(1); v.Kind() == value.KindString {
					texts = []string{v.Str()}
				} else {
					if err := c.Spend(int64(v.Len())); err != nil {
						return value.Null, err
					}
					for item := range v.List().All() {
						if item.Kind() != value.KindString {
							return value.Null, fn.Typef(1, "texts must be strings, one is %s", fn.Of(item.Kind()).Indefinite())
						}
						texts = append(texts, item.Str())
					}
				}
				return p.parse(c, texts)
			},
		},
		{
			Name:   "PARSER_CONFIG",
			Params: []fn.Param{parserParam},
			Result: fn.String, ResultDoc: "the configuration, in JSON, with the defaults of what it leaves out",
			Doc:      "Returns the configuration of a parser.",
			Examples: []fn.Example{{Expr: `MAP_GET('sensorTopic', TO_JSON_MAP(PARSER_CONFIG(PARSER_INIT('squid', {'sensorTopic' : 'proxies'}))))`, Want: "'proxies'"}},
			Cost:     fn.OwnCost,
			Body: func(c *fn.Call) (value.Value, error) {
				p, ok := c.Arg(0).Object().(*parser)
				if !ok {
					return value.Null, fn.Typef(0, "parser must be what PARSER_INIT has made")
				}
				return result(c, p.config)
			},
		},
	}
}
