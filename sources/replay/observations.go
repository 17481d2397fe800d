package replay

import (
	"hash/fnv"
	"maps"
	"slices"
	"strconv"
)

// hit is one record of an answer.
type hit struct {
	kpi string
	r   *record
}

// find is in order of KPI, region and period, so that pages are stable.
func (k koladaCall) find(o observed) []hit {
	kpis := slices.Clone(o.kpis)
	if o.kpis == nil {
		kpis = slices.Collect(maps.Keys(k.data.records))
	}
	slices.Sort(kpis)
	regions := k.regions(o)
	var hits []hit
	for _, kpi := range slices.Compact(kpis) {
		records := k.data.records[kpi]
		for i := range records {
			r := &records[i]
			if (regions == nil || regions[r.region]) && (o.years == nil || slices.Contains(o.years, r.period)) &&
				!r.changed.Before(o.since) {
				hits = append(hits, hit{kpi, r})
			}
		}
	}
	return hits
}

// regions are those asked for, of the type asked for; nil is every one.
func (k koladaCall) regions(o observed) map[string]bool {
	if o.regions == nil && o.kind == "" {
		return nil
	}
	in := map[string]bool{}
	for _, id := range o.regions {
		in[id] = true
	}
	if o.kind == "" {
		return in
	}
	kept := map[string]bool{}
	for _, r := range k.data.regions {
		if r.kind == o.kind && (o.regions == nil || in[r.id]) {
			kept[r.id] = true
		}
	}
	return kept
}

// append appends the record with its genders in an order that differs from
// record to record, but not from request to request.
func (h hit) append(b []byte, numeric bool) []byte {
	b = append(b, `{"values":[`...)
	for n, i := range h.order() {
		if n > 0 {
			b = append(b, ',')
		}
		b = h.r.values[i].append(b)
	}
	b = appendString(append(b, `],"kpi":`...), h.kpi)
	b = append(b, `,"period":`...)
	if numeric {
		b = strconv.AppendInt(b, int64(h.r.period), 10)
	} else {
		b = appendString(b, strconv.Itoa(h.r.period))
	}
	b = appendString(append(b, `,"municipality":`...), h.r.region)
	return append(b, '}')
}

// order is one of the permutations of the record's genders, picked by a hash
// of its key.
func (h hit) order() []int {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(h.kpi + "/" + h.r.region + "/" + strconv.Itoa(h.r.period))) // never fails
	dice := sum.Sum32()
	order := span(0, len(h.r.values))
	for i := len(order) - 1; i > 0; i-- {
		j := int(dice % uint32(i+1))
		dice /= uint32(i + 1)
		order[i], order[j] = order[j], order[i]
	}
	return order
}

// append appends one gender. A value that is missing has nobody behind it, and
// a count of 0.
func (v genderValue) append(b []byte) []byte {
	count := 1
	if v.Value == nil {
		count = 0
	}
	if v.Count != nil {
		count = *v.Count
	}
	b = appendString(append(b, `{"gender":`...), v.Gender)
	b = strconv.AppendInt(append(b, `,"count":`...), int64(count), 10)
	b = appendString(append(b, `,"status":`...), v.Status)
	b = append(b, `,"value":`...)
	if v.Value == nil {
		b = append(b, "null"...)
	} else {
		b = appendFloat(b, *v.Value)
	}
	b = strconv.AppendBool(append(b, `,"isdeleted":`...), v.Deleted)
	return append(b, '}')
}

// appendFloat writes a float as Python does, with ".0" after a whole number.
func appendFloat(b []byte, v float64) []byte {
	before := len(b)
	b = appendNumber(b, v)
	if slices.Contains(b[before:], '.') {
		return b
	}
	return append(b, ".0"...)
}
