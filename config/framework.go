package config

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// Framework is the client's own framework for follow-up, evaluation and
// learning: the effect chain's vocabulary and the reporting rounds.
type Framework struct {
	Activities []Activity        `toml:"activity"`
	Goals      []Goal            `toml:"goal"`
	Questions  []Question        `toml:"question"`
	Rounds     []Round           `toml:"round"`
	Cycle      []CycleStep       `toml:"cycle"`
	ReportBack ReportBack        `toml:"report_back"`
	Small      SmallNumbers      `toml:"small_numbers"`
	Reporting  Reporting         `toml:"reporting"`
	Codes      map[string][]Code `toml:"codes"` // by column of the workbook
}

// Activity is one of the eleven generic activities.
type Activity struct {
	Number      int    `toml:"number" json:"activity"`
	Name        string `toml:"name" json:"name"`
	Definition  string `toml:"definition" json:"definition"`
	Performance string `toml:"performance" json:"performance"`
	Outcome     string `toml:"outcome" json:"outcome"`
}

// Goal is a national area, a goal or direction of the regional strategy, or
// one of the priorities that the region itself enters.
type Goal struct {
	Code string `toml:"code" json:"goal"`
	Kind string `toml:"kind" json:"kind"` // national, sustainability, direction or priority
	Name string `toml:"name" json:"name"`
	// ReportedAs is the workbook's code where it differs from Code.
	ReportedAs string `toml:"reported_as" json:"reported_as"`
}

// Reported is the goal's code in the workbook.
func (g Goal) Reported() string {
	return cmp.Or(g.ReportedAs, g.Code)
}

// Question is one of the evaluation questions. Who is a function.
type Question struct {
	Number int    `toml:"number" json:"question"`
	Domain string `toml:"domain" json:"domain"`
	Text   string `toml:"text" json:"text"`
	Who    string `toml:"who" json:"who"`
}

// Round is one reporting of a half-year, "2026H1".
type Round struct {
	Name  string `toml:"name"`
	Opens Day    `toml:"opens"`
	Due   Day    `toml:"due"` // the last day in time
}

// CycleStep is one row of the follow-up and learning cycle. Reports is the
// insatstyp that it is about, or "statistik".
type CycleStep struct {
	Domain  string `toml:"domain" json:"domain"`
	What    string `toml:"what" json:"what"`
	How     string `toml:"how" json:"how"`
	Who     string `toml:"who" json:"who"`
	When    string `toml:"when" json:"when"`
	Reports string `toml:"reports" json:"reports"`
}

// ReportBack is the last day each year of the report to the government.
type ReportBack struct {
	Due string `toml:"due"` // month and day, "02-21"
}

// SmallNumbers hides counts above zero and below Floor in what is published.
type SmallNumbers struct {
	Floor int `toml:"floor"`
}

// Reporting is who reports and where to. No units means any.
type Reporting struct {
	Units []string `toml:"units"`
	Inbox string   `toml:"inbox"`
}

// Code is a code of the workbook and its text.
type Code struct {
	Code  string `toml:"code"`
	Label string `toml:"label"`
}

// Day is a date written "2026-08-31", midnight UTC.
type Day struct{ time.Time }

// UnmarshalText reads an ISO date.
func (d *Day) UnmarshalText(text []byte) error {
	parsed, err := time.Parse(time.DateOnly, string(text))
	if err != nil {
		return fmt.Errorf("%q is no date: want as in 2026-08-31", text)
	}
	d.Time = parsed
	return nil
}

// Label is the text of a code of a list; a code that the list no longer has
// stands for itself.
func (f *Framework) Label(list, code string) string {
	i := slices.IndexFunc(f.Codes[list], func(c Code) bool { return c.Code == code })
	if i < 0 {
		return code
	}
	return f.Codes[list][i].Label
}

// Round finds a round by name.
func (f *Framework) Round(name string) (Round, bool) {
	i := slices.IndexFunc(f.Rounds, func(r Round) bool { return r.Name == name })
	if i < 0 {
		return Round{}, false
	}
	return f.Rounds[i], true
}

