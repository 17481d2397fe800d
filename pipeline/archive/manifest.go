package archive

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"effekt/sources"
)

// Format is the version of the manifest's form; a newer one is refused.
const Format = 1

// maxManifest bounds a manifest in bytes.
const maxManifest = 64 << 20

// Manifest says what a vintage is and which objects it consists of.
type Manifest struct {
	Format  int    `json:"format"`
	Source  string `json:"source"`
	Dataset string `json:"dataset"`
	Origin
	Started time.Time `json:"started"`
	Fetched time.Time `json:"fetched"`
	sources.Description
	// Asked is a hash of everything that was asked for: another selection is
	// another vintage, though the source says unchanged.
	Asked    string    `json:"asked"`
	Requests []Request `json:"requests"`
}

// Origin is whose an archive is; the zero value where a manifest is older than
// that it says so.
type Origin struct {
	Synthetic bool   `json:"synthetic,omitempty"` // invented figures, of the demonstration
	County    string `json:"county,omitempty"`    // the county reported on, SCB's code
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

// Vintage is a manifest and its name in the archive, "20260224T071500Z". The
// name is the second of Fetched, or as many seconds later as it takes to come
// after every older vintage's.
type Vintage struct {
	Name string
	Manifest
}

// objects lists what the manifest names: answers and what was sent.
func (m Manifest) objects() []string {
	var hashes []string
	for _, r := range m.Requests {
		hashes = append(hashes, r.Object)
		if r.BodySHA256 != "" {
			hashes = append(hashes, r.BodySHA256)
		}
	}
	return hashes
}

// question is what makes two requests the same.
func (r Request) question() string { return r.Method + " " + r.URL + " " + r.BodySHA256 }

// check tells whether the request is a whole one.
func (r Request) check() error {
	switch {
	case r.Method == "" || r.URL == "" || r.Status == 0:
		return errors.New("method, URL or status is not there")
	case !validHash(r.Object):
		return fmt.Errorf("object %q is not a sha256 in hex", r.Object)
	case r.BodySHA256 != "" && !validHash(r.BodySHA256):
		return fmt.Errorf("body_sha256 %q is not a sha256 in hex", r.BodySHA256)
	}
	return nil
}

// check tells whether all requests are whole ones.
func (m Manifest) check() error {
	for i, r := range m.Requests {
		if err := r.check(); err != nil {
			return fmt.Errorf("request %d: %w", i+1, err)
		}
	}
	return nil
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

// encode writes a manifest as readManifest reads it. It has no indent: codes
// and labels would take a third more room, and there is one for each vintage.
func (m Manifest) encode() ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	body, err := json.Marshal(m)
	if err == nil && len(body) >= maxManifest {
		err = fmt.Errorf("a manifest of %d bytes is more than the %d that it can be", len(body), maxManifest)
	}
	return append(body, '\n'), err
}

func readManifest(path string) (Manifest, error) {
	body, err := readBounded(path, maxManifest)
	if err != nil {
		return Manifest{}, err
	}
	m, err := parseManifest(body)
	if err != nil {
		return Manifest{}, fmt.Errorf("archive: %s: %w", path, err)
	}
	return m, nil
}

func parseManifest(body []byte) (Manifest, error) {
	var m Manifest
	err := json.Unmarshal(body, &m)
	switch {
	case m.Format > Format: // whose fields may well have other types
		return Manifest{}, fmt.Errorf("the manifest has format %d, this program knows up to %d: use a newer effekt", m.Format, Format)
	case err != nil:
	case m.Format < 1:
		err = errors.New("no format")
	case m.Fetched.IsZero():
		err = errors.New("no time of fetching")
	default:
		err = m.check()
	}
	if err != nil {
		return Manifest{}, fmt.Errorf("the manifest is damaged: %w", err)
	}
	return m, nil
}

// OriginOf tells whose the archive in dir is, by the newest vintage of each data
// set: synthetic when any of them is, and the county of the newest that names
// one. A manifest that cannot be read says nothing here; whoever needs it meets
// the error.
func OriginOf(dir string) Origin {
	var o Origin
	var at time.Time
	sets, _ := vintagesOf(dir)
	for _, set := range sets {
		newest, err := readBeginning(set.path(set.names[len(set.names)-1]))
		if err != nil {
			continue
		}
		o.Synthetic = o.Synthetic || newest.Synthetic
		if newest.County != "" && !newest.Fetched.Before(at) {
			o.County, at = newest.County, newest.Fetched
		}
	}
	return o
}
