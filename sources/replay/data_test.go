package replay

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// got is a data answer in the form tests compare.
type got struct {
	ID        []string
	Size      []int
	Dimension map[string]struct {
		Category  struct{ Index map[string]int }
		Extension struct {
			Elimination          bool
			EliminationValueCode string
			Codelists            json.RawMessage
		}
	}
	Value  []*float64
	Status map[string]string
	Label  string
}

func (g got) codes(variable string) []string {
	index := g.Dimension[variable].Category.Index
	codes := make([]string, len(index))
	for code, i := range index {
		codes[i] = code
	}
	return codes
}

func (g got) values() []float64 {
	var list []float64
	for _, v := range g.Value {
		if v == nil {
			list = append(list, -1)
		} else {
			list = append(list, *v)
		}
	}
	return list
}

func TestDataSelections(t *testing.T) {
	t.Parallel()
	_, running := serve(t, Options{})
	for name, tt := range map[string]struct {
		body   string
		values []float64
	}{
		"order of the request": {
			selection("Region 2480,24", "Alder 3,0", "Kon 2", "ContentsCode C1", "Tid 2024,2020"),
			[]float64{53104, 53100, 50104, 50100, 33104, 33100, 30104, 30100},
		},
		"variables in any order and case": {
			selection("Tid 2024", "REGION 24", "ContentsCode C1", "alder a;b", "kon 1"),
			[]float64{34004},
		},
		"a value set": {
			selection("Region@vs_Län 24,01", "Alder 2", "Kon 1", "ContentsCode C1", "Tid 2021"),
			[]float64{32001, 12001},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var g got
			post(t, running.SCB()+dataPath, tt.body).json(t, &g)
			if diff := cmp.Diff(tt.values, g.values()); diff != "" {
				t.Error(diff)
			}
			if ids := strings.Join(g.ID, " "); ids != "Region Alder Kon ContentsCode Tid" {
				t.Errorf("id %s", ids)
			}
		})
	}
	var g got
	post(t, running.SCB()+dataPath, selection("Region 24", "Alder 3,0", "Kon 1", "ContentsCode C1", "Tid 2024,2020")).json(t, &g)
	if diff := cmp.Diff([]string{"2024", "2020"}, g.codes("Tid")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{1, 2, 1, 1, 2}, g.Size); diff != "" {
		t.Error(diff)
	}
}

func TestStatusAndExtension(t *testing.T) {
	t.Parallel()
	_, running := serve(t, Options{})
	ask := func(regions string) reply {
		return post(t, running.SCB()+dataPath, selection("Region "+regions, "Alder 0", "Kon 1", "ContentsCode C1", "Tid 2020,2021,2022,2023,2024"))
	}
	var flagged, plain got
	r := ask("00,24")
	r.json(t, &flagged)
	if diff := cmp.Diff(map[string]string{"0": "..", "1": "-"}, flagged.Status); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]float64{-1, -1, 2, 3.5, 4, 30000, 30001, 30002, 30003, 30004}, flagged.values()); diff != "" {
		t.Error(diff)
	}
	region := flagged.Dimension["Region"].Extension
	if !region.Elimination || region.EliminationValueCode != "00" || region.Codelists != nil {
		t.Errorf("extension with the total: %+v", region)
	}
	if flagged.Label != "Prov efter region, ålder, kön och år" {
		t.Errorf("label %q", flagged.Label)
	}
	if strings.Contains(r.body, `"C2"`) || !strings.Contains(r.body, `"discontinued":null`) {
		t.Errorf("body describes more than the extract, or lacks discontinued: %s", r.body)
	}
	r = ask("24")
	r.json(t, &plain)
	if region := plain.Dimension["Region"].Extension; strings.Contains(r.body, `"status"`) || region.Elimination || region.EliminationValueCode != "" {
		t.Errorf("status or elimination without reason: %s", r.body)
	}
	if !strings.Contains(r.body, `"index":{"2020":0,"2021":1,"2022":2,"2023":3,"2024":4}`) {
		t.Errorf("the codes are not in order of position: %s", r.body)
	}
}
