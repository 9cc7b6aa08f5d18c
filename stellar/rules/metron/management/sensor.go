package management

import (
	"context"
	"sync"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/metron"
	"github.com/stellarlang/stellar/stellar/value"
)

// parser is what PARSER_INIT makes: a sensor, and how its texts become messages. It
// does not change.
type parser struct {
	sensor string
	text   string     // of the configuration, as it was given
	config *value.Map // with the defaults of Metron
	env    func() *stellar.Env

	once   sync.Once
	set    *rules.Set // what is done with messages
	number int        // of expressions in set, at most
	failed error      // of compiling
}

// parserType is the type of what PARSER_INIT makes.
var parserType = &fn.Type{Name: "PARSER", Doc: "a parser of the texts of a sensor"}

// newParser reads the configuration of a parser.
func newParser(c fn.Budget, sensor, text string, env func() *stellar.Env) (*parser, error) {
	config, err := parserConfig(c, text)
	if err != nil {
		return nil, err
	}
	if sensor == "" {
		sensor = get(config, "sensorTopic").Str()
	}
	if v := get(config, "parserConfig"); v.Kind() != value.KindMap {
		return nil, fn.Argumentf(1, "parserConfig must be an object, not a %s", v.Kind())
	}
	return &parser{sensor: sensor, text: text, config: config, env: env}, nil
}

// Type implements fn.Typed.
func (p *parser) Type() *fn.Type { return parserType }

// compile compiles the transformations and the filter when they are needed first.
func (p *parser) compile(ctx context.Context) error {
	p.once.Do(func() {
		set, _, err := rules.Compile(context.WithoutCancel(ctx), p.env(), metron.Parse("config", []byte(p.text)))
		if err != nil {
			p.failed = fn.Argumentf(0, "the configuration of the parser is wrong: %v", err)
			return
		}
		p.set, p.failed = set.With(rules.Options{OnError: rules.Fail})
		for t := range get(p.config, "fieldTransformations").List().All() {
			p.number += 1 + get(t.Map(), "config").Len()
		}
	})
	return p.failed
}

// What a message costs besides its text.
const (
	stepsPerField  = 4
	memoryPerField = 200
)

// parse returns the messages of some texts, and then the errors.
func (p *parser) parse(c *fn.Call, texts []string) (value.Value, error) {
	class, err := classOf(p.config)
	if err != nil {
		return value.Null, err
	}
	if err := p.compile(c.Context()); err != nil {
		return value.Null, err
	}
	under, ctx, err := nest(c.Context(), 0)
	if err != nil {
		return value.Null, err
	}
	r := &reading{Call: c, parser: p, settings: get(p.config, "parserConfig").Map(), functions: p.env().Functions()}
	messages, wrong := c.NewList(0), c.NewList(0)
	for _, text := range texts {
		if err := r.spendOn(text); err != nil {
			return value.Null, err
		}
		parsed, err := class.read(r, text)
		if reason := notAMessage(err); reason != "" {
			if wrong, err = r.fail(wrong, parserError, reason, text); err != nil {
				return value.Null, err
			}
			parsed = nil
		}
		if err != nil {
			return value.Null, err
		}
		for _, m := range parsed {
			if int64(messages.Len()+wrong.Len()) >= c.Limits().Elements {
				return value.Null, fn.Limitf(1, "there are more than the limit of %d messages", c.Limits().Elements)
			}
			if err := under.count(1+p.number, 0); err != nil {
				return value.Null, err
			}
			result, err := r.transform(ctx, m, text)
			switch reason := notAMessage(err); {
			case reason != "":
				if wrong, err = r.fail(wrong, parserError, reason, text); err != nil {
					return value.Null, err
				}
			case err != nil:
				return value.Null, err
			case result == nil: // it is filtered
			case get(result, originalString).IsNull() || get(result, timestamp).IsNull():
				if wrong, err = r.fail(wrong, parserInvalid, "the message lacks original_string or timestamp", text); err != nil {
					return value.Null, err
				}
			default:
				messages = messages.Append(value.FromMap(result))
			}
		}
	}
	for v := range wrong.All() {
		messages = messages.Append(v)
	}
	return value.FromList(messages), nil
}

// transform adds to a message what all have, and does with it what the configuration
// says. It returns nil if the filter drops it.
func (r *reading) transform(ctx context.Context, m *value.Map, text string) (*value.Map, error) {
	if !has(m, originalString) {
		m = m.Put(key(originalString), value.String(text))
	}
	m = m.Put(key(sourceType), value.String(r.sensor))
	json := value.FromMap(m).AppendJSON(nil)
	if err := r.spendOn(string(json)); err != nil {
		return nil, err
	}
	message, err := rules.ParseMessage(json)
	if err != nil {
		return nil, refuse("%v", err)
	}
	pass, err := r.set.Apply(ctx, message)
	switch {
	case r.Context().Err() != nil:
		return nil, r.Context().Err()
	case err != nil:
		return nil, refuse("%v", err)
	case !pass:
		return nil, nil
	}
	names := message.Names()
	if err := r.fields(len(names)); err != nil {
		return nil, err
	}
	result := value.NewMap(len(names))
	for _, name := range names {
		v := message.Lookup(name)
		if v.IsContainer() {
			if err := r.spendOn(v.String()); err != nil {
				return nil, err
			}
		}
		result = result.Put(key(name), v)
	}
	return result, nil
}
