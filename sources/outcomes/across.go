package outcomes

import (
	"fmt"
	"slices"
)

// across checks rows against one another, in the submission and before it.
func (r *reader) across() {
	for _, e := range slices.Concat(r.entries[Results], r.entries[Links], r.entries[Answers]) {
		if id := e.get("insats_id"); id != "" && !e.broken["insats_id"] && r.effortNamed(id) == nil {
			r.fail(e, "insats_id", fmt.Sprintf("Insatsen %s finns inte på bladet insatser och är inte rapporterad tidigare.", id), "Rätta id:t eller lägg till insatsen på bladet insatser.")
		}
	}
	for _, e := range r.entries[Results] {
		if e.idle || r.hopeless() {
			continue
		}
		r.within(e)
		r.reportType(e)
		r.stable(e)
		r.performed(e)
	}
	r.finals()
	for _, e := range r.entries[Links] {
		r.outcome(e)
	}
}

// effortNamed is what holds of an effort when the submission is in.
func (r *reader) effortNamed(id string) map[string]string {
	return remembered(r.efforts, id, r.findEffort)
}

// remembered looks a key up once: a submission may have a row for each of
// thousands of rows to be held against.
func remembered[T any](found map[string]T, key string, look func(string) T) T {
	if _, ok := found[key]; !ok {
		found[key] = look(key)
	}
	return found[key]
}

func (r *reader) findEffort(id string) map[string]string {
	for _, e := range r.entries[Efforts] {
		if e.get("insats_id") == id {
			return e.Values
		}
	}
	if row, ok := r.known.Current(Efforts, id); ok {
		return row.Values
	}
	return nil
}

// resultsOf lists what holds of an effort's results when the submission is in.
func (r *reader) resultsOf(effort string) []map[string]string {
	return remembered(r.results, effort, r.findResults)
}

// measured lists those of them that are of one measure.
func (r *reader) measured(effort, measure string) []map[string]string {
	return remembered(r.results, effort+"\x00"+measure, func(string) []map[string]string {
		return slices.DeleteFunc(slices.Clone(r.resultsOf(effort)), func(v map[string]string) bool { return v["matt_id"] != measure })
	})
}

func (r *reader) findResults(effort string) []map[string]string {
	var all []map[string]string
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
}

// within asks that some of the half-year lies within the effort's dates.
func (r *reader) within(e *entry) {
	effort := r.effortNamed(e.get("insats_id"))
	period := e.get("period")
	if effort == nil || period == "" || e.broken["period"] {
		return
	}
	first, last := period[:4]+"-01-01", period[:4]+"-06-30"
	if period[4:] == "H2" {
		first, last = period[:4]+"-07-01", period[:4]+"-12-31"
	}
	from, to := effort["start_datum"], effort["slut_datum"]
	if from != "" && last < from || to != "" && first > to {
		r.fail(e, "period", fmt.Sprintf("Halvåret ligger utanför insatsens tid (%s – %s).", from, to), "Rätta perioden, eller insatsens datum på bladet insatser.")
	}
}

// reportType keeps the project reports to the 1:1 projects.
func (r *reader) reportType(e *entry) {
	effort := r.effortNamed(e.get("insats_id"))
	kind := e.get("rapporttyp")
	if effort == nil || effort["insatstyp"] == "" || kind == "" {
		return
	}
	project := effort["insatstyp"] == "extern_1_1"
	switch {
	case !project && kind != "halvar":
		r.fail(e, "rapporttyp", fmt.Sprintf("Läges- och slutrapport finns bara för extern_1_1, och insatsen är %s.", effort["insatstyp"]), "Välj halvar, eller rätta insatstyp.")
	case project && kind == "halvar":
		r.warn(e, "rapporttyp", "Ett 1:1-projekt rapporterar i läges- och slutrapporter. Raden räknas inte som en sådan.", "Välj lagesrapport eller slutrapport om det är det.")
	}
}

// stable asks that a measure means the same from one half-year to the next.
func (r *reader) stable(e *entry) {
	for _, other := range r.measured(e.get("insats_id"), e.get("matt_id")) {
		if other["period"] >= e.get("period") {
			continue
		}
		for _, column := range []string{"niva", "enhet"} {
			if e.get(column) != "" && other[column] != "" && other[column] != e.get(column) {
				r.fail(e, column, fmt.Sprintf("%s hade %s %s i %s.", e.get("matt_id"), column, other[column], other["period"]), "Ett mått betyder samma sak varje halvår. Ge ett nytt mått ett nytt matt_id.")
				return
			}
		}
	}
}

// performed asks that an outcome comes of something that was carried out.
func (r *reader) performed(e *entry) {
	if e.get("niva") != "utfall" || e.get("insats_id") == "" {
		return
	}
	if !slices.ContainsFunc(r.resultsOf(e.get("insats_id")), func(v map[string]string) bool { return v["niva"] == "prestation" }) {
		r.fail(e, "niva", "Insatsen har ett utfall men ingen prestation.", "Lägg till en rad med niva prestation: vad genomfördes?")
	}
}

// finals asks that the progress reports of a project come before the final one.
func (r *reader) finals() {
	for _, e := range r.entries[Results] {
		if e.get("rapporttyp") != "slutrapport" || e.broken["rapporttyp"] || e.get("period") == "" {
			continue
		}
		first, last := "", ""
		for _, other := range r.resultsOf(e.get("insats_id")) {
			if other["rapporttyp"] != "lagesrapport" {
				continue
			}
			last = max(last, other["period"])
			if first == "" || other["period"] < first {
				first = other["period"]
			}
		}
		switch {
		case first == "" || first > e.get("period"):
			r.fail(e, "rapporttyp", "Slutrapporten kommer före projektets första lägesrapport.", "Rapportera lägesrapporten först, eller rätta rapporttyp eller period.")
		case last > e.get("period"):
			r.fail(e, "rapporttyp", fmt.Sprintf("Slutrapporten gäller tiden före en lägesrapport (%s).", last), "Rätta rapporttyp eller period.")
		}
	}
}

// outcome asks that a link begins in something reported as an outcome.
func (r *reader) outcome(e *entry) {
	effort, measure := e.get("insats_id"), e.get("matt_id")
	if effort == "" || measure == "" || e.broken["insats_id"] {
		return
	}
	level := ""
	for _, v := range r.resultsOf(effort) {
		if v["matt_id"] == measure {
			level = v["niva"]
		}
		if level == "utfall" {
			return
		}
	}
	rule := fmt.Sprintf("Måttet %s finns inte bland resultaten för %s.", measure, effort)
	if level != "" {
		rule = fmt.Sprintf("Måttet %s är en %s och inget utfall.", measure, level)
	}
	r.fail(e, "matt_id", rule, "Koppla ett mått som är rapporterat med niva utfall.")
}
