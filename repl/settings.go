package repl

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/repl/display"
)

// Settings are how a session shows what it answers. They are kept for sessions to come
// by who holds it.
type Settings struct {
	Format display.Format `json:"format"`
	// Limit is how many items of a value are shown, 0 for all; see display.Options.
	Limit int `json:"limit"`
	// Width is how many columns are used, 0 for those of the terminal.
	Width int `json:"width"`
	// Echo shows what is assigned.
	Echo bool `json:"echo"`
	// Timing shows the time that each text takes.
	Timing bool `json:"timing"`
	// Pager shows answers in a pager.
	Pager bool `json:"pager"`
}

// DefaultSettings are those of who has set nothing.
func DefaultSettings() Settings {
	return Settings{Format: display.Table, Limit: display.DefaultLimit, Echo: true}
}

// Setting is one of Settings, for people.
type Setting struct {
	Name, Value, Meaning string
	Values               []string // that it may have; nil for a number
}

// setting is what there is to set.
type setting struct {
	name, meaning string
	values        []string // as Setting has them
	get           func(s *Settings) string
	set           func(s *Settings, value string) error
}

// setting returns what people are shown.
func (of *setting) setting(s *Settings) Setting {
	return Setting{of.name, of.get(s), of.meaning, of.values}
}

func settings() []setting {
	var formats []string
	for _, f := range display.Formats() {
		formats = append(formats, string(f))
	}
	return []setting{
		{
			"format", "how values are shown: table, rows, line, json or text", formats,
			func(s *Settings) string { return string(s.Format) },
			func(s *Settings, v string) error { return s.Format.UnmarshalText([]byte(v)) },
		},
		numberSetting("limit", "how many items of a value are shown, 0 for all", func(s *Settings) *int { return &s.Limit }),
		numberSetting("width", "the columns of a line, 0 for those of the terminal", func(s *Settings) *int { return &s.Width }),
		switchSetting("echo", "whether what is assigned is shown", func(s *Settings) *bool { return &s.Echo }),
		switchSetting("timing", "whether the time that a text takes is shown", func(s *Settings) *bool { return &s.Timing }),
		switchSetting("pager", "whether answers are shown in $PAGER, or less", func(s *Settings) *bool { return &s.Pager }),
	}
}

// maxSetting bounds numbers.
const maxSetting = 1_000_000_000

func numberSetting(name, meaning string, of func(*Settings) *int) setting {
	return setting{
		name, meaning, nil, func(s *Settings) string { return strconv.Itoa(*of(s)) },
		func(s *Settings, v string) error {
			n, err := strconv.Atoi(v)
			if err != nil || n < 0 || n > maxSetting {
				return fmt.Errorf("%s is a number from 0 to %d", name, maxSetting)
			}
			*of(s) = n
			return nil
		},
	}
}

func switchSetting(name, meaning string, of func(*Settings) *bool) setting {
	return setting{
		name, meaning, []string{"on", "off"},
		func(s *Settings) string {
			if *of(s) {
				return "on"
			}
			return "off"
		},
		func(s *Settings, v string) error {
			if v != "on" && v != "off" {
				return fmt.Errorf("%s is on or off", name)
			}
			*of(s) = v == "on"
			return nil
		},
	}
}

// List returns the settings in the order in which people are shown them.
func (s Settings) List() []Setting {
	var list []Setting
	for _, of := range settings() {
		list = append(list, of.setting(&s))
	}
	return list
}

// Valid returns the settings with those that cannot be, as a file may hold them, as they
// are by default.
func (s Settings) Valid() Settings {
	valid := DefaultSettings()
	for _, of := range settings() {
		_ = of.set(&valid, of.get(&s)) // if it fails, the default is left
	}
	return valid
}

// Settings returns the settings.
func (s *Session) Settings() Settings { return s.settings }

// set does what %set says: it shows the settings, or sets one.
func (s *Session) set(arguments string) Result {
	if arguments == "" {
		return Result{Answer: SettingList{s.settings.List()}}
	}
	name, text, ok := strings.Cut(arguments, "=")
	if !ok {
		name, text, _ = strings.Cut(arguments, " ")
	}
	name, text = strings.TrimSpace(name), strings.TrimSpace(text)
	var names []string
	for _, of := range settings() {
		names = append(names, of.name)
		if of.name != name {
			continue
		}
		if text == "" {
			return Result{Answer: SettingList{[]Setting{of.setting(&s.settings)}}}
		}
		changed := s.settings
		if err := of.set(&changed, strings.Trim(text, `'"`)); err != nil {
			return Result{Err: fmt.Errorf("%%set: %w", err)}
		}
		s.settings = changed
		if s.host.KeepSettings != nil {
			if err := s.host.KeepSettings(changed); err != nil {
				return Result{Err: fmt.Errorf("%s is set for this session, but cannot be kept for others: %w", name, err)}
			}
		}
		return Result{}
	}
	return Result{Err: fmt.Errorf("%%set: there is no setting %.40q; there are %s", name, strings.Join(names, ", "))}
}
