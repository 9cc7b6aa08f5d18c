package command

import (
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"
)

// Help is shown by stellar --help, and stands in the manual page.
func (*commandLine) Help() string {
	return `A first rule, applied to a message, and explained:

  echo 'exfiltration := not(IN_SUBNET(ip, "10.0.0.0/8")) and bytes > 1000000' >first.stellar
  echo '{"ip": "203.0.113.9", "bytes": 5000000}' | stellar run first.stellar
  stellar explain first.stellar '{"ip": "203.0.113.9", "bytes": 5}'

Rules with scores, reasons, exceptions and tests are written in YAML. stellar doc rules says how, stellar doc language what stands in expressions, and stellar doc --search WORDS finds functions.

Commands end with 0 if all is well, 1 if something is wrong with rules, tests or messages, 2 if the arguments or files are, 130 if they were interrupted.`
}

// otherNames are what commands of other programs are called that do what ours do.
var otherNames = map[string]string{
	"lint": "check", "validate": "check", "verify": "check", "format": "fmt", "apply": "run", "match": "run",
	"diff": "replay", "backtest": "replay", "compare": "replay", "benchmark": "bench", "docs": "doc", "functions": "doc",
	"models": "maas", "repl": "shell", "evaluate": "eval",
}

// rightArguments makes an argument that is no command an error, though it could be one
// of the shell, which is the default.
func rightArguments(app *kong.Application, args []string) {
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		app.DefaultCmd = nil
	}
}

// usageError says what is wrong with arguments, and what to do.
func usageError(app *kong.Application, args []string, err error) (message, advice string) {
	message = err.Error()
	path, node := []string{"stellar"}, app.Node
	for _, arg := range args {
		child := childNamed(node, arg)
		if child == nil {
			break
		}
		path, node = append(path, arg), child
	}
	command := strings.Join(path, " ")
	advice = "Try " + command + " --help."
	switch {
	case node == app.Node && len(args) > 0 && !strings.HasPrefix(args[0], "-"):
		message = strings.Replace(message, "unexpected argument ", "there is no command ", 1)
		if other := otherNames[args[0]]; other != "" && !strings.Contains(message, "did you mean") {
			message += fmt.Sprintf(", did you mean %q?", other)
		} else if _, err := os.Stat(args[0]); err == nil {
			advice = "Rules are applied to messages by stellar run RULES MESSAGES. " + advice
		} else if strings.ContainsAny(args[0], " ()'=<>+*") {
			advice = "An expression is evaluated by stellar eval EXPRESSION. " + advice
		}
	case strings.HasPrefix(message, `expected "<`):
		missing := strings.Trim(strings.TrimPrefix(message, "expected "), `"`)
		message = fmt.Sprintf("%s is missing: stellar %s", missing, node.Summary())
	case command == "stellar eval" && minusFirst.MatchString(strings.Join(args[1:], "\n")):
		advice = "An expression that begins with a minus stands after --: stellar eval -- EXPRESSION"
	}
	return message, advice
}

// childNamed returns the command of a name within another one, nil if there is none.
func childNamed(node *kong.Node, name string) *kong.Node {
	for _, child := range node.Children {
		if child.Name == name {
			return child
		}
	}
	return nil
}

// minusFirst matches what is more likely an expression than a flag.
var minusFirst = regexp.MustCompile(`(?m)^-\s*[0-9(.]|^-[^-].*[ +*<>(]`)
