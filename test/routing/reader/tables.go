package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/bits"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const (
	slotCount     = 65536
	maximumWhole  = 1<<53 - 1
	maximumNumber = 1_000_000
)

var (
	wordPattern       = regexp.MustCompile(`\A[A-Za-z0-9][A-Za-z0-9._-]{0,62}\z`)
	countryPattern    = regexp.MustCompile(`\A[A-Z]{2}\z`)
	labelPattern      = regexp.MustCompile(`\A[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\z`)
	cellNumberPattern = regexp.MustCompile(`\A(0|[1-9][0-9]{0,6})\z`)
	pinKeyPattern     = regexp.MustCompile(`\A[A-Za-z0-9_-]{22,64}\z`)

	algorithms = []string{"slots", "ring", "rendezvous", "murmur3", "sha256"}
	states     = []string{"provisioning", "canary", "active", "draining", "disabled", "quarantined"}
)

type cell struct {
	number                      int
	id, locality, region, state string
	endpoint                    string
	weight, plannedTenants      float64
	down, full                  bool
}

func (c *cell) canBeHome() bool { return c.state != "provisioning" && c.weight > 0 }

type deal struct {
	localities []string
	cells      []int
	slots      []uint16 // index into cells for each slot
}

// owner is the number of the cell of a slot. Only a compiled deal can lack one.
func (d *deal) owner(slot int) (int, bool) {
	index := int(d.slots[slot])
	if index >= len(d.cells) {
		return 0, false
	}
	return d.cells[index], true
}

type pin struct{ cell, epoch int }

type approval struct {
	revision              int
	jurisdiction, country string // one of them is empty
	localities            []string
}

type base struct {
	document            map[string]any
	revision            int
	digest              string
	environment         string
	algorithm           string
	cells               []*cell
	jurisdictions       map[string][]string
	countries           map[string]string
	defaultJurisdiction string // empty if there is none
	approvals           []approval
	deals               []*deal
	pins                map[string]pin
}

// setKey is the same for all lists with the same localities: no name of a locality has a comma.
func setKey(localities []string) string { return strings.Join(distinct(localities), ",") }

// distinct sorts words and has each once.
func distinct(words []string) []string {
	sorted := slices.Clone(words)
	slices.Sort(sorted)
	return slices.Compact(sorted)
}

// Values of a document. Each refuses what is not of its type.

func objectAt(value any, at string) map[string]any {
	members, is := value.(map[string]any)
	require(is, at, "must be an object")
	return members
}

func listAt(value any, at string) []any {
	items, is := value.([]any)
	require(is, at, "must be a list")
	return items
}

func stringAt(value any, at string) string {
	text, is := value.(string)
	require(is, at, "must be a string")
	return text
}

func matching(value any, at string, pattern *regexp.Regexp) string {
	text := stringAt(value, at)
	require(pattern.MatchString(text), at, "must match "+pattern.String())
	return text
}

func wordAt(value any, at string) string { return matching(value, at, wordPattern) }

func oneOf(value any, at string, choices []string) string {
	text := stringAt(value, at)
	require(slices.Contains(choices, text), at, "must be one of "+strings.Join(choices, ", "))
	return text
}

func numberAt(value any, at string, lowest, highest float64) float64 {
	number, is := value.(float64)
	require(is && number >= lowest && number <= highest, at, fmt.Sprintf("must be a number from %.0f to %.0f", lowest, highest))
	return number
}

func wholeAt(value any, at string, lowest, highest float64) int {
	number := numberAt(value, at, lowest, highest)
	require(number == math.Trunc(number), at, "must be a whole number")
	return int(number)
}

func wordsAt(value any, at string) []string {
	words := []string{}
	for index, item := range listAt(value, at) {
		words = append(words, wordAt(item, fmt.Sprintf("%s[%d]", at, index)))
	}
	return words
}

