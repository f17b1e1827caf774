package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// A table is a base with the overlay applied.
type table struct {
	base     *base
	overlay  *overlay // nil if there is none
	cells    []*cell  // by number
	byNumber map[int]*cell
	deals    map[string]*deal // by set of localities
	rings    map[string][]ringPoint
}

// newTable applies the overlay. Marks of the cells in `ignored` are not followed, see steps.go.
func newTable(base *base, overlay *overlay, ignored map[int]bool) *table {
	result := &table{base: base, overlay: overlay, byNumber: map[int]*cell{}, deals: map[string]*deal{}, rings: map[string][]ringPoint{}}
	for _, original := range base.cells {
		copied := *original
		if overlay != nil {
			change := overlay.cells[copied.number]
			if change.state != "" {
				copied.state = change.state
			}
			if change.weight != nil {
				copied.weight = *change.weight
			}
			copied.down = change.down && !ignored[copied.number]
			copied.full = change.full
		}
		result.cells = append(result.cells, &copied)
		result.byNumber[copied.number] = &copied
	}
	for _, deal := range base.deals {
		result.deals[setKey(deal.localities)] = deal
	}
	if overlay == nil {
		return result
	}
	require(overlay.environment == base.environment, "environment", "must be "+base.environment)
	require(overlay.base <= base.revision, "base", fmt.Sprintf("needs base revision %d; this is %d", overlay.base, base.revision))
	for index, number := range overlay.pinCells {
		require(result.byNumber[number] != nil, fmt.Sprintf("pins.cells[%d]", index), "is not a cell of the base table")
	}
	for _, deal := range overlay.deals {
		if slices.Equal(deal.cells, homesOf(result.cells, deal.localities)) {
			result.deals[setKey(deal.localities)] = deal
		}
	}
	return result
}

func (t *table) version() string {
	version := fmt.Sprintf("%d-%s", t.base.revision, t.base.digest)
	if t.overlay != nil {
		version += fmt.Sprintf("+%d", t.overlay.revision)
	}
	return version
}

// jurisdiction is empty where there is none. Requests without a country have an empty one.
func (t *table) jurisdiction(country string) string {
	if name, listed := t.base.countries[country]; listed {
		return name
	}
	return t.base.defaultJurisdiction
}

func (t *table) cellsOf(localities []string) []*cell {
	var found []*cell
	for _, cell := range t.cells {
		if slices.Contains(localities, cell.locality) {
			found = append(found, cell)
		}
	}
	return found
}

func (t *table) candidates(jurisdiction string) []*cell {
	return t.cellsOf(t.base.jurisdictions[jurisdiction])
}

// pin is the tenant's pin of the overlay or the base, whichever has the higher epoch.
func (t *table) pin(tenant string) (pin, bool) {
	found, pinned := t.base.pins[tenant]
	if t.overlay == nil {
		return found, pinned
	}
	hash := murmur32(tenant)
	first, exists := slices.BinarySearchFunc(t.overlay.pins, pinRow{hash: hash}, comparePinRows)
	if !exists && (first == len(t.overlay.pins) || t.overlay.pins[first].hash != hash) {
		return found, pinned // most tenants: no tag is computed
	}
	row := pinRow{hash: hash, tag: tagOf(t.overlay.pinKey, tenant)}
	index, exists := slices.BinarySearchFunc(t.overlay.pins, row, comparePinRows)
	if exists && (!pinned || t.overlay.pins[index].epoch >= found.epoch) {
		return t.overlay.pins[index].pin, true
	}
	return found, pinned
}

type answer struct {
	status       int
	reason       string
	jurisdiction string
	cell, home   *cell // nil if the tenant is refused
	epoch        int
}

// decide answers a request. A correction counts like a pin; nil if there is none. followed tells whether it counted.
func (t *table) decide(tenant, country string, correction *pin) (result answer, followed bool) {
	jurisdiction := t.jurisdiction(country)
	if jurisdiction == "" {
		return answer{status: 403, reason: "unknown-country"}, false
	}
	result.jurisdiction = jurisdiction
	candidates := t.candidates(jurisdiction)
	explicit, pinned := t.pin(tenant)
	if correction != nil && correction.epoch > explicit.epoch && slices.Contains(candidates, t.byNumber[correction.cell]) {
		explicit, pinned, followed = *correction, true, true
	}
	refuse := func(status int, reason string) (answer, bool) {
		return answer{status: status, reason: reason, jurisdiction: jurisdiction}, followed
	}
	if pinned {
		result.home, result.reason = t.byNumber[explicit.cell], "pin"
		if !slices.Contains(candidates, result.home) {
			return refuse(503, "pin-outside-residency")
		}
	} else {
		result.home, result.reason = t.homeByHash(jurisdiction, tenant), "home"
		if result.home == nil {
			return refuse(403, "no-cell-allowed")
		}
	}
	result.status, result.epoch, result.cell = 307, explicit.epoch, result.home
	key := strconv.Itoa(slotOf(tenant))
	if !result.home.inService() {
		result.cell, result.reason = standIn(candidates, key, false), "failover"
		if result.cell == nil {
			result.cell = standIn(candidates, key, true)
		}
		if result.cell == nil {
			return refuse(503, "no-healthy-cell")
		}
	} else if result.home.full {
		if other := standIn(candidates, key, false); other != nil {
			result.cell, result.reason = other, "overflow"
		}
	}
	return result, followed
}

