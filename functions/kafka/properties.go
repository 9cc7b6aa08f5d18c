package kafka

import (
	"crypto/tls"
	"slices"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/functions/internal/globals"
	"github.com/stellarlang/stellar/functions/kafka/broker"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// The properties that functions look at themselves.
const (
	serversProperty = "bootstrap.servers"
	groupProperty   = "group.id"
	resetProperty   = "auto.offset.reset"
	waitProperty    = "stellar.kafka.max.wait.millis"
	pollProperty    = "stellar.kafka.poll.timeout"
	viewProperty    = "stellar.kafka.message.view"
)

// properties are those of a call.
type properties struct {
	all     value.Value // a map
	arg     int         // the argument that mistakes are about
	servers []string    // the brokers to ask; see choose
}

// properties returns those of a call, argument i of which may be a map of them.
func (h Host) properties(c *fn.Call, i int) (*properties, error) {
	m := value.NewMap(16)
	put := func(name string, v value.Value) { m.Put(value.String(name), v) }
	servers := "localhost:9092"
	if h.Client != nil && len(h.Client.brokers) > 0 {
		servers = strings.Join(h.Client.brokers, ",")
	}
	put(serversProperty, value.String(servers))
	put(groupProperty, value.String("kafka-functions-stellar"))
	put(resetProperty, value.String("latest"))
	put("max.poll.records", value.Int(1))
	const text = "org.apache.kafka.common.serialization.String"
	put("key.deserializer", value.String(text+"Deserializer"))
	put("value.deserializer", value.String(text+"Deserializer"))
	put("key.serializer", value.String(text+"Serializer"))
	put("value.serializer", value.String(text+"Serializer"))
	put(waitProperty, value.Int(5000))
	put(pollProperty, value.Int(500))
	put(viewProperty, value.String("simple"))
	top, err := globals.Of(c, h.Globals)
	if err != nil {
		return nil, err
	}
	for _, layer := range []*value.Map{top, c.Arg(i).Map()} {
		if layer == nil {
			continue
		}
		if err := c.Spend(int64(layer.Len())); err != nil {
			return nil, err
		}
		for name, v := range layer.All() {
			m.Put(name, v)
		}
	}
	return &properties{all: value.FromMap(m).Freeze(), arg: i}, nil
}

// text returns a property, "" if it is not there.
func (p *properties) text(name string) string {
	v, _ := p.all.Map().Get(value.String(name))
	text, _ := value.ToText(v)
	return strings.TrimSpace(text)
}

// wait returns a time that is set in milliseconds, most at most.
func (p *properties) wait(name string, most time.Duration) (time.Duration, error) {
	v, _ := p.all.Map().Get(value.String(name))
	n, ok := value.ToInt(v)
	if !ok || n < 0 {
		return 0, fn.Argumentf(p.arg, "the property %s must be a number of milliseconds", name)
	}
	return min(time.Duration(n)*time.Millisecond, most), nil
}

func (p *properties) rich() bool { return strings.EqualFold(p.text(viewProperty), "rich") }

// choose finds the brokers to ask, which must be among those that are allowed.
func (p *properties) choose(allowed []string) error {
	for server := range strings.SplitSeq(p.text(serversProperty), ",") {
		if server = strings.TrimSpace(server); !slices.Contains(allowed, server) {
			return fn.Argumentf(p.arg, "the property %s chooses among the brokers that are allowed, %s", serversProperty, strings.Join(allowed, ", "))
		}
		p.servers = append(p.servers, server)
	}
	return nil
}

// The limits of what is read and written, in bytes.
const (
	maxFetch     = 4 << 20 // from a broker at a time
	maxReply     = 32 << 20
	maxInflated  = 64 << 20
	maxBuffered  = 32 << 20
	dialPatience = 2 * time.Second // so that another broker can be tried within a call
)

// options returns those of all clients.
func (p *properties) options(config *tls.Config) ([]kgo.Opt, error) {
	options := []kgo.Opt{
		kgo.SeedBrokers(p.servers...),
		kgo.FetchMaxBytes(maxFetch), kgo.FetchMaxPartitionBytes(maxFetch / 4), kgo.BrokerMaxReadBytes(maxReply),
		kgo.MaxDecompressBatchBytes(maxInflated), kgo.MaxConcurrentFetches(2),
		kgo.MetadataMinAge(250 * time.Millisecond), kgo.DisableClientMetrics(), kgo.DialTimeout(dialPatience),
	}
	if id := p.text("client.id"); id != "" {
		options = append(options, kgo.ClientID(id))
	}
	if p.text("isolation.level") == "read_committed" {
		options = append(options, kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	}
	login, err := broker.Login{Property: p.text, TLS: config}.Options()
	if err != nil {
		return nil, fn.Argumentf(p.arg, "%v", err)
	}
	return append(options, login...), nil
}
