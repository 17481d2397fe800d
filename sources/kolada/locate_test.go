package kolada

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"effekt/sources"
)

const twoRecords = ` {"count": 2, "values": [
 {"values": [{"value": 12.50, "gender": "T", "count": 1, "status": "", "isdeleted": false},
             {"gender": "K", "value": null, "count": 1},
             {"gender": "M", "status": "x", "value": 7e1}], "kpi": "N00957", "municipality": "0024", "period": 2024},
 {"kpi": "N00957", "municipality": "0023", "period": 2024, "extra": {"value": 1, "gender": "T"},
  "values": [{"gender": "T", "value": 3, "isdeleted": true}, {"gender": "K", "count": 1}]}
], "next_url": null}`

// locate finds one figure on a page.
func locate(body []byte, key Key) (sources.Place, error) {
	cell := map[string]string{"kpi": key.KPI, "municipality": key.Municipality, "year": strconv.Itoa(key.Year), "gender": key.Gender}
	places, err := Source{}.Locate(sources.Part{}, stored(body)[0], []map[string]string{cell})
	if err != nil {
		return sources.Place{}, err
	}
	return places[0], nil
}

func TestLocate(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		region, gender, raw string
		found, absent       bool
	}{
		{"0024", "T", "12.50", true, false},
		{"0024", "K", "null", true, false},
		{"0024", "M", "7e1", true, false},
		{"0023", "T", "", false, false}, // deleted
		{"0023", "K", "null", true, true},
		{"0022", "T", "", false, false},
	} {
		place, err := locate([]byte(twoRecords), Key{"N00957", test.region, 2024, test.gender})
		if err != nil || place.Found != test.found || place.Raw != test.raw {
			t.Errorf("%s %s: %+v, %v", test.region, test.gender, place, err)
		}
		if !place.Found {
			continue
		}
		if absent := place.Offset < 0; absent != test.absent {
			t.Errorf("%s %s: byte %d", test.region, test.gender, place.Offset)
		} else if !absent && !strings.HasPrefix(twoRecords[place.Offset:], test.raw) {
			t.Errorf("%s %s: byte %d has %.10q, want %q", test.region, test.gender, place.Offset, twoRecords[place.Offset:], test.raw)
		}
	}
}

// TestLocateAgreesWithDecode looks up every figure of a page.
func TestLocateAgreesWithDecode(t *testing.T) {
	t.Parallel()
	var records []string
	for year := 2000; year < 2020; year++ {
		records = append(records, fmt.Sprintf(`{"kpi":"N1","municipality":"2480","period":%d,"values":[{"gender":"T","value":%d.25},{"gender":"K","value":-%d}]}`, year, year, year))
	}
	body := []byte(`{"values":[` + strings.Join(records, ",") + `],"count":20}`)
	page, err := DecodePage(body)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range page.Values {
		place, err := locate(body, v.Key)
		if err != nil || !place.Found {
			t.Fatalf("%v: %+v, %v", v.Key, place, err)
		}
		if got, err := strconv.ParseFloat(place.Raw, 64); err != nil || got != v.Value || !strings.HasPrefix(string(body[place.Offset:]), place.Raw) {
			t.Fatalf("%v: %+v, want %v", v.Key, place, v.Value)
		}
	}
}

func TestLocateRefuses(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "<html>", `{"error":"x"}`, twoRecords[:200]} {
		if _, err := locate([]byte(body), Key{}); err == nil {
			t.Errorf("%.20q was located in", body)
		}
	}
}