// inService tells whether the cell serves its own tenants.
func (c *cell) inService() bool {
	return (c.state == "active" || c.state == "canary" || c.state == "draining") && !c.down
}

// canStandIn tells whether the cell can serve the tenants of others.
func (c *cell) canStandIn() bool { return c.inService() && c.state != "draining" && c.weight > 0 }

// standIn chooses among the active cells, and only if there is none among the canaries.
func standIn(candidates []*cell, key string, fullOnes bool) *cell {
	for _, state := range []string{"active", "canary"} {
		var able []*cell
		for _, cell := range candidates {
			if cell.state == state && cell.canStandIn() && (fullOnes || !cell.full) {
				able = append(able, cell)
			}
		}
		if len(able) > 0 {
			return byRendezvous(able, key)
		}
	}
	return nil
}

func (t *table) homeByHash(jurisdiction, tenant string) *cell {
	if t.base.algorithm == "slots" {
		return t.slotOwners(t.base.jurisdictions[jurisdiction])(slotOf(tenant))
	}
	var members []*cell
	for _, cell := range t.candidates(jurisdiction) {
		if cell.canBeHome() {
			members = append(members, cell)
		}
	}
	if len(members) == 0 {
		return nil
	}
	switch t.base.algorithm {
	case "ring":
		if t.rings[jurisdiction] == nil {
			t.rings[jurisdiction] = newRing(members)
		}
		return byRing(t.rings[jurisdiction], tenant)
	case "rendezvous":
		return byRendezvous(members, tenant)
	case "murmur3":
		return members[murmur128(tenant).modulo(len(members))]
	}
	return members[sha256Modulo(tenant, len(members))]
}

// slotOwners returns the owner of each slot, or nil, in the deal of these localities.
func (t *table) slotOwners(localities []string) func(slot int) *cell {
	deal := t.deals[setKey(localities)]
	return func(slot int) *cell {
		if deal == nil {
			return nil
		}
		number, exists := deal.owner(slot)
		if !exists {
			return nil
		}
		return t.byNumber[number]
	}
}

type ringPoint struct {
	hash  hash128
	owner *cell
}

// newRing sorts the points; of equal ones the highest number comes first, as it counts.
func newRing(members []*cell) []ringPoint {
	var points []ringPoint
	for _, cell := range members {
		count := int(math.Max(1, math.Floor(150*cell.weight+0.5)))
		for index := 0; index < count; index++ {
			points = append(points, ringPoint{murmur128(fmt.Sprintf("%d:%d", cell.number, index)), cell})
		}
	}
	slices.SortFunc(points, func(a, b ringPoint) int {
		return cmp.Or(a.hash.compare(b.hash), cmp.Compare(b.owner.number, a.owner.number))
	})
	return points
}

func byRing(points []ringPoint, key string) *cell {
	hash := murmur128(key)
	index, _ := slices.BinarySearchFunc(points, hash, func(point ringPoint, hash hash128) int {
		if point.hash.compare(hash) <= 0 {
			return -1 // the point must be strictly greater
		}
		return 1
	})
	return points[index%len(points)].owner
}

// byRendezvous chooses the highest score. The members are sorted, so that ties go to the lowest number.
func byRendezvous(members []*cell, key string) *cell {
	var best *cell
	var bestHash hash128
	var bestScore float64
	for _, cell := range members {
		hash := murmur128(fmt.Sprintf("%s:%d", key, cell.number))
		score := -cell.weight / math.Log((float64(hash.high>>12)+0.5)/(1<<52))
		better := best == nil || score > bestScore
		if best != nil && cell.weight == best.weight {
			better = hash.compare(bestHash) > 0 // exact, where the logarithm may differ between languages
		}
		if better {
			best, bestHash, bestScore = cell, hash, score
		}
	}
	return best
}
