package zookeeper

import (
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/stellarlang/stellar/maas"
)

// The form of an instance's node is that of Apache Curator's service discovery
// with Metron's ModelEndpoint as payload. Their readers refuse a node with
// other fields in the payload, or without the class.
type instanceNode struct {
	Name         string    `json:"name"`
	ID           string    `json:"id"`
	Address      string    `json:"address"`
	Port         int       `json:"port"`
	SSLPort      *int      `json:"sslPort"`
	Payload      payload   `json:"payload"`
	Registration int64     `json:"registrationTimeUTC"` // milliseconds since 1970
	ServiceType  string    `json:"serviceType"`
	URISpec      *struct{} `json:"uriSpec"`
}

type payload struct {
	Class       string   `json:"@class"`
	Endpoint    endpoint `json:"endpoint"`
	Name        string   `json:"name"`
	Version     string   `json:"version"`
	ContainerID string   `json:"containerId"`
}

type endpoint struct {
	URL       string            `json:"url"`
	Functions map[string]string `json:"functions"`
}

const (
	payloadClass  = "org.apache.metron.maas.config.ModelEndpoint"
	staticService = "STATIC"
	// dynamicService marks ephemeral nodes.
	dynamicService = "DYNAMIC"
)

// maxNode bounds the bytes of a node that is written: servers drop the
// connection of a client that sends more than a mebibyte.
const maxNode = 512 << 10

// encode returns the content of the node of an instance, which must be checked.
func encode(i maas.Instance, registered time.Time) ([]byte, error) {
	u, err := url.Parse(i.URL)
	if err != nil {
		return nil, err
	}
	port := 80
	if u.Scheme == "https" {
		port = 443
	}
	if text := u.Port(); text != "" {
		if port, err = strconv.Atoi(text); err != nil {
			return nil, err
		}
	}
	service := dynamicService
	if i.Static {
		service = staticService
	}
	data, err := json.Marshal(instanceNode{
		Name: i.Model, ID: i.ID, Address: u.Hostname(), Port: port,
		Payload: payload{
			Class:    payloadClass,
			Endpoint: endpoint{URL: i.URL, Functions: i.Functions},
			Name:     i.Model, Version: i.Version, ContainerID: i.ID,
		},
		Registration: registered.UnixMilli(), ServiceType: service,
	}, json.Deterministic(true))
	if err == nil && len(data) > maxNode {
		err = fmt.Errorf("the instance takes %d bytes, at most %d are allowed", len(data), maxNode)
	}
	return data, err
}

// decode reads the node of an instance, whoever wrote it: fields that are not
// needed may be missing or unknown. The instance has the id of the node; its
// model is that of the payload, as for Metron, or else of the node. Nil without
// an error stands for an instance that is switched off.
func decode(data []byte, model, id string) (*maas.Instance, error) {
	var node struct {
		Enabled     *bool  `json:"enabled"`
		ServiceType string `json:"serviceType"`
		Payload     struct {
			Endpoint endpoint `json:"endpoint"`
			Name     string   `json:"name"`
			Version  string   `json:"version"`
		} `json:"payload"`
	}
	if err := json.Unmarshal(data, &node, jsontext.AllowDuplicateNames(true)); err != nil {
		return nil, err
	}
	if node.Enabled != nil && !*node.Enabled {
		return nil, nil
	}
	if node.Payload.Name != "" {
		model = node.Payload.Name
	}
	i, err := maas.Instance{
		Model: model, Version: node.Payload.Version, ID: id,
		URL: node.Payload.Endpoint.URL, Functions: node.Payload.Endpoint.Functions,
		Static: node.ServiceType == staticService,
	}.Checked()
	if err != nil {
		return nil, err
	}
	return &i, nil
}

// decodeRelease reads the node of what is said of a version.
func decodeRelease(data []byte, model, version string) (*maas.Release, error) {
	release, err := maas.ParseRelease(model, version, data)
	if err != nil {
		return nil, err
	}
	return &release, nil
}
