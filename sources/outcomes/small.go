package outcomes

import (
	"maps"
	"strconv"
)

// Hide takes away every count that is above zero and below floor, and those
// that would give it away: when one of women and men is hidden so is the
// other, and when the total is hidden so are both. It returns how many values
// were hidden. Only counts are hidden (enhet antal, and malgrupp_storlek).
func Hide(rows []Handed, floor int) int {
	n := 0
	for i := range rows {
		row := &rows[i]
		switch {
		case row.Sheet == Results && row.Values["enhet"] == "antal":
			row.hide(hiddenCounts(row.Values, floor))
		case row.Sheet == Links && small(row.Values["malgrupp_storlek"], floor):
			row.hide([]string{"malgrupp_storlek"})
		}
		n += len(row.Hidden)
	}
	return n
}

func hiddenCounts(v map[string]string, floor int) []string {
	total := small(v["uppnatt_varde"], floor)
	part := small(v["varav_kvinnor"], floor) || small(v["varav_man"], floor) || small(rest(v), floor)
	var columns []string
	if total {
		columns = append(columns, "uppnatt_varde")
	}
	for _, column := range []string{"varav_kvinnor", "varav_man"} {
		if (total || part) && v[column] != "" {
			columns = append(columns, column)
		}
	}
	return columns
}

// rest is those of the total that are in no part, which a reader could work out.
func rest(v map[string]string) string {
	total, err := strconv.ParseFloat(v["uppnatt_varde"], 64)
	women, err1 := strconv.ParseFloat(v["varav_kvinnor"], 64)
	men, err2 := strconv.ParseFloat(v["varav_man"], 64)
	if err != nil || err1 != nil && err2 != nil {
		return ""
	}
	return strconv.FormatFloat(total-women-men, 'f', -1, 64)
}

func small(value string, floor int) bool {
	f, err := strconv.ParseFloat(value, 64)
	return err == nil && f > 0 && f < float64(floor)
}

// hide empties columns without touching the row as it was read.
func (h *Handed) hide(columns []string) {
	if len(columns) == 0 {
		return
	}
	values := maps.Clone(h.Values)
	for _, column := range columns {
		values[column] = ""
	}
	h.Values, h.Hidden = values, columns
}
