package metron

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules"
)

// parserProperties are those of the configuration of a parser.
var parserProperties = []string{
	"fieldTransformations", "parserConfig", "sensorTopic", "parserClassName", "filterClassName", "outputTopic", "errorTopic",
	"writerClassName", "errorWriterClassName", "invalidWriterClassName", "readMetadata", "mergeMetadata", "rawMessageStrategy",
	"rawMessageStrategyConfig", "numWorkers", "numAckers", "spoutParallelism", "spoutNumTasks", "parserParallelism",
	"parserNumTasks", "errorWriterParallelism", "errorWriterNumTasks", "spoutConfig", "securityProtocol", "stormConfig", "cacheConfig",
}

// ours are the properties of a parser that concern rules.
var ours = []string{"fieldTransformations", "parserConfig", "sensorTopic", "filterClassName"}

// systemFields are those that SELECT always keeps.
var systemFields = []string{"timestamp", "original_string", "source.type"}

// parser reads the configuration of a parser: transformations, and then a filter.
func (r *reader) parser(n *node) {
	r.onlyKnown(n, "", parserProperties...)
	for _, m := range n.members {
		if slices.Contains(parserProperties, m.name.text) && !slices.Contains(ours, m.name.text) {
			r.note("%s does not concern rules", m.name.text)
		}
	}
	sensor, _ := r.text(n.get("sensorTopic"), "sensorTopic")
	config := n.get("parserConfig")
	var constants stellar.Resolver
	if r.isObject(config, "parserConfig") {
		constants = r.variables(config)
	}
	if list := n.get("fieldTransformations"); r.isList(list, "fieldTransformations") {
		for i, item := range list.items {
			r.transformation(item, fmt.Sprintf("fieldTransformations[%d]", i), constants)
		}
	}
	if config != nil {
		r.filter(config.get("filter.query"), n.get("filterClassName"), sensor)
	}
}

// filter reads the filter of a parser.
func (r *reader) filter(query, class *node, sensor string) {
	condition, ok := r.text(query, "parserConfig.'filter.query'")
	if !ok || strings.TrimSpace(condition) == "" {
		return
	}
	if name, ok := r.text(class, "filterClassName"); ok && name != "STELLAR" && !strings.HasSuffix(name, ".StellarFilter") {
		r.warn(query.span(), "the query is not applied: the filter is %s, not STELLAR", quoted(name))
		return
	}
	r.step(&rules.Filter{Name: "filter.query of " + sensor, Condition: r.expression(query, 0)})
}

// transformation is a field transformation of a parser.
type transformation struct {
	*reader
	path          string
	node          *node
	input, output []string // nil if there are none
	config        *node    // an object, nil if there is none
	constants     stellar.Resolver
}

// transformations are the kinds of transformations by name.
var transformations = map[string]func(t *transformation){
	"STELLAR": (*transformation).stellar, "REMOVE": (*transformation).remove, "SELECT": (*transformation).selection,
	"RENAME": (*transformation).rename, "REGEX_SELECT": (*transformation).regexSelect, "IP_PROTOCOL": (*transformation).protocol,
}

var transformationNames = []string{"STELLAR", "REMOVE", "SELECT", "RENAME", "REGEX_SELECT", "IP_PROTOCOL"}

func (r *reader) transformation(n *node, path string, constants stellar.Resolver) {
	if !r.isObject(n, path) {
		return
	}
	r.onlyKnown(n, path, "transformation", "input", "output", "config")
	t := &transformation{
		reader: r, path: path, node: n, constants: constants,
		input: r.texts(n.get("input"), path+".input"), output: r.texts(n.get("output"), path+".output"),
	}
	if len(t.output) == 0 {
		t.output = t.input
	}
	if config := n.get("config"); r.isObject(config, path+".config") {
		t.config = config
	}
	kind := n.get("transformation")
	if kind == nil {
		r.report(n.name(), "%s says no transformation, which is one of %s", path, strings.Join(transformationNames, ", "))
		return
	}
	name, ok := r.text(kind, path+".transformation")
	if !ok {
		return
	}
	if do := transformations[name]; do != nil {
		do(t)
		return
	}
	if strings.Contains(name, ".") {
		r.report(kind.span(), "the transformation is a class in Java, which cannot be run here")
		return
	}
	r.unknown(kind.span(), "there is no transformation "+quoted(name), name, transformationNames)
}

// members returns those of config that are not null.
func (t *transformation) members() []member {
	if t.config == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(t.config.members), func(m member) bool { return m.value.kind == 'n' })
}

