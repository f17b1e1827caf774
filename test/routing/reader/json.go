package main

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// JSON values are nil, bool, float64, string, []any and map[string]any.
//
// encoding/json cannot be used: it replaces surrogates without a partner by U+FFFD, so that two tenants would become
// one, and it writes other escapes than ECMAScript. In the strings here, such a surrogate is the three bytes that
// UTF-8 would have for it if it were allowed (ED A0 80 to ED BF BF).

// A refusal says why a table or a signature is not accepted.
type refusal struct{ at, why string }

func (r refusal) Error() string { return fmt.Sprintf("%q %s", r.at, r.why) }

// require stops the reading of the whole document: a table with any mistake is refused whole.
func require(ok bool, at, why string) {
	if !ok {
		panic(refusal{at, why})
	}
}

// attempt runs the function and returns its refusal, or nil. Other panics are bugs and go on.
func attempt(run func()) (refused *refusal) {
	defer func() {
		if caught := recover(); caught != nil {
			found, is := caught.(refusal)
			if !is {
				panic(caught)
			}
			refused = &found
		}
	}()
	run()
	return nil
}

const (
	maximumBytes  = 16 << 20
	maximumLevels = 64
	anyLevels     = math.MaxInt
)

// parsePublished reads an object of a bucket, which must be canonical JSON.
func parsePublished(data []byte) any {
	require(len(data) <= maximumBytes, "", "is longer than 16 MiB")
	value := parseJSON(data, maximumLevels)
	require(bytes.Equal(append(canonical(value), '\n'), data), "", "is not canonical JSON")
	return value
}

func parseJSON(data []byte, levels int) any {
	require(utf8.Valid(data), "", "is not UTF-8")
	p := parser{text: data}
	value := p.value(levels)
	p.skipSpace()
	require(p.position == len(data), "", "is not JSON")
	return value
}

type parser struct {
	text     []byte
	position int
}

func (p *parser) fail() { panic(refusal{"", "is not JSON"}) }

func (p *parser) skipSpace() {
	for p.position < len(p.text) && bytes.IndexByte([]byte(" \t\r\n"), p.text[p.position]) >= 0 {
		p.position++
	}
}

// accept moves beyond the word if it comes next.
func (p *parser) accept(word string) bool {
	found := bytes.HasPrefix(p.text[p.position:], []byte(word))
	if found {
		p.position += len(word)
	}
	return found
}

// value reads a value with at most this number of levels.
func (p *parser) value(levels int) any {
	p.skipSpace()
	switch {
	case p.accept("null"):
		return nil
	case p.accept("true"):
		return true
	case p.accept("false"):
		return false
	case p.accept(`"`):
		return p.stringBody()
	case p.accept("["):
		require(levels > 0, "", "is nested too deep")
		items := []any{}
		p.sequence("]", func() { items = append(items, p.value(levels-1)) })
		return items
	case p.accept("{"):
		require(levels > 0, "", "is nested too deep")
		members := map[string]any{}
		p.sequence("}", func() {
			p.skipSpace()
			if !p.accept(`"`) {
				p.fail()
			}
			key := p.stringBody()
			p.skipSpace()
			if !p.accept(":") {
				p.fail()
			}
			// A key that occurs twice is lost here, so that the text is not canonical.
			members[key] = p.value(levels - 1)
		})
		return members
	}
	return p.number()
}

func (p *parser) sequence(end string, item func()) {
	p.skipSpace()
	if p.accept(end) {
		return
	}
	for {
		item()
		p.skipSpace()
		if p.accept(end) {
			return
		}
		if !p.accept(",") {
			p.fail()
		}
	}
}

func (p *parser) number() float64 {
	start := p.position
	digits := func() {
		from := p.position
		for p.position < len(p.text) && p.text[p.position] >= '0' && p.text[p.position] <= '9' {
			p.position++
		}
		if p.position == from {
			p.fail()
		}
	}
	p.accept("-")
	if !p.accept("0") {
		digits()
	}
	if p.accept(".") {
		digits()
	}
	if p.accept("e") || p.accept("E") {
		if !p.accept("+") {
			p.accept("-")
		}
		digits()
	}
	number, err := strconv.ParseFloat(string(p.text[start:p.position]), 64)
	require(err == nil, "", "has a number that is too large")
	return number
}

// stringBody reads a string after its first quotation mark.
func (p *parser) stringBody() string {
	var text []byte
	for {
		start := p.position
		for p.position < len(p.text) && p.text[p.position] >= 0x20 && p.text[p.position] != '"' && p.text[p.position] != '\\' {
			p.position++
		}
		text = append(text, p.text[start:p.position]...)
		if p.accept(`"`) {
			return string(text)
		}
		if !p.accept(`\`) || p.position == len(p.text) {
			p.fail()
		}
		letter := p.text[p.position]
		p.position++
		if letter != 'u' {
			index := bytes.IndexByte([]byte(`"\/bfnrt`), letter)
			if index < 0 {
				p.fail()
			}
			text = append(text, "\"\\/\b\f\n\r\t"[index])
			continue
		}
		unit := p.unit()
		if isLow(unit) || !isHigh(unit) || !p.accept(`\u`) {
			text = appendUnit(text, unit)
			continue
		}
		second := p.unit()
		if isLow(second) {
			text = utf8.AppendRune(text, utf16.DecodeRune(rune(unit), rune(second)))
		} else {
			text = appendUnit(text, unit)
			p.position -= len(`\u0000`) // it may be the first of another pair
		}
	}
}

