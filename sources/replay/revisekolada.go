package replay

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// RenameKPI changes a KPI's title.
func (l *Library) RenameKPI(id, title string) error {
	kpis := slices.Clone(l.lists["kpi"])
	i := slices.IndexFunc(kpis, func(o object) bool { return o.is(id) })
	if i < 0 {
		return fmt.Errorf("replay: no KPI %s", id)
	}
	kpis[i] = maps.Clone(kpis[i])
	kpis[i]["title"] = encode(title)
	l.lists["kpi"] = kpis
	return nil
}

// RemoveKolada takes a KPI or a region, and all its data, away.
func (l *Library) RemoveKolada(id string) error {
	found := false
	for name, list := range l.lists {
		l.lists[name] = slices.DeleteFunc(slices.Clone(list), func(o object) bool { return o.is(id) })
		found = found || len(l.lists[name]) < len(list)
	}
	if !found {
		return fmt.Errorf("replay: no KPI or region %s", id)
	}
	for kpi, records := range l.records {
		l.records[kpi] = slices.DeleteFunc(slices.Clone(records), func(r Record) bool { return r.KPI == id || r.Municipality == id })
	}
	return nil
}

// SetKolada changes one gender's value; nil makes it missing. A zero changed
// is a silent revision: from_date does not see it.
func (l *Library) SetKolada(kpi, region string, period int, gender string, value *float64, changed time.Time) error {
	count := 1
	if value == nil {
		count = 0
	}
	return l.editKolada(kpi, region, period, changed, GenderValue{Gender: gender, Count: count, Value: value})
}

// WithdrawKolada marks one gender's value as deleted.
func (l *Library) WithdrawKolada(kpi, region string, period int, gender string, changed time.Time) error {
	return l.editKolada(kpi, region, period, changed, GenderValue{Gender: gender, Deleted: true})
}

// AddKolada adds a record of one gender's value, of a period that a KPI did not
// have for the region.
func (l *Library) AddKolada(kpi, region string, period int, gender string, value float64, changed time.Time) {
	added := Record{[]GenderValue{{Gender: gender, Count: 1, Value: &value}}, kpi, period, region, changed}
	l.records[kpi] = slices.SortedStableFunc(slices.Values(append(slices.Clone(l.records[kpi]), added)), compareRecords)
}

// RemoveRecords takes a region's records of a KPI from a year on away, without a
// word: neither from_date nor isdeleted tells.
func (l *Library) RemoveRecords(kpi, region string, from int) error {
	kept := slices.DeleteFunc(slices.Clone(l.records[kpi]), func(r Record) bool { return r.Municipality == region && r.Period >= from })
	if len(kept) == len(l.records[kpi]) {
		return fmt.Errorf("replay: no record %s %s from %d on", kpi, region, from)
	}
	l.records[kpi] = kept
	return nil
}

func (l *Library) editKolada(kpi, region string, period int, changed time.Time, value GenderValue) error {
	records := slices.Clone(l.records[kpi])
	for i := range records {
		r := &records[i]
		k := slices.IndexFunc(r.Values, func(v GenderValue) bool { return v.Gender == value.Gender })
		if r.Municipality != region || r.Period != period || k < 0 {
			continue
		}
		r.Values = slices.Clone(r.Values)
		r.Values[k] = value
		if !changed.IsZero() {
			r.changed = changed
		}
		l.records[kpi] = records
		return nil
	}
	return fmt.Errorf("replay: no record %s %s %d with gender %s", kpi, region, period, value.Gender)
}
