// Package board makes dashboards for Grafana and alert rules for Prometheus of what is to
// be seen on them.
package board

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// Board is a dashboard.
type Board struct {
	UID, Title, About string
	Variables         []Variable
	Panels            []Panel // in reading order
}

// Variable is what a reader of a dashboard chooses by: values of a label.
type Variable struct{ Name, Label, Query string }

// Panel is one of a dashboard.
type Panel struct {
	Title, About string
	Kind         string // timeseries if empty
	Unit         string
	Width        int // of Width
	Stacked      bool
	States       []string // what the values 0, 1 and 2 mean, for a state-timeline
	Queries      []Query
}

// Query is a series of lines, and how they are named.
type Query struct{ Expr, Legend string }

// Line returns a query.
func Line(expr, legend string) Query { return Query{expr, legend} }

// Width is that of a dashboard.
const Width = 24

const panelHeight = 8

// Rates is the time over which queries of a dashboard take rates.
const Rates = "[$__rate_interval]"

// object is one of JSON. Its members are written in the order of their names.
type object = map[string]any

var source = object{"type": "prometheus", "uid": "${ds}"}

// JSON returns the dashboard as Grafana imports it.
func (b Board) JSON() ([]byte, error) {
	all := []object{}
	x, y := 0, 0
	for n, p := range b.Panels {
		if x+p.Width > Width {
			x, y = 0, y+panelHeight
		}
		all = append(all, p.object(n+1, x, y))
		x += p.Width
	}
	variables := []object{{"name": "ds", "label": "Data source", "type": "datasource", "query": "prometheus"}}
	for _, v := range b.Variables {
		variables = append(variables, object{
			"name": v.Name, "label": v.Label, "type": "query", "datasource": source, "query": v.Query, "definition": v.Query,
			"includeAll": true, "allValue": ".*", "multi": true, "refresh": 2, "sort": 1,
			"current": object{"selected": true, "text": []string{"All"}, "value": []string{"$__all"}},
		})
	}
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(object{
		"id": nil, "uid": b.UID, "title": b.Title, "tags": []string{"stellar"},
		"description":   b.About,
		"schemaVersion": 39, "version": 1, "editable": true, "timezone": "browser", "refresh": "30s",
		"time":        object{"from": "now-6h", "to": "now"},
		"annotations": object{"list": []any{}}, "links": []any{},
		"templating": object{"list": variables},
		"panels":     all,
	})
	return text.Bytes(), err
}

func (p Panel) object(id, x, y int) object {
	var targets []object
	for n, q := range p.Queries {
		target := object{"refId": string(rune('A' + n)), "datasource": source, "expr": q.Expr, "legendFormat": q.Legend}
		if p.Kind == "heatmap" {
			target["format"] = "heatmap"
		}
		targets = append(targets, target)
	}
	kind := p.Kind
	defaults, options := object{"unit": p.Unit}, object{}
	switch kind {
	case "":
		kind = "timeseries"
		defaults["min"] = 0
		if p.Stacked {
			defaults["custom"] = object{"stacking": object{"mode": "normal"}, "fillOpacity": 20}
		}
		options["legend"] = object{"displayMode": "list", "placement": "bottom", "showLegend": true}
		options["tooltip"] = object{"mode": "multi", "sort": "desc"}
	case "state-timeline":
		defaults["color"] = object{"mode": "thresholds"}
		defaults["thresholds"] = object{"mode": "absolute", "steps": []object{
			{"color": "green", "value": nil}, {"color": "orange", "value": 1}, {"color": "red", "value": 2},
		}}
		meanings := object{}
		for n, text := range p.States {
			meanings[strconv.Itoa(n)] = object{"text": text, "index": n}
		}
		defaults["mappings"] = []object{{"type": "value", "options": meanings}}
		options["showValue"] = "auto"
	case "heatmap":
		options["calculate"] = false
		options["yAxis"] = object{"unit": "none"}
	}
	return object{
		"id": id, "type": kind, "title": p.Title, "description": p.About, "datasource": source, "targets": targets,
		"gridPos":     object{"x": x, "y": y, "w": p.Width, "h": panelHeight},
		"fieldConfig": object{"defaults": defaults, "overrides": []any{}}, "options": options,
	}
}