func ascendingAt(value any, at string) []int {
	numbers := []int{}
	for index, item := range listAt(value, at) {
		place := fmt.Sprintf("%s[%d]", at, index)
		number := wholeAt(item, place, 0, maximumNumber)
		require(index == 0 || number > numbers[index-1], place, "must be above the one before")
		numbers = append(numbers, number)
	}
	return numbers
}

func base64At(value any, at string) []byte {
	text := stringAt(value, at)
	data, err := decodeBase64(text)
	require(err == nil, at, "must be base64, padded")
	return data
}

// decodeBase64 is strict: Go's own decoder skips line breaks, and by default ignores bits that belong to no byte.
func decodeBase64(text string) ([]byte, error) {
	if strings.ContainsAny(text, "\r\n") {
		return nil, fmt.Errorf("base64 with a line break")
	}
	return base64.StdEncoding.Strict().DecodeString(text)
}

// readBase reads a published base. The suffix is the reader's own domain, or empty.
func readBase(data []byte, suffix string) *base {
	document := parsePublished(data)
	result := checkBase(document, suffix, func(_ int, cells int, packed any, at string) []uint16 {
		return unpackSlots(packed, at, cells)
	})
	content := map[string]any{}
	for key, value := range result.document {
		if key != "schema" && key != "version" {
			content[key] = value
		}
	}
	digest := sha256.Sum256(canonical(content))
	require(result.digest == hex.EncodeToString(digest[:])[:12], "version.digest", "is not the digest of the content")
	return result
}

// readCompiled reads the table in a router's zip.
func readCompiled(data []byte) *base {
	require(len(data) >= 16 && string(data[:8]) == "CELLSRT1", "", "is no compiled table")
	end := 16 + int(binary.LittleEndian.Uint32(data[8:]))
	require(int(binary.LittleEndian.Uint32(data[12:])) == len(data) && end <= len(data), "", "is cut off")
	document := parseJSON(data[16:end], anyLevels)
	members, _ := document.(map[string]any)
	deals, _ := members["deals"].([]any)
	var slots [][]uint16
	for _, item := range deals {
		members, _ := item.(map[string]any)
		cells, _ := members["cells"].([]any)
		width := indexWidth(len(cells))
		start := (end + 7) / 8 * 8
		end = start + slotCount*width
		require(end <= len(data), "", "has fewer slots than its deals need")
		indexes := make([]uint16, slotCount)
		for slot := range indexes {
			indexes[slot] = uint16(littleEndian(data[start+slot*width:], width))
		}
		slots = append(slots, indexes)
	}
	require(end == len(data), "", "has more slots than its deals need")
	return checkBase(document, "", func(index, _ int, _ any, _ string) []uint16 { return slots[index] })
}

// indexWidth is the number of bytes of an index into that many cells.
func indexWidth(cells int) int {
	if cells > 256 {
		return 2
	}
	return 1
}

func littleEndian(data []byte, width int) uint32 {
	var padded [4]byte
	copy(padded[:], data[:width])
	return binary.LittleEndian.Uint32(padded[:])
}

// unpackSlots reads an index below the number of cells for each slot, in as few bits as name the highest.
func unpackSlots(value any, at string, cells int) []uint16 {
	data := base64At(value, at)
	width := 0
	if cells > 0 {
		width = bits.Len(uint(cells - 1))
	}
	require(len(data) == slotCount/8*width, at, "has another length than its cells need")
	slots := make([]uint16, slotCount)
	for position := 0; position < slotCount*width; position++ {
		bit := data[position/8] >> (position % 8) & 1
		slots[position/width] |= uint16(bit) << (position % width)
	}
	for _, index := range slots {
		require(cells == 0 || int(index) < cells, at, "has an index without a cell")
	}
	return slots
}

// A slotReader returns the slots of the deal with this index and number of cells.
type slotReader func(index, cells int, packed any, at string) []uint16

