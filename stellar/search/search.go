// Package search finds functions by what they are for, in the words of people.
package search

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/functions"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/names"
)

// What a word is worth in a function, by where it stands.
const (
	nameWeight     = 8.0
	foreignWeight  = 7.0 // it is a name from elsewhere that the function stands in for
	taskWeight     = 6.0
	innerWeight    = 4.0 // in the middle of a word of the name
	sentenceWeight = 3.0 // in the first sentence of the documentation
	restWeight     = 1.0
)

const (
	wholeName  = 20.0 // is added if the words are the name
	wholeTask  = 6.0  // is added if one task has all words
	nextInTask = 0.9  // is the part that the second function of a task gets of the first's
	leastPart  = 0.3  // of the best score is what others must reach
	maxFound   = 12   // functions
	maxWords   = 30   // of a query are looked at
	shortest   = 3    // letters must a word have for longer words to be meant too
	leastTypo  = 4    // letters must a word have to be taken for a similar one
)

// Index is a set of functions prepared for searches. It does not change.
type Index struct {
	entries    []entry
	names      *names.Index
	vocabulary *names.Index
	frequency  map[string]int // of stems: in how many entries they stand
	known      []string       // stems, in order
}

// entry is a function with its words.
type entry struct {
	function *fn.Func
	weights  map[string]float64 // of stems, by where they stand
	tasks    []task
}

// task is one that a function is for, with what it is worth there.
type task struct {
	stems  map[string]bool
	weight float64
}

// New makes an index of functions, by name.
func New(of map[string]*fn.Func) *Index {
	sorted := slices.Sorted(maps.Keys(of))
	x := &Index{names: names.IndexOf(slices.Values(sorted)), frequency: map[string]int{}}
	tasks := tasksByFunction()
	spellings := map[string]bool{}
	for _, name := range sorted {
		f := of[name]
		e := entry{function: f, weights: map[string]float64{}}
		sentence, rest, _ := strings.Cut(f.Doc, ". ")
		e.add(spellings, restWeight, rest, f.ResultDoc, f.Library)
		for _, p := range f.Params {
			e.add(spellings, restWeight, p.Name, p.Doc)
		}
		e.add(spellings, sentenceWeight, sentence)
		for _, t := range tasks[name] {
			e.add(spellings, taskWeight*t.weight, t.text)
			e.tasks = append(e.tasks, task{stemsOf(t.text), t.weight})
		}
		e.add(spellings, nameWeight, name)
		x.entries = append(x.entries, e)
		for word := range e.weights {
			x.frequency[word]++
		}
	}
	x.known = slices.Sorted(maps.Keys(x.frequency))
	x.vocabulary = names.IndexOf(slices.Values(slices.Sorted(maps.Keys(spellings))))
	return x
}

type weighted struct {
	text   string
	weight float64
}

func tasksByFunction() map[string][]weighted {
	tasks := map[string][]weighted{}
	for _, subject := range functions.Tasks() {
		for _, t := range subject.Tasks {
			weight := 1.0
			for _, name := range t.Functions {
				tasks[name] = append(tasks[name], weighted{t.Words, weight})
				weight *= nextInTask
			}
		}
	}
	return tasks
}

// add gives the words of texts a weight, and keeps their spellings.
func (e *entry) add(spellings map[string]bool, weight float64, texts ...string) {
	for _, text := range texts {
		for _, word := range wordsOf(text) {
			spellings[word] = true
			e.weights[stem(word)] = max(e.weights[stem(word)], weight)
		}
	}
}

// Find returns the functions that fit words best, the best first: those that have all of
// the words, in their names, in what they are for or in their documentation, or if there
// are none, those that have most. A word that is in none of these is taken for the nearest
// one that is, or for a name from elsewhere, such as strlen.
func (x *Index) Find(words string) []*fn.Func {
	query := x.query(words)
	name, slip := x.named(words, query)
	if slip {
		return []*fn.Func{name}
	}
	var found []match
	most := 0
	for i := range x.entries {
		m := x.score(&x.entries[i], query)
		if m.function == name {
			m.score += wholeName
		}
		if m.words > 0 {
			found = append(found, m)
			most = max(most, m.words)
		}
	}
	found = slices.DeleteFunc(found, func(m match) bool { return m.words < most })
	slices.SortStableFunc(found, func(a, b match) int { return cmp.Compare(b.score, a.score) })
	var best []*fn.Func
	for _, m := range found {
		if len(best) < maxFound && m.score >= found[0].score*leastPart {
			best = append(best, m.function)
		}
	}
	return best
}

