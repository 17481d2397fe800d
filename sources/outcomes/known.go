package outcomes

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Known is what has been reported before, every version of every row. Its zero
// value is empty and ready.
type Known struct {
	rows  map[string][]Row // by sheet and id, first version first
	round map[string]string
	order []string
}

// Add takes the rows of a submission that was accepted, in the order in which
// they were handed in. round is the submission's.
func (k *Known) Add(round string, rows ...Row) {
	if k.rows == nil {
		k.rows, k.round = map[string][]Row{}, map[string]string{}
	}
	for _, row := range rows {
		key := row.Sheet + " " + row.ID
		if len(k.rows[key]) == 0 {
			k.order = append(k.order, key)
		}
		k.rows[key] = append(k.rows[key], row)
		k.round[row.Sheet+" "+row.Name()] = round
	}
}

// Current is the version of a row that holds.
func (k *Known) Current(sheet, id string) (Row, bool) {
	versions := k.versions(sheet, id)
	if len(versions) == 0 {
		return Row{}, false
	}
	return versions[len(versions)-1], true
}

func (k *Known) versions(sheet, id string) []Row {
	if k == nil {
		return nil
	}
	return k.rows[sheet+" "+id]
}

// Rows lists the versions that hold on a sheet, in the order they first came.
func (k *Known) Rows(sheet string) []Row {
	if k == nil {
		return nil
	}
	var rows []Row
	for _, key := range k.order {
		if versions := k.rows[key]; versions[0].Sheet == sheet {
			rows = append(rows, versions[len(versions)-1])
		}
	}
	return rows
}

func versioned(id string, version int) string {
	if version < 2 {
		return id
	}
	return id + "#" + strconv.Itoa(version)
}

// versions decides for every entry whether it is new, a repetition or a
// correction, and numbers it.
func (r *reader) versions() []Row {
	var rows []Row
	for _, s := range Sheets() {
		seen := map[string]*entry{}
		for _, e := range r.entries[s.Name] {
			if e.idle || !e.identify(s) {
				continue
			}
			if first := seen[e.ID]; first != nil {
				r.fail(e, s.Key[len(s.Key)-1], fmt.Sprintf("%s finns redan på rad %d.", e.ID, first.Line), "Varje rad ska ha en egen kombination av "+strings.Join(s.Key, ", ")+". Ta bort den ena raden.")
				continue
			}
			seen[e.ID] = e
			if r.place(e) {
				rows = append(rows, e.Row)
			}
		}
	}
	return rows
}

// place sets the entry's version and tells whether it is a row of its own.
func (r *reader) place(e *entry) bool {
	versions := r.known.versions(e.Sheet, e.ID)
	if len(versions) == 0 {
		e.Version = 1
		if e.get("ersatter") != "" {
			r.fail(e, "ersatter", fmt.Sprintf("Det finns ingen inläst rad %s att ersätta.", e.ID), "Lämna cellen tom.")
		}
		return true
	}
	current := versions[len(versions)-1]
	if same(e.Row, current) {
		r.same++
		return false
	}
	if i := slices.IndexFunc(versions, func(v Row) bool { return same(e.Row, v) && v.Values["ersatter"] == e.get("ersatter") }); i >= 0 {
		r.same++
		r.warn(e, keyColumn(e.Sheet), fmt.Sprintf("Raden är redan ersatt av %s. Inget ändras.", current.Name()), "Ingenting behöver göras.")
		return false
	}
	return r.replace(e, current)
}

// replace lets a changed row in when it says what it replaces, or when it
// follows up in a later round what the same unit said of an effort or a link.
func (r *reader) replace(e *entry, current Row) bool {
	e.Version = current.Version + 1
	says := strings.ToUpper(tidy(e.get("ersatter")))
	followed := (e.Sheet == Efforts || e.Sheet == Links) && says == "" && r.round() > r.known.round[e.Sheet+" "+current.Name()]
	switch {
	case says == strings.ToUpper(current.Name()) || followed:
		return true
	case says == "":
		r.fail(e, keyColumn(e.Sheet), fmt.Sprintf("Raden %s är redan inläst med annat innehåll (%s).", e.ID, strings.Join(changed(e.Row, current), ", ")),
			fmt.Sprintf("Skriv %s i kolumnen ersatter om den här raden ska gälla, annars ta bort den.", current.Name()))
	default:
		r.fail(e, "ersatter", fmt.Sprintf("Raden som gäller heter %s.", current.Name()), fmt.Sprintf("Skriv %s om den här raden ska ersätta den.", current.Name()))
	}
	return false
}

func keyColumn(sheet string) string {
	s, _ := SheetNamed(sheet)
	return s.Key[0]
}

func same(a, b Row) bool { return len(changed(a, b)) == 0 }

// changed lists the columns that differ; ersatter is not what a row says.
func changed(a, b Row) []string {
	var columns []string
	s, _ := SheetNamed(a.Sheet)
	for _, c := range s.Columns {
		if c.Name != "ersatter" && a.Values[c.Name] != b.Values[c.Name] {
			columns = append(columns, c.Name)
		}
	}
	return columns
}