func checkBase(document any, suffix string, readSlots slotReader) *base {
	members, _ := document.(map[string]any)
	require(members["schema"] == 1.0, "schema", "must be 1")
	version := objectAt(members["version"], "version")
	result := &base{
		document:      members,
		revision:      wholeAt(version["revision"], "version.revision", 0, maximumWhole),
		digest:        stringAt(version["digest"], "version.digest"),
		environment:   wordAt(members["environment"], "environment"),
		algorithm:     oneOf(members["algorithm"], "algorithm", algorithms),
		cells:         checkCells(members["cells"], suffix),
		jurisdictions: map[string][]string{},
		countries:     map[string]string{},
		pins:          map[string]pin{},
	}
	for name, value := range objectAt(members["jurisdictions"], "jurisdictions") {
		at := fmt.Sprintf("jurisdictions[%q]", name)
		wordAt(name, at+" (its name)")
		result.jurisdictions[name] = wordsAt(objectAt(value, at)["localities"], at+".localities")
	}
	jurisdictionAt := func(value any, at string) string {
		name, _ := value.(string)
		_, exists := result.jurisdictions[name]
		require(exists, at, "must name a jurisdiction of this table")
		return name
	}
	for country, value := range objectAt(members["countries"], "countries") {
		at := fmt.Sprintf("countries[%q]", country)
		matching(country, at, countryPattern)
		require(country != "ZZ", at, "stands for the countries that are not listed")
		result.countries[country] = jurisdictionAt(value, at)
	}
	if value, exists := members["defaultJurisdiction"]; exists {
		result.defaultJurisdiction = jurisdictionAt(value, "defaultJurisdiction")
	}
	if value, exists := members["approvals"]; exists {
		for index, item := range listAt(value, "approvals") {
			result.approvals = append(result.approvals, checkApproval(item, fmt.Sprintf("approvals[%d]", index), result.revision))
		}
	}
	numbers := map[int]bool{}
	for _, cell := range result.cells {
		numbers[cell.number] = true
	}
	for tenant, value := range objectAt(members["pins"], "pins") {
		at := "pins[" + string(canonical(tenant)) + "]"
		require(!hasLoneSurrogate(tenant), at, "has a surrogate without its partner")
		columns := objectAt(value, at)
		found := pin{wholeAt(columns["cell"], at+".cell", 0, maximumNumber), wholeAt(columns["epoch"], at+".epoch", 0, math.MaxUint32)}
		require(numbers[found.cell], at+".cell", "is not a cell of this table")
		result.pins[tenant] = found
	}
	if result.algorithm == "slots" {
		checkDeals(result, readSlots)
	}
	return result
}

func checkCells(value any, suffix string) []*cell {
	var cells []*cell
	used := map[string]bool{}
	unique := func(kind, text, at string) {
		require(!used[kind+text], at, "is used twice")
		used[kind+text] = true
	}
	for index, item := range listAt(value, "cells") {
		at := fmt.Sprintf("cells[%d]", index)
		members := objectAt(item, at)
		wordAt(members["partition"], at+".partition")
		wordAt(members["tier"], at+".tier")
		capacity := objectAt(members["capacity"], at+".capacity")
		numberAt(capacity["requestsPerSecond"], at+".capacity.requestsPerSecond", 0, maximumWhole)
		found := &cell{
			number:         wholeAt(members["number"], at+".number", 0, maximumNumber),
			id:             wordAt(members["id"], at+".id"),
			locality:       wordAt(members["locality"], at+".locality"),
			region:         wordAt(members["region"], at+".region"),
			state:          oneOf(members["state"], at+".state", states),
			endpoint:       stringAt(members["endpoint"], at+".endpoint"),
			weight:         numberAt(members["weight"], at+".weight", 0, 100),
			plannedTenants: numberAt(capacity["tenants"], at+".capacity.tenants", 0, maximumWhole),
		}
		require(index == 0 || found.number > cells[index-1].number, at+".number", "must be above the one before")
		unique("id ", found.id, at+".id")
		unique("endpoint ", found.endpoint, at+".endpoint")
		require(isEndpoint(found.endpoint), at+".endpoint", "must be https:// and a host name")
		require(suffix == "" || strings.HasSuffix(found.endpoint, "."+suffix), at+".endpoint", "must be under "+suffix)
		cells = append(cells, found)
	}
	require(len(cells) > 0, "cells", "is empty")
	return cells
}

