package main

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
)

const windowSeconds = 3600

// A fault is a rule that a step breaks. A permission or an approval may allow it.
type fault struct {
	rule    string
	set     []string // localities of the candidate set; nil for the whole fleet
	allowed bool
}

// A follower is a reader that polls both objects and follows the pairs that it may.
type follower struct {
	environment string
	current     *table
	windowTable *table // the one that it answered from when the window began
	windowStart int
}

// step follows a new object if it may. It returns the rules that refuse it, or those for which it ignores some marks.
func (f *follower) step(now int, newBase *base, newOverlay *overlay) (refused, ignoredFor []string) {
	if newBase != nil && newBase.environment != f.environment || newOverlay != nil && newOverlay.environment != f.environment {
		return []string{"environment"}, nil
	}
	if newBase != nil && newBase.revision == f.current.base.revision && newBase.digest == f.current.base.digest {
		return nil, nil
	}
	first := newOverlay != nil && f.current.overlay == nil
	if newBase == nil {
		newBase = f.current.base
	}
	if newOverlay == nil {
		newOverlay = f.current.overlay
	}
	ignored := map[int]bool{}
	build := func() (result *table, refused *refusal) {
		refused = attempt(func() { result = newTable(newBase, newOverlay, ignored) })
		return result, refused
	}
	followed, notFitting := build()
	if notFitting != nil {
		return []string{"pair"}, nil
	}
	if first {
		f.current, f.windowTable, f.windowStart = followed, followed, now
		return nil, nil
	}
	windowTable, windowStart := f.windowTable, f.windowStart
	if now-windowStart >= windowSeconds {
		windowTable, windowStart = f.current, now
	}
	changes := residencyChanges(f.current, followed)
	rules := append(orderFaults(f.current, followed), faultsSince(f.current, followed)...)
	if rules = append(rules, faultsSince(windowTable, followed)...); len(rules) > 0 {
		return rules, nil
	}
	var allow *permission
	if newOverlay != nil && newOverlay.allow != nil && newOverlay.revision > f.current.overlay.revision &&
		newOverlay.allow.from == f.current.overlay.revision {
		allow = newOverlay.allow
	}
	var faults []fault
	for {
		faults = limitFaults(f.current, followed, allow)
		if windowTable != f.current {
			faults = append(faults, limitFaults(windowTable, followed, allow)...)
		}
		broken := slices.DeleteFunc(slices.Clone(faults), func(each fault) bool { return each.allowed })
		if len(broken) == 0 {
			break
		}
		var rules []string
		for _, fault := range broken {
			rules = append(rules, fault.rule)
		}
		marks := smallestMarkedSet(broken, f.current, followed)
		if len(marks) == 0 {
			return rules, nil
		}
		ignoredFor = append(ignoredFor, rules...)
		for _, number := range marks {
			ignored[number] = true
		}
		followed, _ = build()
	}
	if len(faults) > 0 || len(changes) > 0 {
		windowTable, windowStart = followed, now
	}
	f.current, f.windowTable, f.windowStart = followed, windowTable, windowStart
	return nil, ignoredFor
}

// smallestMarkedSet returns the new marks of the smallest set of the faults that has any.
func smallestMarkedSet(faults []fault, before, after *table) (marks []int) {
	slices.SortStableFunc(faults, func(a, b fault) int {
		size := func(f fault) int {
			if f.set == nil {
				return maximumNumber
			}
			return len(distinct(f.set))
		}
		return cmp.Or(cmp.Compare(size(a), size(b)), cmp.Compare(setKey(a.set), setKey(b.set)))
	})
	for _, fault := range faults {
		for _, cell := range cellsIn(after, fault.set) {
			if old := before.byNumber[cell.number]; cell.down && old != nil && !old.down {
				marks = append(marks, cell.number)
			}
		}
		if len(marks) > 0 {
			return marks
		}
	}
	return nil
}

func cellsIn(t *table, set []string) []*cell {
	if set == nil {
		return t.cells
	}
	return t.cellsOf(set)
}

func orderFaults(before, after *table) (rules []string) {
	if after.base.revision < before.base.revision ||
		after.base.revision == before.base.revision && after.base.digest != before.base.digest {
		rules = append(rules, "order")
	}
	if before.overlay != nil && (after.overlay.revision < before.overlay.revision ||
		after.overlay.revision == before.overlay.revision && !bytes.Equal(after.overlay.bytes, before.overlay.bytes)) {
		rules = append(rules, "order")
	}
	return rules
}

// faultsSince are those of a step that hold since the window began too.
func faultsSince(before, after *table) (rules []string) {
	for _, tenant := range pinnedTenants(before, after) {
		if tenant.before != nil && tenant.after != nil && tenant.after.epoch < tenant.before.epoch {
			rules = append(rules, "epochs")
			break
		}
	}
	for _, approved := range residencyChanges(before, after) {
		if !approved {
			return append(rules, "residency")
		}
	}
	return rules
}