func (p *parser) unit() uint16 {
	if p.position+4 > len(p.text) {
		p.fail()
	}
	unit, err := strconv.ParseUint(string(p.text[p.position:p.position+4]), 16, 16)
	if err != nil {
		p.fail()
	}
	p.position += 4
	return uint16(unit)
}

func isHigh(unit uint16) bool { return unit >= 0xd800 && unit < 0xdc00 }
func isLow(unit uint16) bool  { return unit >= 0xdc00 && unit < 0xe000 }

func appendUnit(text []byte, unit uint16) []byte {
	if isHigh(unit) || isLow(unit) {
		return append(text, 0xed, 0x80|byte(unit>>6&0x3f), 0x80|byte(unit&0x3f))
	}
	return utf8.AppendRune(text, rune(unit))
}

func hasLoneSurrogate(text string) bool {
	for index := range len(text) {
		if loneSurrogate(text, index) {
			return true
		}
	}
	return false
}

// loneSurrogate returns whether a surrogate without a partner begins at this byte of a string.
func loneSurrogate(text string, index int) bool {
	return text[index] == 0xed && text[index+1] >= 0xa0
}

// utf8Bytes are the bytes that are hashed: a surrogate without a partner counts as U+FFFD.
func utf8Bytes(text string) []byte {
	result := []byte(text)
	for index := range result {
		if loneSurrogate(text, index) {
			copy(result[index:], "\uFFFD")
		}
	}
	return result
}

func utf16Units(text string) []uint16 {
	var units []uint16
	for index := 0; index < len(text); {
		if loneSurrogate(text, index) {
			units = append(units, 0xd000|uint16(text[index+1]&0x3f)<<6|uint16(text[index+2]&0x3f))
			index += 3
			continue
		}
		character, size := utf8.DecodeRuneInString(text[index:])
		units = utf16.AppendRune(units, character)
		index += size
	}
	return units
}

// canonical writes the value as ECMAScript's JSON.stringify does, with the keys sorted by UTF-16 code units.
func canonical(value any) []byte { return appendCanonical(nil, value) }

func appendCanonical(out []byte, value any) []byte {
	switch value := value.(type) {
	case nil:
		return append(out, "null"...)
	case bool:
		return strconv.AppendBool(out, value)
	case float64:
		return append(out, formatNumber(value)...)
	case int:
		return strconv.AppendInt(out, int64(value), 10)
	case string:
		return appendString(out, value)
	case []any:
		out = append(out, '[')
		for index, item := range value {
			if index > 0 {
				out = append(out, ',')
			}
			out = appendCanonical(out, item)
		}
		return append(out, ']')
	case map[string]any:
		out = append(out, '{')
		for index, key := range sortedKeys(value) {
			if index > 0 {
				out = append(out, ',')
			}
			out = append(appendString(out, key), ':')
			out = appendCanonical(out, value[key])
		}
		return append(out, '}')
	}
	panic(fmt.Sprintf("no JSON value: %T", value))
}

func sortedKeys(members map[string]any) []string {
	keys := make([]string, 0, len(members))
	for key := range members {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int { return slices.Compare(utf16Units(a), utf16Units(b)) })
	return keys
}

func formatNumber(number float64) string {
	size := math.Abs(number)
	if size == 0 {
		return "0" // also minus 0
	}
	if size >= 1e-6 && size < 1e21 {
		return strconv.FormatFloat(number, 'f', -1, 64)
	}
	text := strconv.FormatFloat(number, 'e', -1, 64)
	// Go writes an exponent with at least two digits, ECMAScript without a leading zero.
	if end := len(text) - 2; text[end] == '0' && (text[end-1] == '-' || text[end-1] == '+') {
		text = text[:end] + text[end+1:]
	}
	return text
}

func appendString(out []byte, text string) []byte {
	out = append(out, '"')
	for index := 0; index < len(text); index++ {
		letter := text[index]
		if letter >= 0x20 && letter != '"' && letter != '\\' && letter != 0xed {
			out = append(out, letter)
			continue
		}
		short := bytes.IndexByte([]byte("\"\\\b\f\n\r\t"), letter)
		switch {
		case short >= 0:
			out = append(out, '\\', `"\bfnrt`[short])
		case letter < 0x20:
			out = fmt.Appendf(out, `\u%04x`, letter)
		case loneSurrogate(text, index):
			out = fmt.Appendf(out, `\u%04x`, utf16Units(text[index : index+3])[0])
			index += 2
		default:
			out = append(out, letter)
		}
	}
	return append(out, '"')
}
