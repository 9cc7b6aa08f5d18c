package zookeeper

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
)

// metronNode is a node as Metron with Curator 2.7.1 writes it.
const metronNode = `{"name":"dga","id":"1","address":"node1","port":36161,"sslPort":null,"payload":{"@class":"org.apache.metron.maas.config.ModelEndpoint","endpoint":{"url":"http://node1:36161","functions":{"apply":"apply"}},"name":"dga","version":"1.0","containerId":"1"},"registrationTimeUTC":1795435969720,"serviceType":"STATIC","uriSpec":null}`

func metronInstance() maas.Instance {
	return maas.Instance{
		Model: "dga", Version: "1.0", ID: "1", URL: "http://node1:36161",
		Functions: map[string]string{"apply": "apply"}, Static: true,
	}
}

func TestEncode(t *testing.T) {
	registered := time.UnixMilli(1795435969720)
	data, err := encode(metronInstance(), registered)
	require.NoError(t, err)
	require.Equal(t, metronNode, string(data))

	i := metronInstance()
	i.Static, i.URL = false, "https://[::1]/dga"
	i.Functions = map[string]string{"train": "v1/train", "apply": "v1/apply?a=1&b=<2>"}
	data, err = encode(i, registered)
	require.NoError(t, err)
	require.Equal(t, `{"name":"dga","id":"1","address":"::1","port":443,"sslPort":null,"payload":{"@class":"org.apache.metron.maas.config.ModelEndpoint","endpoint":{"url":"https://[::1]/dga","functions":{"apply":"v1/apply?a=1&b=<2>","train":"v1/train"}},"name":"dga","version":"1.0","containerId":"1"},"registrationTimeUTC":1795435969720,"serviceType":"DYNAMIC","uriSpec":null}`, string(data))

	i.Functions = map[string]string{"apply": strings.Repeat("x", 1<<20)}
	_, err = encode(i, registered)
	require.ErrorContains(t, err, "at most 524288 are allowed")
}

func TestDecode(t *testing.T) {
	static := metronInstance()
	dynamic := static
	dynamic.Static = false
	renamed := static
	renamed.Model = "phish"
	elsewhere := static
	elsewhere.ID = "7"
	const minimal = `{"payload":{"version":"1.0","endpoint":{"url":"http://node1:36161"}}}`
	for _, test := range []struct {
		node, data string
		want       *maas.Instance
	}{
		{"1", metronNode, &static},
		{"7", metronNode, &elsewhere},
		{"1", strings.Replace(metronNode, "STATIC", "DYNAMIC", 1), &dynamic},
		{"1", strings.Replace(metronNode, `"version"`, `"owner":"x","version"`, 1), &static},
		{"1", strings.Replace(metronNode, `"uriSpec":null`, `"uriSpec":{"parts":[]},"enabled":true`, 1), &static},
		{"1", strings.Replace(metronNode, `"@class":"org.apache.metron.maas.config.ModelEndpoint",`, ``, 1), &static},
		{"1", strings.Replace(metronNode, `{"apply":"apply"}`, `null`, 1), &static},
		{"1", strings.Replace(metronNode, `"name":"dga","version"`, `"name":"phish","version"`, 1), &renamed},
		{"1", minimal, &dynamic},
		{"1", strings.Replace(metronNode, `"uriSpec":null`, `"enabled":false`, 1), nil},
	} {
		got, err := decode([]byte(test.data), "dga", test.node)
		require.NoError(t, err, test.data)
		require.Equal(t, test.want, got, test.data)
	}
}

func TestDecodeMalformed(t *testing.T) {
	for want, data := range map[string]string{
		"EOF":                    "",
		"invalid character":      "node1:36161",
		"unmarshal JSON array":   `["dga"]`,
		"url is missing":         `{"payload":{"version":"1.0"}}`,
		"version is missing":     `{"payload":{"endpoint":{"url":"http://a"}}}`,
		"must have the form":     strings.ReplaceAll(metronNode, "http://", "ftp://"),
		"/payload/version":       strings.Replace(metronNode, `"1.0"`, `1.0`, 1),
		`must not be a dot or`:   strings.ReplaceAll(metronNode, `"dga"`, `"a/b"`),
		"after top-level":        metronNode + "}",
		"/payload/endpoint/func": strings.Replace(metronNode, `{"apply":"apply"}`, `["apply"]`, 1),
	} {
		_, err := decode([]byte(data), "dga", "1")
		require.ErrorContains(t, err, want)
	}
}
