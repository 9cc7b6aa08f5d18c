package yaml

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/schema"
	"github.com/stellarlang/stellar/stellar/table/spec"
)

// property is a key of a mapping: what it is for, in the words that editors show, and
// the JSON Schema of its value.
type property struct {
	name, what string
	form       form
}

// form is a JSON Schema.
type form map[string]any

// The forms of values.
var (
	scalarForm     = form{"type": []string{"string", "number", "boolean"}}
	expressionForm = form{"type": []string{"string", "number", "boolean"}, "description": "An expression of Stellar."}
	textsForm      = form{"anyOf": []form{scalarForm, {"type": "array", "items": scalarForm}}}
	yesForm        = form{"type": "boolean"}
	conditionsForm = form{"anyOf": []form{expressionForm, {"type": "array", "items": expressionForm}}}
	anyForm        = form{}
)

func oneOfForm(values ...string) form { return form{"enum": values} }

func listForm(items form) form { return form{"type": "array", "items": items} }

// entriesForm is the form of a mapping of names to values.
func entriesForm(values form) form {
	return form{"type": "object", "additionalProperties": values}
}

// mappingForm is the form of a mapping of known keys.
func mappingForm(properties []property, required ...string) form {
	all := form{}
	for _, p := range properties {
		described := maps.Clone(p.form)
		described["description"] = p.what
		all[p.name] = described
	}
	f := form{"type": "object", "properties": all, "additionalProperties": false}
	if len(required) > 0 {
		f["required"] = required
	}
	return f
}

func refForm(name string) form { return form{"$ref": "#/$defs/" + name} }

func namesOf(properties []property) []string {
	var names []string
	for _, p := range properties {
		names = append(names, p.name)
	}
	return names
}

var setProperties = []property{
	{"sensor", "Where the messages come from.", scalarForm},
	{"schema", "The kinds of the fields of messages, with ? after that of a field that they may lack.", entriesForm(form{"enum": fieldForms()})},
	{"overlay", "The file of the rule set that this one is laid over.", scalarForm},
	{"patch", "Changes of rules of that set, by their ids.", listForm(refForm("patch"))},
	{"import", "Files with definitions.", textsForm},
	{"define", "Names for lists, values and expressions, and functions: name(parameter): expression.", entriesForm(form{"anyOf": []form{expressionForm, listForm(scalarForm), mappingForm(listFileProperties, "file")}})},
	{"tables", "Tables of rows, in files, by name, for TABLE_GET and TABLE_EXISTS.", entriesForm(mappingForm(tableProperties, "file"))},
	{"enrich", "Steps that compute fields, by name, in their order.", entriesForm(refForm("step"))},
	{"drop", "Messages for which this is true are dropped.", conditionsForm},
	{"filter", "Messages for which this is false are dropped.", conditionsForm},
	{"triage", "The scoring of messages by rules.", refForm("triage")},
	{"output", "The form of the fields that are added: flat, with dotted names, or nested, in maps.", oneOfForm("flat", "nested")},
	{"tests", "What is expected of messages.", listForm(refForm("test"))},
}

var listFileProperties = []property{
	{"file", "A file of the texts of a list, one a line, from the folder of this one.", scalarForm},
}

var tableProperties = []property{
	{"file", "The file, from the folder of this one: its name ends in .csv, .tsv, .json, .jsonl or .mmdb, and may have .gz or .zst after that.", scalarForm},
	{"key", "The column with the keys; without it, the first one of CSV and TSV.", scalarForm},
	{"match", "When a key matches: the texts are equal (exact) or but for case (nocase), the address lies in the network (cidr), the domain is the key or below it (suffix), the number or address lies from the key up to the column to (range).", oneOfForm(spec.Matches()...)},
	{"to", "The column in which ranges end.", scalarForm},
	{"from", "The column with the time from which on a row holds.", scalarForm},
	{"until", "The column with the last day, or the time, until which a row holds.", scalarForm},
	{"separator", "What stands between the cells of CSV and TSV; without it a comma in .csv, a tab in others.", oneOfForm(spec.Separators()...)},
	{"reload", "Whether a changed file is read again while a stream runs (watch), or not before the next start (never).", oneOfForm(spec.Reloads()...)},
}

