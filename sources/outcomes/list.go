package outcomes

import (
	"strconv"
	"strings"
)

// Display is how a choice stands in a cell: "1. Kompetensutvecklingsinsatser"
// for numbers, "okar – Indikatorn väntas öka" for other codes.
func (c Choice) Display() string {
	if c.Label == "" {
		return c.Code
	}
	if _, err := strconv.Atoi(c.Code); err == nil && len(c.Code) < 3 {
		return c.Code + ". " + c.Label
	}
	return c.Code + " – " + c.Label
}

// choice finds the code that a text means: the code, the text shown with it or
// both, however written.
func choice(list []Choice, text string) (Choice, bool) {
	wanted := fold(text)
	for _, c := range list {
		if wanted == fold(c.Code) || wanted == fold(c.Display()) {
			return c, true
		}
	}
	for _, separator := range []string{" – ", " - ", " — ", ". "} {
		code, label, ok := strings.Cut(tidy(text), separator)
		if !ok || known(list, label) {
			continue
		}
		for _, c := range list {
			if fold(code) == fold(c.Code) {
				return c, true
			}
		}
	}
	for _, c := range list {
		if wanted != "" && wanted == fold(c.Label) {
			return c, true
		}
	}
	return padded(list, wanted)
}

// padded finds a code whose leading zeros a spreadsheet has taken.
func padded(list []Choice, wanted string) (Choice, bool) {
	n, err := strconv.Atoi(wanted)
	if err != nil {
		return Choice{}, false
	}
	for _, c := range list {
		if m, err := strconv.Atoi(c.Code); err == nil && m == n {
			return c, true
		}
	}
	return Choice{}, false
}

// codesOf lists the codes for a message.
func codesOf(list []Choice) string {
	codes := make([]string, 0, len(list))
	for _, c := range list {
		codes = append(codes, c.Code)
	}
	const enough = 16
	if len(codes) > enough {
		return strings.Join(codes[:enough], ", ") + " … (alla står på bladet " + listsSheet + ")"
	}
	return strings.Join(codes, ", ")
}

// known tells whether the text is itself a code: "V1 - V2" means neither.
func known(list []Choice, text string) bool {
	for _, c := range list {
		if fold(c.Code) == fold(text) {
			return true
		}
	}
	return false
}
