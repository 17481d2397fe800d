package kolada

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"effekt/sources"
	"effekt/sources/jsontext"
	"effekt/sources/records"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// The members of Kolada's lists that are kept, as the columns of their tables. The
// unit, the direction and a modification date of a KPI are not published at all:
// the unit is only words at the end of its title, the original producer words in
// its description. is_divided_by_gender is a hint that K and M are likely to be
// there; municipality_type is K municipality, L region or A both;
// prel_publication_date and publication_date are when the next figures are
// expected, publ_period the year they will be for. A municipality's type is K, a
// region's or the country's L.
const (
	kpiColumns = "id varchar, title varchar, description varchar, is_divided_by_gender boolean, municipality_type varchar, auspice varchar, " +
		"operating_area varchar, perspective varchar, prel_publication_date varchar, publication_date varchar, publ_period varchar, has_ou_data boolean"
	municipalityColumns = "id varchar, title varchar, type varchar"
)

// columns reads "name type, name type".
func columns(list string) []sources.Column {
	var all []sources.Column
	for one := range strings.SplitSeq(list, ", ") {
		name, kind, _ := strings.Cut(one, " ")
		all = append(all, sources.Column{Name: name, Type: kind})
	}
	return all
}

// item is an object of a list: texts by member, without what is null or absent.
type item map[string]string

// decodeList reads one page of a list. Flags may be 0/1 or true/false, texts may
// be numbers. Anything that is not a whole page of objects with an id is refused
// with a *jsontext.PositionError.
func decodeList(body []byte, columns []sources.Column) (items []item, e envelope, err error) {
	s := jsontext.New(body)
	e, err = readEnvelope(s, body, func() {
		at, one := s.Offset(), item{}
		s.Members(func(name string) {
			switch i := slices.IndexFunc(columns, func(c sources.Column) bool { return c.Name == name }); {
			case i < 0:
				s.Skip()
			case s.Null():
			case columns[i].Type == "boolean":
				one[name] = strconv.FormatBool(s.Bool())
			case s.Next() == '"':
				one[name] = s.Text()
			default:
				number := s.Offset()
				s.Number()
				s.Seek(number)
				one[name] = string(s.Raw())
			}
		})
		if one["id"] == "" {
			s.FailAt(at, "an object without id")
		}
		items = append(items, one)
	})
	return items, e, err
}

// newListReader reads pages of a list as one batch, columns named as the API's
// fields, all but id, title and type nullable. next returns one body after
// another, oldest first, io.EOF at the end: where an id comes more than once, as
// when several data sets share a KPI, what came last holds.
func newListReader(next func() ([]byte, error), columns []sources.Column) array.RecordReader {
	fields := make([]arrow.Field, len(columns))
	for i, c := range columns {
		fields[i] = arrow.Field{Name: c.Name, Type: arrow.BinaryTypes.String, Nullable: !slices.Contains([]string{"id", "title", "type"}, c.Name)}
		if c.Type == "boolean" {
			fields[i].Type = arrow.FixedWidthTypes.Boolean
		}
	}
	schema, from := arrow.NewSchema(fields, nil), &bodies{next: next}
	return records.NewReader(schema, func() (arrow.RecordBatch, error) {
		items, err := latest(from, columns)
		if err != nil {
			return nil, err
		}
		if len(items) == 0 {
			return nil, io.EOF
		}
		b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
		defer b.Release()
		for _, one := range items {
			one.appendTo(b)
		}
		return b.NewRecordBatch(), nil
	})
}

// latest reads all bodies that are left. An id that comes again takes its first
// place with its last content.
func latest(from *bodies, columns []sources.Column) ([]item, error) {
	var items []item
	place := map[string]int{}
	for {
		body, err := from.take()
		if errors.Is(err, io.EOF) {
			return items, nil
		}
		if err != nil {
			return nil, err
		}
		page, _, err := decodeList(body, columns)
		if err != nil {
			return nil, from.fault(err)
		}
		for _, one := range page {
			at, again := place[one["id"]]
			if again {
				items[at] = one
				continue
			}
			place[one["id"]] = len(items)
			items = append(items, one)
		}
	}
}