// assignmentsForm is the form of assignments.
var assignmentsForm = form{"anyOf": []form{{"type": "string"}, entriesForm(form{"type": []string{"string", "number", "boolean", "null"}})}}

// groupProperties are keys of groups, and of steps.
var groupProperties = []property{
	{"when", "The condition; without it the step is for every message.", expressionForm},
	{"assign", "Assignments: lines of the form name := expression, or a mapping of names to expressions.", assignmentsForm},
	{"file", "A file of assignments, from the folder of this one.", scalarForm},
	{"keep", "Of the assigned names, those that become fields; without it all do.", textsForm},
	{"inputs", "The fields that expressions see; without it they see all.", textsForm},
	{"variables", "Values by names, which expressions see where messages do not have such fields.", entriesForm(anyForm)},
	{"nulls", "What the assignment of null means: the field is removed (remove), and what comes later in the step sees what the message has (reveal); or the field stays, and is not seen later in the step (hide).", oneOfForm(nullNames...)},
	{"flatten", "Whether a map that is assigned becomes one field for each entry, name.key.", yesForm},
	{"essential", "Whether a message for which the step fails goes no further.", yesForm},
}

var stepProperties = append(slices.Clone(groupProperties), []property{
	{"groups", "Assignments by names, which do not see each other's results.", entriesForm(refForm("group"))},
	{"drop", "Messages for which this is true are dropped.", conditionsForm},
	{"filter", "Messages for which this is false are dropped.", conditionsForm},
	{"require", "Messages for which this is false are an error, and go no further.", conditionsForm},
	{"remove", "Fields that go.", textsForm},
	{"rename", "New names of fields, by the old ones.", entriesForm(scalarForm)},
	{"select", "Fields that stay; others go.", textsForm},
	{"alert", "Sets is_alert of alerts to the text true, and removes it from other messages, as Metron does before it scores them: without is_alert, those with a field threatintels… are alerts.", yesForm},
}...)

var triageProperties = []property{
	{"when", "The condition; without it every message is scored.", expressionForm},
	{"aggregator", "How one score is made of those of the rules that are true.", oneOfForm(aggregatorNames()...)},
	{"negatives", "A single negative score makes the whole -Infinity (trump), or counts like others (count).", oneOfForm("trump", "count")},
	{"variables", "Values by names, which expressions see where messages do not have such fields.", entriesForm(anyForm)},
	{"rules", "The rules, in their order.", listForm(refForm("rule"))},
}

var ruleProperties = []property{
	{"name", "What people call the rule; null if it has no name.", form{"type": []string{"string", "number", "boolean", "null"}}},
	{"id", "What tests, patches and other programs call the rule.", scalarForm},
	{"when", "The condition.", expressionForm},
	{"score", "The score: a number, or an expression of it.", expressionForm},
	{"reason", "An expression of the text that says why.", expressionForm},
	{"verdict", "An expression in place of when, score and reason: a map with score and reason, or null if the rule is not true.", expressionForm},
	{"comment", "A text that goes with the score.", scalarForm},
	{"add", "Values by names, which go with the score too.", entriesForm(anyForm)},
	{"description", "What the rule is for.", scalarForm},
	{"severity", "How bad it is.", oneOfForm(Severities()...)},
	{"attack", "Techniques and tactics of MITRE ATT&CK, such as T1071.001 and TA0011.", form{"anyOf": []form{techniqueForm, listForm(techniqueForm)}}},
	{"references", "Where to read more.", textsForm},
	{"owner", "Who looks after the rule.", scalarForm},
	{"status", "How far the rule can be relied on.", oneOfForm(Statuses()...)},
	{"false_positives", "What else makes the rule true.", textsForm},
	{"runbook", "What to do.", scalarForm},
	{"except", "Conditions under which the rule does not count.", listForm(refForm("exception"))},
	{"enabled", "Whether the rule is applied; without it, it is.", yesForm},
}

