package archive

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Format is the version of the manifest's form; a newer one is refused.
const Format = 1

// maxManifest bounds a manifest in bytes.
const maxManifest = 64 << 20

// Manifest says what a vintage is and which objects it consists of.
type Manifest struct {
	Format        int        `json:"format"`
	Source        string     `json:"source"`
	Dataset       string     `json:"dataset"`
	Table         string     `json:"table,omitempty"`
	Matrix        string     `json:"matrix,omitempty"` // the name that Table was found by
	Resolved      []Resolved `json:"resolved,omitempty"`
	Title         string     `json:"title,omitempty"`
	Started       time.Time  `json:"started"`
	Fetched       time.Time  `json:"fetched"`
	SourceUpdated string     `json:"source_updated,omitempty"`
	ListedUpdated string     `json:"listed_updated,omitempty"`
	Official      *bool      `json:"official,omitempty"`
	Notes         []string   `json:"notes,omitempty"`
	Variables     []Variable `json:"variables,omitempty"`
	KPIs          []string   `json:"kpis,omitempty"`
	Regions       []string   `json:"regions,omitempty"`
	// Asked is a hash of everything that was asked for: another selection is
	// another vintage, though the source says unchanged.
	Asked    string    `json:"asked"`
	Requests []Request `json:"requests"`
}

// Resolved is what a label in the selection stood for.
type Resolved struct {
	Variable string `json:"variable"`
	Term     string `json:"term"`               // as in the config, "label:Andel sysselsatta"
	Code     string `json:"code"`               // of the value, or the codelist's id
	Codelist bool   `json:"codelist,omitempty"` // the label of a codelist, not of a value
}

// Variable is a variable of the table with the codes that were asked for.
type Variable struct {
	Code   string `json:"code"`
	Label  string `json:"label"`
	Column string `json:"column"`
	Role   string `json:"role,omitempty"`
	Codes  []Code `json:"codes"`
}

// Code is one value of a variable as the metadata described it.
type Code struct {
	Code     string `json:"code"`
	Label    string `json:"label"`
	Unit     string `json:"unit,omitempty"`
	Decimals int    `json:"decimals"`
	Position int    `json:"position"`
}

// Request is one request and the object that answered it.
type Request struct {
	Role       string    `json:"role"`
	Method     string    `json:"method"`
	URL        string    `json:"url"`
	BodySHA256 string    `json:"body_sha256,omitempty"` // of what was sent, itself an object
	Status     int       `json:"status"`
	Bytes      int       `json:"bytes"`
	Received   time.Time `json:"received"`
	TookMS     int64     `json:"took_ms"`
	Attempts   int       `json:"attempts"`
	Object     string    `json:"object"`
}

// Vintage is a manifest and its name in the archive, "20260224T071500Z".
type Vintage struct {
	Name string
	Manifest
}

// Data lists the requests of a role, in order.
func (m Manifest) Data(role string) []Request {
	var found []Request
	for _, r := range m.Requests {
		if r.Role == role {
			found = append(found, r)
		}
	}
	return found
}

// Vintages lists a data set's vintages, oldest first. Files that are no
// manifests are passed over; a damaged manifest is an error.
func (a *Archive) Vintages(source, dataset string) ([]Vintage, error) {
	folder, err := a.folder(source, dataset)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(folder)
	if missing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	var vintages []Vintage
	for _, entry := range entries {
		name, ok := strings.CutSuffix(entry.Name(), ".json")
		if !ok || len(name) < 16 || name[8] != 'T' {
			continue
		}
		m, err := readManifest(filepath.Join(folder, entry.Name()))
		if err != nil {
			return nil, err
		}
		vintages = append(vintages, Vintage{name, m})
	}
	slices.SortFunc(vintages, func(x, y Vintage) int { return strings.Compare(x.Name, y.Name) })
	return vintages, nil
}

// Latest is a data set's last vintage, and whether there is one.
func (a *Archive) Latest(source, dataset string) (Vintage, bool, error) {
	vintages, err := a.Vintages(source, dataset)
	if err != nil || len(vintages) == 0 {
		return Vintage{}, false, err
	}
	return vintages[len(vintages)-1], true, nil
}

func readManifest(path string) (Manifest, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Manifest{}, fmt.Errorf("archive: %w", err)
	}
	if info.Size() > maxManifest {
		return Manifest{}, fmt.Errorf("archive: %s is larger than a manifest can be", path)
	}
	body, err := os.ReadFile(path)
	if err != nil {
		return Manifest{}, fmt.Errorf("archive: %w", err)
	}
	m, err := parseManifest(body)
	if err != nil {
		return Manifest{}, fmt.Errorf("archive: %s: %w", path, err)
	}
	return m, nil
}

func parseManifest(body []byte) (Manifest, error) {
	var m Manifest
	if err := json.Unmarshal(body, &m); err != nil {
		return Manifest{}, fmt.Errorf("the manifest is damaged: %w", err)
	}
	if m.Format > Format {
		return Manifest{}, fmt.Errorf("the manifest has format %d, this program knows up to %d: use a newer effekt", m.Format, Format)
	}
	if m.Format < 1 {
		return Manifest{}, errors.New("the manifest is damaged: no format")
	}
	return m, nil
}

// write gives the manifest the first free name from its time on.
func (a *Archive) write(folder string, m Manifest) (Vintage, error) {
	body, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return Vintage{}, err
	}
	temporary := filepath.Join(folder, ".manifest")
	if err := replace(temporary, body, true); err != nil {
		return Vintage{}, err
	}
	for at := m.Fetched; ; at = at.Add(time.Second) {
		name := at.UTC().Format("20060102T150405Z")
		err := os.Link(temporary, filepath.Join(folder, name+".json"))
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if err != nil {
			return Vintage{}, err
		}
		return Vintage{name, m}, errors.Join(os.Remove(temporary), syncPath(folder))
	}
}

// Checked is when a data set was last asked for without getting a new vintage.
type Checked struct {
	At            time.Time `json:"at"`
	ListedUpdated string    `json:"listed_updated,omitempty"`
}

// Checked reads the latest check; the zero value when there was none.
func (a *Archive) Checked(source, dataset string) Checked {
	folder, err := a.folder(source, dataset)
	if err != nil {
		return Checked{}
	}
	body, err := os.ReadFile(filepath.Join(folder, "checked.json"))
	var c Checked
	if err != nil || json.Unmarshal(body, &c) != nil {
		return Checked{}
	}
	return c
}

// SetChecked notes a check.
func (a *Archive) SetChecked(source, dataset string, c Checked) error {
	folder, err := a.folder(source, dataset)
	if err != nil {
		return err
	}
	body, err := json.Marshal(c)
	if err == nil {
		err = replace(filepath.Join(folder, "checked.json"), body, false)
	}
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	return nil
}
