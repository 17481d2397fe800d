package scb

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"effekt/sources"
	"effekt/sources/scb/jsonstat"
)

// mostCodes is how many of the codes that are new or gone are named.
const mostCodes = 5

// News names what differs between the metadata of two vintages of a table: the
// title, and codes that are new or gone in a variable that both have. A person
// decides whether it matters; what would make a figure wrong stops the fetch.
func (s *Source) News(now, before sources.Part) ([]string, error) {
	if !strings.EqualFold(now.Table, before.Table) {
		return nil, nil
	}
	var found []string
	if title, was := undated(now.Title), undated(before.Title); title != was {
		found = append(found, fmt.Sprintf("has another title: %q, was %q", title, was))
	}
	this, err := metadataOf(now)
	if err != nil || this == nil {
		return found, err
	}
	that, err := metadataOf(before)
	if err != nil || that == nil {
		return found, err
	}
	for _, d := range this.Dimensions {
		i := slices.IndexFunc(that.Dimensions, func(old jsonstat.Dimension) bool { return old.Code == d.Code })
		if i < 0 {
			continue
		}
		old := that.Dimensions[i]
		if text := lacks(d, old); text != "" && d.Role != "time" { // new periods are no news
			found = append(found, fmt.Sprintf("variable %s (%s) has new codes: %s", d.Code, d.Label, text))
		}
		if text := lacks(old, d); text != "" {
			found = append(found, fmt.Sprintf("variable %s (%s) has lost codes: %s", d.Code, d.Label, text))
		}
	}
	return found, nil
}

// undated is a title without the periods that end it, which grow every year.
func undated(title string) string {
	return strings.TrimSpace(regexp.MustCompile(`[\s,.:]*(?:År|Månad|Kvartal|Vecka)?\s*\d{4}[\dKMV]*(?:\s*[-–]\s*\d{4}[\dKMV]*)*\s*$`).ReplaceAllString(title, ""))
}

// metadataOf decodes the answer that described a vintage's table, nil when the
// archive has none.
func metadataOf(p sources.Part) (*jsonstat.Cube, error) {
	stored := p.Stored("metadata")
	if len(stored) == 0 {
		return nil, nil
	}
	body, err := stored[len(stored)-1].Body()
	if err != nil {
		return nil, err
	}
	return jsonstat.Decode(body)
}

// lacks names the codes of a that b does not have.
func lacks(a, b jsonstat.Dimension) string {
	var codes []string
	more := 0
	for i, code := range a.Codes {
		switch {
		case slices.Contains(b.Codes, code):
		case len(codes) < mostCodes:
			codes = append(codes, fmt.Sprintf("%s (%s)", code, a.Labels[i]))
		default:
			more++
		}
	}
	if more > 0 {
		codes = append(codes, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(codes, ", ")
}
