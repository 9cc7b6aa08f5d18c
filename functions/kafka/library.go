// Package kafka has the functions that read and write topics of Kafka. They ask the
// brokers that a host names, and none without.
package kafka

import (
	"context"
	"strings"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// Host is what the functions ask.
type Host struct {
	// Client asks the brokers. Nil means that there are none to be asked.
	Client *Client
	// Globals returns the global configuration, a map, or null if there is none. Nil means
	// that there is none. An error makes a call fail.
	Globals func(ctx context.Context) (value.Value, error)
}

// Library returns the family.
func Library(h Host) fn.Library {
	topic := fn.Param{Name: "topic", Kinds: fn.String, Doc: "the topic"}
	count := fn.Param{Name: "count", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true, Doc: "how many messages at most, converted to an int; 1 if it is left out"}
	settings := fn.Param{Name: "properties", Kinds: fn.Map, Null: fn.NullAccepted, Optional: true, Doc: "a map of properties that win over the global configuration"}
	const (
		view = " With the property stellar.kafka.message.view 'rich' a message is a map with value, topic, partition, offset, timestamp, key and, if it has some, headers."
		wait = " It waits for as many milliseconds as stellar.kafka.max.wait.millis says, 5000 if nothing does, but a second at least for brokers to answer. " +
			"Brokers that have not answered are not asked again for about as long as that took."
	)
	functions := []fn.Func{
		{
			Name: "KAFKA_GET", Params: []fn.Param{topic, count, settings},
			Result: fn.List, ResultDoc: "the messages",
			Doc: "Reads the messages of a topic that a group has not read, and remembers in Kafka that it has. " +
				"The property group.id names the group; auto.offset.reset says where a new one begins: latest, so that it reads what comes from then on, or earliest." + wait + view,
			Examples: []fn.Example{{Expr: "KAFKA_GET('alerts', 2, {'auto.offset.reset' : 'earliest'})", Want: "['first', 'second']"}},
			Body:     h.get,
		},
		{
			Name: "KAFKA_TAIL", Params: []fn.Param{topic, count, settings},
			Result: fn.List, ResultDoc: "the messages",
			Doc:      "Reads the messages of a topic that arrive from now on." + wait + view,
			Examples: []fn.Example{{Expr: "KAFKA_TAIL('alerts')", Want: "['new']"}},
			Body:     h.tail,
		},
		{
			Name: "KAFKA_FIND", Params: []fn.Param{
				topic, {Name: "condition", Kinds: fn.Lambda, Doc: "is called with each message, which is a JSON object, and says whether it is wanted"}, count, settings,
			},
			Result: fn.List, ResultDoc: "the messages for which the condition is true",
			Doc:      "Finds messages of a topic among those that arrive from now on. What is no JSON object is passed over." + wait + view,
			Examples: []fn.Example{{Expr: "KAFKA_FIND('alerts', m -> MAP_GET('level', m) == 'high')", Want: `['{"level":"high"}']`}},
			Body:     h.find,
		},
		{
			Name: "KAFKA_SEEK", Params: []fn.Param{
				topic, {Name: "partition", Kinds: fn.Any, Doc: "the number of the partition"}, {Name: "offset", Kinds: fn.Any, Doc: "the offset in that partition"}, settings,
			},
			Result: fn.Any, ResultDoc: "the message; null if there is none at that offset in time",
			Doc:      "Reads the message at an offset." + wait + view,
			Examples: []fn.Example{{Expr: "KAFKA_SEEK('alerts', 0, 4)", Want: "'fifth'"}},
			Body:     h.seek,
		},
		{
			Name: "KAFKA_PUT", Params: []fn.Param{
				topic, {Name: "messages", Kinds: fn.Any, Doc: "a message, or a list of some: texts, or maps, which are written as JSON"}, settings,
			},
			Result: fn.Int | fn.List, ResultDoc: "how many messages were taken; in the rich view a list of maps with topic, partition, offset and timestamp",
			Doc: "Writes messages to a topic. If only some are taken, the others are reported, and it fails if none is. " +
				"With the property stellar.kafka.message.view 'rich' it says where they are.",
			Examples: []fn.Example{{Expr: "KAFKA_PUT('alerts', ['first', 'second'])", Want: "2"}},
			Body:     h.put,
		},
	}
	for i := range functions {
		functions[i].Purity, functions[i].Cost = fn.External, fn.OwnCost
	}
	return fn.Library{Name: "kafka", Doc: "topics of Kafka", Functions: append(functions, fn.Func{
		Name: "KAFKA_PROPS", Params: []fn.Param{settings},
		Result: fn.Map, ResultDoc: "the properties; of a secret one that it is hidden",
		Doc: "Returns the properties that the functions of Kafka use: those of the argument, of the global configuration, and the usual ones, the first first. " +
			"They are named as in Java: bootstrap.servers, which chooses among the brokers that the host allows, group.id, auto.offset.reset, client.id, isolation.level, " +
			"security.protocol, sasl.mechanism (PLAIN, SCRAM-SHA-256, SCRAM-SHA-512), sasl.jaas.config, and in PEM ssl.truststore.certificates, ssl.keystore.certificate.chain and ssl.keystore.key. Others have no effect.",
		Examples: []fn.Example{{Expr: "MAP_GET('group.id', KAFKA_PROPS({'group.id' : 'mine'}))", Want: "'mine'"}},
		Purity:   fn.Impure, Cost: fn.OwnCost,
		Body: h.props,
	})}
}

// secret reports whether a property may hold a secret.
func secret(name string) bool {
	name = strings.ToLower(name)
	return strings.Contains(name, "password") || strings.Contains(name, "jaas") || strings.Contains(name, "secret") ||
		strings.Contains(name, "token") || strings.HasSuffix(name, ".key")
}

// props implements KAFKA_PROPS.
func (h Host) props(c *fn.Call) (value.Value, error) {
	p, err := h.properties(c, 0)
	if err != nil {
		return value.Null, err
	}
	shown := value.NewMap(p.all.Len())
	for name, v := range p.all.Map().All() {
		if secret(name.String()) {
			v = value.String("[hidden]")
		}
		shown.PutNew(name, v)
	}
	result := value.FromMap(shown)
	return result, c.Allocate(result.Size())
}