func isEndpoint(endpoint string) bool {
	host, secure := strings.CutPrefix(endpoint, "https://")
	labels := strings.Split(host, ".")
	for _, label := range labels {
		if !labelPattern.MatchString(label) {
			return false
		}
	}
	first := labels[len(labels)-1][0]
	return secure && len(host) <= 253 && len(labels) >= 2 && first >= 'a' && first <= 'z'
}

func checkApproval(value any, at string, highest int) approval {
	members := objectAt(value, at)
	result := approval{
		revision:   wholeAt(members["revision"], at+".revision", 0, float64(highest)),
		localities: wordsAt(members["localities"], at+".localities"),
	}
	jurisdiction, named := members["jurisdiction"]
	country, placed := members["country"]
	require(named != placed, at, "must name a jurisdiction or a country")
	if named {
		result.jurisdiction = wordAt(jurisdiction, at+".jurisdiction")
	} else {
		result.country = wordAt(country, at+".country")
	}
	return result
}

// homesOf are the numbers of the cells of these localities that can be a home.
func homesOf(cells []*cell, localities []string) []int {
	numbers := []int{}
	for _, cell := range cells {
		if cell.canBeHome() && slices.Contains(localities, cell.locality) {
			numbers = append(numbers, cell.number)
		}
	}
	return numbers
}

func checkDeals(table *base, readSlots slotReader) {
	missing := map[string][]string{}
	for _, localities := range table.jurisdictions {
		missing[setKey(localities)] = localities
	}
	for index, item := range listAt(table.document["deals"], "deals") {
		at := fmt.Sprintf("deals[%d]", index)
		members := objectAt(item, at)
		found := &deal{localities: wordsAt(members["localities"], at+".localities")}
		key := setKey(found.localities)
		_, wanted := missing[key]
		require(wanted, at+".localities", "is the set of no jurisdiction, or has two deals")
		delete(missing, key)
		homes := homesOf(table.cells, found.localities)
		found.cells = homes
		numbers := listAt(members["cells"], at+".cells")
		same := len(numbers) == len(homes)
		for place := 0; same && place < len(homes); place++ {
			same = numbers[place] == float64(homes[place])
		}
		require(same, at+".cells", fmt.Sprintf("must be the cells that can be a home there: %v", homes))
		found.slots = readSlots(index, len(homes), members["slots"], at+".slots")
		table.deals = append(table.deals, found)
	}
	for key, localities := range missing {
		require(len(homesOf(table.cells, localities)) == 0, "deals", "must have one for "+key)
	}
}

type cellChange struct {
	state      string   // empty if it stays
	weight     *float64 // nil if it stays
	down, full bool
}

type pinRow struct {
	hash, tag uint32
	pin
}

type permission struct {
	from, cells int
	moved       float64
	sets        map[string]bool
}

type overlay struct {
	document    map[string]any
	bytes       []byte
	environment string
	revision    int
	base        int
	cells       map[int]cellChange
	deals       []*deal
	pinKey      string
	pinCells    []int
	pins        []pinRow
	allow       *permission
}