// countries are those that either table lists, and ZZ for all others.
func countries(before, after *table) []string {
	names := []string{"ZZ"}
	for _, t := range []*table{before, after} {
		for country := range t.base.countries {
			names = append(names, country)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// residencyChanges finds the countries that get new localities, and whether an approval covers all of them.
func residencyChanges(before, after *table) map[string]bool {
	changes := map[string]bool{}
	for _, country := range countries(before, after) {
		from, to := before.jurisdiction(country), after.jurisdiction(country)
		reached := slices.Clone(after.base.jurisdictions[to])
		for _, cell := range after.candidates(to) {
			reached = append(reached, formerLocalities(before, cell)...)
		}
		for _, locality := range reached {
			if slices.Contains(before.base.jurisdictions[from], locality) {
				continue
			}
			covered := slices.ContainsFunc(after.base.approvals, func(entry approval) bool {
				return entry.revision > before.base.revision && slices.Contains(entry.localities, locality) &&
					(entry.country == country || entry.jurisdiction != "" && entry.jurisdiction == from && from == to)
			})
			others, changed := changes[country]
			changes[country] = covered && (others || !changed)
		}
	}
	return changes
}

func formerLocalities(before *table, now *cell) (localities []string) {
	var region []string
	known := false
	for _, old := range before.cells {
		if old.number == now.number || old.endpoint == now.endpoint {
			localities = append(localities, old.locality)
		}
		if old.region == now.region {
			region = append(region, old.locality)
			known = known || old.locality == now.locality
		}
	}
	if !known {
		localities = append(localities, region...)
	}
	return localities
}

// sameCell returns whether a cell is still the same home.
func sameCell(a, b *cell) bool {
	return a != nil && b != nil && a.number == b.number && a.locality == b.locality && a.region == b.region && a.endpoint == b.endpoint
}

// limitFaults compares what tenants get before and after.
func limitFaults(before, after *table, allow *permission) (faults []fault) {
	const share = 0.05
	// permitted returns the cells and the share of tenants that a permission adds.
	permitted := func(set []string) (cells int, moved float64) {
		if allow == nil || set != nil && !allow.sets[setKey(set)] {
			return 0, share
		}
		return allow.cells, max(share, allow.moved)
	}
	sets := map[string][]string{"": nil} // the fleet
	for _, localities := range before.base.jurisdictions {
		if len(localities) > 0 {
			sets[setKey(localities)] = localities
		}
	}
	for _, set := range sets {
		cells, _ := permitted(set)
		check := func(rule string, total, gone int, emptied bool) {
			if gone > 0 && (emptied || gone > max(1, total/5)) {
				faults = append(faults, fault{rule, set, gone <= cells})
			}
		}
		total, gone, inService := countGone(before, after, set, (*cell).inService)
		check("cells", total, gone, inService == 0)
		total, gone, left := countGone(before, after, set, (*cell).canStandIn)
		check("standIns", total, gone, left == 0 && inService >= 2)
	}
	approved := residencyChanges(before, after)
	tenants := pinnedTenants(before, after)
	allowedAfter := map[int]bool{}
	for _, country := range countries(before, after) {
		for _, cell := range after.candidates(after.jurisdiction(country)) {
			allowedAfter[cell.number] = true
		}
	}
	checked := map[string]bool{}
	for _, country := range countries(before, after) {
		from, to := before.jurisdiction(country), after.jurisdiction(country)
		if checked[from+" "+to] || approved[country] {
			continue
		}
		checked[from+" "+to] = true
		set := append([]string{}, before.base.jurisdictions[from]...)
		cells, most := permitted(set)
		check := func(rule string, share, limit float64, allowed bool) {
			if share > limit {
				faults = append(faults, fault{rule, set, allowed})
			}
		}
		moved, lost, total := movedHomes(before, after, from, to)
		check("homes", moved/total, share, moved/total <= most)
		check("refusals", lost/total, share, cells > 0 || lost/total <= most)

		planned := 0.0
		for _, cell := range before.candidates(from) {
			planned += cell.plannedTenants
		}
		changed, dropped, held := movedPins(before, after, from, to, tenants, allowedAfter)
		beyond := (changed - 10) / max(1, planned)
		check("pins", beyond, share, beyond <= most)
		check("pins", dropped, max(10, held*share), dropped <= held*most)
	}
	return faults
}

func countGone(before, after *table, set []string, able func(*cell) bool) (total, gone, left int) {
	for _, old := range cellsIn(before, set) {
		if able(old) {
			total++
			if now := after.byNumber[old.number]; !sameCell(old, now) || !able(now) {
				gone++
			}
		}
	}
	for _, cell := range cellsIn(after, set) {
		if able(cell) {
			left++
		}
	}
	return total, gone, left
}

// served returns whether tenants of this home get an answer: from it, or from any cell that can stand in.
func (t *table) served(jurisdiction string, home *cell) bool {
	candidates := t.candidates(jurisdiction)
	return slices.Contains(candidates, home) && (home.inService() || slices.ContainsFunc(candidates, (*cell).canStandIn))
}

// movedHomes counts tenants that get by hash another home or none, and those that are refused but were served.
func movedHomes(before, after *table, from, to string) (moved, lost, total float64) {
	servedBefore, servedAfter := map[*cell]bool{}, map[*cell]bool{}
	for _, cell := range before.cells {
		servedBefore[cell] = before.served(from, cell)
	}
	for _, cell := range after.cells {
		servedAfter[cell] = after.served(to, cell)
	}
	count := func(old, now *cell) {
		total++
		if old != nil && !sameCell(old, now) {
			moved++
		}
		if servedBefore[old] && !servedAfter[now] {
			lost++
		}
	}
	if useSlots(before, after) {
		old, now := before.slotOwners(before.base.jurisdictions[from]), after.slotOwners(after.base.jurisdictions[to])
		for slot := 0; slot < slotCount; slot++ {
			count(old(slot), now(slot))
		}
		return moved, lost, total
	}
	for index := 0; index < 1000; index++ {
		sample := "sample-" + strconv.Itoa(index)
		count(before.homeByHash(from, sample), after.homeByHash(to, sample))
	}
	return moved, lost, total
}

// useSlots returns whether slots can be compared. Otherwise samples are.
func useSlots(before, after *table) bool {
	return before.base.algorithm == "slots" && after.base.algorithm == "slots"
}

// A pinnedTenant has a pin before or after a step, or both.
type pinnedTenant struct {
	slot          int
	before, after *pin
}

// A pinIdentity is what a table has of a pinned tenant. Those of two keys cannot be compared.
type pinIdentity struct {
	key       string
	hash, tag uint32
}

// pinsByIdentity are the pins of the overlay and the base together.
func (t *table) pinsByIdentity() map[pinIdentity]*pin {
	pins := map[pinIdentity]*pin{}
	key := ""
	if t.overlay != nil {
		key = t.overlay.pinKey
		for index := range t.overlay.pins {
			row := &t.overlay.pins[index]
			pins[pinIdentity{key, row.hash, row.tag}] = &row.pin
		}
	}
	for tenant, named := range t.base.pins {
		id := pinIdentity{key, murmur32(tenant), tagOf(key, tenant)}
		if other := pins[id]; other == nil || other.epoch < named.epoch {
			pins[id] = &named
		}
	}
	return pins
}

func pinnedTenants(before, after *table) (tenants []pinnedTenant) {
	old, now := before.pinsByIdentity(), after.pinsByIdentity()
	for id, pin := range old {
		tenants = append(tenants, pinnedTenant{int(id.hash >> 16), pin, now[id]})
	}
	for id, pin := range now {
		if old[id] == nil {
			tenants = append(tenants, pinnedTenant{int(id.hash >> 16), nil, pin})
		}
	}
	return tenants
}

// movedPins counts the pinned tenants of a country that get another home or are refused, those among them whose pin
// disappears, and all that were pinned.
func movedPins(
	before, after *table, from, to string, tenants []pinnedTenant, allowedAfter map[int]bool,
) (changed, dropped, held float64) {
	slots := useSlots(before, after)
	ownerBefore, ownerAfter := before.slotOwners(before.base.jurisdictions[from]), after.slotOwners(after.base.jurisdictions[to])
	candidatesBefore, candidatesAfter := before.candidates(from), after.candidates(to)
	hasHomes := before.homeByHash(from, "") != nil
	for _, tenant := range tenants {
		var old, now *cell
		if tenant.after != nil {
			now = after.byNumber[tenant.after.cell]
		} else if slots {
			now = ownerAfter(tenant.slot)
		}
		unknown := !slots && (tenant.before == nil || tenant.after == nil)
		if tenant.before != nil {
			old = before.byNumber[tenant.before.cell]
			if !slices.Contains(candidatesBefore, old) {
				continue
			}
			held++
		} else {
			if !slices.Contains(candidatesAfter, now) && allowedAfter[now.number] {
				continue
			}
			if slots {
				old = ownerBefore(tenant.slot)
			}
			unknown = unknown && hasHomes
		}
		stays := slices.Contains(candidatesAfter, now) && sameCell(old, now)
		lost := before.served(from, old) && !after.served(to, now)
		if unknown || old != nil && (!stays || lost) {
			changed++
			if tenant.after == nil {
				dropped++
			}
		}
	}
	return changed, dropped, held
}
