package outcomes

import "maps"

// prefill is what is known of the unit's running efforts, for follow-up:
// efforts and links as they stand, and each measure with its value left open.
func prefill(s Sheet, b Book, known *Known) []map[string]string {
	running := map[string]bool{}
	for _, row := range known.Rows(Efforts) {
		v := row.Values
		if (b.Unit == "" || fold(v["enhet"]) == fold(b.Unit)) && (v["status"] == "planerad" || v["status"] == "pagaende") {
			running[row.ID] = true
		}
	}
	done := reported(b, known)
	var rows []map[string]string
	for _, row := range known.Rows(s.Name) {
		v := row.Values
		if !running[v["insats_id"]] {
			continue
		}
		switch s.Name {
		case Efforts, Links:
			values := maps.Clone(v)
			delete(values, "ersatter")
			rows = append(rows, values)
		case Results:
			if measure := v["insats_id"] + "/" + v["matt_id"]; !done[measure] {
				done[measure] = true
				rows = append(rows, followed(v, b.Round.Name))
			}
		}
	}
	return rows
}

// reported is the measures that the round already has.
func reported(b Book, known *Known) map[string]bool {
	done := map[string]bool{}
	for _, row := range known.Rows(Results) {
		if row.Values["period"] >= b.Round.Name {
			done[row.Values["insats_id"]+"/"+row.Values["matt_id"]] = true
		}
	}
	return done
}

// followed is a measure as of a round, its value left open.
func followed(v map[string]string, round string) map[string]string {
	open := map[string]string{"period": round}
	for _, column := range []string{"insats_id", "niva", "generisk_aktivitet", "matt_id", "matt_namn", "enhet"} {
		open[column] = v[column]
	}
	return open
}