func readOverlay(data []byte) *overlay {
	members, _ := parsePublished(data).(map[string]any)
	require(members["schema"] == 1.0, "schema", "must be 1")
	result := &overlay{
		document:    members,
		bytes:       bytes.Clone(data),
		environment: wordAt(members["environment"], "environment"),
		revision:    wholeAt(members["revision"], "revision", 1, maximumWhole),
		base:        wholeAt(members["base"], "base", 0, maximumWhole),
		cells:       map[int]cellChange{},
	}
	for name, value := range objectAt(members["cells"], "cells") {
		at := fmt.Sprintf("cells[%q]", name)
		require(cellNumberPattern.MatchString(name), at, "must be a cell's number")
		number, _ := strconv.Atoi(name)
		result.cells[number] = checkCellChange(objectAt(value, at), at)
	}
	if value, exists := members["deals"]; exists {
		result.deals = checkNewDeals(listAt(value, "deals"))
	}
	checkPins(result, objectAt(members["pins"], "pins"))
	if value, exists := members["allow"]; exists {
		allow := objectAt(value, "allow")
		result.allow = &permission{
			from:  wholeAt(allow["from"], "allow.from", 0, maximumWhole),
			cells: wholeAt(allow["cells"], "allow.cells", 0, maximumNumber),
			moved: numberAt(allow["moved"], "allow.moved", 0, 1),
			sets:  map[string]bool{},
		}
		for index, set := range listAt(allow["sets"], "allow.sets") {
			result.allow.sets[setKey(wordsAt(set, fmt.Sprintf("allow.sets[%d]", index)))] = true
		}
	}
	return result
}

func checkCellChange(members map[string]any, at string) cellChange {
	var change cellChange
	if value, exists := members["state"]; exists {
		change.state = oneOf(value, at+".state", states)
	}
	if value, exists := members["weight"]; exists {
		weight := numberAt(value, at+".weight", 0, 100)
		change.weight = &weight
	}
	for name, mark := range map[string]*bool{"down": &change.down, "full": &change.full} {
		if value, exists := members[name]; exists {
			set, is := value.(bool)
			require(is, at+"."+name, "must be true or false")
			*mark = set
		}
	}
	return change
}

func checkNewDeals(items []any) []*deal {
	var deals []*deal
	used := map[string]bool{}
	for index, item := range items {
		at := fmt.Sprintf("deals[%d]", index)
		members := objectAt(item, at)
		found := &deal{
			localities: wordsAt(members["localities"], at+".localities"),
			cells:      ascendingAt(members["cells"], at+".cells"),
		}
		require(!used[setKey(found.localities)], at+".localities", "has two deals")
		used[setKey(found.localities)] = true
		require(len(found.cells) > 0, at+".cells", "is empty")
		found.slots = unpackSlots(members["slots"], at+".slots", len(found.cells))
		deals = append(deals, found)
	}
	return deals
}

func checkPins(table *overlay, members map[string]any) {
	table.pinKey = matching(members["key"], "pins.key", pinKeyPattern)
	table.pinCells = ascendingAt(members["cells"], "pins.cells")
	hashes := base64At(members["hashes"], "pins.hashes")
	require(len(hashes)%4 == 0, "pins.hashes", "must have 4 bytes for each pin")
	count := len(hashes) / 4
	column := func(name string, widths ...int) func(row int) uint32 {
		data := base64At(members[name], "pins."+name)
		for _, width := range widths {
			if len(data) == width*count {
				return func(row int) uint32 { return littleEndian(data[row*width:], width) }
			}
		}
		panic(refusal{"pins." + name, fmt.Sprintf("must have one of %v bytes for each pin", widths)})
	}
	hash, tag := column("hashes", 4), column("tags", 4)
	home, epoch := column("homes", indexWidth(len(table.pinCells))), column("epochs", 1, 2, 4)
	for row := 0; row < count; row++ {
		require(int(home(row)) < len(table.pinCells), "pins.homes", "has an index without a cell")
		found := pinRow{hash(row), tag(row), pin{table.pinCells[home(row)], int(epoch(row))}}
		require(row == 0 || comparePinRows(table.pins[row-1], found) < 0, "pins", "must be sorted by hash and tag, each pair once")
		table.pins = append(table.pins, found)
	}
}

func comparePinRows(a, b pinRow) int {
	return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.tag, b.tag))
}