// frameworkCodes are the codes that the rules of the workbook speak of; others
// may be added, these not taken away.
func frameworkCodes() map[string][]string {
	return map[string][]string{
		"insatstyp":          {"intern", "extern_1_1", "extern_ovrig"},
		"status":             {"planerad", "pagaende", "avslutad", "avbruten"},
		"rapporttyp":         {"halvar", "lagesrapport", "slutrapport"},
		"niva":               {"prestation", "utfall"},
		"enhet":              {"antal", "andel_procent", "kr", "index", "ja_nej", "text"},
		"datakalla":          {"annan"},
		"sakerhet":           {"oklart"},
		"forvantad_riktning": {"okar", "minskar", "ingen_bestamd"},
		"koppling_styrka":    {"direkt", "bidragande", "indirekt"},
		"evidens_typ":        {"saknas"},
		"bedomning":          {"ja", "delvis", "nej", "for_tidigt"},
	}
}

const frameworkFile = "framework.toml"

func (l *loader) framework(f *Framework) {
	for i, a := range f.Activities {
		l.refuse(a.Number != i+1, frameworkFile, fmt.Sprintf("number = %d", a.Number), "activity %d stands as number %d: number them from 1", a.Number, i+1)
		l.refuse(a.Name == "" || a.Definition == "", frameworkFile, fmt.Sprintf("number = %d", a.Number), "activity %d needs name and definition", a.Number)
	}
	l.refuse(len(f.Activities) == 0, frameworkFile, "[[activity]]", "no [[activity]]: the workbook has nothing to choose among")
	l.goals(f.Goals)
	l.questions(f.Questions)
	l.rounds(f.Rounds)
	l.codes(f.Codes)
	if _, err := time.Parse("01-02", f.ReportBack.Due); err != nil {
		l.find(frameworkFile, strconv.Quote(f.ReportBack.Due), "report_back due %q: want month and day, as in 02-21", f.ReportBack.Due)
	}
	l.refuse(f.Small.Floor < 0, frameworkFile, "floor", "floor %d: want 0 or more", f.Small.Floor)
}

func (l *loader) goals(goals []Goal) {
	seen := map[string]bool{}
	kinds := []string{"national", "sustainability", "direction", "priority"}
	code := regexp.MustCompile(`^[A-Za-z0-9_.]+$`)
	for _, g := range goals {
		at := strconv.Quote(g.Code)
		l.refuse(!code.MatchString(g.Reported()), frameworkFile, at, "goal %q: want letters, digits, _ and .", g.Code)
		l.refuse(seen[g.Code], frameworkFile, at, "goal %s twice", g.Code)
		seen[g.Code] = true
		if !slices.Contains(kinds, g.Kind) || g.Name == "" {
			l.find(frameworkFile, at, "goal %s needs a name and a kind: national, sustainability, direction or priority", g.Code)
		}
	}
}

func (l *loader) questions(questions []Question) {
	for i, q := range questions {
		if q.Number != i+1 || q.Text == "" || q.Who == "" {
			l.find(frameworkFile, fmt.Sprintf("number = %d", q.Number), "question %d: want numbers from 1, text and who", q.Number)
		}
	}
}

func (l *loader) rounds(rounds []Round) {
	name := regexp.MustCompile(`^[0-9]{4}H[12]$`)
	for i, r := range rounds {
		at := strconv.Quote(r.Name)
		switch {
		case !name.MatchString(r.Name):
			l.find(frameworkFile, at, "round %q: want year and half, as in 2026H1", r.Name)
		case i > 0 && r.Name <= rounds[i-1].Name:
			l.find(frameworkFile, at, "round %s: want each once, oldest first", r.Name)
		case r.Opens.IsZero() || r.Due.IsZero() || r.Due.Before(r.Opens.Time):
			l.find(frameworkFile, at, "round %s: want opens, and due on that day or later", r.Name)
		}
	}
}

func (l *loader) codes(lists map[string][]Code) {
	wanted := frameworkCodes()
	for list, codes := range lists {
		seen := map[string]bool{}
		for _, c := range codes {
			if !identifier(c.Code) || c.Label == "" {
				l.find(frameworkFile, strconv.Quote(c.Code), "code %q: want lower-case ASCII letters, digits and _, and a label", c.Code)
			}
			l.refuse(seen[c.Code], frameworkFile, strconv.Quote(c.Code), "code %s twice in %s", c.Code, list)
			seen[c.Code] = true
		}
		l.refuse(wanted[list] == nil, frameworkFile, list, "the workbook has no code list %q", list)
	}
	for list, codes := range wanted {
		for _, code := range codes {
			if !slices.ContainsFunc(lists[list], func(c Code) bool { return c.Code == code }) {
				l.find(frameworkFile, list+" =", "the code list %s lacks %q, which the workbook's rules speak of", list, code)
			}
		}
	}
}
