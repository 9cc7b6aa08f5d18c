package main

import (
	"net/netip"
	"regexp"
	"strings"
)

// handWrittenEngine is what a Go programmer would write instead of a rule.
var handWrittenEngine = engine{
	name: handWrittenName,
	source: func(w workload) string {
		if w.handWritten.result == nil {
			return ""
		}
		return "Go"
	},
	compile: func(w workload) (evaluator, error) { return w.handWritten, nil },
}

func ruleByHand(message map[string]any) (bool, error) {
	return (message["Origin"].(string) == "MOW" || message["Country"].(string) == "RU") &&
		(message["Value"].(int) >= 100 || message["Adults"].(int) == 1), nil
}

func arithByHand(message map[string]any) (float64, error) {
	return 1 + float64(2*(3+message["int_num"].(int)))/10, nil
}

var triageSubnet = netip.MustParsePrefix("192.168.0.0/24")

func triageByHand(message map[string]any) (bool, error) {
	address := message["ip_src_addr"].(string)
	return inSubnet(address, triageSubnet) ||
		address == "10.0.0.1" || address == "10.0.0.2" ||
		message["is_local"] != nil, nil
}

// inSubnet is IN_SUBNET for the peers and the hand-written code: a text that is
// no address is in no subnet.
func inSubnet(address string, subnet netip.Prefix) bool {
	parsed, err := netip.ParseAddr(address)
	return err == nil && subnet.Contains(parsed.Unmap())
}

func conditionalByHand(message map[string]any) (string, error) {
	switch number := message["int_num"].(int); {
	case number < 0:
		return "neg", nil
	case number == 0:
		return "zero", nil
	}
	return "pos", nil
}

func upperByHand(message map[string]any) (string, error) {
	return strings.ToUpper(message["name"].(string)), nil
}

func mapByHand(map[string]any) ([]any, error) {
	result := make([]any, 0, 3)
	for _, x := range [...]int{1, 2, 3} {
		result = append(result, x+1)
	}
	return result, nil
}

func mapFieldByHand(message map[string]any) ([]any, error) {
	numbers := message["numbers"].([]any)
	result := make([]any, 0, len(numbers))
	for _, x := range numbers {
		result = append(result, x.(int)+1)
	}
	return result, nil
}

func filterByHand(message map[string]any) ([]any, error) {
	numbers := message["numbers"].([]any)
	result := make([]any, 0, len(numbers))
	for _, x := range numbers {
		if x.(int) > 1 {
			result = append(result, x)
		}
	}
	return result, nil
}

func reduceByHand(message map[string]any) (int, error) {
	sum := 0
	for _, x := range message["numbers"].([]any) {
		sum += x.(int)
	}
	return sum, nil
}

func joinByHand(message map[string]any) (string, error) {
	var joined strings.Builder
	for i, word := range message["words"].([]any) {
		if i > 0 {
			joined.WriteString(", ")
		}
		joined.WriteString(word.(string))
	}
	return joined.String(), nil
}

var nameWithNumber = regexp.MustCompile(`^[a-z]+-[0-9]+$`)

func regexpByHand(message map[string]any) (bool, error) {
	return nameWithNumber.MatchString(message["name"].(string)), nil
}
