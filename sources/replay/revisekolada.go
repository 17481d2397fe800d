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

// RemoveKPI takes a KPI and all its data away.
func (l *Library) RemoveKPI(id string) error {
	delete(l.records, id)
	return l.remove("kpi", id)
}

// RemoveMunicipality takes a region and all its data away.
func (l *Library) RemoveMunicipality(id string) error {
	for kpi, records := range l.records {
		l.records[kpi] = slices.DeleteFunc(slices.Clone(records), func(r record) bool { return r.Municipality == id })
	}
	return l.remove("municipality", id)
}

// remove takes an object out of a metadata list.
func (l *Library) remove(list, id string) error {
	kept := slices.DeleteFunc(slices.Clone(l.lists[list]), func(o object) bool { return o.is(id) })
	if len(kept) == len(l.lists[list]) {
		return fmt.Errorf("replay: no %s %s", list, id)
	}
	l.lists[list] = kept
	return nil
}

// SetKolada changes one gender's value; nil makes it missing. A zero changed
// is a silent revision: from_date does not see it.
func (l *Library) SetKolada(kpi, region string, period int, gender string, value *float64, changed time.Time) error {
	count := 1
	if value == nil {
		count = 0
	}
	return l.editKolada(kpi, region, period, changed, genderValue{Gender: gender, Count: count, Value: value})
}

// AddKolada adds a record of one gender's value, of a period that a KPI did not
// have for the region.
func (l *Library) AddKolada(kpi, region string, period int, gender string, value float64, changed time.Time) {
	added := record{[]genderValue{{Gender: gender, Count: 1, Value: &value}}, kpi, period, region, changed}
	l.records[kpi] = slices.SortedStableFunc(slices.Values(append(slices.Clone(l.records[kpi]), added)), compareRecords)
}

// WithdrawKolada marks one gender's value as deleted.
func (l *Library) WithdrawKolada(kpi, region string, period int, gender string, changed time.Time) error {
	return l.editKolada(kpi, region, period, changed, genderValue{Gender: gender, Deleted: true})
}

// RemoveRecords takes a region's records of a KPI from a year on away, without a
// word: neither from_date nor isdeleted tells.
func (l *Library) RemoveRecords(kpi, region string, from int) error {
	kept := slices.DeleteFunc(slices.Clone(l.records[kpi]), func(r record) bool { return r.Municipality == region && r.Period >= from })
	if len(kept) == len(l.records[kpi]) {
		return fmt.Errorf("replay: no record %s %s from %d on", kpi, region, from)
	}
	l.records[kpi] = kept
	return nil
}

func (l *Library) editKolada(kpi, region string, period int, changed time.Time, value genderValue) error {
	records := slices.Clone(l.records[kpi])
	i := slices.IndexFunc(records, func(r record) bool { return r.Municipality == region && r.Period == period })
	if i < 0 {
		return fmt.Errorf("replay: no record %s %s %d", kpi, region, period)
	}
	r := &records[i]
	k := slices.IndexFunc(r.Values, func(v genderValue) bool { return v.Gender == value.Gender })
	if k < 0 {
		return fmt.Errorf("replay: no gender %s in %s %s %d", value.Gender, kpi, region, period)
	}
	r.Values = slices.Clone(r.Values)
	r.Values[k] = value
	if !changed.IsZero() {
		r.changed = changed
	}
	l.records[kpi] = records
	return nil
}
