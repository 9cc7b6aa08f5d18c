package maas

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// FileDocument returns the text of a file that FromFile reads as the snapshot. Members of
// releases that mean nothing here are left out.
func (s *Snapshot) FileDocument() ([]byte, error) {
	type writtenModel struct {
		Name      string            `json:"name"`
		Version   string            `json:"version"`
		ID        string            `json:"id"`
		URL       string            `json:"url"`
		Functions map[string]string `json:"functions"`
	}
	type writtenRelease struct {
		Model   string `json:"model"`
		Version string `json:"version"`
		Release
	}
	content := struct {
		Models   []writtenModel   `json:"models"`
		Releases []writtenRelease `json:"releases"`
	}{[]writtenModel{}, []writtenRelease{}}
	for _, i := range s.all() {
		content.Models = append(content.Models, writtenModel{i.Model, i.Version, i.ID, i.URL, i.Functions})
	}
	for _, r := range s.releases {
		r.Format, r.Others = ReleaseFormat, nil
		content.Releases = append(content.Releases, writtenRelease{r.Model, r.Version, r})
	}
	return json.Marshal(content, json.Deterministic(true), jsontext.WithIndent("  "))
}
