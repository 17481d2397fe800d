package kolada

import "unicode/utf8"

// KPIInfo is a KPI's metadata as published. Nil is null or absent. The unit,
// the direction and a modification date are not published at all; the unit is
// only words at the end of Title, the original producer words in Description.
type KPIInfo struct {
	ID, Title   string
	Description *string
	// IsDividedByGender is a hint: such KPIs are likely to have K and M.
	IsDividedByGender *bool
	// MunicipalityType is K municipality, L region or A both.
	MunicipalityType *string
	Auspice          *string
	OperatingArea    *string
	Perspective      *string
	// PrelPublicationDate and PublicationDate are when the next figures are
	// expected, PublPeriod the year they will be for.
	PrelPublicationDate *string
	PublicationDate     *string
	PublPeriod          *string
	HasOUData           *bool
}

// Municipality is a municipality (type K), or a region or the country (L).
type Municipality struct{ ID, Title, Type string }

// Listing is one page of metadata.
type Listing[T any] struct {
	Items []T
	Next  string // next_url as sent, "" on the last page
	Count int    // Kolada's count of objects on this page, -1 when absent
}

func (l Listing[T]) envelope() envelope {
	return envelope{next: l.Next, count: l.Count, objects: len(l.Items)}
}

// DecodeKPIs reads one page of /kpi. Flags may be 0/1 or true/false, texts may
// be numbers. Anything that is not a whole page is refused with a
// *PositionError.
func DecodeKPIs(body []byte) (Listing[KPIInfo], error) { return decodeList(body, kpiInfo) }

// DecodeMunicipalities reads one page of /municipality, as DecodeKPIs does.
func DecodeMunicipalities(body []byte) (Listing[Municipality], error) {
	return decodeList(body, municipality)
}

func decodeList[T any](body []byte, item func(*scanner) T) (Listing[T], error) {
	s := &scanner{body: body}
	var items []T
	e, err := s.envelope(func() { items = append(items, item(s)) })
	if err != nil {
		return Listing[T]{}, err
	}
	return Listing[T]{Items: items, Next: e.next, Count: e.count}, nil
}

func kpiInfo(s *scanner) KPIInfo {
	var k KPIInfo
	s.object(func(name string) {
		switch name {
		case "id":
			k.ID = s.words()
		case "title":
			k.Title = s.words()
		case "description":
			k.Description = s.wordsOrNull()
		case "is_divided_by_gender":
			k.IsDividedByGender = s.flagOrNull()
		case "municipality_type":
			k.MunicipalityType = s.wordsOrNull()
		case "auspice":
			k.Auspice = s.wordsOrNull()
		case "operating_area":
			k.OperatingArea = s.wordsOrNull()
		case "perspective":
			k.Perspective = s.wordsOrNull()
		case "prel_publication_date":
			k.PrelPublicationDate = s.wordsOrNull()
		case "publication_date":
			k.PublicationDate = s.wordsOrNull()
		case "publ_period":
			k.PublPeriod = s.wordsOrNull()
		case "has_ou_data":
			k.HasOUData = s.flagOrNull()
		default:
			s.skip(1)
		}
	}, func() bool { return k.ID != "" })
	return k
}

func municipality(s *scanner) Municipality {
	var m Municipality
	s.object(func(name string) {
		switch name {
		case "id":
			m.ID = s.words()
		case "title":
			m.Title = s.words()
		case "type":
			m.Type = s.words()
		default:
			s.skip(1)
		}
	}, func() bool { return m.ID != "" })
	return m
}

// object reads an object, calling member with each name; it fails when the
// object has no id in the end.
func (s *scanner) object(member func(name string), hasID func() bool) {
	s.next()
	at := s.at
	for ok := s.open('{', '}', "an object"); ok; ok = s.more('}') {
		member(string(s.key()))
	}
	if !hasID() {
		s.fail(at, "an object without id")
	}
}

// words reads a text, or a number as it is written; null is "".
func (s *scanner) words() string {
	if text := s.wordsOrNull(); text != nil {
		return *text
	}
	return ""
}

// wordsOrNull reads a text, or a number as it is written, or null.
func (s *scanner) wordsOrNull() *string {
	if s.null() || s.err != nil {
		return nil
	}
	at := s.at
	if s.next() == '"' {
		return new(s.utf8Text())
	}
	if s.number(); s.err != nil || !utf8.Valid(s.body[at:s.at]) {
		return nil
	}
	return new(string(s.body[at:s.at]))
}

// flagOrNull reads true, false, 1, 0 or null.
func (s *scanner) flagOrNull() *bool {
	if s.null() || s.err != nil {
		return nil
	}
	return new(s.flag())
}
