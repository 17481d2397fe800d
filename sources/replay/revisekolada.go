package replay

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// RenameKPI changes a KPI's title.
func (l *Library) RenameKPI(id, title string) error {
	d := l.kolada
	i := slices.IndexFunc(d.kpis, func(o object) bool { return o.id == id })
	if i < 0 {
		return fmt.Errorf("replay: no KPI %s", id)
	}
	o := d.kpis[i]
	o.title, o.fields = title, maps.Clone(o.fields)
	o.fields["title"] = json.RawMessage(appendString(nil, title))
	d.kpis[i] = o
	return nil
}

// RemoveKPI takes a KPI and all its data away.
func (l *Library) RemoveKPI(id string) error {
	d := l.kolada
	if !slices.ContainsFunc(d.kpis, func(o object) bool { return o.id == id }) {
		return fmt.Errorf("replay: no KPI %s", id)
	}
	d.kpis = slices.DeleteFunc(d.kpis, func(o object) bool { return o.id == id })
	delete(d.records, id)
	return nil
}

// RemoveMunicipality takes a region and all its data away.
func (l *Library) RemoveMunicipality(id string) error {
	d := l.kolada
	if !slices.ContainsFunc(d.regions, func(o object) bool { return o.id == id }) {
		return fmt.Errorf("replay: no region %s", id)
	}
	d.regions = slices.DeleteFunc(d.regions, func(o object) bool { return o.id == id })
	for kpi, records := range d.records {
		d.records[kpi] = slices.DeleteFunc(slices.Clone(records), func(r record) bool { return r.region == id })
	}
	return nil
}

// SetKolada changes one gender's value; nil makes it missing. A zero changed
// is a silent revision: from_date does not see it.
func (l *Library) SetKolada(kpi, region string, period int, gender string, value *float64, changed time.Time) error {
	return l.editKolada(kpi, region, period, gender, changed, func(v *genderValue) { v.Value, v.Count = value, nil })
}

// AddKolada adds a record of one gender's value, of a period that a KPI did not
// have for the region.
func (l *Library) AddKolada(kpi, region string, period int, gender string, value float64, changed time.Time) {
	records := append(slices.Clone(l.kolada.records[kpi]), record{region: region, period: period, changed: changed, values: []genderValue{{Gender: gender, Value: &value}}})
	slices.SortStableFunc(records, compareRecords)
	l.kolada.records[kpi] = records
}

// WithdrawKolada marks one gender's value as deleted.
func (l *Library) WithdrawKolada(kpi, region string, period int, gender string, changed time.Time) error {
	return l.editKolada(kpi, region, period, gender, changed, func(v *genderValue) { v.Value, v.Count, v.Deleted = nil, nil, true })
}

// RemoveRecords takes a region's records of a KPI from a year on away, without a
// word: neither from_date nor isdeleted tells.
func (l *Library) RemoveRecords(kpi, region string, from int) error {
	kept := slices.DeleteFunc(slices.Clone(l.kolada.records[kpi]), func(r record) bool { return r.region == region && r.period >= from })
	if len(kept) == len(l.kolada.records[kpi]) {
		return fmt.Errorf("replay: no record %s %s from %d on", kpi, region, from)
	}
	l.kolada.records[kpi] = kept
	return nil
}

func (l *Library) editKolada(kpi, region string, period int, gender string, changed time.Time, f func(*genderValue)) error {
	records := slices.Clone(l.kolada.records[kpi])
	i := slices.IndexFunc(records, func(r record) bool { return r.region == region && r.period == period })
	if i < 0 {
		return fmt.Errorf("replay: no record %s %s %d", kpi, region, period)
	}
	r := &records[i]
	k := slices.IndexFunc(r.values, func(v genderValue) bool { return v.Gender == gender })
	if k < 0 {
		return fmt.Errorf("replay: no gender %s in %s %s %d", gender, kpi, region, period)
	}
	r.values = slices.Clone(r.values)
	f(&r.values[k])
	if !changed.IsZero() {
		r.changed = changed
	}
	l.kolada.records[kpi] = records
	return nil
}
