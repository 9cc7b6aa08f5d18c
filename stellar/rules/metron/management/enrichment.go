package management

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/fn/table"
	"github.com/stellarlang/stellar/stellar/value"
)

// enrichmentConfig reads a configuration of enrichments. What is left out has its
// default, as Metron writes it.
func enrichmentConfig(c fn.Budget, text string) (*value.Map, error) {
	m, err := document(c, text)
	if err != nil {
		return nil, err
	}
	if err := onlyKnown(m, "the configuration", "enrichment", "threatIntel", "configuration"); err != nil {
		return nil, err
	}
	enrichment, err := section(m, "enrichment")
	if err != nil {
		return nil, err
	}
	threatIntel, err := section(m, "threatIntel", "triageConfig")
	if err != nil {
		return nil, err
	}
	configuration, err := object(m, "configuration", "configuration")
	if err != nil {
		return nil, err
	}
	whole := value.NewMap(3)
	whole.Put(key("enrichment"), value.FromMap(enrichment))
	whole.Put(key("threatIntel"), value.FromMap(threatIntel))
	return whole.Put(key("configuration"), value.FromMap(configuration)), nil
}

// section reads a section, with further properties besides those of all.
func section(m *value.Map, name string, further ...string) (*value.Map, error) {
	s, err := object(m, name, name)
	if err != nil {
		return nil, err
	}
	known := []string{"fieldMap", "fieldToTypeMap", "config"}
	if err := onlyKnown(s, name, append(slices.Clone(known), further...)...); err != nil {
		return nil, err
	}
	whole := value.NewMap(4)
	for _, property := range known {
		part, err := object(s, property, name+"."+property)
		if err != nil {
			return nil, err
		}
		whole.Put(key(property), value.FromMap(part))
	}
	if len(further) > 0 {
		triage, err := triageConfig(s)
		if err != nil {
			return nil, err
		}
		whole.Put(key("triageConfig"), value.FromMap(triage.write()))
	}
	return whole, nil
}

// The parameters that the functions of Stellar enrichments have.
var (
	sectionParam = fn.Param{Name: "section", Kinds: fn.String, Doc: "which section: ENRICHMENT, or THREAT_INTEL"}
	groupParam   = fn.Param{Name: "group", Kinds: fn.String, Null: fn.NullAccepted, Optional: true, Doc: "the group they are in; none if left out"}
)

var enrichmentFunctions = []fn.Func{
	{
		Name: "ENRICHMENT_STELLAR_TRANSFORM_ADD",
		Params: []fn.Param{
			configParam("a configuration of enrichments, in JSON", fn.NullRefused), sectionParam,
			{Name: "expressions", Kinds: fn.Map, Doc: "expressions by the names of fields"}, groupParam,
		},
		Result: fn.String, ResultDoc: configResult,
		Doc:      "Adds expressions to the Stellar enrichments of a configuration. One with the name of another takes its place.",
		Examples: []fn.Example{{Expr: `GET_FIRST(MAP(['x'], c -> MAP_GET('enrichment', TO_JSON_MAP(ENRICHMENT_STELLAR_TRANSFORM_ADD('{}', 'ENRICHMENT', {'host' : 'URL_TO_HOST(url)'})))))`, Want: `{'fieldMap' : {'stellar' : {'config' : {'host' : 'URL_TO_HOST(url)'}}}, 'fieldToTypeMap' : {}, 'config' : {}}`}},
		Cost:     fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			return editStellar(c, func(config *value.Map) (*value.Map, error) {
				for name, expression := range c.Arg(2).Map().All() {
					if expression.IsNull() {
						continue
					}
					config = config.Put(key(name.String()), key(expression.String()))
				}
				return config, nil
			})
		},
	},
	{
		Name: "ENRICHMENT_STELLAR_TRANSFORM_REMOVE",
		Params: []fn.Param{
			configParam("a configuration of enrichments, in JSON", fn.NullRefused), sectionParam,
			{Name: "names", Kinds: fn.List, Doc: "the names of fields whose expressions go, or of groups"}, groupParam,
		},
		Result: fn.String, ResultDoc: configResult,
		Doc:      "Removes expressions from the Stellar enrichments of a configuration. A group without expressions goes too.",
		Examples: []fn.Example{{Expr: `ENRICHMENT_STELLAR_TRANSFORM_PRINT(ENRICHMENT_STELLAR_TRANSFORM_REMOVE('{"enrichment":{"fieldMap":{"stellar":{"config":{"a":"1","b":"2"}}}}}', 'ENRICHMENT', ['a']), 'ENRICHMENT')`, Want: `'╔═══════════╤═══════╤════════════════╗\n║ Group     │ Field │ Transformation ║\n╠═══════════╪═══════╪════════════════╣\n║ (default) │ b     │ 2              ║\n╚═══════════╧═══════╧════════════════╝\n'`}},
		Cost:     fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			return editStellar(c, func(config *value.Map) (*value.Map, error) {
				for name := range c.Arg(2).List().All() {
					config = config.Delete(key(name.String()))
				}
				return config, nil
			})
		},
	},
	{
		Name: "ENRICHMENT_STELLAR_TRANSFORM_PRINT",
		Params: []fn.Param{
			configParam("a configuration of enrichments, in JSON; null and blank are an empty one, of no section", fn.NullAccepted),
			{Name: "section", Kinds: fn.String, Optional: true, Doc: "which section: ENRICHMENT, or THREAT_INTEL"},
		},
		Result: fn.String, ResultDoc: "a table for people",
		Doc:      "Shows the expressions of the Stellar enrichments of a configuration.",
		Examples: []fn.Example{{Expr: `ENRICHMENT_STELLAR_TRANSFORM_PRINT('{}', 'ENRICHMENT')`, Want: `'╔═══════╤═══════╤════════════════╗\n║ Group │ Field │ Transformation ║\n╠═══════╧═══════╧════════════════╣\n║ (empty)                        ║\n╚════════════════════════════════╝\n'`}},
		Cost:     fn.OwnCost,
		Body:     printEnrichment,
	},
}