var techniqueForm = form{"type": "string", "pattern": technique.String()}

var exceptionProperties = []property{
	{"when", "The condition.", expressionForm},
	{"until", "The last day, as 2027-03-31, or a time, as 2027-03-31T18:00:00Z.", form{"type": "string"}},
	{"owner", "Who answers for the exception.", scalarForm},
	{"reason", "Why there is the exception.", scalarForm},
}

var testProperties = []property{
	{"name", "What people call the test.", scalarForm},
	{"message", "The message, as a mapping or as JSON.", form{"type": []string{"object", "string"}}},
	{"messages", "Messages, each as a mapping or as JSON, of which the same is expected.", listForm(form{"type": []string{"object", "string"}})},
	{"file", "A file of messages, from the folder of this one, of which the same is expected.", scalarForm},
	{"at", "The number of the one message in the file that is meant, from 1.", form{"type": "integer", "minimum": 1}},
	{"now", "The time that clocks show.", form{"type": "string"}},
	{"mock", "What calls of functions return, by the names of the functions: a value, or values by the first argument.", entriesForm(anyForm)},
	{"expect", "What each message must be afterwards: fields by name (null: must not have), and the keys below.", expectForm()},
	{"skip", "Why the test is not run.", scalarForm},
}

var namedRulesForm = form{"anyOf": []form{scalarForm, listForm(scalarForm), {"type": "null"}}}

var expectProperties = []property{
	{"fields", "Fields, if they have names of other keys here.", entriesForm(anyForm)},
	{"absent", "Fields that there must not be.", textsForm},
	{"exactly", "Whether no other fields may be added, changed or removed.", yesForm},
	{"score", "The score.", form{"type": "number"}},
	{"fired", "The rules that are true, by name or id, and no others.", namedRulesForm},
	{"not_fired", "Rules that must not be true.", namedRulesForm},
	{"dropped", "Whether a filter drops the message.", yesForm},
	{"error", "Whether a rule fails, or a part of the error that it fails with.", form{"type": []string{"boolean", "string"}}},
}

// expectForm is the form of what is expected, in which any other key is a field.
func expectForm() form {
	f := mappingForm(expectProperties)
	delete(f, "additionalProperties")
	return f
}

func fieldForms() []string {
	var all []string
	for _, kind := range schema.Kinds() {
		all = append(all, kind, kind+"?")
	}
	return all
}

func aggregatorNames() []string {
	var all []string
	for _, a := range rules.Aggregators() {
		all = append(all, a.String())
	}
	return all
}

// requireOne is the form of a mapping that has one of some keys.
func requireOne(keys []string) []form {
	var all []form
	for _, key := range keys {
		all = append(all, form{"required": []string{key}})
	}
	return all
}

// JSONSchema returns a JSON Schema of rule sets, by which editors complete and check
// them. It does not look into expressions.
func JSONSchema() []byte {
	schema := mappingForm(setProperties)
	schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	schema["title"] = "Stellar rule set"
	step, group := mappingForm(stepProperties), mappingForm(groupProperties)
	step["oneOf"], group["oneOf"] = requireOne(stepActions), requireOne(groupActions)
	test := mappingForm(testProperties, "name", "expect")
	test["oneOf"] = requireOne(messageKeys)
	rule := mappingForm(ruleProperties, "name")
	rule["oneOf"] = []form{{"required": []string{"when", "score"}}, {"required": []string{"verdict"}}}
	schema["$defs"] = form{
		"step":      form{"anyOf": []form{{"type": "string"}, step}},
		"group":     form{"anyOf": []form{{"type": "string"}, group}},
		"triage":    mappingForm(triageProperties),
		"rule":      rule,
		"patch":     mappingForm(ruleProperties, "id"),
		"exception": mappingForm(exceptionProperties, "when"),
		"test":      test,
	}
	text, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		return nil // which a test excludes
	}
	return append(text, '\n')
}
