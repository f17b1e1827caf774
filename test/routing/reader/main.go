// A reader of routing tables in Go, written from docs/routing-table.md and routing/conformance.json alone, with the
// standard library. It checks that it gives the answers of that file; arrivals and clients need docs/router.md and are not
// run. reader-go.test.ts runs it.
package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

type suite struct {
	parts          map[string]any
	passed, failed int
	reports        []string
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: reader conformance.json")
		os.Exit(2)
	}
	var file map[string]any
	data, err := os.ReadFile(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if refused := attempt(func() { file = objectAt(parseJSON(data, anyLevels), "") }); refused != nil {
		fmt.Fprintln(os.Stderr, refused)
		os.Exit(2)
	}
	if file["format"] != 1.0 {
		fmt.Fprintln(os.Stderr, "the file has another format than 1")
		os.Exit(2)
	}
	sections := []struct {
		name string
		run  func(s *suite, section any)
	}{
		{"hashes", (*suite).hashes},
		{"bases", (*suite).bases},
		{"compiled", (*suite).compiled},
		{"overlays", (*suite).overlays},
		{"decisions", (*suite).decisions},
		{"signatures", (*suite).signatures},
		{"corrections", (*suite).corrections},
		{"steps", (*suite).steps},
	}
	code := 0
	for _, section := range sections {
		s := &suite{parts: file["parts"].(map[string]any)}
		section.run(s, file[section.name])
		fmt.Printf("%s: %d passed, %d failed\n", section.name, s.passed, s.failed)
		for _, report := range s.reports {
			fmt.Println("  " + report)
		}
		if s.failed > 0 {
			code = 1
		}
	}
	os.Exit(code)
}

// bytes puts the bytes of a case together.
func (s *suite) bytes(description any) []byte {
	switch description := description.(type) {
	case string:
		return []byte(description)
	case []any:
		var all []byte
		for _, item := range description {
			all = append(all, s.bytes(item)...)
		}
		return all
	case map[string]any:
		if text, is := description["base64"]; is {
			return base64At(text, "base64")
		}
		if name, is := description["part"]; is {
			part, exists := s.parts[name.(string)]
			require(exists, "parts", "has no such part")
			return s.bytes(part)
		}
		return slices.Repeat(s.bytes(description["repeat"]), int(description["times"].(float64)))
	}
	panic(fmt.Sprintf("no bytes: %v", description))
}

// compare counts a case and reports it if it failed.
func (s *suite) compare(name string, expected, got any) {
	want, have := canonical(expected), canonical(got)
	if string(want) == string(have) {
		s.passed++
		return
	}
	s.failed++
	s.reports = append(s.reports, fmt.Sprintf("%s\n    expected %s\n    got      %s", name, shorten(want), shorten(have)))
}

func shorten(text []byte) string {
	if len(text) > 600 {
		return string(text[:600]) + "…"
	}
	return string(text)
}

// compareReading compares a reading with `accepted` or `refused`. Only the refusal itself counts, but another place than
// the file's is reported, as it may be a refusal for another reason.
func (s *suite) compareReading(test map[string]any, read func() any) {
	var got any
	refused := attempt(func() { got = read() })
	expected, mistaken := test["refused"].(map[string]any)
	name := test["name"].(string)
	switch {
	case refused != nil && mistaken:
		s.passed++
		if expected["at"] != refused.at {
			s.reports = append(s.reports, fmt.Sprintf("(passed) %s: refused at %q as it %s; the file says at %q: %s",
				name, refused.at, refused.why, expected["at"], expected["why"]))
		}
	case refused != nil:
		s.compare(name, "accepted", "refused: "+refused.Error())
	case mistaken:
		s.compare(name, test["refused"], "accepted")
	default:
		s.compare(name, test["accepted"], got)
	}
}

func cases(section any) []map[string]any {
	var result []map[string]any
	for _, item := range section.([]any) {
		result = append(result, item.(map[string]any))
	}
	return result
}

// pick copies the members of these names that exist.
func pick(value any, names ...string) map[string]any {
	result := map[string]any{}
	for _, name := range names {
		if member, exists := value.(map[string]any)[name]; exists {
			result[name] = member
		}
	}
	return result
}