// stellar is STELLAR: config has the expressions by names, those of output become
// fields.
func (t *transformation) stellar() {
	block := rules.Block{
		Rule: rules.Rule{Name: t.path}, Inputs: t.input, Keep: append([]string{}, t.output...),
		Nulls: rules.NullReveals, Variables: t.constants, Essential: true,
	}
	assigned := map[string]bool{}
	for _, m := range t.members() {
		e, ok := t.assigned(m.value, t.path+".config."+quoted(m.name.text))
		if !ok {
			continue
		}
		assigned[m.name.text] = true
		block.Assignments = append(block.Assignments, rules.Assignment{Name: m.name.text, Expression: e})
	}
	switch {
	case t.config == nil:
		t.warn(t.node.name(), "%s has no config, and so does nothing", t.path)
	case len(t.output) == 0:
		t.warn(t.node.name(), "%s has no output, so that nothing becomes a field", t.path)
	default:
		for _, name := range t.output {
			if !assigned[name] {
				t.warn(t.node.get(t.outputIn()).span(), "config has no expression for %s", quoted(name))
			}
		}
	}
	t.step(rules.Blocks{block})
}

// outputIn is the property that has the outputs.
func (t *transformation) outputIn() string {
	if t.node.get("output") != nil {
		return "output"
	}
	return "input"
}

// assigned returns the expression that a value of config is. Blank ones are null.
func (r *reader) assigned(n *node, path string) (e rules.Expression, ok bool) {
	switch {
	case n.kind == '{' || n.kind == '[':
		r.wrongKind(n, path, "an expression")
		return e, false
	case n.isBlank():
		return rules.Expression{Text: "null", Source: r.source, Offset: n.start}, true
	case n.kind == '"':
		return r.expression(n, 0), true
	}
	return rules.Expression{Text: n.text, Source: r.source, Offset: n.start}, true
}

// remove is REMOVE: the outputs go, perhaps on a condition.
func (t *transformation) remove() {
	edit := &rules.Edit{Name: t.path, Inputs: t.input, Remove: t.output}
	if t.config != nil {
		t.onlyKnown(t.config, t.path+".config", "condition")
		condition := t.config.get("condition")
		if _, ok := t.text(condition, t.path+".config.condition"); ok && !condition.isBlank() {
			edit.When = t.expression(condition, 0)
		}
	}
	if len(t.output) == 0 {
		t.warn(t.node.name(), "%s has no output, and so does nothing", t.path)
	}
	t.step(edit)
}

// selection is SELECT: of the inputs only the outputs stay.
func (t *transformation) selection() {
	stay := append(slices.Clone(systemFields), t.output...)
	if len(t.output) == 0 {
		t.report(t.node.name(), "%s has no output, the fields that are to stay", t.path)
		return
	}
	if t.input == nil {
		t.step(&rules.Edit{Name: t.path, Select: stay})
		return
	}
	edit := &rules.Edit{Name: t.path}
	for _, name := range t.input {
		if !slices.Contains(stay, name) {
			edit.Remove = append(edit.Remove, name)
		}
	}
	t.step(edit)
}

// rename is RENAME: config has the new names by old ones.
func (t *transformation) rename() {
	edit := &rules.Edit{Name: t.path}
	for _, m := range t.members() {
		to, ok := t.text(m.value, t.path+".config."+quoted(m.name.text))
		if ok && (t.input == nil || slices.Contains(t.input, m.name.text)) {
			edit.Rename = append(edit.Rename, rules.Renaming{From: m.name.text, To: to})
		}
	}
	if t.config == nil {
		t.warn(t.node.name(), "%s has no config, and so does nothing", t.path)
	}
	t.step(edit)
}

// one returns the only input and the first output of a transformation of one field. ok
// is false if there is none, or more than one.
func (t *transformation) one() (input, output string, ok bool) {
	if len(t.input) != 1 || len(t.output) == 0 {
		t.warn(t.node.name(), "%s has %d inputs instead of one, and so does nothing", t.path, len(t.input))
		return "", "", false
	}
	return t.input[0], t.output[0], true
}

// protocol is IP_PROTOCOL: the output is the name of the protocol of a number.
func (t *transformation) protocol() {
	if input, output, ok := t.one(); ok {
		t.compute(output, wrapped{t.reader, nil}.add("PROTOCOL_TO_NAME(").field(t.node.get("input"), input).add(")"))
	}
}

// compute assigns an expression to an output, unless that is null.
func (t *transformation) compute(output string, w wrapped) {
	t.step(rules.Blocks{{
		Rule:   rules.Rule{Name: t.path, Assignments: []rules.Assignment{{Name: output, Expression: *w.e}}},
		Inputs: t.input, Nulls: rules.NullHides, Essential: true,
	}})
}