// sectionName returns the name of the section that argument 1 means.
func sectionName(c *fn.Call) (string, error) {
	switch c.Arg(1).Str() {
	case "ENRICHMENT":
		return "enrichment", nil
	case "THREAT_INTEL", "THREATINTEL":
		return "threatIntel", nil
	}
	return "", fn.Argumentf(1, "section must be ENRICHMENT or THREAT_INTEL")
}

// editStellar edits the expressions of a section, or of a group in it.
func editStellar(c *fn.Call, edit func(config *value.Map) (*value.Map, error)) (value.Value, error) {
	whole, err := enrichmentConfig(c, c.Arg(0).Str())
	if err != nil {
		return value.Null, err
	}
	name, err := sectionName(c)
	if err != nil {
		return value.Null, err
	}
	section := get(whole, name).Map()
	fields := get(section, "fieldMap").Map()
	handler, err := object(fields, "stellar", name+".fieldMap.stellar")
	if err != nil {
		return value.Null, err
	}
	config, err := object(handler, "config", name+".fieldMap.stellar.config")
	if err != nil {
		return value.Null, err
	}
	if group := c.Arg(3); group.IsNull() {
		config, err = edit(config)
	} else {
		config, err = editGroup(config, group.Str(), edit)
	}
	if err != nil {
		return value.Null, err
	}
	if config.Len() == 0 && c.Arg(2).Kind() == value.KindList {
		fields = fields.Delete(key("stellar"))
	} else {
		fields = fields.Put(key("stellar"), value.FromMap(handler.Put(key("config"), value.FromMap(config))))
	}
	section = section.Put(key("fieldMap"), value.FromMap(fields))
	return result(c, whole.Put(key(name), value.FromMap(section)))
}

// editGroup edits the expressions of a group. One without expressions is removed.
func editGroup(config *value.Map, name string, edit func(*value.Map) (*value.Map, error)) (*value.Map, error) {
	group := value.NewMap(0)
	switch v := get(config, name); v.Kind() {
	case value.KindNull:
	case value.KindMap:
		group = v.Map()
	default:
		return nil, fn.Typef(3, "%s is an expression and no group", name)
	}
	group, err := edit(group)
	if err != nil {
		return nil, err
	}
	if group.Len() == 0 {
		return config.Delete(key(name)), nil
	}
	return config.Put(key(name), value.FromMap(group)), nil
}

func printEnrichment(c *fn.Call) (value.Value, error) {
	t := &table.Table{Headers: []string{"Group", "Field", "Transformation"}}
	if isBlank(c.Arg(0)) {
		return drawn(c, t, "")
	}
	name, err := sectionName(c)
	if err != nil {
		return value.Null, err
	}
	whole, err := enrichmentConfig(c, c.Arg(0).Str())
	if err != nil {
		return value.Null, err
	}
	handler, err := object(get(get(whole, name).Map(), "fieldMap").Map(), "stellar", name+".fieldMap.stellar")
	if err != nil {
		return value.Null, err
	}
	config, err := object(handler, "config", name+".fieldMap.stellar.config")
	if err != nil {
		return value.Null, err
	}
	const noGroup = "(default)"
	for field, expression := range config.All() {
		if expression.Kind() != value.KindMap {
			t.Rows = append(t.Rows, []string{noGroup, field.String(), expression.String()})
			continue
		}
		for inner, expression := range expression.Map().All() {
			t.Rows = append(t.Rows, []string{field.String(), inner.String(), expression.String()})
		}
	}
	return drawn(c, t, "")
}

// isBlank reports whether a configuration is null or an empty text.
func isBlank(config value.Value) bool { return config.IsNull() || config.Str() == "" }

// drawn returns a table, and what stands below it.
func drawn(c fn.Budget, t *table.Table, below string) (value.Value, error) {
	text, err := t.Draw(c, 0)
	if err != nil {
		return value.Null, err
	}
	return value.String(text.Str() + below), nil
}