func (i item) appendTo(b *array.RecordBuilder) {
	for n, field := range b.Schema().Fields() {
		text, ok := i[field.Name]
		flag, is := b.Field(n).(*array.BooleanBuilder)
		switch {
		case !ok && field.Nullable:
			b.Field(n).AppendNull()
		case is:
			flag.Append(text == "true")
		default:
			b.Field(n).(*array.StringBuilder).Append(text)
		}
	}
}

// listed is what Kolada says about a group: its KPIs and all regions.
type listed struct{ kpis, municipalities []item }

// ids lists all KPIs and regions.
func (l listed) ids() []string {
	var ids []string
	for _, one := range slices.Concat(l.kpis, l.municipalities) {
		ids = append(ids, one["id"])
	}
	return ids
}

// describe reads the metadata of a group's KPIs and the list of municipalities
// and regions, and compares both with the group. Problems are per KPI: one that
// is gone, or whose title is no longer the pinned one; and for the regions: one
// that Kolada does not list, or lists as another type than its id says. A
// problem stops its KPI, not the others.
func (s Source) describe(ctx context.Context, ask sources.Caller, g group) (l listed, problems sources.Problems, err error) {
	for _, path := range lists("/kpi/", g.ids()) {
		if l.kpis, err = list(ctx, ask, s.get("kpi", path), columns(kpiColumns), l.kpis); err != nil {
			return l, nil, g.named(err)
		}
	}
	if l.municipalities, err = list(ctx, ask, s.get("municipality", "/municipality?per_page=5000"), columns(municipalityColumns), nil); err != nil {
		return l, nil, g.named(err)
	}
	return l, l.problems(g), nil
}

// list adds to items those of every page of a list.
func list(ctx context.Context, ask sources.Caller, r sources.Request, columns []sources.Column, items []item) ([]item, error) {
	var page []item
	read := func(body []byte) (e envelope, err error) {
		page, e, err = decodeList(body, columns)
		return e, err
	}
	for err := range pages(ctx, ask, r, read) {
		if err != nil {
			return nil, err
		}
		items = append(items, page...)
	}
	return items, nil
}

// problems compares what is listed with a group's regions and with the titles that
// the config pins.
func (l listed) problems(g group) (found sources.Problems) {
	known := map[string]item{}
	for _, one := range slices.Concat(l.kpis, l.municipalities) {
		known[one["id"]] = one
	}
	for _, k := range g.kpis {
		if one, title := known[k.id], plain(known[k.id]["title"]); one == nil {
			found.Add(k.id, "Kolada does not have it; the config's title is %q", k.title)
		} else if k.title != "" && title != plain(k.title) {
			found.Add(k.id, "its title is now %q; the config has %q: see whether it still measures the same", title, plain(k.title))
		}
	}
	for _, id := range distinct(g.regions) {
		if one := known[id]; one == nil {
			found.Add("", "region %s is not in Kolada's list of municipalities and regions", id)
		} else if want := regionType(id); one["type"] != want {
			found.Add("", "region %s (%s) has type %q in Kolada's list, want %q", id, one["title"], one["type"], want)
		}
	}
	return found
}

// regionType is the type that an id stands for: L for the country (0000) and
// the regions (00 and the county), K for municipalities. The type keeps region
// 0010 (Blekinge) apart from four digits that SCB uses for something else.
func regionType(id string) string {
	if strings.HasPrefix(id, "00") {
		return "L"
	}
	return "K"
}

// plain is a title as it is compared: Kolada's texts hold stray no-break
// spaces and blanks at the ends.
func plain(title string) string {
	return strings.TrimSpace(strings.ReplaceAll(title, "\u00a0", " "))
}

// bodies counts the bodies that next gave, for messages.
type bodies struct {
	next func() ([]byte, error)
	n    int
}

// take returns the next body, io.EOF at the end.
func (b *bodies) take() ([]byte, error) {
	body, err := b.next()
	b.n++
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, b.fault(err)
	}
	return body, err
}

// fault says in which body err was.
func (b *bodies) fault(err error) error { return fmt.Errorf("kolada: body %d: %w", b.n, err) }
