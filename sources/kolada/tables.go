package kolada

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"effekt/sources"
	"effekt/sources/jsontext"

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
	list := func(name, region string, columns []sources.Column) sources.Table {
		read := func(...string) array.RecordReader {
			var all []sources.Stored
			for _, part := range used {
				all = append(all, part.Stored(name)...)
			}
			return newListReader(sources.Bodies(all), columns)
		}
		return sources.Table{Schema: "kolada", Name: name, Region: region, Columns: columns, Fill: []sources.Fill{{Read: read}}}
	}
	return []sources.Table{value, list("kpi", "", columns(kpiColumns)), list("municipality", "id", columns(municipalityColumns))}
}

// Locate finds the figures that stand on a stored page.
func (s Source) Locate(_ sources.Part, answer sources.Stored, cells []map[string]string) ([]sources.Place, error) {
	body, err := answer.Body()
	if err != nil {
		return nil, err
	}
	d := newDecoder(nil)
	page, err := d.page(body)
	if err != nil {
		return nil, err
	}
	found := map[Key]int{}
	for i, v := range page.Values {
		if !v.Deleted {
			found[v.Key] = i
		}
	}
	places := make([]sources.Place, len(cells))
	for i, cell := range cells {
		year, err := strconv.Atoi(cell["year"])
		if err != nil {
			return nil, fmt.Errorf("kolada: %w", err)
		}
		n, ok := found[Key{KPI: cell["kpi"], Municipality: cell["municipality"], Year: year, Gender: cell["gender"]}]
		if !ok {
			continue
		}
		places[i] = sources.Place{Found: true, Cell: -1, Offset: int64(d.places[n]), Raw: "null", Status: page.Values[n].Status}
		if at := d.places[n]; at >= 0 {
			s := jsontext.New(body)
			s.Seek(at)
			places[i].Raw = string(s.Raw())
		}
	}
	return places, nil
}