func pickEach(value any, names ...string) any {
	if items, is := value.([]any); is {
		result := []any{}
		for _, item := range items {
			result = append(result, pick(item, names...))
		}
		return result
	}
	result := map[string]any{}
	for key, item := range value.(map[string]any) {
		result[key] = pick(item, names...)
	}
	return result
}

func list[T any](items []T, convert func(T) any) []any {
	result := []any{}
	for _, item := range items {
		result = append(result, convert(item))
	}
	return result
}

func plain[T any](item T) any { return item }

// describeDeals shows the owners of those slots that the expected answer shows.
func describeDeals(deals []*deal, expected any) any {
	shown, _ := expected.([]any)
	result := []any{}
	for index, deal := range deals {
		owners := []any{}
		if index < len(shown) {
			slots, _ := shown[index].(map[string]any)["owners"].([]any)
			for _, pair := range slots {
				slot := int(pair.([]any)[0].(float64))
				var owner any
				if number, exists := deal.owner(slot); exists {
					owner = number
				}
				owners = append(owners, []any{slot, owner})
			}
		}
		result = append(result, map[string]any{
			"localities": list(deal.localities, plain[string]), "cells": list(deal.cells, plain[int]), "owners": owners,
		})
	}
	return result
}

func describeBase(t *base, expected any) any {
	result := pick(t.document, "environment", "algorithm", "countries", "defaultJurisdiction")
	result["version"] = newTable(t, nil, nil).version()
	result["jurisdictions"] = pickEach(t.document["jurisdictions"], "localities")
	result["pins"] = pickEach(t.document["pins"], "cell", "epoch")
	result["cells"] = list(t.cells, func(c *cell) any { return c.number })
	if approvals, exists := t.document["approvals"]; exists {
		result["approvals"] = pickEach(approvals, "revision", "jurisdiction", "country", "localities")
	}
	if t.algorithm == "slots" {
		result["deals"] = describeDeals(t.deals, expected)
	}
	return result
}

func describeOverlay(o *overlay, expected any) any {
	result := pick(o.document, "environment", "revision", "base")
	result["cells"] = pickEach(o.document["cells"], "state", "weight", "down", "full")
	if allow, exists := o.document["allow"]; exists {
		result["allow"] = pick(allow, "from", "sets", "moved", "cells")
	}
	if _, exists := o.document["deals"]; exists {
		result["deals"] = describeDeals(o.deals, expected)
	}
	result["pins"] = map[string]any{
		"key":   o.pinKey,
		"cells": list(o.pinCells, plain[int]),
		"rows":  list(o.pins, func(row pinRow) any { return []any{int(row.hash), int(row.tag), row.cell, row.epoch} }),
	}
	return result
}

func describeAnswer(a answer) map[string]any {
	result := map[string]any{"status": a.status, "reason": a.reason}
	if a.jurisdiction != "" {
		result["jurisdiction"] = a.jurisdiction
	}
	if a.cell != nil {
		result["cell"], result["home"] = a.cell.number, a.home.number
		result["endpoint"], result["epoch"] = a.cell.endpoint, a.epoch
	}
	return result
}

// dealsOf are the deals of the expected answer, if it has any.
func dealsOf(test map[string]any) any {
	accepted, _ := test["accepted"].(map[string]any)
	return accepted["deals"]
}

func (s *suite) hashes(section any) {
	members := section.(map[string]any)
	for _, test := range cases(members["cases"]) {
		text := test["text"].(string)
		s.compare(fmt.Sprintf("%q", text), test, map[string]any{
			"text": text, "murmur128": murmur128(text).String(), "murmur32": int(murmur32(text)), "slot": slotOf(text),
			"sha256": fmt.Sprintf("%x", sha256Of(text)), "tag": int(tagOf(members["key"].(string), text)),
		})
	}
}

func (s *suite) bases(section any) {
	for _, test := range cases(section) {
		suffix, _ := test["endpointSuffix"].(string)
		s.compareReading(test, func() any { return describeBase(readBase(s.bytes(test["bytes"]), suffix), dealsOf(test)) })
	}
}

