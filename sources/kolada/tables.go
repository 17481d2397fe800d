package kolada

import (
	"effekt/sources"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"
)

// Tables are kolada.value, with the figures of all groups, and the lists
// kolada.kpi and kolada.municipality, in which what came last holds. A KPI that
// its group's newest vintage had to leave out comes from the last vintage that
// holds it.
func (s Source) Tables(sets []sources.Set) []sources.Table {
	value := sources.Table{
		Schema: "kolada", Name: "value", Region: "municipality", Key: []string{"kpi", "municipality", "year", "gender"},
		Columns: columns("kpi varchar, municipality varchar, year integer, gender varchar, value double, count bigint, status varchar"),
	}
	value.Columns[2].Variable = "period"
	var used []sources.Part
	for _, set := range sets {
		for _, part := range set.Parts {
			used = append(used, part)
			value.Fill = append(value.Fill, sources.Fill{Dataset: set.Name, Series: part.Series, Read: func(series ...string) array.RecordReader {
				if len(series) == 0 {
					series = part.Series
				}
				return NewReader(part.Bodies("data"), series...)
			}})
		}
	}
	slices.SortStableFunc(used, func(a, b sources.Part) int { return strings.Compare(a.Vintage, b.Vintage) })
	stored := func(role string) (all []sources.Stored) {
		for _, part := range used {
			all = append(all, part.Stored(role)...)
		}
		return all
	}
	return []sources.Table{
		value,
		{
			Schema: "kolada", Name: "kpi", Columns: columns("id varchar, title varchar, description varchar, is_divided_by_gender boolean, municipality_type varchar, auspice varchar, " +
				"operating_area varchar, perspective varchar, prel_publication_date varchar, publication_date varchar, publ_period varchar, has_ou_data boolean"),
			Fill: []sources.Fill{{Read: func(...string) array.RecordReader { return NewKPIReader(sources.Bodies(stored("kpi"))) }}},
		},
		{
			Schema: "kolada", Name: "municipality", Region: "id", Columns: columns("id varchar, title varchar, type varchar"),
			Fill: []sources.Fill{{Read: func(...string) array.RecordReader {
				return NewMunicipalityReader(sources.Bodies(stored("municipality")))
			}}},
		},
	}
}

// columns reads "name type, name type".
func columns(list string) []sources.Column {
	var all []sources.Column
	for one := range strings.SplitSeq(list, ", ") {
		name, kind, _ := strings.Cut(one, " ")
		all = append(all, sources.Column{Name: name, Type: kind})
	}
	return all
}

// Locate finds the figures that stand on a stored page.
func (s Source) Locate(_ sources.Part, answer sources.Stored, cells []map[string]string) ([]sources.Place, error) {
	body, err := answer.Body()
	if err != nil {
		return nil, err
	}
	wanted := map[Key][]int{}
	for i, cell := range cells {
		year, err := strconv.Atoi(cell["year"])
		if err != nil {
			return nil, fmt.Errorf("kolada: %w", err)
		}
		key := Key{KPI: cell["kpi"], Municipality: cell["municipality"], Year: year, Gender: cell["gender"]}
		wanted[key] = append(wanted[key], i)
	}
	places := make([]sources.Place, len(cells))
	d := newDecoder(nil)
	d.locate = true
	d.sink = func(row []Value) error {
		for n, v := range row {
			for _, i := range wanted[v.Key] {
				if !v.Deleted {
					places[i] = sources.Place{Found: true, Cell: -1, Offset: d.places[n].offset, Raw: d.places[n].raw, Status: v.Status}
				}
			}
		}
		return nil
	}
	_, err = d.page(body)
	return places, err
}
