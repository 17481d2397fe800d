package kolada

import "effekt/sources/jsontext"

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

// decodeList reads one page of /kpi or /municipality. Flags may be 0/1 or
// true/false, texts may be numbers. Anything that is not a whole page is refused
// with a *jsontext.PositionError.
func decodeList[T any](body []byte, item func(*jsontext.Scanner) T) (items []T, e envelope, err error) {
	s := jsontext.New(body)
	e, err = readEnvelope(s, body, func() { items = append(items, item(s)) })
	return items, e, err
}

func kpiInfo(s *jsontext.Scanner) (k KPIInfo) {
	object(s, &k.ID, map[string]any{
		"id": &k.ID, "title": &k.Title, "description": &k.Description, "is_divided_by_gender": &k.IsDividedByGender,
		"municipality_type": &k.MunicipalityType, "auspice": &k.Auspice, "operating_area": &k.OperatingArea, "perspective": &k.Perspective,
		"prel_publication_date": &k.PrelPublicationDate, "publication_date": &k.PublicationDate, "publ_period": &k.PublPeriod, "has_ou_data": &k.HasOUData,
	})
	return k
}

func municipality(s *jsontext.Scanner) (m Municipality) {
	object(s, &m.ID, map[string]any{"id": &m.ID, "title": &m.Title, "type": &m.Type})
	return m
}

// object reads an object's members into *string, **string or **bool, by name;
// null leaves them as they are. An object without id is refused.
func object(s *jsontext.Scanner, id *string, members map[string]any) {
	at := s.Offset()
	s.Members(func(name string) {
		switch into := members[name].(type) {
		case nil:
			s.Skip()
		case *string:
			if !s.Null() {
				*into = words(s)
			}
		case **string:
			if !s.Null() {
				*into = new(words(s))
			}
		case **bool:
			if !s.Null() {
				*into = new(s.Bool())
			}
		}
	})
	if *id == "" {
		s.FailAt(at, "an object without id")
	}
}

// words reads a text, or a number as it is written.
func words(s *jsontext.Scanner) string {
	if s.Next() == '"' {
		return s.Text()
	}
	before := s.Rest()
	s.Number()
	if s.Err() != nil {
		return ""
	}
	return string(before[:len(before)-len(s.Rest())])
}
