package replay

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"time"
)

// koladaData is Kolada's part of a folder.
type koladaData struct {
	kpis, regions           []object
	kpiGroups, regionGroups []object
	records                 map[string][]record // by KPI, then in order of region and period
	changed                 time.Time
}

// object is a metadata object; what the server does not read is kept as JSON.
type object struct {
	id, title, kind string // kind: municipality_type of a KPI, type of a region
	fields          map[string]json.RawMessage
}

// record is one (KPI, region, period) with its genders.
type record struct {
	region  string
	period  int
	changed time.Time
	values  []genderValue
}

type genderValue struct {
	Gender  string   `json:"gender"`
	Count   *int     `json:"count"`
	Status  string   `json:"status"`
	Value   *float64 `json:"value"`
	Deleted bool     `json:"isdeleted"`
}

type recordJSON struct {
	KPI          string        `json:"kpi"`
	Municipality string        `json:"municipality"`
	Period       json.Number   `json:"period"`
	Changed      string        `json:"changed"`
	Values       []genderValue `json:"values"`
}

type fileJSON struct {
	Changed string       `json:"changed"`
	Values  []recordJSON `json:"values"`
}

func openKolada(fsys fs.FS) (*koladaData, error) {
	d := &koladaData{records: map[string][]record{}}
	folder := struct{ Changed string }{"2026-01-01"}
	if err := readJSON(fsys, "kolada/folder.json", &folder); err != nil {
		return d, err
	}
	var err error
	if d.changed, err = time.Parse(time.DateOnly, folder.Changed); err != nil {
		return d, fmt.Errorf("kolada/folder.json: %w", err)
	}
	return d, errors.Join(
		readObjects(fsys, "kolada/kpi.json", &d.kpis),
		readObjects(fsys, "kolada/municipality.json", &d.regions),
		readObjects(fsys, "kolada/kpi_groups.json", &d.kpiGroups),
		readObjects(fsys, "kolada/municipality_groups.json", &d.regionGroups),
		d.openRecords(fsys),
	)
}

func (d *koladaData) openRecords(fsys fs.FS) error {
	names, err := jsonFiles(fsys, "kolada/data")
	if err != nil {
		return err
	}
	for _, name := range names {
		var f fileJSON
		if err := readJSON(fsys, name, &f); err != nil {
			return err
		}
		if err := d.add(f); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	for _, records := range d.records {
		slices.SortStableFunc(records, compareRecords)
	}
	return nil
}

func (d *koladaData) add(f fileJSON) error {
	fallback, err := dateOr(f.Changed, d.changed)
	if err != nil {
		return err
	}
	for i, r := range f.Values {
		period, err := r.Period.Int64()
		if err != nil {
			return fmt.Errorf("record %d: period: %w", i, err)
		}
		changed, err := dateOr(r.Changed, fallback)
		if err != nil {
			return fmt.Errorf("record %d: %w", i, err)
		}
		d.records[r.KPI] = append(d.records[r.KPI],
			record{region: r.Municipality, period: int(period), changed: changed, values: r.Values})
	}
	return nil
}

func dateOr(text string, fallback time.Time) (time.Time, error) {
	if text == "" {
		return fallback, nil
	}
	return time.Parse(time.DateOnly, text)
}

func compareRecords(a, b record) int {
	if a.region != b.region {
		return bytes.Compare([]byte(a.region), []byte(b.region))
	}
	return a.period - b.period
}

// readObjects reads a metadata file: a bare array or an envelope with values.
func readObjects(fsys fs.FS, name string, to *[]object) error {
	var raw json.RawMessage
	if err := readJSON(fsys, name, &raw); err != nil || raw == nil {
		return err
	}
	var wrapped struct{ Values json.RawMessage }
	if json.Unmarshal(raw, &wrapped) == nil {
		raw = wrapped.Values
	}
	var all []map[string]json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for _, fields := range all {
		*to = append(*to, object{
			id: text(fields["id"]), title: text(fields["title"]),
			kind:   text(fields["type"]) + text(fields["municipality_type"]),
			fields: fields,
		})
	}
	return nil
}

// text is a JSON string's content, and "" for anything else.
func text(raw json.RawMessage) string {
	var s string
	_ = json.Unmarshal(raw, &s)
	return s
}

func (d *koladaData) clone() *koladaData {
	c := *d
	c.kpis, c.regions = slices.Clone(d.kpis), slices.Clone(d.regions)
	c.records = maps.Clone(d.records)
	return &c
}
