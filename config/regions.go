package config

import (
	"regexp"
	"slices"
	"strconv"
)

const regionsName = "regions.toml"

// regions makes sure that the country, the counties and their municipalities
// are there, each once and with what the sources call them.
func (l *loader) regions(all []Region) {
	code := regexp.MustCompile(`^([0-9]{2}|[0-9]{4})$`)
	nuts := regexp.MustCompile(`^SE[0-9]{3}$`)
	seen := map[string]bool{}
	for _, r := range all {
		at := strconv.Quote(r.Code)
		if !code.MatchString(r.Code) {
			l.find(regionsName, at, "region %q: want two digits for a county, four for a municipality, 00 for the country", r.Code)
			continue
		}
		l.refuse(seen[r.Code], regionsName, at, "region %s twice", r.Code)
		seen[r.Code] = true
		l.refuse(r.Name == "", regionsName, at, "region %s has no name", r.Code)
		switch {
		case r.Level == "county" && !nuts.MatchString(r.NUTS3):
			l.find(regionsName, at, "county %s: nuts3 %q: want SE and three digits", r.Code, r.NUTS3)
		case r.Level == "county" && seen[r.NUTS3]:
			l.find(regionsName, strconv.Quote(r.NUTS3), "two counties have the NUTS 3 code %s", r.NUTS3)
		case r.Level != "county" && r.NUTS3 != "":
			l.find(regionsName, at, "region %s: only a county has a NUTS 3 code", r.Code)
		case r.Level == "municipality" && !slices.ContainsFunc(all, func(o Region) bool { return o.Code == r.County }):
			l.find(regionsName, at, "municipality %s lies in county %s, which is not listed", r.Code, r.County)
		}
		seen[r.NUTS3] = true
	}
	l.refuse(!seen["00"], regionsName, "", "the country, 00, is missing")
}
