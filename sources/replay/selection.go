package replay

import (
	"slices"
	"strings"
)

// wanted is a selection as the request has it.
type wanted struct {
	items         []wantedItem
	stub, heading []string
}

type wantedItem struct {
	variable, codelist string
	codes              []string
	null               bool // valueCodes was missing: the server stumbles over it
}

// axis is one variable of a checked selection.
type axis struct {
	v      *variable
	values *values
	picked []int // positions in values, in the order of the answer
	gone   bool  // eliminated: not in the answer, picked is empty
	agg    bool  // an aggregation applies
}

// sel is a checked selection: its axes in the table's order, and the order in
// which the answer shows those that are left.
type sel struct {
	axes          []*axis
	order         []*axis
	stub, heading []string
	cells         int
}

// resolve checks a selection in the order of PxWebApi's SelectionHandler, so
// that of several mistakes the same one is reported: variables and codelists
// as they come, then mandatory variables, then values, then the cell count.
func (l *Library) resolve(t *table, w wanted, maxCells int) (*sel, *problem) {
	s := &sel{}
	terms := map[string]wantedItem{}
	for _, v := range t.variables {
		s.axes = append(s.axes, &axis{v: v})
	}
	for _, item := range w.items {
		a := s.axis(t.unalias(item.variable))
		if a == nil {
			return nil, badRequest("Non-existent variable")
		}
		if p := l.applyCodelist(t, a, item.codelist); p != nil {
			return nil, p
		}
		if _, twice := terms[a.v.code]; twice || item.null {
			return nil, stumble()
		}
		terms[a.v.code] = item
	}
	for _, a := range s.axes {
		if _, ok := terms[a.v.code]; !ok && a.mandatory() {
			return nil, badRequest("Missing selection for mandantory variable")
		}
	}
	if p := s.pick(t, terms); p != nil {
		return nil, p
	}
	return s.finish(t, w, maxCells)
}

func (s *sel) axis(code string) *axis {
	for _, a := range s.axes {
		if strings.EqualFold(a.v.code, code) {
			return a
		}
	}
	return nil
}

// unalias turns TIME into the time variable's own code.
func (t *table) unalias(code string) string {
	if strings.EqualFold(code, "time") {
		return t.timeCode
	}
	return code
}

func (a *axis) mandatory() bool { return !a.v.elimination || a.agg }

// pick expands the values. Whatever is wrong with a value comes before the
// stumbling over a repeated literal, which the real server does only when it
// fetches the data.
func (s *sel) pick(t *table, terms map[string]wantedItem) *problem {
	repeated := false
	for _, a := range s.axes {
		if a.values == nil {
			a.values = t.ownValues(a.v)
		}
		var p *problem
		if a.picked, p = a.values.selected(terms[a.v.code].codes); p != nil {
			return p
		}
		if a.gone = len(a.picked) == 0; a.gone && a.mandatory() {
			return badRequest("Missing selection for mandantory variable")
		}
		seen := map[int]bool{}
		for _, i := range a.picked {
			repeated = repeated || seen[i]
			seen[i] = true
		}
	}
	if repeated {
		return stumble()
	}
	return nil
}

func (s *sel) finish(t *table, w wanted, maxCells int) (*sel, *problem) {
	s.cells = 1
	for _, a := range s.axes {
		if n := len(a.picked); n > 0 {
			s.cells *= n
		}
		if s.cells > maxCells {
			p := badRequest("Too many cells selected")
			p.detail = p.title
			return nil, p
		}
	}
	s.place(t, w)
	return s, nil
}

// ownValues are a variable's values without a codelist.
func (t *table) ownValues(v *variable) *values {
	return &values{codes: v.codes, labels: v.labels, position: v.position, isTime: v.code == t.timeCode}
}

// applyCodelist replaces the axis' values by the list's. A list has to be one
// of the variable's own, and its id is matched as written.
func (l *Library) applyCodelist(t *table, a *axis, id string) *problem {
	if strings.TrimSpace(id) == "" {
		return nil
	}
	known := slices.ContainsFunc(a.v.codelists, func(r codelistRef) bool { return r.ID == id })
	list := l.codelists[id]
	agg := strings.HasPrefix(id, "agg_")
	if !known || list == nil || !agg && !strings.HasPrefix(id, "vs_") {
		return badRequest("Non-existent codelist")
	}
	a.agg = agg
	a.values = listValues(a.v, list)
	a.values.isTime = a.v.code == t.timeCode
	return nil
}

// listValues are the values of a codelist that rest on something in the table:
// a value set's codes are the table's own, an aggregation's are sums.
func listValues(v *variable, list *codelist) *values {
	own := &variable{}
	var parts [][]int
	var codes, labels []string
	for _, value := range list.Values {
		from := value.ValueMap
		if len(from) == 0 {
			from = []string{value.Code}
		}
		var at []int
		for _, code := range from {
			if i, ok := v.find(code); ok {
				at = append(at, i)
			}
		}
		if len(at) > 0 {
			codes, labels, parts = append(codes, value.Code), append(labels, value.Label), append(parts, at)
		}
	}
	own.setCodes(codes, labels)
	return &values{codes: codes, labels: labels, parts: parts, position: own.position}
}

// place puts the axes in stub-then-heading order. An unlawful placement is
// ignored; one that names only stub or only heading puts the rest in the
// other.
func (s *sel) place(t *table, w wanted) {
	left := func(codes []string) []string {
		var kept []string
		for _, code := range codes {
			if a := s.axis(t.unalias(code)); a != nil && !a.gone {
				kept = append(kept, a.v.code)
			}
		}
		return kept
	}
	s.stub, s.heading = left(t.pxList("stub")), left(t.pxList("heading"))
	stub, heading := left(w.stub), left(w.heading)
	asked := len(w.stub) + len(w.heading)
	lawful := asked > 0 && len(stub) == len(w.stub) && len(heading) == len(w.heading)
	if lawful && (len(w.stub) == 0 || len(w.heading) == 0) {
		rest := s.others(append(slices.Clone(stub), heading...))
		if len(heading) == 0 {
			heading = rest
		} else {
			stub = rest
		}
	}
	all := append(slices.Clone(stub), heading...)
	if lawful && len(s.others(all)) == 0 && !hasRepeats(all) {
		s.stub, s.heading = stub, heading
	}
	s.stub = append(s.stub, s.others(append(slices.Clone(s.stub), s.heading...))...)
	for _, code := range append(slices.Clone(s.stub), s.heading...) {
		s.order = append(s.order, s.axis(code))
	}
}

// others are the codes left in the answer that the list does not name.
func (s *sel) others(list []string) []string {
	var rest []string
	for _, a := range s.axes {
		if !a.gone && !slices.Contains(list, a.v.code) {
			rest = append(rest, a.v.code)
		}
	}
	return rest
}

func hasRepeats(list []string) bool {
	sorted := slices.Sorted(slices.Values(list))
	return len(slices.Compact(sorted)) < len(list)
}