// named returns the function whose name the words are, or if one of them is known
// nowhere, the function whose name they nearly are, by a slip; nil if there is none.
func (x *Index) named(words string, query []term) (f *fn.Func, slip bool) {
	name := strings.ToUpper(strings.Join(spoken(words), "_"))
	nearest := x.names.Nearest(name)
	if nearest == "" {
		return nil, false
	}
	slip = nearest != name
	if slip && !slices.ContainsFunc(query, func(t term) bool { return t.unknown }) {
		return nil, false
	}
	i, _ := slices.BinarySearchFunc(x.entries, nearest, func(e entry, name string) int { return strings.Compare(e.function.Name, name) })
	return x.entries[i].function, slip
}

// match is a function with the number of the words that it has, and how well they fit.
type match struct {
	function *fn.Func
	words    int
	score    float64
}

func (x *Index) score(e *entry, query []term) match {
	m := match{function: e.function}
	for _, t := range query {
		weight := 0.0
		for _, word := range t.stems {
			weight = max(weight, e.weights[word])
		}
		if len(t.word) >= shortest && strings.Contains(strings.ToLower(e.function.Name), t.word) {
			weight = max(weight, innerWeight)
		}
		if slices.Contains(t.functions, e.function.Name) {
			weight = max(weight, foreignWeight)
		}
		if weight > 0 {
			m.words++
			m.score += weight * t.rarity
		}
	}
	for _, t := range e.tasks {
		if len(query) > 0 && !slices.ContainsFunc(query, func(q term) bool { return !q.isIn(t.stems) }) {
			m.score += wholeTask * t.weight
			break
		}
	}
	return m
}

// term is a word of a query.
type term struct {
	word      string
	stems     []string // of words that begin with it, its own first
	functions []string // that stand in for it as a name from elsewhere
	rarity    float64
	unknown   bool // it stands nowhere; stems are those of a similar word, if there is one
}

func (t *term) isIn(stems map[string]bool) bool {
	return slices.ContainsFunc(t.stems, func(s string) bool { return stems[s] })
}

func (x *Index) query(text string) []term {
	var query []term
	words := wordsOf(text)
	for _, word := range words[:min(len(words), maxWords)] {
		if !slices.ContainsFunc(query, func(t term) bool { return t.word == word }) {
			query = append(query, x.term(word))
		}
	}
	return query
}

func (x *Index) term(word string) term {
	t := term{word: word, functions: x.fromElsewhere(word)}
	t.stems = x.stems(word)
	t.unknown = len(t.stems) == 0 && len(t.functions) == 0
	if t.unknown && len(word) >= leastTypo {
		if near := x.vocabulary.Nearest(word); near != "" {
			t.word = near
			t.stems = x.stems(near)
		}
	}
	entries := 1
	for _, s := range t.stems {
		entries = max(entries, x.frequency[s])
	}
	t.rarity = math.Log(1 + float64(len(x.entries))/float64(entries))
	return t
}

// fromElsewhere returns the functions that are written here for a name from elsewhere.
func (x *Index) fromElsewhere(word string) (found []string) {
	meant := x.names.MeantFunction(word)
	if meant != "" && !strings.Contains(meant, " ") && meant != x.names.Nearest(word) {
		return []string{meant}
	}
	if strings.Contains(meant, " ") {
		names.CallsOnly(meant, func(name string) bool {
			found = append(found, name)
			return true
		})
	}
	return found
}

// stems returns the known stems that a word may mean.
func (x *Index) stems(word string) []string {
	var stems []string
	own := stem(word)
	if x.frequency[own] > 0 {
		stems = append(stems, own)
	}
	if len(word) >= shortest { // not its stem: date is no data
		i, _ := slices.BinarySearch(x.known, word)
		for ; i < len(x.known) && strings.HasPrefix(x.known[i], word); i++ {
			if x.known[i] != own {
				stems = append(stems, x.known[i])
			}
		}
	}
	return stems
}