func (s *suite) compiled(section any) {
	for _, test := range cases(section) {
		s.compareReading(test, func() any { return describeBase(readCompiled(s.bytes(test["bytes"])), dealsOf(test)) })
	}
}

func (s *suite) overlays(section any) {
	for _, test := range cases(section) {
		s.compareReading(test, func() any { return describeOverlay(readOverlay(s.bytes(test["bytes"])), dealsOf(test)) })
	}
}

// table reads the base and, if there is one, the overlay of a case.
func (s *suite) table(test map[string]any) *table {
	var newest *overlay
	if description, exists := test["overlay"]; exists {
		newest = readOverlay(s.bytes(description))
	}
	if test["compiled"] == true {
		return newTable(readCompiled(s.bytes(test["base"])), newest, nil)
	}
	return newTable(readBase(s.bytes(test["base"]), ""), newest, nil)
}

func (s *suite) decisions(section any) {
	for _, test := range cases(section) {
		if _, mistaken := test["refused"]; !mistaken {
			test["accepted"] = pick(test, "version", "questions")
		}
		s.compareReading(test, func() any {
			t := s.table(test)
			answers := []any{}
			for _, question := range cases(test["questions"]) {
				country, _ := question["country"].(string)
				given, _ := t.decide(question["tenant"].(string), country, nil)
				described := describeAnswer(given)
				for name, value := range pick(question, "tenant", "country") {
					described[name] = value
				}
				answers = append(answers, described)
			}
			return map[string]any{"version": t.version(), "questions": answers}
		})
	}
}

func keysOf(section map[string]any) publicKeys {
	keys := publicKeys{}
	for kind, byId := range section["keys"].(map[string]any) {
		keys[kind] = map[string]string{}
		for id, key := range byId.(map[string]any) {
			keys[kind][id] = key.(string)
		}
	}
	return keys
}

func (s *suite) signatures(section any) {
	members := section.(map[string]any)
	keys := keysOf(members)
	for _, test := range cases(members["cases"]) {
		signature, _ := test["signature"].(string)
		accepted := keys.verify(test["kind"].(string), test["environment"].(string), s.bytes(test["bytes"]), signature)
		s.compare(test["name"].(string), test["accepted"], accepted)
	}
}

func (s *suite) corrections(section any) {
	members := section.(map[string]any)
	keys := keysOf(members)
	t := s.table(members)
	for _, test := range cases(members["cases"]) {
		country, _ := test["country"].(string)
		tenant := test["tenant"].(string)
		correction := readCorrection(test["header"].(string), tenant, members["environment"].(string), keys)
		given, followed := t.decide(tenant, country, correction)
		s.compare(test["name"].(string), pick(test, "followed", "answer"),
			map[string]any{"followed": followed, "answer": describeAnswer(given)})
	}
}

func (s *suite) steps(section any) {
	for _, test := range cases(section) {
		start := s.table(test)
		f := &follower{environment: "test", current: start, windowTable: start}
		expected, got := []any{}, []any{}
		for _, step := range cases(test["steps"]) {
			var newBase *base
			var newOverlay *overlay
			if step["kind"] == "base" {
				newBase = readBase(s.bytes(step["bytes"]), "")
			} else {
				newOverlay = readOverlay(s.bytes(step["bytes"]))
			}
			refused, ignored := f.step(int(step["at"].(float64)), newBase, newOverlay)
			down := []any{}
			for _, cell := range f.current.cells {
				if cell.down {
					down = append(down, cell.number)
				}
			}
			expected = append(expected, pick(step, "version", "down", "refused", "ignores"))
			result := map[string]any{"version": f.current.version(), "down": down}
			addRule(result, "refused", refused, step["refused"])
			addRule(result, "ignores", ignored, step["ignores"])
			got = append(got, result)
		}
		s.compare(test["name"].(string), expected, got)
	}
}

// addRule names the expected rule if the step breaks it, as it may break others too; else all that it breaks.
func addRule(result map[string]any, member string, rules []string, expected any) {
	if len(rules) == 0 {
		return
	}
	result[member] = strings.Join(slices.Compact(rules), " ")
	if rule, is := expected.(string); is && slices.Contains(rules, rule) {
		result[member] = rule
	}
}
