package outcomes

import "slices"

// remembered looks a key up once: a submission may have a row for each of
// thousands of rows to be held against.
func remembered[T any](found map[string]T, key string, look func() T) T {
	if _, ok := found[key]; !ok {
		found[key] = look()
	}
	return found[key]
}

// effortNamed is what holds of an effort when the submission is in.
func (r *reader) effortNamed(id string) map[string]string {
	return remembered(r.efforts, id, func() map[string]string {
		all := r.entries[Efforts]
		if i := slices.IndexFunc(all, func(e *entry) bool { return e.get("insats_id") == id }); i >= 0 {
			return all[i].Values
		}
		row, _ := r.known.Current(Efforts, id)
		return row.Values
	})
}

// resultsOf lists what holds of an effort's results when the submission is in.
func (r *reader) resultsOf(effort string) []map[string]string {
	return remembered(r.results, effort, func() (all []map[string]string) {
		replaced := map[string]bool{}
		for _, e := range r.entries[Results] {
			if !e.idle && e.get("insats_id") == effort {
				all = append(all, e.Values)
				replaced[e.get("period")+"/"+e.get("matt_id")] = true
			}
		}
		for _, row := range r.known.Rows(Results) {
			if v := row.Values; v["insats_id"] == effort && !replaced[v["period"]+"/"+v["matt_id"]] {
				all = append(all, v)
			}
		}
		return all
	})
}

// measured lists those of them that are of one measure.
func (r *reader) measured(effort, measure string) []map[string]string {
	return remembered(r.results, effort+"\x00"+measure, func() []map[string]string {
		return slices.DeleteFunc(slices.Clone(r.resultsOf(effort)), func(v map[string]string) bool { return v["matt_id"] != measure })
	})
}

// outOfTime finds a half-year of which no day lies within the effort's dates.
func outOfTime(r *reader, e *entry, _ string) []any {
	effort := r.effortNamed(e.get("insats_id"))
	if effort == nil || e.get("period") == "" || e.broken["period"] {
		return nil
	}
	first, last := HalfYear(e.get("period"))
	from, to := effort["start_datum"], effort["slut_datum"]
	return when(from != "" && last < from || to != "" && first > to, from, to)
}

// report finds report types that are not those of the effort: the project
// reports are for the 1:1 projects.
func report(project bool) predicate {
	return func(r *reader, e *entry, _ string) []any {
		kind, of := e.get("rapporttyp"), r.effortNamed(e.get("insats_id"))["insatstyp"]
		return when(of != "" && kind != "" && (of == "extern_1_1") == project && (kind == "halvar") == project, of)
	}
}

// changedMeasure asks that a measure means the same from one half-year to the next.
// Of the first half-year that differs the first column that does is told.
func changedMeasure(r *reader, e *entry, column string) []any {
	for _, other := range r.measured(e.get("insats_id"), e.get("matt_id")) {
		for _, c := range []string{"niva", "enhet"} {
			if other["period"] < e.get("period") && e.get(c) != "" && other[c] != "" && other[c] != e.get(c) {
				return when(c == column, e.get("matt_id"), other[c], other["period"])
			}
		}
	}
	return nil
}

// progress is the first and last period of the progress reports that come before
// a final one; final tells whether the row is one.
func (r *reader) progress(e *entry) (first, last string, final bool) {
	if e.get("rapporttyp") != "slutrapport" || e.broken["rapporttyp"] || e.get("period") == "" {
		return "", "", false
	}
	for _, other := range r.resultsOf(e.get("insats_id")) {
		if period := other["period"]; other["rapporttyp"] == "lagesrapport" {
			last = max(last, period)
			if first == "" || period < first {
				first = period
			}
		}
	}
	return first, last, true
}

// level is that of the measure in which a link begins, an outcome if it ever was
// one; ok is false where the link does not say which.
func (r *reader) level(e *entry) (level string, ok bool) {
	effort, measure := e.get("insats_id"), e.get("matt_id")
	if effort == "" || measure == "" || e.broken["insats_id"] {
		return "", false
	}
	for _, v := range r.measured(effort, measure) {
		if level = v["niva"]; level == "utfall" {
			break
		}
	}
	return level, true
}
